"""Events that reach a person's lane from elsewhere: notices of orders, outcomes of commands, charges by a shop."""

from __future__ import annotations

from datetime import datetime

from bot.conversations import charged, engine, gathering, notices, outcomes, people
from bot.conversations.flows import account
from bot.conversations.flows.listing import photos, videos
from bot.conversations.talk import Talk, person_of_key
from bot.conversations.texts import notices as notices_texts
from bot.domain.commands import AlertOperator, SendEmail, SendLabel, SendText, Sent
from bot.domain.decision import Decision, SentMessage, Stored
from bot.domain.events import (
    ChargeOffered,
    ChargeRevisited,
    Done,
    Expired,
    Notice,
    NoticeAgain,
    Parked,
    Refused,
    Sender,
    VideoFact,
)
from bot.domain.notice import NoticeStage
from bot.domain.people import Person
from bot.domain.shop import Shop
from bot.domain.video import seller_of


def notice(stored: Stored, event: Notice, shop: Shop, now: datetime, decision: Decision) -> None:
    person = shop.person(event.person_id)
    if person is None:
        decision.do(
            AlertOperator(topic="aviso sem pessoa", text=f"O aviso {event.key} não tem dono: {event.person_id}."),
            key=f"alert/lost/{event.key}",
        )
        return
    if people.elsewhere(stored, person, decision):
        return
    talk = _undisturbed(Talk(stored, shop, now, decision, person))
    charged.answered(talk, event)
    notices.tell(talk, event)
    talk.close()


def _undisturbed(talk: Talk) -> Talk:
    """A notice does not interrupt a message in several bubbles: what was gathered is answered first."""
    if not talk.is_silent:
        gathering.work_off(talk)
        talk.utter()
    return talk


def notice_again(stored: Stored, event: NoticeAgain, shop: Shop, now: datetime, decision: Decision) -> None:
    """The same notice under a new key: sent like any other, unless it is outdated."""
    told = shop.notice(event.key)
    person = shop.person(told.person_id) if told else None
    if told is None or person is None or people.elsewhere(stored, person, decision):
        return
    if told.stage is NoticeStage.PARKED:  # nobody has to handle the parked one any more
        decision.write(told.but(stage=NoticeStage.DROPPED, reason="told_again"))
    key = f"{told.key.partition('/again/')[0]}/again/{stored.id}"
    talk = _undisturbed(Talk(stored, shop, now, decision, person))
    notices.tell(talk, Notice(key=key, name=told.name, person_id=person.id, order=told.order, data=told.data))
    talk.close()


def charge(
    stored: Stored, event: ChargeOffered | ChargeRevisited, shop: Shop, now: datetime, decision: Decision
) -> None:
    """A shop charges somebody by phone number, who may never have written to us; or follows up on that."""
    name = event.name if isinstance(event, ChargeOffered) else ""
    sender = Sender(chat=event.phone, phone=event.phone, nickname=name)
    there = people.which(people.known(shop, sender), sender)
    nobody = there is None and isinstance(event, ChargeRevisited)
    if nobody or people.elsewhere(stored, there, decision):
        return
    talk = _undisturbed(Talk(stored, shop, now, decision, there or people.new(stored, sender)))
    talk.person_changed = talk.person_changed or there is None
    if isinstance(event, ChargeOffered):
        charged.offered(talk, event)
    else:
        charged.revisited(talk, event)
    talk.close()


def outcome(
    stored: Stored, event: Done | Refused | Parked | Expired, shop: Shop, now: datetime, decision: Decision
) -> None:
    of_notice = outcomes.of_command(shop, event.key)
    mailed = None if of_notice or event.key.startswith("say/") else shop.notice(event.key)
    person_id = of_notice[0].person_id if of_notice else mailed.person_id if mailed else person_of_key(event.key)
    person = shop.person(person_id) if person_id else None
    if person is None or people.elsewhere(stored, person, decision):
        return
    if event.key.startswith("say/") and not isinstance(event, Refused):
        _said(event, person, decision)
        return
    talk = Talk(stored, shop, now, decision, person)
    talk.hushed = talk.is_silent
    if isinstance(event, Done) and isinstance(event.command, SendEmail):
        email_id = event.result_as(SendEmail.Mailed).email_id
        if email_id:
            decision.write(SentMessage(email_id, person.id, mailed.key if mailed else ""))
    if event.key.startswith("say/"):
        if isinstance(event.command, SendLabel):
            talk.say(notices_texts.label_unsent(doubtful=isinstance(event, Refused) and event.reason == "uncertain"))
    elif of_notice is not None:
        outcomes.message_outcome(talk, *of_notice, event)
    elif mailed is not None:
        outcomes.mail_outcome(talk, mailed, event)
    elif not engine.come_back(talk, event.key, event):
        photos.late_photo(talk, event)
        videos.outcome(talk, event)
        account.came_late(talk, event)
    talk.close()


def _said(event: Done | Parked | Expired, person: Person, decision: Decision) -> None:
    """An answer was sent: keep its id for receipts and quotes."""
    if isinstance(event, Done):
        text = event.command.text if isinstance(event.command, SendText) else ""
        decision.write(SentMessage(event.result_as(Sent).message_id, person.id, text=text))


def video_fact(stored: Stored, event: VideoFact, shop: Shop, now: datetime, decision: Decision) -> None:
    """Passed to the seller who owns the video; unknown videos are ignored."""
    seller = shop.seller(seller_of(event.name))
    person = shop.person(seller.person_id) if seller else None
    if person is None or people.elsewhere(stored, person, decision):
        return
    talk = Talk(stored, shop, now, decision, person)
    talk.hushed = talk.is_silent
    videos.came(talk, event)
    talk.close()
