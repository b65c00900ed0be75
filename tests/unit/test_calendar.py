"""Holidays, bank days and time zones."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import calendar as cal

days = st.dates(date(2024, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize(
    "d",
    [
        date(2026, 11, 20), date(2026, 2, 16), date(2026, 2, 17), date(2026, 4, 3), date(2026, 6, 4),
        date(2026, 12, 25),
        date(2026, 12, 31), date(2027, 2, 8), date(2027, 2, 9), date(2026, 11, 21), date(2026, 11, 22),
        date(2026, 9, 7),
        date(2024, 11, 20),
    ],
)  # fmt: skip
def test_banks_are_closed(d: date) -> None:
    assert not cal.is_bank_day(d)


@pytest.mark.parametrize("d", [date(2026, 12, 24), date(2026, 2, 18), date(2026, 11, 23), date(2027, 2, 10)])
def test_banks_are_open(d: date) -> None:
    assert cal.is_bank_day(d)


@pytest.mark.parametrize(
    ("due", "paid"),
    [
        (date(2026, 11, 20), date(2026, 11, 23)), (date(2026, 11, 29), date(2026, 11, 30)),
        (date(2026, 12, 25), date(2026, 12, 28)), (date(2027, 2, 8), date(2027, 2, 10)),
        (date(2026, 12, 31), date(2027, 1, 4)), (date(2026, 11, 23), date(2026, 11, 23)),
    ],
)  # fmt: skip
def test_next_bank_day(due: date, paid: date) -> None:
    assert cal.next_bank_day(due) == paid


def test_add_bank_days() -> None:
    assert cal.add_bank_days(date(2026, 11, 19), 1) == date(2026, 11, 23)
    assert cal.add_bank_days(date(2026, 11, 19), 3) == date(2026, 11, 25)
    assert cal.add_bank_days(date(2026, 11, 22), 0) == date(2026, 11, 23)
    assert cal.add_bank_days(date(2026, 11, 23), -1) == date(2026, 11, 19)
    # the fifth bank day of December 2026
    assert cal.add_bank_days(date(2026, 11, 30), 5) == date(2026, 12, 7)


@given(days, st.integers(1, 30))
def test_adding_and_taking_away(d: date, n: int) -> None:
    later = cal.add_bank_days(d, n)
    assert cal.is_bank_day(later)
    assert sum(cal.is_bank_day(d + timedelta(days=k)) for k in range(1, (later - d).days + 1)) == n
    assert cal.add_bank_days(later, -n) <= cal.next_bank_day(d)


@pytest.mark.parametrize("hour", [0, 1, 2])
def test_in_the_evening_it_is_not_yet_tomorrow(hour: int) -> None:
    # 21:00 to 23:59 in São Paulo is already the next day in UTC
    now = datetime(2026, 11, 24, hour, 59, tzinfo=UTC)
    assert cal.today(now) == date(2026, 11, 23)
    assert cal.show_time(now) == f"{hour + 21}:59"


def test_midnight_in_sao_paulo() -> None:
    assert cal.today(datetime(2026, 11, 24, 3, 0, tzinfo=UTC)) == date(2026, 11, 24)


def test_summer_time_ended_in_2019() -> None:
    assert cal.local(datetime(2019, 1, 15, 12, tzinfo=UTC)).hour == 10
    assert cal.local(datetime(2026, 1, 15, 12, tzinfo=UTC)).hour == 9


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        cal.local(datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("uf", "hour"),
    [("AM", 8), ("RO", 8), ("RR", 8), ("MT", 8), ("MS", 8), ("AC", 7), ("SP", 9), ("pe", 9), ("", 9), ("??", 9)],
)
def test_zones(uf: str, hour: int) -> None:
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert noon.astimezone(cal.zone_of(uf)).hour == hour


def test_noronha_and_manaus_by_postal_code() -> None:
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert noon.astimezone(cal.zone_at("53990000")).hour == 10
    assert noon.astimezone(cal.zone_at("69005000")).hour == 8
    assert noon.astimezone(cal.zone_at("69880000", "AM")).hour == 7
    assert noon.astimezone(cal.zone_at("50000000")).hour == 9
    assert noon.astimezone(cal.zone_at("", "AC")).hour == 7


def test_shown_days_and_instants() -> None:
    assert cal.show_day(date(2026, 11, 25)) == "qua, 25/11"
    assert cal.show_day(date(2026, 11, 28)) == "sáb, 28/11"
    assert cal.instant(date(2026, 11, 25), time(23, 59)) == datetime(2026, 11, 26, 2, 59, tzinfo=UTC)


@given(days, st.times())
def test_instants_come_back(d: date, moment: time) -> None:
    back = cal.local(cal.instant(d, moment))
    assert (back.date(), back.time()) == (d, moment)
