"""Their words and numbers as ours."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.commands import Bill
from bot.integrations.asaas import AsaasPayments
from bot.integrations.asaas.bills import bill_of, cents, hint
from bot.integrations.asaas.calls import reason_of
from bot.integrations.errors import NotFound, Uncertain
from tests.support_asaas import Stand, charge

PAYMENT = {"id": "pay_1", "value": 20, "netValue": 18.01}


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("PENDING", "pending"),
        ("OVERDUE", "overdue"),
        ("AWAITING_RISK_ANALYSIS", "under_review"),
        ("CONFIRMED", "paid"),
        ("RECEIVED", "settled"),
        ("REFUND_REQUESTED", "refunding"),
        ("REFUND_IN_PROGRESS", "refunding"),
        ("REFUNDED", "refunded"),
        ("CHARGEBACK_REQUESTED", "disputed"),
        ("CHARGEBACK_DISPUTE", "disputed"),
        ("AWAITING_CHARGEBACK_REVERSAL", "disputed"),
        ("RECEIVED_IN_CASH", "other"),
        ("AUTHORIZED", "other"),
        ("SOMETHING_NEW", "other"),
        (None, "other"),
    ],
)
def test_statuses_in_our_words(theirs: str | None, ours: str) -> None:
    assert bill_of([PAYMENT | {"status": theirs}]).status == ours
    removed = ours if ours in ("paid", "settled", "refunding", "refunded", "disputed") else "void"
    assert bill_of([PAYMENT | {"status": theirs, "deleted": True}]).status == removed


def test_a_bill_is_read_with_defaults() -> None:
    assert bill_of([PAYMENT]) == Bill(charge_id="pay_1", reference="", status="other", amount=2000, net=1801)


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": None},
        {"value": 0},
        {"refunds": [{"status": "DONE", "value": -5}]},
        {"netValue": None},
        {"split": {}},
        {"split": [None]},
        {"split": [{"status": "PENDING"}]},
        {"refunds": "none"},
        {"refunds": [{"status": "DONE", "value": None}]},
        {"refunds": [{"status": "DONE", "value": 5, "refundedSplits": [{"id": "x"}]}]},
    ],
)
def test_an_amount_that_cannot_be_read_is_no_reading(wrong: dict[str, Any]) -> None:
    with pytest.raises(Uncertain):
        bill_of([PAYMENT | wrong])


def test_instalments_are_told_by_their_numbers() -> None:
    plan = [PAYMENT | {"id": f"pay_{n}", "installmentNumber": n} for n in (10, 2, 1)]
    assert bill_of(plan).charge_id == "pay_1"
    with pytest.raises(Uncertain):
        bill_of([PAYMENT, *plan])


def test_only_standing_split_entries_count() -> None:
    entries = [
        {"totalValue": "10.50", "status": "PENDING"},
        {"totalValue": None, "fixedValue": 2, "status": "DONE"},
        {"totalValue": 99, "status": "CANCELLED"},
        {"totalValue": 99, "status": "REFUSED"},
    ]
    assert bill_of([PAYMENT | {"split": entries}]).share == 1250


def test_refunds_that_were_called_off_do_not_count() -> None:
    refunds = [{"value": 5, "status": "DONE"}, {"value": 7, "status": "PENDING"}, {"value": 9, "status": "CANCELLED"}]
    assert bill_of([PAYMENT | {"status": "RECEIVED", "refunds": refunds}]).refunded == 1200
    assert bill_of([PAYMENT | {"status": "REFUNDED", "refunds": None}]).refunded == 2000


@pytest.mark.parametrize(
    ("value", "amount"),
    [(100, 10000), ("129.9", 12990), ("96.515", 9652), ("1.2e2", 12000), (0, 0)],
)
def test_amounts(value: Any, amount: int) -> None:
    assert cents(value) == hint(value) == amount


@pytest.mark.parametrize("value", [None, "x", "", {}, [], "NaN", True, "12,50", "1e99", "1e999999999"])
def test_what_is_no_amount_is_never_nothing(value: Any) -> None:
    with pytest.raises(Uncertain):
        cents(value)
    assert hint(value) == 0


@pytest.mark.parametrize(
    ("code", "description", "reason"),
    [
        ("invalid_dueDate", "…", "invalid_due_date"),
        ("invalid_action", "Saldo insuficiente para a operação", "insufficient_balance"),
        ("invalid_object", "O CPF ou CNPJ informado é inválido", "invalid_document"),
        ("invalid_action", "Carteira não encontrada", "invalid_wallet"),
        ("brand_new", "Outra coisa", "refused"),
        ("", "", "refused"),
    ],
)
def test_reasons(code: str, description: str, reason: str) -> None:
    assert reason_of(code, description) == reason


async def test_an_id_leads_to_no_other_endpoint(stand: Stand, payments: AsaasPayments) -> None:
    bill = await charge(payments)
    with pytest.raises(NotFound):
        await payments.read_charge(f"{bill.charge_id}/refunds")
    with pytest.raises(NotFound):
        await payments.pix_code(f"../payments/{bill.charge_id}")


async def test_a_get_never_carries_a_body(stand: Stand, payments: AsaasPayments) -> None:
    bill = await charge(payments)
    await payments.read_charge(bill.charge_id)
    await payments.find_charge("order-1042-a1")
    await payments.find_refund(bill.charge_id, 1, before=0)
    await payments.balance()
    gets = [call for call in stand.world.calls if call.method == "GET"]
    assert gets
    assert all(call.body is None and call.status == 200 for call in gets)
