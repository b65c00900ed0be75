"""Asaas' webhook bodies (documented shapes, invented data) as facts of ours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from multidict import CIMultiDict

from bot.domain.events import AccountFact, Incoming, PaymentFact, TransferFact
from bot.integrations.asaas import AsaasReceiver
from bot.integrations.asaas.webhooks import ACCOUNT, FACTS, SUBSCRIBED, TRANSFERS
from bot.integrations.protocols import Receiver
from tests.support_asaas import TOKEN

BODIES = Path(__file__).parent.parent / "fixtures" / "asaas"


def body(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((BODIES / f"{name}.json").read_text("utf-8"), parse_float=str)
    return read


def heard(content: dict[str, Any]) -> Incoming:
    (incoming,) = receiver().events({}, content)
    return incoming


def receiver() -> Receiver:
    return AsaasReceiver(TOKEN)


def fact_of(content: dict[str, Any]) -> PaymentFact:
    event = heard(content).event
    assert isinstance(event, PaymentFact)
    return event


@pytest.mark.parametrize(
    ("name", "fact", "charge_id", "reference", "lane", "amount"),
    [
        ("created_boleto", "created", "pay_m2f7w1q9z4t6r8e3", "order-2017-a1", "order:2017", 35000),
        ("confirmed_card", "paid", "pay_1_Qx7Lr2Vt9Kp4Zs", "order-2018-a2", "order:2018", 10000),
        ("received_pix", "settled", "pay_h5n3b8v1c6x9l2k4", "order-2019-a1", "order:2019", 10000),
        ("overdue_boleto", "overdue", "pay_m2f7w1q9z4t6r8e3", "order-2017-a1", "order:2017", 35000),
        ("deleted", "void", "pay_m2f7w1q9z4t6r8e3", "order-2017-a1", "order:2017", 35000),
        ("refunded_pix", "refunded", "pay_h5n3b8v1c6x9l2k4", "order-2019-a1", "order:2019", 10000),
        ("partially_refunded", "partially_refunded", "pay_h5n3b8v1c6x9l2k4", "order-2019-a1", "order:2019", 10000),
        ("chargeback_requested", "disputed", "pay_1_Qx7Lr2Vt9Kp4Zs", "order-2018-a2", "order:2018", 10000),
        ("split_done", "split_done", "pay_h5n3b8v1c6x9l2k4", "order-2019-a1", "order:2019", 10000),
        ("split_cancelled", "split_cancelled", "pay_h5n3b8v1c6x9l2k4", "order-2019-a1", "order:2019", 10000),
        ("capture_refused", "card_refused", "pay_1_Qx7Lr2Vt9Kp4Zs", "order-2018-a2", "order:2018", 10000),
        ("unknown_payment_event", "other", "pay_1_Qx7Lr2Vt9Kp4Zs", "order-2018-a2", "order:2018", 10000),
        ("updated_boleto", "updated", "pay_m2f7w1q9z4t6r8e3", "order-2017-a1", "order:2017", 35000),
        ("awaiting_risk_analysis", "under_review", "pay_1_Qx7Lr2Vt9Kp4Zs", "order-2018-a2", "order:2018", 10000),
        ("approved_by_risk_analysis", "paid", "pay_1_Qx7Lr2Vt9Kp4Zs", "order-2018-a2", "order:2018", 10000),
        ("reproved_by_risk_analysis", "card_refused", "pay_1_Qx7Lr2Vt9Kp4Zs", "order-2018-a2", "order:2018", 10000),
        ("authorized", "other", "pay_1_Qx7Lr2Vt9Kp4Zs", "order-2018-a2", "order:2018", 10000),
        ("anticipated", "other", "pay_1_Qx7Lr2Vt9Kp4Zs", "order-2018-a2", "order:2018", 10000),
        ("restored", "restored", "pay_m2f7w1q9z4t6r8e3", "order-2017-a1", "order:2017", 35000),
        ("refund_in_progress", "refunding", "pay_1_Qx7Lr2Vt9Kp4Zs", "order-2018-a2", "order:2018", 10000),
        ("refund_denied", "refund_denied", "pay_m2f7w1q9z4t6r8e3", "order-2017-a1", "order:2017", 35000),
        ("received_in_cash_undone", "updated", "pay_m2f7w1q9z4t6r8e3", "order-2017-a1", "order:2017", 35000),
        ("chargeback_dispute", "disputed", "pay_1_Qx7Lr2Vt9Kp4Zs", "order-2018-a2", "order:2018", 10000),
        ("awaiting_chargeback_reversal", "dispute_won", "pay_1_Qx7Lr2Vt9Kp4Zs", "order-2018-a2", "order:2018", 10000),
        ("dunning_requested", "other", "pay_m2f7w1q9z4t6r8e3", "order-2017-a1", "order:2017", 35000),
        ("dunning_received", "paid", "pay_m2f7w1q9z4t6r8e3", "order-2017-a1", "order:2017", 35000),
        ("bank_slip_viewed", "viewed", "pay_m2f7w1q9z4t6r8e3", "order-2017-a1", "order:2017", 35000),
        ("checkout_viewed", "viewed", "pay_1_Qx7Lr2Vt9Kp4Zs", "order-2018-a2", "order:2018", 10000),
        ("bank_slip_cancelled", "other", "pay_m2f7w1q9z4t6r8e3", "order-2017-a1", "order:2017", 35000),
        ("split_divergence_block", "split_blocked", "pay_h5n3b8v1c6x9l2k4", "order-2019-a1", "order:2019", 10000),
        (
            "split_divergence_block_finished",
            "split_cancelled",
            "pay_h5n3b8v1c6x9l2k4",
            "order-2019-a1",
            "order:2019",
            10000,
        ),
        ("created_paid_at_once", "created", "pay_1_Qx7Lr2Vt9Kp4Zs", "order-2018-a2", "order:2018", 10000),
        ("confirmed_debit", "paid", "pay_1_Qx7Lr2Vt9Kp4Zs", "order-2018-a2", "order:2018", 10000),
        ("received_static_qr", "settled", "pay_f0r3ign0000000aa", "", "system", 3550),
        ("received_without_account", "settled", "pay_h5n3b8v1c6x9l2k4", "order-2019-a1", "order:2019", 10000),
    ],
)
def test_payment_events(name: str, fact: str, charge_id: str, reference: str, lane: str, amount: int) -> None:
    content = body(name)
    incoming = heard(content)
    event = fact_of(content)
    assert (incoming.source, incoming.key, incoming.lane) == ("asaas", f"{content['id']}/{charge_id}", lane)
    assert (event.fact, event.charge_id, event.reference, event.amount) == (fact, charge_id, reference, amount)


def test_the_key_is_the_whole_id_and_the_charge() -> None:
    """The hexadecimal part is the same for all events of a kind, and nobody knows whose the counter behind it is. The
    order of the fields, and what is new among them, make no other event."""
    first, second = body("received_pix"), body("received_static_qr")
    assert first["id"].split("&")[0] == second["id"].split("&")[0]
    keys = {heard(first).key, heard(second).key, heard(second | {"id": first["id"]}).key}
    assert len(keys) == 3
    turned = dict(reversed(first.items())) | {"payment": dict(reversed(first["payment"].items())) | {"new": 1}}
    assert heard(turned).key == heard(first).key


def test_details_say_why() -> None:
    assert fact_of(body("split_cancelled")).detail == "wallet_cannot_receive"
    assert fact_of(body("split_divergence_block_finished")).detail == "more_than_the_net"
    assert fact_of(body("split_done")).detail == "c788f2e1-0a5b-41b9-b0be-ff3641fb0cbe"
    assert fact_of(body("chargeback_requested")).detail == "not_as_agreed"
    assert fact_of(body("capture_refused")).fact == "card_refused"


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("BANK_ACCOUNT_AWAITING_AUTHORIZATION", "bank_account_pending"),
        ("BANK_ACCOUNT_PENDING", "bank_account_pending"),
        ("BANK_ACCOUNT_REJECTED", "bank_account_rejected"),
        ("CUSTOMER_DOCUMENTS_PENDING", "documents_pending"),
        ("CUSTOMER_DOCUMENTS_REJECTED", "documents_rejected"),
        ("CHECKOUT_VALIDATION_FAILED", "other"),
        ("ONE_OF_NEXT_YEAR", "other"),
    ],
)
def test_the_reasons_of_november_2026(theirs: str, ours: str) -> None:
    content = body("split_cancelled")
    content["payment"]["split"][0]["cancellationReason"] = theirs
    assert fact_of(content).detail == ours


def test_money_that_never_came_in_is_no_payment() -> None:
    """ "Received in cash" is a click in the provider's panel."""
    assert fact_of(body("received_in_cash")).fact == "other"
    by_type = body("received_pix")
    by_type["payment"]["billingType"] = "RECEIVED_IN_CASH"
    assert fact_of(by_type).fact == "other"


@pytest.mark.parametrize("name", sorted(FACTS))
def test_every_documented_event_has_a_fact(name: str) -> None:
    content = body("confirmed_card") | {"event": name}
    assert fact_of(content).fact == FACTS[name]


def test_every_documented_event_has_a_body() -> None:
    there = {json.loads(path.read_text("utf-8"))["event"] for path in BODIES.glob("*.json")}
    assert there >= SUBSCRIBED


@pytest.mark.parametrize("name", sorted(TRANSFERS))
def test_transfers_of_shares(name: str) -> None:
    content = body(name.lower())
    incoming = heard(content)
    assert incoming.lane == "order:2017"
    assert isinstance(incoming.event, TransferFact)
    assert (incoming.event.fact, incoming.event.amount) == (TRANSFERS[name], 43961)
    assert incoming.event.reference == "order-2017-t1"


def test_transfers_made_by_hand_concern_nobody() -> None:
    content = body("transfer_done")
    content["transfer"]["externalReference"] = None
    assert receiver().events({}, content) == []
    assert receiver().events({}, content | {"event": "TRANSFER_PENDING"}) == []
    assert receiver().events({}, content | {"transfer": []}) == []


@pytest.mark.parametrize("name", sorted(ACCOUNT))
def test_news_of_the_account(name: str) -> None:
    about, fact = ACCOUNT[name]
    incoming = heard(body("access_token_expiring" if name.endswith("TOKEN_EXPIRING_SOON") else name.lower()))
    assert incoming.lane == "books"
    assert incoming.event == AccountFact(about=about, fact=fact, detail="bot" if about == "key" else "")


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"event": None, "payment": {}},
        {"event": "PAYMENT_RECEIVED"},
        {"event": "PAYMENT_RECEIVED", "payment": None},
        {"event": "PAYMENT_RECEIVED", "payment": []},
        {"event": "PAYMENT_RECEIVED", "payment": {"id": 7}},
        {"event": ["PAYMENT_RECEIVED"], "payment": {"id": "pay_1"}},
    ],
)
def test_nonsense_never_raises(content: dict[str, object]) -> None:
    assert receiver().events({}, content) == []


def test_a_strange_payment_is_read_as_far_as_it_goes() -> None:
    strange = {"id": "pay_1", "externalReference": 5, "value": {"a": 1}, "split": [None], "chargeback": "x"}
    for name in FACTS:
        event = fact_of({"event": name, "payment": strange, "additionalInfo": []})
        assert (event.charge_id, event.reference, event.amount) == ("pay_1", "", 0)
    keyless = heard({"event": "PAYMENT_CREATED", "payment": strange, "dateCreated": "2026-11-24 10:00:00"})
    assert keyless.key == "PAYMENT_CREATED:2026-11-24 10:00:00/pay_1"


def test_the_token_must_be_ours() -> None:
    ours = AsaasReceiver(TOKEN)
    assert ours.authentic({"asaas-access-token": TOKEN}, b"{}", "")
    assert ours.authentic(CIMultiDict({"Asaas-Access-Token": TOKEN}), b"{}", "")
    assert not ours.authentic({}, b"{}", "")
    assert not ours.authentic({"asaas-access-token": TOKEN[:-1]}, b"{}", "")
    assert not ours.authentic({"asaas-access-token": TOKEN + "x"}, b"{}", "")
    assert not ours.authentic({"asaas-access-token": "\udcff\u00e9"}, b"{}", "")
    assert not ours.authentic({"access_token": TOKEN}, b"{}", TOKEN)


def test_without_a_token_nothing_is_authentic() -> None:
    assert not AsaasReceiver("").authentic({"asaas-access-token": ""}, b"{}", "")


@pytest.mark.parametrize(
    ("status", "word"), [("PENDING", "void"), ("OVERDUE", "void"), ("RECEIVED", "settled"), ("CONFIRMED", "paid")]
)
def test_money_on_a_removed_charge_is_seen_as_money(status: str, word: str) -> None:
    from bot.integrations.asaas.bills import status_of

    assert status_of({"status": status, "deleted": True}) == word


def test_what_others_forget_is_subscribed() -> None:
    """Without these a boleto never runs out, a change in the panel is not seen, and a part given back is not booked."""
    for name, fact in (("OVERDUE", "overdue"), ("UPDATED", "updated"), ("PARTIALLY_REFUNDED", "partially_refunded")):
        assert FACTS[f"PAYMENT_{name}"] == fact


def test_a_card_that_is_turned_down_has_a_word() -> None:
    assert fact_of(body("capture_refused")).fact == fact_of(body("reproved_by_risk_analysis")).fact == "card_refused"
