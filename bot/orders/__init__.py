"""What happens in an order's lane: money, labels, parcels, and the news of them."""

from bot.orders.decide import decide
from bot.orders.watching import is_watch, watched

__all__ = ["decide", "is_watch", "watched"]
