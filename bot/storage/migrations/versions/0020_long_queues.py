"""What waits of each need by itself, so that a look reads no more of a long queue than it takes

Revision ID: 0020_queues
Revises: 0019_trims
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020_queues"
down_revision = "0019_trims"
branch_labels = None
depends_on = None

OPEN = sa.text("status IN ('new', 'doing', 'parked')")
PARKED = sa.text("status = 'parked'")


def upgrade() -> None:
    op.drop_index("ix_commands_open", table_name="commands")
    columns = ["status", "needs", "not_before", "id"]
    op.create_index("ix_commands_open", "commands", columns, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_commands_parked", "commands", ["updated_at"], sqlite_where=PARKED, postgresql_where=PARKED)


def downgrade() -> None:
    op.drop_index("ix_commands_parked", table_name="commands")
    op.drop_index("ix_commands_open", table_name="commands")
    op.create_index("ix_commands_open", "commands", ["not_before", "id"], sqlite_where=OPEN, postgresql_where=OPEN)
