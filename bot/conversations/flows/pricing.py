"""A seller changes a price."""

from __future__ import annotations

import re

from bot.conversations.flows import parts, reading
from bot.conversations.flows.listing import part, remarks
from bot.conversations.steps import END, Flow, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import listing as texts
from bot.conversations.wishes import slots_as
from bot.domain import money
from bot.domain.text import fold

SHOWN = 8
_NUMBER = re.compile(r"(?<![\w.,])(\d[\d.]*(?:,\d\d?)?)\W*$")


def _find_listing(talk: Talk) -> str:
    if talk.data.get("price") == int(talk.data.get("listing") or 0) * 100:
        talk.data.pop("price", None)  # *mudar preço do 558*: a number is either the listing or the price, not both
    if talk.data.get("listing"):
        return "one" if parts.own(talk) else "unknown"
    return "which" if talk.parts else "none"


def _ask_listing(talk: Talk) -> None:
    mine = talk.parts
    among = talk.data.get("among") or [p.listing for p in mine if p.active][-SHOWN:]
    products = [p for p in mine if p.listing in among][:SHOWN]
    rows = [(str(p.listing), f"{p.listing} · {p.title} · {money.show(p.price)}") for p in products]
    talk.ask(texts.which_listing(), rows)


def _say_unknown_listing(talk: Talk) -> str:
    listing = int(talk.data.pop("listing"))
    if talk.parts:
        talk.note(texts.not_your_listing(listing))
        return "which"
    talk.say(texts.not_your_listing(listing))
    return "told"


def _say_no_listings(talk: Talk) -> str:
    talk.say(texts.no_listings())
    return "told"


def _known_price(talk: Talk) -> str | None:
    """A new price that was given, directly or as a percentage (``percent`` in hundredths, with its sign)."""
    product, percent = parts.own(talk), talk.data.pop("percent", None)
    if percent and product is not None:
        talk.data["price"] = max(remarks.CHEAPEST, money.half_up(product.price * (10_000 + percent), 10_000))
    return "said" if talk.data.get("price") else None


def _read_price(talk: Talk, heard: Heard) -> str | None:
    if reading.yes_or_no(talk, heard) == "no":
        talk.say(texts.price_kept(int(talk.data["listing"])))
        return "no"
    return part.read_price(talk, heard)


def _ask_new_price(talk: Talk) -> None:
    product = parts.own(talk)
    if product is not None:
        talk.ask(texts.new_price(product.listing, product.title, product.price))


def _ask_price_sure(talk: Talk) -> None:
    product = parts.own(talk)
    if product is not None:
        talk.ask_yes(texts.price_sure(product.listing, product.price, talk.data["price"]))


def _read_price_sure(talk: Talk, heard: Heard) -> str | None:
    number = _NUMBER.search(heard.text) if not heard.choice and not _is_of_another(talk, heard) else None
    other = money.read(number[1]) if number else None
    if other and other >= remarks.CHEAPEST and other not in (talk.data["price"], int(talk.data["listing"]) * 100):
        talk.data["price"] = other
        return "other"
    answer = reading.yes_or_no(talk, heard)
    if answer == "no":
        talk.say(texts.price_kept(int(talk.data["listing"])))
    return answer


def _is_of_another(talk: Talk, heard: Heard) -> bool:
    """*Cadastrar farol uno 90*: a price of another part."""
    part_said = slots_as(heard.text, "add_product").get("part", "")
    return bool(part_said) and fold(part_said) not in fold(parts.the(talk).title)


def _weigh(talk: Talk) -> str:
    """A price other than the one asked about: confirm it too, unless it is the current one."""
    if talk.data["price"] != parts.the(talk).price:
        return "odd"
    talk.say(texts.price_kept(int(talk.data["listing"])))
    return "same"


def _set_price(talk: Talk) -> str:
    product, price = parts.the(talk), talk.data["price"]
    talk.decision.write(product.but(price=price))
    said = texts.price_done(product.listing, price)
    if len(talk.frames) > 1:
        talk.say(said)
        return "told"
    talk.seed = {"changed": [[product.listing, product.price, price]], "done": said}
    return "changed"


FLOW = Flow(
    name="pricing",
    title="o preço",
    role="seller",
    steps=(
        Step(
            "find",
            {"one": "price", "which": "which", "none": "none", "unknown": "unknown"},
            act=_find_listing,
        ),
        Step("which", {"one": "price"}, ask=_ask_listing, read=parts.read_part, fills=("listing",)),
        Step(
            "price",
            {"said": "sure", "no": END},
            ask=_ask_new_price,
            read=_read_price,
            known=_known_price,
            fills=("price",),
        ),
        Step("sure", {"yes": "set", "no": END, "other": "weigh"}, ask=_ask_price_sure, read=_read_price_sure),
        Step("weigh", {"odd": "sure", "same": END}, act=_weigh),
        Step("set", {"told": END, "changed": ">repriced"}, act=_set_price),
        Step("none", {"told": END}, act=_say_no_listings),
        Step("unknown", {"which": "which", "told": END}, act=_say_unknown_listing),
    ),
)
