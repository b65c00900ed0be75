"""A buyer rates a purchase: stars, and optional words for the shop."""

from __future__ import annotations

import re

from bot.conversations.flows import orders
from bot.conversations.steps import END, Flow, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import rating as texts
from bot.domain import lanes
from bot.domain.events import OrderRated
from bot.domain.order import OrderState

ARRIVED = frozenset([OrderState.DELIVERED, OrderState.CLOSED, OrderState.RETURNING, OrderState.RETURNED])
_STARS = re.compile(r"(?<!\d)([1-5])(?:\s*(?:estrelas?|\*))?(?!\d)")
_OF_TEN = re.compile(r"^(?:nota |dou |e |um |a )*(10+|mil|dez|[6-9])(?: de 10)?\W*$")
"""A mark out of ten."""
_NAMED = re.compile(
    r"(?:(?:foi|achei|e|muito|dou|nota|bem)\W+)*(?:otim[oa]|bo[ma]|mais ou menos|ruim|pessim[oa]|\d)(?: mesmo)?\W*$"
)
"""*Bom*, and not *tá bom, obrigado*."""
_SPOKEN = {"uma": 1, "um": 1, "duas": 2, "dois": 2, "tres": 3, "quatro": 4, "cinco": 5, "dez": 5, "mil": 5}


def of_ten(folded: str) -> int:
    """The stars of a mark from 6 to 10; 0 if there is none."""
    ten = _OF_TEN.search(folded)
    return (min(int(ten[1]), 10) + 1) // 2 if ten and ten[1].isdigit() else 5 if ten else 0


def stars_in(folded: str) -> int:
    """1 to 5; 0 if there is none."""
    match = _STARS.search(folded)
    if match:
        return int(match[1])
    return next((value for word, value in _SPOKEN.items() if word in folded.split()), 0)


def _find(talk: Talk) -> str:
    named = orders.named(talk) if talk.data.get("order") else None
    if talk.data.get("order") and named is None:
        return "unknown"
    found = orders.bought(talk, ARRIVED)
    if named is None and found:
        named = found[0]
        talk.data["order"] = named.number
    if named is None or named.state not in ARRIVED:
        talk.say(texts.not_yet(named))
        return "told"
    return "one"


def _ask_stars(talk: Talk) -> None:
    order = orders.the(talk)
    talk.ask(texts.which_stars(order), [(str(n), texts.STARS[n]) for n in range(5, 0, -1)])


def _read_stars(talk: Talk, heard: Heard) -> str | None:
    stars = _STARS.fullmatch(heard.folded.strip(" .!"))  # "5" means five stars, not the fifth row
    ten = of_ten(heard.folded)
    if ten and not heard.message.choice:
        talk.data["stars"] = ten
        talk.note(texts.stars_noted(talk.data["stars"]))
        return "said"
    meant = heard.message.choice or _NAMED.match(heard.folded)
    said = int(stars[1]) if stars else int(heard.choice or 0) if meant else stars_in(heard.folded)
    if not said:
        return None
    talk.data["stars"] = said
    return "said"


def _known_stars(talk: Talk) -> str | None:
    return "said" if talk.data.get("stars") else None


def _read_words(talk: Talk, heard: Heard) -> str | None:
    if heard.folded.strip(" .!") in ("pular", "pula", "nao", "nada", "so isso"):
        return "skip"
    talk.data["words"] = heard.text.strip()[:300]
    return "said"


def _rate(talk: Talk) -> str:
    order, words = orders.the(talk), str(talk.data.get("words", ""))
    event = OrderRated(order=order.number, by=talk.person.id, stars=talk.data["stars"], words=words)
    talk.decision.emit(lanes.order(order.number), event)
    talk.say(texts.thanks(int(talk.data["stars"])))
    return "told"


FLOW = Flow(
    name="rating",
    title="a avaliação",
    role="buyer",
    transient=True,
    steps=(
        Step("find", {"one": "stars", "unknown": "unknown", "told": END}, act=_find),
        Step("stars", {"said": "words"}, ask=_ask_stars, read=_read_stars, known=_known_stars, fills=("stars",)),
        Step(
            "words",
            {"said": "rate", "skip": "rate"},
            ask=lambda talk: talk.ask(texts.which_words()),
            read=_read_words,
            known=lambda talk: "said" if talk.data.get("words") else None,
            free=True,
        ),
        Step("rate", {"told": END}, act=_rate),
        Step("unknown", {"told": END}, act=orders.say_unknown),
    ),
)
