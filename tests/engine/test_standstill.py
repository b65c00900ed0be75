"""Several workers on one PostgreSQL server, and nobody dies: while there is work, some of it gets done."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import aiohttp
import pytest
import sqlalchemy as sa
from sqlalchemy.util import await_only

from bot.domain.commands import SendText, Sent
from bot.domain.decision import Decision, Stored
from bot.domain.events import Message
from bot.domain.shop import Rules, Shop
from bot.engine.loop import Loop
from bot.integrations.circuit import Circuits
from bot.storage import lanes
from bot.storage.database import AT_A_TIME, Database
from bot.storage.shop import SqlShop
from bot.storage.store import SqlStore
from tests.conftest import TestClock
from tests.engine.killable import Killable
from tests.engine.support import Watcher, echo, effect, nothing, said

pytestmark = pytest.mark.postgres

STILL_S = 15.0
"""Far above what a worker takes to look again by itself (half a second), on a machine that is busy with other tests."""


@pytest.fixture
async def fleet(tmp_path: Path, postgres_database: Database) -> AsyncIterator[Killable]:
    started = Killable(tmp_path, postgres_database.url)
    yield started
    await started.leave()


async def _talk(fleet: Killable, session: aiohttp.ClientSession, people: int, words: int) -> None:
    """Everybody at once, each one thing after the other."""

    async def person(who: str) -> None:
        for number in range(words):
            assert await fleet.say(session, who, 1 + number % 2)

    await asyncio.gather(*(person(f"p{n}") for n in range(people)))


async def _never_still(fleet: Killable, workers: int, talks: list[tuple[int, int]]) -> None:
    """``talks``: how many people say how much, one talk after the other."""
    processes = [await fleet.start(role) for role in ("web", *["worker"] * workers, "scheduler")]
    async with aiohttp.ClientSession() as session:
        await fleet.first_word(session)
        await fleet.until(fleet.finished, 60)
        for people, words in talks:
            talking = asyncio.ensure_future(_talk(fleet, session, people, words))
            while not talking.done():
                await fleet.all_worked(STILL_S)
                await asyncio.wait({talking}, timeout=0.05)
            await talking
            await fleet.all_worked(STILL_S)
    for process in processes:
        process.send_signal(signal.SIGTERM)
    assert {await asyncio.wait_for(process.wait(), 30) for process in processes} == {0}
    await fleet.judge()


@pytest.mark.timeout(300)
async def test_two_workers_go_on_as_long_as_there_is_work(fleet: Killable) -> None:
    """Few lanes, over which they meet all the time, and more than they have hands for."""
    await _never_still(fleet, 2, [(3, 12), (40, 2)])


async def test_turns_that_wait_for_each_other_are_both_worked(postgres_database: Database, clock: TestClock) -> None:
    """Each of two people turns out to be known by the other's lane: the server takes one turn back after a second."""
    met, arrived = asyncio.Event(), list[str]()

    def decide(stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
        echo(stored, shop, now, decision)
        if isinstance(stored.event, Message) and stored.lane not in arrived:
            arrived.append(stored.lane)
            if len(arrived) == 2:
                met.set()
            await_only(met.wait())
            assert isinstance(shop, SqlShop)
            lanes.wait(shop._connection, "person:2" if stored.lane == "person:1" else "person:1")

    async def send(command: SendText, key: str) -> Sent:
        return Sent(message_id=key)

    watcher, store = Watcher(), SqlStore(postgres_database, Rules())
    loop = Loop(store, decide, nothing, clock, circuits=Circuits(clock), names={}, watch=watcher)
    await loop.start()
    await loop.put([said("a", who="1"), said("b", who="2")])
    await loop.work(effect(send))
    await watcher.until(lambda: sum(step == "result" for step, _ in watcher.steps) == 2, STILL_S)
    await loop.stop()
    async with postgres_database.read() as connection:
        assert (await connection.exec_driver_sql("SELECT DISTINCT status FROM events")).scalars().all() == ["done"]


async def test_the_door_is_open_while_all_turns_wait(postgres_database: Database, clock: TestClock) -> None:
    """What comes in is stored although every connection that works turns waits for something."""
    store, waiting, go_on = SqlStore(postgres_database, Rules()), asyncio.Semaphore(0), asyncio.Event()

    def wait(_: sa.Connection) -> None:
        waiting.release()
        await_only(go_on.wait())

    turns = [asyncio.create_task(postgres_database.commit(wait)) for _ in range(2 * AT_A_TIME)]
    for _ in range(AT_A_TIME):
        await waiting.acquire()
    assert await asyncio.wait_for(store.accept([said("a")], clock()), STILL_S) == [True]
    go_on.set()
    await asyncio.gather(*turns)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("workers", [2, 3])
async def test_many_talks_of_few_and_of_many(fleet: Killable, workers: int) -> None:
    await _never_still(fleet, workers, [(3, 60), (10, 20), (50, 8), (500, 2), (1, 100)] * 2)
