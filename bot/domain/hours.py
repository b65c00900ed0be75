"""The opening hours of the shop's staff: ``mon-fri 08:00-18:00, sat 08:00-12:00``, parsed and shown in Portuguese."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.domain import calendar

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAMES = ("seg", "ter", "qua", "qui", "sex", "sáb", "dom")
_PART = re.compile(r"^([a-z]{3})(?:-([a-z]{3}))?\s+(\d{2}:\d{2})-(\d{2}:\d{2})$")


@dataclass(frozen=True)
class Span:
    """Open from ``start`` to ``end`` on the weekdays ``first`` to ``last`` (0: Monday)."""

    first: int
    last: int
    start: time
    end: time

    def on(self, day: date) -> bool:
        return self.first <= day.weekday() <= self.last


def read(text: str) -> tuple[Span, ...]:
    """The spans of a setting, none for an empty one. Raises :class:`ValueError`, naming the invalid part."""
    return tuple(_span(part.strip()) for part in text.lower().split(",") if part.strip())


def _span(part: str) -> Span:
    match = _PART.match(part)
    if match is None or match[1] not in _DAYS or (match[2] or match[1]) not in _DAYS:
        raise ValueError(f"{part!r} is not like 'mon-fri 08:00-18:00'")
    first, last = _DAYS.index(match[1]), _DAYS.index(match[2] or match[1])
    try:
        start, end = time.fromisoformat(match[3]), time.fromisoformat(match[4])
    except ValueError as error:
        raise ValueError(f"{part!r}: {error}") from None
    if last < first or end <= start:
        raise ValueError(f"{part!r} ends before it begins")
    return Span(first, last, start, end)


def show(text: str) -> str:
    """``seg a sex 8h–18h, sáb 8h–12h``."""
    return ", ".join(
        f"{_NAMES[s.first]}{f' a {_NAMES[s.last]}' if s.last > s.first else ''} {_hour(s.start)}–{_hour(s.end)}"
        for s in read(text)
    )


def _hour(moment: time) -> str:
    return f"{moment.hour}h{moment.minute:02d}" if moment.minute else f"{moment.hour}h"


def is_open(text: str, now: datetime) -> bool:
    """Whether somebody answers at ``now`` (São Paulo); closed on bank holidays."""
    moment = calendar.local(now)
    return any(s.on(moment.date()) and s.start <= moment.time() < s.end for s in _spans(text, moment.date()))


def next_opening(text: str, now: datetime) -> str:
    """When somebody answers again, in everyday words: ``hoje a partir das 8h``. Empty if never."""
    moment = calendar.local(now)
    for ahead in range(15):
        day = moment.date() + timedelta(days=ahead)
        starts = sorted(s.start for s in _spans(text, day) if s.on(day) and (ahead or s.start > moment.time()))
        if starts:
            name = ("hoje", "amanhã")[ahead] if ahead < 2 else calendar.show_day(day)
            return f"{name} a partir das {_hour(starts[0])}"
    return ""


def _spans(text: str, day: date) -> tuple[Span, ...]:
    holiday = day.weekday() < 5 and not calendar.is_bank_day(day)
    return () if holiday else read(text)
