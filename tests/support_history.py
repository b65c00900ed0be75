"""A shop's past, put into a store by SQL: what is over, in every table that keeps it, of the people and shops of the
sample as of others. And how much work a statement is, whatever the clock says."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.orders.story import an_order
from tests.support_shop import sample_shop

WORDS = {
    "@lane": "CASE i % 10 WHEN 0 THEN 'person:1177770001' WHEN 1 THEN 'system' WHEN 2 THEN 'books' "
    "WHEN 3 THEN 'order:' || (1 + i / 10) WHEN 4 THEN 'person:1188880001' ELSE 'person:old' || (i % 997) END",
    "@person": "CASE i % 5 WHEN 0 THEN 'i1177770001' ELSE 'old' || (i % 997) END",
    "@number": "(1 + i / @each)",
}
"""What stands in several tables. Besides: ``@kept``, nothing of which is trimmed; ``@old``, which was trimmed;
``@older`` than all that is looked through for its age; an ``@order``; for ``@each`` order how many rows."""

PAST: Sequence[tuple[int, str, str]] = (
    (
        10,
        "events (source, key, lane, kind, body, raw, status, received_at, done_at, root)",
        """CASE i % 3 WHEN 0 THEN 'zapi' WHEN 1 THEN 'asaas' ELSE 'command' END, 'old/' || i, @lane,
CASE i % 3 WHEN 0 THEN 'message.received' WHEN 1 THEN 'payment.fact' ELSE 'timer' END, '{"text":"x"}', '',
CASE i % 10 WHEN 0 THEN 'failed' ELSE 'done' END, @old, @old, 'old' || i""",
    ),
    (
        5,
        "commands (key, kind, needs, queue, lane, body, status, not_before, event_id, created_at, updated_at)",
        """'old/' || i, CASE i % 3 WHEN 0 THEN 'message.text' ELSE 'charge.read' END,
CASE i % 3 WHEN 0 THEN 'messenger' ELSE 'payments' END, 'wa:old', @lane, '{"text":"x"}',
CASE i % 5 WHEN 0 THEN 'refused' ELSE 'done' END, @old, i * 2, @old, @old""",
    ),
    (
        5,
        "calls (provider, operation, correlation, attempt, method, url, started_at, ms, status, outcome, request, "
        "response)",
        """CASE i % 3 WHEN 0 THEN 'zapi' ELSE 'asaas' END, 'x', 'old/' || i, 1, 'GET', 'u', @kept, 8,
CASE i % 5 WHEN 0 THEN 500 ELSE 200 END, 'answered', '{}', '{}'""",
    ),
    (3, "sent_messages (message_id, person_id, notice_key, text)", "'OLD' || i, @person, '', 'x'"),
    (
        1,
        "orders (number, version, state, buyer_id, seller_id, body, created_at)",
        """i, 1, CASE i % 3 WHEN 0 THEN 'cancelled' ELSE 'closed' END, 'old' || (i % 997),
CASE i % 2 WHEN 0 THEN 's1177770001' ELSE 'sold' || (i % 20) END, @order, @older""",
    ),
    (
        3,
        "provider_ids (kind, id, order_number)",
        "CASE i % 3 WHEN 0 THEN 'charge' WHEN 1 THEN 'shipment' ELSE 'tracking' END, 'old' || i, @number",
    ),
    (
        6,
        "entries (key, order_number, debit, credit, amount, cause, at)",
        "'old' || i, @number, 'buyer', 'platform', 100, 'old', @old",
    ),
    (
        4,
        "notices (key, version, person_id, stage, raised_at, body)",
        "'order-' || @number || '/old' || i, 1, @person, 'read', @old, '{}'",
    ),
    (1, "people (id, version, lane, body)", "'old' || i, 1, 'person:old' || i, '{}'"),
    (1, "identifiers (value, person_id)", "'old' || i, 'old' || i"),
    (1, "conversations (person_id, version, body)", "'old' || i, 1, '{}'"),
    (1, "names (person_id, kind, word)", "'old' || i, 'person', 'nome' || i"),
    (1, "audit (at, by, action, subject, detail)", "@old, 'ana', 'order.check', 'order:' || i, ''"),
    (1, "misheard (event_id, flow, step, at)", "i, 'buying', 'cep', @old"),
    (1, "alerts (key, topic, text, at, mailed_at)", "'old' || i, 'x', 'x', @old, @old"),
    (
        1,
        "differences (key, kind, order_number, ours, theirs, found_at, seen_at, healed_at)",
        "'old' || i, 'ledger', i, '', '', @old, @old, @old",
    ),
    (
        1,
        "consents (event_id, purpose, person_id, given, text, channel, at)",
        "i, 'reminders', @person, true, 'x', 'whatsapp', @old",
    ),
)
"""For each order how many rows, of which table, and what stands in row ``i``."""


def past(orders: int, now: datetime) -> Iterator[str]:
    """Statements that put so many orders that are over into a store of the sample shop that nobody has used, with all
    that is left of them: at most 1,000, since the next one has the number 1001."""
    given = {
        "@older": f"'{now - timedelta(days=600):%Y-%m-%d %H:%M:%S.%f}'",
        "@kept": f"'{now - timedelta(days=60):%Y-%m-%d %H:%M:%S.%f}'",
        "@old": f"'{now - timedelta(days=100):%Y-%m-%d %H:%M:%S.%f}'",
        "@order": f"'{an_order(sample_shop()).model_dump_json()}'",
    }
    for each, table, values in PAST:
        for word, meant in (*WORDS.items(), *given.items(), ("@each", str(each))):
            values = values.replace(word, meant)
        rows = orders * each
        numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})"  # noqa: S608
        yield f"{numbers} INSERT INTO {table} SELECT {values} FROM n"  # noqa: S608 - ours


def work(file: Path, statement: str, values: Sequence[Any]) -> int:
    """How many tens of instructions of SQLite's machine a statement takes; what it writes is taken back."""
    connection, count = sqlite3.connect(file), 0

    def tick() -> int:
        nonlocal count
        count += 1
        return 0

    connection.set_progress_handler(tick, 10)
    try:
        with contextlib.suppress(sqlite3.IntegrityError):  # what it adds is there
            connection.execute(statement, values).fetchall()
    finally:
        connection.rollback()
        connection.close()
    return count
