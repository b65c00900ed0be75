"""What a seller's message says of a part: name, car, price, side, condition."""

from __future__ import annotations

import re
from typing import Any

from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import listing as texts
from bot.domain import money
from bot.domain.catalogue import Condition

CHEAPEST = 100
"""Centavos; less is a typing error."""
_MONEY = re.compile(r"r\$|\b(?:reais|conto|preco|valor)\b")
CONDITION_WORDS = {
    "nova": Condition.NEW,
    "novo": Condition.NEW,
    "usada": Condition.USED,
    "seminova": Condition.USED,
    "seminovo": Condition.USED,
    "usado": Condition.USED,
    "recondicionada": Condition.REMANUFACTURED,
    "recondicionado": Condition.REMANUFACTURED,
    "remanufaturada": Condition.REMANUFACTURED,
    "remanufaturado": Condition.REMANUFACTURED,
}
SIDE_WORDS = {
    "esquerdo": "left",
    "esquerda": "left",
    "le": "left",
    "direito": "right",
    "direita": "right",
    "ld": "right",
    "par": "pair",
    "ambos": "pair",
}


def seed(heard: Heard) -> dict[str, Any]:
    """What the first message already says of the part."""
    data = said(heard)
    if data.get("part"):
        data["echo"] = True
    return data


def said(heard: Heard) -> dict[str, Any]:
    data: dict[str, Any] = {}
    if heard.slot("part"):
        data["part"] = heard.slot("part")
    if heard.slot("vehicle"):
        data["car"] = " ".join(w for w in (heard.slot("vehicle"), heard.slot("year")) if w)
    price = price_in(heard) if heard.slot("amount") else None
    if price:
        data["price"] = price
    words = heard.folded.replace(",", " ").replace(".", " ").split()
    conditions = {CONDITION_WORDS[w] for w in words if w in CONDITION_WORDS}
    if len(conditions) == 1:
        data["condition"] = conditions.pop().value
    sides = {SIDE_WORDS[w] for w in words if w in SIDE_WORDS}
    if len(sides) == 1:
        data["side"] = sides.pop()
    return data


def use(talk: Talk, heard: Heard) -> None:
    """What a message says of the part beyond the open question."""
    frame = talk.frame
    if frame is None or frame.step not in ("side", "condition", "photos", "box", "review") or heard.choice:
        return
    found = {name: value for name, value in said(heard).items() if name in ("side", "condition")}
    if _MONEY.search(heard.folded) and price_in(heard):
        found["price"] = price_in(heard)
    if found.get("price") and found["price"] != frame.data.get("price"):
        frame.data["heard_price"] = True
    frame.data.update(found)


def turn(talk: Talk, _: Heard) -> str | None:
    """A price in passing is confirmed, and the open question comes back."""
    if talk.frame is None or not talk.data.pop("heard_price", False):
        return None
    talk.note(texts.noted(talk.data["price"]))
    return talk.frame.step


def price_in(heard: Heard) -> int | None:
    """The price in a message (centavos), None if none or unclear."""
    amount = heard.slot("amount")
    price = money.from_decimal(amount) if amount else money.read(heard.text)
    return price if price is not None and price >= CHEAPEST else None
