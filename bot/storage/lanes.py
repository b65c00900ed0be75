"""Which lanes have something to be worked, and how a worker has one to itself.

On PostgreSQL it is an advisory lock that ends with the turn's transaction, and with it; what is locked is shown to
everybody, so that no worker begins what another works just now.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from bot.storage import prepared
from bot.storage import tables as t

SIDE_BY_SIDE = 40
"""Lanes worked at a time where their turns share one commit (SQLite)."""
OF_ONE_WORKER = 16
"""Lanes that one of several workers has under way, each on a connection of its own: what it has not come to is left to
the others."""
SPREAD = 30
"""Among so many lanes more than are wanted each of several workers chooses its own."""
EVENTS_A_LANE = 3
"""So many open events are looked through for each lane that is wanted, at a time."""

# built once, as those of :mod:`bot.storage.statements`
_OLDEST = (
    sa.select(t.events.c.lane)
    # SQLite would walk through all that is over, in order of id
    .with_hint(t.events, "INDEXED BY ix_events_waiting", "sqlite")
    .where(sa.text("status = 'new'"))
    .order_by(t.events.c.id)
    .limit(sa.bindparam("most"))
)
"""The lanes of the oldest open events; one that has several is named several times."""
OPEN = _OLDEST.where(t.events.c.lane.notin_(sa.bindparam("busy", expanding=True)))


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
FREE = _OLDEST.where(
    t.events.c.lane != sa.all_(sa.bindparam("busy", type_=ARRAY(sa.Text))),  # one statement, however many they are
    _lock(t.events.c.lane).notin_(sa.select(sa.literal_column("held.number")).select_from(_HELD)),
)
"""Without those that any worker has to itself just now."""


def open_lanes(connection: sa.Connection, limit: int, busy: Sequence[str]) -> list[str]:
    """See :meth:`bot.engine.store.Store.open_lanes`."""
    alone = connection.dialect.name == "sqlite"
    query, wanted = (OPEN, limit) if alone else (FREE, limit + SPREAD)
    found: dict[str, None] = {}
    while len(found) < wanted:  # a lane in which much waits must not hide the others
        values = {"busy": [*busy, *found], "most": EVENTS_A_LANE * wanted}
        lanes = prepared.scalars(connection, query, values)
        found |= dict.fromkeys(lanes)
        if len(lanes) < EVENTS_A_LANE * wanted:
            break
    oldest = list(found)[:wanted]
    return oldest if len(oldest) <= limit else random.sample(oldest, limit)


def enter(connection: sa.Connection, lane: str) -> bool:
    """Have the lane to oneself until the transaction ends; a worker that dies leaves it at once."""
    if connection.dialect.name == "sqlite":  # one process works, and it has one writer
        return True
    return bool(prepared.scalar(connection, ENTER, {"lane": lane}))


def wait(connection: sa.Connection, lane: str) -> None:
    """Until nobody works the lane any more; nobody enters it then before the transaction ends (PostgreSQL)."""
    prepared.rows(connection, WAIT, {"lane": lane})
