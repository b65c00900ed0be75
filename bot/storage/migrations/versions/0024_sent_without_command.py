"""Sent messages no longer store their command's key, which nothing reads

Revision ID: 0024_sent_without_command
Revises: 0023_exhibits
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024_sent_without_command"
down_revision = "0023_exhibits"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("sent_messages", "command_key")


def downgrade() -> None:
    op.add_column("sent_messages", sa.Column("command_key", sa.String(300), nullable=False, server_default=""))
