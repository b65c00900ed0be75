"""Corrects an order's destination from the buyer's words: a CEP, a street, a house number, a complement."""

from __future__ import annotations

import re

from bot.conversations.flows import lookup, orders, reading
from bot.conversations.steps import Outcome
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import delivery as texts
from bot.conversations.wishes import slots_as
from bot.domain.events import Parked
from bot.domain.order import OrderState
from bot.domain.people import Address
from bot.domain.text import fold

_HOUSE = re.compile(r"\b\d{1,6}[a-z]?\b")
_KINDS = {
    "flat": r"\b(?:apartamento|apto?|ap)\b",
    "block": r"\b(?:bloco|bl|torre)\b",
    "house": r"\b(?:casa|fundos|sobrado)\b",
    "floor": r"\bandar\b",
    "room": r"\b(?:sala|loja)\b",
}
"""Parts of a complement: *bloco B* is added to *apto 32*, while *apto 33* replaces it."""


def ask_address(talk: Talk) -> None:
    talk.ask(texts.which_address(orders.the(talk)))


def read_address(talk: Talk, heard: Heard) -> str | None:
    """The address as given, complete: a number without a complement means that there is none."""
    said = slots_as(heard.text, "change_address")
    cep = reading.cep_in(heard) or said.get("cep", "")
    there = house(heard)
    if not (cep or said.get("number") or said.get("complement") or there):
        return None
    for name in ("number", "complement", "street"):
        if said.get(name):
            talk.data[name] = said[name]
    if cep:
        talk.data["cep"] = cep
    elif there or said.get("number"):
        talk.data.update(
            {"complement": "", **there, **{n: v for n, v in said.items() if n in ("number", "complement")}}
        )
    return "said"


_NOT_THAT = re.compile(r"\W*\b(?:e )?n[aã]o (?:é |e |o )?\d+\b.*$", re.IGNORECASE)
"""*310, não 210*: the second is what was wrong."""


def house(heard: Heard) -> dict[str, str]:
    """*215 apto 12*: a house number and what follows it; empty if there is none."""
    behind = slots_as(heard.text, "change_address").get("complement", "")
    ends = heard.folded.find(fold(behind)) if behind else -1
    match = _HOUSE.search(heard.folded, 0, ends) if ends >= 0 else _HOUSE.search(heard.folded)
    if match is None or len(heard.text) > 60:
        return {}
    said = slots_as(f"numero {heard.text}", "change_address")
    rest = _NOT_THAT.sub("", heard.text[match.end() :]).strip(" ,.-")
    return {"number": match.group().upper(), "complement": said.get("complement") or rest}


def weigh(talk: Talk) -> str:
    order, data = orders.the(talk), talk.data
    cep = data.get("cep", "")
    if cep and cep != order.destination.postal_code:
        return "look" if order.state is OrderState.AWAITING_PAYMENT else "paid"
    known = order.destination
    behind = data.get("complement", known.complement)
    if not data.get("number"):
        behind = with_more(known.complement, behind)
    data["place"] = known.but(
        street=data.get("street") or known.street, number=data.get("number") or known.number, complement=behind
    ).model_dump()
    if data["place"] == known.model_dump() and data.get("number"):
        talk.note(texts.so_already())
        for name in ("number", "complement"):
            data.pop(name, None)
        return "house"
    return "same" if data.get("number") or data.get("street") or data.get("complement") else "house"


def with_more(before: str, said: str) -> str:
    """*Bloco B* after *apto 32*; a part of the same kind is replaced."""
    had, has = ({name for name, shape in _KINDS.items() if re.search(shape, fold(text))} for text in (before, said))
    return f"{before}, {said}" if had and has and not had & has else said


def place_found(talk: Talk, outcome: Outcome) -> str | None:
    if not lookup.is_answered(talk, outcome):
        return None
    if isinstance(outcome, Parked):
        talk.say(texts.looking())
        return None
    address = lookup.address_in(outcome)
    if address is None:
        talk.data.pop("cep")
        talk.note(texts.cep_missing())
        return "missing"
    talk.data["place"] = address.but(street=address.street or talk.data.get("street", "")).model_dump()
    return "found"


def place(talk: Talk) -> Address:
    return Address.model_validate(talk.data["place"])


def known_house(talk: Talk) -> str | None:
    found = place(talk)
    if not talk.data.get("number") or not found.street:
        return None
    talk.data["place"] = found.but(number=talk.data["number"], complement=talk.data.get("complement", "")).model_dump()
    return "said"


def read_house(talk: Talk, heard: Heard) -> str | None:
    there = house(heard)
    street = slots_as(heard.text, "change_address").get("street", "")
    if not there or (not place(talk).street and not street):
        return None
    talk.data.update(there)
    if street:
        talk.data["place"] = place(talk).but(street=street).model_dump()
    return known_house(talk)


def after_house(talk: Talk) -> str:
    same = place(talk).postal_code == orders.the(talk).destination.postal_code
    return "same" if same else "other"
