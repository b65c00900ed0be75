"""What is open is listed a page at a time, however much it is

Revision ID: 0022_open_by_number
Revises: 0021_wishes_folded
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022_open_by_number"
down_revision = "0021_wishes_folded"
branch_labels = None
depends_on = None

OPEN = sa.text("status IN ('new', 'doing', 'parked')")


def upgrade() -> None:
    columns = ["status", "needs", "id"]
    op.create_index("ix_commands_newest", "commands", columns, sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    op.drop_index("ix_commands_newest", table_name="commands")
