"""Notices wait for their turn: how fast, and since when

Revision ID: 0006_pacing
Revises: 0005_invitations
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.storage.types import Utc

revision = "0006_pacing"
down_revision = "0005_invitations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "traffic",
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_traffic"),
    )
    op.add_column("notices", sa.Column("raised_at", Utc(), nullable=True))
    op.drop_index("ix_notices_stage", table_name="notices")
    op.create_index("ix_notices_stage", "notices", ["stage", "raised_at", "key"])


def downgrade() -> None:
    op.drop_index("ix_notices_stage", table_name="notices")
    op.create_index("ix_notices_stage", "notices", ["stage"])
    with op.batch_alter_table("notices") as notices:
        notices.drop_column("raised_at")
    op.drop_table("traffic")
