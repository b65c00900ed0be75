"""Messages that are no text: each kind has its answer, and the open question comes back after it."""

from __future__ import annotations

from bot.conversations.talk import Talk
from bot.conversations.texts import odd as texts
from bot.domain.events import Message

CARD_MARK = "[cartão removido]"
LONGEST = 1500


def answered(talk: Talk, message: Message, media: tuple[str, ...]) -> bool:
    """Answer what is no readable text. ``media``: contents that the open question takes itself."""
    text = message.text.strip()
    if CARD_MARK in text:
        talk.say(texts.card())
        return True
    if message.content in media:
        return False
    if message.content in ("text", "choice") or (text and message.content in ("image", "video", "document")):
        if not text and not message.choice:
            talk.say(texts.empty())
            return True
        if len(text) > LONGEST:
            talk.say(texts.too_long())
            return True
        return False
    seconds = message.media.seconds if message.media else 0
    answer = texts.BY_CONTENT.get(message.content)
    talk.say(answer(seconds) if answer else texts.unreadable(0))
    return True
