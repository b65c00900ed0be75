"""Side questions (*tem farol do corolla? aceita cartão? é original?*): answered before the main intent."""

from __future__ import annotations

import re

from bot.conversations import engine
from bot.conversations.flows import reading
from bot.conversations.language import asides
from bot.conversations.routes import questions
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import questions as texts
from bot.conversations.wishes import heard_of, slots_as

MOST = 3
"""Maximum of answers before the main intent."""


def answer(talk: Talk, heard: Heard) -> None:
    """Add the answers to what a message asks besides naming a part, or besides its answer in the open purchase."""
    if talk.seller is not None or heard.choice or heard.slot("order") or not _is_beside(talk, heard):
        return
    said: list[str] = []
    topics: list[str] = []
    for piece in questions.clauses(heard.text):
        found = questions.beside(talk, heard_of(heard, piece, ""), asks="?" in heard.text)
        if found is not None and found.answer not in questions.TOLD_BY_BUYING:
            said.append(found.answer(talk.rules))
        elif found is None and (topic := asides.topic_for_seller(piece)):
            topics.append(topic)
    for words in list(dict.fromkeys(said))[:MOST]:
        talk.note(words)
    if topics:
        talk.note(texts.ask_alone(list(dict.fromkeys(topics))))


def _is_beside(talk: Talk, heard: Heard) -> bool:
    """Whether the message has a main intent as well: a part, or continuing the open purchase."""
    buying = next((f for f in talk.frames if f.flow == "buying" and f.data.get("listing")), None)
    if buying is not None:
        return buying is talk.frame and reading.cep_in(heard) is not None
    idle = engine.is_idle(talk) or talk.frame is None or talk.frame.flow == "buying"
    return (
        idle and bool(slots_as(heard.text, "quote_shipping").get("part")) and not _ABOUT_AN_ORDER.search(heard.folded)
    )


_ABOUT_AN_ORDER = re.compile(r"\b(?:chegou|veio|recebi|comprei|devolv\w+|meu pedido|defeito|quebrad[oa]|trincad[oa])\b")
