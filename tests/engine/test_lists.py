"""The lists of the record: complete, in order, by index, however long the record is."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypedDict

import pytest
import sqlalchemy as sa

from bot.storage import lists
from bot.storage import tables as t
from bot.storage.accounts import Accounts
from bot.storage.database import Database
from bot.storage.differences import Differences
from bot.storage.lists import ALL, Page, Span
from bot.storage.records import Records
from bot.storage.upsert import count_up
from tests.conftest import TestClock

START = datetime(2026, 11, 1, tzinfo=UTC)
MANY = 120

Read = Callable[[Span], Awaitable[Page]]


def event(i: int, dice: random.Random) -> dict[str, Any]:
    return {
        "id": i,
        "source": dice.choice(["zapi", "asaas", "console"]),
        "key": f"k{i}",
        "lane": dice.choice(["order:1", "person:a", "person:b"]),
        "kind": dice.choice(["message.received", "payment.fact", "timer"]),
        "body": "{}",
        "status": dice.choice(["done", "done", "done", "failed", "new"]),
        "received_at": START + timedelta(minutes=i),
    }


@pytest.fixture
async def records(database: Database) -> Records:
    dice = random.Random(7)
    async with database.write() as connection:
        await connection.execute(sa.insert(t.events), [event(i, dice) for i in range(1, MANY + 1)])
    return Records(database)


async def everything(read: Read, span: Span = ALL) -> list[int]:
    """All pages, one after the other."""
    ids: list[int] = []
    before = span.before
    while True:
        page = await read(Span(before, span.since, span.until))
        ids += [row["id"] for row in page.rows]
        if not page.next:
            return ids
        assert page.next < (before or 10**9), "each page goes on further back"
        before = page.next


class Wanted(TypedDict, total=False):
    source: str
    kind: str
    status: str
    lane: str


FILTERS: list[Wanted] = [
    {},
    {"source": "asaas"},
    {"kind": "timer"},
    {"status": "failed"},
    {"status": "new"},
    {"status": "done"},
    {"lane": "person:a"},
    {"source": "asaas", "kind": "timer"},
    {"source": "asaas", "kind": "timer", "status": "done"},
    {"lane": "person:a", "status": "new"},
    {"lane": "person:a", "kind": "timer"},
    {"lane": "person:a", "status": "failed", "kind": "timer"},
    {"lane": "nobody"},
    {"source": "nobody", "kind": "timer"},
]


@pytest.mark.parametrize("window", [4, 30, 5000])
async def test_the_pages_hold_everything_once_and_in_order(
    records: Records, window: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "WINDOW", window)
    async with records._database.read() as connection:
        rows = (await connection.execute(sa.select(t.events).order_by(t.events.c.id.desc()))).mappings().all()
    since, until = START + timedelta(minutes=40), START + timedelta(minutes=90)
    for wanted in FILTERS:
        for span in (ALL, Span(0, since, until), Span(before=80, since=since)):
            expected = [
                row["id"]
                for row in rows
                if all(row[name] == value for name, value in wanted.items())
                and (not span.before or row["id"] < span.before)
                and (span.since is None or row["received_at"] >= span.since)
                and (span.until is None or row["received_at"] < span.until)
            ]
            got = await everything(partial(records.events, limit=9, **wanted), span)
            assert got == expected, (wanted, span)


OPEN = ("new", "doing", "parked")
COMMANDS: list[dict[str, Any]] = [
    {},
    {"status": "open"},
    {"status": "open", "needs": "payments"},
    {"status": "open", "needs": "nobody"},
    {"status": "open", "kind": "b"},
    {"status": "open", "needs": "messenger", "kind": "a"},
    {"status": "open", "lane": "person:a"},
    {"status": "parked"},
    {"status": "parked", "needs": "payments", "kind": "b"},
    {"status": "doing", "lane": "order:1", "needs": "messenger"},
    {"status": "done", "lane": "order:1"},
    {"status": "lost", "needs": "payments"},
    {"lane": "order:1", "kind": "a"},
    {"needs": "payments"},
]


def command(i: int, dice: random.Random) -> dict[str, Any]:
    at = START + timedelta(minutes=i)
    return {
        "id": i,
        "key": f"k{i}",
        "kind": dice.choice("ab"),
        "needs": dice.choice(["messenger", "payments", "shipping"]),
        "lane": dice.choice(["order:1", "person:a"]),
        "status": dice.choice([*OPEN, "done", "refused", "expired"]),
        "not_before": START - timedelta(minutes=dice.randrange(MANY)),  # due in any order
        "created_at": at,
        "updated_at": at,
        "body": "{}",
        "event_id": 1,
    }


@pytest.mark.parametrize("window", [4, 5000])
async def test_the_pages_of_commands_hold_everything_once_and_in_order(
    database: Database, window: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "WINDOW", window)
    dice, records = random.Random(7), Records(database)
    rows = [command(i, dice) for i in range(1, MANY + 1)]
    async with database.write() as connection:
        await connection.execute(sa.insert(t.commands), rows)
    rows.reverse()
    several = {"open": OPEN, "lost": ("refused", "expired", "failed")}
    for wanted in COMMANDS:
        for span in (ALL, Span(80, START + timedelta(minutes=40))):
            expected = [
                row["id"]
                for row in rows
                if all(row[name] in several.get(value, (value,)) for name, value in wanted.items())
                and (not span.before or 40 <= row["id"] < span.before)
            ]
            got = await everything(partial(records.commands, limit=9, **wanted), span)
            assert got == expected, (wanted, span)


async def test_a_page_of_rare_rows_stops_and_says_where(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "WINDOW", 20)
    page = await records.events(kind="timer", source="nobody")
    assert list(page.rows) == []
    assert page.next > 0


# --- by index ---------------------------------------------------------------------------------------------

WHOLE = re.compile(r"SCAN (?!\(|anon|CONSTANT|\w+ USING INDEX ix_\w+_(open|failed|lost)$)")
"""A table that is read from end to end. What was chosen by an index before stands in brackets, or has no name; what is
open, failed or lost has an index of nothing else, and is little."""
WALKS: dict[str, Callable[[Records, Accounts, Span], Awaitable[object]]] = {
    "what followed from a root": lambda records, _, __: records.from_root("bcdfghjklmnpqrst"),
    "what people wrote": lambda records, _, __: records.written(["bcdfghjklmnpqrst"]),
    "events of a root": lambda records, _, span: records.events(span, root="bcdfghjklmnpqrst", status="failed"),
    "events": lambda r, _, s: r.events(s),
    "events by source": lambda r, _, s: r.events(s, source="zapi"),
    "events by kind": lambda r, _, s: r.events(s, kind="timer"),
    "events by source and kind": lambda r, _, s: r.events(s, source="zapi", kind="timer"),
    "events set aside": lambda r, _, s: r.events(s, status="failed", kind="timer"),
    "events waiting": lambda r, _, s: r.events(s, status="new"),
    "events done": lambda r, _, s: r.events(s, status="done"),
    "events of a lane": lambda r, _, s: r.events(s, lane="order:1"),
    "events of a lane, done": lambda r, _, s: r.events(s, lane="order:1", status="done", kind="timer"),
    "commands": lambda r, _, s: r.commands(s),
    "commands by kind": lambda r, _, s: r.commands(s, kind="message.text"),
    "commands by provider": lambda r, _, s: r.commands(s, needs="payments"),
    "commands lost": lambda r, _, s: r.commands(s, status="lost", kind="message.text"),
    "commands parked": lambda r, _, s: r.commands(s, status="parked"),
    "commands open": lambda r, _, s: r.commands(s, status="open", kind="message.text"),
    "commands open of a provider": lambda r, _, s: r.commands(s, status="open", needs="payments"),
    "commands open of a lane": lambda r, _, s: r.commands(s, status="open", lane="order:1"),
    "commands of a lane": lambda r, _, s: r.commands(s, lane="order:1", kind="message.text"),
    "calls": lambda r, _, s: r.calls(s),
    "calls of a provider": lambda r, _, s: r.calls(s, provider="asaas", operation="charge.create"),
    "calls that failed": lambda r, _, s: r.calls(s, provider="asaas", failed=True),
    "misheard": lambda r, _, s: r.misheard(s),
    "misheard in a flow": lambda r, _, s: r.misheard(s, flow="buying"),
    "funnel": lambda r, _, __: r.steps(START.date()),
    "parts": lambda r, _, s: r.products(s),
    "parts of a shop": lambda r, _, s: r.products(s, seller="s1", paused=True),
    "shops": lambda r, _, __: r.sellers("s"),
    "today": lambda r, _, __: r.day(START),
    "providers": lambda r, _, __: r.provider_figures(START),
    "what waits": lambda r, _, __: r.waiting_by_need(),
    "troubles": lambda r, _, __: r.troubles(),
    "the newest answer": lambda r, _, __: r.answer("balance.read", done=True),
    "orders": lambda r, _, s: r.orders(s),
    "orders by state": lambda r, _, s: r.orders(s, state="paid"),
    "audit": lambda _, a, s: a.lines(s),
    "audit of a subject": lambda _, a, s: a.lines(s, subject="order:1", by="ana"),
    "audit of somebody": lambda _, a, s: a.lines(s, by="ana"),
    "a second look": lambda _, a, __: a.has_looked("ana", "order:1", START),
    "search by phone": lambda r, _, __: r.search("11 97777-0001"),
    "search by name": lambda r, _, __: r.search("marina"),
    "search by two names": lambda r, _, __: r.search("souza mar"),
    "search by a phone without its area": lambda r, _, __: r.search("97777-0001"),
    "search by document": lambda r, _, __: r.search("529.982.247-25"),
    "search by mail": lambda r, _, __: r.search("marina@exemplo.com"),
    "search by id": lambda r, _, __: r.search("pay_123"),
    "notices of an order": lambda r, _, __: r.notices_about(7),
    "entries of an order": lambda r, _, __: r.entries(7),
    "inbox": lambda r, _, __: r.inbox(),
}


async def test_every_list_goes_by_an_index(database: Database) -> None:
    """No plan reads a table from end to end."""
    ran: list[tuple[str, Any]] = []

    def note(_: object, __: object, statement: str, parameters: Any, *___: object) -> None:
        ran.append((statement, parameters))

    call = {"provider": "asaas", "operation": "x", "correlation": "", "attempt": 1, "method": "GET", "url": "", "ms": 9}
    call |= {"started_at": START, "status": 200, "outcome": "answered", "request": "", "response": ""}
    async with database.write() as connection:
        await connection.execute(sa.insert(t.calls).values(call))
    records, accounts = Records(database), Accounts(database, TestClock())
    span = Span(10**9, START, START + timedelta(days=9))
    for name, read in WALKS.items():
        ran.clear()
        engine = database._reader.sync_engine
        sa.event.listen(engine, "before_cursor_execute", note)
        await read(records, accounts, span)
        sa.event.remove(engine, "before_cursor_execute", note)
        selects = [(statement, values) for statement, values in ran if statement.startswith(("SELECT", "WITH"))]
        assert selects, name
        async with database.read() as connection:
            for statement, values in selects:
                rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
                plan = [str(row["detail"]) for row in rows.mappings()]
                assert not [line for line in plan if WHOLE.match(line)], (name, statement, plan)


async def test_on_postgresql_too(postgres_database: Database) -> None:
    """The same words mean the same there: every list, and turns that count in the same rows."""
    dice = random.Random(7)
    rows = [event(i, dice) for i in range(1, MANY + 1)]
    async with postgres_database.write() as connection:
        await connection.execute(sa.insert(t.events), rows)
    records, accounts = Records(postgres_database), Accounts(postgres_database, TestClock())
    for read in WALKS.values():
        for before in (10**9, 10**18 - 1):  # more than some of the columns hold
            await read(records, accounts, Span(before, START, START + timedelta(days=9)))
    assert await Differences(postgres_database).differences(order=10**18 - 1) == []
    for wanted in FILTERS:
        expected = [row["id"] for row in reversed(rows) if all(row[name] == value for name, value in wanted.items())]
        assert await everything(partial(records.events, limit=9, **wanted)) == expected
    mark = {"day": START.date(), "flow": "buying", "step": "cep", "what": "entered", "part": 3}

    async def count() -> None:
        async with postgres_database.write() as connection:
            await connection.run_sync(count_up, t.steps, [mark | {"count": 2}])

    await asyncio.gather(*(count() for _ in range(10)))
    assert [row["count"] for row in await records.steps(START.date())] == [20]
