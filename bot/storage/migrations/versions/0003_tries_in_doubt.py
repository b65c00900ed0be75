"""Commands count the tries that were made in doubt

Revision ID: 0003_doubt
Revises: 0002_console
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003_doubt"
down_revision = "0002_console"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("commands", sa.Column("repeats", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("commands", "repeats")
