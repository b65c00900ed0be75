"""Parts that people wait for

Revision ID: 0018_wishes
Revises: 0017_password_links
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018_wishes"
down_revision = "0017_password_links"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wishes",
        sa.Column("person_id", sa.String(length=60), nullable=False),
        sa.Column("words", sa.String(length=80), nullable=False),
        sa.Column("listing", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "words", name="pk_wishes"),
    )


def downgrade() -> None:
    op.drop_table("wishes")
