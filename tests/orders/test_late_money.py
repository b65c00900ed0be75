"""Money that comes when nobody waits for it any more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.order import ChargeState, Method, OrderState
from tests.orders.story import BUYER, SELLER, Story
from tests.support_shop import headlight

# --- late money -------------------------------------------------------------------------------------------


def test_late_money_revives_the_order_while_the_part_is_there() -> None:
    story = Story().placed().wait(timedelta(hours=3)).pays(share=0)

    assert story.state() is OrderState.PAID
    assert story.charge_state() is ChargeState.SETTLED
    assert story.stock == 0
    assert story.news("late_payment") == {"amount": "51240", "outcome": "revived"}
    assert story.news("late_payment", SELLER)["outcome"] == "revived"
    assert story.bank.transfers == [("wallet-silva", 43961)]  # the split went with the charge's end
    assert story.balances["seller:s-silva"] == 43961
    story.answers(True)
    assert "label_ready" in story.names(SELLER)


def test_late_money_for_a_part_that_is_gone_goes_back() -> None:
    story = Story().placed().wait(timedelta(hours=3))
    story.shop.add(headlight(stock=0))
    story.pays(share=0)

    assert story.state() is OrderState.CANCELLED
    assert story.charge_state() is ChargeState.REFUNDED
    assert story.names(BUYER)[-2:] == ["late_payment", "refund_done"]
    assert story.news("late_payment") == {"amount": "51240", "outcome": "refunded"}
    assert story.names(SELLER) == ["late_payment"]
    assert story.bank.transfers == []
    assert story.balances == {"platform": -199, "provider_fees": 199}
    assert story.stock == 0


def test_money_that_comes_more_than_a_day_late_goes_back() -> None:
    story = Story().placed().wait(timedelta(hours=25)).pays(share=0)
    assert story.charge_state() is ChargeState.REFUNDED
    assert story.state() is OrderState.CANCELLED
    assert story.stock == 1


def test_late_money_after_the_hold_is_over_revives_too() -> None:
    story = Story().placed("boleto").wait(timedelta(days=16))
    assert story.state() is OrderState.CANCELLED
    story.pays(share=0)
    assert story.state() is OrderState.PAID
    assert story.stock == 0


@pytest.mark.parametrize("by", [BUYER, SELLER, "operator"])
def test_money_after_somebody_cancelled_goes_back(by: str) -> None:
    story = Story().placed().cancels(by)
    assert story.state() is OrderState.CANCELLED
    assert story.stock == 1
    story.pays(share=0)
    assert story.state() is OrderState.CANCELLED
    assert story.charge_state() is ChargeState.REFUNDED
    assert story.news("late_payment")["outcome"] == "refunded"
    assert story.open_accounts == {}


def test_paid_in_the_second_of_cancelling() -> None:
    story = Story().placed()
    story.bank.set("pay_1", status="settled")
    story.cancels()

    assert story.state() is OrderState.CANCELLED
    assert story.charge_state() is ChargeState.REFUNDED
    assert story.names(BUYER) == ["charge_ready", "order_cancelled", "late_payment", "refund_done"]
    assert story.news("late_payment")["outcome"] == "refunded"
    assert story.stock == 1


def test_a_day_counts_from_the_end_that_somebody_gave_the_code_in_the_panel() -> None:
    story = Story().placed("boleto").bank_says("void").wait(timedelta(hours=25))
    assert story.state() is OrderState.AWAITING_PAYMENT
    story.pays(share=0)
    assert story.charge_state() is ChargeState.REFUNDING


def test_two_payments_the_second_goes_back() -> None:
    story = Story().placed().asks_code("boleto").pays()
    first = story.order.charges[0]
    story.pays(first, share=0)

    assert story.state() is OrderState.PAID
    assert [c.state for c in story.order.charges] == [ChargeState.REFUNDED, ChargeState.SETTLED]
    assert story.news("late_payment") == {"amount": "51240", "outcome": "second"}
    assert story.names(SELLER) == ["sale_new"]
    assert story.balances["buyer"] == -51240
    story.play(story.payment(first, "refunded"))
    assert story.names(BUYER).count("refund_done") == 1


def test_the_old_code_is_paid_while_the_new_one_waits() -> None:
    story = Story().placed().asks_code("boleto")
    story.pays(story.order.charges[0], share=0)

    assert story.state() is OrderState.PAID
    assert [c.state for c in story.order.charges] == [ChargeState.SETTLED, ChargeState.VOID]
    assert story.stock == 0


def test_an_old_code_paid_too_late_does_not_end_the_order_that_waits_for_a_new_one() -> None:
    story = Story().placed().asks_code("boleto").wait(timedelta(hours=30))
    story.pays(story.order.charges[0], share=0)
    assert story.state() is OrderState.AWAITING_PAYMENT
    assert [c.state for c in story.order.charges] == [ChargeState.REFUNDED, ChargeState.PENDING]
    story.pays()
    assert story.state() is OrderState.PAID


def test_a_second_charge_with_our_reference_is_ended_and_if_paid_given_back() -> None:
    story = Story().placed().pays()
    twin = story.bank.bills["pay_1"].but(charge_id="pay_twin", status="pending")
    story.bank.bills["pay_twin"] = twin
    story.bank.methods["pay_twin"] = Method.PIX
    fact = story.payment(story.charge, "overdue").but(charge_id="pay_twin")
    story.play(fact)
    assert story.bank.bills["pay_twin"].status == "void"

    story.bank.set("pay_twin", status="settled")
    story.play(fact.but(fact="settled"))
    assert story.bank.bills["pay_twin"].status == "refunded"
    assert story.state() is OrderState.PAID
    assert story.charge.reference == "order-1042-a1"
    assert story.balances["buyer"] == -51240
