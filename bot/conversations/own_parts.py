"""Which of a shop's own parts a message means: by listing number, or by words."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz, process

from bot.conversations import wanted
from bot.conversations.wishes import slots_as
from bot.domain import part_words
from bot.domain.catalogue import Product

ALIKE = 84
"""Required similarity of a misspelt word (0 to 100)."""
SHORTEST = 5
"""Minimum length of a misspelt word; in shorter ones a different letter makes a different word."""
_WEAK = part_words.SIDES | part_words.ENDS


def meant(products: Sequence[Product], text: str) -> list[Product]:
    """The parts that most of a text's words fit; empty if no word names one. Sides alone name nothing.

    Words that no part has (*pausa*, *por favor*, a price) do not count. Equally good ones are all returned. A part that
    has only its car in common with the one that is named is not meant (*zera o alternador do corolla*: no headlamp).
    """
    found = _best(products, text)
    another = all(_is_another(text, shared, frozenset(_words(p))) for p, shared in found)
    return [] if another else [p for p, _ in found]  # beside one of that name for another car, it is asked which


def nearest(products: Sequence[Product], text: str) -> list[Product]:
    """As :func:`meant`, and those that only fit the same car."""
    return [p for p, _ in _best(products, text)]


def has(products: Sequence[Product], part: str, car: str) -> bool:
    """Whether one is called that and, where a car is named, is for that car."""
    called, cars = wanted.called(part), frozenset(part_words.tokens(car))
    words = [frozenset(_words(p)) for p in products]
    return any(called & one and (not cars or cars & one) for one in words)


def _best(products: Sequence[Product], text: str) -> list[tuple[Product, frozenset[str]]]:
    """The parts that most words fit, each with these words."""
    index = {p.listing: frozenset(_words(p)) for p in products}
    known = frozenset().union(*index.values()) if index else frozenset()
    said = {_spelled(word, known) for word in part_words.tokens(text)} | {str(y) for y in part_words.years(text)}
    said &= known
    if not any(word[0].isalpha() for word in said - _WEAK):  # *1.0*, *2015*: common to many cars
        return []
    shared = {p.listing: index[p.listing] & said for p in products}
    best = max(map(len, shared.values()))
    return [(p, shared[p.listing]) for p in products if len(shared[p.listing]) == best]


def _is_another(text: str, shared: frozenset[str], words: frozenset[str]) -> bool:
    if wanted.besides_cars(sorted(shared)) - _WEAK:
        return False
    named = slots_as(text, "add_product").get("part", "")
    return bool(named) and not wanted.called(named) & words


def _words(product: Product) -> list[str]:
    return [t for t in part_words.index(product.title, product.fits, product.sku) if t[0] != "_"]


def _spelled(word: str, known: frozenset[str]) -> str:
    if word in known or len(word) < SHORTEST or not word.isalpha():
        return word
    near = process.extractOne(word, sorted(known), scorer=fuzz.ratio, score_cutoff=ALIKE)
    return near[0] if near else word
