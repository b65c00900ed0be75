"""The statements of every turn, built once: making one costs more than running it. What varies is bound by name.

The words of a partial index stand in them as they are (``status = 'new'``): with a bound value it would not be used.
"""

from __future__ import annotations

import functools
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from bot.storage import tables as t

AT_ONCE = datetime(2000, 1, 1, tzinfo=UTC)
"""The moment of a command that is due at once: none of our clocks is set back behind it."""

CHANNEL = "autopars_work"
TELL_WORKERS = sa.select(sa.func.pg_notify(CHANNEL, sa.bindparam("what", type_=sa.String)))
"""Heard by the workers of all hosts when the transaction is committed."""

RIVALS = 10
"""Messages of one person that may race each other: the oldest so many that wait."""

OLDEST = (
    sa.select(*(t.events.c[name] for name in ("id", "lane", "kind", "body", "received_at", "root")))
    .where(sa.text("status = 'new'"), t.events.c.lane == sa.bindparam("lane"))
    .order_by(t.events.c.id)
    .limit(RIVALS)
)

CLOSE_EVENT = (
    sa.update(t.events)
    .where(t.events.c.id == sa.bindparam("event"), sa.text("status = 'new'"))
    .values(
        status=sa.bindparam("outcome"),
        error=sa.bindparam("trace"),
        done_at=sa.bindparam("now"),
        attempts=t.events.c.attempts + 1,
    )
)


RECORD = sa.insert(t.calls)

_COLUMNS = [
    t.commands.c[name]
    for name in (
        *("id", "key", "kind", "body", "queue", "lane", "attempts", "in_doubt", "told_parked", "expires_at"),
        *("repeats", "root", "status"),
    )
]
"""What is known of a command that is to be carried out."""


def _is_next(dialect: str) -> sa.ColumnElement[bool]:
    """Whether no open command of the same queue must end first.

    SQLite asks the index for one ahead of each. A server's planner takes the first of many for near and walks all
    that is over to find it, command by command: it is asked once for the first of each queue.
    """
    mine, older = t.commands, t.commands.alias("older")
    waited_for = sa.and_(
        sa.text("older.status IN ('new', 'doing', 'parked')"),
        # what is wanted for later only (after the quiet hours) holds up no answer until then
        sa.or_(sa.text("older.status <> 'new'"), older.c.not_before <= sa.bindparam("now")),
    )
    if dialect == "sqlite":
        ahead = sa.select(older.c.id).where(older.c.queue == mine.c.queue, older.c.id < mine.c.id, waited_for)
        return ~ahead.exists()
    firsts = sa.select(sa.func.min(older.c.id)).where(older.c.queue != "", waited_for).group_by(older.c.queue)
    return mine.c.id.in_(firsts)


def _none_of(column: sa.Column[Any], names: str, dialect: str) -> sa.ColumnElement[bool]:
    """A server plans a statement anew for each length of a list that is not one value; SQLite has no such value."""
    if dialect == "sqlite":
        return column.notin_(sa.bindparam(names, expanding=True))
    return column != sa.all_(sa.bindparam(names, type_=ARRAY(column.type)))


@functools.cache
def waiting(dialect: str) -> sa.Select[tuple[object, ...]]:
    """Commands that may be carried out now."""
    mine = t.commands
    return (
        sa.select(*_COLUMNS)
        .where(
            sa.text("commands.status IN ('new', 'doing', 'parked')"),  # the words of the partial index
            sa.text("commands.status <> 'doing'"),
            mine.c.not_before <= sa.bindparam("now"),
            _none_of(mine.c.id, "busy", dialect),
            _none_of(mine.c.needs, "without", dialect),
            sa.or_(mine.c.queue == "", _is_next(dialect)),
        )
        # by an expression, so that SQLite sorts what is open instead of reading the whole table in order of id
        .order_by(mine.c.id + 0)
        .limit(sa.bindparam("most"))
    )


_THIS = t.commands.c.id == sa.bindparam("command")
_UNTRIED = t.commands.c.attempts == sa.bindparam("tried")
"""Nobody has tried it since it was read: what that left in doubt is not known here."""
FENCE = sa.or_(t.commands.c.owner == sa.bindparam("me"), sa.and_(sa.text("status <> 'doing'"), _UNTRIED))
"""Who slept past its lease, or did not hear that its own commit was done, changes nothing of what another has tried
since."""

CLOSE_COMMAND = (
    sa.update(t.commands)
    .where(_THIS, sa.text(t.OPEN_COMMAND), FENCE)
    .values(status=sa.bindparam("outcome"), error=sa.bindparam("why"), in_doubt=False, updated_at=sa.bindparam("now"))
)


_OPEN = sa.text(t.OPEN_COMMAND)  # beside every other word on the status, or SQLite would read the whole table
_PARKED = sa.update(t.commands).where(_OPEN, sa.text("status = 'parked'")).values(not_before=AT_ONCE)
_BEING_DONE = sa.update(t.commands).where(_OPEN, sa.text("status = 'doing'")).values(status="new", not_before=AT_ONCE)
UNPARK = _PARKED.where(t.commands.c.needs.in_(sa.bindparam("served", expanding=True)))
CLOCK_SET_BACK = _PARKED.where(t.commands.c.updated_at > sa.bindparam("at_most")).values(updated_at=sa.bindparam("now"))
"""What was parked at a moment that has not come yet waits for one that is too far off."""
NOBODY_DOES_IT = _BEING_DONE
LEASE_IS_OVER = _BEING_DONE.where(sa.text("lease_until < now()"))

LEASE_S = 15
LEASE = sa.func.now() + sa.text(f"interval '{LEASE_S} seconds'")
"""Until when a worker that falls silent is believed to live, on the database's own clock."""


@functools.cache
def attempt(*, leased: bool) -> sa.Update:
    """Puts an attempt on record, ``leased`` where other workers must see whether this one still lives."""
    mine = sa.and_(sa.text("status = 'doing'"), t.commands.c.owner == sa.bindparam("me"))
    untouched = sa.and_(sa.text("status IN ('new', 'parked')"), _UNTRIED)
    return (
        sa.update(t.commands)
        .where(_THIS, sa.or_(untouched, mine))
        .values(
            status="doing",
            attempts=t.commands.c.attempts + 1,
            in_doubt=sa.bindparam("doubt"),
            repeats=sa.func.coalesce(sa.bindparam("again"), t.commands.c.repeats),
            owner=sa.bindparam("me"),
            lease_until=LEASE if leased else None,
            updated_at=sa.bindparam("now"),
        )
    )
