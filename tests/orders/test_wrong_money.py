"""Money that is not right, and money that goes back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.order import ChargeState, OrderState, SplitState
from tests.orders.story import BUYER, SELLER, START, Story

# --- money that is not right ------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [{"amount": 51239}, {"share": 1}, {"reference": "order-1042-a9"}])
def test_a_payment_that_does_not_agree_stops_for_the_operator(wrong: dict[str, object]) -> None:
    story = Story().placed()
    story.bank.set(story.charge.provider_id, **wrong)
    story.pays()

    assert story.state() is OrderState.AWAITING_PAYMENT
    assert story.names(BUYER) == ["charge_ready"]
    assert story.alerts == ["pedido 1042: pagamento order-1042-a1"]
    assert "seller:s-silva" not in story.balances
    assert story.balances["in_transit"] > 0

    story.wait(timedelta(days=17))  # nothing happens behind the operator's back
    assert story.state() is OrderState.AWAITING_PAYMENT
    assert story.charge_state() is ChargeState.SETTLED

    story.cancels("operator:ana")
    assert story.state() is OrderState.CANCELLED
    assert story.charge_state() is ChargeState.REFUNDED
    assert story.open_accounts == {}


def test_the_share_of_money_that_is_not_right_is_nobody_s_yet() -> None:
    story = Story().placed()
    story.bank.set("pay_1", amount=51239)
    story.pays().play(story.payment(story.charge, "split_done"))
    assert story.charge.split is SplitState.PLANNED
    assert "share_paid" not in story.names(SELLER)


def test_money_that_is_not_right_pays_no_order_whose_own_goes_back() -> None:
    story = Story().placed().asks_code("boleto").pays(amount=51239)
    first = story.order.charges[0]
    story.pays(first, share=0)
    assert story.state() is OrderState.PAID
    story.bank_says("refunded", first)
    assert story.state() is OrderState.CANCELLED


def test_a_webhooks_amount_is_not_believed() -> None:
    story = Story().placed()
    story.bank.set("pay_1", status="settled")
    story.play(story.payment(story.charge, "settled").but(amount=1))
    assert story.state() is OrderState.PAID


def test_a_webhook_without_money_behind_it_moves_nothing_and_alarms() -> None:
    story = Story().placed()
    for fact in ("paid", "settled", "refunded", "disputed"):
        story.play(story.payment(story.charge, fact))
    assert story.state() is OrderState.AWAITING_PAYMENT
    assert story.charge_state() is ChargeState.PENDING
    assert story.balances == {}
    assert story.alerts == ["pedido 1042: pagamento order-1042-a1"]


def test_money_that_is_said_of_a_code_that_has_ended_alarms_too() -> None:
    story = Story().placed().wait(timedelta(hours=3))
    assert story.bank.bills["pay_1"].status == "void"
    story.play(story.payment(story.charge, "paid"))
    assert story.alerts == ["pedido 1042: pagamento order-1042-a1"]


def test_facts_of_charges_that_are_not_ours_are_left_alone() -> None:
    story = Story().placed()
    foreign = story.payment(story.charge, "settled").but(charge_id="pay_x", reference="order-1042-a77")
    story.play(foreign, foreign.but(reference=""))
    assert story.state() is OrderState.AWAITING_PAYMENT
    assert story.alerts == []


def test_viewed_and_created_are_not_worth_a_reading() -> None:
    story = Story().placed()
    for fact in ("viewed", "created", "other"):
        story.play(story.payment(story.charge, fact))
    assert not any("/read/" in key for key in story.carried)


def test_a_broken_split_reaches_the_operator() -> None:
    story = Story().placed().pays()
    story.bank.set(story.charge.provider_id, share=0)
    story.play(story.payment(story.charge, "split_cancelled").but(detail="wallet_cannot_receive"))
    assert story.alerts == ["pedido 1042: repasse order-1042-a1"]
    assert story.state() is OrderState.PAID


# --- refunds ----------------------------------------------------------------------------------------------


def test_a_refund_that_needs_days_is_told_when_it_is_done() -> None:
    story = Story().placed().pays()
    story.bank.slow_refunds = True
    story.cancels()
    assert story.charge_state() is ChargeState.REFUNDING
    assert story.balances == {"buyer": -51240, "in_transit": 51041, "provider_fees": 199}
    assert "refund_done" not in story.names(BUYER)

    story.bank.set("pay_1", status="settled")  # a laggard's reading is no denial
    story.play(story.payment(story.charge, "settled"))
    assert story.charge_state() is ChargeState.REFUNDING

    story.bank_says("refunded")
    assert story.news("refund_done") == {"amount": "51240"}
    assert story.balances == {"platform": -199, "provider_fees": 199}


def test_a_denied_refund_reaches_the_operator_and_may_succeed_later() -> None:
    story = Story().placed().pays()
    story.bank.slow_refunds = True
    story.cancels().bank_says("refund_denied", status="settled")
    assert story.charge_state() is ChargeState.SETTLED
    assert story.alerts == ["pedido 1042: devolução negada order-1042-a1"]
    story.bank_says("refunded")
    assert story.charge_state() is ChargeState.REFUNDED
    assert story.open_accounts == {}


def test_a_boleto_is_given_back_by_a_form() -> None:
    story = Story().placed("boleto").pays().cancels()
    assert story.news("refund_form") == {"amount": "51240", "page_url": "https://bank.example/form"}
    assert story.charge_state() is ChargeState.REFUNDING


def test_a_refund_that_is_refused_is_tried_again_every_hour() -> None:
    story = Story().placed().pays()
    story.refuse["charge.refund"] = "insufficient_balance"
    story.cancels().wait(timedelta(hours=3))
    assert story.state() is OrderState.CANCELLED
    assert story.charge_state() is ChargeState.SETTLED
    assert story.alerts == ["pedido 1042: devolução order-1042-a1"]
    story.refuse.clear()
    story.wait(timedelta(hours=1))
    assert story.charge_state() is ChargeState.REFUNDED
    assert sum("/refund" in key for key in story.carried) == 5


def test_a_refund_made_in_the_panel_cancels_the_order() -> None:
    story = Story().placed().pays().bank_says("refunded")
    assert story.state() is OrderState.CANCELLED
    assert story.order.cancel_reason == "refunded"
    assert story.names(BUYER)[-2:] == ["refund_done", "order_cancelled"]
    assert story.names(SELLER) == ["sale_new", "sale_cancelled"]
    assert story.stock == 1
    assert "order-1042-a1/refund" not in story.carried


def test_a_part_given_back_in_the_panel_is_booked_and_shown() -> None:
    story = Story().placed().pays()
    story.bank_says("partially_refunded", status="settled", refunded=1000)
    assert story.state() is OrderState.PAID
    assert story.balances["buyer"] == -50240
    assert story.alerts == ["pedido 1042: devolução parcial order-1042-a1"]
    story.cancels()
    assert story.bank.bills["pay_1"].refunded == 51240
    assert story.open_accounts == {}


def test_money_times_are_kept() -> None:
    story = Story().placed().wait(timedelta(minutes=5)).pays()
    assert story.order.paid_at == START + timedelta(minutes=5)
    assert story.charge.paid_at == START + timedelta(minutes=5)
