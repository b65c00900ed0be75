"""Changing carrier or address after the order exists.

Before payment everything can be changed: the live charge is replaced by one with the new total. After payment the
freight is fixed: only the address within the same CEP can be corrected. A label that is not bought yet is made with
the new address; for a bought one, the seller is told what to write on the box.
"""

from __future__ import annotations

from bot.domain.events import DeliveryAsked
from bot.domain.order import Charge, ChargeState, OrderState
from bot.domain.people import Address
from bot.domain.states import HAS_MONEY, Actor
from bot.orders import cancelling, charging, news, remaking
from bot.orders.turn import Turn


def asked(turn: Turn, event: DeliveryAsked) -> None:
    if turn.actor(event.by) not in (Actor.BUYER, Actor.OPERATOR):
        return
    reason = _refusal(turn, event)
    if reason:
        news.tell_buyer(turn, "delivery_kept", about=str(turn.stored.id), reason=reason, carrier=_carrier(turn))
    elif event.offer is None or event.offer == turn.order.offer:
        _put_right(turn, event.destination)
    elif not turn.take_stock():
        cancelling.cancel(turn, "sold")
    else:
        turn.change(offer=event.offer, freight=event.offer.price, destination=event.destination)
        _replace_charge(turn)


def _refusal(turn: Turn, event: DeliveryAsked) -> str:
    """Why the order cannot be redirected; "" if it can."""
    order = turn.order
    if order.by_hand:
        return "too_late"
    if order.state is OrderState.AWAITING_PAYMENT:
        if event.offer is None and event.destination.postal_code != order.destination.postal_code:
            return "no_quote"
        busy = any(c.state is ChargeState.UNDER_REVIEW or c.state in HAS_MONEY for c in order.charges)
        return "being_paid" if busy else ""
    if order.state not in (OrderState.PAID, OrderState.ACCEPTED) or turn.over:
        return "too_late" if order.state is not OrderState.CANCELLED else "cancelled"
    if order.seller_says_posted:
        return "posted"
    same = event.offer is None and event.destination.postal_code == order.destination.postal_code
    return "" if same else "paid"


def _put_right(turn: Turn, destination: Address) -> None:
    """Correct the address within the same CEP."""
    if destination == turn.order.destination:
        return
    before = turn.order.destination
    turn.change(destination=destination)
    where = _shown(destination)
    about = str(turn.stored.id)
    if remaking.readdressed(turn):
        news.tell_buyer(turn, "address_changed", about=about, address=where)
        return
    news.tell_seller(turn, "address_on_box", about=about, address=where)
    news.tell_buyer(turn, "address_changed", about=about, address=where, label="1")
    if (destination.street, destination.number) != (before.street, before.number):
        turn.alert(f"endereço {about}", f"a etiqueta saiu com o endereço anterior; o certo é {where}.")


def _replace_charge(turn: Turn) -> None:
    """The old charge ends first, so that two are never payable at once; the new one uses the same payment method."""
    last = turn.order.charge
    turn.decision.cancel_timer(f"{turn.name}/no_charge")
    charging.give_up_unmade(turn)
    for charge in turn.order.charges:
        charging.void(turn, charge)
    if last is not None:
        charging.ask(turn, last.method, last.installments)


def paid_for(turn: Turn, charge: Charge) -> None:
    """The order is paid with this charge. If it was for another carrier or address, those apply again."""
    terms = charge.terms
    if terms is None or terms == turn.order.terms:
        return
    corrected = turn.order.destination
    same_place = corrected.postal_code == terms.destination.postal_code
    destination = corrected if same_place else terms.destination
    changed = turn.order.offer != terms.offer or destination != corrected
    turn.change(offer=terms.offer, freight=terms.freight, destination=destination)
    if changed:
        news.tell_buyer(turn, "delivery_kept", about=charge.reference, reason="paid_before", carrier=_carrier(turn))


def _carrier(turn: Turn) -> str:
    return f"{turn.order.offer.carrier} {turn.order.offer.service}".strip()


def _shown(where: Address) -> str:
    house = ", ".join(w for w in (where.street, where.number, where.complement) if w)
    return f"{house}, {where.city}/{where.state}"
