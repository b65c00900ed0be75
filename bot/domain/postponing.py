"""How much later than promised a sale may be posted."""

from __future__ import annotations

from datetime import date

from bot.domain import calendar
from bot.domain.order import Order, OrderState

MOST_DAYS = 5
"""Bank days from the day of the request; the label lives seven days."""
MOST_TIMES = 2
_OPEN = (OrderState.PAID, OrderState.ACCEPTED)


def may_wait(order: Order) -> bool:
    """Whether there is a posting date that may still move."""
    return order.state in _OPEN and order.ship_by is not None and not (order.by_hand or order.seller_says_posted)


def last_day(today: date) -> date:
    return calendar.add_bank_days(today, MOST_DAYS)


def refusal(order: Order, day: date, today: date) -> str:
    """Why a sale cannot be posted on that day; "" if it can."""
    if not may_wait(order) or order.ship_by is None:
        return "over"
    if day <= order.ship_by:
        return "in_time"
    if sum("/posting_later" in key for key in order.told) >= MOST_TIMES:
        return "too_often"
    return "too_late" if day > last_day(today) else ""
