"""What labels cost: corrections by the carrier, and the alert when they exceed the freight paid by the buyer."""

from __future__ import annotations

from bot.domain import lanes, money
from bot.domain.bills import Correction
from bot.domain.events import LabelCorrected
from bot.domain.order import Shipment, ShipmentState
from bot.orders.turn import Turn

LABEL_LOSS = 1000
"""Centavos by which labels may exceed the freight paid by the buyer before the operator is alerted."""


def pass_on(turn: Turn, shipment: Shipment, corrections: tuple[Correction, ...]) -> None:
    """Pass each correction to the order of its label; one without a known label is booked on this order."""
    for number, one in enumerate(corrections, start=1):
        order = turn.shop.order_by_shipment(one.shipment_id) if one.shipment_id else None
        label_id = one.shipment_id if order else shipment.provider_id
        told = LabelCorrected(shipment_id=label_id, amount=one.amount, name=one.name)
        lane = lanes.order(order.number if order else turn.order.number)
        turn.decision.emit(lane, told, key=f"correction/{one.name}/{number}")


def corrected(turn: Turn, event: LabelCorrected) -> None:
    """The carrier measured more than was declared: the platform bears the cost, booked under the broker's name for
    it."""
    shipment = turn.shipment(provider_id=event.shipment_id)
    if shipment is None:
        return
    after = shipment.but(corrected=shipment.corrected + event.amount)
    turn.put_shipment(after, f"correction {event.name}")
    if not after.back:
        check(turn, f"frete, correção {event.name}")
    elif after.corrected > LABEL_LOSS:
        text = f"a etiqueta de volta custou {money.show(after.corrected)} a mais, por peso ou medidas."
        turn.alert(f"frete, correção {event.name}", text)


def check(turn: Turn, what: str = "frete") -> None:
    """Alert if the labels that were not refunded, with all corrections, exceed the freight too far."""
    costs = sum(s.corrected + (0 if s.state is ShipmentState.CANCELLED else s.cost) for s in turn.order.parcels)
    if costs - turn.order.freight > LABEL_LOSS:
        paid = money.show(turn.order.freight)
        turn.alert(what, f"as etiquetas custam {money.show(costs)} e o comprador pagou {paid} de frete.")
