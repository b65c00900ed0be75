"""Which parts a buyer is shown for what was written, best first.

The store finds what shares the beginning of a word; here it is ranked by part, car, year and side. :func:`find` is
strict (another car's headlight is no answer), :func:`similar` shows what comes close.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from rapidfuzz import fuzz

from bot.conversations.language import understand
from bot.conversations.language.lexicon import key, part_names
from bot.domain.catalogue import Product
from bot.domain.shop import Shop
from bot.domain.text import fold, words

CANDIDATES = 80
BEGINNING = 4
"""Letters of a word that candidates share with it, so that plurals and slips at the end are found too."""
CLOSE = 80
NOISE = words(
    "a o as os um uma de do da dos das pra pro para por com sem em no na e ou que eu me meu minha oi ola bom boa dia "
    "tarde noite quero queria preciso tem teria voce vc voces vcs ai frete envio entrega quanto qto qnt custa fica "
    "valor preco procuro procurando comprar busco algum alguma esse essa este esta pfv favor anuncio peca pecas cep "
    "pix boleto cartao estou to ver sobre gostaria saber lado"
)
SIDES = {"esquerdo": "e", "esquerda": "e", "le": "e", "direito": "d", "direita": "d", "ld": "d"}
FRONT = {"dianteiro": "f", "dianteira": "f", "traseiro": "t", "traseira": "t"}
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_SPAN = re.compile(r"((?:19|20)\d\d)\s*(?:-|/|a|ate)\s*((?:19|20)\d\d)")


class Wanted(NamedTuple):
    """What was written, taken apart. ``part`` holds ways to say the part, each as its words."""

    part: tuple[tuple[str, ...], ...]
    car: tuple[str, ...]
    years: frozenset[int]
    marks: frozenset[str]
    other: tuple[str, ...]


def find(shop: Shop, text: str) -> list[Product]:
    """Parts that are what was asked for, best first; empty if there is none."""
    return _ranked(shop, text, strict=True)


def similar(shop: Shop, text: str) -> list[Product]:
    """The same part for other cars, or for this car in other years."""
    return _ranked(shop, text, strict=False)


def _ranked(shop: Shop, text: str, *, strict: bool) -> list[Product]:
    wanted = _wanted(text)
    looked_for = [w for way in wanted.part for w in way] + list(wanted.car) + list(wanted.other)
    beginnings = list(dict.fromkeys(w[:BEGINNING] for w in looked_for if len(w) > 1))
    scored = []
    for product in shop.search(beginnings, CANDIDATES) if beginnings else []:
        score = _score(wanted, product, strict=strict)
        if score > 0:
            scored.append((-score, product.listing, product))
    return [product for _, _, product in sorted(scored, key=lambda s: s[:2])]


def _tokens(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", key(text))


@cache
def _ways() -> dict[str, tuple[str, ...]]:
    """Each name of a part → all names of it."""
    found: dict[str, tuple[str, ...]] = {}
    for name, also in part_names().items():
        group = tuple(dict.fromkeys(key(n) for n in (name, *also)))
        for one in group:
            found.setdefault(one, group)
    return found


def _wanted(text: str) -> Wanted:
    slots = understand(text, "buyer").slots
    said = _tokens(text)
    part = key(slots.get("part", ""))
    ways = (part, *[w for w in _ways().get(part, ()) if w != part]) if part else ()
    car = _tokens(slots.get("vehicle", ""))
    years = frozenset(int(y) for y in _YEAR.findall(slots.get("year", "") or fold(text)))
    marks = frozenset(m for w in said for m in (_mark(w, SIDES), _mark(w, FRONT)) if m)
    known = {*_tokens(part), *car, *SIDES, *FRONT}
    other = [w for w in said if w not in known and w not in NOISE and not _YEAR.fullmatch(w) and not _is_number(w)]
    if not part and not car:
        other = [w for w in said if w not in NOISE and w not in SIDES and w not in FRONT and not _YEAR.fullmatch(w)]
    return Wanted(
        tuple(tuple(w for w in _tokens(way) if w not in NOISE) for way in ways), tuple(car), years, marks, tuple(other)
    )


def _mark(word: str, marks: dict[str, str]) -> str | None:
    """The side or end that a word means, small slips allowed."""
    if word in marks or len(word) < 6:
        return marks.get(word)
    return next((mark for full, mark in marks.items() if fuzz.ratio(word, full) >= 85), None)


def _is_number(word: str) -> bool:
    return word.isdigit() and len(word) > 4


def _hit(word: str, there: Sequence[str]) -> float:
    """How well a word stands among others: 1 the same, less for a plural or a slip, 0 not at all."""
    if word in there:
        return 1.0
    if len(word) < 4:
        return 0.0
    best = max((fuzz.ratio(word, w) for w in there if len(w) >= 4 and w[0] == word[0]), default=0)
    return best / 100 * 0.9 if best >= CLOSE else 0.0


def _share(wanted: Sequence[str], there: Sequence[str]) -> float:
    return sum(_hit(w, there) for w in wanted) / len(wanted) if wanted else 0.0


def _years(product: Product) -> set[int]:
    found: set[int] = set()
    for text in (product.title, *product.fits):
        plain = fold(text)
        found.update(int(y) for y in _YEAR.findall(plain))
        for first, last in _SPAN.findall(plain):
            found.update(range(int(first), int(last) + 1))
    return found


def _score(wanted: Wanted, product: Product, *, strict: bool) -> float:
    there = _tokens(" ".join((product.title, *product.fits, product.sku)))
    title = _tokens(product.title)
    ways = ((place, way) for place, way in enumerate(wanted.part) if way and _hit(way[0], title))
    part = max((_share(way, title) - 0.02 * place for place, way in ways), default=0.0)
    car = _hit(wanted.car[0], there) * 0.7 + 0.3 * _share(wanted.car, there) if wanted.car else 0.0
    other = _share(wanted.other, there)
    if wanted.part and part < 0.5:
        return 0.0
    if not wanted.part and not wanted.car and other < 0.5:
        return 0.0
    years, marks = _years(product), {m for w in title for m in (SIDES.get(w), FRONT.get(w)) if m}
    wrong_year = bool(wanted.years and years and not wanted.years & years)
    wrong_side = any({"e", "d"} & wanted.marks and m in "ed" and m not in wanted.marks for m in marks)
    wrong_end = any({"f", "t"} & wanted.marks and m in "ft" and m not in wanted.marks for m in marks)
    if strict and (wrong_year or wrong_side or wrong_end or (wanted.car and car < 0.5)):
        return 0.0
    if not strict and not wanted.part and wanted.car and car < 0.5:
        return 0.0
    right_year = bool(wanted.years & years)
    right_marks = len(wanted.marks & marks)
    return 3 * part + 2 * car + other + 0.6 * right_year + 0.4 * right_marks - 0.5 * (wrong_year + wrong_side)
