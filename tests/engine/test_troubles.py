"""Real processes under load whose database goes away, whose disk fills, whose clock is set back, who hang: what was
acknowledged is worked, each effect happens once, in order, and nothing of it is taken for poison."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import signal
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.storage.statements import LEASE_S
from tests.engine.killable import FLEET, STORES, Killable, heard, talking
from tests.support_postgres import OwnServer

AWAY_S = 10.0
HEARTBEAT_S = 5


async def ends_well(bot: Killable) -> None:
    """Nobody died of it; all ends, and all came out right."""
    assert {process.returncode for process in bot.started} == {None}
    await bot.all_worked()
    for process in bot.started:
        process.terminate()
    # the deadlines of all that may be under way, one after the other, on a slow machine
    assert [await asyncio.wait_for(process.wait(), 60) for process in bot.started] == [0] * len(bot.started)
    await bot.judge()


async def for_(seconds: float) -> None:
    """How long a trouble lasts is what is tried."""
    await asyncio.sleep(seconds)


# --- the database ---------------------------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.timeout(300)
async def test_the_server_is_away_for_ten_seconds(tmp_path: Path) -> None:
    server = await asyncio.to_thread(OwnServer)
    bot = Killable(tmp_path, server.url)
    try:
        database = Database(server.url)
        await migrate(database)
        await database.close()
        for role in FLEET:
            await bot.start(role)
        await bot.up()
        async with talking(bot):
            await heard(bot)
            await asyncio.to_thread(server.stop)
            await for_(AWAY_S)
            await asyncio.to_thread(server.start)
            await heard(bot)
        assert bot.answers[503] > 0
        await bot.forget_the_server()
        await ends_well(bot)
    finally:
        await bot.leave()
        await asyncio.to_thread(server.close)


@pytest.mark.timeout(300)
async def test_the_file_is_kept_by_another_for_ten_seconds(bot: Killable) -> None:
    """Longer than anything of ours waits for it."""
    await bot.start()
    async with talking(bot):
        await heard(bot)
        with contextlib.closing(sqlite3.connect(bot.directory / "test.db", isolation_level=None, timeout=60)) as other:
            other.execute("BEGIN IMMEDIATE")
            await for_(AWAY_S + 0.5)
            other.execute("ROLLBACK")
        await heard(bot)
    assert bot.answers[503] > 0
    await ends_well(bot)


@contextlib.contextmanager
def _no_room(process: asyncio.subprocess.Process, beyond: int) -> Iterator[None]:
    """No file of that process may grow beyond so many bytes."""
    _, hard = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (beyond, hard))
    yield
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (hard, hard))


@pytest.mark.timeout(300)
async def test_the_disk_is_full_for_ten_seconds(bot: Killable) -> None:
    one = await bot.start()
    async with talking(bot):
        await heard(bot)
        with _no_room(one, 200_000):
            await for_(AWAY_S)
        await heard(bot)
    assert bot.answers[503] > 0
    await ends_well(bot)


async def test_a_turn_that_finds_no_room_is_worked_when_there_is_some(bot: Killable) -> None:
    """The web has room, the worker has none: what was accepted waits, and is no poison."""
    await bot.start("web")
    async with aiohttp.ClientSession() as session:
        await bot.first_word(session)
        worker = await bot.start("worker")
        await bot.all_worked()
        with _no_room(worker, 4096):
            for _ in range(5):
                assert await bot.say(session, "late")
            await for_(3)
            assert await bot.rows(
                "SELECT status, count(*) FROM events WHERE source = 'zapi' GROUP BY 1 ORDER BY 1"
            ) == [
                ("done", 1),
                ("new", 5),
            ]
    await ends_well(bot)


async def test_an_outcome_that_finds_no_room_is_kept_until_there_is_some(bot: Killable) -> None:
    """The call is under way when the disk fills: what came of it is known, and not asked for again."""
    one = await bot.start(EFFECT_S="0.5")
    async with aiohttp.ClientSession() as session:
        await bot.first_word(session, "x")
        await bot.all_worked()
        assert all([await bot.say(session, f"q{n}") for n in range(5)])
    await bot.until_rows("SELECT count(*) FROM commands WHERE status = 'doing'", 5)
    with _no_room(one, 4096):
        async with asyncio.timeout(30):
            while len(bot.effects()) < 6:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        await for_(3)
        assert await bot.rows("SELECT status, attempts, count(*) FROM commands GROUP BY 1, 2 ORDER BY 1") == [
            ("doing", 1, 5),
            ("done", 1, 1),
        ]
    await bot.all_worked()
    assert await bot.rows("SELECT max(attempts) FROM commands") == [(1,)]
    await ends_well(bot)


# --- clocks ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", STORES, indirect=True)
async def test_the_clock_is_set_back_an_hour(bot: Killable) -> None:
    """Words, results and timers of before and after, and what waits for a provider: none of it waits for an hour."""
    for role in FLEET:
        await bot.start(role)
    await bot.up()  # one that has not come to its handler dies of the signal
    async with aiohttp.ClientSession() as session:
        await bot.first_word(session)
        await bot.all_worked()
        (bot.directory / "down").touch()
        assert all([await bot.say(session, f"p{n}") for n in range(5)])
        await bot.until_rows("SELECT count(*) FROM commands WHERE status = 'parked'", 5)
        for process in bot.started:
            process.send_signal(signal.SIGUSR1)
        (bot.directory / "down").unlink()
        back = time.monotonic()
        for _ in range(10):  # among them one with a timer
            assert await bot.say(session, "after")
        await bot.until(bot.finished, 30)
        assert time.monotonic() - back < 30
    ahead = (
        "SELECT count(*) FROM events WHERE received_at < (SELECT max(received_at) FROM events WHERE source = 'zapi')"
    )
    assert await bot.rows(ahead) != [(0,)]
    await ends_well(bot)


# --- several workers ------------------------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.parametrize("address", ["postgres"], indirect=True)
async def test_two_workers_on_one_lane(bot: Killable) -> None:
    """One person talks on until both have had a hand in it: each word is answered once, in order."""
    await bot.start("web")
    for _ in range(2):
        await bot.start("worker")
    await bot.start("scheduler")
    async with aiohttp.ClientSession() as session, asyncio.timeout(90):
        await bot.first_word(session, "one")
        while await bot.rows("SELECT count(DISTINCT owner) FROM commands") != [(2,)]:
            await bot.say(session, "one", bubbles=3)
        for _ in range(20):
            assert await bot.say(session, "one", bubbles=3)
    await ends_well(bot)


@pytest.mark.postgres
@pytest.mark.parametrize("address", ["postgres"], indirect=True)
async def test_a_worker_that_hangs_is_relieved_within_twenty_seconds(bot: Killable) -> None:
    """Frozen between the effect and its commit: another looks it up, and the first one, thawed, changes nothing."""
    await bot.start("web")
    hanging = await bot.start("worker", EFFECT_S="1")
    async with aiohttp.ClientSession() as session:
        await bot.first_word(session)
    async with asyncio.timeout(30):
        while not bot.effects():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    hanging.send_signal(signal.SIGSTOP)
    assert await bot.rows("SELECT status FROM commands") == [("doing",)]
    await bot.start("worker")
    started = time.monotonic()
    await bot.until(bot.finished, 60)
    assert time.monotonic() - started < LEASE_S + HEARTBEAT_S + 2  # and some for the start of the other
    hanging.send_signal(signal.SIGCONT)
    await ends_well(bot)


@pytest.mark.postgres
@pytest.mark.parametrize("address", ["postgres"], indirect=True)
async def test_a_call_that_takes_longer_than_a_lease_is_not_taken_over(bot: Killable) -> None:
    await bot.start("web")
    await bot.start("worker", EFFECT_S=str(0.8 * LEASE_S))
    async with aiohttp.ClientSession() as session:
        await bot.first_word(session)
        await bot.until_rows("SELECT count(*) FROM commands WHERE status = 'doing'", 1)
        await bot.start("worker")
    await bot.all_worked()
    assert await bot.rows("SELECT attempts FROM commands") == [(1,)]
    await ends_well(bot)
