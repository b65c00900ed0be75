"""A line of a provider's records against an order: nothing new, a missed fact, or a difference no rule resolves."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.domain.bills import Bill, Label, Movement, Objection
from bot.domain.events import (
    ShareAsked,
)
from bot.domain.order import ChargeState
from bot.orders import comparing
from bot.orders.comparing import Odd
from tests.orders.story import Story


def facts(found: Sequence[comparing.Said]) -> list[str]:
    return [one.kind if isinstance(one, Odd) else one.fact for one in found]


def compared(story: Story, **changes: object) -> list[str]:
    bill = story.bank.bills[story.charge.provider_id].but(**changes)
    return facts(list(comparing.charge(story.order, bill)))


@pytest.mark.parametrize(
    ("status", "found"),
    [
        ("pending", []),
        ("overdue", ["overdue"]),
        ("under_review", ["under_review"]),
        ("paid", ["paid"]),
        ("settled", ["settled"]),
        ("refunded", ["refunded"]),
        ("disputed", ["disputed"]),
        ("other", ["state"]),
    ],
)
def test_an_open_charge(status: str, found: list[str]) -> None:
    assert compared(Story().placed(), status=status) == found


@pytest.mark.parametrize(
    ("status", "found"),
    [("settled", []), ("paid", []), ("pending", []), ("refunded", ["refunded"]), ("disputed", ["disputed"])],
)
def test_a_charge_that_is_paid(status: str, found: list[str]) -> None:
    assert compared(Story().placed().pays(), status=status) == found


@pytest.mark.parametrize(
    ("state", "status", "found"),
    [
        (ChargeState.VOID, "pending", ["restored"]),
        (ChargeState.VOID, "settled", ["settled"]),
        (ChargeState.PAID_LATE, "settled", []),
        (ChargeState.REFUNDING, "settled", ["refund"]),
        (ChargeState.REFUNDING, "refunding", []),
        (ChargeState.REFUNDED, "settled", []),
        (ChargeState.DISPUTED, "settled", ["dispute_won"]),
        (ChargeState.DISPUTED, "refunded", ["refunded"]),
        (ChargeState.SETTLED, "paid", []),
        (ChargeState.REQUESTED, "settled", []),
    ],
)
def test_a_charge_at_its_end(state: ChargeState, status: str, found: list[str]) -> None:
    story = Story().placed()
    charge = story.charge.but(state=state)
    order = story.order.but(charges=(charge,))
    bill = story.bank.bills[charge.provider_id].but(status=status)
    assert facts(list(comparing.charge(order, bill))) == found


def test_amounts_that_differ_are_nobody_s_to_settle() -> None:
    assert compared(Story().placed(), amount=1) == ["amount"]
    assert compared(Story().placed(), share=1) == ["share"]
    assert compared(Story().placed().pays(), net=1) == ["fee"]
    assert compared(Story().placed(), net=1) == []  # what a payment costs is known when it comes


def test_a_second_charge_under_our_reference_is_read() -> None:
    story = Story().placed()
    assert compared(story, charge_id="pay_other") == ["updated"]


def test_money_that_no_order_knows() -> None:
    bill = Bill(charge_id="pay_x", reference="", status="settled", amount=3550, net=3351)
    assert facts(list(comparing.charge(None, bill))) == ["unknown_charge"]
    assert facts(list(comparing.charge(None, bill.but(status="pending")))) == []
    assert facts(list(comparing.charge(None, bill.but(status="pending", reference="order-7-a1")))) == ["unknown_charge"]


def test_an_instalment_speaks_for_its_plan_only_where_it_must() -> None:
    story = Story().placed(method="card", installments=2)
    bill = story.bank.bills[story.charge.provider_id].but(amount=1, net=1, share=0)

    def said(state: ChargeState, status: str) -> list[str]:
        order = story.order.but(charges=(story.charge.but(state=state),))
        return facts(list(comparing.charge(order, bill.but(charge_id="pay_part_2", status=status))))

    assert said(ChargeState.PENDING, "pending") == []
    assert said(ChargeState.PENDING, "paid") == ["paid"]
    assert said(ChargeState.PAID, "settled") == []
    assert said(ChargeState.PAID, "refunded") == ["refunded"]
    assert said(ChargeState.REFUNDED, "refunded") == []


def line(story: Story, kind: str, amount: int) -> list[str]:
    one = Movement(
        movement_id="m",
        day=None,
        kind=kind,
        amount=amount,
        balance=0,
        charge_id=story.charge.provider_id,
        transfer_id="",
        text="",
    )
    return facts(list(comparing.movement(story.order, one)))


def test_lines_of_the_statement() -> None:
    open_one, paid = Story().placed(), Story().placed().pays()
    charge = paid.charge
    assert line(open_one, "charge", charge.amount) == ["settled"]
    assert line(paid, "charge", charge.amount) == []
    assert line(paid, "fee", charge.net - charge.amount) == []
    assert line(paid, "fee", -1) == ["statement_fee"]
    assert line(paid, "transfer", -charge.share) == []
    assert line(paid, "transfer", -charge.share - 1) == ["statement_share"]
    assert line(paid, "transfer", 5) == []
    assert line(paid, "refund", -charge.amount) == ["refunded"]
    assert line(paid, "dispute", -charge.amount) == ["disputed"]
    assert line(paid, "other", -1) == []


def test_a_plan_s_lines_are_no_news() -> None:
    """Its parts move one by one; the charges tell of them."""
    assert line(Story().placed(method="card", installments=2).pays(status="paid"), "charge", 256_20) == []


def test_objections() -> None:
    disputed = Story().placed("card").pays().bank_says("disputed")
    for status, found in [("open", []), ("contested", []), ("won", []), ("lost", ["disputed"])]:
        one = Objection(charge_id=disputed.charge.provider_id, status=status)
        assert facts(list(comparing.objection(disputed.order, one))) == found, status
    paid = Story().placed().pays()
    assert list(comparing.objection(paid.order, Objection(charge_id="pay_of_another", status="open"))) == []
    for status, found in [("open", ["disputed"]), ("contested", ["disputed"]), ("won", []), ("lost", [])]:
        one = Objection(charge_id=paid.charge.provider_id, status=status)
        assert facts(list(comparing.objection(paid.order, one))) == found, status


def test_labels() -> None:
    story = Story().placed().pays().answers(True)
    there = story.carrier.labels[story.shipment.provider_id].but(reference=story.shipment.reference)

    def said(label: Label) -> list[str]:
        return facts(list(comparing.label(story.order, label)))

    assert said(there) == []
    assert said(there.but(state="posted")) == ["posted"]
    assert said(there.but(cost=there.cost + 100)) == ["label_cost"]
    assert said(there.but(shipment_id="another")) == ["second_label"]
    assert said(there.but(shipment_id="another", state="cancelled")) == []
    assert facts(list(comparing.label(None, there))) == ["unknown_label"]
    assert facts(list(comparing.label(None, there.but(reference="")))) == []


def test_a_share_that_arrived_or_stopped_in_silence_is_found() -> None:
    story = Story().placed().pays()
    assert compared(story) == []
    assert compared(story, share_done=story.charge.share) == ["split_done"]
    assert compared(story, share=0) == ["split_cancelled", "share"]
    story.bank_says("split_cancelled", status="settled", share=0)
    assert compared(story) == ["share"], "told already, and to be mended"
    story.play(ShareAsked(order=1042, by="operator:ana"))
    assert compared(story) == [], "paid by transfer"
