"""Money back, and card holders who object."""

from __future__ import annotations

import pytest

from bot.domain.order import Method
from bot.integrations.asaas import AsaasPayments
from bot.integrations.errors import Refused, Uncertain
from tests.support_asaas import SELLER, Stand, charge, fault


async def test_a_pix_is_given_back_in_part_and_in_full(stand: Stand, payments: AsaasPayments) -> None:
    bill = await charge(payments)
    await stand.account.pay(bill.charge_id)
    assert (await payments.read_charge(bill.charge_id)).status == "settled"
    part = await payments.refund(bill.charge_id, 1240, "Frete menor", before=0)
    assert (part.status, part.refunded) == ("settled", 1240)
    assert (await payments.read_charge(bill.charge_id)).refunded == 1240
    rest = await payments.refund(bill.charge_id, 50000, "Desistência", before=1240)
    assert (rest.status, rest.refunded) == ("refunded", 51240)
    assert stand.account.wallet_balances[SELLER] == 0


async def test_fees_are_not_given_back_so_a_refund_may_lack_balance(stand: Stand, payments: AsaasPayments) -> None:
    stand.account.balance = 0
    bill = await charge(payments)
    await stand.account.pay(bill.charge_id)
    with pytest.raises(Refused) as refused:
        await payments.refund(bill.charge_id, 51240, "Desistência", before=0)
    assert refused.value.reason == "insufficient_balance"
    assert (await payments.read_charge(bill.charge_id)).refunded == 0


async def test_a_refund_without_an_answer_is_seen_by_the_look_up(stand: Stand, payments: AsaasPayments) -> None:
    bill = await charge(payments)
    await stand.account.pay(bill.charge_id)
    fault(stand, "drop", only=f"POST /v3/payments/{bill.charge_id}/refund", times=1)
    with pytest.raises(Uncertain):
        await payments.refund(bill.charge_id, 51240, "Desistência", before=0)
    assert (await payments.read_charge(bill.charge_id)).refunded == 51240


async def test_a_plan_is_given_back_whole(stand: Stand, payments: AsaasPayments) -> None:
    bill = await charge(payments, method=Method.CARD, installments=3)
    await stand.account.pay(bill.charge_id)
    back = await payments.refund(bill.charge_id, 51240, "Desistência", before=0)
    assert (back.status, back.refunded) == ("refunded", 51240)
    assert (await payments.read_charge(bill.charge_id)).refunded == 51240


async def test_a_boleto_is_given_back_by_a_form_of_the_buyers(stand: Stand, payments: AsaasPayments) -> None:
    bill = await charge(payments, method=Method.BOLETO)
    await stand.account.pay(bill.charge_id)
    await stand.account.settle(bill.charge_id)
    asked = await payments.refund(bill.charge_id, 51240, "Desistência", before=0)
    assert (asked.status, asked.refunded) == ("refunding", 51240)
    assert "/solicitar-estorno/" in asked.page_url
    assert (await payments.read_charge(bill.charge_id)).refunded == 51240
    await stand.account.finish_boleto_refund(bill.charge_id)
    assert (await payments.read_charge(bill.charge_id)).status == "refunded"


async def test_a_chargeback_and_its_end(stand: Stand, payments: AsaasPayments) -> None:
    bill = await charge(payments, method=Method.CARD)
    await stand.account.pay(bill.charge_id)
    await stand.account.chargeback(bill.charge_id)
    assert (await payments.read_charge(bill.charge_id)).status == "disputed"
    await stand.account.win_chargeback(bill.charge_id)
    assert (await payments.read_charge(bill.charge_id)).status == "paid"
