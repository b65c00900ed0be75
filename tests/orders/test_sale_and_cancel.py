"""The seller's answer, and the ways in which an order ends before its time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain import calendar
from bot.domain.events import CancelAsked
from bot.domain.order import ChargeState, OrderState, ShipmentState
from tests.orders.story import BUYER, SELLER, Story


def ended_clean(story: Story) -> None:
    assert story.state() is OrderState.CANCELLED
    assert story.stock == 1
    assert story.open_accounts == {}


# --- the seller's answer ----------------------------------------------------------------------------------


def test_the_seller_has_not_got_the_part() -> None:
    story = Story().placed().pays().answers(False)
    ended_clean(story)
    assert story.charge_state() is ChargeState.REFUNDED
    assert story.news("order_cancelled") == {"reason": "no_part", "refund": "51240"}
    assert story.news("sale_cancelled", SELLER) == {"reason": "no_part", "refund": "51240"}
    product = story.shop.product(558)
    assert product is not None
    assert not product.active  # not offered again until the seller says so
    assert story.balances == {"platform": -199, "provider_fees": 199}


def test_nobody_else_can_answer_for_the_seller() -> None:
    story = Story().placed().pays()
    for by in (BUYER, "p-somebody", "s-silva"):
        story.answers(True, by)
    assert story.state() is OrderState.PAID
    story.answers(True, "operator")
    assert story.state() is OrderState.ACCEPTED


def test_an_answer_before_the_payment_counts_for_nothing() -> None:
    story = Story().placed().answers(True)
    assert story.state() is OrderState.AWAITING_PAYMENT
    story.answers(False)
    assert story.state() is OrderState.AWAITING_PAYMENT


def test_no_answer_a_reminder_the_operator_the_end() -> None:
    story = Story().placed().pays()  # 18:35 in São Paulo
    paid_at = story.now
    story.wait(timedelta(hours=14))
    assert "sale_reminder" not in story.names(SELLER)  # not at night
    story.wait(timedelta(hours=1))
    assert story.news("sale_reminder", SELLER)["buyer"] == "Marina S."
    story.wait(timedelta(hours=9))
    assert story.alerts == ["pedido 1042: venda sem resposta"]
    assert story.state() is OrderState.PAID
    story.wait(timedelta(hours=24))
    ended_clean(story)
    assert story.now - paid_at == timedelta(hours=48)
    assert story.news("order_cancelled")["reason"] == "no_answer"
    assert story.names(SELLER) == ["sale_new", "sale_reminder", "sale_cancelled"]


def test_by_day_the_reminder_comes_after_four_hours() -> None:
    story = Story()
    story.now = story.now.replace(hour=13)  # 10:00 in São Paulo
    story.placed().pays().wait(timedelta(hours=4))
    assert "sale_reminder" in story.names(SELLER)


def test_after_midnight_it_waits_for_the_same_morning() -> None:
    story = Story()
    story.now = story.now.replace(hour=2)  # 23:00 in São Paulo
    story.placed().pays().wait(timedelta(hours=9))
    assert "sale_reminder" not in story.names(SELLER)
    story.wait(timedelta(hours=1))
    assert "sale_reminder" in story.names(SELLER)


def test_an_answer_in_time_silences_the_reminders() -> None:
    story = Story().placed().pays().answers(True).wait(timedelta(days=3))
    assert story.names(SELLER) == ["sale_new", "label_ready"]
    assert story.state() is OrderState.ACCEPTED
    assert not any("sale_" in key for key in story.shop.timers)


def test_the_day_to_post_by_skips_days_without_banks() -> None:
    story = Story()
    story.now = story.now.replace(day=20, hour=12)  # a Friday and a holiday
    story.placed().pays()
    assert story.order.ship_by is not None
    assert calendar.show_day(story.order.ship_by) == "ter, 24/11"


# --- cancelling -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("by", "reason"), [(BUYER, "buyer"), (SELLER, "seller"), ("operator:ana", "operator")])
def test_before_the_payment_anybody_concerned_can_cancel(by: str, reason: str) -> None:
    story = Story().placed().cancels(by)
    ended_clean(story)
    assert story.charge_state() is ChargeState.VOID
    assert story.news("order_cancelled") == {"reason": reason, "refund": ""}
    assert story.names(SELLER) == []  # the seller had not heard of it
    assert story.shop.timers == {}


def test_cancelled_before_the_charge_is_made() -> None:
    story = Story()
    story.down.add("charge.create")
    story.placed().cancels()
    assert story.state() is OrderState.CANCELLED
    story.down.clear()
    story.work()
    ended_clean(story)
    assert story.charge_state() is ChargeState.VOID
    assert story.bank.bills["pay_1"].status == "void"
    assert "charge_ready" not in story.names(BUYER)


@pytest.mark.parametrize("by", [BUYER, SELLER, "operator"])
def test_once_paid_the_money_goes_back(by: str) -> None:
    story = Story().placed().pays().cancels(by)
    ended_clean(story)
    assert story.charge_state() is ChargeState.REFUNDED
    assert story.news("order_cancelled")["refund"] == "51240"
    assert story.names(SELLER) == ["sale_new", "sale_cancelled"]


def test_cancelling_twice_gives_back_once() -> None:
    story = Story().placed().pays().cancels().cancels().cancels(SELLER)
    assert story.names(BUYER).count("order_cancelled") == 1
    assert story.bank.bills["pay_1"].refunded == 51240


def test_once_accepted_the_label_goes_first() -> None:
    story = Story().placed().pays().answers(True).cancels()
    ended_clean(story)
    assert story.shipment_state() is ShipmentState.CANCELLED
    assert story.carrier.labels["ship_1"].state == "cancelled"
    assert story.carried.index("order-1042-s1/cancel") < story.carried.index("order-1042-a1/refund")
    assert story.balances == {"platform": -199, "provider_fees": 199}  # the label's price came back


def test_cancelled_while_the_label_is_being_ordered() -> None:
    story = Story().placed().pays()
    story.down.add("label.order")
    story.answers(True).cancels()
    assert story.state() is OrderState.ACCEPTED
    assert story.order.cancel_reason == "buyer"
    story.down.clear()
    story.work()
    ended_clean(story)
    assert "order-1042-s1/buy" not in story.carried


def test_cancelled_while_the_label_is_refused() -> None:
    story = Story().placed().pays()
    story.refuse["label.order"] = "invalid_contact"
    story.answers(True).cancels()
    ended_clean(story)
    assert story.carrier.labels == {}


def test_a_label_that_was_used_cannot_be_cancelled() -> None:
    story = Story().placed().pays().answers(True)
    story.carrier.set("ship_1", state="posted")  # the scan's webhook is on its way
    story.cancels()
    assert story.state() is OrderState.ACCEPTED
    assert story.news("cancel_refused") == {"reason": "shipped"}
    assert story.order.cancel_reason == ""
    story.carrier_says("posted")
    assert story.state() is OrderState.SHIPPED
    assert story.charge_state() is ChargeState.SETTLED


def test_the_scan_comes_while_the_label_is_being_cancelled() -> None:
    story = Story().placed().pays().answers(True)
    story.turn(CancelAsked(order=1042, by=BUYER))
    assert story.shipment_state() is ShipmentState.CANCELLING
    story.carrier.set("ship_1", state="posted")
    story.turn(story.scan(story.shipment, "posted"))
    story.work()
    assert story.state() is OrderState.SHIPPED
    assert story.names(BUYER).count("cancel_refused") == 1


@pytest.mark.parametrize(
    ("scans", "reason"), [(["posted"], "shipped"), (["posted", "delivered"], "delivered"), (["returning"], "shipped")]
)
def test_once_posted_it_is_too_late(scans: list[str], reason: str) -> None:
    story = Story().placed().pays().answers(True)
    for scan in scans:
        story.carrier_says(scan)
    before = story.state()
    story.cancels()
    assert story.state() is before
    assert story.news("cancel_refused") == {"reason": reason}
    story.cancels(SELLER)
    assert "pedido 1042: cancelamento recusado" in story.alerts


def test_a_closed_order_stays_closed() -> None:
    story = Story().placed().pays().answers(True).carrier_says("delivered").wait(timedelta(days=8)).cancels()
    assert story.state() is OrderState.CLOSED
    assert story.news("cancel_refused") == {"reason": "final"}


def test_strangers_cancel_nothing() -> None:
    story = Story().placed().cancels("p-somebody")
    assert story.state() is OrderState.AWAITING_PAYMENT
    assert story.names(BUYER) == ["charge_ready"]


def test_a_new_code_for_a_cancelled_order_is_not_made() -> None:
    story = Story().placed().cancels().asks_code()
    assert len(story.order.charges) == 1


# --- chargebacks ------------------------------------------------------------------------------------------


def test_a_chargeback_blocks_the_acceptance_and_holds_the_money() -> None:
    story = Story().placed("card").pays(status="paid").bank_says("disputed")
    assert story.order.disputed
    assert story.balances == {"buyer": -51240, "in_transit": 51041, "provider_fees": 199}
    story.answers(True)
    assert story.state() is OrderState.PAID
    story.answers(False).cancels()
    assert story.state() is OrderState.PAID
    assert story.news("cancel_refused") == {"reason": "disputed"}
    story.wait(timedelta(days=5))
    assert story.state() is OrderState.PAID  # nor does the clock end it


def test_a_chargeback_that_was_won_lets_the_order_go_on() -> None:
    story = Story().placed("card").pays(status="paid").bank_says("disputed").wait(timedelta(days=5))
    story.bank_says("dispute_won", status="paid")
    assert not story.order.disputed
    assert story.balances["seller:s-silva"] == 43961
    story.answers(True)
    assert "label_ready" in story.names(SELLER)
    assert story.names(SELLER).count("sale_new") == 1


def test_a_chargeback_stops_the_label_where_it_is() -> None:
    story = Story().placed("card").pays(status="paid")
    story.down.add("label.buy")
    story.answers(True).bank_says("disputed")
    story.down.clear()
    story.work()
    assert story.shipment_state() is ShipmentState.BOUGHT
    assert "label_ready" not in story.names(SELLER)
    story.bank_says("dispute_won", status="settled")
    assert story.shipment_state() is ShipmentState.GENERATED
    assert "label_ready" in story.names(SELLER)


@pytest.mark.parametrize("accepted", [False, True])
def test_a_chargeback_that_was_lost_ends_the_order(accepted: bool) -> None:
    story = Story().placed("card").pays(status="paid")
    if accepted:
        story.answers(True)
    story.bank_says("disputed").bank_says("refunded")
    ended_clean(story)
    assert story.order.cancel_reason == "chargeback"
    assert "refund_done" not in story.names(BUYER)  # the bank has told it
    assert story.balances == {"platform": -199, "provider_fees": 199}


def test_a_chargeback_lost_after_delivery_is_booked_and_the_order_stays() -> None:
    story = Story().placed("card").pays(status="paid").answers(True).carrier_says("delivered")
    story.bank_says("disputed").wait(timedelta(days=7))
    assert story.state() is OrderState.DELIVERED  # kept open while it is disputed
    story.bank_says("refunded").wait(timedelta(days=7))
    assert story.state() is OrderState.CLOSED
    assert story.balances == {"carrier": 3100, "freight": -3100, "platform": -199, "provider_fees": 199}


def test_a_review_whose_end_nobody_told_us_of_holds_the_part_no_longer_than_the_hold() -> None:
    story = Story().placed("card").bank_says("under_review")
    story.bank.set("pay_1", status="pending")
    story.wait(timedelta(days=18))
    assert (story.state(), story.order.cancel_reason) == (OrderState.CANCELLED, "unpaid")
    assert story.stock == 1
