"""On which days a boleto is reminded of: São Paulo's days, whatever UTC says by then, and banks' days."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from bot.domain import calendar
from bot.domain.order import OrderState
from bot.domain.people import Address
from tests.orders.story import BUYER, Story

NINE = time(9)


def placed_at(day: date, clock: time) -> Story:
    at = calendar.instant(day, clock)
    story = Story(created_at=at)
    story.now = at
    return story.placed("boleto")


def planned(story: Story) -> dict[str, date]:
    """Which reminder on which day; all of them at nine in São Paulo."""
    moments = {
        t.data["when"]: calendar.local(t.due_at) for t in story.shop.timers.values() if t.name == "boleto_reminder"
    }
    assert {moment.time() for moment in moments.values()} <= {NINE}
    return {when: moment.date() for when, moment in moments.items()}


@pytest.mark.parametrize(
    ("placed", "due", "reminders"),
    [
        # 20 November: Tuesday's third bank day is Monday; nobody is reminded on the 20th, nor on the Sunday
        (date(2026, 11, 17), date(2026, 11, 23), [date(2026, 11, 19), date(2026, 11, 21), date(2026, 11, 24)]),
        # one bank day after Thursday the 19th is Monday
        (date(2026, 11, 16), date(2026, 11, 19), [None, date(2026, 11, 18), date(2026, 11, 23)]),
        # Carnival: Monday and Tuesday are none, Ash Wednesday is one
        (date(2027, 2, 4), date(2027, 2, 11), [date(2027, 2, 6), date(2027, 2, 10), date(2027, 2, 12)]),
        (date(2027, 2, 2), date(2027, 2, 5), [None, date(2027, 2, 4), date(2027, 2, 10)]),
        # Christmas Eve is one; the day after it is Monday
        (date(2026, 12, 21), date(2026, 12, 24), [None, date(2026, 12, 23), date(2026, 12, 28)]),
        # the last day of the year is none
        (date(2026, 12, 28), date(2027, 1, 4), [date(2026, 12, 30), date(2027, 1, 2), date(2027, 1, 5)]),
        (date(2026, 12, 23), date(2026, 12, 29), [date(2026, 12, 26), date(2026, 12, 28), date(2026, 12, 30)]),
    ],
)
@pytest.mark.parametrize("clock", [time(0, 0), time(12), time(20, 59), time(21, 0), time(23, 59, 59)])
def test_days(placed: date, due: date, reminders: list[date | None], clock: time) -> None:
    story = placed_at(placed, clock)
    assert story.charge.due_date == due
    days_before, day_before, day_after = reminders
    wanted = {"days_before": days_before, "day_before": day_before, "today": due, "day_after": day_after}
    assert planned(story) == {when: day for when, day in wanted.items() if day is not None}
    story.wait(timedelta(days=12))
    told = [data["when"] for who, name, data in story.told if who == BUYER and name == "boleto_reminder"]
    assert told == [when for when, day in wanted.items() if day is not None]


@pytest.mark.parametrize("clock", [time(20, 59), time(21, 0), time(23, 59)])
def test_paid_on_the_eve_there_is_nothing_more(clock: time) -> None:
    story = placed_at(date(2026, 11, 17), time(22))
    eve = calendar.instant(date(2026, 11, 22), clock)
    story.wait(eve - story.now)
    before = story.names(BUYER).count("boleto_reminder")
    assert before == 2
    story.pays()
    assert story.state() is OrderState.PAID
    story.wait(timedelta(days=1))
    assert story.names(BUYER).count("boleto_reminder") == before


def test_moved_in_the_evening_it_is_reminded_of_by_the_new_day() -> None:
    story = placed_at(date(2026, 12, 28), time(22))
    story.asks_due_date(date(2026, 12, 30))
    assert planned(story) == {
        "day_before": date(2026, 12, 29),
        "today": date(2026, 12, 30),
        "day_after": date(2027, 1, 4),
    }
    story.asks_due_date(date(2026, 12, 31))
    assert story.news("due_date_kept")["reason"] == "no_bank_day"


@pytest.mark.parametrize(
    ("state", "due", "reminders"),
    [
        # Saturdays are lawful in Paraná until two, and never in Rio, Espírito Santo and Amazonas
        ("PR", date(2026, 12, 7), [date(2026, 12, 4), date(2026, 12, 5)]),
        ("RJ", date(2026, 12, 7), [None, date(2026, 12, 4)]),
        ("ES", date(2026, 12, 7), [None, date(2026, 12, 4)]),
        ("AM", date(2026, 12, 7), [None, date(2026, 12, 4)]),
        # after Carnival, and after a holiday that falls on a Saturday
        ("RJ", date(2027, 2, 10), [None, date(2027, 2, 5)]),
        ("SP", date(2027, 5, 3), [None, date(2027, 4, 30)]),
    ],
)
def test_a_closed_day_s_reminder_comes_on_the_last_open_one_before(
    state: str, due: date, reminders: list[date | None]
) -> None:
    """By the law of the state in which the buyer lives; two reminders of one day are one."""
    at = calendar.instant(due - timedelta(days=6), time(10))
    story = Story(created_at=at)
    buyer = story.shop.person(BUYER)
    assert buyer is not None
    story.shop.add(buyer.but(address=Address(postal_code="", city="x", state=state)))
    story.now = at
    story.placed("boleto").asks_due_date(due)
    days_before, day_before = reminders
    day_after = calendar.add_bank_days(due, 1)
    wanted = {"days_before": days_before, "day_before": day_before, "today": due, "day_after": day_after}
    assert planned(story) == {when: day for when, day in wanted.items() if day is not None}


def test_it_is_never_reminded_of_before_it_was_asked_for() -> None:
    """On a Saturday morning the eve of Monday's boleto is today: the code itself is there."""
    story = placed_at(date(2026, 11, 28), time(8)).asks_due_date(date(2026, 11, 30))
    assert set(planned(story)) == {"today", "day_after"}
