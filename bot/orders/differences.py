"""Differences from the providers' records, kept until they are resolved."""

from __future__ import annotations

from datetime import datetime

from bot.domain import lanes
from bot.domain.decision import Decision
from bot.domain.difference import Difference
from bot.domain.events import DifferenceFound
from bot.domain.shop import Shop
from bot.orders.comparing import Odd


def note(odd: Odd, shop: Shop, now: datetime, decision: Decision) -> bool:
    """Record a difference; whether it is new. A new one is also stored as an event of the order."""
    known = shop.difference(odd.key)
    found_at = known.found_at if known else now
    decision.write(
        Difference(
            key=odd.key,
            kind=odd.kind,
            order=odd.order,
            ours=odd.ours,
            theirs=odd.theirs,
            found_at=found_at,
            seen_at=now,
        )
    )
    if known is None:
        lane = lanes.order(odd.order) if odd.order else lanes.BOOKS
        event = DifferenceFound(difference=odd.key, ours=odd.ours, theirs=odd.theirs)
        decision.emit(lane, event, key=f"difference/{odd.key}/{now.isoformat()}")
    return known is None
