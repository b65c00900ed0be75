"""Several questions in one message (*tem garantia? é original? entrega quando?*): answered in one message, in the order
asked. What only the seller knows is passed on as one question, and what leads elsewhere comes last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.conversations import engine
from bot.conversations.flows.buying import asked
from bot.conversations.language import asides, understand
from bot.conversations.routes import buyer, questions
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import buying as buying_texts
from bot.conversations.texts import questions as texts
from bot.conversations.wishes import slots_as
from bot.domain.catalogue import Product
from bot.domain.text import fold

MOST = 5
"""Maximum of questions answered at once."""


def together(talk: Talk, heard: Heard, go_on: Callable[[Talk, Heard], bool]) -> bool:
    """Answer the questions of a buyer's message; False if there are not several. ``go_on``: handles a single one."""
    pieces = _pieces(talk, heard)
    if len(pieces) < 2:
        return False
    product = buyer.part_spoken_of(talk)
    answers, for_seller, others = dict[str, None](), list[str](), list[Heard]()
    for piece in pieces:
        if said := _answer(talk, piece, product):
            answers |= dict.fromkeys(said)
        elif asides.for_seller(piece.text) or buyer.is_of_a_part(piece):
            for_seller.append(piece.text)
        else:
            others.append(piece)
    if len(others) > 1 or not (answers or for_seller):
        return False
    topics = [asides.topic_for_seller(one) or one.strip(" ?") for one in for_seller]
    if for_seller and product is None:
        answers[texts.seller_knows(topics)] = None
    elif for_seller and answers and not others:
        answers[texts.about(topics)] = None
    talk.misunderstood = 0
    talk.note("\n".join(answers))
    if others and go_on(talk, others[0]):
        if for_seller and product is not None:
            talk.add(texts.ask_alone(topics))
    elif for_seller and product is not None:
        engine.start(talk, "fits", {"listing": product.listing, "asked": " ".join(for_seller)[:200], "other": True})
    elif talk.frame is not None and not engine.flow_of(talk.frame).transient:
        engine.resume(talk)
    return True


def _pieces(talk: Talk, heard: Heard) -> list[Heard]:
    """The questions of a message that asks for nothing else; greetings do not count."""
    if talk.seller is not None or heard.message.choice or "?" not in heard.text:
        return []
    if any(slots_as(heard.text, "quote_shipping").get(name) for name in ("part", "cep", "listing", "order")):
        return []
    found = list[Heard]()
    for text in questions.clauses(heard.text):
        meaning = understand(text, talk.role)
        if not fold(text).strip(" .!?,") or (meaning.intent in ("greeting", "thanks") and "?" not in text):
            continue
        found.append(replace(heard, text=text, folded=fold(text), choice="", meaning=meaning))
    return found if len(found) <= MOST and all(map(questions.asks, found)) else []


def _answer(talk: Talk, piece: Heard, product: Product | None) -> list[str]:
    """What the rules of the shop, or the part's listing, answer."""
    question = questions.found(talk, piece)
    if question is not None:
        return [question.answer(talk.rules)]
    if product is None:
        return []
    if "garantia" in piece.folded:
        return [texts.GUARANTEE]
    of_it = asked.of_part(product, talk.shop.seller(product.seller_id), piece.text.rstrip(" ?") + "?")
    if not of_it and asked.HOW_LONG.search(piece.folded) and buyer.is_choosing(talk):
        of_it = [buying_texts.shipping_time(talk.rules.ship_days)]
    return of_it
