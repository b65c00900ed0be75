"""Erasing a person's data: not while an order is open, and confirmed by a last message."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.conversations.texts import privacy as texts
from bot.domain import lanes
from bot.domain.commands import AlertOperator, SendText
from bot.domain.decision import Decision, Forget, Stored
from bot.domain.events import ForgetAsked, Tick
from bot.domain.lanes import SYSTEM
from bot.domain.order import ChargeState, Order, OrderState
from bot.domain.people import Person
from bot.domain.shop import Shop

REST = "forget_rest"
REST_AFTER = timedelta(days=1)
"""After this, the last message itself is erased too."""
GOODBYE_LASTS = timedelta(hours=1)
MANY = 1000
_OVER = frozenset([OrderState.CLOSED, OrderState.RETURNED, OrderState.CANCELLED])
_MONEY_MOVES = frozenset([ChargeState.REFUNDING, ChargeState.DISPUTED, ChargeState.PAID_LATE, ChargeState.UNDER_REVIEW])


def open_orders(shop: Shop, person: Person) -> list[Order]:
    """Orders that prevent an erasure: not completed, bought or sold, or with money on its way."""
    seller = shop.seller_of(person.id)
    orders = shop.orders_of_buyer(person.id, MANY)
    orders += shop.orders_of_seller(seller.id, MANY) if seller else []
    moving = (o for o in orders if o.state not in _OVER or any(c.state in _MONEY_MOVES for c in o.charges))
    return sorted(moving, key=lambda o: o.number)


def asked(stored: Stored, event: ForgetAsked, person: Person, shop: Shop, now: datetime, decision: Decision) -> None:
    blocking = open_orders(shop, person)
    if blocking:
        numbers = ", ".join(str(o.number) for o in blocking[:10])
        text = f"{person.id}: apagamento pedido por {event.by} espera os pedidos {numbers}."
        decision.do(AlertOperator(topic="LGPD", text=text), key=f"alert/forget/{stored.id}", lane=SYSTEM)
        return
    alias = f"erased-{stored.id}"
    lane = lanes.person(alias)
    decision.write(Forget(lane=stored.lane, alias=alias, until=stored.id, person=person))
    goodbye = SendText(to=person.chat, text=texts.erased())
    decision.do(goodbye, key=f"goodbye/{stored.id}", lane=lane, expires_at=now + GOODBYE_LASTS)
    decision.timer(f"forget/{stored.id}", REST, now + REST_AFTER, lane=lane, alias=alias, was=stored.lane)
    done = AlertOperator(topic="LGPD", text=f"Dados apagados a pedido ({event.by}, evento {stored.id}). Pedidos ficam.")
    decision.do(done, key=f"alert/forget/{stored.id}", lane=SYSTEM)


def rest(stored: Stored, event: Tick, decision: Decision) -> None:
    """Erase what came after the erasure: the last message, its receipts, and this timer."""
    for lane in (event.data["was"], stored.lane):
        decision.write(Forget(lane=lane, alias=event.data["alias"], until=stored.id))
