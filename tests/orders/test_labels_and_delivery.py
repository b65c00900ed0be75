"""Labels that are slow, refused, dear or lost, and parcels that go their ways."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.order import OrderState, ShipmentState
from tests.orders.story import BUYER, SELLER, Story


def accepted() -> Story:
    return Story().placed().pays().answers(True)


def paid() -> Story:
    return Story().placed().pays()


def test_a_label_that_takes_its_time_is_looked_at_again() -> None:
    story = paid()
    story.carrier.looks = 3
    story.answers(True)
    assert story.shipment_state() is ShipmentState.BOUGHT
    story.wait(timedelta(minutes=10))
    assert story.shipment_state() is ShipmentState.GENERATED
    assert story.names(SELLER) == ["sale_new", "label_ready"]
    assert story.alerts == []


def test_a_label_that_does_not_come_reaches_the_operator() -> None:
    story = paid()
    story.carrier.looks = 10_000
    story.answers(True).wait(timedelta(hours=3))
    assert story.alerts == ["pedido 1042: etiqueta order-1042-s1 atrasada"]
    assert story.names(SELLER) == ["sale_new", "label_delayed"]
    assert sum("/generate" in key for key in story.carried) > 1  # asked for again, not only looked at
    story.carrier.looks = 0
    story.wait(timedelta(minutes=31))
    assert story.names(SELLER)[-1] == "label_ready"


def test_the_webhook_is_faster_than_the_next_look() -> None:
    story = paid()
    story.carrier.looks = 10
    story.answers(True).carrier_says("generated")
    assert story.names(SELLER)[-1] == "label_ready"
    assert "order-1042-s1/poll" not in story.shop.timers


def test_a_short_wallet_is_the_operators_business_and_the_label_comes_by_itself() -> None:
    story = paid()
    story.refuse["label.buy"] = "insufficient_balance"
    story.answers(True)
    assert story.alerts == ["pedido 1042: etiqueta order-1042-s1: insufficient_balance"]
    assert story.news("label_delayed", SELLER) == {"carrier": "Jadlog"}
    story.wait(timedelta(hours=4))
    assert story.alerts == ["pedido 1042: etiqueta order-1042-s1: insufficient_balance"]
    assert story.names(SELLER).count("label_delayed") == 1
    tries = sum("/buy" in key for key in story.carried)
    assert 8 <= tries <= 10

    story.refuse.clear()
    story.wait(timedelta(hours=2))
    assert story.names(SELLER)[-1] == "label_ready"
    assert len(story.carrier.labels) == 1
    story.wait(timedelta(days=1))
    assert "order-1042-s1/retry" not in story.shop.timers


def test_a_refused_order_of_a_label_is_tried_again_and_makes_one_label() -> None:
    story = paid()
    story.refuse["label.order"] = "invalid_contact"
    story.answers(True).wait(timedelta(hours=1))
    assert story.carrier.labels == {}
    story.refuse.clear()
    story.wait(timedelta(hours=2))
    assert len(story.carrier.labels) == 1
    assert story.names(SELLER)[-1] == "label_ready"


def test_a_broker_that_is_away_makes_one_label_when_it_is_back() -> None:
    story = paid()
    story.down.add("label.order")
    story.answers(True).wait(timedelta(hours=5))
    assert story.names(SELLER) == ["sale_new", "label_delayed"]
    story.down.clear()
    story.work()
    assert len(story.carrier.labels) == 1
    assert story.names(SELLER)[-1] == "label_ready"


def test_a_refund_does_not_wait_for_a_broker_that_is_away() -> None:
    story = paid()
    story.down.add("label.order")
    story.answers(True).bank_says("refunded")
    assert "refund_done" in story.names(BUYER)


@pytest.mark.parametrize(("price", "alarmed"), [(4240, False), (4241, True)])
def test_a_label_much_dearer_than_the_freight_alarms(price: int, alarmed: bool) -> None:
    story = paid()
    story.carrier.price = price
    story.answers(True)
    assert (story.alerts == ["pedido 1042: frete"]) is alarmed
    assert story.shipment_state() is ShipmentState.GENERATED
    assert story.balances["freight"] == 3240 - price


def test_an_expired_label_is_replaced() -> None:
    story = accepted().carrier_says("expired")
    assert [s.state for s in story.order.shipments] == [ShipmentState.EXPIRED, ShipmentState.GENERATED]
    assert story.names(SELLER).count("label_ready") == 2
    story.carrier_says("posted").carrier_says("delivered")
    assert story.state() is OrderState.DELIVERED


def test_a_label_cancelled_in_the_panel_reaches_the_operator() -> None:
    story = accepted().carrier_says("cancelled")
    assert story.alerts == ["pedido 1042: etiqueta order-1042-s1"]
    assert story.state() is OrderState.ACCEPTED
    assert len(story.carrier.labels) == 1


def test_the_brokers_first_webhook_is_faster_than_its_answer() -> None:
    story = paid()
    story.down.add("label.order")
    story.answers(True)
    early = story.scan(story.order.shipments[0], "in_cart").but(shipment_id="ship_1")
    story.turn(early)
    story.down.clear()
    story.work()
    assert story.shipment.provider_id == "ship_1"
    assert story.shipment_state() is ShipmentState.GENERATED
    assert len(story.carrier.labels) == 1


def test_facts_of_other_labels_are_left_alone_but_a_twin_is_shown() -> None:
    story = accepted()
    fact = story.scan(story.shipment, "posted")
    story.play(fact.but(shipment_id="ship_x", reference="order-1042-s9"))
    assert story.alerts == []
    story.play(fact.but(shipment_id="ship_x"))
    assert story.alerts == ["pedido 1042: etiqueta ship_x"]
    assert story.state() is OrderState.ACCEPTED


def test_an_unknown_word_moves_nothing() -> None:
    story = accepted()
    story.play(story.scan(story.shipment, "other"), story.scan(story.shipment, "wanted"))
    assert story.shipment_state() is ShipmentState.GENERATED


def test_delivered_without_a_scan_before() -> None:
    story = accepted().carrier_says("delivered")
    assert story.state() is OrderState.DELIVERED
    assert "order_posted" not in story.names(BUYER)
    assert "sale_delivered" in story.names(SELLER)


def test_a_failed_delivery_is_told_and_the_next_try_too() -> None:
    story = accepted().carrier_says("posted").carrier_says("undelivered")
    assert story.shipment_state() is ShipmentState.UNDELIVERED
    assert story.news("order_undelivered") == {"carrier": "Jadlog"}
    assert story.state() is OrderState.SHIPPED
    story.carrier_says("posted")
    assert story.shipment_state() is ShipmentState.POSTED
    story.play(story.scan(story.shipment, "undelivered"))  # an old one once more
    assert story.shipment_state() is ShipmentState.POSTED
    story.carrier_says("delivered")
    assert story.state() is OrderState.DELIVERED
    assert story.names(BUYER).count("order_undelivered") == 1


def test_a_parcel_on_its_way_back() -> None:
    story = accepted().carrier_says("posted").carrier_says("returning")
    assert story.state() is OrderState.RETURNING
    assert story.alerts == ["pedido 1042: devolução"]


def test_a_label_used_for_a_cancelled_order_alarms() -> None:
    story = accepted().cancels()
    story.carrier_says("posted")
    assert story.state() is OrderState.CANCELLED
    assert story.alerts == ["pedido 1042: etiqueta order-1042-s1 usada"]


def test_an_order_without_freight_has_no_label() -> None:
    story = Story()
    offer = story.order.offer.but(service_id="", carrier="", price=0, volumes=())
    story.shop.add(story.order.but(offer=offer, freight=0))
    story.placed().pays().answers(True)
    assert story.state() is OrderState.ACCEPTED
    assert story.order.shipments == ()
    story.cancels()
    assert story.state() is OrderState.CANCELLED
