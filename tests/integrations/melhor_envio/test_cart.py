"""Labels in the cart, there and back, and what became of a call without an answer."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.domain.commands import Label
from bot.domain.order import Volume
from bot.integrations import errors
from bot.integrations.http import Http
from bot.integrations.melhor_envio import (
    MelhorEnvioShipping,
    labels,
)
from tests.integrations.melhor_envio.support import (
    BOX,
    BUYER,
    CONTACT,
    HEADLIGHT,
    NFE,
    REFERENCE,
    SHOP,
    bought_label,
    generated_label,
    make_shipping,
    order_label,
)
from tests.support_melhor_envio import Stand

# --- the cart -----------------------------------------------------------------------------------------


async def test_a_label_in_the_cart(shipping: MelhorEnvioShipping, stand: Stand) -> None:
    label = await order_label(shipping)
    assert (label.state, label.cost) == ("in_cart", 3240)
    sent = stand.world.calls[-1].body
    assert sent["service"] == 3
    assert sent["to"]["number"] == "210"
    assert (sent["from"]["phone"], sent["to"]["phone"]) == ("11977770001", "41987654321")
    assert sent["products"] == [{"name": "Farol Corolla", "quantity": "1", "unitary_value": "480.00"}]
    assert sent["volumes"] == [{"height": 30, "width": 35, "length": 60, "weight": 2.4}]
    assert sent["options"]["insurance_value"] == 480
    assert sent["options"]["non_commercial"] is True
    assert "invoice" not in sent["options"]
    assert sent["options"]["tags"] == [{"tag": REFERENCE, "url": f"https://autopars.example/{REFERENCE}"}]


def test_a_cpf_is_told_from_a_cnpj_by_its_length() -> None:
    person = labels.party(BUYER.but(document="99999999999"), CONTACT, commercial=False)  # greater than many a CNPJ
    assert person["document"] == "99999999999"
    assert "company_document" not in person
    for document in ("00000000000191", "12ABC34501DE35"):
        company = labels.party(SHOP.but(document=document), CONTACT, commercial=False)
        assert company["company_document"] == document
        assert "document" not in company


@pytest.mark.parametrize(
    ("register", "commercial", "sent"),
    [("110042490114", True, "110042490114"), ("", True, "ISENTO"), ("110042490114", False, "ISENTO")],
)
def test_the_state_register_goes_with_an_invoice(register: str, commercial: bool, sent: str) -> None:
    assert labels.party(SHOP.but(state_register=register), CONTACT, commercial=commercial)["state_register"] == sent


async def test_a_label_with_an_invoice(shipping: MelhorEnvioShipping, stand: Stand) -> None:
    expensive = BOX.but(insured=200_000)
    label = await order_label(shipping, nfe_key=NFE, volumes=(expensive,))
    options = stand.world.calls[-1].body["options"]
    assert (options["non_commercial"], options["invoice"]) == (False, {"key": NFE})
    assert label.state == "in_cart"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"volumes": (BOX.but(insured=150_000),)}, "insured_too_high"),
        ({"nfe_key": NFE[:20] + "65" + NFE[22:]}, "nfe_model"),
        ({"sender": SHOP.but(document=BUYER.document)}, "same_document"),
        ({"recipient": BUYER.but(document="")}, "invalid_document"),
        ({"recipient": BUYER.but(phone="")}, "invalid_contact"),
        ({"recipient": BUYER.but(address=BUYER.address.but(state="SP"))}, "wrong_state"),
        ({"recipient": BUYER.but(address=BUYER.address.but(postal_code="00123000"))}, "bad_postal_code"),
        ({"service_id": "1", "volumes": (BOX.but(length_cm=140),)}, "too_big"),
    ],
)
async def test_what_the_cart_refuses(shipping: MelhorEnvioShipping, changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(errors.Refused) as caught:
        await order_label(shipping, **changes)
    assert caught.value.reason == reason


# --- the way back -------------------------------------------------------------------------------------


async def taken_back(shipping: MelhorEnvioShipping, sent: Label, reference: str, volume: Volume) -> Label:
    return await shipping.order_return(
        reference=reference, shipment_id=sent.shipment_id, email=BUYER.email, phone=BUYER.phone, volume=volume
    )


async def test_a_return_is_ordered_bought_made_and_handed_in_with_a_code(
    shipping: MelhorEnvioShipping, stand: Stand
) -> None:
    sent = await generated_label(shipping, stand)
    stand.sandbox.auto_generate = False
    back = await taken_back(shipping, sent, "order-1042-s2", BOX)
    body = stand.world.calls[-1].body
    assert (body["service"], body["order_id"], body["new_sender_phone"]) == (1, sent.shipment_id, "41987654321")
    assert await shipping.find_label("order-1042-s2") == back
    await shipping.buy_label(back.shipment_id)
    await shipping.generate_label(back.shipment_id)
    await stand.sandbox.finish_generation(back.shipment_id)
    made = await shipping.read_label(back.shipment_id)
    assert (made.state, made.posting_code) == ("generated", "1000000002")
    order = stand.sandbox.orders[back.shipment_id]
    assert (order["from"]["city"], order["to"]["city"]) == ("Curitiba", "São Paulo")


async def test_a_valuable_part_comes_back_by_the_service_that_insures_it(
    shipping: MelhorEnvioShipping, stand: Stand
) -> None:
    sent = await order_label(shipping, service_id="2")
    await shipping.order_return(
        reference="order-1042-s2",
        shipment_id=sent.shipment_id,
        email="",
        phone="41987654321",
        volume=BOX.but(insured=300_001),
    )
    assert (stand.world.calls[-1].body["service"], stand.world.calls[-1].body["new_sender_mail"]) == (
        2,
        "ops@autopars.example",
    )


async def test_several_volumes_of_one_label_come_back_under_a_label_each(
    shipping: MelhorEnvioShipping, stand: Stand
) -> None:
    """``/cart/reverse`` takes one volume, and may be asked for the same label more than once."""
    sent = await generated_label(shipping, stand)
    volumes = (BOX, BOX.but(weight_g=500))
    for number, volume in enumerate(volumes, start=1):
        await taken_back(shipping, sent, f"order-1042-b{number}", volume)
    back = [order for order in stand.sandbox.orders.values() if order["reverse"]]
    assert [len(order["volumes"]) for order in back] == [1, 1]


async def test_a_return_of_a_label_that_is_not_theirs_is_refused(shipping: MelhorEnvioShipping) -> None:
    with pytest.raises(errors.Refused):
        await shipping.order_return(
            reference="order-1-s2", shipment_id="0" * 36, email="a@b.example", phone="41987654321", volume=BOX
        )


# --- ambiguous outcomes -------------------------------------------------------------------------------


async def test_a_cut_after_the_cart_is_looked_up_and_adopted(shipping: MelhorEnvioShipping, stand: Stand) -> None:
    fault = stand.world.faults["melhor_envio"]
    fault.mode, fault.times, fault.only = "drop", 1, "POST /api/v2/me/cart"
    with pytest.raises(errors.Uncertain):
        await order_label(shipping)
    assert len(stand.sandbox.orders) == 1
    found = await shipping.find_label(REFERENCE)
    assert found is not None
    assert found.shipment_id == next(iter(stand.sandbox.orders))
    assert await shipping.find_label("order-1042-s2") is None


@pytest.mark.parametrize("mode", ["garbage", "slow"])
async def test_an_unreadable_or_late_cart_answer_is_ambiguous(
    shipping: MelhorEnvioShipping, stand: Stand, mode: Any
) -> None:
    fault = stand.world.faults["melhor_envio"]
    fault.mode, fault.times, fault.only, fault.delay = mode, 1, "POST /api/v2/me/cart", 0.8
    with pytest.raises(errors.Uncertain):
        await order_label(shipping)
    assert sum(c.path.endswith("/cart") and c.method == "POST" for c in stand.world.calls) == 1


async def test_a_label_is_found_on_a_later_page_and_without_tags_in_lists(
    shipping: MelhorEnvioShipping, stand: Stand
) -> None:
    stand.sandbox.tags_in_lists = False
    for number in range(1, 13):
        await order_label(shipping, reference=f"order-{number}-s1")
    found = await shipping.find_label("order-1-s1")
    assert found is not None
    assert found.shipment_id == (stand.sandbox.by_tag("order-1-s1") or {})["id"]


async def test_a_list_with_the_oldest_first_is_read_at_its_end_too(http: Http) -> None:
    strange: list[Any] = []

    async def orders(request: web.Request) -> web.Response:
        number = int(request.query["page"])
        tag = REFERENCE if number == 7 else f"order-{number}-s9"
        listed = [{"id": f"id-{number}", "tags": [{"tag": tag}]}, *strange]
        return web.json_response({"data": listed, "last_page": 7})

    async def cart(_: web.Request) -> web.Response:
        return web.json_response([])

    app = web.Application()
    app.router.add_get("/api/v2/me/orders", orders)
    app.router.add_get("/api/v2/me/cart", cart)
    async with TestServer(app) as server:
        shipping = make_shipping(http, str(server.make_url("")).rstrip("/"))
        found = await shipping.find_label(REFERENCE)
        assert found is not None
        assert found.shipment_id == "id-7"
        assert await shipping.find_label("order-5-s9") is None  # in the middle of a long list: too old to be ours
        strange.append(5)
        assert await shipping.find_label(REFERENCE) == found
        with pytest.raises(errors.Unavailable):  # the strange one may be it
            await shipping.find_label("order-5-s9")


async def test_a_bought_label_is_found_among_the_orders(shipping: MelhorEnvioShipping) -> None:
    bought = await bought_label(shipping)
    found = await shipping.find_label(REFERENCE)
    assert found == bought


async def test_a_live_label_is_found_before_a_cancelled_one(shipping: MelhorEnvioShipping, stand: Stand) -> None:
    live = await bought_label(shipping)
    over = await bought_label(shipping)
    await shipping.cancel_label(over.shipment_id, "teste")
    await stand.sandbox.finish_cancellation(over.shipment_id)
    found = await shipping.find_label(REFERENCE)
    assert found is not None
    assert found.shipment_id == live.shipment_id


async def test_nothing_in_cart_and_orders_is_no_label(shipping: MelhorEnvioShipping) -> None:
    assert await shipping.find_label(REFERENCE) is None


async def test_reads_survive_a_provider_that_comes_back(shipping: MelhorEnvioShipping, stand: Stand) -> None:
    label = await order_label(shipping)
    fault = stand.world.faults["melhor_envio"]
    for mode in ("down", "garbage", "drop", "busy"):
        fault.mode, fault.times, fault.only = mode, 2, ""
        assert (await shipping.read_label(label.shipment_id)).state == "in_cart"


async def test_down_for_good_is_unavailable(shipping: MelhorEnvioShipping, stand: Stand) -> None:
    stand.world.faults["melhor_envio"].mode = "down"
    with pytest.raises(errors.Unavailable):
        await shipping.quote("01310100", "80010000", [HEADLIGHT])
