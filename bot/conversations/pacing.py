"""Pacing of notices, which protects the number: how many people are written to per hour, and when nothing is sent.

WhatsApp bans numbers that write to many people who did not ask. Answers are never delayed; a notice to somebody who was
written to, or wrote, within the hour is free. All others take a slot (:class:`bot.domain.pace.Pace`), or wait:
``turn_of_those_waiting`` releases them in the system's lane, one person after the other, essential and oldest first,
with everything that waits for one person together. Each is then decided again, since it may be outdated.

Sending pauses where the gateway does not answer (until one message gets through, so that an outage does not end in a
flood), and where WhatsApp rejects what we send, which is how a ban begins.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.conversations.catalogue import CATALOGUE
from bot.conversations.talk import Talk
from bot.conversations.texts import notices as texts
from bot.domain.commands import AlertOperator
from bot.domain.decision import Decision, Stored
from bot.domain.events import Tick
from bot.domain.lanes import SYSTEM
from bot.domain.notice import NoticeStage, NoticeState
from bot.domain.pace import FIRST_CONTACTS, HOUR, PAUSE, RECIPIENTS, Pace, Traffic
from bot.domain.shop import Shop

UNANSWERED = timedelta(minutes=1)
"""Between attempts while the gateway does not answer."""
REJECTED = timedelta(hours=1)
"""After WhatsApp has rejected a message (*likely shadow ban*)."""
NO_ANSWER, NO_WELCOME = "unanswered", "rejected"
TIMER = "pace"
MOST_WAITING = 2000


# --- one notice -------------------------------------------------------------------------------------------


def admitted(talk: Talk) -> bool:
    """Whether a notice to this person may go now; it has then taken its slot."""
    traffic = talk.shop.traffic()
    if paused(traffic, talk.now) or _is_unanswered(traffic):
        return False
    if _in_touch(talk.told_at, talk.seen_at, talk.now):
        return True
    return _book(talk.shop, talk.now, talk.decision, traffic, first=_is_first(talk.told_at, talk.seen_at))


def wake(shop: Shop, now: datetime, decision: Decision) -> None:
    """Somebody starts to wait: schedule the release."""
    traffic = shop.traffic()
    due = max(_next(shop, now, traffic, RECIPIENTS), paused(traffic, now) or now)
    if _is_unanswered(traffic):
        # a fixed moment that later arrivals do not move: one check per minute, however many wait
        due = max(due, now.replace(second=0, microsecond=0) + UNANSWERED)
    decision.timer(TIMER, TIMER, due, lane=SYSTEM)


def reason(shop: Shop, now: datetime) -> str:
    """Why a notice waits, for the record."""
    traffic = shop.traffic()
    held = paused(traffic, now) or _is_unanswered(traffic)
    return f"paused ({traffic[PAUSE].detail})" if held else "pace"


def paused(traffic: dict[str, Traffic], now: datetime) -> datetime | None:
    """Until when nothing is sent; None if sending is allowed."""
    pause = traffic.get(PAUSE)
    return pause.at if pause is not None and pause.at > now else None


def _in_touch(told_at: datetime | None, seen_at: datetime | None, now: datetime) -> bool:
    return any(at is not None and now - at < HOUR for at in (told_at, seen_at))


def _is_first(told_at: datetime | None, seen_at: datetime | None) -> bool:
    return told_at is None and seen_at is None


def _pace(shop: Shop, name: str) -> Pace:
    rules = shop.rules
    return Pace(rules.first_contacts_per_hour if name == FIRST_CONTACTS else rules.recipients_per_hour)


def _next(shop: Shop, now: datetime, traffic: dict[str, Traffic], name: str) -> datetime:
    there = traffic.get(name)
    return _pace(shop, name).next_slot(there.at if there else None, now)


def _book(shop: Shop, now: datetime, decision: Decision, traffic: dict[str, Traffic], *, first: bool) -> bool:
    """Take a slot, and one for first contacts too; False, and nothing taken, if there is none now."""
    names = (RECIPIENTS, FIRST_CONTACTS) if first else (RECIPIENTS,)
    if any(_next(shop, now, traffic, name) > now for name in names):
        return False
    for name in names:
        there = traffic.get(name) or Traffic(name=name, at=now)
        traffic[name] = there.but(at=_pace(shop, name).booked(there.at, now))
        decision.write(traffic[name])
    return True


# --- release ----------------------------------------------------------------------------------------------


def turn_of_those_waiting(stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
    """In the system's lane: release as many as possible now, and schedule the next check."""
    waiting = sorted(shop.notices_at(NoticeStage.WAITING, MOST_WAITING), key=_rank)
    traffic = shop.traffic()
    if not waiting or not shop.channel_connected():
        return  # starts again when the number is back
    until = paused(traffic, now)
    if until is None and _is_unanswered(traffic) and shop.notices_at(NoticeStage.SENDING, 1):
        until = now + UNANSWERED  # a message already on its way will show whether the gateway answers
    if until is not None:
        decision.timer(TIMER, TIMER, until, lane=SYSTEM)
        return
    let_go, left = set[str](), set[str]()
    for person_id in dict.fromkeys(state.person_id for state in waiting):
        talk = shop.conversation(person_id)
        first = _is_first(talk.told_at, talk.seen_at)
        probe = _is_unanswered(traffic) and let_go
        if probe or not _book(shop, now, decision, traffic, first=first):
            left.add(person_id)
            if not first:
                break
        else:
            let_go.add(person_id)
    for state in waiting:
        if state.person_id in let_go:
            person = shop.person(state.person_id)
            tick = Tick(name="notice_turn", data={"notice": state.key, "person": state.person_id})
            lane = person.lane if person else SYSTEM
            decision.emit(lane, tick, key=f"turn/{stored.id}/{state.key}")
    if left:
        due = now + UNANSWERED if _is_unanswered(traffic) else _next(shop, now, traffic, RECIPIENTS)
        decision.timer(TIMER, TIMER, max(due, now + timedelta(seconds=1)), lane=SYSTEM)


def _rank(state: NoticeState) -> tuple[bool, datetime, str]:
    kind = CATALOGUE.get(state.name)
    return kind is not None and kind.purpose != "essential", state.raised_at, state.key


# --- pauses -----------------------------------------------------------------------------------------------


def _is_unanswered(traffic: dict[str, Traffic]) -> bool:
    return PAUSE in traffic and traffic[PAUSE].detail == NO_ANSWER


def unanswered(shop: Shop, now: datetime, decision: Decision) -> None:
    """The gateway did not answer a notice: until it does, new ones wait here and not there."""
    _pause(shop, now, decision, UNANSWERED, NO_ANSWER)


def answers_again(shop: Shop, now: datetime, decision: Decision) -> None:
    """It accepted a message: release those that wait, at their pace."""
    traffic = shop.traffic()
    if _is_unanswered(traffic):
        decision.write(traffic[PAUSE].but(at=now, detail=""))
        decision.timer(TIMER, TIMER, now, lane=SYSTEM)


def objected(shop: Shop, now: datetime, decision: Decision, failure: str) -> None:
    """WhatsApp refused a message. *rejected* is how a ban begins: unrequested messages pause for an hour."""
    if failure != NO_WELCOME:
        return
    pause = _pause(shop, now, decision, REJECTED, NO_WELCOME)
    if pause is not None:
        decision.do(
            AlertOperator(topic="WhatsApp recusa mensagens", text=texts.rejected_alert(pause)),
            key=f"alert/rejected/{now:%Y-%m-%dT%H}",
        )


def _pause(shop: Shop, now: datetime, decision: Decision, lasts: timedelta, why: str) -> datetime | None:
    """The end of the pause; None if a longer one is in force already."""
    traffic = shop.traffic()
    until = paused(traffic, now)
    if until is not None and until >= now + lasts / 2:
        return None
    pause = traffic.get(PAUSE) or Traffic(name=PAUSE, at=now)
    decision.write(pause.but(at=now + lasts, detail=why))
    decision.timer(TIMER, TIMER, now + lasts, lane=SYSTEM)
    return now + lasts
