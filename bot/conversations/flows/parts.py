"""Shared by the flows about a shop's parts: which part is meant."""

from __future__ import annotations

from bot.conversations import own_parts
from bot.conversations.flows import reading, stock_words
from bot.conversations.steps import STAY
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import inventory as texts
from bot.conversations.texts import listing as listing_texts
from bot.conversations.wishes import slots_as
from bot.domain.catalogue import Product

SHOWN = 8


def own(talk: Talk) -> Product | None:
    """The part of the frame, if it is the shop's own."""
    listing = talk.data.get("listing")
    product = talk.shop.product(int(listing)) if listing else None
    return product if product is not None and talk.seller and product.seller_id == talk.seller.id else None


def the(talk: Talk) -> Product:
    """The part of the frame; an error if it is not the shop's own."""
    product = own(talk)
    if product is None:
        raise LookupError("the part of this talk is gone")
    return product


def find(talk: Talk) -> str:
    mine = talk.parts
    if not mine:
        return "none"
    listing = talk.data.get("listing")
    if listing:
        return "one" if any(p.listing == int(listing) for p in mine) else "unknown"
    said = str(talk.data.get("said") or "")
    found = own_parts.meant(mine, said)
    if len(found) == 1:
        talk.data["listing"] = found[0].listing
        return "one"
    if not found and (missing := slots_as(said, "add_product").get("part")):
        talk.note(texts.none_called(missing))
        found = own_parts.nearest(mine, said)
    talk.data["among"] = [p.listing for p in found[:SHOWN]]
    return "which"


def ask_which(talk: Talk) -> None:
    """Ask which of the matching parts, otherwise of the newest ones."""
    among = talk.data.get("among") or [p.listing for p in talk.parts][-SHOWN:]
    rows = [(str(p.listing), texts.row(p)) for p in map(talk.shop.product, among) if p is not None]
    talk.ask(texts.which(), rows)


def read_part(talk: Talk, heard: Heard) -> str | None:
    """``one`` for a part of the shop's own, by number or words."""
    if not heard.message.choice and stock_words.wish_in(heard, named=False):
        return None  # *apaga o 560* does not ask to see it
    if heard.choice.isdigit():
        talk.data["listing"] = int(heard.choice)
        return "one"
    numbers = reading.numbers_in(heard.text)
    mine = talk.parts
    named = [p for p in mine if p.listing in numbers] or own_parts.meant(mine, heard.text)
    if len(named) == 1:
        talk.data["listing"] = named[0].listing
        return "one"
    if len(numbers) == 1 and len(heard.folded.split()) <= 3:
        talk.say(listing_texts.not_your_listing(numbers[0]))
        return STAY
    return None


def say_unknown(talk: Talk) -> str:
    talk.note(listing_texts.not_your_listing(int(talk.data.pop("listing"))))
    return "which"


def say_none(talk: Talk) -> str:
    talk.say(listing_texts.no_listings())
    return "told"
