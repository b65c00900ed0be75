"""What a carrier takes afterwards, for weight or measures: the platform bears it, label by label."""

from __future__ import annotations

import pytest

from bot.domain.bills import Correction, Label
from bot.domain.commands import BuyLabel
from bot.domain.events import Done, LabelCorrected
from bot.domain.order import ShipmentState
from bot.orders import books
from tests.orders.story import BUYER, SELLER, Story


def sold() -> Story:
    return Story().placed().pays().answers(True)


def corrected(story: Story, amount: int, name: str = "CGP-1") -> Story:
    return story.play(LabelCorrected(shipment_id=story.shipment.provider_id, amount=amount, name=name))


def test_it_is_booked_as_the_platform_s_loss_with_the_broker_s_name() -> None:
    story = sold()
    before, told = story.balances, (story.names(BUYER), story.names(SELLER))
    corrected(story, 250)
    moved = {k: story.balances.get(k, 0) - before.get(k, 0) for k in {*before, *story.balances}}
    assert {k: v for k, v in moved.items() if v} == {"carrier": 250, "freight": -250}
    assert story.balances == books.expected(story.order)
    (entry,) = [e for e in story.shop.entries.values() if "CGP-1" in e.cause]
    assert (entry.amount, entry.cause) == (250, "label: correction CGP-1")
    assert (story.names(BUYER), story.names(SELLER)) == told, "it is nobody's business but ours"


@pytest.mark.parametrize(("over", "alarmed"), [(1000, False), (1001, True)])
def test_more_than_ten_reais_over_the_freight_alert(over: int, alarmed: bool) -> None:
    story = sold()
    left = story.order.freight - sum(s.cost for s in story.order.parcels)
    corrected(story, left + over - 1)
    assert story.alerts == []
    corrected(story, 1, "CGP-2")
    assert story.alerts == (["pedido 1042: frete, correção CGP-2"] if alarmed else [])
    corrected(story, 500, "CGP-3")
    assert story.alerts[-1] == "pedido 1042: frete, correção CGP-3", "each one that is over"


def test_it_stays_with_us_when_the_label_is_given_back() -> None:
    story = corrected(sold(), 250).cancels()
    assert story.shipment_state() is ShipmentState.CANCELLED
    assert story.balances["carrier"] == 250
    assert story.balances == books.expected(story.order)


def test_a_label_that_is_not_ours_moves_nothing() -> None:
    story = sold()
    before = story.balances
    story.play(LabelCorrected(shipment_id="unknown", amount=250, name="CGP-1"))
    assert story.balances == before


def test_each_is_handed_to_the_order_of_its_label() -> None:
    """A checkout takes what is owed of older labels along, several of one label too, or of none that it names."""
    story = sold()
    label = story.shipment
    paid_along = (
        Correction(name="CGP-1", amount=250, shipment_id=label.provider_id),
        Correction(name="CGP-1", amount=100, shipment_id=label.provider_id),
        Correction(name="CGP-1", amount=70, shipment_id="of somebody else"),
        Correction(name="CGP-1", amount=30),
    )
    result = Label(shipment_id=label.provider_id, state="bought", cost=label.cost, corrections=paid_along)
    done = Done(
        key=f"{label.reference}/buy",
        command=BuyLabel(shipment_id=label.provider_id),
        result=result.model_dump(mode="json"),
    )
    story.turn(done)
    handed = [e for e in story.shop.events.values() if isinstance(e.event, LabelCorrected)]
    assert {e.lane for e in handed} == {"order:1042"}
    story.play(*(e.event for e in handed))
    assert story.shipment.corrected == 450
