"""The part: name, car, price, side, condition."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.conversations.flows import reading, sales
from bot.conversations.flows.listing import photos, remarks
from bot.conversations.language import asides
from bot.conversations.language.gender import agree
from bot.conversations.steps import END, STAY, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import listing as texts
from bot.conversations.wishes import heard_as
from bot.domain.catalogue import Condition
from bot.domain.text import fold

_WHOLE = re.compile(
    r"^(?:motor|alternador|radiador|bateria|bomba|modulo|capo|para-?brisa|cabecote|bloco|cambio|embreagem|kit embreagem"
    r"|volante|painel|bobina|vela|correia|tensor|filtro|escapamento|catalisador|silencioso|eletroventilador|compressor"
    r"|condensador|evaporador|carburador|corpo de borboleta|tbi|bico injetor|sensor|sonda|carter|junta|tanque"
    r"|caixa de direcao|servo ?freio|cilindro mestre|chave de seta|tampa (?:traseira|do motor)|comando|virabrequim)\b"
    r"(?!.*\b(?:vidro|porta|limpador)\b)"
)
SIDED = ("left", "right", "pair", "none")


def _check(talk: Talk) -> str:
    if sales.seller(talk).wallet_id in ("", talk.rules.platform_wallet_id):
        return "no_wallet"
    if talk.data.get("offered") and not talk.data.get("part"):
        return "offer"
    if offered := talk.data.pop("offered", None):
        photos.store(talk, offered["id"], offered["url"])
    if talk.data.pop("echo", False):
        talk.note(texts.understood(_part(talk), car(talk), talk.data.get("price")))
    return "seller"


def _say_no_wallet(talk: Talk) -> str:
    talk.say(texts.no_wallet())
    return "told"


def _part(talk: Talk) -> str:
    part = str(talk.data.get("part", ""))
    return part[:1].upper() + part[1:]


def car(talk: Talk) -> str:
    return " ".join(w if w.isupper() or w == "a" else w.capitalize() for w in str(talk.data.get("car", "")).split())


def title_of(talk: Talk) -> str:
    side = agree(texts.SIDES.get(str(talk.data.get("side", "none")), ""), _part(talk))
    return " ".join(w for w in (_part(talk), side, car(talk)) if w)[:120]


def known(name: str) -> Callable[[Talk], str | None]:
    return lambda talk: "said" if talk.data.get(name) else None


def _read_offer(talk: Talk, heard: Heard) -> str | None:
    answer = reading.yes_or_no(talk, heard)
    found = remarks.said(heard)
    if answer is None and found.get("part"):
        talk.data.update(found)  # saying which part it is confirms that it is to be listed
        talk.note(texts.understood(_part(talk), car(talk), talk.data.get("price")))
        answer = "yes"
    if answer == "yes":
        offered = talk.data.pop("offered")
        photos.store(talk, offered["id"], offered["url"])
    elif answer == "no":
        talk.say(texts.photo_unused())
    return answer


def _read_what(talk: Talk, heard: Heard) -> str | None:
    found = remarks.said(heard_as(heard, "add_product"))
    if asides.laughs(heard.text) or remarks.is_aside(heard):
        return None
    kept = talk.data.get("part")
    if kept and found.get("car") and not found.get("part"):
        found["part"] = kept  # put right: *do Voyage 2012*
    if not found.get("part"):
        plain = " ".join(heard.text.split())[:60]
        if sum(c.isalpha() for c in plain) < 3:
            return None
        found["part"] = plain.lower()
    if parts := remarks.several(heard):
        found, talk.data["rest"] = parts[0], parts[1:]
        talk.note(texts.one_by_one([str(one["part"]) for one in parts[1:]]))
    talk.data.update(found)
    return "said"


def _read_car(talk: Talk, heard: Heard) -> str | None:
    found = remarks.said(heard)
    if asides.laughs(heard.text) or remarks.is_aside(heard) or talk.data.get("another"):
        return None
    plain = " ".join(heard.text.split())[:40]
    if not found.get("car") and sum(c.isalpha() for c in plain) < 2:
        return None
    talk.data["car"] = found.get("car") or plain.lower()
    return "said"


def read_price(talk: Talk, heard: Heard) -> str | None:
    if talk.data.get("another") or (heard.meaning.intent == "add_product" and heard.slot("part")):
        return None  # a different part
    price = remarks.price_in(heard)
    if price is None:
        if not any(c.isdigit() for c in heard.text):
            return None
        talk.say(texts.price_wrong())
        return STAY
    talk.data["price"] = price
    return "said"


def _read_side(talk: Talk, heard: Heard) -> str | None:
    if talk.data.get("another"):
        return None
    said = heard.choice if heard.choice in SIDED else remarks.said(heard).get("side")
    if not said:
        return None
    talk.data["side"] = said
    return "said"


def _known_side(talk: Talk) -> str | None:
    """Parts from the middle of a car have no side to ask for."""
    if not talk.data.get("side") and _WHOLE.search(fold(str(talk.data.get("part", "")))):
        talk.data["side"] = "none"
    return "said" if talk.data.get("side") else None


def _ask_side(talk: Talk) -> None:
    rows = [("left", "Esquerdo"), ("right", "Direito"), ("pair", "Par"), ("none", "Não tem lado")]
    talk.ask(texts.side(), rows)


def _read_condition(talk: Talk, heard: Heard) -> str | None:
    if talk.data.get("another"):
        return None
    said = heard.choice if heard.choice in set(Condition) else remarks.said(heard).get("condition")
    if not said:
        return None
    talk.data["condition"] = said
    return "said"


def _ask_condition(talk: Talk) -> None:
    rows = [("new", "Nova"), ("used", "Usada"), ("remanufactured", "Recondicionada")]
    talk.ask(texts.condition(), rows)


STEPS = (
    Step(
        "check",
        {"seller": "what", "offer": "offer", "no_wallet": "no_wallet"},
        act=_check,
    ),
    Step(
        "offer",
        {"yes": "what", "no": END},
        ask=lambda talk: talk.ask_yes(texts.offer_photo()),
        read=_read_offer,
    ),
    Step(
        "what",
        {"said": "car"},
        ask=lambda talk: talk.ask(texts.what()),
        read=_read_what,
        known=known("part"),
        free=True,
        fills=("part",),
        hint=texts.HINT_PART,
    ),
    Step(
        "car",
        {"said": "price"},
        ask=lambda talk: talk.ask(texts.car()),
        read=_read_car,
        known=known("car"),
        free=True,
        fills=("car",),
        hint=texts.HINT_CAR,
    ),
    Step(
        "price",
        {"said": "side"},
        ask=lambda talk: talk.ask(texts.price()),
        read=read_price,
        known=known("price"),
        fills=("price",),
        hint=texts.HINT_PRICE,
    ),
    Step(
        "side",
        {"said": "condition"},
        ask=_ask_side,
        read=_read_side,
        known=_known_side,
        fills=("side",),
    ),
    Step(
        "condition",
        {"said": "photos"},
        ask=_ask_condition,
        read=_read_condition,
        known=known("condition"),
        fills=("condition",),
    ),
    Step("no_wallet", {"told": END}, act=_say_no_wallet),
)
