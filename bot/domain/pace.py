"""Rate limit for writing to strangers (GCRA: the state is a single moment).

WhatsApp bans numbers that write to many people in a short time. In any hour at most ``per_hour`` pass: ``burst`` of
them at once, the others spread evenly over the rest of the hour.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.common import Value

HOUR = timedelta(hours=1)
RECIPIENTS, FIRST_CONTACTS, PAUSE = "recipients", "first_contacts", "pause"


class Traffic(Value):
    """Shared state of all notices. ``name``: recipients, first_contacts (``at``: the moment of :class:`Pace`), or pause
    (``at``: its end, ``detail``: why)."""

    name: str
    at: datetime
    detail: str = ""
    seen: datetime | None = None
    """``at`` as it was read, None if there was none: two turns at once must not take the same slot."""


@dataclass(frozen=True)
class Pace:
    per_hour: int

    @property
    def burst(self) -> int:
        return max(1, self.per_hour // 12)

    @property
    def interval(self) -> timedelta:
        return HOUR / max(1, self.per_hour - self.burst)

    def next_slot(self, at: datetime | None, now: datetime) -> datetime:
        """When the next may pass; if not after ``now``, at once. ``at`` is the last result of :meth:`booked`."""
        return now if at is None else max(now, at - self.interval * (self.burst - 1))

    def booked(self, at: datetime | None, now: datetime) -> datetime:
        """The state after one has passed."""
        return (now if at is None else max(now, at)) + self.interval
