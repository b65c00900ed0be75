"""Messages of one person that raced each other on their way are worked in the order in which they were written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.domain.events import EVENT, Message

MESSAGE = Message.model_fields["kind"].default
RACE = timedelta(seconds=2)
"""Messages of one person that arrive within so long may have overtaken each other on the way."""


def first_written(rows: Sequence[Any]) -> Any:
    """Of what waits in a lane that to work next: the oldest; of messages that raced it, the one written first."""
    first, earliest = rows[0], _written_at(rows[0])
    if earliest is None:
        return first
    for row in rows[1:]:
        at = _written_at(row) if row.received_at - rows[0].received_at <= RACE else None
        if at is not None and at < earliest:
            first, earliest = row, at
    return first


def _written_at(row: Any) -> datetime | None:
    """The provider's time of a message; None of anything else, and of what another release has stored."""
    if row.kind != MESSAGE:
        return None
    try:
        event = EVENT.validate_json(row.body)
    except ValueError:
        return None
    return event.sent_at if isinstance(event, Message) else None
