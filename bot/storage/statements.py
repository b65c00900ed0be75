"""The statements of every turn, built once, since building one costs more than running it. Values are bound by name.

The words of a partial index stand in them as they are (``status = 'new'``): with a bound value it would not be used.
"""

from __future__ import annotations

import functools
from datetime import UTC, datetime

import sqlalchemy as sa

from bot.storage import tables as t

AT_ONCE = datetime(2000, 1, 1, tzinfo=UTC)
"""``not_before`` of a command that is due at once: earlier than any clock of ours."""

CHANNEL = "autopars_work"
TELL_WORKERS = sa.select(sa.func.pg_notify(CHANNEL, sa.bindparam("what", type_=sa.String)))
"""``NOTIFY``, delivered to the workers of all hosts at commit."""

RIVALS = 10
"""Oldest messages of a lane among which the provider's time decides the order."""

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


_THIS = t.commands.c.id == sa.bindparam("command")
_UNTRIED = t.commands.c.attempts == sa.bindparam("tried")
"""Nobody has attempted it since it was read. Otherwise an effect may be in doubt that this process does not know of."""
FENCE = sa.or_(t.commands.c.owner == sa.bindparam("me"), sa.and_(sa.text("status <> 'doing'"), _UNTRIED))
"""A fencing token: a worker whose lease has expired, or whose commit succeeded unnoticed, cannot overwrite what another
has attempted since."""

CLOSE_COMMAND = (
    sa.update(t.commands)
    .where(_THIS, sa.text(t.OPEN_COMMAND), FENCE)
    .values(status=sa.bindparam("outcome"), error=sa.bindparam("why"), in_doubt=False, updated_at=sa.bindparam("now"))
)


_OPEN = sa.text(t.OPEN_COMMAND)  # in every condition on the status, or SQLite would not use the partial indexes
_SURELY_NOT_DONE = sa.or_(
    ~t.commands.c.in_doubt,
    t.commands.c.not_before == t.commands.c.expires_at,
    t.commands.c.not_before > sa.bindparam("at_a_door"),
)
"""A command in doubt keeps its time, which is soon: looked up too early, it could be repeated while its first call is
still in progress. Except where the lookup itself is parked at a door."""
_AT_A_DOOR = (
    sa.text("status = 'parked'"),
    t.commands.c.not_before > sa.bindparam("later_than"),
    t.commands.c.updated_at <= sa.bindparam("parked_by"),
    _SURELY_NOT_DONE,
)
_FIRST_AT_A_DOOR = (
    sa.select(t.commands.c.id)
    .where(_OPEN, t.commands.c.needs == sa.bindparam("need"), *_AT_A_DOOR)
    .order_by(t.commands.c.not_before, t.commands.c.id)
    .limit(sa.bindparam("most"))
)
UNPARK = (
    sa.update(t.commands)
    # repeated here: another worker may have attempted one in the meantime and left it in doubt
    .where(t.commands.c.id.in_(_FIRST_AT_A_DOOR.scalar_subquery()), *_AT_A_DOOR)
    .values(not_before=AT_ONCE)
)
"""Resumes the commands of a need that were parked first, at most ``most`` of them."""
_DOING = sa.text("status = 'doing'")
BEING_DONE = sa.select(t.commands.c.id).where(_OPEN, _DOING)
_LOOK_UP = sa.update(t.commands).where(_OPEN, _DOING).values(status="new", not_before=AT_ONCE)
CLOCK_SET_BACK = (
    sa.update(t.commands)
    .where(sa.text(t.PARKED_COMMAND), t.commands.c.updated_at > sa.bindparam("at_most"))
    .values(not_before=AT_ONCE, updated_at=sa.bindparam("now"))
)
"""A command parked at a time that is in the future now has a due time that is too far off."""
NOBODY_DOES_IT = _LOOK_UP.where(t.commands.c.id.in_(sa.bindparam("these", expanding=True)))
LEASE_IS_OVER = _LOOK_UP.where(sa.text("lease_until < now()"))

LEASE_S = 15
LEASE = sa.func.now() + sa.text(f"interval '{LEASE_S} seconds'")
"""End of a lease, on the database's clock; a silent worker counts as dead after it."""


@functools.cache
def attempt(*, leased: bool) -> sa.Update:
    """Records an attempt; ``leased``: with a lease, where there are several workers."""
    mine = sa.and_(sa.text("status = 'doing'"), t.commands.c.owner == sa.bindparam("me"))
    untouched = sa.and_(sa.text("status IN ('new', 'parked')"), _UNTRIED)
    return (
        sa.update(t.commands)
        .where(_THIS, sa.or_(untouched, mine))
        .values(
            status="doing",
            needs=sa.bindparam("its_own"),  # it may have been parked under another need
            attempts=t.commands.c.attempts + 1,
            in_doubt=sa.bindparam("doubt"),
            repeats=sa.func.coalesce(sa.bindparam("again"), t.commands.c.repeats),
            owner=sa.bindparam("me"),
            lease_until=LEASE if leased else None,
            updated_at=sa.bindparam("now"),
        )
    )
