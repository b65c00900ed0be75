"""The console: accounts, sessions, the audit log, and indexes to look things up by

Revision ID: 0002_console
Revises: 0001
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from bot.domain.text import fold

revision = "0002_console"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("password", sa.String(length=200), nullable=False),
        sa.Column("seed", sa.String(length=64), server_default="", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_accounts")),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"], unique=False)
    op.create_index("ix_audit_subject", "audit", ["subject", "id"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("form_token", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_account"), "sessions", ["account"], unique=False)
    op.create_index(op.f("ix_sessions_expires_at"), "sessions", ["expires_at"], unique=False)
    op.create_index(
        "ix_calls_failed",
        "calls",
        ["id"],
        unique=False,
        sqlite_where=sa.text("status >= 400 OR outcome <> 'answered'"),
        postgresql_where=sa.text("status >= 400 OR outcome <> 'answered'"),
    )
    op.create_index("ix_calls_provider", "calls", ["provider", "id"], unique=False)
    op.create_index("ix_commands_kind", "commands", ["kind", "id"], unique=False)
    op.create_index("ix_commands_lane", "commands", ["lane", "id"], unique=False)
    op.create_index(
        "ix_commands_lost",
        "commands",
        ["id"],
        unique=False,
        sqlite_where=sa.text("status IN ('refused', 'expired', 'failed')"),
        postgresql_where=sa.text("status IN ('refused', 'expired', 'failed')"),
    )
    op.add_column("conversations", sa.Column("wanted_since", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_conversations_wanted",
        "conversations",
        ["wanted_since"],
        unique=False,
        sqlite_where=sa.text("wanted_since IS NOT NULL"),
        postgresql_where=sa.text("wanted_since IS NOT NULL"),
    )
    op.create_index(
        "ix_events_failed",
        "events",
        ["id"],
        unique=False,
        sqlite_where=sa.text("status = 'failed'"),
        postgresql_where=sa.text("status = 'failed'"),
    )
    op.create_index("ix_events_kind", "events", ["kind", "id"], unique=False)
    op.create_index(
        "ix_events_lane",
        "events",
        ["lane", "id"],
        unique=False,
        sqlite_where=sa.text("status <> 'new'"),
        postgresql_where=sa.text("status <> 'new'"),
    )
    op.create_index("ix_events_source", "events", ["source", "id"], unique=False)
    op.create_index("ix_orders_state", "orders", ["state", "number"], unique=False)
    op.add_column("people", sa.Column("name", sa.String(length=200), server_default="", nullable=False))
    op.add_column("people", sa.Column("document", sa.String(length=20), server_default="", nullable=False))
    op.add_column("people", sa.Column("email", sa.String(length=320), server_default="", nullable=False))
    op.create_index(op.f("ix_people_document"), "people", ["document"], unique=False)
    op.create_index(op.f("ix_people_email"), "people", ["email"], unique=False)
    op.create_index(op.f("ix_people_name"), "people", ["name"], unique=False)

    _fill_people()


def _fill_people() -> None:
    """The new columns repeat what the documents hold."""
    people = sa.table("people", *(sa.column(c) for c in ("id", "name", "document", "email", "body")))
    connection = op.get_bind()
    for row in connection.execute(sa.select(people.c.id, people.c.body)).all():
        person = json.loads(row.body)
        connection.execute(
            sa.update(people)
            .where(people.c.id == row.id)
            .values(
                name=fold(person.get("name") or person.get("nickname") or "")[:200],
                document=person.get("document", ""),
                email=person.get("email", "").casefold(),
            )
        )


def downgrade() -> None:
    op.drop_index(op.f("ix_people_name"), table_name="people")
    op.drop_index(op.f("ix_people_email"), table_name="people")
    op.drop_index(op.f("ix_people_document"), table_name="people")
    op.drop_column("people", "email")
    op.drop_column("people", "document")
    op.drop_column("people", "name")
    op.drop_index("ix_orders_state", table_name="orders")
    op.drop_index("ix_events_source", table_name="events")
    op.drop_index("ix_events_lane", table_name="events")
    op.drop_index("ix_events_kind", table_name="events")
    op.drop_index(
        "ix_events_failed",
        table_name="events",
        sqlite_where=sa.text("status = 'failed'"),
        postgresql_where=sa.text("status = 'failed'"),
    )
    op.drop_index(
        "ix_conversations_wanted",
        table_name="conversations",
        sqlite_where=sa.text("wanted_since IS NOT NULL"),
        postgresql_where=sa.text("wanted_since IS NOT NULL"),
    )
    op.drop_column("conversations", "wanted_since")
    op.drop_index(
        "ix_commands_lost",
        table_name="commands",
        sqlite_where=sa.text("status IN ('refused', 'expired', 'failed')"),
        postgresql_where=sa.text("status IN ('refused', 'expired', 'failed')"),
    )
    op.drop_index("ix_commands_lane", table_name="commands")
    op.drop_index("ix_commands_kind", table_name="commands")
    op.drop_index("ix_calls_provider", table_name="calls")
    op.drop_index(
        "ix_calls_failed",
        table_name="calls",
        sqlite_where=sa.text("status >= 400 OR outcome <> 'answered'"),
        postgresql_where=sa.text("status >= 400 OR outcome <> 'answered'"),
    )
    op.drop_index(op.f("ix_sessions_expires_at"), table_name="sessions")
    op.drop_index(op.f("ix_sessions_account"), table_name="sessions")
    op.drop_table("sessions")
    op.drop_index("ix_audit_subject", table_name="audit")
    op.drop_index(op.f("ix_audit_at"), table_name="audit")
    op.drop_table("audit")
    op.drop_table("accounts")
