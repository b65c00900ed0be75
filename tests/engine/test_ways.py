"""Real processes under load whose way to the PostgreSQL server falls silent, is cut, is slow, or loses the answers of
their commits, and whose server dies again and again or has no place for them: what was acknowledged is worked, each
effect happens once, in order, and all goes on by itself."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import asyncpg
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from bot.engine.intake import PATIENCE_S
from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.storage.statements import LEASE_S
from tests.engine.killable import FLEET, PEOPLE, Killable, heard, talking
from tests.engine.test_troubles import HEARTBEAT_S, ends_well, for_
from tests.support_postgres import FAST, IMMEDIATE, OwnServer
from tests.support_way import Way

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(300)]

CUT_ALL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name AND pid <> pg_backend_pid()"
FEW = PEOPLE // 3


@pytest.fixture
async def way(postgres_database: Database) -> AsyncIterator[Way]:
    async with Way(postgres_database.url) as opened:
        yield opened


@pytest.fixture
async def far(tmp_path: Path, way: Way, postgres_database: Database) -> AsyncIterator[Killable]:
    """Web, workers and scheduler, that reach their server by the way; the judge does not need it."""
    fleet = Killable(tmp_path, postgres_database.url)
    yield fleet
    await fleet.leave()


async def _up(bot: Killable, **environment: str) -> None:
    for role in FLEET:
        await bot.start(role, **environment)
    await bot.up()


@pytest.mark.parametrize("seconds", [pytest.param(4.0, marks=pytest.mark.soak), 12.0])
async def test_the_way_falls_silent(far: Killable, way: Way, seconds: float) -> None:
    """For shorter and for longer than anybody waits. What was under way when it did stays without an answer."""
    await _up(far, STORE=way.url)
    async with talking(far), aiohttp.ClientSession() as session:
        await heard(far)
        way.freeze()
        silent = time.monotonic()
        assert not await far.say(session, "asks")
        assert far.answers[503] > 0
        assert time.monotonic() - silent < PATIENCE_S + 2
        await for_(seconds - (time.monotonic() - silent))
        way.heal()
        healed = time.monotonic()
        await heard(far)
        assert time.monotonic() - healed < 20
    await ends_well(far)


async def test_a_worker_that_is_cut_off_is_relieved_and_goes_on_afterwards(far: Killable, way: Way) -> None:
    """Of two workers one is cut off for good in the middle of what it does, the server being told nothing."""
    await far.start("web")
    cut_off = await far.start("worker", STORE=way.url, EFFECT_S="1")
    async with aiohttp.ClientSession() as session:
        await far.first_word(session)
        await far.until_rows("SELECT count(*) FROM commands WHERE status = 'doing'", 1)
        assert all([await far.say(session, f"q{n}") for n in range(10)])
        way.freeze()
        await far.start("worker")
        started = time.monotonic()
        await far.until(far.finished, 60)
        assert time.monotonic() - started < LEASE_S + HEARTBEAT_S + 5  # and some for the start of the other
        way.heal()
        owner = "SELECT count(DISTINCT owner) FROM commands"
        before = (await far.rows(owner))[0][0]
        async with asyncio.timeout(60):  # until the one that was cut off has a hand in it again
            while await far.rows(f"{owner} WHERE id > 11") != [(before,)]:
                assert await far.say(session, "more")
    assert cut_off.returncode is None
    await ends_well(far)


async def test_told_to_end_while_the_server_is_silent(far: Killable, way: Way) -> None:
    await _up(far, STORE=way.url)
    async with talking(far, FEW):
        await heard(far)
        way.freeze()
        for process in far.started:
            process.terminate()
        ended = await asyncio.gather(*(asyncio.wait_for(process.wait(), 30) for process in far.started))
    assert ended == [0] * len(far.started)
    way.heal()
    far.started.clear()
    await _up(far, STORE=way.url)
    await ends_well(far)


async def _commits_in_doubt(far: Killable, way: Way, share: float, enough: int) -> None:
    await _up(far, STORE=way.url, WITHIN_S="1")
    async with talking(far, FEW):
        await heard(far)
        way.in_doubt = share

        async def often_enough() -> bool:
            return way.fell_silent >= enough

        await far.until(often_enough, 60 + 5 * enough)
        way.in_doubt = 0.0
        await heard(far)
    await ends_well(far)


async def test_commits_whose_end_nobody_hears_of(far: Killable, way: Way) -> None:
    """Done and not told, or not done: of messages, turns, attempts, outcomes, timers, as it comes."""
    await _commits_in_doubt(far, way, 0.05, 12)


@pytest.mark.soak
@pytest.mark.timeout(1200)
async def test_many_commits_whose_end_nobody_hears_of(far: Killable, way: Way) -> None:
    await _commits_in_doubt(far, way, 0.05, 80)


async def test_a_way_that_is_slow_and_cut_again_and_again(far: Killable, way: Way) -> None:
    way.latency_s, way.slices = 0.002, 200
    await _up(far, STORE=way.url)
    async with talking(far, FEW):
        for _ in range(5):
            await heard(far)
            way.reset()
    await ends_well(far)


async def _server_dies(tmp_path: Path, how: signal.Signals, times: int) -> None:
    server = await asyncio.to_thread(OwnServer)
    bot = Killable(tmp_path, server.url)
    try:
        database = Database(server.url)
        await migrate(database)
        await database.close()
        await _up(bot)
        async with talking(bot, FEW):
            for _ in range(times):
                await heard(bot)
                await asyncio.to_thread(server.stop, how)
                await asyncio.to_thread(server.start)
            await heard(bot)
        await bot.forget_the_server()
        await ends_well(bot)
    finally:
        await bot.leave()
        await asyncio.to_thread(server.close)


async def test_the_server_is_restarted_under_load(tmp_path: Path) -> None:
    await _server_dies(tmp_path, IMMEDIATE, 3)


@pytest.mark.soak
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("how", [FAST, IMMEDIATE])
async def test_the_server_is_restarted_many_times(tmp_path: Path, how: signal.Signals) -> None:
    await _server_dies(tmp_path, how, 30)


async def test_the_server_has_no_place_for_us(tmp_path: Path) -> None:
    """Others have taken all its connections, ours were lost: 503 meanwhile, then all goes on."""
    server = await asyncio.to_thread(OwnServer)
    bot = Killable(tmp_path, server.url)
    others: list[asyncpg.Connection] = []
    try:
        database = Database(server.url)
        await migrate(database)
        await database.close()
        await _up(bot)
        async with talking(bot, FEW):
            await heard(bot)
            await bot.forget_the_server()
            plain = server.url.replace("+asyncpg", "")
            until = time.monotonic() + 5
            while time.monotonic() < until:
                try:
                    others.append(await asyncpg.connect(plain))
                except asyncpg.TooManyConnectionsError:
                    mine = [one.get_server_pid() for one in others]
                    ours = (
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend'"
                    )
                    await others[0].fetch(f"{ours} AND pid <> ALL($1)", mine)
            assert bot.answers[503] > 0
            for one in others:
                one.terminate()
            await heard(bot)
        await ends_well(bot)
    finally:
        await bot.leave()
        await asyncio.to_thread(server.close)


async def test_the_server_may_only_be_read_for_a_while(far: Killable, postgres_database: Database) -> None:
    """It was made a copy of another: sessions that were begun meanwhile may never write, and are given up."""

    async def readable_only(value: str) -> None:
        name = make_url(postgres_database.url).database
        async with postgres_database.write() as connection:
            await connection.execute(sa.text("SET LOCAL transaction_read_only = off"))
            await connection.execute(sa.text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = {value}'))
            await connection.execute(sa.text(CUT_ALL), {"name": name})

    await _up(far)
    async with talking(far, FEW):
        await heard(far)
        await readable_only("on")
        await far.forget_the_server()

        async def refused() -> bool:
            return far.answers[503] > 20

        await far.until(refused, 30)
        await readable_only("off")
        await far.forget_the_server()
        await heard(far)
    await ends_well(far)
