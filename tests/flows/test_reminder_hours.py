"""A boleto's reminders, raised at nine in São Paulo, come at hours allowed where the recipient lives, or not at all.

They are planned for days on which they may (``tests/orders/test_reminder_days.py``); what is raised on another all the
same, since an address has changed meanwhile, dies."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from bot.domain import calendar
from bot.domain.notice import NoticeStage
from bot.domain.order import Method, OrderState
from bot.domain.people import Address
from tests.flows.chat import CURITIBA, SAO_PAULO, Chat
from tests.flows.stories import buyer_with_orders

MANAUS = Address(postal_code="69005000", city="Manaus", state="AM")
NORONHA = Address(postal_code="53990000", city="Fernando de Noronha", state="PE")
WHEN = {"days_before": 3, "day_before": 1, "today": 0, "day_after": -1}
"""How many days after the reminder the boleto is due."""
WEDNESDAY, SATURDAY, SUNDAY = date(2026, 11, 25), date(2026, 11, 28), date(2026, 11, 29)


def living_in(place: Address, due: date) -> Chat:
    """Marina, who has a boleto to pay."""
    chat = buyer_with_orders(paid_with=Method.BOLETO)
    order = chat.shop.orders[1001]
    chat.shop.add(
        chat.shop.persons["p-marina"].but(address=place),
        order.but(charges=(order.charges[0].but(due_date=due),), version=order.version + 1),
    )
    return chat


def raised(place: Address, when: str, day: date, clock: time = time(9)) -> Chat:
    due = day + timedelta(days=WHEN[when])
    chat = living_in(place, due)
    chat.now = calendar.instant(day, clock)
    key = f"order-1001/boleto_reminder/{due}/{when}"
    return chat.notice(
        "boleto_reminder",
        "p-marina",
        1001,
        key=key,
        when=when,
        amount="51240",
        due_date=due.isoformat(),
        line="4" * 47,
    )


def stage(chat: Chat) -> NoticeStage:
    return list(chat.shop.notices.values())[-1].stage


@pytest.mark.parametrize("when", WHEN)
@pytest.mark.parametrize(
    ("place", "minutes"), [(CURITIBA, 0), (SAO_PAULO, 0), (NORONHA, 0), (MANAUS, 60)], ids=lambda v: str(v)[:40]
)
def test_each_by_the_clock_of_the_place(when: str, place: Address, minutes: int) -> None:
    chat = raised(place, when, WEDNESDAY)
    if minutes:
        chat.silence()
        assert stage(chat) is NoticeStage.RESTING
        chat.passes(minutes=minutes - 1).silence()
        chat.passes(minutes=1)
    chat.bot("512,40")
    local = chat.now.astimezone(calendar.zone_at(place.postal_code, place.state))
    assert time(9) <= local.time() < time(19)


@pytest.mark.parametrize(
    ("place", "day", "told"),
    [
        (CURITIBA, SATURDAY, True),
        (NORONHA, SATURDAY, True),
        (MANAUS, SATURDAY, False),  # Lei 306/16: on weekdays only
        (CURITIBA, SUNDAY, False),
        (CURITIBA, date(2026, 11, 20), False),
        (CURITIBA, date(2027, 2, 8), False),  # Carnival
        (CURITIBA, date(2027, 2, 9), False),
        (CURITIBA, date(2027, 2, 10), True),
        (CURITIBA, date(2026, 12, 24), True),
        (MANAUS, date(2026, 12, 24), True),
        (CURITIBA, date(2026, 12, 25), False),
        (CURITIBA, date(2026, 12, 31), False),
    ],
)
def test_on_days_on_which_nobody_may_be_reminded_it_dies(place: Address, day: date, told: bool) -> None:
    """Rather not at all than on the day after, when "amanhã" is today and the next reminder is there."""
    chat = raised(place, "day_before", day)
    if told:
        (chat.passes(hours=1) if place is MANAUS else chat).bot("512,40")
        return
    chat.silence()
    assert stage(chat) is NoticeStage.RESTING
    chat.passes(days=6).silence()
    assert stage(chat) is NoticeStage.DROPPED


@pytest.mark.parametrize("place", [CURITIBA, SAO_PAULO, NORONHA, MANAUS])
@pytest.mark.parametrize("clock", [time(21), time(22, 30), time(23, 59)])
def test_late_in_the_evening_it_is_not_told_the_next_morning(place: Address, clock: time) -> None:
    """The scheduler was down all day. In UTC, and in Noronha before midnight, it is already tomorrow."""
    chat = raised(place, "today", WEDNESDAY, clock)
    chat.passes(hours=24).silence()
    assert stage(chat) is NoticeStage.DROPPED


@pytest.mark.parametrize("when", WHEN)
@pytest.mark.parametrize("ends", ["paid", "opted out"])
def test_never_after_payment_or_opt_out(when: str, ends: str) -> None:
    """In the hour in which it rests, since in Manaus it is eight."""
    chat = raised(MANAUS, when, WEDNESDAY)
    assert stage(chat) is NoticeStage.RESTING
    if ends == "paid":
        order = chat.shop.orders[1001]
        chat.shop.add(order.but(state=OrderState.PAID, version=order.version + 1))
    else:
        chat.buyer("sem lembrete").bot("lembrete")
    chat.passes(hours=24).silence()
    assert stage(chat) is NoticeStage.DROPPED
