"""A parcel is posted later than promised: the order holds the talk's word to what may be."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.domain import calendar
from bot.domain.events import PostingPromised, SaidPosted
from tests.orders.story import BUYER, SELLER, Story


def sold() -> Story:
    return Story().placed().pays().answers(True)


def days_later(story: Story, days: int) -> date:
    assert story.order.ship_by is not None
    return story.order.ship_by + timedelta(days=days)


def promise(story: Story, day: date, by: str = SELLER) -> Story:
    return story.play(PostingPromised(order=1042, by=by, day=day))


@pytest.mark.parametrize("accepted", [False, True])
def test_the_buyer_hears_of_the_new_day(accepted: bool) -> None:
    story = sold() if accepted else Story().placed().pays()
    before, day = story.order.ship_by, days_later(story, 1)
    assert before is not None
    promise(story, day)
    assert story.order.ship_by == day
    assert story.news("posting_later", BUYER) == {"day": day.isoformat(), "before": before.isoformat()}
    assert [a for a in story.alerts if "postagem" in a]


def test_what_may_not_be_changes_nothing() -> None:
    story = sold()
    before, last = story.order.ship_by, calendar.add_bank_days(calendar.today(story.now), 5)
    promise(story, days_later(story, 1), by=BUYER)
    promise(story, days_later(story, 0))
    promise(story, last + timedelta(days=1))
    assert story.order.ship_by == before
    promise(story.play(SaidPosted(order=1042, by=SELLER)), days_later(story, 1))
    assert story.order.ship_by == before
    assert "posting_later" not in story.names(BUYER)


def test_twice_and_no_more() -> None:
    story = sold()
    for _ in range(3):
        promise(story, days_later(story, 1))
    assert story.names(BUYER).count("posting_later") == 2


def test_before_the_payment_and_after_the_end_there_is_no_day() -> None:
    assert promise(Story().placed(), date(2026, 12, 1)).order.ship_by is None
    gone = sold().cancels()
    before = gone.order.ship_by
    assert promise(gone, days_later(gone, 1)).order.ship_by == before
