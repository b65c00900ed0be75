"""So many an hour, never many at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.pace import HOUR, Pace

START = datetime(2026, 11, 23, tzinfo=UTC)


def passing(pace: Pace, wishes: list[datetime]) -> list[datetime]:
    """When each of the wishes passes, one after the other, as soon as it may."""
    at, gone, now = None, [], START
    for wish in wishes:
        now = max(now, wish)
        now = pace.next_slot(at, now)
        at = pace.booked(at, now)
        gone.append(now)
    return gone


def test_a_burst_and_then_evenly() -> None:
    gone = passing(Pace(120), [START] * 1000)
    assert gone[9] == START
    assert gone[10] - gone[9] == gone[500] - gone[499] == timedelta(seconds=3600 / 110)


@given(
    st.integers(1, 300),
    st.lists(st.integers(0, 4 * 3600), min_size=1, max_size=400).map(sorted),
)
def test_no_hour_holds_more_than_the_limit(per_hour: int, seconds: list[int]) -> None:
    gone = passing(Pace(per_hour), [START + timedelta(seconds=s) for s in seconds])
    for first in gone:
        assert len([at for at in gone if first <= at < first + HOUR]) <= per_hour


@given(st.integers(1, 300))
def test_whoever_comes_alone_never_waits(per_hour: int) -> None:
    wishes = [START + HOUR * n for n in range(20)]
    assert passing(Pace(per_hour), wishes) == wishes
