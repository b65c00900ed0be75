"""Money back, and card holders who object."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.bills import Objection
from bot.domain.order import Method
from bot.integrations.asaas import AsaasPayments
from bot.integrations.asaas.disputes import reason_of
from bot.integrations.errors import Refused, Uncertain
from bot.integrations.protocols import File
from tests.support_asaas import DUE, SELLER, Stand, calls, charge, fault

NOTE = File(b"%PDF-1.4 nota", "application/pdf", "nota.pdf")
SCAN = File(b"\xff\xd8\xff entrega", "image/jpeg", "entrega.jpg")


async def test_a_pix_is_given_back_in_part_and_in_full(stand: Stand, payments: AsaasPayments) -> None:
    bill = await charge(payments)
    await stand.account.pay(bill.charge_id)
    assert (await payments.read_charge(bill.charge_id)).status == "settled"
    part = await payments.refund(bill.charge_id, 1240, "Frete menor", before=0, share=1064)
    assert (part.status, part.refunded, part.share_back) == ("settled", 1240, 1064)
    assert (await payments.read_charge(bill.charge_id)) == part
    assert stand.account.wallet_balances[SELLER] == 43961 - 1064
    rest = await payments.refund(bill.charge_id, 50000, "Desistência", before=1240, share=42897)
    assert (rest.status, rest.refunded) == ("refunded", 51240)
    assert stand.account.wallet_balances[SELLER] == 0


async def test_what_a_part_takes_of_the_share_has_to_be_said(stand: Stand, payments: AsaasPayments) -> None:
    """Unsaid it would be the provider's choice; and never more than stands."""
    bill = await charge(payments)
    await stand.account.pay(bill.charge_id)
    for share in (0, 1241):
        with pytest.raises(Refused):
            await payments.refund(bill.charge_id, 1240, "Frete menor", before=0, share=share)
    await payments.refund(bill.charge_id, 50000, "Quase tudo", before=0, share=43000)
    with pytest.raises(Refused) as refused:
        await payments.refund(bill.charge_id, 1000, "Mais um pouco", before=50000, share=962)
    assert refused.value.reason == "share_changed"
    assert stand.account.wallet_balances[SELLER] == 961


async def test_a_part_of_a_card_before_it_is_credited(stand: Stand, payments: AsaasPayments) -> None:
    """The seller's wallet gets so much less later, and so does the account."""
    bill = await charge(payments, method=Method.CARD)
    await stand.account.pay(bill.charge_id)
    before = stand.account.balance
    part = await payments.refund(bill.charge_id, 1240, "Frete menor", before=0, share=1064)
    assert (part.status, part.share_back, stand.account.balance) == ("paid", 1064, before)
    await stand.account.settle(bill.charge_id)
    assert stand.account.wallet_balances[SELLER] == 43961 - 1064
    assert stand.account.balance - before == bill.net - 1240 - (43961 - 1064)


async def test_fees_are_not_given_back_so_a_refund_may_lack_balance(stand: Stand, payments: AsaasPayments) -> None:
    stand.account.balance = 0
    bill = await charge(payments)
    await stand.account.pay(bill.charge_id)
    with pytest.raises(Refused) as refused:
        await payments.refund(bill.charge_id, 51240, "Desistência", before=0)
    assert refused.value.reason == "insufficient_balance"
    assert (await payments.read_charge(bill.charge_id)).refunded == 0


async def test_a_refund_is_told_from_an_earlier_one_of_the_same_amount(stand: Stand, payments: AsaasPayments) -> None:
    """The same amount twice, the second in doubt: neither taken for done because of the first, nor done twice."""
    bill = await charge(payments)
    await stand.account.pay(bill.charge_id)
    await payments.refund(bill.charge_id, 1240, "Frete menor", before=0, share=1064)
    only = f"POST /v3/payments/{bill.charge_id}/refund"
    fault(stand, "down", only=only, times=1)
    with pytest.raises(Uncertain):
        await payments.refund(bill.charge_id, 1240, "Risco na lente", before=1240, share=1064)
    assert await payments.find_refund(bill.charge_id, 1240, before=1240) is None
    fault(stand, "drop", only=only, times=1)
    with pytest.raises(Uncertain):
        await payments.refund(bill.charge_id, 1240, "Risco na lente", before=1240, share=1064)
    found = await payments.find_refund(bill.charge_id, 1240, before=1240)
    assert found is not None
    assert (found.status, found.refunded) == ("settled", 2480)
    assert await payments.refund(bill.charge_id, 1240, "Risco na lente", before=1240, share=1064) == found
    refunds = stand.account.payments[bill.charge_id]["refunds"]
    assert [(r["value"], r["description"]) for r in refunds] == [(12.4, "Frete menor"), (12.4, "Risco na lente")]


async def test_a_refund_that_somebody_else_crossed_is_decided_anew(stand: Stand, payments: AsaasPayments) -> None:
    bill = await charge(payments)
    await stand.account.pay(bill.charge_id)
    await payments.refund(bill.charge_id, 1000, "No painel", before=0, share=858)
    with pytest.raises(Refused) as refused:
        await payments.refund(bill.charge_id, 51240, "Desistência", before=0)
    assert refused.value.reason == "refund_changed"
    assert (await payments.refund(bill.charge_id, 50240, "Desistência", before=1000, share=43103)).status == "refunded"


async def test_a_boleto_is_not_given_back_in_part(stand: Stand, payments: AsaasPayments) -> None:
    """The call for boletos takes no amount: a part would become the whole."""
    bill = await charge(payments, method=Method.BOLETO)
    await stand.account.pay(bill.charge_id)
    with pytest.raises(Refused) as refused:
        await payments.refund(bill.charge_id, 1240, "Frete menor", before=0, share=1064)
    assert refused.value.reason == "partial_refund"
    assert stand.account.payments[bill.charge_id]["refunds"] is None


async def test_the_form_of_a_boleto_is_had_again_after_a_lost_answer(stand: Stand, payments: AsaasPayments) -> None:
    bill = await charge(payments, method=Method.BOLETO)
    await stand.account.pay(bill.charge_id)
    fault(stand, "drop", only="/bankSlip/refund", times=1)
    with pytest.raises(Uncertain):
        await payments.refund(bill.charge_id, 51240, "Desistência", before=0)
    found = await payments.find_refund(bill.charge_id, 51240, before=0)
    assert found is not None
    assert (found.status, found.refunded) == ("refunding", 51240)
    assert "/solicitar-estorno/" in found.page_url


async def test_a_plan_is_given_back_in_part(stand: Stand, payments: AsaasPayments) -> None:
    bill = await charge(payments, method=Method.CARD, installments=3)
    await stand.account.pay(bill.charge_id)
    part = await payments.refund(bill.charge_id, 20000, "Uma peça faltou", before=0, share=17159)
    assert (part.status, part.refunded, part.share_back) == ("paid", 20000, 17159)
    rest = await payments.refund(bill.charge_id, 31240, "Desistência", before=20000, share=26802)
    assert (rest.status, rest.refunded) == ("refunded", 51240)


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


async def test_a_card_holder_s_objection_is_answered_with_documents(stand: Stand, payments: AsaasPayments) -> None:
    bill = await charge(payments, method=Method.CARD)
    await stand.account.pay(bill.charge_id)
    assert await payments.find_dispute(bill.charge_id) is None
    with pytest.raises(Refused) as refused:
        await payments.contest(bill.charge_id, [NOTE])
    assert refused.value.reason == "no_dispute"
    await stand.account.chargeback(bill.charge_id)
    dispute = await payments.find_dispute(bill.charge_id)
    assert dispute is not None
    assert (dispute.charge_id, dispute.amount, dispute.status) == (bill.charge_id, 51240, "open")
    assert (dispute.reason, dispute.answer_by) == ("not_as_agreed", date(2026, 12, 8))
    contested = await payments.contest(bill.charge_id, [NOTE, SCAN])
    assert contested.status == "contested"
    assert await payments.contest(bill.charge_id, [NOTE]) == contested  # done already
    assert calls(stand, "POST", f"/chargebacks/{dispute.dispute_id}/dispute") == 1
    assert (await payments.read_charge(bill.charge_id)).status == "disputed"
    assert (await payments.objections(DUE.replace(day=1), DUE)).objections == (
        Objection(charge_id=bill.charge_id, status=contested.status),
    )
    assert (await payments.objections(DUE, DUE)).objections == ()


async def test_too_many_documents_are_not_sent(stand: Stand, payments: AsaasPayments) -> None:
    bill = await charge(payments, method=Method.CARD)
    await stand.account.pay(bill.charge_id)
    await stand.account.chargeback(bill.charge_id)
    for documents in ([], [NOTE] * 12):
        with pytest.raises(Refused) as refused:
            await payments.contest(bill.charge_id, documents)
        assert refused.value.reason == "wrong_documents"
    late = stand.account.charges[bill.charge_id].chargeback
    assert late is not None
    late["deadlineToSendDisputeDocuments"] = "2026-11-01"
    with pytest.raises(Refused):
        await payments.contest(bill.charge_id, [NOTE])


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("SERVICE_NOT_RECEIVED", "not_received"),
        ("SERVICE_DISAGREEMENT_OR_DEFECTIVE_PRODUCT", "not_as_agreed"),
        ("SALE_CANCELED", "cancelled"),
        ("INCORRECT_TRANSACTION_VALUE", "wrong_charge"),
        ("ABSENT_CARD_FRAUD", "fraud"),
        ("VISA_FRAUD_MONITORING_PROGRAM", "fraud"),
        ("SOMETHING_NEW", "other"),
        (None, ""),
    ],
)
def test_reasons_of_card_holders_in_our_words(theirs: str | None, ours: str) -> None:
    assert reason_of(theirs) == ours
