"""When somebody may be reminded: the shop's hours and the law of the recipient's state, by the recipient's clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import calendar, quiet
from bot.domain.people import Address

FROM, TO = time(19), time(9)


def at(uf: str, cep: str = "") -> Address:
    return Address(postal_code=cep, city="x", state=uf)


def allowed(address: Address | None, day: date, clock: time) -> str:
    """When, on the recipient's clock; ``now`` if at once."""
    zone, _ = quiet.zone_and_state(address)
    now = calendar.instant(day, clock, zone)
    later = quiet.next_allowed(now, address, FROM, TO)
    return "now" if later is None else f"{later.astimezone(zone):%d/%m %H:%M}"


MON, FRI, SAT, SUN = date(2026, 11, 23), date(2026, 11, 27), date(2026, 11, 28), date(2026, 11, 29)


@pytest.mark.parametrize(
    ("uf", "day", "clock", "when"),
    [
        ("PR", MON, time(9), "now"),
        ("PR", MON, time(18, 59), "now"),
        ("PR", MON, time(19), "24/11 09:00"),
        ("PR", MON, time(8, 59), "23/11 09:00"),
        ("PR", SAT, time(13, 59), "now"),
        ("PR", SAT, time(14), "30/11 09:00"),
        ("PR", SUN, time(12), "30/11 09:00"),
        ("RJ", SAT, time(10), "30/11 09:00"),
        ("ES", SAT, time(10), "30/11 09:00"),
        ("AM", SAT, time(10), "30/11 09:00"),
        ("SP", SAT, time(10), "now"),
        ("SP", date(2026, 12, 25), time(10), "26/12 09:00"),
        ("RJ", date(2026, 12, 25), time(10), "28/12 09:00"),
        ("AC", MON, time(18, 30), "now"),
        ("", FRI, time(20), "28/11 09:00"),
    ],
)
def test_the_hours_of_a_state(uf: str, day: date, clock: time, when: str) -> None:
    assert allowed(at(uf), day, clock) == when


def test_the_clock_is_the_recipients() -> None:
    eight_in_sao_paulo = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert quiet.next_allowed(eight_in_sao_paulo, at("PR"), FROM, TO) is None
    assert quiet.next_allowed(eight_in_sao_paulo, at("AC"), FROM, TO) == datetime(2026, 11, 23, 14, tzinfo=UTC)
    noronha = at("PE", "53990000")
    assert quiet.next_allowed(datetime(2026, 11, 23, 11, tzinfo=UTC), noronha, FROM, TO) is None
    assert quiet.next_allowed(datetime(2026, 11, 23, 21, tzinfo=UTC), noronha, FROM, TO) is not None
    assert quiet.next_allowed(datetime(2026, 11, 23, 21, tzinfo=UTC), None, FROM, TO) is None


def test_the_law_narrows_hours_that_the_shop_leaves_open() -> None:
    late = calendar.instant(MON, time(20, 30))
    assert quiet.next_allowed(late, at("SP"), time(22), time(7)) == calendar.instant(date(2026, 11, 24), time(8))
    for uf, first, last in (("SP", 8, 20), ("AL", 8, 20), ("RJ", 9, 19), ("ES", 8, 19), ("AM", 8, 19)):
        zone, _ = quiet.zone_and_state(at(uf))
        early, closing = (calendar.instant(MON, time(hour, 30), zone) for hour in (first - 1, last - 1))
        assert quiet.next_allowed(early, at(uf), time(22), time(7)) == calendar.instant(MON, time(first), zone), uf
        assert quiet.next_allowed(closing, at(uf), time(22), time(7)) is None, uf
        at_the_end = calendar.instant(MON, time(last), zone)
        assert quiet.next_allowed(at_the_end, at(uf), time(22), time(7)) is not None, uf


def test_quiet_hours_must_leave_time_in_every_state() -> None:
    assert quiet.leave_time(time(10), time(7))
    assert not quiet.leave_time(time(9), time(7)), "in Rio they begin at nine"


@given(
    st.integers(0, 2 * 365 * 24 * 60),
    st.sampled_from(["", "SP", "RJ", "ES", "AM", "AL", "AC", "RR", "PE", "RS"]),
)
def test_what_is_put_off_may_go_when_its_time_has_come(minute: int, uf: str) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    address = at(uf)
    later = quiet.next_allowed(now, address, FROM, TO)
    zone, _ = quiet.zone_and_state(address)
    local = (later or now).astimezone(zone)
    assert local.weekday() != 6
    assert time(9) <= local.time() < time(19)
    assert not (uf in ("RJ", "ES", "AM") and local.weekday() == 5)
    if later is not None:
        assert now < later < now + timedelta(days=8)
        assert quiet.next_allowed(later, address, FROM, TO) is None
