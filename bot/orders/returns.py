"""Returns: requested, accepted by right or by the seller, labelled, posted, received, and refunded.

Within seven days of delivery the buyer needs nobody's consent. A later claim (wrong or broken) is decided by the seller
or an operator, while the order is still open. The platform pays the return label; the buyer is refunded V in full when
the part has arrived.
"""

from __future__ import annotations

from datetime import time, timedelta

from bot.domain import calendar, lanes, withdrawal
from bot.domain.commands import StorePhoto
from bot.domain.events import Done, ReturnAnswered, ReturnAsked, ReturnReceived
from bot.domain.order import (
    ChargeState,
    Order,
    OrderState,
    Return,
    ReturnReason,
    ReturnState,
    Shipment,
    ShipmentState,
)
from bot.domain.states import ON_THE_ROAD, Actor, move_order, move_return
from bot.orders import charging, labels, news
from bot.orders.turn import Turn

DAYS_TO_POST = 7
"""The lifetime of a return label of Correios."""

REMIND_BEFORE = timedelta(days=2)
MORNING = time(9)
ALERT_AFTER = timedelta(hours=24)
"""Then the operator is alerted to an unanswered claim."""

A_PHOTO_MAY_TAKE = timedelta(minutes=30)
"""Photos that take longer are left out of what the seller is told."""

MOST_PHOTOS = 4
_CLAIMS = frozenset({ReturnReason.WRONG, ReturnReason.BROKEN})
_TO_SHELF = frozenset({ReturnReason.REGRET, ReturnReason.UNDELIVERED})
"""Goods returned for these reasons can be sold again as they are."""


def is_open(order: Order) -> bool:
    return order.back is not None and order.back.state in (ReturnState.ASKED, ReturnState.ACCEPTED, ReturnState.POSTED)


# --- asked and answered -----------------------------------------------------------------------------------


def asked(turn: Turn, event: ReturnAsked) -> None:
    order, actor = turn.order, turn.actor(event.by)
    reason = ReturnReason(event.reason)
    if actor is Actor.OPERATOR and reason is ReturnReason.UNDELIVERED:
        if move_order(order.state, OrderState.RETURNING, actor, disputed=order.disputed) is None:
            comes_back(turn)
        return
    if actor not in (Actor.BUYER, Actor.OPERATOR):
        return
    by_right = actor is Actor.OPERATOR or withdrawal.in_time(order, calendar.today(turn.now))
    refusal = _refusal(order, reason, by_right=by_right)
    if actor is Actor.BUYER and not refusal and not order.to_give_back:
        refusal = "refunded"  # by the bank, or in the panel: what happens to the part is left to people
    if refusal:
        news.tell_buyer(turn, "return_refused", about=str(turn.stored.id), reason=refusal)
        return
    was_asked = order.back is not None and order.back.state is ReturnState.ASKED
    if is_open(order) and not (was_asked and by_right):
        return  # already in progress
    turn.change(
        back=Return(
            reason=reason,
            state=ReturnState.ASKED,
            asked_at=turn.now,
            words=event.words[:500],
            photos_to_come=len(event.photos[:MOST_PHOTOS]),
        )
    )
    for number, url in enumerate(event.photos[:MOST_PHOTOS], start=1):
        photo_id = f"return/{order.number}/{turn.stored.id}-{number}"
        command = StorePhoto(photo_id=photo_id, source_url=url, owner=order.seller_id)
        turn.do(command, f"{turn.name}/return_photo/{turn.stored.id}-{number}", expires_at=turn.now + A_PHOTO_MAY_TAKE)
    if by_right:
        _accept(turn)
    else:
        turn.timer(f"{turn.name}/claim", "claim_unanswered", ALERT_AFTER)
    if not event.photos:
        _tell_seller(turn)


def _refusal(order: Order, reason: ReturnReason, *, by_right: bool) -> str:
    """Why an order cannot be returned; "" if it can."""
    if order.state is not OrderState.DELIVERED:
        words = {
            OrderState.SHIPPED: "shipped",
            OrderState.RETURNING: "under_way",
            OrderState.RETURNED: "returned",
            OrderState.CLOSED: "closed",
            OrderState.CANCELLED: "cancelled",
        }
        return words.get(order.state, "not_delivered")
    if order.disputed:
        return "disputed"
    return "" if by_right or reason in _CLAIMS else "late"


def photo_came(turn: Turn, event: Done | None) -> None:
    """A photo is stored, or could not be; after the last one the seller is told."""
    back = turn.order.back
    if back is None or not back.photos_to_come:
        return
    photos = back.photos if event is None else (*back.photos, event.result_as(StorePhoto.Stored).url)
    turn.change(back=back.but(photos=photos, photos_to_come=back.photos_to_come - 1))
    if back.photos_to_come == 1:
        _tell_seller(turn)


def _tell_seller(turn: Turn) -> None:
    order, back = turn.order, turn.order.back
    if back is None:
        return
    news.tell_seller(
        turn,
        "return_opened",
        about=back.asked_at.isoformat(),
        reason=back.reason,
        words=back.words,
        photos=" ".join(back.photos),
        title=order.title,
        buyer=news.short_name(turn.buyer, order.recipient.name),
        asked="1" if back.state is ReturnState.ASKED else "",
    )


def answered(turn: Turn, event: ReturnAnswered) -> None:
    order, actor, back = turn.order, turn.actor(event.by), turn.order.back
    target = ReturnState.ACCEPTED if event.accepted else ReturnState.REFUSED
    if actor not in (Actor.SELLER, Actor.OPERATOR) or back is None:
        return
    if order.state is not OrderState.DELIVERED or move_return(back.state, target, actor):
        return
    turn.decision.cancel_timer(f"{turn.name}/claim")
    if event.accepted:
        _accept(turn)
        news.tell_buyer(turn, "return_accepted", about=back.asked_at.isoformat(), amount=str(order.to_give_back))
    else:
        turn.change(back=back.but(state=ReturnState.REFUSED))
        news.tell_buyer(turn, "return_refused", about=str(turn.stored.id), reason="seller")
        turn.alert(f"devolução recusada {back.asked_at:%d/%m}", f"{actor.value} não aceitou a devolução.")


def unanswered(turn: Turn) -> None:
    if turn.order.back is not None and turn.order.back.state is ReturnState.ASKED:
        turn.alert("devolução sem resposta", "o vendedor não disse em 24 h se aceita a devolução; decida no painel.")


# --- the label --------------------------------------------------------------------------------------------


def _accept(turn: Turn) -> None:
    order, back = turn.order, turn.order.back
    if back is None:
        return
    post_by = calendar.today(turn.now) + timedelta(days=DAYS_TO_POST)
    turn.change(back=back.but(state=ReturnState.ACCEPTED, post_by=post_by))
    turn.decision.cancel_timer(f"{turn.name}/claim")
    remind_at = calendar.instant(post_by - REMIND_BEFORE, MORNING)
    turn.decision.timer(f"{turn.name}/return_reminder", "return_reminder", remind_at)
    over_at = calendar.instant(post_by + timedelta(days=1), time(0))
    turn.decision.timer(f"{turn.name}/return_over", "return_over", over_at)
    parcels = [s for s in order.parcels if s.state is ShipmentState.DELIVERED]
    if not any(s.volumes for s in parcels):
        turn.alert("devolução", "a etiqueta de volta não pode ser pedida pelo sistema; combine com o comprador.")
        news.tell_buyer(turn, "return_delayed", about=back.asked_at.isoformat())
        return
    # a return label takes one volume, however many the original had (/cart/reverse); if the broker refuses a second
    # label for the same original, that is retried and reported like any refused label
    wanted = [
        Shipment(
            reference=lanes.reference(order.number, "b", len(order.parcels_back) + number),
            volumes=(volume,),
            back=parcel.provider_id,
        )
        for number, (parcel, volume) in enumerate(((s, v) for s in parcels for v in s.volumes), start=1)
    ]
    for label in wanted:
        turn.put_shipment(label, "return accepted")
    for label in wanted:
        labels.advance(turn, label)


def reminder_due(turn: Turn) -> None:
    back = turn.order.back
    if back is None or back.state is not ReturnState.ACCEPTED or back.post_by is None:
        return
    codes = " ".join(s.posting_code for s in turn.order.parcels_back if s.state is ShipmentState.GENERATED)
    news.tell_buyer(
        turn,
        "return_reminder",
        about=back.asked_at.isoformat(),
        posting_code=codes,
        post_by=back.post_by.isoformat(),
    )


def over(turn: Turn) -> None:
    """Nothing was posted in time: cancel the label; the order continues to its close."""
    back = turn.order.back
    if back is None or back.state is not ReturnState.ACCEPTED:
        return
    turn.change(back=back.but(state=ReturnState.LAPSED))
    for label in turn.order.parcels_back:
        labels.drop(turn, label)
    about = back.asked_at.isoformat()
    news.tell_buyer(turn, "return_over", about=about)
    news.tell_seller(turn, "return_over", about=f"{about}/seller")


# --- on the way back --------------------------------------------------------------------------------------


def comes_back(turn: Turn) -> None:
    """The carrier could not deliver the parcel and brings it back."""
    back = Return(reason=ReturnReason.UNDELIVERED, state=ReturnState.POSTED, asked_at=turn.now)
    turn.change(state=OrderState.RETURNING, back=back)
    turn.alert("devolução", "o pacote está voltando ao vendedor.")
    news.tell_buyer(turn, "parcel_returning", amount=str(turn.order.to_give_back))
    news.tell_seller(turn, "parcel_returning", about="seller", title=turn.order.title)


def travelled(turn: Turn, label: Shipment) -> None:
    """The carrier has scanned a parcel on its way back."""
    order, back = turn.order, turn.order.back
    if label.state not in ON_THE_ROAD or back is None:
        return
    good = [s for s in order.parcels_back if s.state not in (ShipmentState.CANCELLED, ShipmentState.EXPIRED)]
    on_its_way = [s for s in good if s.state in ON_THE_ROAD]
    if order.state is OrderState.DELIVERED and not move_return(back.state, ReturnState.POSTED, Actor.PROVIDER):
        turn.change(state=OrderState.RETURNING, back=back.but(state=ReturnState.POSTED))
        for name in ("return_reminder", "return_over"):
            turn.decision.cancel_timer(f"{turn.name}/{name}")
        if len(on_its_way) < len(good):
            turn.alert("devolução em partes", f"{len(on_its_way)} de {len(good)} pacotes da devolução foram postados.")
        news.tell_seller(turn, "return_posted", about=label.reference, tracking=label.tracking)
    all_there = all(s.state is ShipmentState.DELIVERED for s in good)
    if turn.order.state is OrderState.RETURNING and all_there:
        _received(turn, Actor.PROVIDER)


def received(turn: Turn, event: ReturnReceived) -> None:
    """The seller or an operator has the part, whatever the carrier has scanned."""
    actor = turn.actor(event.by)
    if actor in (Actor.SELLER, Actor.OPERATOR) and turn.order.state in (OrderState.DELIVERED, OrderState.RETURNING):
        _received(turn, actor)


def _received(turn: Turn, actor: Actor) -> None:
    """The part is back: refund everything, once."""
    back = turn.order.back
    if back is None or move_return(back.state, ReturnState.RECEIVED, actor):
        return
    turn.change(state=OrderState.RETURNED, back=back.but(state=ReturnState.RECEIVED))
    for name in ("return_reminder", "return_over", "close"):
        turn.decision.cancel_timer(f"{turn.name}/{name}")
    amount = 0
    for charge in turn.order.charges:
        if charge.state in (ChargeState.PAID, ChargeState.SETTLED) and not charge.problem:
            amount += charging.left(charge)
            charging.refund(turn, charge, f"devolução do pedido {turn.order.number}")
        elif charge.state is ChargeState.DISPUTED:
            turn.alert("devolução", "a peça voltou e o valor está contestado no cartão: não há o que devolver agora.")
    if back.reason in _TO_SHELF:
        turn.free_stock()
    news.tell_buyer(turn, "return_done", amount=str(amount))
    shelf = "1" if back.reason in _TO_SHELF else ""
    news.tell_seller(turn, "return_done", about="seller", title=turn.order.title, shelf=shelf)
