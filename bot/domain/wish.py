"""A part that somebody waits for: it was not found, or was sold out."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.common import Value

LASTS = timedelta(days=60)
"""After that it is forgotten."""
MOST = 5
"""Of one person; a further one takes the place of the oldest."""
LONGEST = 80


class Wish(Value):
    """``words`` are what is searched for, and tell one wish of a person from another. ``listing`` is the part that was
    sold out, 0 where none was found."""

    person_id: str
    words: str
    listing: int = 0
    asked_at: datetime
