"""What came in today is found by its time

Revision ID: 0009_money
Revises: 0008_talks
"""

from __future__ import annotations

from alembic import op

revision = "0009_money"
down_revision = "0008_talks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_entries_at", "entries", ["at"])


def downgrade() -> None:
    op.drop_index("ix_entries_at", "entries")
