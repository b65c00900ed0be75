"""A PostgreSQL server that vanishes without a word, and commits that nobody knows the end of: who asks is told within
bounds, nothing is lost, nothing is done twice, no lane stays taken."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.util import await_only

from bot.domain.decision import Decision, Stored
from bot.domain.shop import Rules, Shop
from bot.engine.store import StoreDown
from bot.storage import database as module
from bot.storage import dedicated, lanes, presence, server
from bot.storage.database import Database
from bot.storage.presence import Presence
from bot.storage.process_lock import ServerProcessLock, holding, process_lock
from bot.storage.store import SqlStore
from tests.conftest import TestClock
from tests.engine.support import echo, nothing, said
from tests.support_way import Way

pytestmark = pytest.mark.postgres


@pytest.fixture
async def way(postgres_database: Database) -> AsyncIterator[Way]:
    async with Way(postgres_database.url) as opened:
        yield opened


@pytest.fixture
async def far(way: Way, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SqlStore]:
    """A worker that reaches the server by that way, and gives up soon, as the server does."""
    monkeypatch.setattr(server, "GIVEN_UP_S", 1.0)
    database = Database(way.url)
    store = SqlStore(database, Rules())
    for first in (True, False):  # connections that are there, and idle
        await asyncio.gather(*(database.commit(lambda connection: None, first=first) for _ in range(4)))
    monkeypatch.setattr(module, "WITHIN_S", 0.5)
    yield store
    monkeypatch.undo()
    await database.close()


@pytest.fixture
def near(postgres_database: Database) -> SqlStore:
    """Another one, whose way is sound."""
    return SqlStore(postgres_database, Rules())


async def rows(store: SqlStore, query: str) -> list[tuple[object, ...]]:
    async with store.database.read() as connection:
        return [tuple(row) for row in await connection.execute(sa.text(query))]


async def again(work: Callable[[], Awaitable[Any]]) -> Any:
    """As often as the store is down: what the vanished connection holds is free when the server has given it up."""
    async with asyncio.timeout(30):
        while True:
            try:
                return await work()
            except StoreDown:
                await asyncio.sleep(0.1)


async def until(ready: Callable[[], Awaitable[bool]], within: float = 30) -> None:
    async with asyncio.timeout(within):
        while not await ready():  # noqa: ASYNC110  (nobody announces it)
            await asyncio.sleep(0.05)


# --- the way is gone ----------------------------------------------------------------------------------------


async def test_all_goes_on_by_new_connections(way: Way, far: SqlStore, clock: TestClock) -> None:
    """Those that were idle when the way fell silent are as dead as the one that was asked; none of them is tried."""
    way.freeze()
    for number in range(2):
        with pytest.raises(StoreDown):
            await far.accept([said(str(number))], clock())
    way.heal()
    started = time.monotonic()
    assert await again(lambda: far.accept([said("1")], clock())) == [True]
    assert time.monotonic() - started < 5


async def test_a_lane_is_free_when_who_has_it_says_nothing_more(
    way: Way, far: SqlStore, near: SqlStore, clock: TestClock
) -> None:
    """A worker is frozen in the middle of a turn, as by SIGSTOP: its system still answers for it."""
    frozen = asyncio.Event()
    thawed = asyncio.Event()

    def hang(stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
        echo(stored, shop, now, decision)
        frozen.set()
        await_only(thawed.wait())

    await near.accept([said("1")], clock())
    hanging = asyncio.ensure_future(far.turn("person:1", hang, nothing, clock()))
    await frozen.wait()
    assert await near.turn("person:1", echo, nothing, clock()) is None

    async def free() -> bool:
        return bool(await near.turn("person:1", echo, nothing, clock()))

    await until(free, 2 * server.GIVEN_UP_S + 3)
    thawed.set()
    with pytest.raises(StoreDown):
        await hanging
    assert await rows(near, "SELECT count(*) FROM commands") == [(1,)]


async def test_what_was_locked_is_free_when_who_has_it_fell_silent_in_the_midst_of_a_statement(
    way: Way, far: SqlStore, near: SqlStore, clock: TestClock
) -> None:
    """To the server it is not idle then: it waits for the second half of what it was asked."""

    def work(connection: sa.Connection) -> None:
        assert lanes.enter(connection, "person:1")
        way.fall_silent_after(b"seen for the first time")
        connection.execute(sa.text("SELECT 'seen for the first time'"))

    await near.accept([said("1")], clock())
    with pytest.raises(TimeoutError):
        await far.database.commit(work)

    async def free() -> bool:
        return bool(await near.turn("person:1", echo, nothing, clock()))

    await until(free, 2 * server.GIVEN_UP_S + 3)


PLACES = range(1, 9)
"""Pieces that a client says from its BEGIN to its end, and some more."""


@pytest.mark.parametrize("told", [False, True], ids=["out of time", "told to end"])
async def test_who_is_at_leisure_ends_wherever_the_way_falls_silent(
    told: bool, postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page, an export, a timed job: in the midst of a statement, or when all that was left to do was to let go. A
    read that was cut there waited for ever, and no cancellation ended it."""

    async def at_leisure(way: Way, database: Database, what: str) -> None:
        async with database.read() if what == "read" else database.write(module.AT_LEISURE_S) as connection:
            for number in range(2):
                await connection.execute(sa.text(f"SELECT {number}"))

    async def cut_at(way: Way, what: str, place: int) -> bool:
        """Whether it was cut there, and not over by then."""
        database = Database(way.url)
        await at_leisure(way, database, what)  # a connection that is there, and idle
        ready.release()
        await go.wait()
        way.fall_silent_in(place)
        one = asyncio.ensure_future(at_leisure(way, database, what))
        if told:
            struck = asyncio.ensure_future(way.struck())
            await asyncio.wait({one, struck}, return_when=asyncio.FIRST_COMPLETED)
            struck.cancel()
            one.cancel()
        _, late = await asyncio.wait({one}, timeout=8)
        await database.close()
        assert not late, (what, place)
        return one.cancelled() if told else one.exception() is not None

    ready, go = asyncio.Semaphore(0), asyncio.Event()
    async with contextlib.AsyncExitStack() as open_ones:
        cases = [(what, place) for what in ("read", "write") for place in PLACES]
        ways = [await open_ones.enter_async_context(Way(postgres_database.url)) for _ in cases]
        cutting = asyncio.gather(*(cut_at(way, *case) for way, case in zip(ways, cases, strict=True)))
        for _ in cases:
            await ready.acquire()
        if not told:
            monkeypatch.setattr(module, "AT_LEISURE_S", 1.5)
        go.set()
        cut = dict(zip(cases, await cutting, strict=True))
    for what in ("read", "write"):
        assert [cut[what, place] for place in (1, 2, 3, 4, PLACES[-1])] == [True] * 4 + [False]


async def test_who_is_told_to_end_between_two_statements_asks_a_silent_server_nothing_more(
    way: Way, far: SqlStore
) -> None:
    between = asyncio.Event()

    async def export() -> None:
        async with far.database.read() as connection:
            await connection.execute(sa.text("SELECT 1"))
            between.set()
            await asyncio.Event().wait()  # for somebody who takes what was read

    one = asyncio.ensure_future(export())
    await between.wait()
    way.freeze()
    one.cancel()
    _, late = await asyncio.wait({one}, timeout=5)
    assert not late


# --- who has a lock for as long as its connection lives -------------------------------------------------------


async def test_a_place_is_free_when_who_has_it_says_nothing_more(
    way: Way, postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scheduler is frozen, or its host is gone: the next one ticks, and the first one knows that it is out."""
    monkeypatch.setattr(dedicated, "FORGOTTEN_MS", 1500)
    monkeypatch.setattr(dedicated, "WITHIN", 0.5)
    first, second = ServerProcessLock("scheduler", way.url), ServerProcessLock("scheduler", postgres_database.url)
    await first.acquire()
    out, entering = asyncio.ensure_future(first.lost()), asyncio.ensure_future(second.acquire())
    done, _ = await asyncio.wait({out, entering}, timeout=3)
    assert not done  # who has it says that it lives
    way.freeze()
    await asyncio.wait_for(out, 5)
    await asyncio.wait_for(entering, 10)
    await first.release()
    await second.release()


async def test_a_place_is_kept_while_who_has_it_is_busy_with_something_else(
    postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a renewal of tokens, which waits for the provider: nobody asks meanwhile whether it is still there."""
    monkeypatch.setattr(dedicated, "FORGOTTEN_MS", 1500)
    async with holding(process_lock(postgres_database, "renewal of tokens")):
        other = asyncio.ensure_future(process_lock(postgres_database, "renewal of tokens").acquire())
        done, _ = await asyncio.wait({other}, timeout=4)
        assert not done
    await asyncio.wait_for(other, 10)


async def test_a_worker_is_seen_again_after_it_was_cut_off(
    way: Way, postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server knows nothing of its end, and would keep for it the lock that it wants to take again."""
    monkeypatch.setattr(dedicated, "FORGOTTEN_MS", 1500)
    monkeypatch.setattr(dedicated, "WITHIN", 0.5)
    worker = Presence(way.url, "w1")
    await worker.appear(lambda _: None)
    way.freeze()

    async def seen(wanted: bool) -> bool:
        return worker.seen is wanted

    await until(lambda: seen(False))
    way.heal()
    await until(lambda: seen(True), 10)
    await worker.disappear()


async def test_who_is_told_to_go_when_its_connection_is_lost_goes(
    postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The two met, and it never ended: Python 3.11's ``wait_for`` forgets that it was cancelled."""
    monkeypatch.setattr(presence, "LOOK", 30.0)
    opened: list[dedicated.DedicatedConnection] = []

    async def open_one(url: str) -> dedicated.DedicatedConnection:
        opened.append(await dedicated.DedicatedConnection.open(url))
        return opened[-1]

    monkeypatch.setattr(presence, "DedicatedConnection", SimpleNamespace(open=open_one))

    async def waits() -> bool:
        try:
            await opened[-1].rows("SELECT 1")
        except dedicated.ConnectionLost:  # it is asked for something else
            return False
        return True

    for steps in range(6):
        worker = Presence(postgres_database.url, f"w{steps}")
        await worker.appear(lambda _: None)
        await until(waits)
        opened[-1].close()
        for _ in range(steps):
            await asyncio.sleep(0)
        async with asyncio.timeout(5):
            await worker.disappear()


async def test_a_transaction_at_leisure_outlives_the_limits_of_its_connection(postgres_database: Database) -> None:
    """An import of 100,000 parts ended after ten seconds: the server does not move a timer that runs."""
    limits = ("transaction_timeout", "idle_in_transaction_session_timeout")
    short = dict.fromkeys(limits, "200ms")
    engine = server.engine(postgres_database.url, settings=short)
    async with engine.begin() as connection:
        await server.take_time(connection, 60)
        await connection.exec_driver_sql("SELECT pg_sleep(0.3)")  # longer than a connection may otherwise take
        assert [(await connection.exec_driver_sql(f"SHOW {limit}")).scalar() for limit in limits] == ["1min", "1min"]
    await engine.dispose()
