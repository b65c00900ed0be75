"""Charges through their lives, over real sockets: another day, late money, money twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.domain import calendar, lanes
from bot.domain.events import Incoming, LabelCorrected
from bot.domain.order import ChargeState, OrderState, SplitState
from bot.orders import books
from bot.storage import tables as t
from sandbox.core import Fault
from scheduler.jobs import all_jobs
from tests.e2e.house import BUYER, SELLER, THE_DEAD_CLOSE_NOTHING, Crash, House
from tests.e2e.stories import accept, order_by, order_by_pix, pay


async def _boleto(house: House) -> tuple[int, str]:
    number = await order_by(house, "boleto")
    line = await house.hears(BUYER, "461")
    return number, line.words


@THE_DEAD_CLOSE_NOTHING
@pytest.mark.parametrize("trouble", ["none", "no answer", "death"])
async def test_a_boleto_gets_another_day_once(house: House, trouble: str) -> None:
    """One charge, one new line, whatever becomes of the call: what was set is looked up, not set again."""
    number, old_line = await _boleto(house)
    await house.quiet()
    if trouble == "no answer":
        house.world.faults["asaas"] = Fault("drop", times=1, only="PUT /v3/payments")
    if trouble == "death":
        await house.stop()
        await house.start(Crash(where="after asaas PUT"))
    wanted = calendar.add_bank_days(calendar.today(house.clock()), 5)
    await house.say(BUYER, f"muda o vencimento pra {wanted:%d/%m/%Y}")
    await house.hears(BUYER, "Confirmo")
    await house.say(BUYER, "sim")
    await house.hears(BUYER, "Novo boleto", f"{wanted:%d/%m}", "o antigo não vale mais")
    new_line = await house.hears(BUYER, "461")
    assert new_line.words != old_line
    (payment,) = house.sandbox.asaas.live_by_reference(f"order-{number}-a1")
    assert payment["dueDate"] == wanted.isoformat()
    assert house.sandbox.asaas.charges[payment["id"]].revision == 1
    order = await house.order(number)
    assert order.charge is not None
    assert order.charge.due_date == wanted
    assert order.charge.share == house.sandbox.asaas.charges[payment["id"]].share
    if trouble == "death":
        assert house.bot is not None
        assert not house.crash.happened.is_set()


async def test_an_overdue_boleto_gets_another_day_and_is_paid(house: House) -> None:
    number, _ = await _boleto(house)
    house.clock.jump(timedelta(days=6))
    await house.sandbox.asaas.sweep()
    await house.quiet()
    charge = (await house.order(number)).charge
    assert charge is not None
    assert charge.state is ChargeState.OVERDUE
    await house.say(BUYER, "o boleto venceu, dá pra mudar pra daqui a 2 dias úteis?")
    await house.hears(BUYER, "Confirmo")
    await house.say(BUYER, "sim")
    await house.hears(BUYER, "Novo boleto")
    (payment,) = house.sandbox.asaas.live_by_reference(f"order-{number}-a1")
    assert payment["status"] == "PENDING"
    await house.sandbox.asaas.pay(payment["id"])
    await house.hears(BUYER, "Pagamento confirmado")


async def test_an_overdue_boleto_that_lost_its_split_is_paid(house: House) -> None:
    number, _ = await _boleto(house)
    house.clock.jump(timedelta(days=6))
    asaas = house.sandbox.asaas
    await asaas.sweep()
    (payment,) = asaas.live_by_reference(f"order-{number}-a1")
    await asaas.cancel_split(payment["id"], "PAYMENT_OVERDUE")
    await asaas.pay(payment["id"])
    await house.hears(BUYER, "Pagamento confirmado")
    await house.hears(SELLER, f"Venda #{number}")
    await house.hears(SELLER, "O repasse", "não saiu")
    order = await house.order(number)
    assert order.charge is not None
    assert (order.state, order.charge.split) == (OrderState.PAID, SplitState.CANCELLED)


async def _to_sedex(house: House, number: int) -> None:
    await house.say(BUYER, "muda pro sedex")
    await house.hears(BUYER, "Posso trocar", "SEDEX", "R$ 541,20", "Troco")
    await house.say(BUYER, "sim")
    await house.hears(BUYER, "R$ 541,20", "no Pix")
    await house.hears(BUYER, "000201")
    await house.quiet()


async def test_another_carrier_replaces_the_charge(house: House) -> None:
    number = await order_by_pix(house)
    (old,) = house.sandbox.asaas.live_by_reference(f"order-{number}-a1")
    await _to_sedex(house, number)
    assert house.sandbox.asaas.charges[old["id"]].deleted
    (new,) = house.sandbox.asaas.live_by_reference(f"order-{number}-a2")
    assert new["value"] == 541.2
    await house.sandbox.asaas.pay(new["id"])
    await house.hears(BUYER, "Pagamento confirmado")
    label_id = await accept(house, number)
    assert house.sandbox.melhor_envio.orders[label_id]["service_id"] == 2


async def test_money_on_the_replaced_charge_is_the_order_s_as_it_was(house: House) -> None:
    number = await order_by_pix(house)
    (old,) = house.sandbox.asaas.live_by_reference(f"order-{number}-a1")
    await _to_sedex(house, number)
    await house.sandbox.asaas.pay(old["id"], late=True)
    await house.hears(BUYER, "vai por *Jadlog")
    await house.hears(SELLER, f"Venda #{number}")
    await house.quiet()
    order = await house.order(number)
    assert (order.state, order.freight, order.total) == ("paid", 32_40, 512_40)
    assert house.sandbox.asaas.charges[old["id"]].status == "RECEIVED"
    assert not house.sandbox.asaas.live_by_reference(f"order-{number}-a2"), "the newer code cannot be paid any more"
    (transfer,) = house.sandbox.asaas.transfers
    assert (transfer.value, transfer.reference) == (439_61, f"order-{number}-t1")
    heard = await house.rows(sa.select(t.events.c.lane, t.events.c.status).where(t.events.c.kind == "transfer.fact"))
    assert [tuple(row) for row in heard] == [(f"order:{number}", "done")], "its webhook came too"
    told = await house.rows(sa.select(t.notices.c.key).where(t.notices.c.key.like("%/share_paid/%")))
    assert len(told) == 1, "by the answer and by the webhook, once; at night it rests"


async def test_what_a_carrier_weighed_is_paid_with_the_next_label_and_booked(house: House) -> None:
    """The broker takes it along at the checkout, here without saying of which label."""
    number = await order_by_pix(house)
    (charge,) = house.sandbox.asaas.live_by_reference(f"order-{number}-a1")
    await house.sandbox.asaas.pay(charge["id"])
    await house.hears(SELLER, f"Venda #{number}")
    house.sandbox.melhor_envio.adjustments_cents = 12_00
    await accept(house, number)
    await house.quiet()
    order = await house.order(number)
    (parcel,) = order.shipments
    assert parcel.corrected == 12_00
    entries = await house.rows(sa.select(t.entries).where(t.entries.c.cause.like("label: correction CGP-%")))
    assert [(e.order_number, e.debit, e.credit, e.amount) for e in entries] == [(number, "carrier", "freight", 12_00)]
    alerts = await house.rows(sa.select(t.commands.c.body).where(t.commands.c.kind == "operator.alert"))
    assert any("as etiquetas custam" in row.body for row in alerts) is (parcel.cost + 2_00 > order.freight)


async def test_a_purchase_whose_answer_is_lost_is_told_and_what_it_took_along_is_noted_by_hand(house: House) -> None:
    """The broker says it in that answer only, so no look-up finds it: the operator reads the wallet's statement."""
    number = await order_by_pix(house)
    await pay(house, number)
    freight = house.sandbox.melhor_envio
    freight.adjustments_cents, before = 12_00, freight.balance_cents
    house.world.faults["melhor_envio"] = Fault("drop", times=1, only="POST /api/v2/me/shipment/checkout")
    await accept(house, number)
    await house.quiet()
    alerts = await house.rows(sa.select(t.commands.c.body).where(t.commands.c.kind == "operator.alert"))
    assert [row for row in alerts if "a resposta se perdeu" in row.body]
    (parcel,) = (await house.order(number)).shipments
    assert (parcel.corrected, before - freight.balance_cents) == (0, parcel.cost + 12_00)
    assert house.bot is not None
    event = LabelCorrected(shipment_id=parcel.provider_id, amount=12_00, name="lançada por ana")
    asked = Incoming(source="cli", key="noted", lane=lanes.order(number), event=event)
    await house.bot.store.accept([asked], house.clock())
    await house.quiet()
    assert (await _ledger(house, number))["carrier"] == before - freight.balance_cents
    assert await _ledger(house, number) == books.expected(await house.order(number))


async def test_both_codes_are_paid_and_the_second_goes_back(house: House) -> None:
    number = await order_by_pix(house)
    (old,) = house.sandbox.asaas.live_by_reference(f"order-{number}-a1")
    await _to_sedex(house, number)
    (new,) = house.sandbox.asaas.live_by_reference(f"order-{number}-a2")
    await house.sandbox.asaas.pay(new["id"])
    await house.hears(BUYER, "Pagamento confirmado")
    await house.sandbox.asaas.pay(old["id"], late=True)
    await house.hears(BUYER, "Entraram 2 pagamentos")
    await house.hears(BUYER, "A devolução de *R$ 512,40*")
    await house.quiet()
    order = await house.order(number)
    assert [c.state for c in order.charges] == ["refunded", "settled"]
    assert await _ledger(house, number) == books.expected(order)


async def _expire(house: House) -> None:
    assert house.bot is not None
    house.clock.jump(timedelta(minutes=30))
    job = next(j for j in all_jobs(90) if j.name == "timers")
    await job.run(house.bot.store, house.clock())


async def _ledger(house: House, number: int) -> dict[str, int]:
    query = sa.select(t.entries.c.debit, t.entries.c.credit, t.entries.c.amount).where(
        t.entries.c.order_number == number
    )
    sums: dict[str, int] = {}
    for debit, credit, amount in await house.rows(query):
        sums[debit] = sums.get(debit, 0) + amount
        sums[credit] = sums.get(credit, 0) - amount
    return {account: amount for account, amount in sorted(sums.items()) if amount}


async def test_paid_in_the_second_in_which_it_expires(house: House) -> None:
    """We are about to take the code back, and the bank is faster: it is paid, and nothing is told of an end."""
    number = await order_by_pix(house)
    (payment,) = house.sandbox.asaas.live_by_reference(f"order-{number}-a1")
    house.world.faults["asaas"] = Fault("slow", times=1, delay=0.3, only="DELETE /v3/payments")
    await _expire(house)
    await house.until(lambda: any(call.method == "DELETE" for call in house.world.calls))
    await house.sandbox.asaas.pay(payment["id"])
    await house.hears(BUYER, "Pagamento confirmado")
    await house.quiet()
    order = await house.order(number)
    assert (order.state, [c.state for c in order.charges]) == ("paid", ["settled"])
    assert not house.sandbox.asaas.transfers, "the split stood"
    assert not [m for m in house.sandbox.whatsapp.chat(BUYER) if "venceu" in m.words]


async def test_paid_a_second_after_it_was_taken_back(house: House) -> None:
    """The money finds a charge without its split: the order lives again, and the share goes by transfer, once."""
    number = await order_by_pix(house)
    (payment,) = house.sandbox.asaas.live_by_reference(f"order-{number}-a1")
    await _expire(house)
    await house.hears(BUYER, "O Pix do", "venceu")
    await house.sandbox.asaas.pay(payment["id"], late=True)
    await house.hears(BUYER, "depois do prazo", "segue normal")
    await house.quiet()
    order = await house.order(number)
    assert order.state == "paid"
    (transfer,) = house.sandbox.asaas.transfers
    assert (transfer.value, transfer.status) == (439_61, "DONE")
    assert await _ledger(house, number) == books.expected(order)


async def test_a_boleto_paid_after_the_cancellation_goes_back_by_the_buyer_s_form(house: House) -> None:
    number, _ = await _boleto(house)
    (payment,) = house.sandbox.asaas.live_by_reference(f"order-{number}-a1")
    await house.say(BUYER, f"cancelar o pedido {number}")
    await house.hears(BUYER, "não pago", "sim")
    await house.say(BUYER, "sim")
    await house.hears(BUYER, "foi cancelado")
    await house.quiet()
    await house.sandbox.asaas.pay(payment["id"], late=True)
    await house.hears(BUYER, "Recebemos R$ 512,40", "como você pediu", "Devolvo tudo")
    form = await house.hears(BUYER, "precisa da sua conta")
    assert "solicitar-estorno" in form.words
    await house.sandbox.asaas.finish_boleto_refund(payment["id"])
    await house.hears(BUYER, "A devolução de *R$ 512,40*")
    await house.quiet()
    order = await house.order(number)
    assert (order.state, order.charges[0].state) == ("cancelled", "refunded")
    assert await _ledger(house, number) == books.expected(order)
