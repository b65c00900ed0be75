"""How long an unpaid order is held, and until when its boleto may be due."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.domain import calendar
from bot.domain.order import Order
from bot.domain.shop import Rules


def held_until(order: Order, rules: Rules) -> datetime:
    """The end of the stock's hold; an unpaid order then ends."""
    return order.created_at + timedelta(hours=rules.stock_hold_hours)


def last_due_date(order: Order, rules: Rules) -> date:
    """The last day on which a boleto may be due: a payment on that day arrives on the next bank day, which must not be
    after the hold's last day. It may be in the past."""
    return calendar.add_bank_days(calendar.next_bank_day(calendar.today(held_until(order, rules))), -1)
