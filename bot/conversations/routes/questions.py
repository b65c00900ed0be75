"""General questions before a purchase: answered from the shop's rules at any point, after which the open question comes
back."""

from __future__ import annotations

import re

from bot.conversations import engine
from bot.conversations.routes import asked_when as when
from bot.conversations.routes.buyer_questions import GIFT_NOTE, NO_SUCH_WAY, QUESTIONS, Question
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import questions as texts
from bot.conversations.wishes import slots_as
from bot.domain.text import fold

_ASKS = re.compile(
    r"\?|\beu (?:mesm[oa] )?(?:busco|retiro|pego)\b|^nao quero (?:dar|passar|informar)\b|^(?:e |mas |oi |ola "
    r"|opa |bom dia |boa tarde |boa noite )*"
    r"(?:quem|tudo|quant\w+|qual|quais|como|onde|aonde|quando|ate que|que horas|de onde|da pra|pode|posso"
    r"|podem|aceita\w*"
    r"|tem|tu|voces?|vcs|se |e se|o ?que acontece|faz|fazem|atende\w*|entrega\w*|divide\w*|parcela\w*|horario"
    r"|formas?|prazo|garantia|preciso (?:pra|para)|quero (?:a )?nota|e (?:pra|para) (?:retirar|buscar)"
    r"|(?:o |a )?(?:meu|minha) \w+ (?:e )?(?:que )?(?:vai|pode) receber)\b"
)


_BARE = re.compile(r"^(?:e |eh |sao )?(?:original|paralel\w+|nov[oa]|usad[oa]|entrega)\b")


def asks(heard: Heard) -> bool:
    """Whether a part of a message that asks something asks too."""
    return bool(_ASKS.search(heard.folded) or _BARE.match(heard.folded))


TOLD_BY_BUYING = (texts.freight, texts.delivery, texts.fine_thanks, texts.ways_of_paying, texts.who_is_this)
"""What a purchase explains by itself, or nobody asks along with one."""
_APART = re.compile(
    r"(?<=[?!;\n])\s*|[,.]\s+|\s+(?:e|mas|tb|tbm|tambem)\s+"
    r"(?=(?:se|queria|gostaria|quero|qual|quais|quanto|como|onde|aonde|da|vcs?|voces?|tem|aceita\w*|parcela\w*|faz\w*|entrega\w*|quem|antes|eh?|é)\b)",
    re.IGNORECASE,
)
_LEADS = re.compile(
    r"^(?:(?:e|mas|antes|tamb[ée]m|tb|ent[ãa]o|so|s[óo]|queria|gostaria de|quero|preciso|saber"
    r"|me (?:diz|fala|responde)|uma d[úu]vida|se)\b[\s:,]*)+",
    re.IGNORECASE,
)


def clauses(text: str) -> list[str]:
    """The parts of a message that may each ask something, without introductory words."""
    return [bare for piece in _APART.split(text) if piece and (bare := _LEADS.sub("", piece.strip()))]


def beside(talk: Talk, heard: Heard, *, asks: bool) -> Question | None:
    """The general question in a part of a message that has a main intent too. ``asks``: whether the whole message asks
    anything."""
    if not asks and not _ASKS.search(heard.folded):
        return None
    return next((q for q in QUESTIONS if q.shape.search(heard.folded) and _holds_beside(q, talk, heard)), None)


def _holds_beside(question: Question, talk: Talk, heard: Heard) -> bool:
    """Along with a wanted part, answers for *before buying* apply as well; those about an order do not."""
    if question.fits is when.no_number_said:
        return when.no_number_said(talk, heard)
    return question.fits in (when.always, when.before_buying)


def found(talk: Talk, heard: Heard) -> Question | None:
    """The general question that a message asks."""
    gift = re.search(GIFT_NOTE, heard.folded)
    picks = heard.choice and (heard.message.choice or not (gift or re.search(NO_SUCH_WAY, heard.folded)))
    if picks or talk.seller is not None or len(heard.folded.split()) > 20:
        return None
    if not gift and not _ASKS.search(heard.folded):
        return None
    match = next((q for q in QUESTIONS if q.shape.search(heard.folded) and q.fits(talk, heard)), None)
    return None if match is not None and _stands_beside(heard, match) else match


def _stands_beside(heard: Heard, match: Question) -> bool:
    """Whether another part of the message names a wanted part: the answer then precedes that intent."""
    pieces = clauses(heard.text)
    parts = [bool(slots_as(piece, "quote_shipping").get("part")) for piece in pieces]
    asks = [bool(match.shape.search(fold(piece))) for piece in pieces]
    return len(pieces) > 1 and any(p and not a for p, a in zip(parts, asks, strict=True)) and any(asks)


def is_question(talk: Talk, heard: Heard) -> bool:
    """Whether it is a general question."""
    return found(talk, heard) is not None


def question(talk: Talk, heard: Heard) -> bool:
    """Answer a general question; False if it is none."""
    asked = found(talk, heard)
    if asked is None:
        return False
    talk.misunderstood = 0
    talk.say(asked.answer(talk.rules))
    if talk.frame is not None and not engine.flow_of(talk.frame).transient:
        engine.resume(talk)
    return True
