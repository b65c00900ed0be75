"""One turn in an open transaction: decide the oldest event of a lane, apply the decision, close the event."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.domain.decision import Decision, Stored
from bot.domain.events import EVENT
from bot.domain.shop import Rules
from bot.engine.store import Conflict, Decide, OtherRelease, Turned
from bot.storage import lanes, prepared, statements
from bot.storage import tables as t
from bot.storage.racing import MESSAGE, OF_ANOTHER_RELEASE, first_to_work
from bot.storage.shop import SqlShop
from bot.storage.upsert import insert_event, insert_new
from bot.storage.wanted import Starter
from bot.storage.writes import apply

FOR_ANOTHER_RELEASE = timedelta(minutes=5)
"""How long an event that this release cannot read is left to a newer release, before it counts as poison."""


@dataclass
class Tried:
    """State over the attempts at one turn."""

    event_id: int = 0
    joined: bool = False
    """Whether waiting messages were consumed with it."""
    alone: bool = False
    """Whether it is now decided without the messages behind it, because the burst failed."""


class Turns:
    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    def work(
        self, connection: sa.Connection, lane: str, decide: Decide, now: datetime, tried: Tried, starter: Starter
    ) -> Turned | None:
        """Decide the oldest event of the lane. None if another worker holds the lane or it is empty. Raises what the
        decision raises, and :class:`Conflict` for a stale version."""
        if not lanes.enter(connection, lane):
            return None
        stored, more = _oldest(connection, lane)
        if stored is None:
            return None
        tried.event_id = stored.id
        if stored.event is OF_ANOTHER_RELEASE:
            error = OtherRelease if now < stored.received_at + FOR_ANOTHER_RELEASE else ValueError
            raise error(f"event {stored.id} is of another release")
        if tried.alone:
            stored = replace(stored, waiting=())
        decision = Decision(stored)
        # a job may be run as of a later moment, which the event carries
        try:
            decide(stored, SqlShop(connection, self._rules), max(now, stored.received_at), decision)
        finally:
            tried.joined = bool(decision.taken)
        begun = apply(connection, stored, decision, now, starter)
        if decision.taken and _came_between(connection, stored, decision):
            tried.alone = True
            raise Conflict(
                "the lane of the same person has become this one: others were written before what was joined"
            )
        if not decision.again:
            for one in (stored, *decision.taken):
                close(connection, one.id, "done", "", now)
        return Turned(stored, decision, more=more or decision.again, begun=begun)

    def work_new(
        self, connection: sa.Connection, row: dict[str, Any], decide: Decide, now: datetime, starter: Starter
    ) -> Turned | None:
        """Store an event and decide the oldest of its lane. If that is the new one (almost always), it is stored as
        already closed, which saves an update. None as for :meth:`work`."""
        lane = row["lane"]
        if not lanes.enter(connection, lane) or _oldest(connection, lane)[0] is not None:
            insert_new(connection, t.events, [row])
            return self.work(connection, lane, decide, now, Tried(), starter)
        number = insert_event(connection, {**row, "status": "done", "attempts": 1, "done_at": now})
        if number is None:
            return None
        stored = Stored(number, lane, EVENT.validate_json(row["body"]), row["received_at"], row["root"])
        decision = Decision(stored)
        decide(stored, SqlShop(connection, self._rules), max(now, stored.received_at), decision)
        begun = apply(connection, stored, decision, now, starter)
        if decision.again:
            raise Conflict(f"event {number} is decided anew, by a turn of its own")
        return Turned(stored, decision, more=False, begun=begun)

    def set_aside(
        self, connection: sa.Connection, lane: str, event_id: int, poisoned: Decide, error: str, now: datetime
    ) -> Turned | None:
        """Close a poison event with its traceback, and apply the decision ``poisoned`` instead."""
        stored, more = _oldest(connection, lane) if lanes.enter(connection, lane) else (None, False)
        if stored is None or stored.id != event_id:  # another worker has handled it meanwhile
            return None
        decision = Decision(stored)
        try:
            with connection.begin_nested():
                poisoned(stored, SqlShop(connection, self._rules), now, decision)
                apply(connection, stored, decision, now)
        except Exception:  # the apology must never block the lane; its traceback is kept
            error += "\n--- and the apology failed too ---\n" + traceback.format_exc(limit=-6)
        close(connection, stored.id, "failed", error[-8000:], now)
        return Turned(stored, None, error, more)


def close(connection: sa.Connection, event_id: int, status: str, error: str, now: datetime) -> None:
    """Close an event; :class:`Conflict` if another worker has closed it."""
    values = {"event": event_id, "outcome": status, "trace": error, "now": now}
    if prepared.change(connection, statements.CLOSE_EVENT, values) != 1:
        # lanes being merged hand the event over while it is handled: what another worker has done is not repeated
        raise Conflict(f"event {event_id} has been worked by another")


def _came_between(connection: sa.Connection, stored: Stored, decision: Decision) -> bool:
    """Whether the decision merged in a lane with messages older than one that was consumed: it must be decided
    again."""
    known, last = {stored.id, *(one.id for one in stored.waiting)}, max(one.id for one in decision.taken)
    rows = prepared.rows(connection, statements.OLDEST, {"lane": stored.lane})
    return any(row.kind == MESSAGE and row.id < last and row.id not in known for row in rows)


def _oldest(connection: sa.Connection, lane: str) -> tuple[Stored | None, bool]:
    """The next event of a lane (None if empty), for a message with those waiting behind it; and whether there are
    more."""
    rows = prepared.rows(connection, statements.OLDEST, {"lane": lane})
    if not rows:
        return None, False
    return first_to_work(rows), len(rows) > 1
