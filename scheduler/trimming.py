"""Retention: what is deleted from the record, and when."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.lists import first_since
from bot.storage.store import SqlStore
from bot.storage.upsert import put

BATCH = 1000
E, C = t.events.c, t.commands.c


@dataclass(frozen=True)
class Trim:
    """One kind of rows to trim."""

    name: str
    key: sa.Column[int]
    began: sa.Column[datetime]
    """When a row was stored; follows the order of keys."""
    ended: sa.Column[datetime]
    holds: sa.ColumnElement[bool]
    """Whether a row still has contents to delete."""
    over: sa.ColumnElement[bool]
    """Whether it may be deleted: what is set aside, or waits, is kept until somebody has handled it."""
    change: Callable[[Sequence[int]], sa.Executable]


def _emptied(key: sa.Column[int], *names: str) -> Callable[[Sequence[int]], sa.Executable]:
    return lambda ids: sa.update(key.table).where(key.in_(ids)).values(dict.fromkeys(names, ""))


RAW = Trim("raw", E.id, E.received_at, E.done_at, E.raw != "", E.status == "done", _emptied(E.id, "raw"))
EVENTS = Trim("events", E.id, E.received_at, E.done_at, E.body != "", E.status == "done", _emptied(E.id, "body", "raw"))
COMMANDS = Trim(
    "commands",
    C.id,
    C.created_at,
    C.updated_at,
    C.body != "",
    C.status.in_(["done", "refused", "expired"]),
    _emptied(C.id, "body"),
)
CALLS = Trim(
    "calls",
    t.calls.c.id,
    t.calls.c.started_at,
    t.calls.c.started_at,
    sa.true(),
    sa.true(),
    lambda ids: sa.delete(t.calls).where(t.calls.c.id.in_(ids)),
)

X = t.exhibits
EXHIBITS = Trim(
    "exhibits", X.c.id, X.c.at, X.c.at, sa.true(), sa.true(), lambda ids: sa.delete(X).where(X.c.id.in_(ids))
)


def trim(days: int, body_days: int) -> Callable[[SqlStore, datetime], Awaitable[str]]:
    async def run(store: SqlStore, now: datetime) -> str:
        """Raw webhooks and call records go first, the contents of events and commands later. Rows stay, with key, kind,
        lane and times: a late repeat is still recognised, and the timeline stays complete. Orders and the ledger are
        separate documents."""
        old, older = now - timedelta(days=days), now - timedelta(days=body_days)
        raw = await _trimmed(store.database, RAW, old)
        calls = await _trimmed(store.database, CALLS, old)
        bodies = await _trimmed(store.database, EVENTS, older)
        wanted = await _trimmed(store.database, COMMANDS, older)
        await _trimmed(store.database, EXHIBITS, older)
        return f"{raw} raw bodies, {calls} call records, bodies of {bodies} events and {wanted} commands trimmed"

    return run


async def _trimmed(database: Database, what: Trim, before: datetime) -> int:
    """One batch per transaction. A reader finds the rows, each once, so that nobody waits for the writer meanwhile; it
    looks only between the first row with contents and the first that is too young."""
    async with database.read() as connection:
        first = (await connection.execute(sa.select(t.trims.c.first).where(t.trims.c.name == what.name))).scalar() or 0
        end = await first_since(connection, what.key, what.began, before)
    total, last = 0, first - 1
    while ids := await _some(database, what.key, last, end, what.holds, what.over, what.ended < before):
        async with database.write() as connection:
            await connection.execute(what.change(ids))
        total, last = total + len(ids), ids[-1]
    left = await _some(database, what.key, first - 1, end, what.holds, most=1)
    row = {"name": what.name, "first": left[0] if left else end}
    async with database.write() as connection:
        await connection.run_sync(put, t.trims, row)
    return total


async def _some(
    database: Database, key: sa.Column[int], last: int, end: int, *which: sa.ColumnElement[bool], most: int = BATCH
) -> Sequence[int]:
    query = sa.select(key).where(key > last, key < end, *which).order_by(key).limit(most)
    async with database.read() as connection:
        return (await connection.execute(query)).scalars().all()
