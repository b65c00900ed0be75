"""Each event and answer in its documented shape, one file each, and what we make of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.integrations import errors
from bot.integrations.media import MediaFetcher
from bot.integrations.melhor_envio import MelhorEnvioReceiver, MelhorEnvioShipping, Tokens
from tests.support import make_http
from tests.support_melhor_envio import fixture

LABEL = "3f0c1d2e-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    ("name", "fact", "moment"),
    [
        ("created", "in_cart", "2026-10-01T12:00:00+00:00"),
        ("pending", "in_cart", ""),
        ("released", "bought", "2026-10-01T12:05:00+00:00"),
        ("ready_to_print", "bought", "2026-10-01T12:05:00+00:00"),
        ("generated", "generated", "2026-10-01T12:06:00+00:00"),
        ("received", "posted", ""),
        ("posted", "posted", "2026-10-01T18:00:00+00:00"),
        ("delivered", "delivered", "2026-10-05T14:00:00+00:00"),
        ("undelivered", "undelivered", ""),
        ("paused", "stopped", ""),
        ("suspended", "stopped", ""),
        ("cancelled", "cancelled", "2026-10-02T09:00:00+00:00"),
    ],
)
def test_an_event(name: str, fact: str, moment: str) -> None:
    (incoming,) = MelhorEnvioReceiver("x").events({}, fixture(f"webhook_{name}"))
    assert incoming.event.model_dump()["fact"] == fact
    assert incoming.lane == "order:1042"
    assert incoming.key == f"{LABEL}:{name.replace('_', '-')}:{moment}"


def test_an_event_that_nobody_knows() -> None:
    assert MelhorEnvioReceiver("x").events({}, fixture("webhook_unknown")) == []


class Broker:
    """Answers each route with the file that it was given."""

    def __init__(self) -> None:
        self.files: dict[str, str] = {}
        self.shipping: MelhorEnvioShipping

    async def answer(self, request: web.Request) -> web.Response:
        name = self.files.get(f"{request.method} {request.path.removeprefix('/api/v2/me')}")
        return web.json_response(fixture(f"answers/{name}")) if name else web.Response(status=204)


@pytest.fixture
async def broker() -> AsyncIterator[Broker]:
    made, http, app = Broker(), make_http(), web.Application()
    app.router.add_route("*", "/{anything:.*}", made.answer)
    async with TestServer(app) as server:
        base = str(server.make_url("")).rstrip("/")
        made.shipping = MelhorEnvioShipping(
            http,
            base_url=base,
            tokens=Tokens(http, base_url=base, access_token="a"),
            files=MediaFetcher([]),
            contact_email="ops@autopars.example",
            platform_name="AutoPars",
        )
        yield made
        await http.close()


async def test_a_checkout_with_older_differences(broker: Broker) -> None:
    broker.files = {f"GET /orders/{LABEL}": "cart", "POST /shipment/checkout": "checkout"}
    label = await broker.shipping.buy_label(LABEL)
    assert (label.state, label.cost) == ("bought", 3268)


async def test_a_generation_that_is_under_way(broker: Broker) -> None:
    broker.files = {"POST /shipment/generate": "generate", f"GET /orders/{LABEL}": "order_failed"}
    label = await broker.shipping.generate_label(LABEL)
    assert (label.state, label.failure) == ("bought", "CEP sem atendimento")


async def test_a_generation_that_is_refused_with_200(broker: Broker) -> None:
    broker.files = {"POST /shipment/generate": "generate_refused"}
    with pytest.raises(errors.Refused) as caught:
        await broker.shipping.generate_label(LABEL)
    assert (caught.value.reason, caught.value.detail) == ("generation_refused", "CNAE do remetente inválido")


async def test_where_a_label_is(broker: Broker) -> None:
    broker.files = {"POST /shipment/tracking": "tracking"}
    label = (await broker.shipping.tracking([LABEL]))[LABEL]
    assert (label.state, label.tracking) == ("posted", "ME26000ABC1BR")


async def test_a_label_with_a_tag_of_theirs_beside_ours(broker: Broker) -> None:
    broker.files = {"GET /orders": "orders"}  # the cart is empty: 204
    found: Any = await broker.shipping.find_label("order-1042-s1")
    assert found.shipment_id == LABEL


@pytest.mark.parametrize("answer", ["cancel", "cancel_documented"])
async def test_a_cancellation_as_recorded_and_as_documented(broker: Broker, answer: str) -> None:
    broker.files = {f"GET /orders/{LABEL}": "order_failed", "POST /shipment/cancel": answer}
    await broker.shipping.cancel_label(LABEL, "sem estoque")
