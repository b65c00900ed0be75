"""Notices: each sent once, on a channel that works.

::

    raised ─► RESTING (quiet hours) ─► WAITING (its turn on WhatsApp) ─► SENDING ─► SENT ─► TOLD (receipt)
                                            └────────┴──────┴─► MAILING ─► MAILED

A notice that is outdated when its time comes is ``DROPPED``. What does not arrive in time, or cannot, is mailed once;
without a confirmed address it is ``PARKED`` with the reason, or keeps waiting where WhatsApp will be back. If an e-mail
bounces, an essential notice goes to WhatsApp once more. Commands: ``notice/<key>/<i>`` on WhatsApp, ``<key>`` itself by
e-mail, where it is the idempotency key.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bot.conversations import engine, letters, pacing, papers
from bot.conversations.catalogue import CATALOGUE, LIFE, Kind
from bot.conversations.talk import Outgoing, Talk, queue_of
from bot.conversations.texts import notices as texts
from bot.conversations.texts.notices import News
from bot.domain import calendar, quiet
from bot.domain.commands import Command, SendImage, SendLabel, SendQr, SendText
from bot.domain.events import Notice
from bot.domain.notice import NoticeStage, NoticeState
from bot.domain.order import ChargeState, Order, OrderState

BUSY = timedelta(minutes=10)
"""Somebody who wrote this recently is busy with something: a notice asks in words and opens no menu."""
IN_TALK = timedelta(minutes=2)
"""This soon after a message of the person, a notice continues the talk."""
MOST_MESSAGES = 4
REVIVABLE = timedelta(hours=24)
"""Money arriving later than this after its charge ended revives no order."""
GOING_BACK = frozenset([ChargeState.PAID_LATE, ChargeState.REFUNDING, ChargeState.REFUNDED])
_BY = {"buyer": "buyer", "seller": "seller", "no_part": "seller"}
UNSENT = frozenset([NoticeStage.WAITING, NoticeStage.RESTING])
UNDER_WAY = frozenset([NoticeStage.SENDING, NoticeStage.SENT])


# --- raising ----------------------------------------------------------------------------------------------


def tell(talk: Talk, notice: Notice) -> None:
    """Decide what happens to a new notice."""
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
    if notice.name not in CATALOGUE:
        talk.decision.write(state.but(stage=NoticeStage.PARKED, reason="unknown_notice"))
        talk.alert("aviso desconhecido", f"O aviso {notice.key} ({notice.name}) não tem texto e não foi enviado.")
        return
    address = address_of(talk)
    if address:
        letters.send_documents(talk, state, address)
    go_on(talk, state)


def go_on(talk: Talk, state: NoticeState, *, released: bool = False) -> None:
    """Decide what happens to a notice that has not been handed to WhatsApp, as things stand now: when it is raised, and
    again whenever its time has come. ``released``: its turn on WhatsApp has come."""
    kind = CATALOGUE[state.name]
    why_not = pointless(talk, state, kind)
    if why_not:
        drop(talk, state, why_not)
        return
    if starts := not_before(talk, kind):
        _rest(talk, state, starts)
        return
    if kind.always_mailed:
        _mail_too(talk, state)
    if talk.person.mail_only:
        mail(talk, state, "mail_only")
    elif not talk.shop.channel_connected():
        mail(talk, state, "channel_disconnected")
    elif released or pacing.admitted(talk):
        _send(talk, state, kind)
    else:
        _wait(talk, state, kind)


def _mail_too(talk: Talk, state: NoticeState) -> None:
    """Send its e-mail whatever WhatsApp does; if WhatsApp fails, the notice has been mailed already."""
    address = address_of(talk)
    if address:
        _want_mail(talk, state, address)


def rested(talk: Talk, state: NoticeState) -> None:
    """The quiet hours are over."""
    if state.stage is NoticeStage.RESTING:
        go_on(talk, state)


def turn_has_come(talk: Talk, state: NoticeState) -> None:
    """Its turn has come; send it unless it is outdated."""
    if state.stage is NoticeStage.WAITING:
        go_on(talk, state, released=True)


def pointless(talk: Talk, state: NoticeState, kind: Kind) -> str:
    """Why it is not sent at all, "" if it is."""
    order = talk.shop.order(state.order) if state.order else None
    if kind.purpose != "essential" and not talk.person.reminders:
        return "opted_out"
    if talk.now >= end_of_life(state):
        return "too_old"
    outdated = kind.stale is not None and order is not None and kind.stale.is_it(order, state)
    return "outdated" if outdated else ""


def drop(talk: Talk, state: NoticeState, reason: str) -> None:
    talk.decision.cancel_timer(timer_key(state.key))
    withdraw(talk, state)
    talk.decision.write(state.but(stage=NoticeStage.DROPPED, reason=reason))


def _rest(talk: Talk, state: NoticeState, until: datetime) -> None:
    """Wait until the quiet hours are over; then it is decided again."""
    talk.decision.timer(timer_key(state.key), "notice_go_on", until, notice=state.key, person=talk.person.id)
    talk.decision.write(state.but(stage=NoticeStage.RESTING, reason="quiet_hours"))


def _wait(talk: Talk, state: NoticeState, kind: Kind) -> None:
    """Wait for its turn on WhatsApp, or for e-mail when it has waited too long."""
    pacing.wake(talk.shop, talk.now, talk.decision)
    _be_patient(talk, state, kind)
    talk.decision.write(state.but(stage=NoticeStage.WAITING, reason=pacing.reason(talk.shop, talk.now)))


def _be_patient(talk: Talk, state: NoticeState, kind: Kind) -> None:
    talk.decision.timer(
        timer_key(state.key), "notice_patience", talk.now + kind.patience, notice=state.key, person=talk.person.id
    )


def news_of(talk: Talk, state: NoticeState) -> News:
    order = talk.shop.order(state.order) if state.order else None
    kind = CATALOGUE[state.name]
    buys = order is not None and order.buyer_id == talk.person.id
    to_seller = kind.audience == "seller" or (kind.audience == "both" and not buys)
    why = _why_back(order, state) if state.name == "late_payment" and order is not None else ""
    return News(state.name, state.order, state.data, talk.person, talk.rules, talk.now, to_seller, why)


def _why_back(order: Order, state: NoticeState) -> str:
    """Why late money cannot be kept, from the current order."""
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
    """After this, it is outdated."""
    ends = state.data.get("expires_at", "")
    life = CATALOGUE[state.name].life
    if life is not None:
        return state.raised_at + life
    if ends:
        return datetime.fromisoformat(ends)
    if CATALOGUE[state.name].purpose == "reminder":
        return calendar.instant(calendar.today(state.raised_at) + timedelta(days=1), datetime.min.time())
    return state.raised_at + LIFE


def _send(talk: Talk, state: NoticeState, kind: Kind) -> None:
    news = news_of(talk, state)
    question = None if is_busy(talk) or state.round else kind.opens(news)
    commands = _asked(talk, *question) if question else []
    asked = bool(commands)
    if not commands:
        in_talk = talk.seen_at is not None and talk.now - talk.seen_at < IN_TALK
        varied = texts.varied(kind.text(news), state.key, in_talk=in_talk)
        text = f"{texts.after_all()}\n{kind.text(news)}" if state.round else varied
        commands = [SendText(to=talk.person.chat, text=text)]
    commands += _carried(talk, news, kind)
    ends = end_of_life(state)
    for place, command in enumerate(commands[:MOST_MESSAGES]):
        talk.decision.do(command, key=_message_key(state, place), queue=queue_of(talk.person, command), expires_at=ends)
    talk.told_at = talk.now
    _be_patient(talk, state, kind)
    talk.decision.write(state.but(stage=NoticeStage.SENDING, reason=""))
    if state.name == "charge_ready" and not asked:
        _ask_email_once(talk)


def _message_key(state: NoticeState, place: int) -> str:
    return f"notice/{state.key}/{state.round * MOST_MESSAGES + place}"


def _asked(talk: Talk, flow: str, data: dict[str, Any]) -> list[Command]:
    """Open the flow and use its question as the notice's messages."""
    frames, options = list(talk.frames), talk.options
    before = len(talk.out)
    engine.start(talk, flow, data)
    said: list[Outgoing] = talk.out[before:]
    del talk.out[before:]
    if talk.frame is None or talk.frame.flow != flow or not said:
        # the flow found nothing left to ask
        talk.frames, talk.options = frames, options
        talk.frame = frames[-1] if frames else None
        return []
    if options:
        talk.frame.data["_over"] = talk.now.isoformat()  # see :func:`bot.conversations.hearing.hear`
    return [o.command for o in said]


def _carried(talk: Talk, news: News, kind: Kind) -> list[Command]:
    person = talk.person
    if kind.carries == "label" and news.get("shipment_id"):
        name = f"etiqueta-{news.order}.pdf"
        return [SendLabel(to=person.chat, shipment_id=news.get("shipment_id"), file_name=name)]
    if kind.carries == "photos":
        return [SendImage(to=person.chat, url=url) for url in news.get("photos").split()]
    code = texts.code_of(news) if kind.carries == "code" else ""
    if not code:
        return []
    alone: list[Command] = [SendText(to=person.chat, text=code)]
    if news.get("pix_code") and news.name == "charge_ready":
        alone.append(SendQr(to=person.chat, pix_code=code, caption=texts.qr_caption(news)))
    order = talk.shop.order(news.order)
    if news.get("line") and kind.purpose == "essential" and order is not None and order.charge is not None:
        alone.append(papers.boleto(person, news.order, order.charge))
    return alone


def is_busy(talk: Talk) -> bool:
    if talk.is_silent:
        return True
    recently = talk.seen_at is not None and talk.now - talk.seen_at < BUSY
    return recently and any(not engine.flow_of(f).transient for f in talk.frames)


def _ask_email_once(talk: Talk) -> None:
    person = talk.person
    if person.email_confirmed or person.email_asked or is_busy(talk):
        return
    if any(f.flow != "left" or f.data.get("next") for f in talk.frames):
        return
    talk.know(email_asked=True)
    engine.start(talk, "email")


def not_before(talk: Talk, kind: Kind) -> datetime | None:
    """The end of the quiet hours by the recipient's clock and law, for a notice that can wait; None: send now."""
    if kind.purpose == "essential":
        return None
    address = talk.person.address or (talk.seller.address if talk.seller else None)
    return quiet.next_allowed(talk.now, address, talk.rules.quiet_from, talk.rules.quiet_to)


# --- e-mail -----------------------------------------------------------------------------------------------


def timer_key(key: str) -> str:
    return f"notice/{key}/patience"


def mail(talk: Talk, state: NoticeState, reason: str) -> None:
    """Switch to e-mail, once. Without an address, what has not been handed to WhatsApp waits for it."""
    talk.decision.cancel_timer(timer_key(state.key))
    why_not = pointless(talk, state, CATALOGUE[state.name])
    if why_not:
        drop(talk, state, why_not)
        return
    address = address_of(talk)
    if not address or state.round:
        why = f"mail_came_back ({reason})" if state.round else f"no_address ({reason})"
        waits = state.stage in UNSENT and not talk.person.mail_only
        talk.decision.write(state.but(stage=NoticeStage.WAITING if waits else NoticeStage.PARKED, reason=why))
        return
    withdraw(talk, state)
    if CATALOGUE[state.name].always_mailed:
        talk.decision.write(state.but(stage=NoticeStage.MAILED, reason=reason))
        return
    _want_mail(talk, state, address)
    talk.decision.write(state.but(stage=NoticeStage.MAILING, reason=reason))


def _want_mail(talk: Talk, state: NoticeState, address: str) -> None:
    order = talk.shop.order(state.order) if state.order else None
    email = letters.of_notice(address, news_of(talk, state), CATALOGUE[state.name], order)
    talk.decision.do(email, key=mail_key(state), expires_at=end_of_life(state))


def mail_key(state: NoticeState) -> str:
    """The e-mail of a notice has the notice's own key."""
    return state.key


def withdraw(talk: Talk, state: NoticeState) -> None:
    """Cancel what has not been handed to WhatsApp."""
    if state.stage in UNDER_WAY | {NoticeStage.PARKED}:
        for place in range(MOST_MESSAGES):
            talk.decision.cancel_command(_message_key(state, place))


def address_of(talk: Talk) -> str:
    """A confirmed address; a shop's imported one counts as confirmed. Empty if there is none that works."""
    own = talk.person.email if talk.person.email_confirmed else ""
    shops = talk.seller.email if talk.seller and talk.seller.email_confirmed else ""
    bad = talk.person.bad_emails
    return next((address for address in (own, shops) if address and address.casefold() not in bad), "")
