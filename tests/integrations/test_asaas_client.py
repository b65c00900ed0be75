"""Our client of Asaas against its stand-in, over real sockets, faults included."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.domain import boleto, pix
from bot.domain.commands import Bill
from bot.domain.order import Method, Recipient
from bot.domain.people import Address
from bot.integrations.asaas import AsaasPayments
from bot.integrations.asaas.bills import bill_of, cents
from bot.integrations.asaas.calls import reason_of
from bot.integrations.errors import NotFound, RateLimited, Refused, Unauthorised, Unavailable, Uncertain
from bot.integrations.http import CallRecord, Http
from bot.integrations.payments import Share
from sandbox.core import Fault, Mode
from tests.conftest import TestClock
from tests.support import make_http
from tests.support_asaas import CPF, KEY, OWN, SELLER, TOKEN, Stand, asaas

DUE = date(2026, 11, 26)
PAYER = Recipient(name="Maria Exemplo", document=CPF, email="maria@autopars.example", phone="5547996321478")
HOME = Address(postal_code="80010000", city="Curitiba", state="PR", street="Rua XV", number="10", district="Centro")


@pytest.fixture
async def stand(clock: TestClock) -> AsyncIterator[Stand]:
    async with asaas(clock) as opened:
        yield opened


@pytest.fixture
def records() -> list[CallRecord]:
    return []


@pytest.fixture
async def http(records: list[CallRecord]) -> AsyncIterator[Http]:
    opened = make_http(records, secrets=(KEY, TOKEN))
    yield opened
    await opened.close()


@pytest.fixture
def payments(http: Http, stand: Stand) -> AsaasPayments:
    return AsaasPayments(http, base_url=stand.base_url, api_key=KEY)


async def charge(payments: AsaasPayments, **changes: Any) -> Bill:
    customer = await payments.find_customer(CPF) or await payments.create_customer(
        PAYER, reference="person-9", address=HOME
    )
    wanted: dict[str, Any] = {
        "reference": "order-1042-a1",
        "customer_id": customer,
        "method": Method.PIX,
        "installments": 1,
        "amount": 51240,
        "due_date": DUE,
        "description": "Pedido 1042",
        "shares": [Share(SELLER, 43961)],
    }
    return await payments.create_charge(**(wanted | changes))


def fault(stand: Stand, mode: Mode, only: str = "", times: int = 0, delay: float = 8.0) -> None:
    stand.world.faults["asaas"] = Fault(mode, delay=delay, times=times, only=only)


def creations(stand: Stand) -> int:
    return sum(call.method == "POST" and call.path == "/v3/payments" for call in stand.world.calls)


# --- payers ---------------------------------------------------------------------------------------------


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


# --- charges --------------------------------------------------------------------------------------------


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
    assert pix.amount_of(code) == 51240


async def test_a_boleto_has_a_line_that_changes_with_the_due_date(stand: Stand, payments: AsaasPayments) -> None:
    bill = await charge(payments, method=Method.BOLETO)
    line = await payments.boleto_line(bill.charge_id)
    assert boleto.is_valid_line(line)
    assert boleto.amount_of(line) == 51240
    assert boleto.due_date_of(line, DUE) == DUE
    later = await payments.set_due_date(bill, method=Method.BOLETO, due_date=DUE + timedelta(days=4))
    assert later.share == bill.share  # left out is kept
    changed = await payments.boleto_line(bill.charge_id)
    assert changed != line
    assert boleto.due_date_of(changed, DUE) == DUE + timedelta(days=4)


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


async def test_a_damaged_pix_code_is_not_handed_on(stand: Stand, payments: AsaasPayments) -> None:
    bill = await charge(payments)
    stand.account.bad_pix_codes = True
    with pytest.raises(Refused) as refused:
        await payments.pix_code(bill.charge_id)
    assert refused.value.reason == "bad_pix_code"


async def test_both_kinds_of_id_are_just_text(stand: Stand, payments: AsaasPayments) -> None:
    old, new = await charge(payments), await charge(payments, reference="order-1042-a2")
    assert not old.charge_id.startswith("pay_1_")
    assert new.charge_id.startswith("pay_1_")
    for bill in (old, new):
        assert await payments.read_charge(bill.charge_id) == bill


# --- found again ----------------------------------------------------------------------------------------


async def test_the_oldest_living_charge_is_found(stand: Stand, payments: AsaasPayments, clock: TestClock) -> None:
    removed = await charge(payments)
    await payments.cancel_charge(removed.charge_id)
    first = await charge(payments)
    second = await charge(payments)
    await charge(payments, reference="order-1042-a2")
    found = await payments.find_charges("order-1042-a1")
    assert [bill.charge_id for bill in found] == [first.charge_id, second.charge_id]
    assert await payments.find_charge("order-1042-a1") == first
    assert await payments.find_charge("order-1042-a9") is None


async def test_a_creation_without_an_answer_is_adopted_not_repeated(stand: Stand, payments: AsaasPayments) -> None:
    await payments.create_customer(PAYER, reference="p", address=None)
    fault(stand, "drop", only="POST /v3/payments")
    with pytest.raises(Uncertain):
        await charge(payments)
    fault(stand, "none")
    adopted = await payments.find_charge("order-1042-a1")
    assert adopted is not None
    assert adopted.share == 43961
    assert list(stand.account.payments) == [adopted.charge_id]
    assert creations(stand) == 1


@pytest.mark.parametrize("mode", ["down", "slow", "garbage"])
async def test_a_creation_is_never_repeated_blindly(stand: Stand, payments: AsaasPayments, mode: Mode) -> None:
    await payments.create_customer(PAYER, reference="p", address=None)
    fault(stand, mode, only="POST /v3/payments", delay=2)
    with pytest.raises(Uncertain):
        await charge(payments)
    assert creations(stand) == 1


async def test_a_busy_provider_has_done_nothing_and_is_asked_again(stand: Stand, payments: AsaasPayments) -> None:
    await payments.create_customer(PAYER, reference="p", address=None)
    fault(stand, "busy", only="POST /v3/payments", times=2)
    bill = await charge(payments)
    assert list(stand.account.payments) == [bill.charge_id]
    fault(stand, "busy")
    with pytest.raises(RateLimited):
        await payments.balance()


async def test_a_plan_that_is_only_half_read_is_uncertain_and_then_found_whole(
    stand: Stand, payments: AsaasPayments
) -> None:
    await payments.create_customer(PAYER, reference="p", address=None)
    fault(stand, "down", only="GET /v3/installments")
    with pytest.raises(Uncertain):
        await charge(payments, method=Method.CARD, installments=3)
    fault(stand, "none")
    found = await payments.find_charge("order-1042-a1")
    assert found is not None
    assert (found.amount, found.share) == (51240, 43961)


@pytest.mark.parametrize("mode", ["down", "slow", "garbage"])
async def test_reads_are_tried_three_times(stand: Stand, payments: AsaasPayments, mode: Mode) -> None:
    fault(stand, mode, delay=2)
    stand.world.calls.clear()
    with pytest.raises(Unavailable):
        await payments.balance()
    assert len(stand.world.calls) == 3


async def test_reads_get_over_a_hiccup(stand: Stand, payments: AsaasPayments) -> None:
    fault(stand, "garbage", times=2)
    assert await payments.balance() == 100_000


# --- cancelled ------------------------------------------------------------------------------------------


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


# --- money back -----------------------------------------------------------------------------------------


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


# --- the account ----------------------------------------------------------------------------------------


async def test_a_transfer_and_its_look_up(stand: Stand, payments: AsaasPayments) -> None:
    sent = await payments.transfer(SELLER, 43961, "order-1042-t1")
    assert (sent.amount, sent.status, sent.wallet_id) == (43961, "done", SELLER)
    assert await payments.find_transfer("order-1042-t1") == sent
    assert await payments.find_transfer("order-1042-t2") is None
    assert await payments.balance() == 100_000 - 43961


async def test_the_same_transfer_again_is_a_reason_to_look(stand: Stand, payments: AsaasPayments) -> None:
    await payments.transfer(SELLER, 500, "order-1042-t1")
    with pytest.raises(Uncertain) as uncertain:
        await payments.transfer(SELLER, 500, "order-1043-t1")
    assert uncertain.value.reason == "duplicate"
    assert await payments.find_transfer("order-1043-t1") is None


async def test_a_transfer_above_the_balance(payments: AsaasPayments) -> None:
    with pytest.raises(Refused) as refused:
        await payments.transfer(SELLER, 100_001, "order-1042-t1")
    assert refused.value.reason == "insufficient_balance"


async def test_the_webhook_is_registered_once(stand: Stand, payments: AsaasPayments) -> None:
    assert await payments.find_webhook(stand.hook_url) is None
    first = await payments.register_webhook(stand.hook_url, TOKEN, "ops@autopars.example")
    again = await payments.register_webhook(stand.hook_url, TOKEN, "ops@autopars.example")
    assert first.webhook_id == again.webhook_id
    assert len(stand.account.hooks.hooks) == 1
    await charge(payments)
    await stand.account.delivered()
    assert stand.ear.events == ["PAYMENT_CREATED"]
    assert stand.ear.headers[0]["asaas-access-token"] == TOKEN


async def test_a_paused_webhook_is_woken_and_nothing_is_lost(stand: Stand, payments: AsaasPayments) -> None:
    await payments.register_webhook(stand.hook_url, TOKEN, "ops@autopars.example")
    stand.account.hooks.delay_factor, stand.ear.status = 0.0, 500
    bill = await charge(payments)
    await stand.account.delivered()
    paused = await payments.find_webhook(stand.hook_url)
    assert paused is not None
    assert (paused.interrupted, paused.failures) == (True, 15)
    await stand.account.pay(bill.charge_id)
    stand.ear.status = 200
    stand.ear.bodies.clear()
    awake = await payments.resume_webhook(stand.hook_url)
    assert awake.interrupted is False
    await stand.account.delivered()
    assert stand.ear.events == ["PAYMENT_CREATED", "PAYMENT_RECEIVED", "PAYMENT_SPLIT_DONE"]
    with pytest.raises(NotFound):
        await payments.resume_webhook("https://elsewhere.example/hook")


async def test_wrong_keys_are_unauthorised_and_never_on_record(
    stand: Stand, http: Http, records: list[CallRecord]
) -> None:
    payments = AsaasPayments(http, base_url=stand.base_url, api_key="$aact_hmlg_revoked")
    with pytest.raises(Unauthorised) as refused:
        await payments.balance()
    assert refused.value.code == "invalid_access_token"
    good = AsaasPayments(http, base_url=stand.base_url, api_key=KEY)
    await good.register_webhook(stand.hook_url, TOKEN, "ops@autopars.example")
    await good.create_customer(PAYER, reference="person-9", address=HOME)
    written = "".join(f"{record.request}{record.response}{record.url}" for record in records)
    for secret in (KEY, TOKEN, CPF, "maria@autopars.example", "47996321478"):
        assert secret not in written
    assert {record.operation for record in records} >= {"webhook.create", "customer.create", "balance.read"}


# --- reading --------------------------------------------------------------------------------------------


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
    assert bill_of([{"id": "pay_1", "status": theirs, "value": 10}]).status == ours
    removed = ours if ours in ("paid", "settled", "refunding", "refunded", "disputed") else "void"
    assert bill_of([{"id": "pay_1", "status": theirs, "deleted": True}]).status == removed


def test_a_bill_is_read_with_defaults() -> None:
    assert bill_of([{"id": "pay_1"}]) == Bill(charge_id="pay_1", reference="", status="other", amount=0, net=0)


def test_only_standing_split_entries_count() -> None:
    entries = [
        {"totalValue": "10.50", "status": "PENDING"},
        {"totalValue": None, "fixedValue": 2, "status": "DONE"},
        {"totalValue": 99, "status": "CANCELLED"},
        {"totalValue": 99, "status": "REFUSED"},
    ]
    assert bill_of([{"id": "pay_1", "split": entries}]).share == 1250


def test_refunds_that_were_called_off_do_not_count() -> None:
    refunds = [{"value": 5, "status": "DONE"}, {"value": 7, "status": "PENDING"}, {"value": 9, "status": "CANCELLED"}]
    assert bill_of([{"id": "pay_1", "value": 20, "status": "RECEIVED", "refunds": refunds}]).refunded == 1200
    assert bill_of([{"id": "pay_1", "value": 20, "status": "REFUNDED", "refunds": None}]).refunded == 2000


@pytest.mark.parametrize(
    ("value", "amount"),
    [(100, 10000), ("129.9", 12990), ("96.515", 9652), (None, 0), ("x", 0), ({}, 0), ("NaN", 0), (True, 0)],
)
def test_amounts(value: Any, amount: int) -> None:
    assert cents(value) == amount


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


async def test_a_get_never_carries_a_body(stand: Stand, payments: AsaasPayments) -> None:
    bill = await charge(payments)
    await payments.read_charge(bill.charge_id)
    await payments.find_charge("order-1042-a1")
    await payments.find_refund(bill.charge_id, 1, before=0)
    await payments.balance()
    gets = [call for call in stand.world.calls if call.method == "GET"]
    assert gets
    assert all(call.body is None and call.status == 200 for call in gets)
