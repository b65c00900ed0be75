"""Where our books and a provider's differ

Revision ID: 0013_differences
Revises: 0012_consents
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.storage.types import Utc

revision = "0013_differences"
down_revision = "0012_consents"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "differences",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("order_number", sa.Integer(), nullable=False),
        sa.Column("ours", sa.Text(), nullable=False),
        sa.Column("theirs", sa.Text(), nullable=False),
        sa.Column("found_at", Utc(), nullable=False),
        sa.Column("seen_at", Utc(), nullable=False),
        sa.Column("healed_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_differences")),
    )
    op.create_index("ix_differences_open", "differences", ["healed_at", "found_at"])


def downgrade() -> None:
    op.drop_index("ix_differences_open", table_name="differences")
    op.drop_table("differences")
