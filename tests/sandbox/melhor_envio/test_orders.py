"""Labels read, followed, cancelled, and what is told of them."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox.core import World
from tests.sandbox.melhor_envio.support import CART, bought, generated
from tests.support_melhor_envio import SECRET, Stand, inbox, standing

# --- orders, tracking, cancelling ---------------------------------------------------------------------


async def test_orders(stand: Stand) -> None:
    assert await stand.call("GET", "/orders") == (204, "")
    order_id = await bought(stand)
    assert (await stand.call("GET", "/orders?status=Released"))[1]["total"] == 1
    assert await stand.call("GET", "/orders?status=posted") == (204, "")
    full = (await stand.call("GET", f"/orders/{order_id}"))[1]
    assert full["to"]["location_number"] == "210"
    assert "number" not in full["to"]
    assert json.loads(full["service"]["restrictions"])["formats"]
    assert full["volumes"][0]["height"] == "30.00"
    status, _ = await stand.call("GET", "/orders/00000000-0000-4000-8000-000000000000")
    assert status == 404


async def test_search(stand: Stand) -> None:
    order_id = await bought(stand)
    protocol = stand.sandbox.orders[order_id]["protocol"]
    assert (await stand.call("GET", f"/orders/search?q={protocol}"))[1]["data"][0]["id"] == order_id
    assert (await stand.call("GET", "/orders/search?q=nada"))[0] == 204
    stand.sandbox.search_as_page = False
    assert (await stand.call("GET", "/orders/search?q=nada"))[1] == []
    assert (await stand.call("GET", "/orders/search?q=52998224725"))[1][0]["id"] == order_id


async def test_tracking_is_keyed_by_id_and_may_be_old(stand: Stand) -> None:
    order_id = await generated(stand)
    asked = {"orders": [order_id, "00000000-0000-4000-8000-000000000000"]}
    now = datetime.now(UTC)
    stand.world.clock = lambda: now
    stand.sandbox.tracking_cached_s = 3600
    _, before = await stand.call("POST", "/shipment/tracking", asked)
    assert list(before) == [order_id]
    assert before[order_id]["tracking"] == before[order_id]["melhorenvio_tracking"]
    await stand.sandbox.post(order_id)
    assert (await stand.call("POST", "/shipment/tracking", asked))[1] == before
    now += timedelta(hours=1)
    assert (await stand.call("POST", "/shipment/tracking", asked))[1][order_id]["status"] == "posted"
    assert (await stand.call("POST", "/shipment/tracking", {}))[0] == 422


async def test_cancelling(stand: Stand) -> None:
    order_id = await bought(stand)
    assert (await stand.call("POST", "/shipment/cancellable", {"orders": [order_id]}))[1] == {
        order_id: {"cancellable": True, "time": 0}
    }
    asked = {"order": {"id": order_id, "reason_id": "2", "description": "sem estoque"}}
    _, answer = await stand.call("POST", "/shipment/cancel", asked)
    assert answer[order_id] == {"canceled": True, "status": "pending"}
    await stand.sandbox.finish_cancellation(order_id)
    assert (await stand.call("GET", f"/orders/{order_id}"))[1]["status"] == "canceled"
    assert stand.sandbox.balance_cents == 1_000_000
    status, again = await stand.call("POST", "/shipment/cancel", asked)
    assert (status, again[order_id]) == (200, {"canceled": False})
    posted = await generated(stand)
    await stand.sandbox.post(posted)
    asked["order"]["id"] = posted
    assert (await stand.call("POST", "/shipment/cancel", asked))[1][posted] == {"canceled": False}


@pytest.mark.parametrize(
    ("changes", "key"),
    [({"reason_id": "1"}, "order.reason_id"), ({"description": ""}, "order.description"), ({"id": ""}, "order.id")],
)
async def test_cancel_requests_that_are_invalid(stand: Stand, changes: dict[str, str], key: str) -> None:
    order = {"id": await bought(stand), "reason_id": "2", "description": "x", **changes}
    status, body = await stand.call("POST", "/shipment/cancel", {"order": order})
    assert (status, list(body["errors"])) == (422, [key])
    assert (await stand.call("POST", "/shipment/cancel", {"order": "x"}))[0] == 422


async def test_a_cancelled_label_is_neither_generated_nor_paid_again(stand: Stand) -> None:
    order_id = await bought(stand)
    await stand.call("POST", "/shipment/generate", {"orders": [order_id]})
    await stand.call("POST", "/shipment/cancel", {"order": {"id": order_id, "reason_id": "2", "description": "x"}})
    await stand.sandbox.finish_cancellation(order_id)
    await stand.sandbox.finish_generation(order_id)
    assert stand.sandbox.orders[order_id]["generated_at"] is None
    expired = (await stand.call("POST", "/cart", CART))[1]["id"]
    await stand.sandbox.expire(expired)
    assert (await stand.call("POST", "/shipment/checkout", {"orders": [expired]}))[0] == 422


# --- webhooks -----------------------------------------------------------------------------------------


async def test_webhooks_of_the_usual_way() -> None:
    async with inbox() as box, standing(webhook_url=box.url) as stand:
        stand.sandbox.auto_generate = False
        order_id = await generated(stand)
        await stand.sandbox.advance(order_id)
        await stand.sandbox.advance(order_id)
        events = []
        for _ in range(6):
            headers, body = await box.next()
            signature = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()
            assert headers["x-me-signature"] == signature
            assert headers["user-agent"] == "Melhor Envio Webhooks/1.0"
            assert b'": ' not in body  # compact
            events.append(json.loads(body))
        names = [e["event"].removeprefix("order.") for e in events]
        assert names == ["created", "released", "ready-to-print", "generated", "posted", "delivered"]
        assert events[3]["data"]["status"] == "released"
        assert events[5]["data"]["posted_at"].endswith("+00:00")
        assert events[5]["data"]["tags"] == [{"tag": "order-1042-s1", "url": "https://x.example"}]
        assert stand.sandbox.by_tag("order-1042-s1") is stand.sandbox.orders[order_id]
        assert stand.sandbox.by_tag("nope") is None


async def test_webhooks_of_the_other_ways() -> None:
    async with inbox() as box, standing(webhook_url=box.url) as stand:
        order_id = await bought(stand)
        sandbox = stand.sandbox
        for act in (sandbox.receive, sandbox.pause, sandbox.suspend, sandbox.undeliver):
            await act(order_id)
        events = [await box.next_event() for _ in range(6)]
        assert events[2:] == ["order.received", "order.paused", "order.suspended", "order.undelivered"]
        other = await bought(stand)
        await stand.call("POST", "/shipment/cancel", {"order": {"id": other, "reason_id": "2", "description": "x"}})
        assert [await box.next_event() for _ in range(3)][-1] == "order.cancelled"


async def test_the_known_signature() -> None:
    async with standing() as stand:
        body = (
            b'{"event":"order.posted","data":{"id":"3f0c1d2e-0000-4000-8000-000000000001",'
            b'"protocol":"ORD-202610000123","status":"posted"}}'
        )
        assert stand.sandbox.hooks.sign(body) == "hZixUYZ2lvz1aMId0/0McgFKNcxvK7gvUPsb6SVZUU4="


async def test_five_tries_then_dropped() -> None:
    async with inbox(500, 503, 404, 302, 500, 200) as box, standing(webhook_url=box.url) as stand:
        assert (stand.sandbox.hooks.wait, stand.sandbox.hooks.timeout) == (900.0, 6.0)
        stand.sandbox.hooks.wait = 0
        async with stand.world.listen() as news:
            await stand.call("POST", "/cart", CART)
            statuses: list[int] = []
            while len(statuses) < 5:
                event = await news.get()
                if event["topic"] == "webhook":
                    statuses.append(event["status"])
        await asyncio.gather(*stand.world._tasks)  # nothing more is on its way
        assert statuses == [status for _, status in stand.sandbox.hooks.tries] == [500, 503, 404, 302, 500]
        assert len({(await box.next())[1] for _ in range(5)}) == 1  # the same bytes each time


async def test_a_failed_try_does_not_hold_up_the_next_event() -> None:
    async with inbox(500) as box, standing(webhook_url=box.url) as stand:
        await bought(stand)
        await stand.sandbox.hooks.settled()
        assert stand.sandbox.hooks.tries == [("order.created", 500), ("order.released", 200)]


async def test_nobody_home() -> None:
    async with standing(webhook_url="http://127.0.0.1:1/hook") as stand:
        await stand.call("POST", "/cart", CART)
        await stand.sandbox.hooks.settled()
        assert stand.sandbox.hooks.tries == [("order.created", 0)]


async def test_twice_on_demand() -> None:
    async with inbox() as box, standing(World(pace=0, send_twice=True), webhook_url=box.url) as stand:
        await stand.call("POST", "/cart", CART)
        assert (await box.next())[1] == (await box.next())[1]


async def test_a_new_address_is_tried_first() -> None:
    async with inbox() as box, standing() as stand:
        await stand.sandbox.hooks.register(box.url)
        assert box.methods == ["GET", "HEAD", "POST", "POST", "POST"]
        assert stand.sandbox.hooks.url == box.url
        stand.sandbox.hooks.url = ""
        box.answers = [405]
        with pytest.raises(ValueError, match=r"E-WBH-0002: .* inválido 405"):
            await stand.sandbox.hooks.register(box.url)
        assert stand.sandbox.hooks.url == ""
        with pytest.raises(ValueError, match="inválido 0"):
            await stand.sandbox.hooks.register("http://127.0.0.1:1/hook")


async def test_the_page_hears_of_each_change(stand: Stand) -> None:
    async with stand.world.listen() as news:
        order_id = await generated(stand)
        await stand.sandbox.post(order_id)
        seen = []
        while "posted" not in seen:
            event = await news.get()
            if event["topic"] == "shipment":
                assert event["id"] == order_id
                assert event["reference"] == "order-1042-s1"
                seen.append(event["event"])
    assert seen == ["created", "released", "ready-to-print", "generated", "posted"]


async def test_agencies_by_place_and_carrier(stand: Stand) -> None:
    path = "/shipment/agencies?company=8&country=BR&state=SP&city=S%C3%A3o%20Paulo"
    status, found = await stand.call("GET", path, headers={"Authorization": ""})
    assert (status, [a["id"] for a in found]) == (200, [21, 22, 23])
    assert found[0]["companies"][0]["name"] == "Total Express"
    assert (await stand.call("GET", "/shipment/agencies/4"))[1]["company_id"] == 2
    assert (await stand.call("GET", "/shipment/agencies/99"))[0] == 404
    assert (await stand.call("GET", "/shipment/companies/2"))[1]["services"][0]["id"] == 3


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"service": 3}, "service"),
        ({"service": 17}, "service"),
        ({"order_id": ""}, "order_id"),
        ({"order_id": "0" * 36}, "order_id"),
        ({"new_sender_mail": ""}, "new_sender_mail"),
        ({"package": {"height": 1.5, "width": 10, "length": 20, "weight": 1}}, "package.height"),
        ({"insurance_value": None}, "insurance_value"),
    ],
)
async def test_what_a_return_must_hold(stand: Stand, changes: dict[str, Any], key: str) -> None:
    order_id = await generated(stand)
    body = {
        "service": 1,
        "order_id": order_id,
        "new_sender_mail": "a@b.example",
        "new_sender_phone": "41987654321",
        "insurance_value": 100,
        "package": {"height": 10, "width": 20, "length": 30, "weight": 1},
    }
    status, answer = await stand.call("POST", "/cart/reverse", {**body, **changes})
    assert (status, list(answer["errors"])) == (422, [key])
    status, answer = await stand.call("POST", "/cart/reverse", body)
    assert (status, answer["reverse"]) == (201, 1)


async def test_money_comes_into_the_wallet_when_the_pix_is_paid(stand: Stand) -> None:
    wanted = {"gateway": "yapay-transparente", "slug": "pix", "value": "10.50"}
    status, answer = await stand.call("POST", "/balance", wanted)
    assert status == 200
    assert stand.sandbox.balance_cents == 1_000_000
    stand.sandbox.pay_in(answer["payment_id"])
    assert (await stand.call("GET", "/balance"))[1]["balance"] == 10_010.5
    for wrong in ({"slug": "card"}, {"value": "-1"}, {"gateway": ""}):
        assert (await stand.call("POST", "/balance", {**wanted, **wrong}))[0] == 422
