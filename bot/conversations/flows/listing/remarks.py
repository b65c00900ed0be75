"""What a seller's message says of a part: name, car, price, side, condition."""

from __future__ import annotations

import re
from typing import Any

from bot.conversations.language import answers
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import listing as texts
from bot.conversations.wishes import heard_as, heard_of, slots_as
from bot.domain import money, part_words
from bot.domain.catalogue import Condition
from bot.domain.numerals import WORDS, count_of
from bot.domain.text import fold

CHEAPEST = 100
"""Centavos; less is a typing error."""
MONEY = re.compile(r"r\$|\b(?:reais|conto|preco|valor)\b")
_YEARS = re.compile(r"(?<!\d)((?:19|20)\d\d) ?(?:a|ate|-|/) ?((?:19|20)\d\d)(?!\d)")
_SHORT_YEARS = re.compile(r"(?<![\d/.,-])([01]\d|2[0-9]) ?(?:a|ate|-|/) ?([01]\d|2[0-9])(?![\d/.,-])")
"""*12/15*. Two years in a row, *12/13*, are those of making and of the model."""
_BEGINS_ANEW = re.compile(r"\b(?:cadastr|anunci|public)\w+\b")
_READY = frozenset(["pronto", "prontos", "pronta", "acabou", "terminei", "chega", "so isso", "nada", "pular", "pula"])
_PHOTO_OFF = re.compile(r"\b(?:tir|apag|remov|exclu|delet|descart)\w* .{0,30}\bfotos?\b")
_FIRST = re.compile(r"\b(?:antig|velh|primeir)\w*")
_ALL = re.compile(r"\b(?:todas?|tudo|(?:as|essas) fotos)\b")
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


_N = count_of(3)
_PIECES = re.compile(
    rf"\b(?:tenho|temos|sao|tem) {_N}(?=\W*$| ?(?:unidades?|pecas?|pares|delas?|deles?|iguais)\b)"
    rf"|(?<![\w.,/]){_N} (?:unidades?|pecas|iguais|(?:em|no) estoque)\b"
    rf"|\b(?:estoque|quantidade|qtde?)(?: de| e)?:? ?{_N}(?![\w.,/])"
)
_APART = re.compile(r"\s*[,;\n+]\s*|\s+e\s+(?=\S)", re.IGNORECASE)


def several(heard: Heard) -> list[dict[str, Any]]:
    """The data of each part in a list (*farol gol direito 250, lanterna uno 90*); empty if there is only one."""
    items: list[str] = []
    for piece in _APART.split(heard.text):
        if slots_as(piece, "add_product").get("part") or not items:
            items.append(piece)
        else:
            items[-1] += f", {piece}"  # belongs to the part before it
    seeds = [seed(heard_of(heard, item, "add_product")) for item in items]
    whole = [one for one in seeds if one.get("part") and one.get("price")]
    return [one for one in seeds if one.get("part")] if len(whole) > 1 else []


def said(heard: Heard) -> dict[str, Any]:
    data: dict[str, Any] = {}
    if heard.slot("part"):
        part = heard.slot("part")
        data["part"] = f"{part} {part_words.particulars(heard.text, part)}".strip()
    if heard.slot("vehicle"):
        years = _YEARS.search(heard.folded)
        year = part_words.with_model(heard.slot("year"), heard.text)
        if years and years[1] == heard.slot("year"):
            year = f"{years[1]} a {years[2]}"
        elif (short := _SHORT_YEARS.search(heard.folded)) and int(short[2]) - int(short[1]) > 1:
            year = f"20{short[1]} a 20{short[2]}"
        data["car"] = " ".join(w for w in (heard.slot("vehicle"), year) if w)
    price = price_in(heard) if heard.slot("amount") else None
    if price:
        data["price"] = price
    if pieces := _PIECES.search(heard.folded):
        count = pieces[1] or pieces[2] or pieces[3]
        data["stock"] = WORDS.get(count) or int(count)
    elif heard.slot("qty").isdigit():
        data["stock"] = int(heard.slot("qty"))
    words = heard.folded.replace(",", " ").replace(".", " ").split()
    conditions = {CONDITION_WORDS[w] for w in words if w in CONDITION_WORDS}
    if len(conditions) == 1:
        data["condition"] = conditions.pop().value
    sides = {SIDE_WORDS[w] for w in {*words, *part_words.tokens(heard.text)} if w in SIDE_WORDS}
    if len(sides) == 1:
        data["side"] = sides.pop()
    return data


def another(talk: Talk, heard: Heard) -> dict[str, Any]:
    """What a message says of a part other than the one being listed; empty if it is the same."""
    found = said(heard_as(heard, "add_product"))
    part, mine = str(found.get("part") or ""), str(talk.data.get("part") or "")
    if (
        heard.choice
        or _BEGINS_ANEW.search(heard.folded)
        or not part
        or not mine
        or fold(part) in fold(mine)
        or fold(mine) in fold(part)
    ):
        return {}
    return found if found.get("car") and found.get("price") else {}


def use(talk: Talk, heard: Heard) -> None:
    """Store what a message says of the part beyond the open question."""
    frame = talk.frame
    if frame is not None and frame.step in ("car", "price", *LATER_STEPS) and (other := another(talk, heard)):
        frame.data["another"] = other
        return
    if frame is None or frame.step not in ("price", *LATER_STEPS) or heard.choice:
        return
    frame.data.pop("heard", None)
    of_all = (
        ("side", "condition", "stock", "car") if frame.step in ("review", "fix") else ("side", "condition", "stock")
    )
    found = {name: value for name, value in said(heard).items() if name in of_all}
    if frame.step != "price" and MONEY.search(heard.folded) and price_in(heard):
        found["price"] = price_in(heard)
    box = answers.weight_and_size(heard.text) if frame.step not in ("price", "box") else None
    if box is not None:
        found["weight"], *found["size"] = box
    new = {name: value for name, value in found.items() if frame.data.get(name) != value and name != frame.step}
    if new:
        frame.data["heard"] = new
    frame.data.update(found)


LATER_STEPS = ("side", "condition", "photos", "box", "review", "fix")


def is_aside(heard: Heard) -> bool:
    """*Pronto*, *tira a foto antiga*: no name of a part or car, although the question takes any words."""
    return heard.folded.strip(" .!") in _READY or bool(_PHOTO_OFF.search(heard.folded))


def turn(talk: Talk, heard: Heard) -> str | None:
    """What was said in passing is confirmed, and the open question comes back."""
    frame = talk.frame
    if frame is None:
        return None
    if _PHOTO_OFF.search(heard.folded):
        return _photo_off(talk, heard, frame.step)
    if frame.step in ("what", "car", "price") and is_aside(heard):
        talk.note(texts.not_ready())
        return frame.step
    if other := talk.data.pop("another", None):
        talk.data["rest"] = [*talk.data.get("rest", []), {**other, "echo": True}]
        talk.note(texts.one_by_one([str(other["part"])]))
        return frame.step
    new = talk.data.pop("heard", None)
    if not new:
        return None
    talk.note(texts.noted(new))
    return "review" if frame.step == "fix" else frame.step


def _photo_off(talk: Talk, heard: Heard, step: str) -> str:
    """The first picture if an old one is meant, or all of them, otherwise the last."""
    photos: list[dict[str, str]] = list(talk.data.get("photos", []))
    if not photos:
        talk.note(texts.no_photo_yet())
        return step
    if _ALL.search(heard.folded):
        photos.clear()
    else:
        del photos[0 if _FIRST.search(heard.folded) else -1]
    talk.data["photos"] = photos
    talk.note(texts.photo_off(len(photos)))
    if photos:
        return step
    return "photos" if talk.data.pop("album_done", False) else step


def price_in(heard: Heard) -> int | None:
    """The price in a message (centavos), None if none or unclear."""
    amount = heard.slot("amount")
    price = money.from_decimal(amount) if amount else money.read(heard.text)
    return price if price is not None and price >= CHEAPEST else None
