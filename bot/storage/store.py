"""The loop's store over SQLAlchemy Core; the contract is :class:`bot.engine.store.Store`."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import random
import traceback
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa

from bot.correlation import new_root, root
from bot.domain.commands import COMMAND, AlertOperator, Command
from bot.domain.decision import NewCommand
from bot.domain.events import Event, Incoming
from bot.domain.lanes import SYSTEM
from bot.domain.shop import Rules
from bot.engine.store import (
    COMMANDS,
    EVENTS,
    Conflict,
    Decide,
    MayBegin,
    OtherRelease,
    StoreDown,
    Turned,
    Waiting,
    Wake,
    later,
)
from bot.integrations.circuit import Circuit
from bot.integrations.http import CallRecord
from bot.storage import lanes, outages, prepared, statements, timers
from bot.storage import tables as t
from bot.storage.backlog import backlog
from bot.storage.bell import Bell
from bot.storage.calls import keep
from bot.storage.database import Database, is_trouble, its_name, sqlite_path
from bot.storage.lanes import Lanes
from bot.storage.people import lanes_now
from bot.storage.presence import Presence
from bot.storage.queues import Queues
from bot.storage.schema import Fence
from bot.storage.turns import Tried, Turns
from bot.storage.upsert import insert_events, insert_new
from bot.storage.wanted import NOTHING_AT_ONCE, Starter, insert_alone

log = logging.getLogger(__name__)

T = TypeVar("T")

CONFLICTS = 20
"""Attempts at a turn after optimistic-locking conflicts before the event counts as poison. Many turns at once may want
the same next number, of which each time one gets it."""
APART_S = 0.01
"""By how much longer the next attempt may wait, at random, so that the same turns do not meet again."""
UNREADABLE = timedelta(minutes=5)
"""How long a command that this release cannot read is left to one that runs beside it; then it is parked."""
A_DOOR = timedelta(hours=1)
"""Parked for longer than this means: until the circuit of its provider closes."""
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
SKEW = timedelta(minutes=1)
"""Most by which the clocks of our hosts may differ."""


@contextmanager
def _down() -> Iterator[None]:
    """Translates database failures of any driver to :class:`StoreDown`."""
    try:
        yield
    except Exception as error:
        if is_trouble(error):
            raise StoreDown(its_name(error)) from error
        raise


def _waiting(row: Any) -> Waiting:
    """Raises ``ValueError`` if this release cannot read the command."""
    return Waiting(
        id=row.id,
        key=row.key,
        command=COMMAND.validate_json(row.body),
        queue=row.queue,
        lane=row.lane,
        attempts=row.attempts,
        in_doubt=row.in_doubt,
        told_parked=row.told_parked,
        expires_at=row.expires_at,
        repeats=row.repeats,
        root=row.root,
        cut_off=row.in_doubt and row.status == "new",
    )


def _outcome(waiting: Waiting, what: str, event: Event, now: datetime) -> dict[str, Any]:
    """The row of a command's outcome event."""
    return {
        "source": "command",
        "key": f"{waiting.key}/{what}",
        "lane": waiting.lane,
        "kind": event.kind,
        "body": event.model_dump_json(),
        "received_at": now,
        "root": waiting.root,
    }


def _fitting(name: str, column: sa.Column[str]) -> str:
    """A value that fits its column; one that is too long is cut and made unique by its hash, instead of failing."""
    most = column.type.length  # type: ignore[attr-defined]
    return name if len(name) <= most else f"{name[: most - 65]}/{hashlib.sha256(name.encode()).hexdigest()}"


class SqlStore:
    def __init__(self, database: Database, rules: Rules) -> None:
        self.database = database
        self.rules = rules
        self._turns = Turns(rules)
        self.fence = Fence(database)
        self._queues, self._open_lanes = Queues(), Lanes()
        self.owner = uuid.uuid4().hex
        self._unreadable: dict[int, datetime] = {}
        """Commands that this release cannot read → until when they are left to another."""
        self._nobodys: set[int] = set()
        """Commands in progress at the last check that no task of this process carries out (SQLite)."""
        self.lanes = lanes.SIDE_BY_SIDE if database.is_sqlite else lanes.OF_ONE_WORKER
        self._presence: Presence | None = None
        self._bell = Bell(sqlite_path(database.url)) if database.is_sqlite else None

    async def appear(self, wake: Wake) -> None:
        if self._bell is not None:  # one process works, which its file lock shows
            self._bell.listen(wake)
        else:
            self._presence = self._presence or Presence(self.database.url, self.owner)
            await self._presence.appear(wake)

    async def disappear(self) -> None:
        if self._bell is not None:
            self._bell.close()
        if self._presence is not None:
            await self._presence.disappear()
            self._presence = None

    async def _commit(self, work: Callable[[sa.Connection], T], *, first: bool = False) -> T:
        with _down():
            return await self.database.commit(work, first=first)

    async def _tell(self, what: str, work: Callable[[sa.Connection], T], *, first: bool = False) -> T:
        """As :meth:`_commit`; workers in other processes are woken."""

        def telling(connection: sa.Connection) -> T:
            done = work(connection)
            prepared.rows(connection, statements.TELL_WORKERS, {"what": what})
            return done

        if self._bell is None:
            return await self._commit(telling, first=first)
        done = await self._commit(work, first=first)
        self._bell.ring(what)
        return done

    async def _look(self, work: Callable[[sa.Connection], T]) -> T:
        with _down():
            return await self.database.look(work)

    # --- events ----------------------------------------------------------------------------------------

    async def accept(self, incoming: Sequence[Incoming], now: datetime) -> list[bool]:
        rows: list[dict[str, Any]] = [
            {
                "source": i.source,
                "key": _fitting(i.key, t.events.c.key),
                "lane": _fitting(i.lane, t.events.c.lane),
                "kind": i.event.kind,
                "body": i.event.model_dump_json(),
                "raw": i.raw,
                "received_at": now,
                "root": i.root or new_root(),
            }
            for i in incoming
        ]

        def work(connection: sa.Connection) -> list[bool]:
            moved = lanes_now(connection, {row["lane"] for row in rows if row["lane"]})
            for row in rows:
                row["lane"] = moved.get(row["lane"], row["lane"])
            return insert_events(connection, rows)

        return await self._tell(EVENTS, work, first=True)

    async def _ours(self, *, again: bool = False) -> bool:
        """See :class:`Fence`."""
        with _down():
            return await self.fence.is_open(again=again)

    async def open_lanes(self, limit: int, busy: Sequence[str] = ()) -> list[str]:
        if not await self._ours():
            return []
        return await self._look(lambda connection: self._open_lanes.open(connection, limit, busy))

    async def turn(
        self, lane: str, decide: Decide, poisoned: Decide, now: datetime, may_begin: MayBegin = later
    ) -> Turned | None:
        error, tried = "", Tried()
        for attempt in range(CONFLICTS):
            try:
                return await self._commit(
                    lambda c: self._turns.work(c, lane, decide, now, tried, self._starter(may_begin))
                )
            except Conflict as conflict:
                error = str(conflict)
                await asyncio.sleep(random.uniform(0, attempt * APART_S))  # noqa: S311 - keeps no secret
            except (StoreDown, OtherRelease):
                raise
            except Exception:
                error = traceback.format_exc(limit=-12)
                if tried.alone or not tried.joined:
                    break
                tried.alone = True
        if not await self._ours(again=True):
            raise StoreDown("another release has migrated it")
        return await self._commit(lambda c: self._turns.set_aside(c, lane, tried.event_id, poisoned, error, now))

    def _starter(self, may_begin: MayBegin) -> Starter:
        """A worker begins nothing while it is not registered with the others."""
        seen = self._presence is None or self._presence.seen
        return Starter(may_begin, self.owner) if seen else NOTHING_AT_ONCE

    async def replay(self, event_ids: Sequence[int]) -> int:
        put_back = (
            sa.update(t.events)
            .where(t.events.c.id.in_(list(event_ids)), sa.text("status <> 'new'"), t.events.c.body != "")  # not trimmed
            .values(status="new", error="", done_at=None)
        )

        return await self._tell(EVENTS, lambda connection: connection.execute(put_back).rowcount)

    async def hurry(self, command_ids: Sequence[int], now: datetime) -> int:
        c = t.commands.c
        these = sa.update(t.commands).where(c.id.in_(list(command_ids)))
        due = these.where(sa.text("status IN ('new', 'parked')")).values(not_before=now)
        put_back = these.where(sa.text("status = 'failed'"), c.body != "").values(  # not trimmed
            status="new", error="", attempts=0, not_before=statements.AT_ONCE, updated_at=now
        )

        return await self._tell(
            COMMANDS, lambda connection: connection.execute(due).rowcount + connection.execute(put_back).rowcount
        )

    # --- commands --------------------------------------------------------------------------------------

    async def waiting_commands(
        self, now: datetime, busy: Sequence[int], limit: int, without: Sequence[str] = ()
    ) -> list[Waiting]:
        if (self._presence is not None and not self._presence.seen) or not await self._ours():
            return []
        left = [number for number, until in self._unreadable.items() if now < until]
        busy = [*busy, *left]
        found = []
        for row in await self._look(lambda connection: self._queues.look(connection, now, busy, limit, without)):
            try:
                found.append(_waiting(row))
            except ValueError:
                if self._unreadable.pop(row.id, None) is None:
                    self._unreadable[row.id] = now + UNREADABLE
                else:
                    await self._put_off(row, now)
        return found

    async def _put_off(self, row: Any, now: datetime) -> None:
        """Park a command of another release: it must not block others, and waits for a release that can read it."""
        over = row.expires_at is not None and row.expires_at <= now
        put_off = (
            sa.update(t.commands)
            .where(t.commands.c.id == row.id, sa.text("status IN ('new', 'parked')"))
            .values(
                status="failed" if over else "parked",
                error="unreadable",
                not_before=now + UNREADABLE,
                updated_at=now,
            )
        )
        await self._commit(lambda connection: connection.execute(put_off))
        alert = AlertOperator(
            topic=f"comando {row.id} ilegível",
            text=f"O comando {row.id} ({row.kind}, {row.lane}) não pode ser lido por esta versão e espera por outra.",
        )
        await self.ask(alert, key=f"unreadable/{row.id}", lane=SYSTEM, now=now)

    async def begin(self, waiting: Waiting, *, in_doubt: bool, now: datetime, repeats: int | None = None) -> bool:
        return await self._commit(lambda connection: self._begin(connection, waiting, in_doubt, now, repeats))

    async def begin_together(self, attempts: Sequence[tuple[Waiting, bool]], now: datetime) -> Collection[int]:
        def work(connection: sa.Connection) -> list[int]:
            # always in order of id, so that two workers cannot deadlock
            ordered = sorted(attempts, key=lambda attempt: attempt[0].id)
            return [one.id for one, in_doubt in ordered if self._begin(connection, one, in_doubt, now)]

        return await self._commit(work)

    def _begin(
        self, connection: sa.Connection, waiting: Waiting, in_doubt: bool, now: datetime, repeats: int | None = None
    ) -> bool:
        values = {
            "command": waiting.id,
            "its_own": waiting.command.needs,
            "tried": waiting.attempts,
            "doubt": in_doubt,
            "again": repeats,
            "me": self.owner,
            "now": now,
        }
        attempt = statements.attempt(leased=not self.database.is_sqlite)
        return prepared.change(connection, attempt, values) == 1

    async def renew(self, ids: Sequence[int]) -> None:
        if self.database.is_sqlite or not ids:
            return
        renewed = (
            sa.update(t.commands)
            .where(t.commands.c.id.in_(list(ids)), t.commands.c.owner == self.owner)
            .values(lease_until=statements.LEASE)
        )
        await self._commit(lambda connection: connection.execute(renewed))

    async def finish(
        self,
        waiting: Waiting,
        status: str,
        event: Event,
        error: str,
        now: datetime,
        decide: Decide | None = None,
        may_begin: MayBegin = later,
    ) -> Turned | None:
        def work(connection: sa.Connection, decide: Decide | None = None) -> Turned | None:
            self._close(connection, waiting, status, error, now)
            row = _outcome(waiting, status, event, now)
            if decide is None:
                insert_new(connection, t.events, [row])
                return None
            turned = self._turns.work_new(connection, row, decide, now, self._starter(may_begin))
            # on PostgreSQL, a worker woken by a new event in the meantime has found the lane locked
            return replace(turned, more=turned.more or not self.database.is_sqlite) if turned else None

        if decide is not None and await self._ours():
            try:
                return await self._commit(lambda connection: work(connection, decide))
            except StoreDown:
                raise
            except Exception as stumbled:  # whatever it was, the outcome is kept
                log.info("%s of %s is left to a turn of its own: %s", event.kind, waiting.key, type(stumbled).__name__)
        return await self._commit(work)

    def _close(self, connection: sa.Connection, waiting: Waiting, status: str, error: str, now: datetime) -> None:
        values = {
            "command": waiting.id,
            "tried": waiting.attempts,
            "outcome": status,
            "why": error,
            "me": self.owner,
            "now": now,
        }
        if prepared.change(connection, statements.CLOSE_COMMAND, values) != 1:
            raise Conflict(f"command {waiting.key} is another worker's now")

    async def park(
        self,
        waiting: Waiting,
        event: Event | None,
        error: str,
        until: datetime,
        *,
        in_doubt: bool,
        now: datetime,
        aside: bool = False,
        door: str = "",
        refused_by: str = "",
    ) -> None:
        def work(connection: sa.Connection) -> None:
            changes: dict[str, Any] = {
                "status": "parked",
                "not_before": until,
                "error": error,
                "in_doubt": in_doubt,
                "updated_at": now,
                "needs": door or waiting.command.needs,
                "refused_by": refused_by,
            }
            if event is not None:
                changes["told_parked"] = True
            if aside:
                changes["queue"] = ""
            parked = connection.execute(
                sa.update(t.commands)
                .where(t.commands.c.id == waiting.id, sa.text(t.OPEN_COMMAND), statements.FENCE)
                .values(**changes),
                {"me": self.owner, "tried": waiting.attempts},
            )
            if parked.rowcount != 1:
                raise Conflict(f"command {waiting.key} is another worker's now")
            if event is not None:
                insert_new(connection, t.events, [_outcome(waiting, "parked", event, now)])

        await self._commit(work)

    async def unpark(
        self, most: Mapping[str, int], later_than: datetime, parked_by: Mapping[str, datetime] | None = None
    ) -> Mapping[str, int]:
        def work(connection: sa.Connection) -> dict[str, int]:
            moments = {"later_than": later_than, "at_a_door": later_than + A_DOOR}
            unparked = {}
            for need, number in most.items():
                values = {**moments, "need": need, "most": number, "parked_by": (parked_by or {}).get(need, NEVER)}
                unparked[need] = prepared.change(connection, statements.UNPARK, values)
            return unparked

        return await self._commit(work)

    async def recover(self, now: datetime, *, starting: bool = False, under_way: Collection[int] = ()) -> int:
        before = self._nobodys

        def work(connection: sa.Connection) -> tuple[int, set[int]]:
            count = connection.execute(statements.CLOCK_SET_BACK, {"now": now, "at_most": now + SKEW}).rowcount
            if not self.database.is_sqlite:
                return count + connection.execute(statements.LEASE_IS_OVER).rowcount, set()
            nobodys = set(prepared.scalars(connection, statements.BEING_DONE)) - set(under_way)
            lost = nobodys if starting else nobodys & before
            if lost:
                connection.execute(statements.NOBODY_DOES_IT, {"these": sorted(lost)})
            return count + len(lost), nobodys - lost

        with _down():
            if await self.database.forget_statistics():
                log.warning("what ANALYZE has counted is forgotten: statements are written to do without")
        count, self._nobodys = await self._commit(work)
        return count

    async def ask(
        self, command: Command, *, key: str, lane: str, now: datetime, expires_at: datetime | None = None
    ) -> None:
        new, of = NewCommand(key, command, "", lane, expires_at), root.get() or new_root()
        await self._tell(COMMANDS, lambda connection: insert_alone(connection, new, now, of))

    # --- timers ----------------------------------------------------------------------------------------

    async def fire_timers(self, now: datetime, limit: int = 200) -> int:
        due = await self.next_due()
        if due is None or due > now:
            return 0
        return await self._tell(EVENTS, lambda connection: timers.fire(connection, now, limit))

    async def next_due(self) -> datetime | None:
        due: datetime | None = await self._look(lambda connection: prepared.scalar(connection, timers.FIRST))
        return due

    # --- the record ------------------------------------------------------------------------------------

    async def record(self, calls: Sequence[CallRecord], *, again: bool = False) -> None:
        await self._commit(lambda connection: keep(connection, self.owner, calls, again=again))

    async def save_circuit(self, circuit: Circuit, alert: AlertOperator, now: datetime) -> None:
        of = root.get() or new_root()  # of the call that revealed it

        def work(connection: sa.Connection) -> None:
            if outage := outages.keep(connection, circuit):
                insert_alone(connection, NewCommand(outage, alert, "", SYSTEM), now, of)

        await self._tell(COMMANDS, work)

    async def circuits(self) -> list[Circuit]:
        rows = await self._look(lambda connection: connection.execute(sa.select(t.circuits)).all())
        return [Circuit(**row._mapping) for row in rows]

    async def backlog(self) -> Mapping[str, Any]:
        return await self._look(backlog)
