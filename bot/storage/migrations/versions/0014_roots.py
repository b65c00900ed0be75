"""What came from outside first: one id on all that follows from it

Revision ID: 0014_roots
Revises: 0013_differences
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014_roots"
down_revision = "0013_differences"
branch_labels = None
depends_on = None

TABLES = ("events", "commands", "timers", "calls")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("root", sa.String(length=40), nullable=False, server_default=""))
    op.create_index("ix_events_root", "events", ["root", "id"])


def downgrade() -> None:
    op.drop_index("ix_events_root", table_name="events")
    for table in TABLES:
        op.drop_column(table, "root")
