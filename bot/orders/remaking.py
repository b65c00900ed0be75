"""Replacing a label after the seller gave an NF-e or other measures. A label in the broker's cart cannot change, so it
is cancelled and another is ordered."""

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
"""Replacement labels per parcel; after that only an operator makes more."""
UNBOUGHT = frozenset({ShipmentState.WANTED, ShipmentState.IN_CART, ShipmentState.CANCELLED, ShipmentState.EXPIRED})
UNUSED = frozenset({ShipmentState.WANTED, ShipmentState.IN_CART, ShipmentState.BOUGHT, ShipmentState.GENERATED})
_OPEN = (OrderState.PAID, OrderState.ACCEPTED)


def hold(turn: Turn) -> None:
    """The seller has announced an NF-e: the label waits for its key."""
    if not turn.order.nfe_key:
        turn.change(label_held=True)
        turn.timer(f"{turn.name}/label_hold", "label_hold", HOLD)


def hold_over(turn: Turn) -> None:
    """No key has come: order the label without it."""
    if not turn.order.label_held:
        return
    turn.change(label_held=False)
    if turn.order.state is OrderState.ACCEPTED and not turn.over:
        news.tell_seller(turn, "invoice_missing")
        labels.go_on(turn)


def invoiced(turn: Turn, event: InvoiceGiven) -> None:
    """The sale has an NF-e, or, with an empty key, none: then the contents are declared. A label that was refused,
    perhaps because the NF-e was missing, is ordered again at once."""
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
    """The box differs from the listing. For an order of several parcels this is left to the operator."""
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
    """The buyer has corrected the address: remake the labels. False, and nothing changed, if one is bought already and
    may be on its box."""
    there = [s for s in turn.order.parcels if not s.replaced]
    if any(s.state not in UNBOUGHT for s in there) or _is_enough(turn):
        return False
    _remake(turn)
    return True


def _is_enough(turn: Turn) -> bool:
    """Whether the limit of labels is reached, after which only an operator makes more."""
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
    """A label was cancelled: order its replacement, if it was to be replaced."""
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
    """The label cannot be cancelled: it stays, and the seller is told."""
    shipment = turn.shipment(reference=reference)
    if shipment is not None and shipment.replaced:
        turn.put_shipment(shipment.but(replaced=False), "not replaced")
        news.tell_seller(turn, "label_kept", about=reference)


def _load(order: Order, shipment: Shipment) -> tuple[Volume, ...]:
    """The volumes of a label: the order's single box as it is now; with several parcels, its own box, unchanged."""
    return order.offer.volumes if len(order.offer.volumes) == 1 else shipment.volumes
