"""Every method of every client, once against its stand-in: what :mod:`.test_mutated_answers` changes and plays back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.domain.order import Method
from bot.integrations.asaas import AsaasPayments
from bot.integrations.cloudflare import CloudflareImages, CloudflareStream
from bot.integrations.http import Http
from bot.integrations.melhor_envio import MelhorEnvioShipping, Tokens
from bot.integrations.payments import Share
from bot.integrations.protocols import File, Messenger
from bot.integrations.resend import ResendMailer
from bot.integrations.viacep import BrasilApi, ViaCep
from bot.integrations.whatsapp.evolution import EvolutionMessenger
from bot.integrations.whatsapp.zapi import ZapiMessenger
from sandbox.cloudflare import CloudflareSandbox
from sandbox.core import World
from sandbox.resend import ResendSandbox
from sandbox.viacep import ViaCepSandbox
from tests import support_asaas as asaas_of
from tests import support_evolution, support_zapi
from tests.conftest import TestClock
from tests.integrations import test_cloudflare_images as pictures
from tests.integrations import test_resend as mails
from tests.integrations.asaas.test_account import SHOP
from tests.integrations.melhor_envio import support as freight
from tests.support import make_http
from tests.support_melhor_envio import standing
from tests.support_mutation import Case, Desk
from tests.support_video import mp4

PDF = File(b"%PDF-1.4 x", "application/pdf", "x.pdf")


class Files:
    async def fetch(self, url: str, *, limit: int) -> File:
        return PDF


@asynccontextmanager
async def desk() -> AsyncIterator[Desk]:
    http = make_http()
    try:
        yield Desk(http)
    finally:
        await http.close()


async def asaas() -> list[Case]:
    async with asaas_of.asaas(TestClock()) as stand, desk() as at:

        def client(http: Http) -> AsaasPayments:
            return AsaasPayments(http, base_url=stand.base_url, api_key=asaas_of.KEY, files=Files())

        async def take(name: str, method: Callable[[AsaasPayments], Awaitable[Any]], *effects: str) -> Any:
            return await at.take(name, client, method, *(f"POST /v3/{e}" for e in effects))

        def create(number: int, method: Method, parts: int = 1) -> Callable[[AsaasPayments], Awaitable[Any]]:
            return lambda c: c.create_charge(
                reference=f"order-{number}-a1",
                customer_id=customer,
                method=method,
                installments=parts,
                amount=51240,
                due_date=due,
                description="Pedido",
                shares=asaas_of.SHARES,
            )

        due, today = asaas_of.DUE, date(2026, 11, 23)
        payer: dict[str, Any] = {"reference": "person-9", "address": asaas_of.HOME}
        await take("customer", lambda c: c.create_customer(asaas_of.PAYER, **payer), "customers")
        customer = await take("find_customer", lambda c: c.find_customer(asaas_of.CPF))
        await take("simulate", lambda c: c.simulate_net(51240, Method.PIX))
        pix = await take("pix", create(1, Method.PIX), "payments")
        boleto = await take("boleto", create(2, Method.BOLETO), "payments")
        card = await take("card", create(3, Method.CARD), "payments")
        plan = await take("plan", create(4, Method.CARD, 3), "payments")
        await take("find_charge", lambda c: c.find_charge("order-1-a1"))
        await take("find_charge, a plan", lambda c: c.find_charge("order-4-a1"))
        await take("pix_code", lambda c: c.pix_code(pix.charge_id))
        await take("boleto_line", lambda c: c.boleto_line(boleto.charge_id))
        await take("boleto_pdf", lambda c: c.boleto_pdf(boleto.charge_id))
        shares = [Share(asaas_of.SELLER, 43000)]
        await take("split", lambda c: c.set_shares(pix, method=Method.PIX, due_date=due, shares=shares))
        await take("split of a plan", lambda c: c.set_shares(plan, method=Method.CARD, due_date=due, shares=shares))
        later = due + timedelta(days=3)
        await take("due date", lambda c: c.set_due_date(boleto, method=Method.BOLETO, due_date=later))
        other = await take("another", create(9, Method.PIX), "payments")
        await take("cancel", lambda c: c.cancel_charge(other.charge_id))
        for bill in (pix, card, plan, boleto):
            await stand.account.pay(bill.charge_id)
        await take("read", lambda c: c.read_charge(pix.charge_id))
        await take("read a plan", lambda c: c.read_charge(plan.charge_id))
        refund = f"payments/{pix.charge_id}/refund"
        await take("refund", lambda c: c.refund(pix.charge_id, 1240, "x", before=0, share=1000), refund)
        await take("find_refund", lambda c: c.find_refund(pix.charge_id, 1240, before=0))
        await take("refund of a plan", lambda c: c.refund(plan.charge_id, 51240, "x", before=0), "installments")
        await take("find_refund, a plan", lambda c: c.find_refund(plan.charge_id, 51240, before=0))
        await take("refund of a boleto", lambda c: c.refund(boleto.charge_id, 51240, "x", before=0))
        await stand.account.chargeback(card.charge_id)
        await take("dispute", lambda c: c.find_dispute(card.charge_id))
        (chargeback,) = [c.chargeback for c in stand.account.charges.values() if c.chargeback]
        contest = f"chargebacks/{chargeback['id']}"
        await take("contest", lambda c: c.contest(card.charge_id, [PDF]), contest)
        await take("transfer", lambda c: c.transfer(asaas_of.SELLER, 1000, "order-1-t1"), "transfers")
        await take("find_transfer", lambda c: c.find_transfer("order-1-t1"))
        await take("charges", lambda c: c.charges(today))
        await take("statement", lambda c: c.statement(today))
        await take("objections", lambda c: c.objections(today, today))
        await take("balance", lambda c: c.balance())
        await take("wallet", lambda c: c.wallet())
        await take("account", lambda c: c.open_account(SHOP), "accounts")
        await take("find_wallet", lambda c: c.find_wallet(SHOP.document))
        await take("pix key", lambda c: c.has_pix_key())
        hook = stand.hook_url
        await take("webhook", lambda c: c.register_webhook(hook, asaas_of.TOKEN, "a@b.example"), "webhooks")
        await take("resume", lambda c: c.resume_webhook(hook))
        return at.cases


async def melhor_envio() -> list[Case]:
    async with standing() as stand, desk() as at:

        def client(http: Http) -> MelhorEnvioShipping:
            return MelhorEnvioShipping(
                http,
                base_url=stand.base,
                tokens=freight.make_tokens(http, stand.base),
                files=Files(),
                contact_email="ops@autopars.example",
                platform_name="AutoPars",
            )

        def tokens(http: Http) -> Tokens:
            return freight.make_tokens(http, stand.base, vault=freight.Vault())

        async def take(name: str, method: Callable[[MelhorEnvioShipping], Awaitable[Any]], *effects: str) -> Any:
            return await at.take(name, client, method, *(f"POST /api/v2/me/{e}" for e in effects))

        await take("quote", lambda c: c.quote("01310100", "80010000", [freight.HEADLIGHT]))
        await take("agencies", lambda c: c.agencies("3", "São Paulo", "SP"))
        label = await take("order", freight.order_label, "cart")
        agency = {"reference": "order-8-s1", "service_id": "35"}
        await take("order at an agency", lambda c: freight.order_label(c, **agency), "cart")
        await take("find_label in the cart", lambda c: c.find_label(freight.REFERENCE))
        label_id = label.shipment_id
        await take("buy", lambda c: c.buy_label(label_id), "shipment/checkout")
        stand.sandbox.auto_generate = False
        await take("generate", lambda c: c.generate_label(label_id))
        await stand.sandbox.finish_generation(label_id)
        await take("read", lambda c: c.read_label(label_id))
        await take("find_label", lambda c: c.find_label(freight.REFERENCE))
        await take("pdf", lambda c: c.label_pdf(label_id))
        await take("tracking", lambda c: c.tracking([label_id]))
        await take("labels_bought", lambda c: c.labels_bought(0, date(2026, 1, 1)))
        await take("wallet", lambda c: c.wallet())
        back: dict[str, Any] = {"email": "a@b.example", "phone": "5541987654321", "volume": freight.BOX}
        await take(
            "return", lambda c: c.order_return(reference="order-1042-r1", shipment_id=label_id, **back), "cart/reverse"
        )
        await take("cancel", lambda c: c.cancel_label(label_id, "x"), "shipment/cancel")
        await take("find_cancelled", lambda c: c.find_cancelled(label_id))
        await at.take("refresh", tokens, lambda c: c.refresh())
        return at.cases


async def cloudflare() -> list[Case]:
    world = World(pace=0)
    base: dict[str, Any] = {"account_id": pictures.ACCOUNT, "api_token": pictures.TOKEN}
    sandbox = CloudflareSandbox(world, **base, account_hash=pictures.HASH, public_base="http://x.example")
    app = web.Application()
    app.add_routes(sandbox.routes())
    async with TestServer(app) as server, desk() as at:
        url = str(server.make_url("/client/v4"))

        def images(http: Http) -> CloudflareImages:
            return CloudflareImages(http, base_url=url, **base, account_hash=pictures.HASH, variant="public")

        def stream(http: Http) -> CloudflareStream:
            return CloudflareStream(http, base_url=url, **base)

        await at.take("upload", images, lambda c: c.upload("parts/1", pictures.jpeg(), owner="o"))
        await at.take("find_image", images, lambda c: c.find("parts/1"))
        await at.take("check", images, lambda c: c.check())
        await at.take("delete", images, lambda c: c.delete("parts/1"))
        film = File(mp4(), "video/mp4", "v.mp4")
        video = await at.take("film", stream, lambda c: c.upload("v1", film, owner="o"), "POST")
        await at.take("read film", stream, lambda c: c.read(video.video_id))
        await at.take("find film", stream, lambda c: c.find("v1", owner="o"))
        await at.take("subscribe", stream, lambda c: c.subscribe("https://x.example/hook"))
        await at.take("webhook", stream, lambda c: c.webhook())
        await at.take("delete film", stream, lambda c: c.delete(video.video_id))
        await world.close()
        return at.cases


async def resend() -> list[Case]:
    world = World(pace=0)
    sandbox = ResendSandbox(world, api_key=mails.KEY, sender_domain=mails.DOMAIN, webhook_secret=mails.WEBHOOK_SECRET)
    app = web.Application()
    app.add_routes(sandbox.routes())
    async with TestServer(app) as server, desk() as at:
        url = str(server.make_url("/"))

        def client(http: Http) -> ResendMailer:
            return ResendMailer(http, base_url=url, api_key=mails.KEY, sender=mails.SENDER)

        await at.take("send", client, lambda c: c.send(mails.email("bounced@resend.dev"), idempotency_key="k/1"))
        since = datetime.now(UTC) - timedelta(days=2)
        await at.take("unhappy", client, lambda c: c.unhappy(since))
        await at.take("check", client, lambda c: c.check())
        await at.take("domain", client, lambda c: c.domain())
        await world.close()
        return at.cases


async def cep() -> list[Case]:
    world = World(pace=0)
    app = web.Application()
    app.add_routes(ViaCepSandbox(world).routes())

    async def brasil(_: web.Request) -> web.Response:
        return web.json_response({"cep": "05010000", "state": "SP", "city": "São Paulo", "street": "Rua Caiubi"})

    app.router.add_get("/api/cep/v2/{cep}", brasil)
    async with TestServer(app) as server, desk() as at:
        base = str(server.make_url("/"))
        await at.take("look_up", lambda http: ViaCep(http, base), lambda c: c.look_up("80010000"))
        await at.take("streets", lambda http: ViaCep(http, base), lambda c: c.search("sp", "Sao Paulo", "paulista"))
        await at.take("look_up elsewhere", lambda http: BrasilApi(http, base), lambda c: c.look_up("05010000"))
        await world.close()
        return at.cases


async def zapi() -> list[Case]:
    async with support_zapi.stand_in() as stand, desk() as at:

        def client(http: Http) -> Messenger:
            return ZapiMessenger(
                http,
                base_url=stand.base_url,
                instance_id=support_zapi.INSTANCE,
                instance_token=support_zapi.TOKEN,
                client_token=support_zapi.CLIENT_TOKEN,
                look_s=0,
            )

        stand.zapi.hold_queue()
        return await _talk(at, client, stand.path.removeprefix(stand.base_url) + "/send")


async def evolution() -> list[Case]:
    async with support_evolution.stand_in() as stand, desk() as at:

        def client(http: Http) -> Messenger:
            return EvolutionMessenger(
                http,
                base_url=stand.base_url,
                instance=support_evolution.INSTANCE,
                api_key=support_evolution.KEY,
                look_s=0,
            )

        return await _talk(at, client, "/message/send")


async def _talk(at: Desk, client: Callable[[Http], Messenger], path: str) -> list[Case]:
    to, send = support_zapi.ANA, f"POST {path}"
    sent = await at.take("text", client, lambda c: c.send_text(to, "um texto"), send)
    await at.take("find_sent", client, lambda c: c.find_sent(to, "um texto"))
    await at.take("edit", client, lambda c: c.send_text(to, "outro texto", edits=sent))
    await at.take("document", client, lambda c: c.send_document(to, PDF, caption="x"), send)
    await at.take("react", client, lambda c: c.react(to, sent, "👍"))
    await at.take("mark_read", client, lambda c: c.mark_read(to, sent))
    await at.take("delete", client, lambda c: c.delete(to, sent))
    await at.take("account", client, lambda c: c.find_account(to))
    await at.take("status", client, lambda c: c.status())
    await at.take("qr code", client, lambda c: c.qr_code())
    await at.take("webhooks", client, lambda c: c.webhooks())
    await at.take("waiting", client, lambda c: c.waiting())
    return at.cases


PROVIDERS = {
    "asaas": asaas,
    "melhor_envio": melhor_envio,
    "cloudflare": cloudflare,
    "resend": resend,
    "cep": cep,
    "zapi": zapi,
    "evolution": evolution,
}
