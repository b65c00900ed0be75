"""Several hosts on one PostgreSQL server, several processes on one SQLite file: who works, who waits, who is dead."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.util import await_only

from bot.domain.commands import SendText, Sent
from bot.domain.decision import Decision, Stored
from bot.domain.events import Done
from bot.domain.shop import Rules, Shop
from bot.engine import pump
from bot.engine.loop import Loop
from bot.engine.store import Waiting
from bot.integrations.circuit import Circuits
from bot.storage import presence
from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.dedicated import DedicatedConnection, Pooled
from bot.storage.presence import Presence
from bot.storage.process_lock import holding, process_lock
from bot.storage.store import SqlStore
from scheduler.jobs import Job
from scheduler.standing import stand_by
from scheduler.ticker import Ticker
from tests.conftest import TestClock
from tests.engine.support import Watcher, echo, effect, loop_over, nothing, results, said
from tests.support_pooler import Pooler


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def shared(request: pytest.FixtureRequest) -> Database:
    """What several processes share."""
    name = "database" if request.param == "sqlite" else "postgres_database"
    found: Database = request.getfixturevalue(name)
    return found


async def poll(ready: Callable[[], Awaitable[bool]], within: float = 10.0) -> float:
    """Until something is so in a database; how many seconds that took."""
    started = time.monotonic()
    async with asyncio.timeout(within):
        while not await ready():  # noqa: ASYNC110  (nobody announces it)
            await asyncio.sleep(0.01)
    return time.monotonic() - started


def nobody(_: str) -> None:
    """Nobody wants to be woken."""


@asynccontextmanager
async def worker(database: Database) -> AsyncIterator[SqlStore]:
    """A worker of another host, which others see."""
    store = SqlStore(database, Rules())
    await store.appear(nobody)
    yield store
    await store.disappear()


async def doing(store: SqlStore, clock: TestClock, who: str = "1") -> Waiting:
    """Have it begin a command."""
    await store.accept([said("1", who=who)], clock())
    await store.turn(f"person:{who}", echo, nothing, clock())
    (waiting,) = await store.waiting_commands(clock(), [], 10)
    assert await store.begin(waiting, in_doubt=True, now=clock())
    return waiting


async def state(database: Database) -> tuple[str, bool]:
    async with database.read() as connection:
        row = (await connection.execute(sa.select(t.commands.c.status, t.commands.c.in_doubt))).one()
    return row.status, row.in_doubt


CUT = """
SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
AND (classid::bigint << 32 | objid::bigint) = hashtextextended(:name, 0)
"""


async def cut(database: Database, name: str) -> int:
    """Cut the connection that holds a lock, as a server that is restarted does; how many there were."""
    async with database.write() as connection:
        return len((await connection.execute(sa.text(CUT), {"name": name})).all())


# --- workers ------------------------------------------------------------------------------------------------


async def test_what_one_process_stores_another_works_at_once(
    shared: Database, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pump, "POLL", 60.0)  # nobody finds it by looking in time

    async def send(command: SendText, key: str) -> Sent:
        return Sent(message_id=key)

    watcher = Watcher()
    loop = loop_over(SqlStore(shared, Rules()), clock, watcher)
    await loop.start()
    await loop.work(effect(send))
    others = Database(shared.url)
    elsewhere = SqlStore(others, Rules())
    took = []
    for number in range(1, 6):
        started = time.monotonic()
        await elsewhere.accept([said(str(number))], clock())

        def done(wanted: int = number) -> bool:
            return len(results(watcher, Done)) == wanted

        await watcher.until(done)
        took.append(time.monotonic() - started)
    await elsewhere.ask(SendText(to="9", text="x"), key="asked", lane="person:9", now=clock())
    await watcher.until(lambda: sum(s == "result" for s, _ in watcher.steps) == 6)
    await loop.stop()
    await others.close()
    assert min(took) < 5


async def test_what_comes_in_while_an_outcome_is_worked_is_worked_right_after(
    postgres_database: Database, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody answers what was just sent: the lane is taken by the commit that stores what came of the sending, and
    the look that the message wakes passes it over."""
    monkeypatch.setattr(pump, "POLL", 60.0)  # nobody finds it by looking in time
    store, elsewhere = SqlStore(postgres_database, Rules()), SqlStore(postgres_database, Rules())
    looked, look = asyncio.Event(), store.open_lanes

    async def looking(limit: int, busy: Sequence[str] = ()) -> list[str]:
        found = await look(limit, busy)
        looked.set()
        return found

    async def answer() -> None:
        looked.clear()
        await elsewhere.accept([said("2")], clock())
        await looked.wait()

    def decide(stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
        echo(stored, shop, now, decision)
        if isinstance(stored.event, Done) and stored.event.key == "answer/1":
            await_only(answer())

    async def send(command: SendText, key: str) -> Sent:
        return Sent(message_id=key)

    monkeypatch.setattr(store, "open_lanes", looking)
    watcher = Watcher()
    loop = Loop(store, decide, nothing, clock, circuits=Circuits(clock), names={}, watch=watcher)
    await loop.start()
    await loop.work(effect(send))
    await elsewhere.accept([said("1")], clock())
    await watcher.until(lambda: sum(step == "result" for step, _ in watcher.steps) == 2)
    await loop.stop()


async def test_the_work_of_a_dead_worker_is_taken_over_within_two_seconds(
    postgres_database: Database, clock: TestClock
) -> None:
    woken, took = asyncio.Event(), []
    other = SqlStore(postgres_database, Rules())
    await other.appear(lambda _: woken.set())
    for number in range(3):  # the quickest is judged: the machine may be busy with other tests
        async with worker(postgres_database) as dying:
            waiting = await doing(dying, clock, str(number))
        woken.clear()
        started = time.monotonic()  # its connection is closed, as the system does for a process that was killed
        await asyncio.wait_for(woken.wait(), 10)
        took.append(time.monotonic() - started)
        (again,) = await other.waiting_commands(clock(), [], 10)
        assert (again.id, again.in_doubt) == (waiting.id, True)
        await other.finish(again, "done", Done(key=again.key, command=again.command, result={}), "", clock())
    assert min(took) < 2
    await other.disappear()


async def test_a_connection_that_was_cut_is_no_death(
    postgres_database: Database, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker lives, is seen again, and goes on with what it does; it begins nothing meanwhile."""
    looks = 0
    rows = DedicatedConnection.rows

    async def counted(connection: DedicatedConnection, statement: str, *values: object) -> object:
        nonlocal looks
        looks += statement == presence.LOST
        return await rows(connection, statement, *values)

    monkeypatch.setattr(DedicatedConnection, "rows", counted)
    monkeypatch.setattr(presence, "LOOK", 0.05)
    monkeypatch.setattr(presence, "DEAD_AFTER", 3.0)  # a busy machine takes longer than 0.8 s to be seen again
    async with worker(postgres_database) as mine, worker(postgres_database):
        await doing(mine, clock)
        await mine.accept([said("2", who="2")], clock())
        await mine.turn("person:2", echo, nothing, clock())
        assert await cut(postgres_database, mine.owner) == 1
        await poll(lambda: _is(mine, seen=False))
        assert await mine.waiting_commands(clock(), [], 10) == []
        await poll(lambda: _is(mine, seen=True))
        assert [w.lane for w in await mine.waiting_commands(clock(), [], 10)] == ["person:2"]
        before = looks
        await poll(lambda: _over(lambda: looks > before + 1.5 * presence.DEAD_AFTER / presence.LOOK))
        async with postgres_database.read() as connection:
            query = sa.select(t.commands.c.status).order_by(t.commands.c.id)
            assert (await connection.execute(query)).scalars().all() == ["doing", "new"]


async def _is(store: SqlStore, *, seen: bool) -> bool:
    assert store._presence is not None
    return store._presence.seen is seen


async def _over(ready: Callable[[], bool]) -> bool:
    return ready()


async def test_nobody_is_judged_soon_after_a_loss_of_our_own(
    postgres_database: Database, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server was restarted: all locks are free, and their holders need a moment to take them again."""
    monkeypatch.setattr(presence, "GRACE", 3.0)
    async with worker(postgres_database) as mine:
        async with worker(postgres_database) as dying:
            await doing(dying, clock)
            assert await cut(postgres_database, mine.owner) == 1
        took = await poll(lambda: _status(postgres_database, "new"))
    assert took > 2


async def _status(database: Database, wanted: str) -> bool:
    return (await state(database))[0] == wanted


async def test_a_worker_that_hangs_is_taken_over_by_its_lease(postgres_database: Database, clock: TestClock) -> None:
    async with worker(postgres_database) as hanging, worker(postgres_database) as other:
        waiting = await doing(hanging, clock)
        assert await other.recover(clock()) == 0
        async with postgres_database.write() as connection:
            await connection.execute(sa.text("UPDATE commands SET lease_until = now() - interval '1 second'"))
        await hanging.renew([waiting.id])
        assert await other.recover(clock()) == 0
        async with postgres_database.write() as connection:
            await connection.execute(sa.text("UPDATE commands SET lease_until = now() - interval '1 second'"))
        assert await other.recover(clock()) == 1


async def test_a_server_that_is_away_at_the_start_is_waited_for(
    postgres_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """The log says why, once: it had a line five times a second, and each said *Error*."""
    gone = postgres_database.url.replace("/t", "/nothing-of-the-name-t", 1)
    one = Presence(gone, "x")
    appearing = asyncio.ensure_future(one.appear(nobody))
    done, _ = await asyncio.wait({appearing}, timeout=3 * presence.AGAIN)
    assert not done
    one._url = postgres_database.url
    await asyncio.wait_for(appearing, 10)
    await one.disappear()
    (told,) = [record.getMessage() for record in caplog.records if "not seen" in record.getMessage()]
    assert "InvalidCatalogNameError" in told


# --- one at a time ------------------------------------------------------------------------------------------


async def test_one_at_a_time(shared: Database) -> None:
    inside, most = 0, 0

    async def one_at_a_time() -> None:
        nonlocal inside, most
        async with holding(process_lock(shared, "test")):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    async with holding(process_lock(shared, "another")):
        await asyncio.gather(*(one_at_a_time() for _ in range(4)))
    assert most == 1


class Scheduler:
    """A process of it, and when it ticked."""

    def __init__(self, shared: Database, clock: TestClock) -> None:
        self.ticks = 0
        self.began: list[Ticker] = []
        self._store = SqlStore(shared, Rules())
        self._clock = clock
        self.task = asyncio.create_task(stand_by(process_lock(shared, "scheduler"), self._ticker))

    def _ticker(self) -> Ticker:
        async def tick(store: SqlStore, now: object) -> str:
            self.ticks += 1
            return ""

        self.began.append(Ticker(self._store, [Job("count", timedelta(seconds=0.02), "counts", tick)], self._clock))
        return self.began[-1]

    async def ticked(self) -> bool:
        return self.ticks > 0

    async def die(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


async def test_one_scheduler_works_and_another_takes_over_within_two_seconds(
    shared: Database, clock: TestClock
) -> None:
    first = Scheduler(shared, clock)
    await poll(first.ticked)
    second = Scheduler(shared, clock)
    so_far = first.ticks
    await poll(lambda: _over(lambda: first.ticks > so_far + 20))
    assert second.ticks == 0
    await first.die()
    assert await poll(second.ticked) < 2
    await second.die()


async def test_a_scheduler_that_lost_its_place_stops(postgres_database: Database, clock: TestClock) -> None:
    """Whoever comes first goes on, this one or the other, and never both."""
    both = [Scheduler(postgres_database, clock), Scheduler(postgres_database, clock)]

    async def have_begun(times: int) -> bool:
        return sum(len(one.began) for one in both) == times

    async def stands(one: Ticker) -> bool:
        return not one._scheduler.running

    for cuts in range(4):
        await poll(partial(have_begun, cuts + 1))
        (running,) = [ticker for one in both for ticker in one.began if ticker._scheduler.running]
        assert await cut(postgres_database, "autopars scheduler") == 1
        await poll(partial(stands, running))
    await asyncio.gather(*(one.die() for one in both))


async def test_nobody_takes_a_lock_by_a_pooler_that_hands_connections_on(
    postgres_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """Who comes next would have it too."""

    async with Pooler(postgres_database.url) as pooler:
        with pytest.raises(Pooled):
            await DedicatedConnection.open(pooler.url)
        both = [asyncio.ensure_future(process_lock(Database(pooler.url), "test").acquire()) for _ in range(2)]
        done, _ = await asyncio.wait(both, timeout=1)
        assert not done
        for one in both:
            one.cancel()
        await asyncio.gather(*both, return_exceptions=True)
    assert "a pooler hands connections on" in caplog.text
