"""The next event of a lane: messages of one person that raced each other are ordered by when they were written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.domain.decision import Stored
from bot.domain.events import EVENT, Message, Tick
from bot.domain.racing import in_turn

MESSAGE = Message.model_fields["kind"].default
OF_ANOTHER_RELEASE = Tick(name="unreadable")
"""Stands for an event that this release cannot read."""


def first_to_work(rows: Sequence[Any]) -> Stored:
    """From the rows of a lane, oldest first, the next to be handled; a message with those waiting behind it."""
    if len(rows) == 1 or rows[0].kind != MESSAGE:
        return _stored(rows[0])
    first, *others = in_turn([_stored(row) for row in rows])
    return replace(first, waiting=tuple(others))


def _stored(row: Any) -> Stored:
    try:
        event = EVENT.validate_json(row.body)
    except ValueError:
        event = OF_ANOTHER_RELEASE
    return Stored(row.id, row.lane, event, row.received_at, row.root)
