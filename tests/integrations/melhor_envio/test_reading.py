"""Labels read, followed and cancelled; errors in every shape."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.integrations import errors
from bot.integrations.http import Answer, Http
from bot.integrations.melhor_envio import (
    MelhorEnvioShipping,
    labels,
)
from bot.integrations.melhor_envio.refusals import refusal
from bot.integrations.protocols import Wallet
from tests.integrations.melhor_envio.support import REFERENCE, bought_label, generated_label, make_shipping, order_label
from tests.support_melhor_envio import Stand, fixture

# --- reading, tracking, cancelling --------------------------------------------------------------------


def test_a_recorded_label() -> None:
    order = labels.read(fixture("order"))
    assert order is not None
    assert order.carries(REFERENCE)
    label = labels.label(order)
    assert (label.state, label.cost, label.tracking) == ("generated", 3268, "ME26000ABC1BR")


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"status": "pending"}, "in_cart"),
        ({"status": "novidade"}, "in_cart"),
        ({"status": "released", "paid_at": "x"}, "bought"),
        ({"status": "released", "paid_at": "x", "tracking": "AB1"}, "generated"),
        ({"status": "generated"}, "generated"),
        ({"status": "received"}, "posted"),
        ({"status": "novidade", "posted_at": "x"}, "posted"),
        ({"status": "posted", "generated_at": "x"}, "posted"),
        ({"status": "undelivered", "posted_at": "x"}, "undelivered"),
        ({"status": "Not Delivered", "posted_at": "x"}, "undelivered"),
        ({"status": "paused", "posted_at": "x"}, "stopped"),
        ({"status": "suspended", "posted_at": "x"}, "stopped"),
        ({"status": "posted", "delivered_at": "x"}, "delivered"),
        ({"status": "canceled", "paid_at": "x", "generated_at": "x"}, "cancelled"),
        ({"status": "released", "canceled_at": "x"}, "cancelled"),
        ({"status": "released", "expired_at": "x"}, "expired"),
    ],
)
def test_states(fields: dict[str, str], state: str) -> None:
    order = labels.read({"id": "a", **fields})
    assert order is not None
    assert labels.state(order) == state


def test_a_malformed_field_does_not_hide_a_label() -> None:
    order = labels.read({"id": "a", "price": "grátis", "tags": ["x", {"tag": REFERENCE}], "tracking": ["?"]})
    assert order is not None
    assert order.carries(REFERENCE)
    assert labels.label(order).cost == 0
    assert labels.read({"price": 3}) is None


@pytest.mark.parametrize(
    ("key", "failure"),
    [
        (None, ""),
        ("<uuid>", ""),
        ({"data": None, "failed_at": None, "finished_at": None}, ""),
        ({"data": "CNAE", "failed_at": "2026-10-01 12:00:00"}, "CNAE"),
        ({"data": None, "failed_at": "2026-10-01 12:00:00"}, "a geração falhou"),
    ],
)
def test_failures_of_generation(key: Any, failure: str) -> None:
    order = labels.read({"id": "a", "status": "released", "generated_key": key})
    assert order is not None
    assert labels.label(order).failure == failure


async def test_tracking_many_at_once(shipping: MelhorEnvioShipping, stand: Stand) -> None:
    first = await generated_label(shipping, stand)
    second = await order_label(shipping, reference="order-2-s1")
    await stand.sandbox.post(first.shipment_id)
    found = await shipping.tracking([first.shipment_id, second.shipment_id, "00000000-0000-4000-8000-000000000000"])
    assert {k: v.state for k, v in found.items()} == {first.shipment_id: "posted", second.shipment_id: "in_cart"}
    assert found[first.shipment_id].tracking == first.tracking
    assert await shipping.tracking([]) == {}


async def test_cancelling_in_every_state(shipping: MelhorEnvioShipping, stand: Stand) -> None:
    in_cart = await order_label(shipping)
    await shipping.cancel_label(in_cart.shipment_id, "sem estoque")
    assert in_cart.shipment_id not in stand.sandbox.orders
    await shipping.cancel_label(in_cart.shipment_id, "sem estoque")  # gone already

    bought = await bought_label(shipping)
    await shipping.cancel_label(bought.shipment_id, "sem estoque")
    await stand.sandbox.finish_cancellation(bought.shipment_id)
    assert (await shipping.read_label(bought.shipment_id)).state == "cancelled"
    await shipping.cancel_label(bought.shipment_id, "sem estoque")
    assert (await shipping.wallet()).balance == 1_000_000

    posted = await bought_label(shipping)
    await stand.sandbox.post(posted.shipment_id)
    with pytest.raises(errors.Refused) as caught:
        await shipping.cancel_label(posted.shipment_id, "sem estoque")
    assert caught.value.reason == "already_posted"


async def test_a_cancellation_without_an_answer_is_looked_up_until_it_is_known(
    shipping: MelhorEnvioShipping, stand: Stand
) -> None:
    stand.world.pace = 60
    bought = await bought_label(shipping)
    assert not await shipping.find_cancelled(bought.shipment_id)  # can still be cancelled
    fault = stand.world.faults["melhor_envio"]
    fault.mode, fault.times, fault.only = "drop", 1, "POST /api/v2/me/shipment/cancel"
    with pytest.raises(errors.Uncertain):
        await shipping.cancel_label(bought.shipment_id, "sem estoque")
    with pytest.raises(errors.Unavailable) as caught:  # they are at it
        await shipping.find_cancelled(bought.shipment_id)
    assert caught.value.reason == "cancelling"
    with pytest.raises(errors.Refused):  # and a second request is turned down with 200
        await shipping.cancel_label(bought.shipment_id, "sem estoque")
    await stand.sandbox.finish_cancellation(bought.shipment_id)
    assert await shipping.find_cancelled(bought.shipment_id)


async def test_a_parcel_that_was_handed_in_meanwhile_was_not_cancelled(
    shipping: MelhorEnvioShipping, stand: Stand
) -> None:
    bought = await bought_label(shipping)
    await stand.sandbox.post(bought.shipment_id)
    assert not await shipping.find_cancelled(bought.shipment_id)


async def test_a_removal_from_the_cart_without_an_answer_is_repeated(
    shipping: MelhorEnvioShipping, stand: Stand
) -> None:
    label = await order_label(shipping)
    fault = stand.world.faults["melhor_envio"]
    fault.mode, fault.times, fault.only = "drop", 1, "DELETE"
    await shipping.cancel_label(label.shipment_id, "sem estoque")
    assert stand.sandbox.orders == {}


async def test_an_unknown_label(shipping: MelhorEnvioShipping) -> None:
    with pytest.raises(errors.NotFound):
        await shipping.read_label("00000000-0000-4000-8000-000000000000")


@pytest.mark.parametrize(("balance", "centavos"), [("1624.9", 162_490), ("1624.8999999999999", 162_490), ("7", 700)])
async def test_a_balance_with_the_noise_of_floats(http: Http, balance: str, centavos: int) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(
            text=f'{{"balance": {balance}, "reserved": 0, "debts": 87}}', content_type="application/json"
        )

    app = web.Application()
    app.router.add_get("/api/v2/me/balance", answer)
    async with TestServer(app) as server:
        assert await make_shipping(http, str(server.make_url("")).rstrip("/")).wallet() == Wallet(centavos, owed=8700)


# --- errors -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", fixture("errors"), ids=lambda c: f"{c['status']}-{c['reason']}")
def test_every_shape_of_error(case: dict[str, Any]) -> None:
    body = case["body"]
    parsed = body if isinstance(body, dict) else None
    error = refusal(Answer(case["status"], {}, json.dumps(body).encode(), parsed))
    assert type(error).__name__ == case["kind"]
    assert error is not None
    assert error.reason == case["reason"]
