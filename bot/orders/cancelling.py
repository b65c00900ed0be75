"""Cancelling an order: who may ask for it, what has to be undone, and in which order."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.events import CancelAsked
from bot.domain.order import ChargeState, OrderState, ShipmentState
from bot.domain.states import HAS_MONEY, LIVE, Actor, move_order
from bot.orders import charging, labels, news
from bot.orders.turn import Turn

HOLD_AGAIN = timedelta(hours=24)


def asked(turn: Turn, event: CancelAsked) -> None:
    order, actor = turn.order, turn.actor(event.by)
    if actor is None or order.state is OrderState.CANCELLED:
        return
    refusal = move_order(order.state, OrderState.CANCELLED, actor, disputed=order.disputed)
    if refusal is None:
        begin(turn, actor.value)
    elif actor is Actor.BUYER:
        news.tell_buyer(turn, "cancel_refused", about=str(turn.stored.id), reason=refusal.reason)
    else:
        turn.alert("cancelamento recusado", f"{actor.value} pediu para cancelar: {refusal.reason}.")


def begin(turn: Turn, reason: str) -> None:
    """Cancel an order that may be cancelled; an accepted one first has its labels cancelled."""
    if turn.order.state is not OrderState.ACCEPTED:
        cancel(turn, reason)
    elif not turn.order.cancel_reason:
        turn.change(cancel_reason=reason)
        for shipment in turn.order.parcels:
            labels.drop(turn, shipment)


def settle(turn: Turn) -> None:
    """The last step of :func:`begin`, once no label is left."""
    order = turn.order
    gone = all(s.state in (ShipmentState.CANCELLED, ShipmentState.EXPIRED) for s in order.parcels)
    if order.state is OrderState.ACCEPTED and order.cancel_reason and gone:
        cancel(turn, order.cancel_reason)


def cancel(turn: Turn, reason: str, *, quietly: bool = False) -> None:
    """End the order now: void charges, refund money, release stock, notify both sides."""
    order = turn.order
    turn.change(state=OrderState.CANCELLED, cancel_reason=reason)
    charging.give_up_unmade(turn)
    back = 0
    for charge in turn.order.charges:
        charging.void(turn, charge)
        if charge.state in (ChargeState.PAID, ChargeState.SETTLED):
            charging.refund(turn, charge, f"pedido {order.number} cancelado")
        if charge.state in HAS_MONEY or charge.state is ChargeState.REFUNDED:
            back += charge.received - charge.refunded
    turn.free_stock()
    turn.stop_sale_timers()
    for name in ("hold_over", "no_charge"):
        turn.decision.cancel_timer(f"{turn.name}/{name}")
    if quietly:
        return
    refund = str(back) if back else ""
    # late money can revive a cancelled order, which can be cancelled again: then it is told again
    about = str(turn.stored.id) if f"{turn.name}/order_cancelled" in turn.order.told else ""
    news.tell_buyer(turn, "order_cancelled", about=about, reason=reason, refund=refund)
    if order.paid_at is not None or order.by_hand:
        news.tell_seller(turn, "sale_cancelled", about=about, reason=reason, refund=refund)


def hold_over(turn: Turn) -> None:
    """The hold on the parts has expired without a payment."""
    order = turn.order
    if order.state is not OrderState.AWAITING_PAYMENT:
        return
    under_review = [c for c in order.charges if c.state is ChargeState.UNDER_REVIEW]
    for charge in under_review:
        charging.read(turn, charge)  # the outcome of the review may not have been reported
    if under_review or any(c.state in HAS_MONEY for c in order.charges):
        turn.timer(f"{turn.name}/hold_over", "hold_over", HOLD_AGAIN)
        turn.alert("reserva", "o prazo da reserva acabou com um pagamento em análise; a peça continua reservada.")
        return
    cancel(turn, "unpaid")


def no_charge(turn: Turn) -> None:
    """The buyer was offered another payment method and chose none: release the parts; the order can still be paid."""
    order = turn.order
    waiting = any(c.state in LIVE | HAS_MONEY for c in order.charges)
    if order.state is OrderState.AWAITING_PAYMENT and not waiting:
        turn.free_stock()
