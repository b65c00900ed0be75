"""Parts that buyers wait for: recorded, listed, dropped."""

from __future__ import annotations

import re

from bot.conversations import engine, waiting
from bot.conversations.flows.buying import remarks
from bot.conversations.routes import buyer
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import waiting as texts
from bot.conversations.wishes import heard_as

_PRICE_FALLS = re.compile(r"\bavis\w+\b.*\b(?:baix\w+|cair|abaix\w+|promoc\w+|desconto|mais barat[oa])\b")


def tell_me(talk: Talk, heard: Heard) -> bool:
    """*Me avisa quando tiver farol do gol*: show what is available, wait for what is not."""
    wish = heard_as(heard, "find_part")
    query = remarks.query_of(wish)
    if talk.seller is not None or not query or not waiting.asks_for_word(heard.folded):
        return False
    if waiting.there(talk, query):
        talk.note(texts.already_there())
        return buyer.buy(talk, wish)
    talk.say(waiting.note(talk, query))
    engine.resume(talk)
    return True


def no_more_word(talk: Talk, heard: Heard) -> bool:
    """*Não precisa mais avisar*, from somebody who waits for a part."""
    if not waiting.stops(heard.folded) or not waiting.stop(talk, heard.text):
        return False
    engine.resume(talk)
    return True


def which_are_waited_for(talk: Talk, heard: Heard) -> bool:
    wishes = talk.shop.wishes_of(talk.person.id) if waiting.asks_which(heard.folded) else []
    if wishes:
        talk.say(texts.which([w.words for w in wishes]))
        engine.resume(talk)
    return bool(wishes)


def what_others_wait_for(talk: Talk, heard: Heard) -> bool:
    """*O que estão procurando?*: tell a shop what it could sell, and how many people wait for it; never who."""
    if talk.seller is None or not waiting.asks_of_others(heard.folded):
        return False
    talk.say(texts.sought(waiting.sought(talk)))
    engine.resume(talk)
    return True


def word_of_a_price(talk: Talk, heard: Heard) -> bool:
    """*Me avisa quando baixar o preço*: this is not offered, so nothing is promised."""
    if talk.seller is not None or not _PRICE_FALLS.search(heard.folded):
        return False
    talk.say(texts.no_word_of_prices())
    engine.resume(talk)
    return True
