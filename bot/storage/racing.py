"""What waits in a lane as it is to be worked: messages of one person that raced each other as they were written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain.decision import Stored
from bot.domain.events import EVENT, Message, Tick

MESSAGE = Message.model_fields["kind"].default
RACE = timedelta(seconds=2)
"""Messages of one person that arrive within so long may have overtaken each other on the way."""
OF_ANOTHER_RELEASE = Tick(name="unreadable")
"""Stands for an event that this release cannot read."""


def first_to_work(rows: Sequence[Any]) -> Stored:
    """Of the rows of a lane, oldest first, the one to be worked next; a message with what waits behind it."""
    if len(rows) == 1 or rows[0].kind != MESSAGE:
        return _stored(rows[0])
    first, *others = _in_turn([_stored(row) for row in rows])
    return replace(first, waiting=tuple(others))


def _stored(row: Any) -> Stored:
    try:
        event = EVENT.validate_json(row.body)
    except ValueError:
        event = OF_ANOTHER_RELEASE
    return Stored(row.id, row.lane, event, row.received_at, row.root)


def _in_turn(waiting: Sequence[Stored]) -> list[Stored]:
    """In the order of their turns: as they came; of messages that raced the oldest, the one written first."""
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
    """The provider's time of a message; None of anything else."""
    return stored.event.sent_at if isinstance(stored.event, Message) else None
