"""The one-time notice that a part somebody waits for is available.

A timer in the person's lane checks the stock, so it does not matter how the part came: listed in the chat, imported, or
released by a cancelled order.
"""

from __future__ import annotations

from bot.conversations import notices, waiting
from bot.conversations.catalogue import CATALOGUE
from bot.conversations.talk import Talk
from bot.domain.catalogue import Product
from bot.domain.decision import Unwished
from bot.domain.events import Notice
from bot.domain.wish import LASTS, Wish

NAME = "part_there"


def look(talk: Talk) -> None:
    """The timer fired: announce what is available and stop waiting for it; drop what was waited for too long."""
    if starts := notices.not_before(talk, CATALOGUE[NAME]):
        waiting.look_later(talk, starts)  # parts available at night may be sold by morning
        return
    left = 0
    for wish in talk.shop.wishes_of(talk.person.id):
        over = talk.now - wish.asked_at >= LASTS
        may_be_told = talk.person.reminders and not over
        part = waiting.there(talk, wish.words, wish.listing) if may_be_told else None
        if part is not None:
            _tell(talk, wish, part)
        if part is not None or over:
            talk.decision.write(Unwished(talk.person.id, wish.words))
        else:
            left += 1
    if left:
        waiting.look_later(talk)


def _tell(talk: Talk, wish: Wish, part: Product) -> None:
    key = f"wish/{talk.person.id}/{talk.root}/{part.listing}"
    data = {"listing": str(part.listing), "title": part.title, "amount": str(part.price), "words": wish.words}
    notices.tell(talk, Notice(key=key, name=NAME, person_id=talk.person.id, data=data))
