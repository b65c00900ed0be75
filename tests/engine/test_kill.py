"""Real processes that are killed under load: what was acknowledged is worked, each effect happens once, in order."""

from __future__ import annotations

import asyncio
import random
import signal

import aiohttp
import pytest

from tests.engine.killable import FLEET, STORES, Killable, heard, talking


async def _rounds(bot: Killable, rounds: int, longest: float) -> None:
    async with talking(bot):
        for _ in range(rounds):
            await bot.start()
            await heard(bot)
            await asyncio.sleep(random.uniform(0, longest))  # the moment of death is what is tried here
            await bot.end(signal.SIGKILL)
    await bot.start()
    await bot.all_worked()
    assert await bot.end(signal.SIGTERM) < 10
    await bot.judge()
    assert len(bot.acknowledged) > rounds


async def test_killed_at_any_moment_nothing_is_lost_or_doubled(bot: Killable) -> None:
    await _rounds(bot, rounds=3, longest=0.5)


@pytest.mark.soak
@pytest.mark.timeout(1800)
async def test_killed_many_times(bot: Killable) -> None:
    await _rounds(bot, rounds=40, longest=2.0)


async def _fleet_under_fire(bot: Killable, rounds: int, longest: float) -> None:
    """Web, workers and schedulers die one after the other, each is started again; meanwhile the others go on. On SQLite
    one of the workers works, and the other takes its place."""
    fleet = [(role, await bot.start(role)) for role in FLEET]
    async with talking(bot, people=4):
        await heard(bot)
        for number in range(rounds):
            place = number % len(fleet) if rounds <= len(fleet) else random.randrange(len(fleet))
            role, dying = fleet[place]
            await asyncio.sleep(random.uniform(0, longest))  # the moment of death is what is tried here
            dying.kill()
            await dying.wait()
            fleet[place] = role, await bot.start(role)
            await heard(bot)
    await bot.all_worked()
    for _, process in fleet:
        process.terminate()
    codes = {await process.wait() for _, process in fleet}
    assert codes <= {0, -signal.SIGTERM}  # the one started last may not have come so far as to hear it
    await bot.judge()
    assert len(bot.acknowledged) > rounds


@pytest.mark.parametrize("address", STORES, indirect=True)
@pytest.mark.timeout(300)
async def test_web_worker_and_scheduler_die_one_after_the_other(bot: Killable) -> None:
    await _fleet_under_fire(bot, rounds=4, longest=0.3)


@pytest.mark.soak
@pytest.mark.parametrize("address", STORES, indirect=True)
@pytest.mark.timeout(1200)
async def test_web_worker_and_scheduler_die_many_times(bot: Killable) -> None:
    await _fleet_under_fire(bot, rounds=120, longest=1.0)


async def test_told_to_stop_with_a_hundred_in_flight(bot: Killable) -> None:
    """What was begun ends; what only waited is left for the next start."""
    await bot.start(EFFECT_S="0.1")
    async with aiohttp.ClientSession() as session:
        await bot.first_word(session)
        assert all(await asyncio.gather(*(bot.say(session, f"q{n}") for n in range(100))))

    async def begun() -> bool:
        return bool(await bot.rows("SELECT 1 FROM commands WHERE status = 'doing' LIMIT 1"))

    await bot.until(begun, 20)
    assert await bot.end(signal.SIGTERM) < 5
    assert bot.process is not None
    assert bot.process.returncode == 0
    assert await bot.rows("SELECT count(*) FROM commands WHERE status = 'doing'") == [(0,)]
    assert not await bot.finished()
    await bot.start()
    await bot.all_worked()
    await bot.end(signal.SIGTERM)
    await bot.judge()


async def test_a_second_process_takes_over_without_a_refused_word(bot: Killable) -> None:
    """The new one listens before the old one stops, and works when it has left."""
    old = await bot.start()
    async with aiohttp.ClientSession() as session:
        await bot.first_word(session)
    await bot.start()
    await asyncio.gather(*(_one_word(bot, f"a{n}") for n in range(20)))
    old.terminate()
    assert await asyncio.wait_for(old.wait(), 20) == 0
    async with aiohttp.ClientSession() as session:
        await bot.first_word(session, "last")
    await bot.until(bot.finished, 30)
    await bot.end(signal.SIGTERM)
    await bot.judge()


async def _one_word(bot: Killable, who: str) -> bool:
    async with aiohttp.ClientSession() as session:
        return await bot.say(session, who)
