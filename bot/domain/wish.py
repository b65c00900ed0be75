"""A wish: a part that somebody waits for, since it was not found or sold out."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.common import Value

LASTS = timedelta(days=60)
"""Time to live of a wish."""
MOST = 5
"""Most wishes of one person; a further one replaces the oldest."""
LONGEST = 80


class Wish(Value):
    """``words`` are the search words, and identify a wish of a person. ``listing`` is the sold-out part, 0 if none was
    found."""

    person_id: str
    words: str
    listing: int = 0
    asked_at: datetime
