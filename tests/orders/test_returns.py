"""A part goes back: by right within seven days, later by consent; the money once and whole, when the part is there."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.domain import withdrawal
from bot.domain.order import ChargeState, OrderState, ReturnState, ShipmentState
from tests.orders.story import BUYER, SELLER, Story, an_order
from tests.support_shop import sample_shop

PHOTOS = ("https://media.example/1.jpg", "https://media.example/2.jpg")


def back_of(story: Story) -> ReturnState:
    assert story.order.back is not None
    return story.order.back.state


def label_back(story: Story) -> str:
    return story.order.parcels_back[-1].state


@pytest.mark.parametrize("method", ["pix", "card"])
def test_regret_within_seven_days(method: str) -> None:
    story = Story().delivered(method)
    assert withdrawal.last_day(story.order) == date(2026, 11, 30)  # delivered on Monday, 23/11
    story.returns_it("regret")
    assert back_of(story) is ReturnState.ACCEPTED
    label = story.order.parcels_back[0]
    assert (label.reference, label.back, label.state) == ("order-1042-b1", "ship_1", "generated")
    assert story.news("return_label")["posting_code"] == "10000001"
    assert story.news("return_opened", SELLER)["asked"] == ""
    assert story.state() is OrderState.DELIVERED, "until it is posted"
    story.carrier_says("posted", label)
    assert story.state() is OrderState.RETURNING
    assert story.names(SELLER)[-1] == "return_posted"
    assert story.charge_state() is ChargeState.SETTLED, "no money before the part is there"
    story.carrier_says("delivered", label)
    assert story.state() is OrderState.RETURNED
    assert story.charge_state() is ChargeState.REFUNDED
    assert story.names(BUYER)[-2:] == ["return_done", "refund_done"]
    assert story.news("return_done", SELLER)["shelf"] == "1"
    assert story.stock == 1
    # the buyer and the seller are even; the platform bears the fee and both labels
    assert story.open_accounts == {}
    assert story.balances == {"carrier": 6200, "freight": -6200, "platform": -199, "provider_fees": 199}


def test_a_broken_part_shows_its_pictures_and_goes_back_to_no_shelf() -> None:
    story = Story().delivered()
    story.returns_it("broken", words="veio trincado", photos=PHOTOS)
    told = story.news("return_opened", SELLER)
    assert told["words"] == "veio trincado"
    assert len(told["photos"].split()) == 2
    label = story.order.parcels_back[0]
    story.carrier_says("posted", label).carrier_says("delivered", label)
    assert story.state() is OrderState.RETURNED
    assert story.news("return_done", SELLER)["shelf"] == ""
    assert story.stock == 0


def test_pictures_that_do_not_come_hold_nothing_up() -> None:
    story = Story().delivered()
    story.refuse["photo.store"] = "gone"
    story.returns_it("wrong", photos=PHOTOS)
    assert story.news("return_opened", SELLER)["photos"] == ""
    assert label_back(story) == "generated"


def test_after_the_days_a_claim_is_for_the_seller() -> None:
    story = Story().delivered()
    story.bank_says("disputed").wait(timedelta(days=10)).bank_says("dispute_won", status="settled")
    assert story.state() is OrderState.DELIVERED, "the chargeback kept it open"
    story.returns_it("regret")
    assert story.news("return_refused")["reason"] == "late"
    story.returns_it("broken")
    assert back_of(story) is ReturnState.ASKED
    assert story.news("return_opened", SELLER)["asked"] == "1"
    assert not story.order.parcels_back
    story.wait(timedelta(days=2))
    assert any("devolução sem resposta" in alert for alert in story.alerts)
    assert story.state() is OrderState.DELIVERED, "an open claim keeps the order open"
    story.takes_back(True, by=BUYER)
    assert back_of(story) is ReturnState.ASKED
    story.takes_back(True)
    assert back_of(story) is ReturnState.ACCEPTED
    assert "return_accepted" in story.names(BUYER)
    assert label_back(story) == "generated"


@pytest.mark.parametrize("by", [SELLER, "operator:ana"])
def test_a_late_claim_is_refused_and_the_order_closes(by: str) -> None:
    story = Story().delivered()
    story.bank_says("disputed").wait(timedelta(days=10)).bank_says("dispute_won", status="settled")
    story.returns_it("wrong").takes_back(False, by=by)
    assert back_of(story) is ReturnState.REFUSED
    assert story.news("return_refused")["reason"] == "seller"
    assert any("devolução recusada" in alert for alert in story.alerts)
    story.takes_back(True)
    assert back_of(story) is ReturnState.REFUSED
    story.wait(timedelta(days=2))
    assert story.state() is OrderState.CLOSED


@pytest.mark.parametrize(
    ("days", "state"), [(7, OrderState.DELIVERED), (8, OrderState.CLOSED)], ids=["the last day", "the day after"]
)
def test_the_right_ends_with_its_last_day(days: int, state: OrderState) -> None:
    story = Story().delivered()
    story.wait(timedelta(days=days))
    assert story.state() is state
    story.returns_it("regret")
    assert ("return_label" in story.names(BUYER)) is (state is OrderState.DELIVERED)


def test_what_is_never_posted_lapses_and_can_be_asked_for_once_more_in_time() -> None:
    story = Story().delivered()
    story.returns_it("regret").wait(timedelta(days=6))
    assert story.names(BUYER)[-1] == "return_reminder"
    story.wait(timedelta(days=3))
    assert back_of(story) is ReturnState.LAPSED
    assert label_back(story) == "cancelled"
    assert "return_over" in story.names(BUYER)
    assert "return_over" in story.names(SELLER)
    assert story.balances["carrier"] == 3100, "the label back was given back to the broker"
    story.wait(timedelta(days=2))
    assert story.state() is OrderState.CLOSED


def test_who_has_posted_is_not_reminded_of_it() -> None:
    story = Story().delivered()
    story.returns_it("regret").carrier_says("posted", story.order.parcels_back[0]).wait(timedelta(days=6))
    assert "return_reminder" not in story.names(BUYER)


def test_a_label_that_could_not_be_taken_back_was_used() -> None:
    story = Story().delivered()
    story.returns_it("regret")
    label = story.order.parcels_back[0]
    story.carrier.set(label.provider_id, state="posted")
    story.wait(timedelta(days=7, hours=12))
    assert back_of(story) is ReturnState.LAPSED
    assert story.state() is OrderState.DELIVERED
    story.carrier_says("posted", label)
    assert story.state() is OrderState.RETURNING
    story.carrier_says("delivered", label)
    assert story.state() is OrderState.RETURNED


def test_the_seller_has_it_before_the_carrier_says_so_and_money_goes_once() -> None:
    story = Story().delivered()
    story.returns_it("regret")
    label = story.order.parcels_back[0]
    story.has_it_back(by=BUYER)
    assert story.state() is OrderState.DELIVERED
    story.carrier_says("posted", label).has_it_back()
    assert story.state() is OrderState.RETURNED
    story.carrier_says("delivered", label).has_it_back().has_it_back(by="operator:ana")
    assert len([key for key in story.carried if "/refund" in key]) == 1
    assert story.bank.bills[story.charge.provider_id].refunded == 51240


def test_given_back_in_the_panel_before_the_part_came() -> None:
    story = Story().delivered()
    story.returns_it("regret").bank_says("refunded", refunded=51240)
    label = story.order.parcels_back[0]
    story.carrier_says("posted", label).carrier_says("delivered", label)
    assert story.state() is OrderState.RETURNED
    assert "order-1042-a1/refund" not in story.carried


def test_what_the_carrier_brings_back() -> None:
    story = Story().placed().pays().answers(True).carrier_says("posted").carrier_says("undelivered")
    story.returns_it("undelivered", by="operator:ana")
    assert story.state() is OrderState.RETURNING
    assert "parcel_returning" in story.names(BUYER)
    assert "parcel_returning" in story.names(SELLER)
    story.has_it_back()
    assert story.state() is OrderState.RETURNED
    assert story.charge_state() is ChargeState.REFUNDED
    assert story.stock == 1


@pytest.mark.parametrize("state", ["awaiting", "paid", "shipped", "cancelled"])
def test_what_was_not_delivered_is_not_given_back(state: str) -> None:
    story = Story().placed()
    if state != "awaiting":
        story.pays()
    if state == "shipped":
        story.answers(True).carrier_says("posted")
    if state == "cancelled":
        story.cancels()
    before = story.state()
    story.returns_it("broken")
    assert story.order.back is None
    assert story.state() is before
    assert story.names(BUYER)[-1] == "return_refused"


def test_during_a_chargeback_the_bank_decides() -> None:
    story = Story().delivered("card")
    story.bank_says("disputed").returns_it("regret")
    assert story.news("return_refused")["reason"] == "disputed"


@pytest.mark.parametrize("won", [True, False])
def test_a_part_that_comes_back_during_a_chargeback_is_paid_for_once(won: bool) -> None:
    story = Story().delivered("card").returns_it("regret").bank_says("disputed").has_it_back()
    assert story.state() is OrderState.RETURNED
    assert story.alerts[-1] == "pedido 1042: devolução"
    refunds = [key for key in story.carried if key.partition("/")[2].startswith("refund")]
    assert refunds == [], "the bank decides first"
    if won:
        story.bank_says("dispute_won", status="settled").bank_says("settled")
    else:
        story.bank_says("refunded")
    assert story.charge_state() is ChargeState.REFUNDED
    refunds = [key for key in story.carried if key.partition("/")[2].startswith("refund")]
    assert len(refunds) == won
    assert story.names(BUYER)[-1] == ("refund_done" if won else "return_done")
    assert story.open_accounts == {}


@pytest.mark.parametrize("by_the_bank", [True, False])
def test_what_was_given_back_already_is_promised_to_nobody(by_the_bank: bool) -> None:
    story = Story().delivered("card")
    if by_the_bank:
        story.bank_says("disputed")
    story.bank_says("refunded").returns_it("regret")
    assert story.news("return_refused")["reason"] == "refunded"
    assert story.order.back is None


def test_of_what_went_back_in_part_the_rest_is_promised() -> None:
    story = Story().delivered().bank_says("partially_refunded", status="settled", refunded=1000)
    assert story.order.to_give_back == 50240
    story.returns_it("regret").has_it_back()
    assert story.news("return_done")["amount"] == "50240"


def test_a_stranger_gives_nothing_back() -> None:
    story = Story().delivered()
    story.returns_it("regret", by="p-somebody").returns_it("regret", by=SELLER)
    assert story.order.back is None


def test_events_of_a_way_back_in_any_order_and_twice() -> None:
    for order in (("delivered", "posted"), ("posted", "delivered", "posted", "delivered"), ("delivered",)):
        story = Story().delivered()
        story.returns_it("regret")
        label = story.order.parcels_back[0]
        story.carrier.set(label.provider_id, state="delivered")
        for fact in order:
            story.play(story.scan(label, fact))
        assert story.state() is OrderState.RETURNED
        assert story.charge_state() is ChargeState.REFUNDED
        assert story.order.parcels[0].state is ShipmentState.DELIVERED


def two_in_one(**refuse: str) -> Story:
    """Two volumes that travelled under one label, delivered and given back."""
    volume = an_order(sample_shop()).offer.volumes[0]
    offer = an_order(sample_shop()).offer.but(volumes=(volume, volume), one_label=True)
    story = Story(offer=offer).delivered()
    story.refuse |= {reference.replace("_", "-"): reason for reference, reason in refuse.items()}
    return story.returns_it("regret")


def test_several_volumes_under_one_label_come_back_under_a_label_each() -> None:
    """A label back takes one volume only, so each has its own, with its part of the value."""
    story = two_in_one()
    (there,) = story.order.parcels
    labels = story.order.parcels_back
    assert [label.back for label in labels] == [there.provider_id] * 2
    assert sum(label.volumes[0].insured for label in labels) == story.order.goods
    told = [data["parcel"] for who, name, data in story.told if (who, name) == (BUYER, "return_label")]
    assert told == ["1/2", "2/2"]
    assert "return_delayed" not in story.names(BUYER)


def test_the_money_waits_for_the_last_of_them() -> None:
    story = two_in_one()
    first, second = story.order.parcels_back
    for label, fact in ((first, "posted"), (first, "delivered"), (second, "posted")):
        story.carrier.set(label.provider_id, state=fact)
        story.play(story.scan(label, fact))
        assert (story.state(), story.charge_state()) == (OrderState.RETURNING, ChargeState.SETTLED)
    assert "pedido 1042: devolução em partes" in story.alerts
    story.carrier.set(second.provider_id, state="delivered")
    story.play(story.scan(second, "delivered"))
    assert (story.state(), story.charge_state()) == (OrderState.RETURNED, ChargeState.REFUNDED)


@pytest.mark.parametrize("word", ["seller", "label"])
def test_a_broker_that_gives_one_label_back_for_a_parcel_leaves_nobody_waiting_in_the_dark(word: str) -> None:
    """Whether it gives a second one is confirmed nowhere: then the operator knows, and the first is used meanwhile."""
    story = two_in_one(order_1042_b2="invalid_order")
    first, second = story.order.parcels_back
    assert (first.state, second.state) == (ShipmentState.GENERATED, ShipmentState.WANTED)
    assert "pedido 1042: etiqueta order-1042-b2: invalid_order" in story.alerts
    assert sorted(story.names(BUYER)[-2:]) == ["return_delayed", "return_label"]
    story.wait(timedelta(hours=4))
    assert len([alert for alert in story.alerts if "b2" in alert]) == 1
    if word == "label":  # it thought better of it
        story.refuse.clear()
        story.wait(timedelta(hours=1))
        assert story.news("return_label")["parcel"] == "2/2"
        for label in story.order.parcels_back:
            story.carrier_says("posted", label).carrier_says("delivered", label)
    else:
        story.carrier_says("posted", first).carrier_says("delivered", first)
        assert (story.state(), story.charge_state()) == (OrderState.RETURNING, ChargeState.SETTLED)
        assert "pedido 1042: devolução em partes" in story.alerts
        story.has_it_back()
    assert (story.state(), story.charge_state()) == (OrderState.RETURNED, ChargeState.REFUNDED)
    story.wait(timedelta(days=2))
    assert "order-1042-b2/retry" not in story.shop.timers


def test_both_in_one_box_are_there_by_the_seller_s_word() -> None:
    story = two_in_one()
    story.has_it_back()
    assert (story.state(), story.charge_state()) == (OrderState.RETURNED, ChargeState.REFUNDED)


def test_a_parcel_that_was_not_delivered_is_not_returned() -> None:
    story = Story().placed().pays().answers(True).carrier_says("posted").carrier_says("undelivered")
    assert story.shipment_state() is ShipmentState.UNDELIVERED
    assert story.state() is OrderState.SHIPPED
    assert story.charge_state() is ChargeState.SETTLED
    story.carrier_says("posted").carrier_says("delivered")
    assert story.state() is OrderState.DELIVERED
