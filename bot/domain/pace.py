"""How fast strangers are written to: so many an hour, never many at once (GCRA: one moment is all that is kept).

A number is banned for writing to many people in a short time. In any hour at most ``per_hour`` pass: ``burst`` of
them at once, the others evenly spread over what is left of the hour.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.common import Value

HOUR = timedelta(hours=1)
RECIPIENTS, FIRST_CONTACTS, PAUSE = "recipients", "first_contacts", "pause"


class Traffic(Value):
    """One thing that all notices share. ``name``: recipients, first_contacts (``at``: the moment of :class:`Pace`), or
    pause (``at``: its end, ``detail``: why)."""

    name: str
    at: datetime
    detail: str = ""


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
        """When the next may pass; not after ``now``: at once. ``at`` is what :meth:`booked` returned last."""
        return now if at is None else max(now, at - self.interval * (self.burst - 1))

    def booked(self, at: datetime | None, now: datetime) -> datetime:
        """What is to be kept once one has passed."""
        return (now if at is None else max(now, at)) + self.interval
