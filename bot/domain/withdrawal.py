"""The period in which a buyer may return a delivered order without anybody's consent."""

from __future__ import annotations

from datetime import date, timedelta

from bot.domain import calendar
from bot.domain.order import Order

DAYS = 7
"""Days after the delivery, to the end of the last."""


def last_day(order: Order) -> date:
    """Raises ValueError for an order that is not delivered."""
    if order.delivered_at is None:
        raise ValueError(f"order {order.number} is not delivered")
    return calendar.today(order.delivered_at) + timedelta(days=DAYS)


def in_time(order: Order, today: date) -> bool:
    """Whether the buyer may still withdraw; never before the delivery."""
    return order.delivered_at is not None and today <= last_day(order)
