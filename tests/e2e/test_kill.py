"""``kill -9`` of the real process at random moments of a sale: everything comes out as if it had lived."""

from __future__ import annotations

import asyncio
import contextlib
import random
from pathlib import Path

import pytest

from bot.storage.database import Database
from tests.e2e.processes import HostsHouse, ProcessHouse
from tests.e2e.stories import what_is_left, whole_sale
from tests.e2e.test_crashes import EXPECTED


async def _sale_under_fire(house: ProcessHouse, seed: int, kills: int, longest: float = 0.5) -> None:
    dice = random.Random(seed)

    async def reaper() -> None:
        for number in range(kills):
            # the moments are the point, nothing waits for them; the first one comes before the sale is over
            await asyncio.sleep(dice.uniform(0.05, longest if number else 0.2))
            await house.kill()

    try:
        await house.open()
        shooting = asyncio.create_task(reaper())
        try:
            number = await whole_sale(house)
            left = await what_is_left(house, number)
        finally:
            shooting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await shooting
            await house.revive()
    finally:
        await house.close()
    assert house.kills > 0
    for name, value in EXPECTED.items():
        assert left[name] == value, (seed, name)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_killed_in_the_middle_of_a_sale(tmp_path: Path, seed: int) -> None:
    await _sale_under_fire(ProcessHouse(tmp_path), seed, kills=3)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 140))
async def test_killed_many_times(tmp_path: Path, seed: int) -> None:
    await _sale_under_fire(ProcessHouse(tmp_path), seed, kills=6)


@pytest.mark.postgres
@pytest.mark.timeout(300)
async def test_web_worker_or_scheduler_killed_in_the_middle_of_a_sale(
    tmp_path: Path, postgres_database: Database
) -> None:
    await _sale_under_fire(HostsHouse(tmp_path, 1, DATABASE_URL=postgres_database.url), 1, kills=4, longest=4.0)


@pytest.mark.soak
@pytest.mark.postgres
@pytest.mark.parametrize("seed", range(200, 230))
async def test_web_workers_and_scheduler_killed_many_times(
    tmp_path: Path, postgres_database: Database, seed: int
) -> None:
    await _sale_under_fire(HostsHouse(tmp_path, seed, DATABASE_URL=postgres_database.url), seed, kills=10, longest=4.0)
