"""The progress of an order, in the words of whoever waits for it."""

from __future__ import annotations

from typing import Literal

from bot.domain.order import OrderState

STEPS = ("Pedido", "Pago", "Separado", "Postado", "Entregue")
_NOW = {
    OrderState.AWAITING_PAYMENT: 1,
    OrderState.PAID: 2,
    OrderState.ACCEPTED: 3,
    OrderState.SHIPPED: 4,
    OrderState.DELIVERED: 5,
    OrderState.CLOSED: 5,
}

Mark = Literal["done", "now", "todo"]


def steps(state: OrderState) -> list[tuple[Mark, str]]:
    """Each step and whether it is done; none for an order that ended otherwise."""
    now = _NOW.get(state)
    if now is None:
        return []
    return [("done" if n < now else "now" if n == now else "todo", name) for n, name in enumerate(STEPS)]
