"""Which messages waiting in a person's lane form one statement, written in several bubbles.

*queria um farol* / *do corolla 2015* / *pra 80010-000* is read as three lines of one message, and answered once. A
message that is complete by itself is never merged: a yes or no, a number or row of the open menu, a global command, a
button, a picture; so a *sim* confirms only what was asked before it. Two intents stay two messages, and so does
anything that would be lost in the merged text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.conversations import routes
from bot.conversations.engine import flow_of, step_of
from bot.conversations.language import Understanding, answers, understand
from bot.conversations.odd import CARD_MARK, LONGEST
from bot.conversations.talk import Talk
from bot.domain.decision import Stored
from bot.domain.events import Message, MessageDeleted, Receipt
from bot.domain.racing import in_turn
from bot.domain.text import fold, words

ANSWERS = words("affirm deny cancel_flow opt_out opt_in undo")
PURCHASE = words("find_part quote_shipping part_fitment pay_pix pay_boleto pay_card")
"""Part, destination and payment method: often said one after the other, and one intent."""
AIMLESS = words("greeting thanks out_of_scope help_menu")
CLOSING = words("pular pula pule pulo pronto prontos pronta nada acabou terminei chega enviar mudar")
"""One of these by itself ends or answers the open question, whatever follows."""
_BARE = re.compile(r"[\W\d_]*|\S+@\S+")
"""A number, document, CEP or e-mail address by itself: the answer to a question."""


def gather(talk: Talk, first: Message) -> list[Stored]:
    """The message to handle in this turn, with the waiting ones that belong to it; empty if it was deleted since.

    What was edited or deleted while it waited counts as it is now. The merged messages are taken by the decision.
    """
    if not any(isinstance(one.event, Message | MessageDeleted) for one in talk.stored.waiting):
        return [talk.stored]
    waiting = [(stored, stored.event) for stored in talk.stored.waiting]
    gone = {event.message_id for _, event in waiting if isinstance(event, MessageDeleted)}
    edits = {event.edits: event.text for _, event in waiting if isinstance(event, Message) and event.edits}

    def as_it_is_now(message: Message) -> Message:
        text = "" if message.edits or message.content != "text" else edits.get(message.message_id, "")
        return message.but(text=text) if text else message

    if first.message_id in gone:
        return []
    now = as_it_is_now(first)
    bubbles, said = [replace(talk.stored, event=now)], now.text
    parts = {first.message_id}
    for stored, event in waiting if _may_be_joined(talk, now) and not _is_bare(now) else ():
        if isinstance(event, Receipt | MessageDeleted) or (isinstance(event, Message) and event.edits):
            continue
        if not isinstance(event, Message) or _known_by(event) != _known_by(first):
            break  # under another identifier, a message may show that two people are one: handle it by itself
        if event.message_id in gone:
            continue
        bubble = as_it_is_now(event)
        if not _may_be_joined(talk, bubble) or not _is_one_saying(talk, said, bubble.text):
            break
        bubbles.append(replace(stored, event=bubble))
        said = f"{said}\n{bubble.text}"
        parts.add(event.message_id)
        talk.decision.take(stored)
    for stored, event in waiting:
        if isinstance(event, Message) and event.edits in parts and not first.edits and now.content == "text":
            talk.decision.take(stored)
    return bubbles


def joined(bubbles: Sequence[Stored], mark: str = "\n") -> Message:
    """Merge bubbles, in order of arrival, into one message. ``mark``: the separator."""
    said = [one.event for one in in_turn(bubbles) if isinstance(one.event, Message)]
    if len(said) == 1:
        return said[0]
    reply = next((m.reply_to for m in reversed(said) if m.reply_to), "")
    return said[-1].but(text=mark.join(m.text for m in said), reply_to=reply)


def _known_by(message: Message) -> tuple[str, str, str]:
    return message.sender.chat, message.sender.phone, message.sender.lid


def _may_be_joined(talk: Talk, message: Message) -> bool:
    text = message.text.strip()
    if message.content != "text" or message.choice or message.edits or not text or CARD_MARK in text:
        return False
    if re.fullmatch(r"\W*\d{1,3}\W*", text) or answers.choice(text, talk.options) is not None:
        return False
    if fold(text).strip(" .!") in CLOSING or routes.is_global_word(text) or answers.affirmation(text) is not None:
        return False
    meaning = understand(text, talk.role)
    return not (meaning.intent in ANSWERS and meaning.confidence >= routes.SURE)


def _is_bare(message: Message) -> bool:
    return _BARE.fullmatch(message.text.strip()) is not None


def _is_one_saying(talk: Talk, said: str, more: str) -> bool:
    """Whether no content and no intent of either is lost when both are read as one."""
    whole = f"{said}\n{more}"
    if len(whole) > LONGEST:
        return False
    one, other = understand(said, talk.role), understand(more, talk.role)
    if _answers_in_own_words(talk, other) and _answers_in_own_words(talk, one):
        return True
    together = understand(whole, talk.role)
    if any(one.slots.get(name, value) != value for name, value in other.slots.items()):
        return False
    if any(together.slots.get(name) != value for name, value in {**one.slots, **other.slots}.items()):
        return False
    wishes = {m.intent for m in (one, other) if m.confidence >= routes.SURE and m.intent not in AIMLESS}
    if len(wishes) > 1 and not wishes <= PURCHASE:
        return False
    return not wishes or together.intent in wishes or {together.intent, *wishes} <= PURCHASE


def _answers_in_own_words(talk: Talk, meaning: Understanding) -> bool:
    """Whether the open question takes any text, and this is no clear intent of another kind."""
    if talk.frame is None or not step_of(talk.frame).free:
        return False
    flow, step = flow_of(talk.frame).name, step_of(talk.frame).name
    return not routes.interrupts(meaning, flow, step)
