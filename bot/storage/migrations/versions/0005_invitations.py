"""Invitations for sellers

Revision ID: 0005_invitations
Revises: 0004_finding
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005_invitations"
down_revision = "0004_finding"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", sa.String(60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.UniqueConstraint("digest", name="uq_invitations_digest"),
    )


def downgrade() -> None:
    op.drop_table("invitations")
