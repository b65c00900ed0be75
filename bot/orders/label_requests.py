"""The commands that order labels, there and back."""

from __future__ import annotations

from bot.domain.commands import Content, OrderLabel, OrderReturn, Party
from bot.domain.order import Order, Shipment, Volume
from bot.orders.turn import Turn


def insured(volumes: tuple[Volume, ...], goods: int) -> list[Volume]:
    """Divide the goods' value among the parcels, so that the insured amounts add up to exactly that value."""
    if sum(v.insured for v in volumes) == goods:
        return list(volumes)
    each, rest = divmod(goods, len(volumes))
    return [v.but(insured=each + (1 if i < rest else 0)) for i, v in enumerate(volumes)]


def order_label(turn: Turn, shipment: Shipment) -> OrderLabel:
    order, seller, buyer = turn.order, turn.seller, turn.buyer
    if seller is None:
        raise LookupError(f"seller {order.seller_id} of order {order.number}")
    return OrderLabel(
        reference=shipment.reference,
        service_id=order.offer.service_id,
        sender=Party(
            name=seller.name,
            document=seller.document,
            email=seller.email,
            phone=seller.phone,
            address=seller.address,
            state_register=seller.state_register,
        ),
        recipient=Party(
            name=order.recipient.name,
            document=order.recipient.document,
            email=order.recipient.email or (buyer.email if buyer else ""),
            phone=_phone(turn),
            address=order.destination,
        ),
        contents=_contents(order, shipment.volumes),
        volumes=shipment.volumes,
        nfe_key=order.nfe_key,
    )


def order_return(turn: Turn, shipment: Shipment) -> OrderReturn:
    recipient, buyer = turn.order.recipient, turn.buyer
    (volume,) = shipment.volumes
    return OrderReturn(
        reference=shipment.reference,
        shipment_id=shipment.back,
        email=recipient.email or (buyer.email if buyer else ""),
        phone=_phone(turn),
        volume=volume,
    )


def _phone(turn: Turn) -> str:
    phones = [i for i in (turn.buyer.identifiers if turn.buyer else ()) if i.isdigit()]
    return turn.order.recipient.phone or next(iter(phones), "")


def _contents(order: Order, load: tuple[Volume, ...]) -> tuple[Content, ...]:
    """The declared contents: the order's lines, or, with several labels, this label's part of the value."""
    if len(load) < len(order.offer.volumes):
        return (Content(name=order.title, quantity=1, unit_value=sum(v.insured for v in load)),)
    return tuple(Content(name=one.title, quantity=one.quantity, unit_value=one.unit_price) for one in order.lines)
