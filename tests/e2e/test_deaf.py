"""With every webhook of the providers switched off each journey still comes to its end: later, by reconciliation."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.cli.data import ask_to_reconcile
from bot.domain import lanes
from bot.domain.events import CancelAsked, Incoming, ShareAsked
from bot.orders import books
from bot.storage import tables as t
from bot.storage.shop import SqlShop
from scheduler.jobs import all_jobs
from tests.e2e.house import BUYER, SELLER, House
from tests.e2e.stories import order_by_pix


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    built = House(tmp_path)
    await built.open()
    box = built.sandbox
    box.asaas.hooks.hooks.clear()
    box.melhor_envio.hooks.url = box.resend.webhook_url = ""
    box.cloudflare.subscription = None
    yield built
    ours = ("bot", "command", "timer", "cli", "test", "zapi", "zapi-echo")
    assert await built.rows(sa.select(t.events.c.source).where(t.events.c.source.not_in(ours))) == []
    await built.close()


async def compare(house: House, number: int = 0) -> None:
    """A whole run of the reconciliation, or one order's, to its end."""
    assert house.bot is not None
    assert await ask_to_reconcile(house.bot.store, house.clock(), order=number)
    await house.quiet()


async def order(house: House, *choices: str) -> int:
    """From the first message to an order with a charge, paid by one of the ways."""
    await house.say(BUYER, "qto fica o farol do corolla 2015 pro 80010-000?")
    await house.hears(BUYER, "Curitiba/PR")
    await house.say(BUYER, "sim")
    await house.hears(BUYER, "Jadlog", "R$")
    await house.say(BUYER, "1")
    await house.hears(BUYER, "Pix", "Boleto")
    for choice in choices:
        await house.say(BUYER, choice)
    await house.hears(BUYER, "CPF")
    await house.say(BUYER, "529.982.247-25")
    await house.hears(BUYER, "nome completo")
    await house.say(BUYER, "Marina Souza, 210 apto 31")
    told = await house.hears(BUYER, "Pedido", "#")
    found = re.search(r"#(\d+)", told.words)
    assert found is not None
    await house.until(lambda: house.sandbox.asaas.live_by_reference(f"order-{found[1]}-a1"))
    await house.quiet()
    return int(found[1])


def charge_of(house: House, number: int) -> str:
    (payment,) = house.sandbox.asaas.live_by_reference(f"order-{number}-a1")
    return str(payment["id"])


async def sold(house: House, number: int) -> None:
    """Paid at the provider, of which nobody tells us; found by comparing."""
    house.sandbox.whatsapp.skip(SELLER)
    await house.sandbox.asaas.pay(charge_of(house, number))
    await house.quiet()
    assert (await house.order(number)).state == "awaiting_payment"
    await compare(house)
    await house.hears(BUYER, "confirmado")
    await house.hears(SELLER, f"#{number}", "Ainda tem a peça")


async def agree(house: House, number: int) -> None:
    """Nothing differs any more, and the ledger agrees with the order."""
    assert house.bot is not None
    open_ones = sa.select(t.differences.c.key).where(t.differences.c.healed_at.is_(None))
    assert await house.rows(open_ones) == []
    async with house.bot.database.read() as connection:
        entries = await connection.run_sync(lambda c: SqlShop(c, house.settings.rules()).booked([number]))
    assert books.balances(entries) == books.expected(await house.order(number))


async def test_pix_label_tracking_and_delivery(house: House) -> None:
    number = await order_by_pix(house)
    await sold(house, number)
    await house.say(SELLER, "1")
    label = await house.until(lambda: house.sandbox.melhor_envio.by_tag(f"order-{number}-s1"))
    await house.quiet()
    house.clock.jump(timedelta(minutes=2))  # a label that is being made is looked at by ourselves
    await house.until(lambda: any(m.kind == "document" for m in house.sandbox.whatsapp.chat(SELLER)))
    house.sandbox.whatsapp.skip(BUYER)
    await house.sandbox.melhor_envio.post(label["id"])
    assert house.bot is not None
    tracking = next(job for job in all_jobs(90) if job.name == "tracking")
    await tracking.run(house.bot.store, house.clock())
    await house.hears(BUYER, "postado")
    await house.sandbox.melhor_envio.deliver(label["id"])
    await compare(house)
    await house.hears(BUYER, "entregue")
    assert (await house.order(number)).state == "delivered"
    await compare(house)
    await agree(house, number)


@pytest.mark.parametrize("way", [["boleto"], ["cartão", "1"]])
async def test_boleto_and_card_are_paid_and_settled(house: House, way: list[str]) -> None:
    number = await order(house, *way)
    charge_id = charge_of(house, number)
    await sold(house, number)
    assert [c.state for c in (await house.order(number)).charges] == ["paid"]
    await house.sandbox.asaas.settle(charge_id)
    await compare(house)
    (charge,) = (await house.order(number)).charges
    assert (charge.state, charge.split) == ("settled", "done")
    told = await house.rows(sa.select(t.notices.c.key).where(t.notices.c.key.like("%/share_paid/%")))
    assert len(told) == 1, "that it has arrived is told too"
    await agree(house, number)


async def test_a_share_that_was_stopped(house: House) -> None:
    """The seller's account can receive nothing after all: told, and paid by transfer once it can. A card's share waits
    for its money, so there is time for that."""
    number = await order(house, "cartão", "1")
    charge_id = charge_of(house, number)
    await sold(house, number)
    charge = house.sandbox.asaas.charges[charge_id]
    for entry in charge.split:
        entry.status, entry.cancellation = "CANCELLED", "WALLET_UNABLE_TO_RECEIVE"
    await house.sandbox.asaas.settle(charge_id)
    await compare(house)
    assert (await house.order(number)).charges[0].split == "cancelled"
    told = await house.rows(sa.select(t.notices.c.key).where(t.notices.c.key.like("%/share_stopped/%")))
    assert len(told) == 1
    assert house.bot is not None
    asked = ShareAsked(order=number, by="operator:ana")
    await house.bot.loop.put([Incoming(source="test", key="mend", lane=lanes.order(number), event=asked)])
    await house.quiet()
    assert (await house.order(number)).charges[0].split == "transferred"
    assert house.sandbox.asaas.wallet_balances[charge.split[0].wallet_id] == charge.split[0].total
    await compare(house)
    await agree(house, number)


async def test_a_refund_made_in_the_panel(house: House) -> None:
    number = await order_by_pix(house)
    await sold(house, number)
    account = house.sandbox.asaas
    charge = account.charges[charge_of(house, number)]
    account.refund([charge], charge.value, "no painel")
    await compare(house)
    await house.hears(BUYER, "devol")
    found = await house.order(number)
    assert (found.state, [c.state for c in found.charges]) == ("cancelled", ["refunded"])
    await agree(house, number)


async def test_a_refund_that_we_asked_for(house: House) -> None:
    number = await order(house, "boleto")
    charge_id = charge_of(house, number)
    await sold(house, number)
    await house.sandbox.asaas.settle(charge_id)
    assert house.bot is not None
    asked = CancelAsked(order=number, by="operator")
    await house.bot.loop.put([Incoming(source="test", key="cancel", lane=lanes.order(number), event=asked)])
    await house.hears(BUYER, "solicitar-estorno")
    await house.quiet()
    assert [c.state for c in (await house.order(number)).charges] == ["refunding"]
    await house.sandbox.asaas.finish_boleto_refund(charge_id)
    await compare(house)
    found = await house.order(number)
    assert (found.state, [c.state for c in found.charges]) == ("cancelled", ["refunded"])
    await agree(house, number)


@pytest.mark.parametrize("won", [True, False])
async def test_a_chargeback(house: House, won: bool) -> None:
    number = await order(house, "cartão", "1")
    charge_id = charge_of(house, number)
    await sold(house, number)
    await house.sandbox.asaas.chargeback(charge_id)
    await compare(house)
    disputed = await house.order(number)
    assert (disputed.disputed, disputed.charges[0].state) == (True, "disputed")
    if won:
        await house.sandbox.asaas.win_chargeback(charge_id)
    else:
        await house.sandbox.asaas.lose_chargeback(charge_id)
    await compare(house)
    after = await house.order(number)
    assert not after.disputed
    assert (after.state, after.charges[0].state) == (("paid", "paid") if won else ("cancelled", "refunded"))
    await agree(house, number)


async def test_an_e_mail_that_came_back(house: House) -> None:
    await order_by_pix(house)
    await house.hears(BUYER, "e-mail")
    house.sandbox.resend.outcomes["marina@autopars.example"] = "bounced"
    await house.say(BUYER, "marina@autopars.example")
    await house.until(lambda: [m for m in house.sandbox.resend.mailbox if m.last_event == "bounced"])
    await house.quiet()
    assert house.bot is not None
    mails = next(job for job in all_jobs(90) if job.name == "mails")
    for _ in range(2):
        house.clock.jump(timedelta(hours=1))
        before = len(house.world.calls)

        def lists(since: int = before) -> int:
            return len([call for call in house.world.calls[since:] if call.path.endswith("/emails")])

        for _ in range(2):  # on two hosts, or started anew: asked for once an hour
            await mails.run(house.bot.store, house.clock())
        await house.until(lists)
        await house.quiet()
        assert lists() == 1
    told = [m for m in house.sandbox.whatsapp.chat(BUYER) if "voltou" in m.words]
    assert len(told) == 1, "it is in the list for two days, and told once"
    assert "marina@autopars.example" in told[0].words


async def test_one_order_on_demand(house: House) -> None:
    number = await order_by_pix(house)
    await house.sandbox.asaas.pay(charge_of(house, number))
    calls = len(house.world.calls)
    await compare(house, number)
    await house.hears(BUYER, "confirmado")
    assert not any(call.path.endswith("/financialTransactions") for call in house.world.calls[calls:])
    await agree(house, number)


async def test_a_label_that_no_order_knows_is_listed_and_told(house: House) -> None:
    number = await order_by_pix(house)
    await sold(house, number)
    await accept_quietly(house, number)
    freight = house.sandbox.melhor_envio
    (first,) = freight.orders.values()
    freight.orders["second"] = {**first, "id": "7b1f6c2e-0000-4000-8000-000000000009"}
    await compare(house)
    await compare(house)
    rows = await house.rows(sa.select(t.differences.c.kind, t.differences.c.order_number))
    assert [tuple(row) for row in rows] == [("second_label", number)]
    told = await house.rows(sa.select(t.commands.c.body).where(t.commands.c.key.like("books/%/told")))
    assert len(told) == 1  # new once
    assert f"#{number}" in told[0].body
    del freight.orders["second"]
    await compare(house)
    await agree(house, number)


async def accept_quietly(house: House, number: int) -> None:
    await house.say(SELLER, "1")
    await house.until(lambda: house.sandbox.melhor_envio.by_tag(f"order-{number}-s1"))
    await house.quiet()
