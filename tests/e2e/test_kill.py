"""``kill -9`` of the real process at random moments of a sale: everything comes out as if it had lived."""

from __future__ import annotations

import asyncio
import contextlib
import random
from pathlib import Path

import pytest

from tests.e2e.processes import ProcessHouse
from tests.e2e.stories import what_is_left, whole_sale
from tests.e2e.test_crashes import EXPECTED


async def _sale_under_fire(folder: Path, seed: int, kills: int) -> None:
    house = ProcessHouse(folder)
    await house.open()
    dice = random.Random(seed)

    async def reaper() -> None:
        for _ in range(kills):
            await asyncio.sleep(dice.uniform(0.05, 0.5))  # the moments are the point, nothing waits for them
            await house.kill()

    shooting = asyncio.create_task(reaper())
    try:
        number = await whole_sale(house)
        left = await what_is_left(house, number)
    finally:
        shooting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await shooting
        await house.revive()
        await house.close()
    assert house.kills > 0
    for name, value in EXPECTED.items():
        assert left[name] == value, (seed, name)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_killed_in_the_middle_of_a_sale(tmp_path: Path, seed: int) -> None:
    await _sale_under_fire(tmp_path, seed, kills=3)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 140))
async def test_killed_many_times(tmp_path: Path, seed: int) -> None:
    await _sale_under_fire(tmp_path, seed, kills=6)
