"""Reminders, which may be declined, and what rests in the quiet hours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.events import (
    Tick,
)
from bot.domain.notice import NoticeStage
from bot.domain.order import ChargeState, Method, OrderState
from tests.flows.chat import Chat
from tests.flows.stories import buyer_with_orders
from tests.flows.test_notices import stage, with_mail


def test_opted_out_of_reminders_only() -> None:
    chat = with_mail(buyer_with_orders())
    chat.shop.add(chat.shop.persons["p-marina"].but(reminders=False))
    chat.notice("boleto_reminder", "p-marina", 1001, when="today", amount="1", due_date="2026-11-27").silence()
    assert stage(chat) is NoticeStage.DROPPED
    chat.notice("payment_confirmed", "p-marina", 1001, seller="Silva").bot("Pagamento confirmado")


def reminder(chat: Chat, when: str = "today") -> Chat:
    return chat.notice(
        "boleto_reminder", "p-marina", 1001, when=when, amount="51240", due_date="2026-11-27", line="4" * 47
    )


EARLY = datetime(2026, 11, 23, 10, tzinfo=UTC)
"""Seven in the morning in Curitiba."""


def test_reminders_wait_for_the_end_of_quiet_hours() -> None:
    chat = with_mail(buyer_with_orders())
    chat.now = EARLY
    reminder(chat).silence()
    assert stage(chat) is NoticeStage.RESTING
    chat.passes(hours=1, minutes=59).silence()
    chat.passes(minutes=1).bot("vence hoje")
    assert stage(chat) is NoticeStage.SENT


def _paid(chat: Chat) -> None:
    order = chat.shop.orders[1001]
    chat.shop.add(order.but(state=OrderState.PAID, version=order.version + 1))


def _opted_out(chat: Chat) -> None:
    chat.buyer("SAIR")


def _replaced(chat: Chat) -> None:
    order = chat.shop.orders[1001]
    newer = order.charges[0].but(reference="order-1001-a2", state=ChargeState.REQUESTED)
    chat.shop.add(order.but(charges=(*order.charges, newer), version=order.version + 1))


@pytest.mark.parametrize("happens", [_paid, _opted_out, _replaced])
def test_a_reminder_that_rested_is_decided_anew(happens: Callable[[Chat], None]) -> None:
    chat = with_mail(buyer_with_orders(paid_with=Method.BOLETO))
    chat.now = EARLY
    reminder(chat)
    happens(chat)
    chat.passes(hours=12).silence()
    assert stage(chat) is NoticeStage.DROPPED
    assert not chat.mails


@pytest.mark.parametrize("happens", [_paid, _opted_out])
def test_a_reminder_on_its_way_is_called_back(happens: Callable[[Chat], None]) -> None:
    chat = with_mail(buyer_with_orders(paid_with=Method.BOLETO))
    chat.now = EARLY + timedelta(hours=4)
    chat.down = {"message.text"}
    reminder(chat)
    assert stage(chat) is NoticeStage.SENDING
    happens(chat)
    if happens is _paid:
        look = Tick(name="notice_look", data={"notice": next(iter(chat.shop.notices)), "person": "p-marina"})
        chat.event(chat.shop.persons["p-marina"].lane, look)
    assert stage(chat) is NoticeStage.DROPPED
    chat.up_again().not_bot("boleto")
    chat.passes(hours=12)
    assert not chat.mails


def test_a_mail_in_the_quiet_hours_waits_too_and_dies_with_its_day() -> None:
    chat = with_mail(buyer_with_orders(paid_with=Method.BOLETO))
    chat.now = datetime(2026, 11, 23, 21, 45, tzinfo=UTC)  # 18:45 in Curitiba, and patience lasts for half an hour
    reminder(chat).bot("vence hoje")
    chat.passes(hours=24)
    assert not chat.mails
    assert stage(chat) is NoticeStage.DROPPED
