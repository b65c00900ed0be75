"""The main job over real sockets, from the first message to the delivered parcel."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.house import BUYER, SELLER, House
from tests.e2e.stories import what_is_left, whole_sale


@pytest.fixture(params=["zapi", "evolution"])
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    built = House(tmp_path, gateway=request.param)
    await built.open()
    yield built
    await built.close()


async def test_a_part_is_sold_paid_shipped_and_delivered(house: House) -> None:
    number = await whole_sale(house)
    left = await what_is_left(house, number)
    assert left["order"] == "delivered"
    assert left["poison"] == []
    assert left["charges at the provider"] == 1
    assert left["labels at the broker"] == 1
    assert left["charges"] == [(f"order-{number}-a1", "settled", 51240, 43961)]
    assert left["shipments"] == [(f"order-{number}-s1", "delivered")]
    assert left["stock"] == 1
    codes = [m for m in house.sandbox.whatsapp.chat(BUYER) if m.words.startswith("000201")]
    assert len(codes) == 1  # alone in its message
    assert any(m.kind == "image" for m in house.sandbox.whatsapp.chat(BUYER))  # the QR
    labels = [m for m in house.sandbox.whatsapp.chat(SELLER) if m.kind == "document"]
    assert len(labels) == 1
    assert labels[0].data.startswith(b"%PDF")
