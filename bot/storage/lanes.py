"""Finds lanes with open events, and locks a lane for one worker.

On PostgreSQL the lock is a transaction-level advisory lock. Locks are visible to all workers, so lanes that another one
works are left out of the search.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from bot.storage import prepared
from bot.storage import tables as t
from bot.storage.types import BigId

SIDE_BY_SIDE = 40
"""Concurrent lanes on SQLite, whose turns share commits."""
OF_ONE_WORKER = 16
"""Concurrent lanes of one worker on PostgreSQL, whose turns wait for its few connections; the rest is left to other
workers."""
SPREAD = 30
"""Extra lanes that are read, among which each worker chooses at random."""
EVENTS_A_LANE = 3
"""Open events read per wanted lane, per page."""
PAGES = 3
"""Pages read before lanes are taken in order of their names instead."""

# built once, as those of :mod:`bot.storage.statements`
_OLDEST = (
    sa.select(t.events.c.id, t.events.c.lane)
    .where(sa.text("status = 'new'"), t.events.c.id > sa.bindparam("after", type_=BigId))
    .order_by(t.events.c.id)
    .limit(sa.bindparam("most"))
    .subquery("anon_oldest")
)
"""The oldest open events after a given one; a lane may occur several times."""
_MORE = t.events.alias("more")


def _next_lane(after: sa.ColumnElement[str]) -> sa.ScalarSelect[str]:
    first = sa.func.min(_MORE.c.lane)
    return sa.select(first).where(sa.text("more.status = 'new'"), _MORE.c.lane > after).scalar_subquery()


def _walk() -> sa.CTE:
    """Distinct lanes with open events by name (a loose index scan): the cost does not depend on how much waits in
    each."""
    first = _next_lane(sa.bindparam("behind", type_=sa.String))
    walk = sa.select(first.label("lane"), sa.literal(1).label("step")).cte("anon_walk", recursive=True)
    further = walk.c.lane.is_not(None) & (walk.c.step < sa.bindparam("most"))
    return walk.union_all(sa.select(_next_lane(walk.c.lane), walk.c.step + 1).where(further))


_WALK = _walk()


def _lock(lane: sa.ColumnElement[str]) -> sa.ColumnElement[int]:
    return sa.func.hashtextextended(lane, 0)


_LANE = _lock(sa.bindparam("lane", type_=sa.String))
ENTER = sa.select(sa.func.pg_try_advisory_xact_lock(_LANE))
WAIT = sa.select(sa.func.pg_advisory_xact_lock(_LANE))
_HELD = (
    # a lock by one number is shown as its two halves
    sa.select(sa.text("classid::bigint << 32 | objid::bigint AS number"))
    .select_from(sa.text("pg_locks"))
    .where(sa.text("locktype = 'advisory' AND objsubid = 1"))
    .where(sa.text("database = (SELECT oid FROM pg_database WHERE datname = current_database())"))
    .cte("held")
    .prefix_with("MATERIALIZED", dialect="postgresql")
)


def _free(lane: sa.ColumnElement[str], dialect: str) -> sa.ColumnElement[bool]:
    """Whether no worker holds the lane. On SQLite one process works, which knows its own."""
    if dialect == "sqlite":
        return sa.true()
    return _lock(lane).notin_(sa.select(sa.literal_column("held.number")).select_from(_HELD))


@functools.cache
def oldest(dialect: str) -> sa.Select[Any]:
    return sa.select(_OLDEST.c.id, _OLDEST.c.lane, _free(_OLDEST.c.lane, dialect).label("free")).order_by(_OLDEST.c.id)


@functools.cache
def by_name(dialect: str) -> sa.Select[Any]:
    found = sa.select(_WALK.c.lane, _free(_WALK.c.lane, dialect).label("free")).where(_WALK.c.lane.is_not(None))
    return found.order_by(_WALK.c.step)


class Lanes:
    """The search; remembers between calls where it ended."""

    def __init__(self) -> None:
        self._behind = ""
        """The lane at which the last search by name ended."""

    def open(self, connection: sa.Connection, limit: int, busy: Sequence[str]) -> list[str]:
        """See :meth:`bot.engine.store.Store.open_lanes`. The amount read is bounded, however much waits."""
        dialect, known = connection.dialect.name, set(busy)
        wanted = limit if dialect == "sqlite" else limit + SPREAD
        found: dict[str, None] = {}
        after, most = 0, EVENTS_A_LANE * wanted
        for _ in range(PAGES):
            rows = prepared.rows(connection, oldest(dialect), {"after": after, "most": most})
            found |= dict.fromkeys(row.lane for row in rows if row.free and row.lane not in known)
            if len(rows) < most or len(found) >= wanted:
                break
            after = rows[-1].id
        else:  # few lanes hold very many events and would hide the others
            for row in self._by_name(connection, most):
                if row.free and row.lane not in known:
                    found[row.lane] = None
                if len(found) >= wanted:
                    break
        first = list(found)[:wanted]
        return first if len(first) <= limit else random.sample(first, limit)

    def _by_name(self, connection: sa.Connection, most: int) -> Iterator[Any]:
        """Lanes by name, continuing where the last search ended, at most once around."""
        started, statement = self._behind, by_name(connection.dialect.name)
        for behind in dict.fromkeys((started, "")):
            rows = prepared.rows(connection, statement, {"behind": behind, "most": most})
            for row in rows:
                self._behind = row.lane
                yield row
            if len(rows) == most:
                return
        self._behind = ""


def enter(connection: sa.Connection, lane: str) -> bool:
    """Lock the lane until the transaction ends; False if another worker holds it."""
    if connection.dialect.name == "sqlite":  # one process works, and it has one writer
        return True
    return bool(prepared.scalar(connection, ENTER, {"lane": lane}))


def wait(connection: sa.Connection, lane: str) -> None:
    """As :func:`enter`, but waits for the lock (PostgreSQL)."""
    prepared.rows(connection, WAIT, {"lane": lane})
