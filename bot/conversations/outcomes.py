"""The progress of a sent notice: receipts, refusals, silence, and bounced e-mails."""

from __future__ import annotations

from bot.conversations import notices, pacing
from bot.conversations.catalogue import CATALOGUE
from bot.conversations.notices import UNDER_WAY, UNSENT
from bot.conversations.talk import Talk
from bot.conversations.texts import notices as texts
from bot.domain.commands import Command, SendBoleto, SendImage, SendLabel, SendQr, SendText, Sent
from bot.domain.decision import SentMessage
from bot.domain.events import Done, Expired, Parked, Receipt, Refused
from bot.domain.notice import NoticeStage, NoticeState
from bot.domain.shop import Shop

OPEN = UNSENT | UNDER_WAY | {NoticeStage.PARKED, NoticeStage.MAILING, NoticeStage.MAILED}
HOPELESS = ("no_whatsapp", "rejected")
"""Reasons after which WhatsApp is not tried again."""


# --- on WhatsApp ------------------------------------------------------------------------------------------


def of_command(shop: Shop, key: str) -> tuple[NoticeState, int] | None:
    """The notice that a WhatsApp command belongs to, and the index of the message within it."""
    head, _, rest = key.partition("/")
    name, _, place = rest.rpartition("/")
    if head != "notice" or not place.isdigit():
        return None
    state = shop.notice(name)
    return (state, int(place)) if state is not None else None


def message_outcome(talk: Talk, state: NoticeState, place: int, event: Done | Refused | Parked | Expired) -> None:
    """WhatsApp accepted a message of a notice, refused it, or does not answer."""
    round_, part = divmod(place, notices.MOST_MESSAGES)
    current, first = round_ == state.round, round_ == state.round and part == 0
    match event:
        case Done():
            sent = event.result_as(Sent)
            text = event.command.text if isinstance(event.command, SendText) else ""
            talk.decision.write(SentMessage(sent.message_id, state.person_id, state.key, text))
            pacing.answers_again(talk.shop, talk.now, talk.decision)
            if state.stage in (NoticeStage.SENDING, NoticeStage.DROPPED):  # it was being sent already
                talk.decision.write(state.but(stage=NoticeStage.SENT))
        case Refused() if isinstance(event.command, SendLabel):
            talk.say(texts.label_missing(state.order, doubtful=event.reason == "uncertain"))
            talk.alert("etiqueta sem PDF", f"O PDF da etiqueta do pedido {state.order} não saiu: {event.reason}.")
        case Refused() if current and _is_needed(event.command) and state.stage in UNDER_WAY:
            pacing.objected(talk.shop, talk.now, talk.decision, event.reason)
            notices.mail(talk, state, f"refused:{event.reason}")
        case Parked() if first and not isinstance(event.command, SendLabel):
            pacing.unanswered(talk.shop, talk.now, talk.decision)
        case Expired() if first and state.stage is NoticeStage.SENDING:
            talk.decision.cancel_timer(notices.timer_key(state.key))
            talk.decision.write(state.but(stage=NoticeStage.DROPPED, reason="expired"))
        case _:
            return


def _is_needed(command: Command) -> bool:
    return not isinstance(command, SendQr | SendImage | SendBoleto)


def receipt(talk: Talk, state: NoticeState, event: Receipt) -> None:
    """The phone has it, or WhatsApp reports that it never will."""
    if event.status in ("received", "read"):
        if state.stage is NoticeStage.MAILING:
            talk.decision.cancel_command(notices.mail_key(state))
        if state.stage is NoticeStage.SENDING and state.round:  # the first time has arrived after all
            notices.withdraw(talk, state)
        if state.stage in OPEN:
            talk.decision.cancel_timer(notices.timer_key(state.key))
            talk.decision.write(state.but(stage=NoticeStage.TOLD, reason=""))
    elif event.status == "failed" and state.stage in UNDER_WAY:
        pacing.objected(talk.shop, talk.now, talk.decision, event.failure)
        notices.mail(talk, state, f"failed:{event.failure or 'other'}")


def patience_over(talk: Talk, state: NoticeState) -> None:
    if state.stage not in UNDER_WAY | {NoticeStage.WAITING}:
        return
    starts = notices.not_before(talk, CATALOGUE[state.name])
    if starts is None:
        notices.mail(talk, state, state.reason or "no_receipt")
    else:  # an e-mail must not disturb either; what was handed to WhatsApp may still arrive meanwhile
        talk.decision.timer(
            notices.timer_key(state.key), "notice_patience", starts, notice=state.key, person=talk.person.id
        )


def looked_at_again(talk: Talk, state: NoticeState) -> None:
    """Something has changed (paid, opted out): drop what is outdated and not handed over yet."""
    reason = notices.pointless(talk, state, CATALOGUE[state.name])
    if reason and state.stage in UNSENT | {NoticeStage.SENDING, NoticeStage.MAILING}:
        talk.decision.cancel_command(notices.mail_key(state))
        notices.drop(talk, state, reason)


def channel_lost(talk: Talk, state: NoticeState) -> None:
    if state.stage is NoticeStage.SENDING and not talk.shop.channel_connected():
        notices.mail(talk, state, "channel_disconnected")


# --- by e-mail --------------------------------------------------------------------------------------------


def mail_outcome(talk: Talk, state: NoticeState, event: Done | Refused | Parked | Expired) -> None:
    if state.stage not in (NoticeStage.MAILING, NoticeStage.DROPPED):
        return
    if isinstance(event, Done):
        talk.decision.write(state.but(stage=NoticeStage.MAILED))
    elif isinstance(event, Refused) and state.stage is NoticeStage.MAILING:
        came_back(talk, state, f"mail_refused:{event.reason}")
    elif isinstance(event, Expired) and state.stage is NoticeStage.MAILING:
        talk.decision.write(state.but(stage=NoticeStage.DROPPED, reason="expired"))


def came_back(talk: Talk, state: NoticeState, reason: str) -> None:
    """The e-mail bounced: an essential notice goes to WhatsApp after all, once more and with that reason."""
    if state.stage not in (NoticeStage.MAILING, NoticeStage.MAILED):
        return
    kind = CATALOGUE[state.name]
    hopeless = talk.person.mail_only or any(mark in state.reason for mark in HOPELESS)
    if kind.purpose != "essential" or hopeless or state.round:
        talk.decision.write(state.but(stage=NoticeStage.PARKED, reason=reason))
    else:
        notices.go_on(talk, state.but(stage=NoticeStage.WAITING, reason=reason, round=state.round + 1))
