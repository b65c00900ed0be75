"""The shop's own files for disputes

Revision ID: 0023_exhibits
Revises: 0022_open_by_number
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023_exhibits"
down_revision = "0022_open_by_number"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exhibits",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("order_number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("mime_type", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_exhibits"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_exhibits_order_number", "exhibits", ["order_number"])


def downgrade() -> None:
    op.drop_table("exhibits")
