"""Whether a part fits, and other questions that only its seller can answer."""

from __future__ import annotations

import re

from bot.conversations import finding
from bot.conversations.flows import reading
from bot.conversations.steps import END, STAY, Flow, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import people as texts
from bot.domain import part_words


def _find_part(talk: Talk) -> str:
    listing = talk.data.get("listing")
    product = talk.shop.product(int(listing)) if listing else None
    if product is None and talk.data.get("query"):
        found = finding.find(talk.shop, talk.data["query"])
        product = found[0] if len(found) == 1 else None
    if product is None:
        talk.seed = {"query": talk.data.get("query", ""), "car": talk.data.get("car", "")}
        return "search"
    talk.data["listing"] = product.listing
    return "found"


def _ask_fits(talk: Talk) -> None:
    product = talk.shop.product(int(talk.data["listing"]))
    if product is not None:
        other = talk.data.get("other")
        talk.ask_yes(texts.only_the_seller(product.title) if other else texts.fits(product.title, product.fits))


_AND_ON = re.compile(r"^e (?:n?[oa]|em|a|se)\b.*\?\W*$")
"""*E no pix?*, after a question for the seller: added to it."""


def _fits_year(talk: Talk, heard: Heard) -> bool | None:
    """Whether the year given is one that the listing names; None if either is missing."""
    product = talk.shop.product(int(talk.data["listing"]))
    said = part_words.years(heard.folded)
    if product is None or talk.data.get("other") or len(said) != 1 or len(heard.folded.split()) > 8:
        return None
    known = frozenset().union(*(part_words.years(entry) for entry in (product.title, *product.fits)))
    return said <= known if known else None


def _read_fits(talk: Talk, heard: Heard) -> str | None:
    answer = reading.yes_or_no(talk, heard)
    if talk.data.get("other") and not heard.choice and _AND_ON.match(heard.folded):
        talk.data["asked"] = f"{talk.data.get('asked', '')} {heard.text}"[:200]
        _ask_fits(talk)
        return STAY
    fitting = _fits_year(talk, heard) if not heard.choice and answer is None else None
    if fitting is not None:
        talk.note(texts.year_is_named() if fitting else texts.year_is_not_named())
        _ask_fits(talk)
        return STAY
    if answer == "yes":
        asked = str(talk.data.get("asked", ""))[:200]
        topic = "pergunta ao vendedor" if talk.data.get("other") else "serve no carro?"
        talk.alert(topic, f"{talk.person.id} pergunta sobre o anúncio {talk.data['listing']}: {asked}")
        talk.say(texts.fits_asked())
    elif answer == "no":
        talk.say(texts.not_asked() if talk.data.get("other") else texts.fits_fine())
    return answer


FLOW = Flow(
    name="fits",
    title="a pergunta se serve",
    role="buyer",
    transient=True,
    steps=(
        Step("find", {"found": "fits", "search": ">buying"}, act=_find_part),
        Step("fits", {"yes": END, "no": END}, ask=_ask_fits, read=_read_fits),
    ),
)
