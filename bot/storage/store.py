"""The loop's store over SQLAlchemy Core. See :class:`bot.engine.store.Store` for the promises."""

from __future__ import annotations

import json
import traceback
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.commands import COMMAND, AlertOperator, Command
from bot.domain.decision import Decision, Stored
from bot.domain.events import EVENT, Event, Incoming, Tick
from bot.domain.lanes import SYSTEM
from bot.domain.shop import Rules
from bot.engine.store import Conflict, Decide, StoreDown, Turned, Waiting
from bot.integrations.circuit import Circuit
from bot.integrations.http import CallRecord
from bot.storage import tables as t
from bot.storage.database import Database, is_trouble
from bot.storage.people import lanes_now
from bot.storage.shop import SqlShop
from bot.storage.upsert import insert_new, put
from bot.storage.writes import apply

LEASE_S = 15
CONFLICTS = 5
"""How often a turn is decided again on a fresh view before it counts as poison."""
UNREADABLE = timedelta(minutes=5)
"""How long a command waits that this release cannot read: the next one may."""


@contextmanager
def _down() -> Iterator[None]:
    """An ill database by the engine's own name, whichever driver speaks."""
    try:
        yield
    except Exception as error:
        if is_trouble(error):
            raise StoreDown(type(error).__name__) from error
        raise


class SqlStore:
    def __init__(self, database: Database, rules: Rules) -> None:
        self.database = database
        self.rules = rules
        self.owner = uuid.uuid4().hex

    @asynccontextmanager
    async def _write(self) -> AsyncIterator[AsyncConnection]:
        with _down():
            async with self.database.write() as connection:
                yield connection

    @asynccontextmanager
    async def _read(self) -> AsyncIterator[AsyncConnection]:
        with _down():
            async with self.database.read() as connection:
                yield connection

    # --- events ----------------------------------------------------------------------------------------

    async def accept(self, incoming: Sequence[Incoming], now: datetime) -> list[bool]:
        rows = [
            {
                "source": i.source,
                "key": i.key,
                "lane": i.lane,
                "kind": i.event.kind,
                "body": i.event.model_dump_json(),
                "raw": i.raw,
                "received_at": now,
            }
            for i in incoming
        ]

        def work(connection: sa.Connection) -> list[bool]:
            moved = lanes_now(connection, {i.lane for i in incoming if i.lane})
            return [
                bool(insert_new(connection, t.events, [row | {"lane": moved.get(i.lane, i.lane)}]))
                for row, i in zip(rows, incoming, strict=True)
            ]

        async with self._write() as connection:
            return await connection.run_sync(work)

    async def open_lanes(self, limit: int) -> list[str]:
        first = sa.func.min(t.events.c.id)
        query = (
            sa.select(t.events.c.lane)
            .where(sa.text("status = 'new'"))
            .group_by(t.events.c.lane)
            .order_by(first)
            .limit(limit)
        )
        async with self._read() as connection:
            return list((await connection.execute(query)).scalars())

    async def turn(self, lane: str, decide: Decide, poisoned: Decide, now: datetime) -> Turned | None:
        error, tried = "", [0]
        for _ in range(CONFLICTS):
            try:
                async with self._write() as connection:
                    return await connection.run_sync(self._turn, lane, decide, now, tried)
            except Conflict as conflict:
                error = str(conflict)
            except StoreDown:
                raise
            except Exception:
                error = traceback.format_exc(limit=-12)
                break
        async with self._write() as connection:
            return await connection.run_sync(self._set_aside, lane, tried[0], poisoned, error, now)

    def _oldest(self, connection: sa.Connection, lane: str) -> sa.Row[Any] | None:
        query = (
            sa.select(t.events)
            .where(sa.text("status = 'new'"), t.events.c.lane == lane)
            .order_by(t.events.c.id)
            .limit(1)
        )
        return connection.execute(query).one_or_none()

    def _enter(self, connection: sa.Connection, lane: str) -> bool:
        """Have the lane to oneself until the transaction ends; a worker that dies leaves it at once."""
        if self.database.is_sqlite:  # one process works, and it has one writer
            return True
        lock = sa.select(sa.func.pg_try_advisory_xact_lock(sa.func.hashtextextended(lane, 0)))
        return bool(connection.execute(lock).scalar_one())

    def _turn(
        self, connection: sa.Connection, lane: str, decide: Decide, now: datetime, tried: list[int]
    ) -> Turned | None:
        if not self._enter(connection, lane):
            return None
        row = self._oldest(connection, lane)
        if row is None:
            return None
        tried[0] = row.id
        stored = Stored(row.id, row.lane, EVENT.validate_json(row.body), row.received_at)
        decision = Decision(stored)
        # a job may have been run as if it were later: its moment travels in the event
        decide(stored, SqlShop(connection, self.rules), max(now, stored.received_at), decision)
        apply(connection, stored, decision, now)
        if not decision.again:
            self._close_event(connection, row.id, "done", "", now)
        return Turned(stored, decision)

    def _set_aside(
        self, connection: sa.Connection, lane: str, event_id: int, poisoned: Decide, error: str, now: datetime
    ) -> Turned | None:
        row = self._oldest(connection, lane) if self._enter(connection, lane) else None
        if row is None or row.id != event_id:  # another worker has worked it in between
            return None
        try:
            event = EVENT.validate_json(row.body)
        except ValueError:  # of another release: set aside under a name that nobody knows
            event = Tick(name="unreadable")
        stored = Stored(row.id, row.lane, event, row.received_at)
        decision = Decision(stored)
        try:
            with connection.begin_nested():
                poisoned(stored, SqlShop(connection, self.rules), now, decision)
                apply(connection, stored, decision, now)
        except Exception:  # the apology must never keep the lane from going on; its trace is kept
            error += "\n--- and the apology failed too ---\n" + traceback.format_exc(limit=-6)
        self._close_event(connection, row.id, "failed", error[-8000:], now)
        return Turned(stored, None, error)

    def _close_event(self, connection: sa.Connection, event_id: int, status: str, error: str, now: datetime) -> None:
        connection.execute(
            sa.update(t.events)
            .where(t.events.c.id == event_id)
            .values(status=status, error=error, done_at=now, attempts=t.events.c.attempts + 1)
        )

    async def replay(self, event_ids: Sequence[int], now: datetime) -> int:
        async with self._write() as connection:
            result = await connection.execute(
                sa.update(t.events)
                .where(t.events.c.id.in_(list(event_ids)), sa.text("status <> 'new'"))
                .values(status="new", error="", done_at=None)
            )
            return int(result.rowcount)

    # --- commands --------------------------------------------------------------------------------------

    async def waiting_commands(
        self, now: datetime, busy: Sequence[int], limit: int, without: Sequence[str] = ()
    ) -> list[Waiting]:
        mine, older = t.commands, t.commands.alias("older")
        behind = (
            sa.select(older.c.id)
            .where(
                older.c.queue == mine.c.queue,
                older.c.id < mine.c.id,
                sa.text("older.status IN ('new', 'doing', 'parked')"),
                # what is wanted for later only (after the quiet hours) holds up no answer until then
                sa.or_(sa.text("older.status <> 'new'"), older.c.not_before <= now),
            )
            .exists()
        )
        query = (
            sa.select(mine)
            .where(
                sa.text("commands.status IN ('new', 'doing', 'parked')"),  # the words of the partial index
                sa.text("commands.status <> 'doing'"),
                mine.c.not_before <= now,
                mine.c.id.notin_(list(busy)),
                mine.c.needs.notin_(list(without)),
                sa.or_(mine.c.queue == "", ~behind),
            )
            # by an expression, so that SQLite sorts what is open instead of reading the whole table in order of id
            .order_by(mine.c.id + 0)
            .limit(limit)
        )
        async with self._read() as connection:
            rows = (await connection.execute(query)).all()
        found = []
        for row in rows:
            try:
                command = COMMAND.validate_json(row.body)
            except ValueError:
                await self._put_off(row, now)
                continue
            found.append(
                Waiting(
                    id=row.id,
                    key=row.key,
                    command=command,
                    queue=row.queue,
                    lane=row.lane,
                    attempts=row.attempts,
                    in_doubt=row.in_doubt,
                    told_parked=row.told_parked,
                    expires_at=row.expires_at,
                    repeats=row.repeats,
                )
            )
        return found

    async def _put_off(self, row: sa.Row[Any], now: datetime) -> None:
        """A command of another release: it must not stop the others, and waits for a release that can read it."""
        over = row.expires_at is not None and row.expires_at <= now
        async with self._write() as connection:
            await connection.execute(
                sa.update(t.commands)
                .where(t.commands.c.id == row.id, sa.text("status IN ('new', 'parked')"))
                .values(
                    status="failed" if over else "parked",
                    error="unreadable",
                    not_before=now + UNREADABLE,
                    updated_at=now,
                )
            )
        alert = AlertOperator(
            topic=f"comando {row.id} ilegível",
            text=f"O comando {row.id} ({row.kind}, {row.lane}) não pode ser lido por esta versão e espera por outra.",
        )
        await self.ask(alert, key=f"unreadable/{row.id}", lane=SYSTEM, now=now)

    async def begin(self, waiting: Waiting, *, in_doubt: bool, now: datetime, repeats: int | None = None) -> bool:
        mine = sa.and_(sa.text("status = 'doing'"), t.commands.c.owner == self.owner)
        # the count tells whether somebody tried it since it was read: what that left in doubt is not known here
        untouched = sa.and_(sa.text("status IN ('new', 'parked')"), t.commands.c.attempts == waiting.attempts)
        async with self._write() as connection:
            result = await connection.execute(
                sa.update(t.commands)
                .where(t.commands.c.id == waiting.id, sa.or_(untouched, mine))
                .values(
                    status="doing",
                    attempts=t.commands.c.attempts + 1,
                    in_doubt=in_doubt,
                    repeats=t.commands.c.repeats if repeats is None else repeats,
                    owner=self.owner,
                    lease_until=self._lease(),
                    updated_at=now,
                )
            )
        return result.rowcount == 1

    def _lease(self) -> sa.ColumnElement[datetime] | None:
        """Until when a worker that falls silent is believed to live, on the database's own clock."""
        return None if self.database.is_sqlite else sa.func.now() + sa.text(f"interval '{LEASE_S} seconds'")

    async def renew(self, ids: Sequence[int]) -> None:
        if self.database.is_sqlite or not ids:
            return
        async with self._write() as connection:
            await connection.execute(
                sa.update(t.commands)
                .where(t.commands.c.id.in_(list(ids)), t.commands.c.owner == self.owner)
                .values(lease_until=self._lease())
            )

    async def finish(self, waiting: Waiting, status: str, event: Event, error: str, now: datetime) -> None:
        async with self._write() as connection:
            await connection.run_sync(self._finish, waiting, status, event, error, now)

    def _finish(
        self, connection: sa.Connection, waiting: Waiting, status: str, event: Event, error: str, now: datetime
    ) -> None:
        closed = connection.execute(
            sa.update(t.commands)
            .where(t.commands.c.id == waiting.id, sa.text(t.OPEN_COMMAND), self._not_anothers())
            .values(status=status, error=error, in_doubt=False, updated_at=now)
        )
        if closed.rowcount != 1:
            raise Conflict(f"command {waiting.key} is another worker's now")
        self._tell(connection, waiting, status, event, now)

    def _tell(self, connection: sa.Connection, waiting: Waiting, what: str, event: Event, now: datetime) -> None:
        row = {
            "source": "command",
            "key": f"{waiting.key}/{what}",
            "lane": waiting.lane,
            "kind": event.kind,
            "body": event.model_dump_json(),
            "received_at": now,
        }
        insert_new(connection, t.events, [row])

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
    ) -> None:
        def work(connection: sa.Connection) -> None:
            changes: dict[str, Any] = {
                "status": "parked",
                "not_before": until,
                "error": error,
                "in_doubt": in_doubt,
                "updated_at": now,
            }
            if event is not None:
                changes["told_parked"] = True
            if aside:
                changes["queue"] = ""
            parked = connection.execute(
                sa.update(t.commands)
                .where(t.commands.c.id == waiting.id, sa.text(t.OPEN_COMMAND), self._not_anothers())
                .values(**changes)
            )
            if parked.rowcount != 1:
                raise Conflict(f"command {waiting.key} is another worker's now")
            if event is not None:
                self._tell(connection, waiting, "parked", event, now)

        async with self._write() as connection:
            await connection.run_sync(work)

    async def unpark(self, needs: Sequence[str], now: datetime) -> None:
        async with self._write() as connection:
            await connection.execute(
                sa.update(t.commands)
                .where(sa.text("status = 'parked'"), t.commands.c.needs.in_(list(needs)))
                .values(not_before=now)
            )

    async def recover(self, now: datetime, *, starting: bool = False) -> int:
        if self.database.is_sqlite and not starting:
            return 0
        async with self._write() as connection:
            orphaned = sa.text("status = 'doing'")
            if not self.database.is_sqlite:
                orphaned = sa.text("status = 'doing' AND lease_until < now()")
            result = await connection.execute(
                sa.update(t.commands).where(orphaned).values(status="new", not_before=now)
            )
            return int(result.rowcount)

    def _not_anothers(self) -> sa.ColumnElement[bool]:
        """The fence: a worker that slept past its lease must not close what another has taken over."""
        return sa.or_(sa.text("status <> 'doing'"), t.commands.c.owner == self.owner)

    async def ask(self, command: Command, *, key: str, lane: str, now: datetime) -> None:
        row = {
            "key": key,
            "kind": command.kind,
            "needs": command.needs,
            "lane": lane,
            "body": command.model_dump_json(),
            "not_before": now,
            "event_id": 0,
            "created_at": now,
            "updated_at": now,
        }
        async with self._write() as connection:
            await connection.run_sync(insert_new, t.commands, [row])

    # --- timers ----------------------------------------------------------------------------------------

    async def fire_timers(self, now: datetime, limit: int = 200) -> int:
        def work(connection: sa.Connection) -> int:
            query = sa.select(t.timers).where(t.timers.c.due_at <= now).order_by(t.timers.c.due_at).limit(limit)
            rows = connection.execute(query).all()
            fired = 0
            for row in rows:
                # only as it was read: between the two another worker may have fired it, or a turn moved it
                same = sa.and_(t.timers.c.key == row.key, t.timers.c.due_at == row.due_at)
                if connection.execute(sa.delete(t.timers).where(same)).rowcount != 1:
                    continue
                fired += 1
                event = Tick(name=row.name, data=json.loads(row.data))
                insert_new(
                    connection,
                    t.events,
                    [
                        {
                            "source": "timer",
                            "key": f"{row.key}@{row.due_at.isoformat()}",
                            "lane": row.lane,
                            "kind": event.kind,
                            "body": event.model_dump_json(),
                            "received_at": now,
                        }
                    ],
                )
            return fired

        due = await self.next_due()
        if due is None or due > now:
            return 0
        async with self._write() as connection:
            return await connection.run_sync(work)

    async def next_due(self) -> datetime | None:
        async with self._read() as connection:
            due: datetime | None = (await connection.execute(sa.select(sa.func.min(t.timers.c.due_at)))).scalar_one()
        return due

    # --- the record ------------------------------------------------------------------------------------

    async def record(self, calls: Sequence[CallRecord]) -> None:
        async with self._write() as connection:
            await connection.execute(sa.insert(t.calls), [call.__dict__ for call in calls])

    async def save_circuit(self, circuit: Circuit) -> None:
        async with self._write() as connection:
            await connection.run_sync(put, t.circuits, circuit.__dict__)

    async def circuits(self) -> list[Circuit]:
        async with self._read() as connection:
            rows = (await connection.execute(sa.select(t.circuits))).all()
        return [Circuit(**row._mapping) for row in rows]

    async def backlog(self) -> Mapping[str, object]:
        async with self._read() as connection:
            waiting = (
                await connection.execute(
                    sa.select(sa.func.count(), sa.func.min(t.events.c.received_at)).where(sa.text("status = 'new'"))
                )
            ).one()
            by_status = (
                await connection.execute(
                    sa.select(t.commands.c.status, sa.func.count())
                    .where(sa.text(t.OPEN_COMMAND))
                    .group_by(t.commands.c.status)
                )
            ).all()
        return {
            "events": waiting[0],
            "oldest_event": waiting[1],
            "commands": {row[0]: row[1] for row in by_status},
        }
