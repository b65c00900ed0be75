"""Which provider refuses our credentials is a column of the parked command

Revision ID: 0026_refused_by
Revises: 0025_part_words
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026_refused_by"
down_revision = "0025_part_words"
branch_labels = None
depends_on = None

KEPT_OUT = sa.text("status = 'parked' AND refused_by <> ''")


def upgrade() -> None:
    op.add_column("commands", sa.Column("refused_by", sa.String(40), nullable=False, server_default=""))
    columns = ["refused_by", "created_at"]
    op.create_index("ix_commands_kept_out", "commands", columns, sqlite_where=KEPT_OUT, postgresql_where=KEPT_OUT)


def downgrade() -> None:
    op.drop_index("ix_commands_kept_out", table_name="commands")
    op.drop_column("commands", "refused_by")
