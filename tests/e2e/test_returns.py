"""A part goes back over real sockets: the code, the parcel, the money, each once."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from sandbox.core import Fault
from tests.e2e.house import BUYER, SELLER, THE_DEAD_CLOSE_NOTHING, Crash, House
from tests.e2e.stories import what_is_left, whole_sale


def _picture(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(out, "JPEG")
    return out.getvalue()


async def _travels_back(house: House, number: int) -> None:
    label = await house.until(lambda: house.sandbox.melhor_envio.by_tag(f"order-{number}-b1"))
    told = await house.hears(BUYER, "Para devolver", "Correios")
    assert "código" in told.words
    house.sandbox.whatsapp.skip(SELLER)
    await house.sandbox.melhor_envio.post(label["id"])
    await house.hears(SELLER, "devolução", "postada")
    await house.sandbox.melhor_envio.deliver(label["id"])
    await house.hears(SELLER, "voltou")
    await house.hears(BUYER, "A devolução de", "saiu")
    await house.quiet()


@THE_DEAD_CLOSE_NOTHING
@pytest.mark.parametrize("trouble", ["none", "return label", "refund", "death at the refund"])
async def test_regret_from_the_word_to_the_money(house: House, trouble: str) -> None:
    number = await whole_sale(house)
    await house.say(BUYER, f"me arrependi, quero devolver o pedido {number}")
    await house.hears(BUYER, "Confirmo")
    if trouble == "return label":
        house.world.faults["melhor_envio"] = Fault("drop", times=1, only="POST /api/v2/me/cart/reverse")
    if trouble == "refund":
        house.world.faults["asaas"] = Fault("drop", times=1, only="/refund")
    if trouble == "death at the refund":
        await house.stop()
        await house.start(Crash(where="after asaas POST"))
    await house.say(BUYER, "sim")
    await house.hears(BUYER, f"Devolução do *#{number}* aberta")
    await _travels_back(house, number)
    left = await what_is_left(house, number)
    assert left["order"] == "returned"
    assert left["stock"] == 2
    assert left["labels at the broker"] == 2
    assert left["poison"] == []
    (payment,) = house.sandbox.asaas.payments.values()
    assert payment["status"] == "REFUNDED"
    assert [refund["value"] for refund in payment["refunds"]] == [512.4]
    (wallet,) = house.sandbox.asaas.wallet_balances.values()
    assert wallet == 0, "the seller's share has gone back"


async def test_a_broken_part_with_pictures(house: House) -> None:
    number = await whole_sale(house)
    await house.say(BUYER, "a peça chegou quebrada")
    await house.hears(BUYER, "1 foto da peça")
    house.sandbox.whatsapp.skip(SELLER)
    for colour in ("red", "green"):
        await house.say(BUYER, image=_picture(colour))
    await house.hears(BUYER, "O que prefere")
    await house.say(BUYER, "2")
    await house.hears(SELLER, f"Devolução da *#{number}*", "defeito", "2 fotos")
    await house.until(
        lambda: len([m for m in house.sandbox.whatsapp.chat(SELLER) if m.kind == "image" and m.from_bot]) == 2
    )
    await _travels_back(house, number)
    assert len(house.sandbox.cloudflare.images) == 2
    left = await what_is_left(house, number)
    assert (left["order"], left["stock"]) == ("returned", 1)
