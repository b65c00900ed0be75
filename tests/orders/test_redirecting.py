"""Another carrier or place after the order exists: one live charge, and the order goes as it was paid."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.commands import OrderLabel
from bot.domain.events import SaidPosted
from bot.domain.order import ChargeState, Offer, OrderState, ShipmentState
from bot.orders import books
from tests.orders.story import BUYER, SELLER, Story

SEDEX = Offer(service_id="2", carrier="Correios", service="SEDEX", price=61_20, cost=60_00, days=2)


def sedex(story: Story) -> Offer:
    return SEDEX.but(volumes=story.order.offer.volumes)


@pytest.mark.parametrize("method", ["pix", "boleto", "card"])
def test_the_charge_is_replaced_by_one_of_the_new_sum(method: str) -> None:
    story = Story().placed(method)
    old = story.charge
    story.goes_by(sedex(story))
    assert story.order.offer.service == "SEDEX"
    assert (story.order.freight, story.order.total) == (61_20, 541_20)
    assert [c.state for c in story.order.charges] == [ChargeState.VOID, ChargeState.PENDING]
    assert story.charge.method == method
    assert story.news("charge_ready")["amount"] == "54120"
    assert story.bank.bills[old.provider_id].status == "void"
    story.pays()
    assert story.state() is OrderState.PAID
    assert story.balances["freight"] == 61_20


def test_the_old_code_is_paid_and_the_order_goes_as_it_was_paid() -> None:
    story = Story().placed()
    old = story.charge
    story.down.add("charge.cancel")
    story.goes_by(sedex(story))
    story.bank.set(old.provider_id, status="settled")
    story.down.clear()
    story.work()
    assert story.state() is OrderState.PAID
    assert (story.order.offer.carrier, story.order.freight) == ("Jadlog", 32_40)
    assert story.news("delivery_kept")["reason"] == "paid_before"
    assert story.balances == books.expected(story.order)
    story.answers(True)
    (label,) = story.carrier.contents.values()
    assert isinstance(label, OrderLabel)
    assert label.service_id == "3"


def test_late_money_on_the_old_code_revives_the_order_as_it_was() -> None:
    story = Story().placed()
    old = story.charge
    story.goes_by(sedex(story)).wait(timedelta(hours=1))
    assert story.charge_state() is ChargeState.VOID
    story.pays(old)
    assert story.state() is OrderState.PAID
    assert story.order.freight == 32_40
    assert story.bank.transfers == [("wallet-silva", old.share)]
    assert story.balances == books.expected(story.order)


def test_both_codes_are_paid_and_the_second_goes_back() -> None:
    story = Story().placed()
    old = story.charge
    story.goes_by(sedex(story)).pays()
    assert story.order.offer.service == "SEDEX"
    story.pays(old)
    assert story.order.offer.service == "SEDEX"
    assert story.bank.bills[old.provider_id].status == "refunded"
    assert story.news("late_payment")["outcome"] == "second"


def test_another_place_with_its_freight() -> None:
    story = Story().placed()
    story.goes_by(sedex(story), postal_code="50030230", city="Recife", state="PE", number="10")
    assert story.order.destination.city == "Recife"
    story.pays().answers(True)
    (label,) = story.carrier.contents.values()
    assert isinstance(label, OrderLabel)
    assert label.recipient.address.city == "Recife"


def test_another_place_without_a_quote_is_refused() -> None:
    story = Story().placed().goes_by(postal_code="50030230")
    assert story.news("delivery_kept")["reason"] == "no_quote"


@pytest.mark.parametrize("paid", [False, True])
def test_a_house_number_is_put_right_without_another_charge(paid: bool) -> None:
    story = Story().placed()
    if paid:
        story.pays()
    story.goes_by(number="215", complement="apto 12")
    assert len(story.order.charges) == 1
    assert "215" in story.news("address_changed")["address"]
    if not paid:
        story.pays()
    story.answers(True)
    (label,) = story.carrier.contents.values()
    assert isinstance(label, OrderLabel)
    assert (label.recipient.address.number, label.recipient.address.complement) == ("215", "apto 12")


def test_paid_freight_is_bought() -> None:
    story = Story().placed().pays()
    story.goes_by(sedex(story))
    assert story.news("delivery_kept")["reason"] == "paid"
    assert story.order.offer.carrier == "Jadlog"
    story.answers(True).goes_by(postal_code="50030230", city="Recife", state="PE")
    assert [data["reason"] for _, name, data in story.told if name == "delivery_kept"] == ["paid", "paid"]
    assert story.order.destination.city == "Curitiba"


@pytest.mark.parametrize("down", ["label.order", "label.buy"])
def test_a_label_that_is_not_bought_yet_is_made_with_the_address_put_right(down: str) -> None:
    story = Story().placed().pays()
    story.down = {down}
    story.answers(True).goes_by(complement="apto 32")
    assert story.news("address_changed") == {"address": "Rua XV, 210, apto 32, Curitiba/PR"}
    story.down = set()
    story.work()
    live = [s for s in story.order.shipments if s.state is not ShipmentState.CANCELLED]
    assert [s.state for s in live] == [ShipmentState.GENERATED]
    label = story.carrier.contents[live[0].provider_id]
    assert isinstance(label, OrderLabel)
    assert label.recipient.address.complement == "apto 32"
    assert "address_on_box" not in story.names(SELLER)


def test_of_a_label_that_is_bought_the_seller_is_told() -> None:
    story = Story().placed().pays().answers(True)
    story.goes_by(complement="apto 32")
    assert len(story.order.shipments) == 1
    assert "apto 32" in story.news("address_on_box", SELLER)["address"]
    assert story.news("address_changed")["label"] == "1"
    assert not [t for t in story.alerts if "endereço" in t]
    story.goes_by(complement="apto 32")
    assert story.names(SELLER).count("address_on_box") == 1  # nothing is new
    story.goes_by(number="9")
    assert [t for t in story.alerts if "endereço" in t]
    story.play(SaidPosted(order=1042, by=SELLER)).goes_by(number="10")
    assert story.news("delivery_kept")["reason"] == "posted"
    story.carrier_says("posted").goes_by(number="11")
    assert story.news("delivery_kept")["reason"] == "too_late"


def test_while_a_card_is_looked_at_nothing_changes() -> None:
    story = Story().placed("card").bank_says("under_review")
    story.goes_by(sedex(story))
    assert story.news("delivery_kept")["reason"] == "being_paid"
    assert len(story.order.charges) == 1


def test_only_the_buyer_and_the_operator() -> None:
    story = Story().placed()
    for by in (SELLER, "p-somebody"):
        story.goes_by(sedex(story), by=by)
    assert story.order.offer.carrier == "Jadlog"
    story.goes_by(sedex(story), by="operator:ana")
    assert story.order.offer.service == "SEDEX"
    assert "charge_ready" in story.names(BUYER)


def test_a_cancelled_order_and_one_whose_part_is_sold() -> None:
    story = Story().placed().cancels()
    story.goes_by(sedex(story))
    assert story.news("delivery_kept")["reason"] == "cancelled"
    story = Story().placed().wait(timedelta(hours=1))
    product = story.shop.product(558)
    assert product is not None
    story.shop.add(product.but(stock=0))
    story.goes_by(sedex(story))
    assert story.state() is OrderState.CANCELLED
    assert story.order.cancel_reason == "sold"
