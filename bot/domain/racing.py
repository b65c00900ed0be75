"""Messages of one person that overtook each other: which was written first, although it did not arrive first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain.decision import Stored
from bot.domain.events import Message

RACE = timedelta(seconds=2)
"""Messages of one person that arrive within this time may have overtaken each other."""


def in_turn(waiting: Iterable[Stored]) -> list[Stored]:
    """In processing order: as they arrived; among messages that raced, the one written first."""
    left, order = list(waiting), []
    while left:
        first, earliest = left[0], _written_at(left[0])
        for other in left[1:] if earliest is not None else ():
            at = _written_at(other) if other.received_at - left[0].received_at <= RACE else None
            if at is not None and earliest is not None and at < earliest:
                first, earliest = other, at
        left.remove(first)
        order.append(first)
    return order


def _written_at(stored: Stored) -> datetime | None:
    """The provider's time of a message; None for anything else."""
    return stored.event.sent_at if isinstance(stored.event, Message) else None
