"""A boleto's day: moved within the hold, on bank days, while nobody has paid; reminded of by its present day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.domain import calendar
from bot.domain.holding import held_until, last_due_date
from bot.domain.order import ChargeState, OrderState
from tests.orders.story import BUYER, SELLER, Story

LAST = date(2026, 12, 8)
"""Ordered on Monday 23/11 and held for sixteen days, to 09/12: what is paid on 08/12 comes in on 09/12."""


def a_boleto() -> Story:
    return Story().placed("boleto")


def test_the_last_day_is_one_whose_money_comes_within_the_hold() -> None:
    story = a_boleto()
    assert calendar.today(held_until(story.order, story.shop.rules)) == date(2026, 12, 9)
    assert last_due_date(story.order, story.shop.rules) == LAST
    # on a hold that ends on a Sunday the money of Friday comes on Monday: too late
    sunday = story.order.but(created_at=story.order.created_at + timedelta(days=4))
    assert last_due_date(sunday, story.shop.rules) == date(2026, 12, 11)


def test_the_same_charge_with_another_line_and_its_share() -> None:
    story = a_boleto()
    before = story.charge
    story.asks_due_date(LAST)
    after = story.charge
    assert (after.reference, after.provider_id) == (before.reference, before.provider_id)
    assert (after.due_date, after.line, after.state) == (LAST, "line1", ChargeState.PENDING)
    assert after.share == before.share == story.bank.bills[before.provider_id].share
    assert story.news("due_date_changed") == {
        "amount": "51240",
        "due_date": "2026-12-08",
        "line": "line1",
        "page_url": before.page_url,
    }
    story.pays()
    assert story.state() is OrderState.PAID


def test_an_overdue_boleto_lives_again_and_a_late_word_of_its_end_changes_nothing() -> None:
    story = a_boleto()
    story.wait(timedelta(days=4)).bank_says("overdue")
    assert story.charge_state() is ChargeState.OVERDUE
    late = story.payment(story.charge, "overdue")
    story.asks_due_date(date(2026, 12, 4))
    assert story.charge_state() is ChargeState.PENDING
    story.play(late)
    assert story.charge_state() is ChargeState.PENDING


def test_a_share_lost_with_the_old_day_is_set_again() -> None:
    story = a_boleto()
    story.bank.set(story.charge.provider_id, status="overdue", share=0)
    story.asks_due_date(date(2026, 12, 4)).pays()
    assert story.state() is OrderState.PAID
    assert not story.charge.problem


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2026, 12, 9), "too_late"),
        (date(2026, 11, 29), "no_bank_day"),
        (date(2026, 11, 20), "no_bank_day"),
        (date(2026, 11, 19), "past"),
    ],
)
def test_days_that_cannot_be(day: date, reason: str) -> None:
    story = a_boleto()
    due = story.charge.due_date
    story.asks_due_date(day)
    assert story.news("due_date_kept")["reason"] == reason
    assert story.charge.due_date == due
    assert story.bank.moves == 0


def test_only_the_buyer_and_the_operator_move_it() -> None:
    story = a_boleto()
    for by in (SELLER, "p-somebody"):
        story.asks_due_date(LAST, by=by)
    assert story.bank.moves == 0
    story.asks_due_date(LAST, by="operator:ana")
    assert story.bank.moves == 1


def test_it_was_paid_in_the_same_moment() -> None:
    story = a_boleto()
    story.bank.set(story.charge.provider_id, status="settled")
    story.asks_due_date(LAST)
    assert story.state() is OrderState.PAID
    assert "due_date_changed" not in story.names(BUYER)
    story.asks_due_date(LAST)
    assert story.news("due_date_kept")["reason"] == "paid"


def test_a_pix_has_no_such_day() -> None:
    story = Story().placed("pix").asks_due_date(LAST)
    assert story.news("due_date_kept")["reason"] == "ended"


def test_cancelled_while_the_bank_is_away_shows_no_new_line() -> None:
    story = a_boleto()
    story.down.add("charge.due_date")
    story.asks_due_date(LAST)
    assert story.names(BUYER)[-1] == "charge_delayed"
    story.cancels()
    story.down.clear()
    story.work()
    assert story.state() is OrderState.CANCELLED
    assert story.charge_state() is ChargeState.VOID
    assert "due_date_changed" not in story.names(BUYER)


def test_reminders_go_by_the_present_day_and_only_by_it() -> None:
    story = a_boleto()  # due on Thursday, the 26th
    story.wait(timedelta(days=2))
    assert story.names(BUYER).count("boleto_reminder") == 1  # the day before
    story.asks_due_date(LAST)
    story.wait(timedelta(days=2, hours=12))
    assert story.names(BUYER).count("boleto_reminder") == 1, "the old day and the day after it are nobody's business"
    story.wait(timedelta(days=10, hours=6))
    told = [data["when"] for _, name, data in story.told if name == "boleto_reminder"]
    assert told == ["day_before", "days_before", "day_before", "today"]


def test_near_the_end_of_the_hold_a_new_boleto_is_due_sooner() -> None:
    story = Story().placed("pix").wait(timedelta(days=14)).asks_code("boleto")
    assert story.charge.due_date == LAST, "not the ninth or tenth, when the hold is over"


def test_the_same_day_once_more_asks_the_bank_nothing() -> None:
    story = a_boleto()
    story.asks_due_date(LAST).asks_due_date(LAST)
    assert story.bank.moves == 1
    assert len([key for key in story.carried if "/due/" in key]) == 1


def test_a_refusal_is_told_and_the_old_day_stays() -> None:
    story = a_boleto()
    story.refuse["charge.due_date"] = "invalid_due_date"
    story.asks_due_date(LAST)
    assert story.news("due_date_kept")["reason"] == "internal"
    assert any("vencimento" in alert for alert in story.alerts)
    assert story.charge.due_date == date(2026, 11, 26)
