"""What the hourly look at labels tells an order, and how an invoice comes to a label."""

from __future__ import annotations

import pytest

from bot.decide import decide
from bot.domain.commands import AlertOperator, Label, TrackLabels
from bot.domain.decision import Decision, Stored
from bot.domain.events import Done, Event, InvoiceGiven, Refused, ShipmentFact
from bot.domain.lanes import SYSTEM
from bot.domain.order import OrderState, ShipmentState
from tests.orders.story import BUYER, SELLER, START, Story

NFE = "35261111222333000181550010000012341123456780"


def said(story: Story, event: Event) -> Decision:
    stored = Stored(900, SYSTEM, event, START)
    decision = Decision(stored)
    decide(stored, story.shop, START, decision)
    return decision


def looked_at(story: Story, *labels: Label) -> list[Event]:
    command = TrackLabels(shipment_ids=tuple(label.shipment_id for label in labels))
    result = TrackLabels.Tracked(labels=labels).model_dump(mode="json")
    return [new.event for new in said(story, Done(key="track/x/0", command=command, result=result)).events]


@pytest.mark.parametrize("state", ["posted", "delivered", "expired", "undelivered"])
def test_a_webhook_that_never_came_is_made_up_for(state: str) -> None:
    story = Story().placed().pays().answers(True)
    label = story.carrier.set(story.shipment.provider_id, state=state)
    found = looked_at(story, label)
    assert [(e.fact, e.reference) for e in found if isinstance(e, ShipmentFact)] == [(state, "order-1042-s1")]


def test_it_moves_the_order_as_a_webhook_does() -> None:
    story = Story().placed().pays().answers(True)
    story.play(*looked_at(story, story.carrier.set(story.shipment.provider_id, state="posted")))
    assert story.state() is OrderState.SHIPPED
    assert "order_posted" in story.names(BUYER)


def test_what_is_known_or_an_hour_old_is_no_news() -> None:
    story = Story().placed().pays().answers(True)
    for state in ("generated", "bought", "in_cart"):
        assert looked_at(story, story.carrier.labels[story.shipment.provider_id].but(state=state)) == []
    story.carrier_says("posted")
    story.carrier_says("delivered")
    assert looked_at(story, story.carrier.labels[story.shipment.provider_id].but(state="posted")) == []
    assert looked_at(story, Label(shipment_id="somebody-else's", state="posted")) == []


def test_a_parcel_that_goes_on_after_a_stop_is_news_once() -> None:
    story = Story().placed().pays().answers(True)
    for state in ("posted", "stopped"):
        story.carrier_says(state)
    posted = story.carrier.labels[story.shipment.provider_id].but(state="posted")
    found = looked_at(story, posted)
    assert [event.fact for event in found if isinstance(event, ShipmentFact)] == ["posted"]
    story.carrier_says("posted")
    assert looked_at(story, posted) == []


def test_a_look_that_is_refused_is_told_once_a_day() -> None:
    story = Story().placed().pays()
    refused = Refused(key="track/x/0", command=TrackLabels(shipment_ids=("a",)), reason="reauthorise")
    commands = said(story, refused).commands
    assert [(c.key, type(c.command)) for c in commands] == [("track/refused/2026-11-23", AlertOperator)]


def test_a_label_that_was_refused_for_want_of_an_invoice_is_ordered_with_it() -> None:
    story = Story().placed().pays()
    story.refuse["label.order"] = "insured_too_high"
    story.answers(True)
    assert story.shipment_state() is ShipmentState.WANTED
    story.refuse.clear()
    story.play(InvoiceGiven(order=1042, by=SELLER, nfe_key=NFE))
    assert story.order.nfe_key == NFE
    assert story.shipment_state() is ShipmentState.GENERATED
    assert story.declared.nfe_key == NFE


def test_an_invoice_before_the_sale_is_answered_goes_with_its_label() -> None:
    story = Story().placed().pays()
    story.play(InvoiceGiven(order=1042, by=SELLER, nfe_key=NFE)).answers(True)
    assert story.declared.nfe_key == NFE


@pytest.mark.parametrize("by", [BUYER, "p-nobody"])
def test_only_the_seller_gives_an_invoice(by: str) -> None:
    story = Story().placed().pays().play(InvoiceGiven(order=1042, by=by, nfe_key=NFE))
    assert story.order.nfe_key == ""


def test_the_receipt_of_a_till_goes_with_no_parcel() -> None:
    from bot.domain.nfe import check_digit

    body = NFE[:20] + "65" + NFE[22:43]
    story = Story().placed().pays().play(InvoiceGiven(order=1042, by=SELLER, nfe_key=body + check_digit(body)))
    assert story.order.nfe_key == ""


def test_several_parcels_under_one_label() -> None:
    story = Story()
    offer = story.order.offer
    volume = offer.volumes[0]
    together = offer.but(volumes=(volume, volume, volume), one_label=True)
    story = Story(offer=together).placed().pays().answers(True)
    assert len(story.order.shipments) == 1
    sent = story.declared
    assert len(sent.volumes) == 3
    assert sum(v.insured for v in sent.volumes) == story.order.goods
    assert [c.name for c in sent.contents] == [line.title for line in story.order.lines]
