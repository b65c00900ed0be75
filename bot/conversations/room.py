"""Routing of person and system lane events to the modules that handle them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.conversations import (
    arriving,
    channel,
    charged,
    forgetting,
    gathering,
    inviting,
    mailbox,
    messages,
    news,
    notices,
    outcomes,
    pacing,
    people,
    receipts,
    recovering,
    shopkeeping,
    waiting,
    weekly,
)
from bot.conversations.flows import away
from bot.conversations.flows.listing import videos
from bot.conversations.talk import Talk, person_of_key, queue_of
from bot.conversations.texts import common as texts
from bot.domain.commands import AlertOperator, ListMails, ReadPairing, SendText
from bot.domain.decision import Decision, Stored
from bot.domain.events import (
    AccountRecovered,
    ChannelState,
    ChargeOffered,
    ChargeRevisited,
    Done,
    Expired,
    ForgetAsked,
    HandedBack,
    MailFact,
    Message,
    MessageDeleted,
    Notice,
    NoticeAgain,
    OperatorMessage,
    OwnerMessage,
    PairingAsked,
    Parked,
    PartEdited,
    PasswordChanged,
    PasswordLinkAsked,
    PaymentFact,
    Receipt,
    Refused,
    SellerInvited,
    ShopEdited,
    Tick,
    Unsubscribed,
    VideoFact,
)
from bot.domain.notice import NoticeState
from bot.domain.people import Person
from bot.domain.shop import Shop

PAIRING_LASTS = timedelta(seconds=30)
"""After this, whoever asked for a pairing code is no longer looking."""
MONEY_FACTS = frozenset(["paid", "settled", "refunded", "disputed"])


def decide(stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
    """Handle one event of a person's or the system's lane. Pure."""
    match stored.event:
        case Message():
            messages.message(stored, stored.event, shop, now, decision)
        case MessageDeleted():
            messages.deleted(stored, stored.event, shop, now, decision)
        case OwnerMessage():
            messages.owner(stored, stored.event, shop, now, decision)
        case OperatorMessage() | HandedBack():
            messages.operator(stored, stored.event, shop, now, decision)
        case Receipt():
            receipts.receipt(stored, stored.event, shop, now, decision, again=True)
        case Notice():
            news.notice(stored, stored.event, shop, now, decision)
        case NoticeAgain():
            news.notice_again(stored, stored.event, shop, now, decision)
        case Done(command=ListMails()):
            mailbox.looked(stored.event, decision)
        case Done() | Refused() | Parked() | Expired():
            news.outcome(stored, stored.event, shop, now, decision)
        case Tick():
            _tick(stored, stored.event, shop, now, decision)
        case ShopEdited():
            shopkeeping.shop_edited(stored, stored.event, shop, decision)
        case PartEdited():
            shopkeeping.part_edited(stored.event, shop, decision)
        case PairingAsked():
            decision.do(ReadPairing(), expires_at=now + PAIRING_LASTS)
        case ChannelState():
            channel.changed(stored, stored.event, shop, now, decision)
        case MailFact():
            mailbox.fact(stored, stored.event, shop, now, decision, again=True)
        case Unsubscribed():
            mailbox.unsubscribed(stored, stored.event, shop, now, decision)
        case VideoFact():
            news.video_fact(stored, stored.event, shop, now, decision)
        case AccountRecovered():
            recovering.recovered(stored, stored.event, shop, now, decision)
        case ForgetAsked():
            _forget(stored, stored.event, shop, now, decision)
        case ChargeOffered() | ChargeRevisited():
            news.charge(stored, stored.event, shop, now, decision)
        case SellerInvited():
            inviting.invited(stored, stored.event, shop, decision)
        case PasswordLinkAsked():
            inviting.password_link(stored.event, shop, decision)
        case PasswordChanged():
            inviting.password_changed(stored, stored.event, shop, decision)
        case PaymentFact():
            _stray_money(stored.event, decision)
        case _:
            return  # facts about labels that are not ours change nothing


def apologise(stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
    """The event could not be handled: say so, with a way out, and reset the conversation to a state that cannot fail
    again."""
    person = _person_of(stored, shop)
    if person is None or isinstance(stored.event, Notice):
        return
    sorry = SendText(to=person.chat, text=texts.trouble())
    decision.do(
        sorry,
        key=f"sorry/{person.id}/{stored.id}/0",
        queue=queue_of(person, sorry),
        expires_at=now + timedelta(minutes=10),
    )
    before = shop.conversation(person.id)
    if before.frames or before.options:
        decision.write(before.but(frames=(), options=()))


def _person_of(stored: Stored, shop: Shop) -> Person | None:
    event = stored.event
    if isinstance(event, Message):
        return people.which(people.known(shop, event.sender), event.sender)
    if isinstance(event, Done | Refused | Parked | Expired):
        found = person_of_key(event.key)
        return shop.person(found) if found else None
    return None


def _forget(stored: Stored, event: ForgetAsked, shop: Shop, now: datetime, decision: Decision) -> None:
    person = shop.person(event.person_id)
    if person is not None and not people.elsewhere(stored, person, decision):
        forgetting.asked(stored, event, person, shop, now, decision)


NOTICE_TICKS: dict[str, Callable[[Talk, NoticeState], None]] = {
    "notice_patience": outcomes.patience_over,
    "notice_channel": outcomes.channel_lost,
    "notice_go_on": notices.rested,
    "notice_turn": notices.turn_has_come,
    "notice_look": outcomes.looked_at_again,
}


def _tick(stored: Stored, event: Tick, shop: Shop, now: datetime, decision: Decision) -> None:
    data = event.data
    match event.name:
        case "receipt_again":
            late = Receipt(message_id=data["message_id"], status=data["status"], failure=data.get("failure", ""))
            receipts.receipt(stored, late, shop, now, decision, again=False)
        case "mail_again":
            mailbox.fact(stored, MailFact(**data), shop, now, decision, again=False)
        case pacing.TIMER:
            pacing.turn_of_those_waiting(stored, shop, now, decision)
        case forgetting.REST:
            forgetting.rest(stored, event, decision)
        case _:
            person = shop.person(data.get("person", ""))
            if person is not None and not people.elsewhere(stored, person, decision):
                talk = Talk(stored, shop, now, decision, person)
                talk.hushed = talk.is_silent
                _persons_tick(talk, event)
                talk.close()


def _persons_tick(talk: Talk, event: Tick) -> None:
    match event.name:
        case "quiet":
            gathering.moment_came(talk)
        case "closes":
            away.closes(talk)
        case "opens":
            away.opens(talk)
        case "video":
            videos.look(talk, event)
        case "offer_over":
            charged.over(talk, event)
        case waiting.LOOK:
            arriving.look(talk)
        case "weekly_report":
            weekly.report(talk, event.data)
        case name if name in NOTICE_TICKS:
            state = talk.shop.notice(event.data.get("notice", ""))
            if state is not None:
                NOTICE_TICKS[name](talk, state)
        case _:
            pass


def _stray_money(event: PaymentFact, decision: Decision) -> None:
    if event.fact in MONEY_FACTS:
        reference = event.reference or "sem referência"
        text = f"{event.fact} da cobrança {event.charge_id} ({reference}), que não é de um pedido."
        decision.do(
            AlertOperator(topic="dinheiro sem pedido", text=text), key=f"alert/stray/{event.charge_id}/{event.fact}"
        )
