"""Payers and charges: made, split, changed, found again, cancelled."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.domain import pix
from bot.domain.order import Method
from bot.integrations.asaas import AsaasPayments
from bot.integrations.errors import Refused
from bot.integrations.http import Http
from bot.integrations.payments import Share
from tests.conftest import TestClock
from tests.support_asaas import CPF, DUE, HOME, KEY, OWN, PAYER, SELLER, Stand, calls, charge, fault

OTHER = "6a0f1c2d-1111-4222-8333-944455556666"


async def test_a_payer_is_found_by_document_and_asaas_never_writes_to_it(stand: Stand, payments: AsaasPayments) -> None:
    assert await payments.find_customer(CPF) is None
    created = await payments.create_customer(PAYER, reference="person-9", address=HOME)
    assert await payments.find_customer(CPF) == created
    stored = stand.account.customers[created]
    assert stored["notificationDisabled"] is True
    assert stored["mobilePhone"] == "47996321478"
    assert (stored["postalCode"], stored["addressNumber"], stored["province"]) == ("80010000", "10", "Centro")
    assert stored["externalReference"] == "person-9"


async def test_of_several_payers_with_one_document_the_oldest_is_taken(stand: Stand, payments: AsaasPayments) -> None:
    first = await payments.create_customer(PAYER, reference="person-9", address=None)
    await payments.create_customer(PAYER, reference="person-9", address=None)
    assert await payments.find_customer(CPF) == first


async def test_a_payer_made_by_hand_is_left_in_peace_too(stand: Stand, payments: AsaasPayments) -> None:
    created = await payments.create_customer(PAYER, reference="person-9", address=None)
    stand.account.customers[created]["notificationDisabled"] = False
    assert await payments.find_customer(CPF) == created
    assert stand.account.customers[created]["notificationDisabled"] is True
    assert await payments.find_customer(CPF) == created
    assert calls(stand, "PUT", f"/customers/{created}") == 1


async def test_a_removed_payer_is_not_found(stand: Stand, payments: AsaasPayments) -> None:
    created = await payments.create_customer(PAYER, reference="person-9", address=None)
    stand.account.customers[created]["deleted"] = True
    assert await payments.find_customer(CPF) is None


async def test_an_alphanumeric_cnpj_is_a_document_like_any_other(payments: AsaasPayments) -> None:
    created = await payments.create_customer(PAYER.but(document="12ABC34501DE35"), reference="person-9", address=None)
    assert await payments.find_customer("12ABC34501DE35") == created


async def test_a_bad_document_is_refused_in_our_words(payments: AsaasPayments) -> None:
    with pytest.raises(Refused) as refused:
        await payments.create_customer(PAYER.but(document="11111111111"), reference="p", address=None)
    assert refused.value.reason == "invalid_document"
    assert refused.value.code == "invalid_object"


async def test_a_phone_that_asaas_dislikes_does_not_stop_the_payment(stand: Stand, payments: AsaasPayments) -> None:
    created = await payments.create_customer(PAYER.but(phone="5547999999999"), reference="person-9", address=None)
    assert stand.account.customers[created]["mobilePhone"] is None


async def test_a_pix_with_the_one_split_entry(stand: Stand, payments: AsaasPayments) -> None:
    net = await payments.simulate_net(51240, Method.PIX)
    assert net == 51041
    bill = await charge(payments)
    assert (bill.amount, bill.net, bill.share, bill.status) == (51240, 51041, 43961, "pending")
    assert bill.reference == "order-1042-a1"
    stored = stand.account.payments[bill.charge_id]
    assert [(s["walletId"], s["fixedValue"], s["percentualValue"]) for s in stored["split"]] == [(SELLER, 439.61, None)]
    assert bill.page_url == stored["invoiceUrl"]
    code = await payments.pix_code(bill.charge_id)
    assert pix.is_valid(code)
    assert (pix.fields(code) or {})["54"] == "512.40"


async def test_a_boleto_has_a_line_that_changes_with_the_due_date(stand: Stand, payments: AsaasPayments) -> None:
    bill = await charge(payments, method=Method.BOLETO)
    line = await payments.boleto_line(bill.charge_id)
    assert len(line) == 47
    assert line[33:] == _due_and_amount(DUE, 51240)
    later = await payments.set_due_date(bill, method=Method.BOLETO, due_date=DUE + timedelta(days=4))
    assert later.share == bill.share  # left out is kept
    changed = await payments.boleto_line(bill.charge_id)
    assert changed != line
    assert changed[33:] == _due_and_amount(DUE + timedelta(days=4), 51240)


def _due_and_amount(due: date, amount: int) -> str:
    """The last 14 digits of a line: the days since 1000 was counted anew, and centavos."""
    return f"{1000 + (due - date(2025, 2, 22)).days}{amount:010d}"


async def test_a_card_in_instalments_is_one_bill_over_the_plan(stand: Stand, payments: AsaasPayments) -> None:
    net = await payments.simulate_net(35001, Method.CARD, 3)
    bill = await charge(payments, method=Method.CARD, installments=3, amount=35001, shares=[Share(SELLER, 30000)])
    assert (bill.amount, bill.net, bill.share) == (35001, net, 30000)
    parts = stand.account.live_by_reference("order-1042-a1")
    assert [part["value"] for part in parts] == [116.67, 116.67, 116.67]
    assert [part["split"][0]["fixedValue"] for part in parts] == [100, 100, 100]
    assert bill.charge_id == parts[0]["id"]
    assert await payments.find_charge("order-1042-a1") == bill
    moved = await payments.set_shares(bill, method=Method.CARD, due_date=DUE, shares=[Share(SELLER, 30001)])
    assert moved.share == 30001
    await stand.account.pay(bill.charge_id)
    paid = await payments.read_charge(bill.charge_id)
    assert (paid.status, paid.amount) == ("paid", 35001)
    await stand.account.settle(bill.charge_id)
    assert (await payments.read_charge(bill.charge_id)).status == "paid"  # the other two are still to come


async def test_one_payment_by_card_names_no_instalments(stand: Stand, payments: AsaasPayments) -> None:
    bill = await charge(payments, method=Method.CARD)
    asked = next(call.body for call in stand.world.calls if (call.method, call.path) == ("POST", "/v3/payments"))
    assert not {"installmentCount", "totalValue", "installmentValue"} & set(asked)
    assert bill.net == 51240 - 1581


async def test_the_share_is_put_right_when_the_net_differs(stand: Stand, payments: AsaasPayments) -> None:
    stand.account.net_drift = 7
    bill = await charge(payments)
    assert bill.net == 51041 - 7
    right = await payments.set_shares(bill, method=Method.PIX, due_date=DUE, shares=[Share(SELLER, 43961 - 7)])
    assert right.share == 43954
    assert right.amount == 51240


async def test_a_share_in_percent_is_one_of_the_net(stand: Stand, payments: AsaasPayments) -> None:
    stand.account.wallets.add(OTHER)
    shares = [Share(SELLER, 40000), Share(OTHER, percent=Decimal("12.5"))]
    bill = await charge(payments, shares=shares)
    assert bill.share == 40000 + 51041 * 125 // 1000
    entries = stand.account.payments[bill.charge_id]["split"]
    assert [(e["walletId"], e["fixedValue"], e["percentualValue"]) for e in entries] == [
        (SELLER, 400, None),
        (OTHER, None, 12.5),
    ]
    only = [Share(OTHER, percent=Decimal("20"))]
    changed = await payments.set_shares(bill, method=Method.PIX, due_date=DUE, shares=only)
    assert changed.share == 10208
    none = await payments.set_shares(bill, method=Method.PIX, due_date=DUE, shares=[])
    assert none.share == 0


async def test_a_percentage_of_a_plan_is_one_of_each_instalment(stand: Stand, payments: AsaasPayments) -> None:
    bill = await charge(payments, method=Method.CARD, installments=3, shares=[Share(SELLER, percent=Decimal("50"))])
    parts = stand.account.live_by_reference("order-1042-a1")
    assert bill.share == sum(int(part["netValue"] * 50) for part in parts)


async def test_the_days_of_a_plan_stay(stand: Stand, payments: AsaasPayments) -> None:
    """A PUT on its first instalment would make that one cost the whole."""
    bill = await charge(payments, method=Method.CARD, installments=3)
    with pytest.raises(Refused) as refused:
        await payments.set_due_date(bill, method=Method.CARD, due_date=DUE + timedelta(days=2))
    assert refused.value.reason == "plan"


async def test_a_blocked_split_is_made_smaller_and_paid(stand: Stand, payments: AsaasPayments) -> None:
    """The net came out below the split: two days to put it right, on a charge that is paid."""
    bill = await charge(payments)
    await stand.account.diverge(bill.charge_id, 40000)
    await stand.account.pay(bill.charge_id)
    assert SELLER not in stand.account.wallet_balances
    mended = await payments.set_shares(bill, method=Method.PIX, due_date=DUE, shares=[Share(SELLER, 39000)])
    assert (mended.status, mended.share) == ("settled", 39000)
    assert stand.account.wallet_balances[SELLER] == 39000


async def test_what_the_provider_says_of_wrong_charges(stand: Stand, payments: AsaasPayments, clock: TestClock) -> None:
    async def reason(**changes: Any) -> str:
        with pytest.raises(Refused) as refused:
            await charge(payments, **changes)
        return refused.value.reason

    assert await reason(amount=499, shares=[Share(SELLER, 100)]) == "invalid_value"
    assert await reason(due_date=date(2026, 11, 22)) == "invalid_due_date"
    assert await reason(customer_id="cus_unknown") == "invalid_customer"
    assert await reason(shares=[Share(OWN, 43961)]) == "invalid_wallet"
    assert await reason(shares=[Share(SELLER, 51042)]) == "invalid_split"
    assert stand.account.payments == {}


async def test_an_ignored_split_is_seen_and_insisted_on(http: Http) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.json_response(
            {"id": "pay_1_a1B2c3D4e5F6g7", "value": 512.4, "netValue": 510.41, "status": "PENDING"}
        )

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    server = TestServer(app)
    await server.start_server()
    payments = AsaasPayments(http, base_url=str(server.make_url("/v3")), api_key=KEY)
    bill = await payments.create_charge(
        reference="order-1042-a1",
        customer_id="cus_1",
        method=Method.PIX,
        installments=1,
        amount=51240,
        due_date=DUE,
        description="",
        shares=[Share(SELLER, 43961)],
    )
    assert bill.share == 0
    with pytest.raises(Refused) as refused:
        await payments.set_shares(bill, method=Method.PIX, due_date=DUE, shares=[Share(SELLER, 43961)])
    assert refused.value.reason == "split_missing"
    await server.close()


async def test_a_pix_code_that_does_not_check_is_handed_on_as_it_came(
    stand: Stand, payments: AsaasPayments, caplog: pytest.LogCaptureFixture
) -> None:
    bill = await charge(payments)
    stand.account.bad_pix_codes = True
    code = await payments.pix_code(bill.charge_id)
    assert code.startswith("000201")
    assert not pix.is_valid(code)
    assert [record.getMessage() for record in caplog.records if record.levelname == "WARNING"] == [
        f"the Pix code of {bill.charge_id} does not check as a BR Code"
    ]


async def test_both_kinds_of_id_are_just_text(stand: Stand, payments: AsaasPayments) -> None:
    old, new = await charge(payments), await charge(payments, reference="order-1042-a2")
    assert not old.charge_id.startswith("pay_1_")
    assert new.charge_id.startswith("pay_1_")
    for bill in (old, new):
        assert await payments.read_charge(bill.charge_id) == bill


async def test_cancelling_is_done_once_and_told_as_done_ever_after(stand: Stand, payments: AsaasPayments) -> None:
    bill = await charge(payments)
    await payments.cancel_charge(bill.charge_id)
    await payments.cancel_charge(bill.charge_id)
    await payments.cancel_charge("pay_unknown")
    assert stand.account.payments[bill.charge_id]["deleted"] is True
    assert (await payments.read_charge(bill.charge_id)).status == "void"


async def test_a_plan_is_cancelled_whole(stand: Stand, payments: AsaasPayments) -> None:
    bill = await charge(payments, method=Method.CARD, installments=2)
    await payments.cancel_charge(bill.charge_id)
    assert stand.account.live_by_reference("order-1042-a1") == []


async def test_a_cancellation_without_an_answer_is_repeated(stand: Stand, payments: AsaasPayments) -> None:
    bill = await charge(payments)
    fault(stand, "drop", only="DELETE", times=1)
    await payments.cancel_charge(bill.charge_id)
    assert stand.account.live_by_reference("order-1042-a1") == []


async def test_a_paid_charge_is_not_cancelled(stand: Stand, payments: AsaasPayments) -> None:
    bill = await charge(payments)
    await stand.account.pay(bill.charge_id)
    with pytest.raises(Refused) as refused:
        await payments.cancel_charge(bill.charge_id)
    assert refused.value.reason == "already_paid"


async def test_a_charge_paid_between_look_and_delete_is_not_cancelled(
    stand: Stand, payments: AsaasPayments, monkeypatch: pytest.MonkeyPatch
) -> None:
    bill = await charge(payments)
    read, send = payments._read, payments._asaas.send

    async def paid_meanwhile(method: str, *rest: Any, **named: Any) -> Any:
        if method == "DELETE":
            await stand.account.pay(bill.charge_id)
        return await send(method, *rest, **named)

    monkeypatch.setattr(payments._asaas, "send", paid_meanwhile)
    with pytest.raises(Refused) as refused:
        await payments.cancel_charge(bill.charge_id)
    assert refused.value.reason == "already_paid"
    assert (await read(bill.charge_id))["status"] == "RECEIVED"
