"""From the first scan to the end of the withdrawal period: the order follows its parcels."""

from __future__ import annotations

from datetime import time, timedelta

from bot.domain import calendar, withdrawal
from bot.domain.commands import Label, ReadLabel
from bot.domain.events import Done, OrderRated, SaidPosted, ShipmentFact
from bot.domain.order import OrderState, Shipment, ShipmentState
from bot.domain.states import ON_THE_ROAD, Actor, shipment_state, shipment_tie
from bot.orders import labels, news, returns
from bot.orders.turn import Turn

HANDED_OVER_BY = timedelta(days=7)
"""Goods exchanged in person count as handed over after this time, even if the seller says nothing."""
SAID_SO = timedelta(minutes=10)
"""The same after the seller has confirmed it; the confirmation can be taken back until then."""
LOOK_AGAIN = timedelta(days=1)
"""When an order that something keeps open is checked again."""

_OURS = frozenset({ShipmentState.WANTED, ShipmentState.CANCELLING})
"""States that only we set, never the broker."""

_OVER = frozenset({ShipmentState.CANCELLED, ShipmentState.EXPIRED})


def fact(turn: Turn, event: ShipmentFact) -> None:
    """A signed webhook of the broker about a label: in any order, any number of times."""
    shipment = turn.shipment(provider_id=event.shipment_id) or turn.shipment(reference=event.reference)
    if shipment is None:
        return
    if shipment.provider_id and shipment.provider_id != event.shipment_id:
        turn.alert(f"etiqueta {event.shipment_id}", f"há uma segunda etiqueta com a referência {event.reference}.")
        return
    before = shipment
    known = set(shipment.facts)
    if event.fact in set(ShipmentState) - _OURS:
        known.add(event.fact)
    # ask the broker where the facts are ambiguous or the state is unknown; until it answers, the state stays as it is
    tie = shipment_tie(known)
    read = before.state if tie else ""
    after = shipment.but(
        facts=tuple(sorted(known)),
        state=shipment_state(known, read),
        provider_id=event.shipment_id,
        tracking=event.tracking or shipment.tracking,
        tracking_url=event.tracking_url or shipment.tracking_url,
    )
    turn.put_shipment(after, event.fact)
    if tie or event.fact == "other":
        turn.do(ReadLabel(shipment_id=event.shipment_id), f"{shipment.reference}/where/{turn.stored.id}")
    follow(turn, before, after)


def where(turn: Turn, event: Done, before: Shipment) -> None:
    """The broker's answer to where a parcel is."""
    follow(turn, before, labels.take(turn, before, event.result_as(Label), cause="read"))


def follow(turn: Turn, before: Shipment, after: Shipment) -> None:
    """What a shipment's new state means for the order."""
    if after.state in _OVER and before.state not in (*_OVER, ShipmentState.CANCELLING):
        labels.over(turn, after)
    if before.state not in ON_THE_ROAD:
        labels.advance(turn, after)
    _move_order(turn, after)
    if not after.back and after.state is ShipmentState.UNDELIVERED and before.state is not ShipmentState.UNDELIVERED:
        news.tell_buyer(turn, "order_undelivered", about=after.reference, carrier=turn.order.offer.carrier)


def _move_order(turn: Turn, shipment: Shipment) -> None:
    if shipment.state not in ON_THE_ROAD:
        return
    order = turn.order
    if shipment.back:
        returns.travelled(turn, shipment)
        return
    if order.state is OrderState.CANCELLED:
        turn.alert(f"etiqueta {shipment.reference} usada", "o pedido está cancelado e o pacote foi postado.")
        return
    parcels = [s for s in order.parcels if s.state not in _OVER]
    all_there = all(s.state is ShipmentState.DELIVERED for s in parcels)
    if order.state is OrderState.ACCEPTED:
        labels.refuse_cancel(turn, "posted")
        turn.change(state=OrderState.SHIPPED)
        if not all_there:
            _tell_posted(turn, shipment)
    if turn.order.state is OrderState.SHIPPED and all_there:
        _delivered(turn)
    elif turn.order.state in (OrderState.SHIPPED, OrderState.DELIVERED) and any(
        s.state is ShipmentState.RETURNING for s in parcels
    ):
        returns.comes_back(turn)


def _tell_posted(turn: Turn, shipment: Shipment) -> None:
    news.tell_buyer(
        turn,
        "order_posted",
        carrier=turn.order.offer.carrier,
        tracking=shipment.tracking,
        tracking_url=shipment.tracking_url,
    )


def _delivered(turn: Turn) -> None:
    turn.change(state=OrderState.DELIVERED, delivered_at=turn.now)
    until = withdrawal.last_day(turn.order)
    news.tell_buyer(turn, "order_delivered", until=until.isoformat())
    news.tell_seller(turn, "sale_delivered", buyer=news.short_name(turn.buyer, turn.order.recipient.name))
    turn.decision.timer(f"{turn.name}/close", "close", calendar.instant(until + timedelta(days=1), time(0)))


def close(turn: Turn) -> None:
    """The withdrawal period is over. An open chargeback or return keeps the order open."""
    if turn.order.state is not OrderState.DELIVERED:
        return
    if turn.order.disputed or returns.is_open(turn.order):
        turn.timer(f"{turn.name}/close", "close", LOOK_AGAIN)
    else:
        turn.change(state=OrderState.CLOSED)


def said_posted(turn: Turn, event: SaidPosted) -> None:
    """Record what the seller says; only the carrier's scan moves the order."""
    if turn.actor(event.by) in (Actor.SELLER, Actor.OPERATOR):
        turn.change(seller_says_posted=event.posted)
        if turn.order.by_hand and turn.order.state is OrderState.ACCEPTED:
            hand_over(turn, SAID_SO if event.posted else HANDED_OVER_BY)


def hand_over(turn: Turn, after: timedelta) -> None:
    turn.timer(f"{turn.name}/handed_over", "handed_over", after)


def handed_over(turn: Turn) -> None:
    order = turn.order
    if not order.by_hand or order.state is not OrderState.ACCEPTED or turn.over:
        return
    if order.disputed:
        hand_over(turn, HANDED_OVER_BY)
    else:
        _delivered(turn)


def rated(turn: Turn, event: OrderRated) -> None:
    """The buyer's rating of a delivered order; passed on to the seller."""
    if turn.actor(event.by) is not Actor.BUYER or turn.order.delivered_at is None or not 1 <= event.stars <= 5:
        return
    turn.change(rating=event.stars)
    buyer = news.short_name(turn.buyer, turn.order.recipient.name)
    about = str(turn.stored.id)
    news.tell_seller(turn, "sale_rated", about=about, stars=str(event.stars), words=event.words[:300], buyer=buyer)
