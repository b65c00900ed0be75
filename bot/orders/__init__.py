"""What happens in an order's lane: money, labels, parcels, and the news of them."""

from bot.orders.decide import decide

__all__ = ["decide"]
