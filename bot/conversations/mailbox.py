"""Delivery reports of our e-mails, and what people do by a link in one."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.conversations import outcomes
from bot.conversations.flows import leaving
from bot.conversations.people import elsewhere
from bot.conversations.talk import Talk
from bot.domain.commands import AlertOperator, ListMails
from bot.domain.decision import Decision, Stored
from bot.domain.events import Done, MailFact, Notice, Unsubscribed
from bot.domain.lanes import SYSTEM
from bot.domain.notice import NoticeState
from bot.domain.shop import Shop

AGAIN = timedelta(seconds=3)
"""A report may overtake the response that names its e-mail: it is checked once more after this."""


def fact(stored: Stored, event: MailFact, shop: Shop, now: datetime, decision: Decision, *, again: bool) -> None:
    """An e-mail was not delivered, or not wanted: mark its address; send what is essential by WhatsApp."""
    if event.fact not in ("bounced", "complained", "suppressed", "failed"):
        return
    sent = shop.sent_message(event.email_id)
    if sent is None and again:  # the report may overtake the response that names the e-mail
        data = {"email_id": event.email_id, "fact": event.fact, "address": event.address, "detail": event.detail}
        decision.timer(f"mail/{event.email_id}/{event.fact}", "mail_again", now + AGAIN, **data)
        return
    person = shop.person(sent.person_id) if sent else shop.person_known_as([event.address]) if event.address else None
    if stored.lane == SYSTEM:
        decision.do(
            AlertOperator(topic="e-mail não entregue", text=f"O e-mail {event.email_id} teve {event.fact}."),
            key=f"alert/mail/{event.email_id}/{event.fact}",
        )
    if person is None or elsewhere(stored, person, decision):
        return
    talk = Talk(stored, shop, now, decision, person)
    if event.fact == "complained":
        leaving.end_reminders(talk, "complaint", "e-mail")
    else:
        _came_back(talk, event, shop.notice(sent.notice_key) if sent else None)
    talk.close()


def looked(event: Done, decision: Decision) -> None:
    """A report found by polling; if its webhook came too, it counts once."""
    for mail in event.result_as(ListMails.Listed).mails:
        fact = MailFact(email_id=mail.email_id, fact=mail.fact, address=mail.address, detail=mail.detail)
        decision.emit(SYSTEM, fact, key=f"mail/{mail.email_id}/{mail.fact}")


def unsubscribed(stored: Stored, event: Unsubscribed, shop: Shop, now: datetime, decision: Decision) -> None:
    person = shop.person(event.person_id)
    if person is None or elsewhere(stored, person, decision):
        return
    talk = Talk(stored, shop, now, decision, person)
    leaving.end_reminders(talk, "unsubscribe.html", "e-mail")
    talk.close()


def _came_back(talk: Talk, event: MailFact, state: NoticeState | None) -> None:
    address = event.address.casefold()
    if event.fact != "failed" and address and address not in talk.person.bad_emails:
        # a full mailbox or a broken server says nothing against the address
        confirmed = talk.person.email_confirmed and talk.person.email.casefold() != address
        talk.know(bad_emails=(*talk.person.bad_emails, address), email_confirmed=confirmed)
        if state is None:
            data = {"address": address}
            news = Notice(key=f"mail/{event.email_id}", name="mail_came_back", person_id=talk.person.id, data=data)
            talk.decision.emit(talk.stored.lane, news, key=f"notice/{news.key}")
    if state is not None:
        outcomes.came_back(talk, state, f"mail_{event.fact}")
