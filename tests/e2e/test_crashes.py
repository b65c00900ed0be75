"""The bot dies at a commit or a call of the main job, starts again, and everything comes out as if it had not.

All points are walked in ``make soak``; ``make test`` takes a spread of them, other ones for each part of the suite.
"""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from bot.integrations.http import ProviderHttp
from tests.e2e.house import THE_DEAD_CLOSE_NOTHING, Crash, House
from tests.e2e.stories import what_is_left, whole_sale

pytestmark = THE_DEAD_CLOSE_NOTHING

MOST_POINTS = 430
"""More than the journey has; a point behind its end is an undisturbed run."""


async def _left_after(folder: Path, monkeypatch: pytest.MonkeyPatch, at: int) -> tuple[dict[str, object], Crash]:
    monkeypatch.setattr(ProviderHttp, "_send", ProviderHttp._send)
    house = House(folder)
    await house.open()
    try:
        await house.stop()
        plan = Crash(at)
        await house.start(plan)
        number = await whole_sale(house)
        return await what_is_left(house, number), plan
    finally:
        await house.close()
        gc.collect()  # what the dead left open is found here, and not in the middle of a later test


EXPECTED = {
    "order": "delivered",
    "charges": [("order-1001-a1", "settled", 51240, 43961)],
    "shipments": [("order-1001-s1", "delivered")],
    "charges at the provider": 1,
    "customers at the provider": 1,
    "labels at the broker": 1,
    "stock": 1,
    "poison": [],
}


def check(left: dict[str, object], plan: Crash) -> None:
    where = f"died at point {plan.at}: {plan.points[-1]}" if plan.happened.is_set() else "undisturbed"
    for name, value in EXPECTED.items():
        assert left[name] == value, (where, name)
    assert left["wallet of the broker"] == 1_000_000 - 3240, where


@pytest.mark.parametrize("at", range(3, MOST_POINTS, 22))
async def test_a_death_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    check(*await _left_after(tmp_path, monkeypatch, at))


@pytest.mark.soak
@pytest.mark.parametrize("at", range(1, MOST_POINTS))
async def test_a_death_at_any_point_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    check(*await _left_after(tmp_path, monkeypatch, at))
