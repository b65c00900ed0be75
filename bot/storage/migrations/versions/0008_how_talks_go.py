"""How conversations go: counts of every question, and the messages that nobody understood

Revision ID: 0008_talks
Revises: 0007_waiting
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008_talks"
down_revision = "0007_waiting"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "steps",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("flow", sa.String(40), nullable=False),
        sa.Column("step", sa.String(40), nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "flow", "step", "what", "part", name="pk_steps"),
    )
    op.create_table(
        "misheard",
        sa.Column(
            "event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("flow", sa.String(40), nullable=False),
        sa.Column("step", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_misheard"),
    )


def downgrade() -> None:
    op.drop_table("misheard")
    op.drop_table("steps")
