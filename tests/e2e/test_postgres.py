"""The main job with PostgreSQL as the store."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.storage.database import Database
from tests.e2e.house import House
from tests.e2e.stories import what_is_left, whole_sale

pytestmark = pytest.mark.postgres


async def test_a_whole_sale(tmp_path: Path, postgres_database: Database) -> None:
    house = House(tmp_path, DATABASE_URL=postgres_database.url)
    await house.open()
    try:
        number = await whole_sale(house)
        left = await what_is_left(house, number)
    finally:
        await house.close()
    assert left["order"] == "delivered"
    assert left["charges"] == [(f"order-{number}-a1", "settled", 51240, 43961)]
    assert left["labels at the broker"] == 1
    assert left["poison"] == []
