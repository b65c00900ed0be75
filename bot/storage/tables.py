"""The tables. Documents are JSON text, with columns beside them for queries."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from bot.storage.types import BigId, Utc

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)


def _some_rows(name: str, *columns: sa.Column[Any], where: str) -> None:
    """A partial index. A query must repeat its predicate literally to use it."""
    sa.Index(name, *columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


events = sa.Table(
    "events",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("source", sa.String(40), nullable=False),
    sa.Column("key", sa.String(300), nullable=False),
    sa.Column("lane", sa.String(120), nullable=False),
    sa.Column("kind", sa.String(60), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("raw", sa.Text, nullable=False, server_default=""),
    sa.Column("status", sa.String(10), nullable=False, server_default="new"),  # new, done, failed
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("error", sa.Text, nullable=False, server_default=""),
    sa.Column("received_at", Utc, nullable=False),
    sa.Column("done_at", Utc),
    sa.Column("root", sa.String(40), nullable=False, server_default=""),  # see bot.correlation
    sa.UniqueConstraint("source", "key"),
    sqlite_autoincrement=True,
)
_some_rows("ix_events_open", events.c.lane, events.c.id, where="status = 'new'")
_some_rows("ix_events_waiting", events.c.id, events.c.lane, where="status = 'new'")

commands = sa.Table(
    "commands",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("key", sa.String(300), nullable=False, unique=True),
    sa.Column("kind", sa.String(60), nullable=False),
    sa.Column("needs", sa.String(40), nullable=False),  # while parked: the provider that it waits for
    sa.Column("queue", sa.String(120), nullable=False, server_default=""),
    sa.Column("lane", sa.String(120), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("status", sa.String(10), nullable=False, server_default="new"),
    # new, doing, parked are open; done, refused, expired, failed are not
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("in_doubt", sa.Boolean, nullable=False, server_default=sa.false()),
    # an attempt may have taken effect: look it up before any repeat
    sa.Column("repeats", sa.Integer, nullable=False, server_default="0"),
    # attempts that were made although an earlier one may have taken effect
    sa.Column("told_parked", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("not_before", Utc, nullable=False),
    sa.Column("expires_at", Utc),
    sa.Column("owner", sa.String(60), nullable=False, server_default=""),
    sa.Column("lease_until", Utc),  # on the database's clock; a living owner renews it
    sa.Column("error", sa.Text, nullable=False, server_default=""),
    sa.Column("refused_by", sa.String(40), nullable=False, server_default=""),
    # while parked: the provider that refuses our credentials
    sa.Column("event_id", BigId, nullable=False),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("updated_at", Utc, nullable=False),
    sa.Column("root", sa.String(40), nullable=False, server_default=""),  # its event's
    sqlite_autoincrement=True,
)
OPEN_COMMAND = "status IN ('new', 'doing', 'parked')"
# the open commands of one state and need are one range of it, and those due another
_some_rows(
    "ix_commands_open",
    *(commands.c.status, commands.c.needs, commands.c.not_before, commands.c.id),
    where=OPEN_COMMAND,
)
# the same by id, for lists
_some_rows("ix_commands_newest", commands.c.status, commands.c.needs, commands.c.id, where=OPEN_COMMAND)
_some_rows("ix_commands_queue", commands.c.queue, commands.c.id, where=OPEN_COMMAND)
PARKED_COMMAND = "status = 'parked'"
_some_rows("ix_commands_parked", commands.c.updated_at, where=PARKED_COMMAND)
KEPT_OUT = "status = 'parked' AND refused_by <> ''"
_some_rows("ix_commands_kept_out", commands.c.refused_by, commands.c.created_at, where=KEPT_OUT)
sa.Index("ix_commands_event_id", commands.c.event_id)

# the record is read by lane (timelines), by source and by kind (lists), newest first; the index on lanes excludes open
# events, or it would be used to find a lane's next event, and walk through all past ones
PAST_EVENT = "status <> 'new'"
EITHER_EVENT = sa.text("status = 'new'"), sa.text(PAST_EVENT)
"""One of them holds for any event: a lane's events have an index for each, and none for both."""
_some_rows("ix_events_lane", events.c.lane, events.c.id, where=PAST_EVENT)
sa.Index("ix_events_source", events.c.source, events.c.id)
sa.Index("ix_events_kind", events.c.kind, events.c.id)
_some_rows("ix_events_failed", events.c.id, where="status = 'failed'")
# everything with one root is found through its events: their commands by ``event_id``, their calls by the commands'
# keys
sa.Index("ix_events_root", events.c.root, events.c.id)
sa.Index("ix_commands_lane", commands.c.lane, commands.c.id)
sa.Index("ix_commands_kind", commands.c.kind, commands.c.id)
LOST_COMMAND = "status IN ('refused', 'expired', 'failed')"
_some_rows("ix_commands_lost", commands.c.id, where=LOST_COMMAND)

timers = sa.Table(
    "timers",
    metadata,
    sa.Column("key", sa.String(300), primary_key=True),
    sa.Column("lane", sa.String(120), nullable=False),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sa.Column("due_at", Utc, nullable=False, index=True),
    sa.Column("event_id", BigId, nullable=False, server_default="0"),  # the event that set it
    sa.Column("root", sa.String(40), nullable=False, server_default=""),
)

people = sa.Table(
    "people",
    metadata,
    sa.Column("id", sa.String(60), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("lane", sa.String(120), nullable=False, index=True),
    sa.Column("document", sa.String(20), nullable=False, server_default="", index=True),
    sa.Column("email", sa.String(320), nullable=False, server_default="", index=True),
    sa.Column("body", sa.Text, nullable=False),
)

identifiers = sa.Table(
    "identifiers",
    metadata,
    sa.Column("value", sa.String(120), primary_key=True),
    sa.Column("person_id", sa.String(60), nullable=False, index=True),
)

names = sa.Table(
    "names",
    metadata,
    sa.Column("person_id", sa.String(60), primary_key=True),
    sa.Column("kind", sa.String(10), primary_key=True),  # person, shop
    # in byte order, as in SQLite
    sa.Column("word", sa.String(40).with_variant(sa.String(40, collation="C"), "postgresql"), primary_key=True),
)
sa.Index("ix_names_word", names.c.word, names.c.person_id)
"""See bot.storage.names."""

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("person_id", sa.String(60), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("wanted_since", Utc),  # since when a person of the shop is needed there
    sa.Column("body", sa.Text, nullable=False),
)
_some_rows("ix_conversations_wanted", conversations.c.wanted_since, where="wanted_since IS NOT NULL")

sellers = sa.Table(
    "sellers",
    metadata,
    sa.Column("id", sa.String(60), primary_key=True),
    sa.Column("person_id", sa.String(60), nullable=False, unique=True),
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("body", sa.Text, nullable=False),
)
PAUSED_SELLER = "NOT active"
_some_rows("ix_sellers_paused", sellers.c.id, where=PAUSED_SELLER)

debts = sa.Table(
    "debts",
    metadata,
    sa.Column("seller_id", sa.String(60), primary_key=True),
    sa.Column("amount", sa.BigInteger, nullable=False),  # open debt
    sa.CheckConstraint("amount >= 0", name="debt_not_negative"),
)

invitations = sa.Table(
    "invitations",
    metadata,
    sa.Column("id", sa.String(60), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False, unique=True),
    sa.Column("body", sa.Text, nullable=False),
)

products = sa.Table(
    "products",
    metadata,
    sa.Column("listing", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("seller_id", sa.String(60), nullable=False),
    sa.Column("sku", sa.String(80), nullable=False),
    sa.Column("stock", sa.Integer, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("words", sa.Text, nullable=False),  # the part's tokens, see bot.storage.search
    sa.Column("body", sa.Text, nullable=False),
    sa.UniqueConstraint("seller_id", "sku"),
    sa.CheckConstraint("stock >= 0", name="stock_not_negative"),
)

sa.Index("ix_products_seller", products.c.seller_id, products.c.listing)

vocabulary = sa.Table(
    "vocabulary",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("word", sa.String(80), nullable=False, unique=True),
)
"""The words that sellers use for their parts: the reference for buyers' misspelt words."""

orders = sa.Table(
    "orders",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("buyer_id", sa.String(60), nullable=False),
    sa.Column("seller_id", sa.String(60), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("created_at", Utc, nullable=False),
)
sa.Index("ix_orders_buyer", orders.c.buyer_id, orders.c.number)
sa.Index("ix_orders_seller", orders.c.seller_id, orders.c.number)
sa.Index("ix_orders_state", orders.c.state, orders.c.number)

provider_ids = sa.Table(
    "provider_ids",
    metadata,
    sa.Column("kind", sa.String(10), primary_key=True),  # charge, shipment, tracking
    sa.Column("id", sa.String(120), primary_key=True),
    sa.Column("order_number", sa.Integer, nullable=False, index=True),
)

notices = sa.Table(
    "notices",
    metadata,
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("person_id", sa.String(60), nullable=False, index=True),
    sa.Column("stage", sa.String(10), nullable=False),
    sa.Column("raised_at", Utc),
    sa.Column("body", sa.Text, nullable=False),
)
sa.Index("ix_notices_stage", notices.c.stage, notices.c.raised_at, notices.c.key)

sent_messages = sa.Table(
    "sent_messages",
    metadata,
    sa.Column("message_id", sa.String(120), primary_key=True),
    sa.Column("person_id", sa.String(60), nullable=False, index=True),
    sa.Column("notice_key", sa.String(200), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)

entries = sa.Table(
    "entries",
    metadata,
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("order_number", sa.Integer, nullable=False, index=True),
    sa.Column("debit", sa.String(80), nullable=False),
    sa.Column("credit", sa.String(80), nullable=False),
    sa.Column("amount", BigId, nullable=False),
    sa.Column("cause", sa.String(120), nullable=False),
    sa.Column("at", Utc, nullable=False),
)

sa.Index("ix_entries_at", entries.c.at)

exhibits = sa.Table(
    "exhibits",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("order_number", sa.Integer, nullable=False, index=True),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("mime_type", sa.String(40), nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
    sa.Column("by", sa.String(40), nullable=False),
    sa.Column("at", Utc, nullable=False),
    sqlite_autoincrement=True,
)
"""The shop's own files for the answer to a dispute."""

differences = sa.Table(
    "differences",
    metadata,
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("order_number", sa.Integer, nullable=False),  # 0: no order of ours
    sa.Column("ours", sa.Text, nullable=False),
    sa.Column("theirs", sa.Text, nullable=False),
    sa.Column("found_at", Utc, nullable=False),
    sa.Column("seen_at", Utc, nullable=False),
    sa.Column("healed_at", Utc),
)
sa.Index("ix_differences_open", differences.c.healed_at, differences.c.found_at)

channel = sa.Table(
    "channel",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("connected", sa.Boolean, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("at", Utc, nullable=False),
)

traffic = sa.Table(
    "traffic",
    metadata,
    sa.Column("name", sa.String(20), primary_key=True),  # recipients, first_contacts, pause
    sa.Column("at", Utc, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
)

consents = sa.Table(
    "consents",
    metadata,
    sa.Column("event_id", BigId, primary_key=True, autoincrement=False),
    sa.Column("purpose", sa.String(20), primary_key=True),
    sa.Column("person_id", sa.String(60), nullable=False, index=True),
    sa.Column("given", sa.Boolean, nullable=False),
    sa.Column("text", sa.String(80), nullable=False),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("at", Utc, nullable=False),
)

wishes = sa.Table(
    "wishes",
    metadata,
    sa.Column("person_id", sa.String(60), primary_key=True),
    sa.Column("words", sa.String(80), primary_key=True),
    sa.Column("folded", sa.Text, nullable=False, server_default=""),  # the text for searches
    sa.Column("listing", sa.Integer, nullable=False),
    sa.Column("asked_at", Utc, nullable=False),
)

alerts = sa.Table(
    "alerts",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("key", sa.String(300), nullable=False, unique=True),
    sa.Column("topic", sa.String(300), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.Column("mailed_at", Utc),
    sqlite_autoincrement=True,
)
_some_rows("ix_alerts_open", alerts.c.id, where="mailed_at IS NULL")
sa.Index("ix_alerts_mailed_at", alerts.c.mailed_at)

calls = sa.Table(
    "calls",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("provider", sa.String(40), nullable=False),
    sa.Column("operation", sa.String(60), nullable=False),
    sa.Column("correlation", sa.String(300), nullable=False, index=True),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("method", sa.String(10), nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("started_at", Utc, nullable=False, index=True),
    sa.Column("ms", sa.Integer, nullable=False),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("outcome", sa.String(40), nullable=False),
    sa.Column("request", sa.Text, nullable=False),
    sa.Column("response", sa.Text, nullable=False),
    sa.Column("root", sa.String(40), nullable=False, server_default=""),
)

sa.Index("ix_calls_provider", calls.c.provider, calls.c.id)
FAILED_CALL = "status >= 400 OR outcome <> 'answered'"
_some_rows("ix_calls_failed", calls.c.id, where=FAILED_CALL)
NOTHING_FOUND = sa.and_(calls.c.status == 404, calls.c.method == "GET")
"""A lookup that finds nothing is an answer, not a failure, though the index holds it."""

# per kind of row: where trimming continues; everything before is done
trims = sa.Table(
    "trims",
    metadata,
    sa.Column("name", sa.String(20), primary_key=True),
    sa.Column("first", BigId, nullable=False),
)

circuits = sa.Table(
    "circuits",
    metadata,
    sa.Column("provider", sa.String(40), primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("opened_at", Utc),
    sa.Column("probe_at", Utc),
    sa.Column("wait_s", sa.Float, nullable=False),
)

tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),  # encrypted with SECRET_KEY
    sa.Column("seed", sa.String(64), nullable=False),  # hash of the environment's value it was derived from
    sa.Column("at", Utc, nullable=False),
)

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("role", sa.String(10), nullable=False),
    sa.Column("password", sa.String(200), nullable=False),  # argon2id
    # of the environment's value it was derived from
    sa.Column("seed", sa.String(64), nullable=False, server_default=""),
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
    sa.Column("locked_until", Utc),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("email", sa.String(320), nullable=False, server_default="", index=True),  # where a link is mailed
)

password_links = sa.Table(
    "password_links",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),  # SHA-256 of the link's id
    sa.Column("account", sa.String(40), nullable=False),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("expires_at", Utc, nullable=False),
    sa.Column("used_at", Utc),
)
sa.Index("ix_password_links_account", password_links.c.account, password_links.c.created_at)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),  # SHA-256 of the cookie's value
    sa.Column("account", sa.String(40), nullable=False, index=True),
    sa.Column("form_token", sa.String(64), nullable=False),
    sa.Column("expires_at", Utc, nullable=False, index=True),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("at", Utc, nullable=False, index=True),
    sa.Column("by", sa.String(40), nullable=False),
    sa.Column("action", sa.String(40), nullable=False),
    sa.Column("subject", sa.String(120), nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)
sa.Index("ix_audit_subject", audit.c.subject, audit.c.id)

steps = sa.Table(
    "steps",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("flow", sa.String(40), primary_key=True),
    sa.Column("step", sa.String(40), primary_key=True),
    sa.Column("what", sa.String(20), primary_key=True),
    sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),  # each connection increments its own row
    sa.Column("count", sa.Integer, nullable=False),
)

misheard = sa.Table(
    "misheard",
    metadata,
    sa.Column("event_id", BigId, primary_key=True, autoincrement=False),  # the text is in the event
    sa.Column("flow", sa.String(40), nullable=False),
    sa.Column("step", sa.String(40), nullable=False),
    sa.Column("at", Utc, nullable=False),
)

canned = sa.Table(
    "canned",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("text", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)
"""Canned replies of the shop's staff."""
