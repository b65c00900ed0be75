"""Labels bought, generated and printed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.domain.commands import BuyLabel
from bot.effects import freight
from bot.integrations import errors
from bot.integrations.http import Http
from bot.integrations.melhor_envio import (
    MelhorEnvioShipping,
)
from tests.integrations.melhor_envio.support import bought_label, generated_label, make_shipping, order_label
from tests.support_melhor_envio import Stand

# --- buying -------------------------------------------------------------------------------------------


async def test_buying_twice_pays_once(shipping: MelhorEnvioShipping, stand: Stand) -> None:
    label = await order_label(shipping)
    first, second = [await shipping.buy_label(label.shipment_id) for _ in range(2)]
    assert (first.state, first.unanswered) == ("bought", False)
    assert (second.state, second.unanswered) == ("bought", True), "what was paid along, only the first answer told"
    assert (await shipping.wallet()).balance == 1_000_000 - 3240
    assert sum(c.path.endswith("/checkout") for c in stand.world.calls) == 1


@pytest.mark.parametrize("documented", [True, False])
async def test_a_label_paid_in_between_counts_as_bought(
    shipping: MelhorEnvioShipping, stand: Stand, documented: bool
) -> None:
    label = await order_label(shipping)
    stand.sandbox.repeat_checkout_refused = documented
    await stand.call("POST", "/shipment/checkout", {"orders": [label.shipment_id]})
    order = stand.sandbox.orders[label.shipment_id]
    order["status"] = "pending"
    paid, order["paid_at"] = order["paid_at"], None  # what a cache still shows at the look before

    async with stand.world.listen() as events:

        async def paid_meanwhile() -> None:
            while (await events.get()).get("path") != f"/api/v2/me/orders/{label.shipment_id}":
                pass
            order["paid_at"] = paid

        watching = asyncio.create_task(paid_meanwhile())
        bought = await shipping.buy_label(label.shipment_id)
        assert (bought.state, bought.unanswered) == ("bought", True)
        await watching
    assert stand.sandbox.balance_cents == 1_000_000 - 3240


async def test_a_label_that_is_gone_was_not_bought(shipping: MelhorEnvioShipping, stand: Stand) -> None:
    """Otherwise it would be looked up for ever: a new try tells that it is gone."""
    label = await order_label(shipping)
    buy, command = freight.effects(shipping)["label.buy"], BuyLabel(shipment_id=label.shipment_id)
    assert buy.find is not None
    del stand.sandbox.orders[label.shipment_id]
    assert await buy.find(command, "key") is None
    with pytest.raises(errors.NotFound):
        await buy.run(command, "key")


async def test_paid_is_paid_whatever_a_cache_still_says(http: Http) -> None:
    async def order(_: web.Request) -> web.Response:
        return web.json_response({"id": "x", "status": "pending", "price": 9.9})

    async def paid_already(_: web.Request) -> web.Response:
        return web.Response(status=204)

    app = web.Application()
    app.router.add_get("/api/v2/me/orders/x", order)
    app.router.add_post("/api/v2/me/shipment/checkout", paid_already)
    async with TestServer(app) as server:
        label = await make_shipping(http, str(server.make_url("")).rstrip("/")).buy_label("x")
        assert (label.state, label.cost) == ("bought", 990)


async def test_an_empty_wallet(shipping: MelhorEnvioShipping, stand: Stand) -> None:
    label = await order_label(shipping)
    stand.sandbox.balance_cents = 3239
    with pytest.raises(errors.Refused) as caught:
        await shipping.buy_label(label.shipment_id)
    assert caught.value.reason == "insufficient_balance"
    assert (await shipping.read_label(label.shipment_id)).state == "in_cart"


async def test_a_cut_after_the_debit_is_ambiguous_and_read_back(shipping: MelhorEnvioShipping, stand: Stand) -> None:
    label = await order_label(shipping)
    fault = stand.world.faults["melhor_envio"]
    fault.mode, fault.times, fault.only = "drop", 1, "checkout"
    with pytest.raises(errors.Uncertain):
        await shipping.buy_label(label.shipment_id)
    assert (await shipping.read_label(label.shipment_id)).state == "bought"


async def test_a_cancelled_label_is_not_bought(shipping: MelhorEnvioShipping, stand: Stand) -> None:
    label = await order_label(shipping)
    await stand.sandbox.expire(label.shipment_id)
    with pytest.raises(errors.Refused) as caught:
        await shipping.buy_label(label.shipment_id)
    assert caught.value.reason == "expired"


async def test_older_adjustments_do_not_change_what_the_label_costs(
    shipping: MelhorEnvioShipping, stand: Stand
) -> None:
    stand.sandbox.adjustments_cents = 500
    label = await bought_label(shipping)
    assert label.cost == 3240
    assert [(c.amount, c.shipment_id) for c in label.corrections] == [(500, "")]
    assert (await shipping.wallet()).balance == 1_000_000 - 3240 - 500


async def test_a_correction_names_its_label_where_the_broker_does(shipping: MelhorEnvioShipping, stand: Stand) -> None:
    first = await bought_label(shipping)
    stand.sandbox.correct(first.shipment_id, 250)
    stand.sandbox.adjustments_cents += 100  # of a label that is not named
    assert (await shipping.wallet()).owed == 350
    second = await bought_label(shipping)
    assert [(c.amount, c.shipment_id) for c in second.corrections] == [(250, first.shipment_id), (100, "")]
    assert all(c.name.startswith("CGP-") for c in second.corrections)
    assert (await bought_label(shipping)).corrections == ()


# --- generating and printing --------------------------------------------------------------------------


async def test_generating_takes_its_time_and_may_be_asked_again(shipping: MelhorEnvioShipping, stand: Stand) -> None:
    stand.sandbox.auto_generate = False
    bought = await bought_label(shipping)
    assert (await shipping.generate_label(bought.shipment_id)).state == "bought"
    assert (await shipping.generate_label(bought.shipment_id)).state == "bought"  # "já está sendo processado"
    with pytest.raises(errors.Unavailable) as caught:
        await shipping.label_pdf(bought.shipment_id)
    assert caught.value.reason == "not_generated"
    await stand.sandbox.finish_generation(bought.shipment_id)
    label = await shipping.generate_label(bought.shipment_id)  # "já está gerado"
    assert label.state == "generated"
    assert label.tracking_url == f"https://www.melhorrastreio.com.br/rastreio/{label.tracking}"


async def test_a_label_that_was_not_paid_is_not_generated(shipping: MelhorEnvioShipping) -> None:
    label = await order_label(shipping)
    with pytest.raises(errors.Refused) as caught:
        await shipping.generate_label(label.shipment_id)
    assert caught.value.reason == "generation_refused"


async def test_a_later_failure_is_read_from_the_label(shipping: MelhorEnvioShipping, stand: Stand) -> None:
    stand.sandbox.fail_generation = "CEP sem atendimento"
    stand.sandbox.auto_generate = False
    bought = await bought_label(shipping)
    await shipping.generate_label(bought.shipment_id)
    await stand.sandbox.finish_generation(bought.shipment_id)
    label = await shipping.read_label(bought.shipment_id)
    assert (label.state, label.failure) == ("bought", "CEP sem atendimento")


async def test_the_pdf_is_fetched_without_our_token(shipping: MelhorEnvioShipping, stand: Stand) -> None:
    label = await generated_label(shipping, stand)
    file = await shipping.label_pdf(label.shipment_id)  # the storage refuses a bearer token
    assert file.data.startswith(b"%PDF")
    assert file.mime_type == "application/pdf"
    assert file.name.endswith(".pdf")


class Printer:
    """A provider that answers the print route with ``answer`` and the file route with ``file``."""

    def __init__(self) -> None:
        self.answer: Any = None
        self.file = b"%PDF-1.4 x"
        self.status = 200

    async def print_file(self, _: web.Request) -> web.Response:
        return web.json_response(self.answer)

    async def storage(self, _: web.Request) -> web.Response:
        return web.Response(body=self.file, status=self.status)


@pytest.fixture
async def printer(http: Http) -> AsyncIterator[tuple[Printer, str, MelhorEnvioShipping]]:
    printer = Printer()
    app = web.Application()
    app.add_routes([web.get("/api/v2/me/imprimir/pdf/x", printer.print_file), web.get("/file.pdf", printer.storage)])
    async with TestServer(app) as server:
        base = str(server.make_url("")).rstrip("/")
        yield printer, base, make_shipping(http, base)


async def test_the_files_address_may_come_in_an_object(printer: tuple[Printer, str, MelhorEnvioShipping]) -> None:
    provider, base, shipping = printer
    for key in ("url", "pdf"):
        provider.answer = {key: f"{base}/file.pdf"}
        assert (await shipping.label_pdf("x")).data == b"%PDF-1.4 x"


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/latest", "https://evil.example/a.pdf", "file:///etc/passwd", "ops", "http://[::1"]
)
async def test_files_come_from_known_hosts_only(printer: tuple[Printer, str, MelhorEnvioShipping], url: str) -> None:
    provider, _, shipping = printer
    provider.answer = url
    with pytest.raises(errors.Refused) as caught:
        await shipping.label_pdf("x")
    assert caught.value.reason == "not_allowed"


async def test_what_is_no_pdf_is_not_handed_on(printer: tuple[Printer, str, MelhorEnvioShipping]) -> None:
    provider, base, shipping = printer
    provider.answer, provider.file = f"{base}/file.pdf", b"<html>"
    with pytest.raises(errors.Unavailable):
        await shipping.label_pdf("x")
    provider.status = 404
    with pytest.raises(errors.Refused) as caught:
        await shipping.label_pdf("x")
    assert caught.value.reason == "gone"
    provider.status = 503
    with pytest.raises(errors.Unavailable):
        await shipping.label_pdf("x")
    provider.answer = 5
    with pytest.raises(errors.Unavailable):
        await shipping.label_pdf("x")


async def test_a_file_without_end_is_cut(
    printer: tuple[Printer, str, MelhorEnvioShipping], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.integrations.melhor_envio.client.MAX_FILE", 1000)
    provider, base, shipping = printer
    provider.answer, provider.file = f"{base}/file.pdf", b"%PDF" + b"x" * 2000
    with pytest.raises(errors.Refused) as caught:
        await shipping.label_pdf("x")
    assert caught.value.reason == "too_large"
