"""A label that is replaced: the NF-e came, or the box is another."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.commands import CancelLabel
from bot.domain.events import InvoiceGiven, MeasuresGiven, SaleAnswered
from bot.domain.order import OrderState, ShipmentState
from tests.orders.story import BUYER, SELLER, Story

NFE = "35261111222333000181550010000012341123456780"


def told(story: Story, *, remake: bool = True) -> Story:
    return story.play(InvoiceGiven(order=1042, by=SELLER, nfe_key=NFE, remake=remake))


def box(by: str = SELLER, weight: int = 3000) -> MeasuresGiven:
    return MeasuresGiven(order=1042, by=by, width_cm=40, height_cm=30, length_cm=20, weight_g=weight)


def accepted() -> Story:
    return Story().placed().pays().answers(True)


def live(story: Story) -> list[ShipmentState]:
    return [s.state for s in story.order.shipments if s.state is not ShipmentState.CANCELLED]


def test_the_note_comes_after_the_label_and_another_is_made() -> None:
    story = told(accepted())
    assert [s.state for s in story.order.shipments] == [ShipmentState.CANCELLED, ShipmentState.GENERATED]
    assert story.declared.nfe_key == NFE
    assert story.names(SELLER).count("label_ready") == 2
    assert story.balances["carrier"] == 3100  # one label is paid, the other came back
    assert story.state() is OrderState.ACCEPTED


def test_without_the_wish_to_replace_it_the_label_stays() -> None:
    story = told(accepted(), remake=False)
    assert len(story.order.shipments) == 1


def test_another_box_before_the_label_and_after_it() -> None:
    story = Story().placed().pays().play(box()).answers(True)
    sent = story.declared
    assert [(v.width_cm, v.weight_g, v.insured) for v in sent.volumes] == [(40, 3000, 480_00)]
    story.play(box(weight=3000))
    assert len(story.order.shipments) == 1  # nothing is new
    story.play(box(weight=5000))
    assert live(story) == [ShipmentState.GENERATED]
    assert story.declared.volumes[0].weight_g == 5000


def test_a_box_while_the_label_is_being_ordered() -> None:
    story = Story().placed().pays()
    story.down = {"label.order"}
    story.answers(True).play(box())
    story.down = set()
    story.work()
    assert live(story) == [ShipmentState.GENERATED]
    assert story.declared.volumes[0].weight_g == 3000


@pytest.mark.parametrize("by", [BUYER, "p-nobody"])
def test_only_the_seller_measures(by: str) -> None:
    assert len(accepted().play(box(by=by)).order.shipments) == 1


def test_a_label_that_cannot_be_given_back_stays() -> None:
    story = accepted()
    story.refuse["label.cancel"] = "already_posted"
    told(story)
    assert live(story) == [ShipmentState.GENERATED]
    assert len(story.order.shipments) == 1
    assert story.names(SELLER)[-1] == "label_kept"


def test_cancelled_while_it_is_replaced() -> None:
    story = accepted()
    story.down = {"label.cancel"}
    told(story).cancels()
    story.down = set()
    story.work()
    assert story.state() is OrderState.CANCELLED
    assert live(story) == []


def test_the_webhook_of_the_cancelled_label_is_faster_than_the_answer() -> None:
    story = accepted()
    story.down = {"label.cancel"}
    told(story)
    story.carrier_says("cancelled", story.order.shipments[0])
    story.down = set()
    new = next(n for n in story.waiting() if isinstance(n.command, CancelLabel))
    story.carrier.set(story.order.shipments[0].provider_id, state="generated")
    story.carry_out(new)
    story.work()
    assert live(story) == [ShipmentState.GENERATED]
    assert len(story.order.shipments) == 2


def test_not_for_ever() -> None:
    story = accepted()
    for weight in (1000, 2000, 3000, 4000, 5000):
        story.play(box(weight=weight))
    assert len(story.order.shipments) == 4
    assert story.names(SELLER)[-1] == "label_kept"
    assert "pedido 1042: etiquetas refeitas" in story.alerts


def test_a_promised_note_holds_the_label_until_it_comes() -> None:
    story = Story().placed().pays()
    story.play(SaleAnswered(order=1042, by=SELLER, has_it=True, invoice_follows=True))
    assert live(story) == [ShipmentState.WANTED]
    assert not story.carrier.labels
    told(story)
    assert live(story) == [ShipmentState.GENERATED]
    assert story.wait(timedelta(days=2)).names(SELLER).count("label_ready") == 1


def test_a_promised_note_that_does_not_come() -> None:
    story = Story().placed().pays()
    story.play(SaleAnswered(order=1042, by=SELLER, has_it=True, invoice_follows=True)).wait(timedelta(hours=25))
    assert "invoice_missing" in story.names(SELLER)
    assert live(story) == [ShipmentState.GENERATED]
    assert story.declared.nfe_key == ""


def test_no_note_after_all() -> None:
    story = Story().placed().pays()
    story.play(SaleAnswered(order=1042, by=SELLER, has_it=True, invoice_follows=True))
    story.play(InvoiceGiven(order=1042, by=SELLER, nfe_key=""))
    assert live(story) == [ShipmentState.GENERATED]
