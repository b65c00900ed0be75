"""When reminders may be sent: the shop's own quiet hours, narrowed by the law of the recipient's state.

None on Sundays and bank holidays, nor on Saturday afternoons. Five states have hours of their own for payment
reminders: SP (Lei 15.426/14), RJ (7.868/18), ES (10.626/17), AM (306/16), AL (7.782/16).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain import calendar
from bot.domain.people import Address
from bot.domain.postal_code import state_of

LOOK_AHEAD = 15
"""Days: longer than any run of days without reminders."""

Span = tuple[time, time]


@dataclass(frozen=True)
class Law:
    """The hours of a state, in its own time zone. ``saturday`` is None if there are no reminders then."""

    weekdays: Span
    saturday: Span | None


ANYWHERE = Law((time(8), time(20)), (time(8), time(14)))
LAWS = {
    "SP": ANYWHERE,
    "AL": ANYWHERE,
    "RJ": Law((time(9), time(19)), None),
    "ES": Law((time(8), time(19)), None),
    "AM": Law((time(8), time(19)), None),
}


def law_of(uf: str) -> Law:
    return LAWS.get(uf.upper(), ANYWHERE)


def zone_and_state(address: Address | None) -> tuple[ZoneInfo, str]:
    """The applicable time zone and state: by CEP, if known; São Paulo's time zone without an address."""
    if address is None:
        return calendar.SAO_PAULO, ""
    uf = state_of(address.postal_code) or address.state
    return calendar.zone_at(address.postal_code, uf), uf


def next_allowed(now: datetime, address: Address | None, quiet_from: time, quiet_to: time) -> datetime | None:
    """When a reminder may be sent next, UTC; None: now. ``quiet_from`` and ``quiet_to`` are the shop's own hours."""
    zone, uf = zone_and_state(address)
    local = now.astimezone(zone)
    for ahead in range(LOOK_AHEAD):
        day = local.date() + timedelta(days=ahead)
        span = _open(law_of(uf), day, quiet_from, quiet_to)
        if span is None:
            continue
        start, end = span
        if ahead == 0 and start <= local.time() < end:
            return None
        if ahead or local.time() < start:
            return calendar.instant(day, start, zone)
    raise ValueError("the quiet hours leave no hour in a fortnight")


def last_open_day(day: date, address: Address | None, quiet_from: time, quiet_to: time) -> date:
    """``day``, or the last one before it on which reminders may be sent at all."""
    _, uf = zone_and_state(address)
    for before in range(LOOK_AHEAD):
        earlier = day - timedelta(days=before)
        if _open(law_of(uf), earlier, quiet_from, quiet_to) is not None:
            return earlier
    raise ValueError("the quiet hours leave no hour in a fortnight")


def leave_time(quiet_from: time, quiet_to: time) -> bool:
    """Whether a shop's quiet hours leave time for a reminder on weekdays, in every state."""
    return all(_within(law.weekdays, quiet_from, quiet_to) for law in (ANYWHERE, *LAWS.values()))


def _open(law: Law, day: date, quiet_from: time, quiet_to: time) -> Span | None:
    weekday = day.weekday()
    lawful = law.weekdays if weekday < 5 else law.saturday if weekday == 5 else None
    if lawful is None or calendar.is_holiday(day):
        return None
    return _within(lawful, quiet_from, quiet_to)


def _within(lawful: Span, quiet_from: time, quiet_to: time) -> Span | None:
    start = max(lawful[0], quiet_to)
    end = min(lawful[1], quiet_from) if quiet_from > quiet_to else lawful[1]
    return (start, end) if start < end else None
