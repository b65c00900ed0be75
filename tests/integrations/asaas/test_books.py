"""What Asaas has on record: charges by day and status, the statement; page by page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bot.domain.order import Method
from bot.integrations.asaas import AsaasPayments
from tests.conftest import TestClock
from tests.support_asaas import SELLER, Stand, calls, charge

TODAY = date(2026, 11, 23)
TOMORROW = TODAY + timedelta(days=1)


async def test_charges_by_day(stand: Stand, payments: AsaasPayments, clock: TestClock) -> None:
    first = await charge(payments)
    await stand.account.pay(first.charge_id)
    card = await charge(payments, reference="order-1043-a1", method=Method.CARD, due_date=date(2026, 12, 1))
    clock.jump(timedelta(days=1))
    second = await charge(payments, reference="order-1044-a1")

    async def found(day: date) -> list[tuple[str, str]]:
        return [(bill.charge_id, bill.status) for bill in (await payments.charges(day)).bills]

    assert await found(TODAY) == [(card.charge_id, "pending"), (first.charge_id, "settled")]
    assert await found(TOMORROW) == [(second.charge_id, "pending")]
    assert await found(TOMORROW + timedelta(days=1)) == []


async def test_a_long_list_is_read_page_by_page(stand: Stand, payments: AsaasPayments) -> None:
    bills = [await charge(payments, reference=f"order-{number}-a1") for number in range(3)]
    template = stand.account.charges[bills[0].charge_id]
    for number in range(3, 250):
        made = replace(template, id=f"pay_{number:016d}", reference=f"order-{number}-a1")
        stand.account.charges[made.id] = made
    pages = [await payments.charges(TODAY, page) for page in range(3)]
    assert [page.more for page in pages] == [True, True, False]
    assert len({bill.reference for page in pages for bill in page.bills}) == 250
    assert calls(stand, "GET", "/payments") == 3


async def test_the_statement_adds_up_to_the_balance(stand: Stand, payments: AsaasPayments) -> None:
    bill = await charge(payments)
    await stand.account.pay(bill.charge_id)
    sent = await payments.transfer(SELLER, 500, "order-1042-t1")
    await payments.refund(bill.charge_id, 51240, "Desistência", before=0)
    lines = (await payments.statement(TODAY)).movements
    assert [(line.kind, line.amount) for line in lines] == [
        ("charge", 51240),
        ("fee", -199),
        ("transfer", -43961),
        ("transfer", -500),
        ("refund", -51240),
        ("transfer", 43961),
    ]
    assert {line.charge_id for line in lines} == {bill.charge_id, ""}
    assert [line.transfer_id for line in lines if line.transfer_id] == [sent.transfer_id]
    assert 100_000 + sum(line.amount for line in lines) == lines[-1].balance == await payments.balance()
    assert lines[0].day == TODAY
    assert (await payments.statement(TOMORROW)).movements == ()


async def test_a_lost_chargeback_stands_in_the_statement(stand: Stand, payments: AsaasPayments) -> None:
    bill = await charge(payments, method=Method.CARD)
    await stand.account.pay(bill.charge_id)
    await stand.account.settle(bill.charge_id)
    await stand.account.chargeback(bill.charge_id)
    await stand.account.lose_chargeback(bill.charge_id)
    lines = (await payments.statement(TODAY)).movements
    assert ("dispute", -51240) in [(line.kind, line.amount) for line in lines]
