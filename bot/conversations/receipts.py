"""Receipts of sent messages: a failed one is sent once more, or the operator is alerted."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.conversations import outcomes, people
from bot.conversations.talk import ANSWERS_LAST, Talk
from bot.domain.commands import AlertOperator, SendText
from bot.domain.decision import Decision, Stored
from bot.domain.events import Receipt
from bot.domain.shop import Shop

RECEIPT_AGAIN = timedelta(seconds=3)
"""A receipt may overtake the response that names its message: it is checked once more after this."""
AS_TEXT = frozenset(["buttons", "transient"])
"""Failures that may not recur with the same text without buttons, a moment later."""


def receipt(stored: Stored, event: Receipt, shop: Shop, now: datetime, decision: Decision, *, again: bool) -> None:
    if event.status not in ("received", "read", "failed"):
        return
    sent = shop.sent_message(event.message_id)
    if sent is None:
        if again:
            decision.timer(
                f"receipt/{event.message_id}/{event.status}",
                "receipt_again",
                now + RECEIPT_AGAIN,
                message_id=event.message_id,
                status=event.status,
                failure=event.failure,
            )
        return
    person = shop.person(sent.person_id)
    if person is None:
        return
    if people.elsewhere(stored, person, decision):
        return
    state = shop.notice(sent.notice_key) if sent.notice_key else None
    if state is not None:
        talk = Talk(stored, shop, now, decision, person)
        outcomes.receipt(talk, state, event)
        talk.close()
    elif event.status == "failed" and event.failure in AS_TEXT and sent.text:
        # its outcome is not tracked, so it is sent once more and not again
        decision.do(
            SendText(to=person.chat, text=sent.text),
            key=f"again/{event.message_id}",
            queue=f"wa:{person.id}",
            expires_at=now + ANSWERS_LAST,
        )
    elif event.status == "failed":
        decision.do(
            AlertOperator(
                topic="WhatsApp não entregou",
                text=f"Uma resposta a {person.id} falhou: {event.failure or 'sem motivo'}.",
            ),
            key=f"alert/undelivered/{event.failure or 'other'}/{now:%Y-%m-%d}",
        )
