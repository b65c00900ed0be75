"""Charged by message: an order without freight, whose goods change hands between the two."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.commands import CreateCharge, EnsureCustomer
from bot.domain.events import OrderRated, SaidPosted
from bot.domain.order import Line, Offer, OrderState
from tests.orders.story import BUYER, SELLER, Story
from tests.support_shop import sample_shop

BY_HAND = {
    "lines": (Line(listing=0, sku="", title="Farol", quantity=1, unit_price=150_00),),
    "goods": 150_00,
    "freight": 0,
    "fee": 12_00,
    "offer": Offer(service_id="", carrier="", service="", price=0, cost=0, days=0),
}


def charged() -> Story:
    shop = sample_shop()
    person = shop.person(BUYER)
    assert person is not None
    shop.add(person.but(customer_id=""))
    return Story(shop, **BY_HAND).placed()


def test_paid_to_handed_over_to_closed() -> None:
    story = charged()
    commands = [n.command for n in story.shop.commands.values()]
    payer = next(c for c in commands if isinstance(c, EnsureCustomer))
    assert payer.address is None  # the shop's address is not the payer's
    bill = next(c for c in commands if isinstance(c, CreateCharge))
    assert (bill.amount, bill.freight, bill.fee) == (150_00, 0, 12_00)
    story.pays()
    assert story.state() is OrderState.ACCEPTED
    assert story.news("charge_paid", SELLER)["share"] == str(150_00 - 199 - 12_00)
    assert story.news("payment_confirmed")["by_hand"] == "1"
    assert "sale_new" not in story.names(SELLER)
    assert not story.order.shipments
    story.play(SaidPosted(order=1042, by=SELLER)).wait(timedelta(minutes=11))
    assert story.state() is OrderState.DELIVERED
    story.wait(timedelta(days=8))
    assert story.state() is OrderState.CLOSED
    assert story.stock == 1  # nothing of the catalogue was touched


def test_a_word_taken_back_and_a_seller_who_says_nothing() -> None:
    story = charged().pays()
    story.play(SaidPosted(order=1042, by=SELLER), SaidPosted(order=1042, by=SELLER, posted=False))
    assert story.wait(timedelta(days=2)).order.state is OrderState.ACCEPTED
    assert story.wait(timedelta(days=6)).order.state is OrderState.DELIVERED


def test_unpaid_is_told_to_both_and_a_new_code_may_be_had() -> None:
    story = charged().wait(timedelta(minutes=40))
    assert story.names(SELLER) == ["charge_expired"]
    assert story.names(BUYER)[-1] == "pix_expired"
    story.asks_code().pays()
    assert story.state() is OrderState.ACCEPTED


def test_the_seller_takes_it_back() -> None:
    story = charged().cancels(by=SELLER)
    assert story.state() is OrderState.CANCELLED
    assert story.news("sale_cancelled", SELLER)["reason"] == "seller"
    assert story.names(BUYER)[-1] == "order_cancelled"


def test_money_that_was_paid_goes_back_with_the_order() -> None:
    story = charged().pays().cancels()
    assert story.state() is OrderState.CANCELLED
    assert story.news("order_cancelled")["refund"] == "15000"
    assert story.wait(timedelta(days=8)).order.state is OrderState.CANCELLED


def test_a_purchase_that_has_arrived_is_rated_by_who_bought_it() -> None:
    story = charged().pays().play(OrderRated(order=1042, by=BUYER, stars=5))
    assert story.order.rating == 0  # not yet
    story.play(SaidPosted(order=1042, by=SELLER)).wait(timedelta(minutes=11))
    story.play(OrderRated(order=1042, by=SELLER, stars=5), OrderRated(order=1042, by=BUYER, stars=9))
    assert story.order.rating == 0
    story.play(OrderRated(order=1042, by=BUYER, stars=4, words="tudo certo"))
    assert story.order.rating == 4
    assert story.news("sale_rated", SELLER)["words"] == "tudo certo"
