"""The open events in order of arrival; timers know what set them

Revision ID: 0007_waiting
Revises: 0006_pacing
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007_waiting"
down_revision = "0006_pacing"
branch_labels = None
depends_on = None

NEW = sa.text("status = 'new'")


def upgrade() -> None:
    op.create_index("ix_events_waiting", "events", ["id", "lane"], sqlite_where=NEW, postgresql_where=NEW)
    event_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("timers", sa.Column("event_id", event_id, server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("timers", "event_id")
    op.drop_index("ix_events_waiting", table_name="events")
