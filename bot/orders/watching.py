"""The fallback for lost tracking webhooks: every hour, ask in bulk where the labels of open orders are."""

from __future__ import annotations

from datetime import datetime

from bot.domain import lanes
from bot.domain.commands import AlertOperator, Label, TrackLabels
from bot.domain.decision import Decision, Stored
from bot.domain.events import Done, Event, Expired, Parked, Refused, ShipmentFact
from bot.domain.order import Shipment, ShipmentState
from bot.domain.shop import Shop
from bot.domain.states import ON_THE_ROAD

_SILENT = frozenset({ShipmentState.WANTED, ShipmentState.IN_CART})
"""States that are no news of a label we have paid for: the broker's answer may be an hour old."""


def is_watch(event: Event) -> bool:
    """Whether an event of the system's lane is the outcome of such a query."""
    return isinstance(event, Done | Refused | Parked | Expired) and isinstance(event.command, TrackLabels)


def watched(stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
    """Report to each order what its lane has not heard yet. Nothing depends on this: it is asked again an hour
    later."""
    match stored.event:
        case Done() as event:
            for label in event.result_as(TrackLabels.Tracked).labels:
                _tell(stored, shop, label, decision)
        case Refused() as event:
            text = f"O rastreio das etiquetas foi recusado: {event.reason} {event.detail}".strip()
            decision.do(AlertOperator(topic="rastreio", text=text), key=f"track/refused/{now.date().isoformat()}")
        case _:
            pass


def _tell(stored: Stored, shop: Shop, label: Label, decision: Decision) -> None:
    order = shop.order_by_shipment(label.shipment_id)
    shipment = next((s for s in order.shipments if s.provider_id == label.shipment_id), None) if order else None
    if order is None or shipment is None or not is_news(shipment, label):
        return
    fact = ShipmentFact(
        shipment_id=label.shipment_id,
        reference=shipment.reference,
        fact=label.state,
        tracking=label.tracking,
        tracking_url=label.tracking_url,
    )
    decision.emit(lanes.order(order.number), fact, key=f"track/{stored.id}/{label.shipment_id}")


def is_news(shipment: Shipment, label: Label) -> bool:
    """Whether the order has not heard of this state of its label."""
    if label.state in _SILENT:
        return False
    # states on the road can alternate: one that was there before may come again
    moved = label.state in ON_THE_ROAD and label.state != shipment.state != ShipmentState.DELIVERED
    return moved or label.state not in shipment.facts or bool(label.tracking and not shipment.tracking)
