"""Messages without text: each kind has its answer, after which the open question is repeated."""

from __future__ import annotations

from bot.conversations.flows.orders import bought
from bot.conversations.talk import Talk
from bot.conversations.texts import odd as texts
from bot.domain import postal_code
from bot.domain.events import Message
from bot.domain.order import OrderState

CARD_MARK = "[cartão removido]"
LONGEST = 1500


def in_words(message: Message) -> Message:
    """What a message says: a place whose address has a CEP, that CEP."""
    cep = postal_code.read(message.text) if message.content == "location" else None
    return message.but(content="text", text=postal_code.show(cep)) if cep else message


def answered(talk: Talk, message: Message, media: tuple[str, ...], *, asked: bool) -> bool:
    """Answer a message without readable text. ``media``: contents that the open question accepts itself.

    ``asked``: a question is open and will be repeated after the answer, so the answer gives only the reason.
    """
    text = message.text.strip()
    if CARD_MARK in text:
        talk.say(texts.card())
        return True
    if message.content in media:
        return False
    if message.content in ("text", "choice") or (text and message.content in ("image", "video", "document")):
        if not text and not message.choice:
            _say(talk, texts.empty(), texts.EMPTY_ANSWER if asked else "")
            return True
        if len(text) > LONGEST:
            _say(talk, texts.too_long(), texts.LONG_ANSWER if asked else "")
            return True
        return False
    about_order = _about_order(talk, message.content)
    if about_order:
        (talk.note if asked else talk.say)(about_order)
        return True
    seconds = message.media.seconds if message.media else 0
    answer = texts.BY_CONTENT.get(message.content)
    _say(
        talk,
        answer(seconds) if answer else texts.unreadable(0),
        texts.ANSWERS.get(message.content, "") if asked else "",
    )
    return True


def _about_order(talk: Talk, content: str) -> str:
    """What to say of a picture or file that is probably the receipt of a pending payment, or shows what arrived."""
    if content not in ("image", "document"):
        return ""
    waiting = bought(talk, frozenset([OrderState.AWAITING_PAYMENT]))
    if waiting and waiting[0].charge is not None:
        return texts.receipt(waiting[0].number)
    delivered = bought(talk, frozenset([OrderState.DELIVERED])) if content == "image" and talk.frame is None else []
    return texts.photo_of_part(delivered[0].number) if delivered else ""


def _say(talk: Talk, whole: str, short: str) -> None:
    """The short version precedes the open question, the long one stands alone."""
    if short:
        talk.note(short)
    else:
        talk.say(whole)
