"""When people of the shop answer."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from bot.domain import hours

HOURS = "mon-fri 08:00-18:00, sat 08:00-12:00"


def at(day: int, hour: int, month: int = 11) -> datetime:
    """São Paulo's clock, as UTC."""
    return (
        datetime(2026, month, day, hour + 3, tzinfo=UTC)
        if hour < 21
        else datetime(2026, month, day + 1, hour - 21, tzinfo=UTC)
    )


def test_shown_in_portuguese() -> None:
    assert hours.show(HOURS) == "seg a sex 8h–18h, sáb 8h–12h"
    assert hours.show("mon-sun 08:30-20:00") == "seg a dom 8h30–20h"
    assert hours.show("") == ""


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        "mon-fri",
        "mon-fry 08:00-18:00",
        "seg-sex 08:00-18:00",
        "mon 8-18",
        "mon 25:00-26:00",
        "mon 18:00-08:00",
        "fri-mon 08:00-18:00",
        "mon-fri 08:00-18:00, sat",
    ],
)
def test_what_makes_no_sense_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text.rpartition(", ")[2])):
        hours.read(text)


@pytest.mark.parametrize(
    ("moment", "is_open", "next_one"),
    [
        (at(23, 10), True, "amanhã a partir das 8h"),
        (at(23, 7), False, "hoje a partir das 8h"),
        (at(23, 19), False, "amanhã a partir das 8h"),
        (at(28, 13), False, "seg, 30/11 a partir das 8h"),  # Saturday afternoon
        (at(29, 10), False, "amanhã a partir das 8h"),  # Sunday
        (at(25, 10, month=12), False, "amanhã a partir das 8h"),  # Christmas, a Friday
    ],
)
def test_open_and_next(moment: datetime, is_open: bool, next_one: str) -> None:
    assert hours.is_open(HOURS, moment) is is_open
    assert hours.next_opening(HOURS, moment) == next_one


def test_never_open() -> None:
    assert hours.next_opening("", at(23, 10)) == ""
