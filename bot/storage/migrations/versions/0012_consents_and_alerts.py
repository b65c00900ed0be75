"""What people agreed to, and what operators are told in one e-mail instead of many

Revision ID: 0012_consents
Revises: 0011_canned
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.storage.types import BigId, Utc

revision = "0012_consents"
down_revision = "0011_canned"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consents",
        sa.Column("event_id", BigId, autoincrement=False, nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("person_id", sa.String(60), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("text", sa.String(80), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", "purpose", name="pk_consents"),
    )
    op.create_index("ix_consents_person_id", "consents", ["person_id"])
    op.create_table(
        "alerts",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("topic", sa.String(300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("mailed_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
        sa.UniqueConstraint("key", name="uq_alerts_key"),
        sqlite_autoincrement=True,
    )
    still_open = sa.text("mailed_at IS NULL")
    op.create_index("ix_alerts_open", "alerts", ["id"], sqlite_where=still_open, postgresql_where=still_open)
    op.create_index("ix_alerts_mailed_at", "alerts", ["mailed_at"])


def downgrade() -> None:
    op.drop_table("alerts")
    op.drop_table("consents")
