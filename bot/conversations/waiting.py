"""*Me avisa quando chegar*: parts that people wait for. :mod:`arriving` announces them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from bot.conversations import finding
from bot.conversations.talk import Talk
from bot.conversations.texts import waiting as texts
from bot.domain import part_words
from bot.domain.catalogue import Product
from bot.domain.decision import Unwished
from bot.domain.shop import on_sale
from bot.domain.wish import LONGEST, MOST, Wish

LOOK = "wish_look"
EVERY = timedelta(hours=1)
_TELL_ME = re.compile(r"\bavis\w+\b.*\b(?:quando|se|assim que)\b|\bme avis\w+\b")
_NO_MORE = re.compile(
    r"\bnao (?:precisa|preciso|quero|e pra|me)\b(?: mais)?(?: que)?(?: me)?(?: d[eoa])? ?(?:avis\w+|ser avisad[oa])\b"
    r"(?!.*\bsobre (?:o |a |meus? )?(?:pedido|compra|entrega|boleto))|\bpode parar de (?:me )?avisar\b"
    r"|\b(?:cancel|tir|deslig|remov|esquec)\w+ (?:o |esse |este )?aviso d[aeo]\b"
)
_WHICH = re.compile(r"\b(?:quais?|que|o que)\b.*\b(?:esper(?:o|ando)|me avisar?|(?:pedi|pediu) (?:pra|para) avisar)\b")

_OTHERS_WAIT = re.compile(
    r"\b(?:o que|oq|o q|quais|que)\b"
    r"(?!.*\b(?:eu|to|tou|estou|postar|envi\w+|vendas?|pedidos?|etiquetas?|respostas?|meus?|minhas?)\b).{0,50}"
    r"\b(?:procuram|procurando|procurad[ao]s?|buscam|buscando|esperam|esperando|esperad[ao]s?|pedem|pedindo)\b"
    r"|\b(?:o que|oq|o q|quais|que pecas?)\b.{0,20}\b(?:vale a pena|devo|compensa) comprar\b"
)
LOOKED = 12
"""How many of the most wanted parts are compared with a shop's own."""


def stops(folded: str) -> bool:
    """*Não precisa mais avisar*."""
    return bool(_NO_MORE.search(folded))


def asks_for_word(folded: str) -> bool:
    """*Me avisa quando chegar*."""
    return bool(_TELL_ME.search(folded)) and not stops(folded)


def asks_which(folded: str) -> bool:
    """*Quais peças eu tô esperando?*"""
    return bool(_WHICH.search(folded))


def asks_of_others(folded: str) -> bool:
    """*O que estão procurando?*, of a shop that thinks of what to buy."""
    return bool(_OTHERS_WAIT.search(folded))


def sought(talk: Talk) -> list[tuple[str, int]]:
    """What most people wait for and the person's own shop does not sell, with the number of people."""
    mine = talk.seller.id if talk.seller else ""

    def has(words: str) -> bool:
        return any(p.seller_id == mine and on_sale(talk.shop, p) for p in finding.find(talk.shop, words))

    return [(words, people) for words, people in talk.shop.most_wished(LOOKED) if not has(words)]


def note(talk: Talk, words: str, listing: int = 0) -> str:
    """Record that the person waits for this part; returns what to say."""
    words = words[:LONGEST]
    others = [w for w in talk.shop.wishes_of(talk.person.id) if w.words != words]
    for wish in others[: max(0, len(others) - MOST + 1)]:
        talk.decision.write(Unwished(talk.person.id, wish.words))
    talk.decision.write(Wish(person_id=talk.person.id, words=words, listing=listing, asked_at=talk.now))
    look_later(talk)
    return texts.noted(words, reminders=talk.person.reminders)


def stop(talk: Talk, text: str) -> bool:
    """Stop waiting for what the text names, or for everything; False if that is nothing."""
    wishes = talk.shop.wishes_of(talk.person.id)
    said = set(part_words.tokens(text))
    gone = [w for w in wishes if said.intersection(part_words.tokens(w.words))] or wishes
    for wish in gone:
        talk.decision.write(Unwished(talk.person.id, wish.words))
    if len(gone) == len(wishes):
        talk.decision.cancel_timer(_timer(talk))
    if gone:
        talk.say(texts.no_more_word([w.words for w in gone]))
    return bool(gone)


def there(talk: Talk, words: str, listing: int = 0) -> Product | None:
    """The part itself, or the best match for the words; none of the person's own shop."""
    mine = talk.seller.id if talk.seller else ""
    found = [talk.shop.product(listing)] if listing else []
    found += finding.find(talk.shop, words)
    return next((p for p in found if p is not None and p.seller_id != mine and on_sale(talk.shop, p)), None)


def look_later(talk: Talk, at: datetime | None = None) -> None:
    talk.decision.timer(_timer(talk), LOOK, at or talk.now + EVERY, person=talk.person.id)


def _timer(talk: Talk) -> str:
    return f"wishes/{talk.person.id}"
