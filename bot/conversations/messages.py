"""Messages from people, and what is written while a person of the shop handles the chat."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.conversations import bursts, engine, flooding, gathering, merging, people
from bot.conversations.talk import Talk
from bot.conversations.texts import common as texts
from bot.domain.commands import SendText
from bot.domain.decision import Decision, Stored
from bot.domain.events import HandedBack, Message, MessageDeleted, OperatorMessage, OwnerMessage, Sender
from bot.domain.shop import Shop
from bot.domain.text import fold

OWNER_SILENCE = timedelta(hours=12)
HAND_BACK = frozenset(["encerrar", "encerrado", "encerra"])


def _talk_with(stored: Stored, sender: Sender, shop: Shop, now: datetime, decision: Decision) -> Talk | None:
    """The conversation with the sender, known or new; None if the event is decided again, because two rows turned out
    to be one person, or belongs to another lane."""
    known = people.known(shop, sender)
    if len(known) == 2 and merging.are_one(shop, *known):
        decision.decide_again(*merging.merge(shop, *known))
        return None
    there = people.which(known, sender)
    if people.elsewhere(stored, there, decision):
        return None
    person = there or people.new(stored, sender)
    talk = Talk(stored, shop, now, decision, person)
    after = people.seen(person, sender, known)
    if there is None or after is not person:
        talk.person = after
        talk.person_changed = True
    return talk


def message(stored: Stored, event: Message, shop: Shop, now: datetime, decision: Decision) -> None:
    talk = _talk_with(stored, event.sender, shop, now, decision)
    if talk is None:
        return
    if talk.is_silent:
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
    if bubbles:  # otherwise it was deleted before anybody read it
        flooding.count(talk, len(talk.decision.taken))
        gathering.hear(talk, bubbles)
        _never_silent(talk)


def _never_silent(talk: Talk) -> None:
    """Everybody who writes gets an answer: now, or from what the message started."""
    wanted = talk.out or talk.has_notes or talk.decision.commands or talk.decision.timers or talk.silent_until
    if not wanted:
        talk.say(texts.left_menu())


def deleted(stored: Stored, event: MessageDeleted, shop: Shop, now: datetime, decision: Decision) -> None:
    """What was answered stays answered; what is still being gathered is discarded."""
    there = people.which(people.known(shop, event.sender), event.sender)
    if there is None or people.elsewhere(stored, there, decision):
        return
    talk = Talk(stored, shop, now, decision, there)
    gathering.take_back(talk, event.message_id)
    talk.close()


def owner(stored: Stored, event: OwnerMessage, shop: Shop, now: datetime, decision: Decision) -> None:
    """A person typed on the shop's own phone: the bot stays silent until *encerrar*, or for twelve hours."""
    talk = _talk_with(stored, event.sender, shop, now, decision)
    if talk is None:
        return
    if fold(event.text).strip(" .!") in HAND_BACK:
        _hand_back(talk)
    else:
        _take_over(talk)
    talk.close()


def operator(
    stored: Stored, event: OperatorMessage | HandedBack, shop: Shop, now: datetime, decision: Decision
) -> None:
    """The console's users write in a chat as the owner does on the phone."""
    person = shop.person(event.person_id)
    if person is None or people.elsewhere(stored, person, decision):
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
