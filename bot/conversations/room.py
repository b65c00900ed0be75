"""The decisions of persons' lanes and of the system's lane: who is meant, and which part of the room answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.conversations import (
    arriving,
    bursts,
    charged,
    engine,
    flooding,
    forgetting,
    gathering,
    inviting,
    mailbox,
    merging,
    notices,
    outcomes,
    pacing,
    people,
    recovering,
    shopkeeping,
    waiting,
    weekly,
)
from bot.conversations.flows import account, away
from bot.conversations.flows.listing import photos, videos
from bot.conversations.people import elsewhere as _elsewhere
from bot.conversations.talk import ANSWERS_LAST, Talk, person_of_key, queue_of
from bot.conversations.texts import common as texts
from bot.conversations.texts import notices as notices_texts
from bot.domain.commands import AlertOperator, ListMails, ReadPairing, SendEmail, SendLabel, SendText, Sent
from bot.domain.decision import ChannelWrite, Decision, SentMessage, Stored
from bot.domain.events import (
    AccountRecovered,
    ChannelState,
    ChargeOffered,
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
    PasswordLinkAsked,
    PaymentFact,
    Receipt,
    Refused,
    SellerInvited,
    Sender,
    ShopEdited,
    Tick,
    Unsubscribed,
    VideoFact,
)
from bot.domain.lanes import SYSTEM
from bot.domain.notice import NoticeStage, NoticeState
from bot.domain.people import Person
from bot.domain.shop import Shop
from bot.domain.text import fold
from bot.domain.video import seller_of

OWNER_SILENCE = timedelta(hours=12)
RECEIPT_AGAIN = timedelta(seconds=3)
"""A receipt may overtake the answer that names its message: it is looked at once more."""
AS_TEXT = frozenset(["buttons", "transient"])
"""Failures that the same words without buttons, sent a moment later, may not have."""
PAIRING_LASTS = timedelta(seconds=30)
"""Who asked for a code does not look any longer."""
HAND_BACK = frozenset(["encerrar", "encerrado", "encerra"])
MONEY_FACTS = frozenset(["paid", "settled", "refunded", "disputed"])


def decide(stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
    """Work one event of a person's or the system's lane. Pure."""
    match stored.event:
        case Message():
            _message(stored, stored.event, shop, now, decision)
        case MessageDeleted():
            _deleted(stored, stored.event, shop, now, decision)
        case OwnerMessage():
            _owner(stored, stored.event, shop, now, decision)
        case OperatorMessage() | HandedBack():
            _operator(stored, stored.event, shop, now, decision)
        case Receipt():
            _receipt(stored, stored.event, shop, now, decision, again=True)
        case Notice():
            _notice(stored, stored.event, shop, now, decision)
        case NoticeAgain():
            _notice_again(stored, stored.event, shop, now, decision)
        case Done(command=ListMails()):
            mailbox.looked(stored.event, decision)
        case Done() | Refused() | Parked() | Expired():
            _outcome(stored, stored.event, shop, now, decision)
        case Tick():
            _tick(stored, stored.event, shop, now, decision)
        case ShopEdited():
            shopkeeping.shop_edited(stored, stored.event, shop, decision)
        case PartEdited():
            shopkeeping.part_edited(stored.event, shop, decision)
        case PairingAsked():
            decision.do(ReadPairing(), expires_at=now + PAIRING_LASTS)
        case ChannelState():
            _channel(stored, stored.event, shop, now, decision)
        case MailFact():
            mailbox.fact(stored, stored.event, shop, now, decision, again=True)
        case Unsubscribed():
            mailbox.unsubscribed(stored, stored.event, shop, now, decision)
        case VideoFact():
            _video_fact(stored, stored.event, shop, now, decision)
        case AccountRecovered():
            recovering.recovered(stored, stored.event, shop, now, decision)
        case ForgetAsked():
            _forget(stored, stored.event, shop, now, decision)
        case ChargeOffered():
            _charge_offered(stored, stored.event, shop, now, decision)
        case SellerInvited():
            inviting.invited(stored, stored.event, shop, decision)
        case PasswordLinkAsked():
            inviting.password_link(stored.event, shop, decision)
        case PaymentFact():
            _stray_money(stored.event, decision)
        case _:
            return  # facts of labels that are not ours change nothing


def apologise(stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
    """The event could not be worked: say so, with a way out, and leave the talk where nothing can trip again."""
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


# --- messages ---------------------------------------------------------------------------------------------


def _talk_with(stored: Stored, sender: Sender, shop: Shop, now: datetime, decision: Decision) -> Talk | None:
    """The talk with who wrote, known or new; None if the event is decided again: two rows turned out to be one
    person, or the person is worked in another lane."""
    known = people.known(shop, sender)
    if len(known) == 2 and merging.are_one(shop, *known):
        decision.decide_again(*merging.merge(shop, *known))
        return None
    there = people.which(known, sender)
    if _elsewhere(stored, there, decision):
        return None
    person = there or people.new(stored, sender)
    talk = Talk(stored, shop, now, decision, person)
    after = people.seen(person, sender, known)
    if there is None or after is not person:
        talk.person = after
        talk.person_changed = True
    return talk


def _message(stored: Stored, event: Message, shop: Shop, now: datetime, decision: Decision) -> None:
    talk = _talk_with(stored, event.sender, shop, now, decision)
    if talk is None:
        return
    if _is_silent(talk):
        if talk.silent_by == "owner" and fold(event.text).strip(" .!") in HAND_BACK:
            _hand_back(talk)
        elif talk.silent_by == "owner":
            talk.silent_until = now + OWNER_SILENCE
    else:
        talk.silent_until, talk.silent_by = None, ""
        if not flooding.is_over(talk):
            _hear(talk, event)
    talk.seen_at = now
    talk.close()


def _hear(talk: Talk, event: Message) -> None:
    bubbles = bursts.gather(talk, event)
    if bubbles:  # else it was deleted before anybody read it
        flooding.count(talk, len(talk.decision.taken))
        gathering.hear(talk, bubbles)
        _never_silent(talk)


def _never_silent(talk: Talk) -> None:
    """Whoever writes gets an answer: now, or from what was set going for it."""
    wanted = talk.out or talk.has_notes or talk.decision.commands or talk.decision.timers or talk.silent_until
    if not wanted:
        talk.say(texts.left_menu())


def _deleted(stored: Stored, event: MessageDeleted, shop: Shop, now: datetime, decision: Decision) -> None:
    """What was answered stays answered; what is still being gathered was not said."""
    there = people.which(people.known(shop, event.sender), event.sender)
    if there is None or _elsewhere(stored, there, decision):
        return
    talk = Talk(stored, shop, now, decision, there)
    gathering.take_back(talk, event.message_id)
    talk.close()


def _is_silent(talk: Talk) -> bool:
    return talk.silent_until is not None and talk.silent_until > talk.now


def _owner(stored: Stored, event: OwnerMessage, shop: Shop, now: datetime, decision: Decision) -> None:
    """A person of the shop typed on the shop's own phone: the bot is silent until *encerrar* or twelve hours."""
    talk = _talk_with(stored, event.sender, shop, now, decision)
    if talk is None:
        return
    if fold(event.text).strip(" .!") in HAND_BACK:
        _hand_back(talk)
    else:
        _take_over(talk)
    talk.close()


def _operator(
    stored: Stored, event: OperatorMessage | HandedBack, shop: Shop, now: datetime, decision: Decision
) -> None:
    """The console's users talk in a chat as the owner does on the phone."""
    person = shop.person(event.person_id)
    if person is None or _elsewhere(stored, person, decision):
        return
    talk = Talk(stored, shop, now, decision, person)
    if isinstance(event, OperatorMessage):
        talk.send(SendText(to=person.chat, text=event.text), lasts=OWNER_SILENCE)
        _take_over(talk)
    else:
        _hand_back(talk)
    talk.close()


def _take_over(talk: Talk) -> None:
    talk.silent_until, talk.silent_by = talk.now + OWNER_SILENCE, "owner"
    talk.want_person("")


def _hand_back(talk: Talk) -> None:
    talk.silent_until, talk.silent_by, talk.misunderstood = None, "", 0
    talk.wanted_since, talk.wanted_about = None, ""
    engine.drop_stale(talk)
    engine.start(talk, "resolved")


# --- receipts ---------------------------------------------------------------------------------------------


def _receipt(stored: Stored, event: Receipt, shop: Shop, now: datetime, decision: Decision, *, again: bool) -> None:
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
    if _elsewhere(stored, person, decision):
        return
    state = shop.notice(sent.notice_key) if sent.notice_key else None
    if state is not None:
        talk = Talk(stored, shop, now, decision, person)
        outcomes.receipt(talk, state, event)
        talk.close()
    elif event.status == "failed" and event.failure in AS_TEXT and sent.text:
        # nobody waits for what becomes of it, so it is sent once more and not again
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


# --- news and outcomes ------------------------------------------------------------------------------------


def _notice(stored: Stored, event: Notice, shop: Shop, now: datetime, decision: Decision) -> None:
    person = shop.person(event.person_id)
    if person is None:
        decision.do(
            AlertOperator(topic="aviso sem pessoa", text=f"O aviso {event.key} não tem dono: {event.person_id}."),
            key=f"alert/lost/{event.key}",
        )
        return
    if _elsewhere(stored, person, decision):
        return
    talk = _undisturbed(Talk(stored, shop, now, decision, person))
    notices.tell(talk, event)
    talk.close()


def _undisturbed(talk: Talk) -> Talk:
    """News does not come between the bubbles of a saying: what was gathered is answered first."""
    if not _is_silent(talk):
        gathering.work_off(talk)
        talk.utter()
    return talk


def _notice_again(stored: Stored, event: NoticeAgain, shop: Shop, now: datetime, decision: Decision) -> None:
    """The same news under a new name: told as any other, if it has not lost its sense since."""
    told = shop.notice(event.key)
    person = shop.person(told.person_id) if told else None
    if told is None or person is None or _elsewhere(stored, person, decision):
        return
    if told.stage is NoticeStage.PARKED:  # nobody has to look after it any more
        decision.write(told.but(stage=NoticeStage.DROPPED, reason="told_again"))
    key = f"{told.key.partition('/again/')[0]}/again/{stored.id}"
    talk = _undisturbed(Talk(stored, shop, now, decision, person))
    notices.tell(talk, Notice(key=key, name=told.name, person_id=person.id, order=told.order, data=told.data))
    talk.close()


def _forget(stored: Stored, event: ForgetAsked, shop: Shop, now: datetime, decision: Decision) -> None:
    person = shop.person(event.person_id)
    if person is not None and not _elsewhere(stored, person, decision):
        forgetting.asked(stored, event, person, shop, now, decision)


def _charge_offered(stored: Stored, event: ChargeOffered, shop: Shop, now: datetime, decision: Decision) -> None:
    """A shop charges somebody by phone number, who may never have written to us."""
    sender = Sender(chat=event.phone, phone=event.phone, nickname=event.name)
    there = people.which(people.known(shop, sender), sender)
    if _elsewhere(stored, there, decision):
        return
    talk = _undisturbed(Talk(stored, shop, now, decision, there or people.new(stored, sender)))
    talk.person_changed = talk.person_changed or there is None
    charged.offered(talk, event)
    talk.close()


def _outcome(
    stored: Stored, event: Done | Refused | Parked | Expired, shop: Shop, now: datetime, decision: Decision
) -> None:
    of_notice = outcomes.of_command(shop, event.key)
    mailed = None if of_notice or event.key.startswith("say/") else shop.notice(event.key)
    person_id = of_notice[0].person_id if of_notice else mailed.person_id if mailed else person_of_key(event.key)
    person = shop.person(person_id) if person_id else None
    if person is None or _elsewhere(stored, person, decision):
        return
    if event.key.startswith("say/") and not isinstance(event, Refused):
        _said(event, person, decision)
        return
    talk = Talk(stored, shop, now, decision, person)
    talk.hushed = _is_silent(talk)
    if isinstance(event, Done) and isinstance(event.command, SendEmail):
        email_id = event.result_as(SendEmail.Mailed).email_id
        if email_id:
            decision.write(SentMessage(email_id, person.id, event.key, mailed.key if mailed else ""))
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
    """An answer went out: its id is kept for receipts, and for people who quote it."""
    if isinstance(event, Done):
        text = event.command.text if isinstance(event.command, SendText) else ""
        decision.write(SentMessage(event.result_as(Sent).message_id, person.id, event.key, "", text))


# --- time -------------------------------------------------------------------------------------------------


NOTICE_TICKS: dict[str, Callable[[Talk, NoticeState], None]] = {
    "notice_patience": outcomes.patience_over,
    "notice_channel": outcomes.channel_lost,
    "notice_go_on": notices.rested,
    "notice_turn": notices.turn_has_come,
    "notice_look": outcomes.looked_at_again,
}


def _tick(stored: Stored, event: Tick, shop: Shop, now: datetime, decision: Decision) -> None:
    data = event.data
    if event.name == "receipt_again":
        late = Receipt(message_id=data["message_id"], status=data["status"], failure=data.get("failure", ""))
        _receipt(stored, late, shop, now, decision, again=False)
        return
    if event.name == "mail_again":
        mailbox.fact(stored, MailFact(**data), shop, now, decision, again=False)
        return
    if event.name == pacing.TIMER:
        pacing.turn_of_those_waiting(stored, shop, now, decision)
        return
    if event.name == forgetting.REST:
        forgetting.rest(stored, event, decision)
        return
    person = shop.person(data.get("person", ""))
    if person is None or _elsewhere(stored, person, decision):
        return
    talk = Talk(stored, shop, now, decision, person)
    talk.hushed = _is_silent(talk)
    if event.name == "quiet":
        gathering.moment_came(talk)
    elif event.name == "closes":
        away.closes(talk)
    elif event.name == "opens":
        away.opens(talk)
    elif event.name == "video":
        videos.look(talk, event)
    elif event.name == "offer_over":
        charged.over(talk, event)
    elif event.name == waiting.LOOK:
        arriving.look(talk)
    elif event.name == "weekly_report":
        weekly.report(talk, data)
    elif event.name in NOTICE_TICKS:
        state = shop.notice(data.get("notice", ""))
        if state is not None:
            NOTICE_TICKS[event.name](talk, state)
    talk.close()


# --- the system's lane ------------------------------------------------------------------------------------


def _channel(stored: Stored, event: ChannelState, shop: Shop, now: datetime, decision: Decision) -> None:
    """The number went off or came back: operators are told once, and what is being sent is mailed meanwhile."""
    was = shop.channel_connected()
    decision.write(ChannelWrite(event.connected, event.detail, now))
    if was == event.connected:
        return
    text = (
        "O número do WhatsApp voltou a conectar."
        if event.connected
        else f"O número do WhatsApp caiu: {event.detail or 'sem motivo'}. Avisos vão por e-mail. O código para parear "
        f"de novo está em {shop.rules.public_url}/console/whatsapp (ou: autopars whatsapp connect)."
    )
    decision.do(AlertOperator(topic="WhatsApp", text=text), key=f"alert/channel/{stored.id}")
    if event.connected:
        decision.timer(pacing.TIMER, pacing.TIMER, now, lane=SYSTEM)
        return
    for state in shop.notices_at(NoticeStage.SENDING):
        person = shop.person(state.person_id)
        if person is not None:
            tick = Tick(name="notice_channel", data={"notice": state.key, "person": person.id})
            decision.emit(person.lane, tick, key=f"channel/{stored.id}/{state.key}")


def _video_fact(stored: Stored, event: VideoFact, shop: Shop, now: datetime, decision: Decision) -> None:
    """Handed to the seller whose video it is; one of somebody else's is none of ours."""
    seller = shop.seller(seller_of(event.name))
    person = shop.person(seller.person_id) if seller else None
    if person is None or _elsewhere(stored, person, decision):
        return
    talk = Talk(stored, shop, now, decision, person)
    talk.hushed = _is_silent(talk)
    videos.came(talk, event)
    talk.close()


def _stray_money(event: PaymentFact, decision: Decision) -> None:
    if event.fact in MONEY_FACTS:
        reference = event.reference or "sem referência"
        text = f"{event.fact} da cobrança {event.charge_id} ({reference}), que não é de um pedido."
        decision.do(
            AlertOperator(topic="dinheiro sem pedido", text=text), key=f"alert/stray/{event.charge_id}/{event.fact}"
        )
