"""The main job when things go wrong, over real sockets."""

from __future__ import annotations

import asyncio
import io
import re

import aiohttp
import pytest
import sqlalchemy as sa
from PIL import Image

from bot.app import Bot
from bot.domain import lanes
from bot.domain.events import CancelAsked, Incoming
from bot.integrations.whatsapp.echoes import Echoes
from bot.storage import tables as t
from sandbox.core import Fault, Mode
from scheduler.jobs import all_jobs
from tests.e2e.house import BUYER, SELLER, House
from tests.e2e.stories import accept, order_by_pix, pay, travel, what_is_left, whole_sale
from tests.e2e.test_crashes import EXPECTED


def _picture(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(out, "JPEG")
    return out.getvalue()


async def _confirm_email(house: House) -> None:
    """The buyer gives an address when asked, and types the code that came by mail."""
    await house.hears(BUYER, "e-mail")
    await house.say(BUYER, "marina@autopars.example")
    await house.hears(BUYER, "código")
    mail = await house.until(lambda: [m for m in house.sandbox.resend.mailbox if "marina@" in str(m.to)])
    code = re.search(r"\b(\d{6})\b", mail[-1].text)
    assert code is not None
    await house.say(BUYER, code[1])
    await house.hears(BUYER, "confirmado")


async def test_every_webhook_twice_changes_nothing(house: House) -> None:
    house.world.send_twice = True
    number = await whole_sale(house)
    left = await what_is_left(house, number)
    assert left["order"] == "delivered"
    assert left["charges at the provider"] == 1
    assert left["labels at the broker"] == 1
    assert left["stock"] == 1
    told = [m.words for m in house.sandbox.whatsapp.chat(BUYER) if m.from_bot]
    for once in ("confirmado", "foi postado", "entregue"):
        assert len([words for words in told if once in words]) == 1, once


async def test_the_quote_waits_for_the_broker_and_comes_by_itself(house: House) -> None:
    house.world.faults["melhor_envio"] = Fault("down")
    await house.say(BUYER, "qto fica o farol do corolla 2015 pro 80010-000?")
    await house.hears(BUYER, "Curitiba/PR")
    await house.say(BUYER, "sim")
    await house.hears(BUYER, "fora do ar")
    house.world.faults["melhor_envio"] = Fault()
    await house.hears(BUYER, "Jadlog", "R$ 32,40")


async def test_a_charge_made_after_the_time_out_is_adopted(house: House) -> None:
    house.world.faults["asaas"] = Fault("drop", times=1, only="POST /v3/payments")
    number = await order_by_pix(house)
    await pay(house, number)
    assert len(house.sandbox.asaas.payments) == 1


async def test_a_label_bought_after_the_time_out_is_adopted(house: House) -> None:
    number = await order_by_pix(house)
    await pay(house, number)
    house.world.faults["melhor_envio"] = Fault("drop", times=1, only="POST /api/v2/me/cart")
    await accept(house, number)
    assert len(house.sandbox.melhor_envio.orders) == 1
    assert house.sandbox.melhor_envio.balance_cents == 1_000_000 - 3240


async def test_a_checkout_that_gave_no_answer_is_not_paid_twice(house: House) -> None:
    number = await order_by_pix(house)
    await pay(house, number)
    house.world.faults["melhor_envio"] = Fault("drop", times=1, only="checkout")
    await accept(house, number)
    assert house.sandbox.melhor_envio.balance_cents == 1_000_000 - 3240


@pytest.mark.parametrize("step", ["POST /api/v2/me/shipment/generate", "imprimir/pdf", "/storage/etiquetas/"])
async def test_a_label_whose_last_steps_gave_no_answer_arrives_once(house: House, step: str) -> None:
    number = await order_by_pix(house)
    await pay(house, number)
    house.world.faults["melhor_envio"] = Fault("drop", times=1, only=step)
    await accept(house, number)
    await house.quiet()
    sent = [m for m in house.sandbox.zapi.chat(SELLER) if m.kind == "document" and m.from_bot]
    assert (len(sent), len(house.sandbox.melhor_envio.orders)) == (1, 1)


async def test_a_cancelled_label_whose_answer_was_lost_is_looked_up_and_the_buyer_refunded(house: House) -> None:
    number = await order_by_pix(house)
    await pay(house, number)
    await accept(house, number)
    house.world.faults["melhor_envio"] = Fault("drop", times=1, only="POST /api/v2/me/shipment/cancel")
    assert house.bot is not None
    asked = CancelAsked(order=number, by="operator")
    await house.bot.loop.put([Incoming(source="test", key="cancel", lane=lanes.order(number), event=asked)])
    await house.until(lambda: house.sandbox.melhor_envio.balance_cents == 1_000_000)
    while (order := await house.order(number)).state != "cancelled":
        await house.quiet()
    assert [s.state for s in order.shipments] == ["cancelled"]
    assert sum("/shipment/cancel" in c.path and "able" not in c.path for c in house.world.calls) == 1


async def test_processes_that_find_the_brokers_token_dead_renew_it_once(house: House) -> None:
    """A refresh token dies when it is used: a second renewal of the same one would lock the account out."""
    processes = [Bot(house.settings, clock=house.clock) for _ in range(3)]
    tokens = [bot.shipping_tokens for bot in processes]
    await asyncio.gather(*(one.access() for one in tokens))
    house.sandbox.melhor_envio.oauth.revoke()
    assert len(set(await asyncio.gather(*(one.refresh() for one in tokens)))) == 1
    assert house.sandbox.melhor_envio.oauth.renewals == 1
    for bot in processes:
        await bot.http.close()
        await bot.database.close()


@pytest.mark.parametrize("mode", ["late", "garbage", "busy"])
@pytest.mark.timeout(300)
async def test_a_sale_comes_out_the_same_whatever_is_answered_at_first(house: House, mode: Mode) -> None:
    """After the time-out though the work was done, a page of HTML, or 429 with Retry-After: the first calls of each."""
    faults = {provider: Fault(mode, delay=3.0, times=3) for provider in ("zapi", "asaas", "melhor_envio")}
    house.world.faults |= faults
    number = await whole_sale(house)
    left = await what_is_left(house, number)
    for name, value in EXPECTED.items():
        assert left[name] == value, name
    assert {fault.times for fault in faults.values()} == {0}  # all of them were met with


CALLS = {"zapi": "/send-text ", "asaas": "POST /v3/payments ", "melhor_envio": "POST /api/v2/me/cart "}
FOR_EVER = 3600.0


@pytest.mark.parametrize("delay", [FOR_EVER, 3.0], ids=["never", "after we have looked"])
@pytest.mark.timeout(300)
async def test_a_call_that_hangs_is_done_once(house: House, delay: float) -> None:
    """The text, the charge, the label: no answer, and not there when it is looked for. It is never done, or done
    a second later."""
    faults = {provider: Fault("slow", delay=delay, times=1, only=only) for provider, only in CALLS.items()}
    house.world.faults |= faults
    number = await whole_sale(house)
    assert {fault.times for fault in faults.values()} == {0}  # all of them were met with
    hung = 0 if delay < FOR_EVER else len(CALLS)
    await house.until(lambda: sum(call.status == 0 for call in house.world.calls) == hung)
    left = await what_is_left(house, number)
    for name, value in EXPECTED.items():
        assert left[name] == value, name
    told = [m.words for m in house.sandbox.whatsapp.chat(BUYER) if m.from_bot]
    assert [words for words in told if told.count(words) > 1] == []


async def test_a_text_without_an_answer_is_known_by_the_echo_that_another_process_heard(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL ``web`` hears and ``worker`` sends: here the two share nothing but the store."""
    monkeypatch.setattr(Echoes, "note", lambda *_: None)
    house.world.faults["zapi"] = Fault("drop", times=1, only="/send-text ")
    await house.say(BUYER, "oi")
    await house.hears(BUYER, "AutoPars")
    await house.quiet()
    assert house.world.faults["zapi"].times == 0
    told = [m.words for m in house.sandbox.whatsapp.chat(BUYER) if m.from_bot]
    assert len(told) == len(set(told)), told


async def test_the_hourly_look_makes_up_for_webhooks_that_never_came(house: House) -> None:
    number = await order_by_pix(house)
    await pay(house, number)
    label_id = await accept(house, number)
    house.sandbox.melhor_envio.hooks.url = ""
    house.sandbox.zapi.skip(BUYER)
    await house.sandbox.melhor_envio.post(label_id)
    assert house.bot is not None
    job = next(j for j in all_jobs(90) if j.name == "tracking")
    for _ in range(2):  # two hosts in the same hour
        assert await job.run(house.bot.store, house.clock()) == "1 labels to look for"
    await house.hears(BUYER, "postado")
    assert sum(c.path.endswith("/shipment/tracking") for c in house.world.calls) == 1


async def test_whatsapp_is_gone_and_the_news_comes_once_by_mail(house: House) -> None:
    number = await order_by_pix(house)
    await _confirm_email(house)
    await pay(house, number)
    label_id = await accept(house, number)
    await house.quiet()
    before = len(house.sandbox.resend.mailbox)
    await house.sandbox.whatsapp.set_connected(False)
    await house.sandbox.melhor_envio.post(label_id)
    mails = await house.until(lambda: [m for m in house.sandbox.resend.mailbox[before:] if "marina@" in str(m.to)])
    assert str(number) in mails[0].subject
    await house.sandbox.whatsapp.set_connected(True)
    await house.quiet()
    after = [m for m in house.sandbox.resend.mailbox[before:] if "marina@" in str(m.to)]
    assert len(after) == 1
    posted = [m for m in house.sandbox.whatsapp.chat(BUYER) if m.from_bot and "foi postado" in m.words]
    assert posted == []  # told once


async def test_a_delivery_that_fails_goes_by_mail_once(house: House) -> None:
    number = await order_by_pix(house)
    await _confirm_email(house)
    await pay(house, number)
    label_id = await accept(house, number)
    await house.quiet()
    before = len(house.sandbox.resend.mailbox)
    house.sandbox.whatsapp.set_on_whatsapp(BUYER, False)
    await house.sandbox.melhor_envio.post(label_id)
    await house.until(lambda: [m for m in house.sandbox.resend.mailbox[before:] if "marina@" in str(m.to)])
    await house.quiet()
    assert len([m for m in house.sandbox.resend.mailbox[before:] if "marina@" in str(m.to)]) == 1


async def test_events_of_the_carrier_in_any_order(house: House) -> None:
    number = await order_by_pix(house)
    await pay(house, number)
    label_id = await accept(house, number)
    house.sandbox.whatsapp.skip(BUYER)
    await house.sandbox.melhor_envio.post(label_id)
    await house.sandbox.melhor_envio.deliver(label_id)
    await house.hears(BUYER, "entregue")
    await house.quiet()
    left = await what_is_left(house, number)
    assert left["order"] == "delivered"


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/webhooks/zapi/not-the-secret", {}),
        ("/webhooks/asaas", {"asaas-access-token": "wrong"}),
        ("/webhooks/melhor-envio", {"X-ME-Signature": "wrong"}),
        ("/webhooks/resend", {"svix-id": "1", "svix-timestamp": "1", "svix-signature": "v1,wrong"}),
    ],
)
async def test_a_forged_webhook_leaves_nothing(house: House, path: str, headers: dict[str, str]) -> None:
    body = {"event": "PAYMENT_RECEIVED", "id": "evt_x", "data": {"id": "x"}, "type": "ReceivedCallback"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(house.bot_base + path, json=body, headers=headers) as response,
    ):
        assert response.status == 401
    # what its own jobs begin at the start may have been done by now
    assert await house.rows(sa.select(t.events).where(t.events.c.source != "command")) == []


async def test_the_seller_runs_the_shop_by_message(house: House) -> None:
    number = await order_by_pix(house)
    await pay(house, number)
    await accept(house, number)
    await house.say(SELLER, "oq ta faltando enviar")
    await house.hears(SELLER, f"#{number}", "farol")
    await house.say(SELLER, f"postei {number}")
    await house.hears(SELLER, str(number))
    order = await house.order(number)
    assert order.seller_says_posted or await _soon_posted(house, number)


async def _soon_posted(house: House, number: int) -> bool:
    await house.quiet()
    return (await house.order(number)).seller_says_posted


async def test_a_part_is_registered_with_photos(house: House) -> None:
    await house.say(SELLER, "cadastrar retrovisor onix 2018 R$ 350")
    await house.hears(SELLER, "lado")
    await house.say(SELLER, "1")
    await house.hears(SELLER, "Nova")
    await house.say(SELLER, "usada")
    await house.hears(SELLER, "foto")
    for colour in ("red", "green", "blue"):
        await house.say(SELLER, image=_picture(colour))
    await house.hears(SELLER, "3 fotos")
    await house.say(SELLER, "pronto")
    await house.hears(SELLER, "peso")
    await house.say(SELLER, "1,2kg 30 25 20")
    await house.hears(SELLER, "Publicar")
    await house.say(SELLER, "1")
    published = await house.hears(SELLER, "Publicado")
    assert len(house.sandbox.cloudflare.images) == 3
    link = re.search(r"https?://\S+/p/(\d+)", published.words) or re.search(r"\S+/p/(\d+)", published.words)
    assert link is not None
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{house.bot_base}/p/{link[1]}") as response,
    ):
        assert response.status == 200
        assert "Retrovisor" in await response.text()


async def test_the_travel_is_told_step_by_step(house: House) -> None:
    number = await order_by_pix(house)
    await pay(house, number)
    label_id = await accept(house, number)
    await travel(house, label_id)
    await house.say(BUYER, "kd meu pedido")
    await house.hears(BUYER, f"#{number}")


@pytest.mark.timeout(120)
async def test_what_was_done_and_answered_with_nothing_is_looked_up_and_done_once(house: House) -> None:
    """The payer, the charge, the text, the label and its purchase, the money back: done, and the answer is ``{}``."""
    asaas, freight = house.sandbox.asaas, house.sandbox.melhor_envio
    house.world.faults["asaas"] = Fault("garbled", times=3, only="POST /v3/")
    house.world.faults["zapi"] = Fault("garbled", times=1, only="/send-text ")
    number = await order_by_pix(house)
    assert house.world.faults["asaas"].times == 0
    await pay(house, number)
    house.world.faults["melhor_envio"] = Fault("garbled", times=2, only="POST /api/v2/me/")
    await accept(house, number)
    assert (len(asaas.customers), len(asaas.payments), len(freight.orders)) == (1, 1, 1)
    assert freight.balance_cents == 1_000_000 - 3240
    house.world.faults["asaas"] = Fault("garbled", times=1, only="/refund ")
    asked = CancelAsked(order=number, by="operator")
    assert house.bot is not None
    await house.bot.loop.put([Incoming(source="test", key="cancel", lane=lanes.order(number), event=asked)])
    while [c.state for c in (await house.order(number)).charges] != ["refunded"]:
        await house.quiet()
    (payment,) = asaas.payments.values()
    assert [refund["value"] for refund in payment["refunds"]] == [512.4]
    told = [m.words for m in house.sandbox.whatsapp.chat(BUYER) if m.from_bot]
    assert [words for words in told if told.count(words) > 1] == []


async def test_a_webhook_about_money_that_nobody_can_read_is_a_hint_like_any_other(house: House) -> None:
    """Whatever it says of the amount: the charge is read. Told again with its fields in another order, it is known."""
    number = await order_by_pix(house)
    (payment,) = house.sandbox.asaas.live_by_reference(f"order-{number}-a1")
    payment = payment | {"status": "RECEIVED", "value": "512.405", "split": [None], "refunds": {}, "deleted": "no"}
    del payment["netValue"]
    body: dict[str, object] = {"id": "evt_1&1", "event": "PAYMENT_RECEIVED", "payment": payment}
    turned = {"payment": dict(reversed(payment.items())), "event": "PAYMENT_RECEIVED", "id": "evt_1&1"}
    headers = {"asaas-access-token": house.settings.asaas_webhook_token.get_secret_value()}
    async with aiohttp.ClientSession() as session:
        for sent in (body, turned, {**body, "id": "evt_1&2", "payment": {"id": payment["id"], "value": None}}):
            async with session.post(f"{house.bot_base}/webhooks/asaas", json=sent, headers=headers) as response:
                assert response.status == 200
    await house.quiet()
    order = await house.order(number)
    assert (order.state, [c.state for c in order.charges]) == ("awaiting_payment", ["pending"])
    facts = await house.rows(sa.select(t.events.c.key, t.events.c.status).where(t.events.c.kind == "payment.fact"))
    assert sorted(key for key, _ in facts if key.startswith("evt_1&")) == [
        f"evt_1&1/{payment['id']}",
        f"evt_1&2/{payment['id']}",
    ]
    assert {status for _, status in facts} == {"done"}
    await pay(house, number)
