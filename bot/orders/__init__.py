"""Decisions in an order's lane: payment, labels, delivery, returns, and the notices about them."""

from bot.orders.decide import decide
from bot.orders.reconciling import decide as decide_books
from bot.orders.watching import is_watch, watched

__all__ = ["decide", "decide_books", "is_watch", "watched"]
