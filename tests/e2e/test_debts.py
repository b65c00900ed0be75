"""A share that went by transfer and whose sale went back: owed, kept of the next sale, and the wallets agree."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from bot.domain import lanes
from bot.domain.events import DebtPaid, Incoming, RefundAsked
from bot.storage import tables as t
from scheduler.jobs import all_jobs
from tests.e2e.house import BUYER, SELLER, House
from tests.e2e.stories import number_in, order_by_pix

S, HALF = 439_61, 219_80


async def _ask(house: House, key: str, event: RefundAsked | DebtPaid) -> None:
    assert house.bot is not None
    asked = Incoming(source="cli", key=key, lane=lanes.order(event.order), event=event)
    await house.bot.store.accept([asked], house.clock())
    await house.quiet()
    await house.sandbox.asaas.delivered()
    await house.quiet()


async def _ledger(house: House) -> dict[str, int]:
    sums: dict[str, int] = {}
    for row in await house.rows(sa.select(t.entries)):
        sums[row.debit] = sums.get(row.debit, 0) + row.amount
        sums[row.credit] = sums.get(row.credit, 0) - row.amount
    assert sum(sums.values()) == 0
    return sums


async def test_from_the_transfer_to_the_last_centavo(house: House) -> None:
    asaas = house.sandbox.asaas
    first = await order_by_pix(house)
    (payment,) = asaas.live_by_reference(f"order-{first}-a1")
    wallet = asaas.charges[payment["id"]].split[0].wallet_id
    before = asaas.balance
    house.clock.jump(timedelta(minutes=30))
    assert house.bot is not None
    await next(j for j in all_jobs(90) if j.name == "timers").run(house.bot.store, house.clock())
    await house.hears(BUYER, "O Pix do", "venceu")
    await asaas.pay(payment["id"], late=True)
    await house.hears(BUYER, "depois do prazo", "segue normal")
    await house.quiet()
    order = await house.order(first)
    owed = f"owed:{order.seller_id}"
    assert asaas.wallet_balances[wallet] == S, "by transfer"

    await _ask(house, "back", RefundAsked(order=first, by="operator:ana"))
    await house.hears(SELLER, f"#{first}", "439,61", "a devolver")
    assert asaas.wallet_balances[wallet] == S, "no refund reverses a transfer"
    sums = await _ledger(house)
    assert (sums[f"seller:{order.seller_id}"], sums[owed]) == (0, S)
    assert sums["platform"] + sums["freight"] == asaas.balance - before

    second = await order_again(house)
    (payment,) = asaas.live_by_reference(f"order-{second}-a1")
    assert asaas.charges[payment["id"]].share == S - HALF
    await asaas.pay(payment["id"])
    await house.hears(SELLER, f"Venda #{second}", "219,81", "descontei *R$ 219,80*")
    await house.quiet()
    sums = await _ledger(house)
    assert sums[owed] == S - HALF
    assert sums[f"seller:{order.seller_id}"] + sums[owed] == asaas.wallet_balances[wallet]
    assert sums["platform"] + sums["freight"] == asaas.balance - before

    await _ask(house, "paid", DebtPaid(order=first, by="operator:ana"))
    await house.hears(SELLER, "Recebemos *R$ 219,81* de volta", "Não falta mais nada")
    assert (await _ledger(house))[owed] == 0
    assert [tuple(row) for row in await house.rows(sa.select(t.debts))] == [(order.seller_id, 0)]


async def order_again(house: House) -> int:
    """The same person buys the same part again: what is known is not asked."""
    await house.say(BUYER, "qto fica o farol do corolla 2015 pro 80010-000?")
    await house.hears(BUYER, "É aí mesmo")
    await house.say(BUYER, "sim")
    await house.hears(BUYER, "Jadlog", "R$")
    await house.say(BUYER, "1")
    await house.hears(BUYER, "Pix", "Boleto")
    await house.say(BUYER, "pix")
    told = await house.hears(BUYER, "Pedido", "#")
    await house.hears(BUYER, "000201")
    return number_in(told.words)
