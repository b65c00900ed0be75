"""How far the record is trimmed

Revision ID: 0019_trims
Revises: 0018_wishes
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019_trims"
down_revision = "0018_wishes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "trims",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("first", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_trims"),
    )


def downgrade() -> None:
    op.drop_table("trims")
