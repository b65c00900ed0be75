"""What sellers owe of shares by transfer that the buyer has got back

Revision ID: 0016_debts
Revises: 0015_names
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016_debts"
down_revision = "0015_names"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "debts",
        sa.Column("seller_id", sa.String(length=60), primary_key=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount >= 0", name="debt_not_negative"),
    )


def downgrade() -> None:
    op.drop_table("debts")
