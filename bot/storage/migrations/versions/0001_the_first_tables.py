"""The first tables

Revision ID: 0001
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calls",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("operation", sa.String(length=60), nullable=False),
        sa.Column("correlation", sa.String(length=300), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ms", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("response", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
    )
    op.create_index("ix_calls_correlation", "calls", ["correlation"], unique=False)
    op.create_index("ix_calls_started_at", "calls", ["started_at"], unique=False)

    op.create_table(
        "channel",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("connected", sa.Boolean(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel")),
    )
    op.create_table(
        "circuits",
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("probe_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wait_s", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_circuits")),
    )
    op.create_table(
        "commands",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("needs", sa.String(length=40), nullable=False),
        sa.Column("queue", sa.String(length=120), server_default="", nullable=False),
        sa.Column("lane", sa.String(length=120), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=10), server_default="new", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("in_doubt", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("told_parked", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner", sa.String(length=60), server_default="", nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commands")),
        sa.UniqueConstraint("key", name=op.f("uq_commands_key")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_commands_event_id", "commands", ["event_id"], unique=False)
    op.create_index(
        "ix_commands_open",
        "commands",
        ["not_before", "id"],
        unique=False,
        sqlite_where=sa.text("status IN ('new', 'doing', 'parked')"),
        postgresql_where=sa.text("status IN ('new', 'doing', 'parked')"),
    )
    op.create_index(
        "ix_commands_queue",
        "commands",
        ["queue", "id"],
        unique=False,
        sqlite_where=sa.text("status IN ('new', 'doing', 'parked')"),
        postgresql_where=sa.text("status IN ('new', 'doing', 'parked')"),
    )

    op.create_table(
        "conversations",
        sa.Column("person_id", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_conversations")),
    )
    op.create_table(
        "entries",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("order_number", sa.Integer(), nullable=False),
        sa.Column("debit", sa.String(length=80), nullable=False),
        sa.Column("credit", sa.String(length=80), nullable=False),
        sa.Column("amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cause", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_entries")),
    )
    op.create_index("ix_entries_order_number", "entries", ["order_number"], unique=False)

    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("lane", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("raw", sa.Text(), server_default="", nullable=False),
        sa.Column("status", sa.String(length=10), server_default="new", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("source", "key", name=op.f("uq_events_source_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_events_open",
        "events",
        ["lane", "id"],
        unique=False,
        sqlite_where=sa.text("status = 'new'"),
        postgresql_where=sa.text("status = 'new'"),
    )

    op.create_table(
        "identifiers",
        sa.Column("value", sa.String(length=120), nullable=False),
        sa.Column("person_id", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("value", name=op.f("pk_identifiers")),
    )
    op.create_index("ix_identifiers_person_id", "identifiers", ["person_id"], unique=False)

    op.create_table(
        "notices",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=60), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_notices")),
    )
    op.create_index("ix_notices_person_id", "notices", ["person_id"], unique=False)
    op.create_index("ix_notices_stage", "notices", ["stage"], unique=False)

    op.create_table(
        "orders",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("buyer_id", sa.String(length=60), nullable=False),
        sa.Column("seller_id", sa.String(length=60), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_orders")),
    )
    op.create_index("ix_orders_buyer", "orders", ["buyer_id", "number"], unique=False)
    op.create_index("ix_orders_seller", "orders", ["seller_id", "number"], unique=False)

    op.create_table(
        "people",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("lane", sa.String(length=120), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
    )
    op.create_index("ix_people_lane", "people", ["lane"], unique=False)

    op.create_table(
        "products",
        sa.Column("listing", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seller_id", sa.String(length=60), nullable=False),
        sa.Column("sku", sa.String(length=80), nullable=False),
        sa.Column("stock", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint("stock >= 0", name="stock_not_negative"),
        sa.PrimaryKeyConstraint("listing", name=op.f("pk_products")),
        sa.UniqueConstraint("seller_id", "sku", name=op.f("uq_products_seller_id_sku")),
    )
    op.create_table(
        "provider_ids",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("order_number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", name=op.f("pk_provider_ids")),
    )
    op.create_index("ix_provider_ids_order_number", "provider_ids", ["order_number"], unique=False)

    op.create_table(
        "sellers",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("person_id", sa.String(length=60), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sellers")),
        sa.UniqueConstraint("person_id", name=op.f("uq_sellers_person_id")),
    )
    op.create_table(
        "sent_messages",
        sa.Column("message_id", sa.String(length=120), nullable=False),
        sa.Column("person_id", sa.String(length=60), nullable=False),
        sa.Column("command_key", sa.String(length=300), nullable=False),
        sa.Column("notice_key", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_sent_messages")),
    )
    op.create_index("ix_sent_messages_person_id", "sent_messages", ["person_id"], unique=False)

    op.create_table(
        "timers",
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("lane", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_timers")),
    )
    op.create_index("ix_timers_due_at", "timers", ["due_at"], unique=False)

    op.create_table(
        "tokens",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_tokens")),
    )


def downgrade() -> None:
    for table in (
        "tokens",
        "timers",
        "sent_messages",
        "sellers",
        "provider_ids",
        "products",
        "people",
        "orders",
        "notices",
        "identifiers",
        "events",
        "entries",
        "conversations",
        "commands",
        "circuits",
        "channel",
        "calls",
    ):
        op.drop_table(table)
