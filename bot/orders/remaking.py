"""A label with what the seller has told since: the NF-e, or another box. What is in the broker's cart cannot change,
so a label that is there already is given back and another is ordered in its place."""

from __future__ import annotations

from datetime import timedelta

from bot.domain import lanes, nfe
from bot.domain.events import InvoiceGiven, MeasuresGiven
from bot.domain.order import Order, OrderState, Shipment, ShipmentState, Volume
from bot.domain.states import Actor
from bot.orders import labels, news
from bot.orders.turn import Turn

HOLD = timedelta(hours=24)
"""How long a label waits for the NF-e that the seller has promised."""
MOST = 3
"""Labels in place of others, for each parcel; after that only the operator makes more."""
UNBOUGHT = frozenset({ShipmentState.WANTED, ShipmentState.IN_CART, ShipmentState.CANCELLED, ShipmentState.EXPIRED})
UNUSED = frozenset({ShipmentState.WANTED, ShipmentState.IN_CART, ShipmentState.BOUGHT, ShipmentState.GENERATED})
_OPEN = (OrderState.PAID, OrderState.ACCEPTED)


def hold(turn: Turn) -> None:
    """The seller has said that an NF-e will follow: the label waits for its key."""
    if not turn.order.nfe_key:
        turn.change(label_held=True)
        turn.timer(f"{turn.name}/label_hold", "label_hold", HOLD)


def hold_over(turn: Turn) -> None:
    """No key has come: the parcel must go all the same."""
    if not turn.order.label_held:
        return
    turn.change(label_held=False)
    if turn.order.state is OrderState.ACCEPTED and not turn.over:
        news.tell_seller(turn, "invoice_missing")
        labels.go_on(turn)


def invoiced(turn: Turn, event: InvoiceGiven) -> None:
    """The sale has an NF-e; an empty key: it has none, the contents are declared. A label that was refused, perhaps
    for want of it, is ordered with it at once."""
    if turn.actor(event.by) not in (Actor.SELLER, Actor.OPERATOR):
        return
    if event.nfe_key and not nfe.goes_with_a_parcel(event.nfe_key):
        return
    changed = event.nfe_key != turn.order.nfe_key
    turn.change(nfe_key=event.nfe_key, label_held=False)
    turn.decision.cancel_timer(f"{turn.name}/label_hold")
    for shipment in turn.order.parcels:
        if shipment.state is ShipmentState.WANTED:
            labels.advance(turn, shipment, again=str(turn.stored.id))
    if changed and event.remake:
        _remake(turn)


def measured(turn: Turn, event: MeasuresGiven) -> None:
    """The box is another than the listing said. An order of several parcels is the operator's."""
    order = turn.order
    allowed = turn.actor(event.by) in (Actor.SELLER, Actor.OPERATOR) and order.state in _OPEN
    if not allowed or order.by_hand or len(order.offer.volumes) > 1:
        return
    box = Volume(
        width_cm=event.width_cm,
        height_cm=event.height_cm,
        length_cm=event.length_cm,
        weight_g=event.weight_g,
        insured=order.goods,
    )
    if order.offer.volumes == (box,):
        return
    turn.change(offer=order.offer.but(volumes=(box,)))
    _remake(turn)


def readdressed(turn: Turn) -> bool:
    """The buyer has put the address right: the labels are made with it. False, and nothing done, where one is bought
    already and may be on its box."""
    there = [s for s in turn.order.parcels if not s.replaced]
    if any(s.state not in UNBOUGHT for s in there) or _is_enough(turn):
        return False
    _remake(turn)
    return True


def _is_enough(turn: Turn) -> bool:
    """Whether so many labels were made that only the operator makes more."""
    return len(turn.order.parcels) > MOST * max(1, len(turn.order.offer.volumes))


def _remake(turn: Turn) -> None:
    if turn.order.state is not OrderState.ACCEPTED or turn.over:
        return
    for shipment in turn.order.parcels:
        if shipment.state not in UNUSED or shipment.replaced:
            continue
        if _is_enough(turn):
            turn.alert("etiquetas refeitas", "as etiquetas já foram refeitas várias vezes; fale com o vendedor.")
            news.tell_seller(turn, "label_kept", about=shipment.reference)
            continue
        waits = shipment.state is ShipmentState.WANTED and not shipment.asked
        if waits:
            turn.put_shipment(shipment.but(volumes=_load(turn.order, shipment)), "other contents")
            continue
        labels.drop(turn, turn.put_shipment(shipment.but(replaced=True), "to be replaced"))


def fill_in(turn: Turn, reference: str) -> None:
    """A label is gone: where it was to be replaced, another is ordered."""
    order, shipment = turn.order, turn.shipment(reference=reference)
    if shipment is None or not shipment.replaced or shipment.state is not ShipmentState.CANCELLED:
        return
    turn.put_shipment(shipment.but(replaced=False), "replaced")
    if order.state is not OrderState.ACCEPTED or turn.over:
        return
    fresh = Shipment(
        reference=lanes.reference(order.number, "s", len(order.parcels) + 1), volumes=_load(order, shipment)
    )
    labels.advance(turn, turn.put_shipment(fresh, "in place of another"))


def kept(turn: Turn, reference: str) -> None:
    """The label cannot be given back: it stays, and the seller is told."""
    shipment = turn.shipment(reference=reference)
    if shipment is not None and shipment.replaced:
        turn.put_shipment(shipment.but(replaced=False), "not replaced")
        news.tell_seller(turn, "label_kept", about=reference)


def _load(order: Order, shipment: Shipment) -> tuple[Volume, ...]:
    """What travels under a label: the order's one box as it is now, or of several parcels its own, unchanged."""
    return order.offer.volumes if len(order.offer.volumes) == 1 else shipment.volumes
