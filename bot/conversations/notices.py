"""News: each told once, on the channel that works.

``SENDING`` → (taken by WhatsApp) ``SENT`` → (receipt) ``TOLD``. What does not arrive in time, or cannot, is mailed
once: ``MAILING`` → ``MAILED``; without a confirmed address it is ``PARKED`` with the reason, past its life
``DROPPED``. Commands: ``notice/<key>/<i>`` on WhatsApp, ``<key>`` itself by e-mail, where it is the idempotency key.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.conversations import engine
from bot.conversations.talk import Outgoing, Talk, queue_of
from bot.conversations.texts import notices as texts
from bot.conversations.texts import selling as selling_texts
from bot.conversations.texts.notices import News
from bot.domain import calendar
from bot.domain.commands import Command, SendEmail, SendLabel, SendQr, SendText, Sent
from bot.domain.decision import SentMessage
from bot.domain.events import Done, Expired, Notice, Parked, Receipt, Refused
from bot.domain.notice import NoticeStage, NoticeState
from bot.domain.order import ChargeState, Order, OrderState
from bot.domain.people import Person
from bot.domain.postal_code import state_of
from bot.domain.shop import Shop

SOON = timedelta(minutes=10)
LATER = timedelta(minutes=30)
LIFE = timedelta(days=7)
BUSY = timedelta(minutes=10)
"""Somebody who wrote that recently is in the middle of something: a notice asks in words and opens no menu."""
MOST_MESSAGES = 4
REVIVABLE = timedelta(hours=24)
"""Money that comes later than that after the end of its charge revives no order."""
GOING_BACK = frozenset([ChargeState.PAID_LATE, ChargeState.REFUNDING, ChargeState.REFUNDED])
_BY = {"buyer": "buyer", "seller": "seller", "no_part": "seller"}
WAITING = frozenset([NoticeStage.SENDING, NoticeStage.SENT])
OPEN = WAITING | {NoticeStage.PARKED}

Purpose = Literal["essential", "reminder", "news"]
Opens = Callable[[News], "tuple[str, dict[str, Any]] | None"]


def _no_question(_: News) -> None:
    return None


@dataclass(frozen=True)
class Kind:
    """A notice of the catalogue. ``text`` says the news; ``opens`` names a flow whose question says it instead."""

    audience: Literal["buyer", "seller", "both"]
    text: Callable[[News], str]
    purpose: Purpose = "essential"
    patience: timedelta = LATER
    opens: Opens = _no_question
    carries: Literal["", "code", "label"] = ""
    """What follows the text in messages of its own."""


def _ask_renew(news: News) -> tuple[str, dict[str, Any]] | None:
    return "paying", {"order": news.order, "entry": "renew"}


def _ask_failed(news: News) -> tuple[str, dict[str, Any]] | None:
    entry = {"entry": "failed", "failed": news.get("method"), "reason": news.get("reason")}
    return "paying", {"order": news.order, **entry}


def _ask_sale(news: News) -> tuple[str, dict[str, Any]] | None:
    if news.get("auto"):
        return None
    return "sale", {"order": news.order, "notice": dict(news.data)}


def _ask_arrived(news: News) -> tuple[str, dict[str, Any]] | None:
    return "arrived", {"order": news.order, "until": news.day("until")}


def _ask_undelivered(news: News) -> tuple[str, dict[str, Any]] | None:
    return "undelivered", {"order": news.order, "carrier": news.get("carrier")}


def _sale(news: News) -> str:
    ask = selling_texts.automatic() if news.get("auto") else selling_texts.answer_in_words(news.order)
    return f"{selling_texts.sale(news.order, news.data)}\n{ask}\n{selling_texts.post_by(news.data)}"


CATALOGUE: dict[str, Kind] = {
    "charge_ready": Kind("buyer", texts.charge_ready, patience=SOON, carries="code"),
    "charge_failed": Kind("buyer", texts.charge_failed, patience=SOON, opens=_ask_failed),
    "charge_delayed": Kind("buyer", texts.charge_delayed),
    "payment_confirmed": Kind("buyer", texts.payment_confirmed, patience=SOON),
    "pix_expired": Kind("buyer", texts.pix_expired, patience=SOON, opens=_ask_renew),
    "card_expired": Kind("buyer", texts.card_expired, patience=SOON),
    "boleto_reminder": Kind("buyer", texts.boleto_reminder, purpose="reminder", carries="code"),
    "due_date_changed": Kind("buyer", texts.due_date_changed, patience=SOON, carries="code"),
    "due_date_kept": Kind("buyer", texts.due_date_kept, patience=SOON),
    "order_cancelled": Kind("buyer", texts.order_cancelled),
    "refund_form": Kind("buyer", texts.refund_form),
    "refund_done": Kind("buyer", texts.refund_done),
    "late_payment": Kind("both", texts.late_payment, patience=SOON),
    "order_posted": Kind("buyer", texts.order_posted),
    "order_delivered": Kind("buyer", texts.order_delivered, opens=_ask_arrived),
    "order_undelivered": Kind("buyer", texts.order_undelivered, opens=_ask_undelivered),
    "cancel_refused": Kind("buyer", texts.cancel_refused),
    "sale_new": Kind("seller", _sale, patience=SOON, opens=_ask_sale),
    "sale_reminder": Kind("seller", texts.sale_reminder, purpose="reminder"),
    "label_ready": Kind("seller", texts.label_ready, patience=SOON, carries="label"),
    "label_delayed": Kind("seller", texts.label_delayed),
    "sale_cancelled": Kind("seller", texts.sale_cancelled, patience=SOON),
    "sale_delivered": Kind("seller", texts.sale_delivered, purpose="news"),
}


# --- raising ----------------------------------------------------------------------------------------------


def tell(talk: Talk, notice: Notice) -> None:
    """A new notice: send it, mail it, or drop it."""
    if talk.shop.notice(notice.key) is not None:
        return
    state = NoticeState(
        key=notice.key,
        person_id=talk.person.id,
        name=notice.name,
        order=notice.order,
        data=notice.data,
        raised_at=talk.stored.received_at,
    )
    kind = CATALOGUE.get(notice.name)
    if kind is None:
        talk.decision.write(state.but(stage=NoticeStage.PARKED, reason="unknown_notice"))
        talk.alert("aviso desconhecido", f"O aviso {notice.key} ({notice.name}) não tem texto e não foi enviado.")
        return
    if kind.purpose != "essential" and not talk.person.reminders:
        talk.decision.write(state.but(stage=NoticeStage.DROPPED, reason="opted_out"))
        return
    if talk.now >= end_of_life(state):
        talk.decision.write(state.but(stage=NoticeStage.DROPPED, reason="too_old"))
        return
    if talk.person.mail_only or not talk.shop.channel_connected():
        reason = "mail_only" if talk.person.mail_only else "channel_disconnected"
        mail(talk, state, reason)
        return
    _send(talk, state, kind)


def news_of(talk: Talk, state: NoticeState) -> News:
    order = talk.shop.order(state.order) if state.order else None
    kind = CATALOGUE[state.name]
    buys = order is not None and order.buyer_id == talk.person.id
    to_seller = kind.audience == "seller" or (kind.audience == "both" and not buys)
    why = _why_back(order, state) if state.name == "late_payment" and order is not None else ""
    return News(state.name, state.order, state.data, talk.person, talk.rules, talk.now, to_seller, why)


def _why_back(order: Order, state: NoticeState) -> str:
    """Why late money cannot be kept, from the order as it stands."""
    if order.state is OrderState.CANCELLED and order.cancel_reason in _BY:
        return _BY[order.cancel_reason]
    back = [c for c in order.charges if c.state in GOING_BACK and c.ended_at is not None]
    newest = max(back, key=lambda c: c.ended_at or state.raised_at, default=None)
    if newest is not None and newest.received and newest.received != newest.amount:
        return "amount"
    if newest is not None and newest.ended_at is not None and state.raised_at - newest.ended_at > REVIVABLE:
        return "late"
    return "closed" if order.cancel_reason not in ("", "sold", "unpaid") else "sold"


def end_of_life(state: NoticeState) -> datetime:
    """After that it is no news any more: a code until it expires, a reminder that day, all else a week."""
    ends = state.data.get("expires_at", "")
    if state.name == "charge_ready" and ends:
        return datetime.fromisoformat(ends)
    kind = CATALOGUE.get(state.name)
    if kind is not None and kind.purpose == "reminder":
        day = calendar.today(state.raised_at) + timedelta(days=1)
        return calendar.instant(day, datetime.min.time())
    return state.raised_at + LIFE


def _send(talk: Talk, state: NoticeState, kind: Kind) -> None:
    news = news_of(talk, state)
    starts = _not_before(talk, kind)
    question = None if _is_busy(talk) or starts else kind.opens(news)
    commands = _asked(talk, *question) if question else []
    asked = bool(commands)
    if not commands:
        commands = [SendText(to=talk.person.chat, text=kind.text(news))]
    commands += _carried(talk.person, news, kind)
    ends = end_of_life(state)
    for place, command in enumerate(commands[:MOST_MESSAGES]):
        talk.decision.do(
            command,
            key=f"notice/{state.key}/{place}",
            queue=queue_of(talk.person, command, later=starts is not None),
            expires_at=ends,
            not_before=starts,
        )
    talk.decision.timer(
        _timer(state.key),
        "notice_patience",
        (starts or talk.now) + kind.patience,
        notice=state.key,
        person=talk.person.id,
    )
    talk.decision.write(state)
    if state.name == "charge_ready" and not asked:
        _ask_email_once(talk)


def _asked(talk: Talk, flow: str, data: dict[str, Any]) -> list[Command]:
    """Open the flow and take what it asks as the notice's own messages."""
    frames, options = list(talk.frames), talk.options
    before = len(talk.out)
    engine.start(talk, flow, data)
    said: list[Outgoing] = talk.out[before:]
    del talk.out[before:]
    if talk.frame is None or talk.frame.flow != flow or not said:
        # the flow saw that there is nothing to ask any more
        talk.frames, talk.options = frames, options
        talk.frame = frames[-1] if frames else None
        return []
    return [o.command for o in said]


def _carried(person: Person, news: News, kind: Kind) -> list[Command]:
    if kind.carries == "label" and news.get("shipment_id"):
        name = f"etiqueta-{news.order}.pdf"
        return [SendLabel(to=person.chat, shipment_id=news.get("shipment_id"), file_name=name)]
    code = texts.code_of(news) if kind.carries == "code" else ""
    if not code:
        return []
    alone: list[Command] = [SendText(to=person.chat, text=code)]
    if news.get("pix_code") and news.name == "charge_ready":
        alone.append(SendQr(to=person.chat, pix_code=code, caption=texts.qr_caption(news)))
    return alone


def _is_busy(talk: Talk) -> bool:
    if talk.silent_until is not None and talk.silent_until > talk.now:
        return True
    recently = talk.seen_at is not None and talk.now - talk.seen_at < BUSY
    return recently and any(not engine.flow_of(f).transient for f in talk.frames)


def _ask_email_once(talk: Talk) -> None:
    person = talk.person
    if person.email_confirmed or person.email_asked or talk.frames or _is_busy(talk):
        return
    talk.know(email_asked=True)
    engine.start(talk, "email")


def _not_before(talk: Talk, kind: Kind) -> datetime | None:
    """The end of the quiet hours in the recipient's zone, for what may wait; None: now."""
    if kind.purpose == "essential":
        return None
    person, rules = talk.person, talk.rules
    uf = person.address.state if person.address else (talk.seller.address.state if talk.seller else "")
    zone = calendar.zone_of(uf or (state_of(person.address.postal_code) or "" if person.address else ""))
    moment = talk.now.astimezone(zone)
    day = moment.date()
    open_now = rules.quiet_to <= moment.time() < rules.quiet_from and day.weekday() != 6
    if open_now:
        return None
    if moment.time() >= rules.quiet_from or day.weekday() == 6:
        day += timedelta(days=1)
    while day.weekday() == 6:
        day += timedelta(days=1)
    return calendar.instant(day, rules.quiet_to, zone)


# --- what becomes of it -----------------------------------------------------------------------------------


def _timer(key: str) -> str:
    return f"notice/{key}/patience"


def of_command(shop: Shop, key: str) -> tuple[NoticeState, int] | None:
    """The notice that a WhatsApp command belongs to, and the place of that message in it."""
    head, _, rest = key.partition("/")
    name, _, place = rest.rpartition("/")
    if head != "notice" or not place.isdigit():
        return None
    state = shop.notice(name)
    return (state, int(place)) if state is not None else None


def message_outcome(talk: Talk, state: NoticeState, place: int, event: Done | Refused | Parked | Expired) -> None:
    """WhatsApp took a message of a notice, refused it, or never got it."""
    match event:
        case Done():
            sent = event.result_as(Sent)
            text = event.command.text if isinstance(event.command, SendText) else ""
            talk.decision.write(SentMessage(sent.message_id, state.person_id, event.key, state.key, text))
            if state.stage is NoticeStage.SENDING:
                talk.decision.write(state.but(stage=NoticeStage.SENT))
        case Refused() if isinstance(event.command, SendLabel):
            talk.say(texts.label_missing(state.order, doubtful=event.reason == "uncertain"))
            talk.alert("etiqueta sem PDF", f"O PDF da etiqueta do pedido {state.order} não saiu: {event.reason}.")
        case Refused() if _is_needed(event.command) and state.stage in WAITING:
            mail(talk, state, f"refused:{event.reason}")
        case Expired() if place == 0 and state.stage is NoticeStage.SENDING:
            talk.decision.cancel_timer(_timer(state.key))
            talk.decision.write(state.but(stage=NoticeStage.DROPPED, reason="expired"))
        case _:
            return


def _is_needed(command: Command) -> bool:
    return not isinstance(command, SendQr)


def receipt(talk: Talk, state: NoticeState, event: Receipt) -> None:
    """The phone has it, or WhatsApp says that it never will."""
    if event.status in ("received", "read"):
        if state.stage is NoticeStage.MAILING:
            talk.decision.cancel_command(state.key)
        if state.stage in OPEN or state.stage is NoticeStage.MAILING:
            talk.decision.cancel_timer(_timer(state.key))
            talk.decision.write(state.but(stage=NoticeStage.TOLD, reason=""))
    elif event.status == "failed" and state.stage in WAITING:
        mail(talk, state, f"failed:{event.failure or 'other'}")


def patience_over(talk: Talk, state: NoticeState) -> None:
    if state.stage in WAITING:
        mail(talk, state, "no_receipt")


def channel_lost(talk: Talk, state: NoticeState) -> None:
    if state.stage is NoticeStage.SENDING and not talk.shop.channel_connected():
        mail(talk, state, "channel_disconnected")


def mail(talk: Talk, state: NoticeState, reason: str) -> None:
    """Let e-mail take over, once."""
    talk.decision.cancel_timer(_timer(state.key))
    if talk.now >= end_of_life(state):
        _withdraw(talk, state)
        talk.decision.write(state.but(stage=NoticeStage.DROPPED, reason="too_old"))
        return
    address = address_of(talk)
    if not address:
        talk.decision.write(state.but(stage=NoticeStage.PARKED, reason=f"no_address ({reason})"))
        return
    _withdraw(talk, state)
    news = news_of(talk, state)
    letter = texts.mail(news, CATALOGUE[state.name].text(news))
    data = {
        "greeting": texts.greeting(news),
        "text": letter.text,
        "code": letter.code,
        "code_label": letter.code_label,
        "button_label": letter.button_label,
        "button_url": letter.button_url,
        "brand": talk.rules.platform_name,
        "order": str(state.order),
    }
    talk.decision.do(
        SendEmail(to=address, subject=letter.subject, template="news", data=data),
        key=state.key,
        expires_at=end_of_life(state),
    )
    talk.decision.write(state.but(stage=NoticeStage.MAILING, reason=reason))


def _withdraw(talk: Talk, state: NoticeState) -> None:
    """What WhatsApp has not taken yet is not sent any more."""
    for place in range(MOST_MESSAGES):
        talk.decision.cancel_command(f"notice/{state.key}/{place}")


def address_of(talk: Talk) -> str:
    """A confirmed address; a shop's from the import counts as confirmed. Empty if there is none."""
    if talk.person.email_confirmed and talk.person.email:
        return talk.person.email
    return talk.seller.email if talk.seller and talk.seller.email_confirmed else ""


def mail_outcome(talk: Talk, state: NoticeState, event: Done | Refused | Parked | Expired) -> None:
    if state.stage is not NoticeStage.MAILING:
        return
    if isinstance(event, Done):
        talk.decision.write(state.but(stage=NoticeStage.MAILED))
    elif isinstance(event, Refused):
        talk.decision.write(state.but(stage=NoticeStage.PARKED, reason=f"mail_refused:{event.reason}"))
    elif isinstance(event, Expired):
        talk.decision.write(state.but(stage=NoticeStage.DROPPED, reason="expired"))
