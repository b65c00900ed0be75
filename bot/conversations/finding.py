"""Search: which parts a buyer is shown for a message, best first.

:mod:`bot.conversations.wanted` analyses the words; the shop is queried for parts that contain them, from the narrowest
query to wider ones until there is enough to choose from; results are ranked by fit, words and stock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from bot.conversations import wanted as reading
from bot.conversations.language import lexicon
from bot.conversations.wanted import Wanted
from bot.domain import part_words
from bot.domain.catalogue import Product
from bot.domain.part_words import ANY_END, ANY_SIDE, ANY_YEAR, ENDS, SIDES
from bot.domain.shop import AllOf, AnyOf, Shop, Words

CANDIDATES = 60
"""Parts per query. If there are more, a narrower query makes sure that the best are included."""


class Found(NamedTuple):
    """``right``: whether the parts match the request, or only come close. ``unknown``: a car that is not known; the
    parts are then those for any car."""

    products: list[Product]
    right: bool = True
    unknown: str = ""


def look(shop: Shop, text: str) -> Found:
    """What to show for a request: matching parts, otherwise close ones (another year, another car)."""
    wanted = reading.read(shop, text)
    if not wanted.codes and not wanted.part and (wanted.strange or not wanted.cars):
        return Found([])
    for questions in (_by_code, _by_words, _by_most_words):
        right = _ranked(wanted, _answers(shop, questions(wanted)), strict=True)
        if right:
            return Found(right, unknown=wanted.unknown)
    for question in _close(wanted):
        close = _ranked(wanted, _answers(shop, [question]), strict=False)
        if close:
            return Found(close, right=False)
    return Found([])


def find(shop: Shop, text: str) -> list[Product]:
    """Parts that match the request, best first; empty if there is none, or the car is not known."""
    found = look(shop, text)
    return found.products if found.right and not found.unknown else []


# --- queries ----------------------------------------------------------------------------------------------


def _answers(shop: Shop, questions: Iterable[list[Words]]) -> list[Product]:
    """The results of the first query that has any, preceded by narrower ones as long as one brings more than is looked
    at."""
    found: dict[int, Product] = {}
    for question in questions:
        some = shop.search(AllOf(question), CANDIDATES)
        found.update((product.listing, product) for product in some)
        if len(some) < CANDIDATES:
            break
    return list(found.values())


def _by_code(wanted: Wanted) -> Iterator[list[Words]]:
    if wanted.codes:
        yield [AnyOf(wanted.codes)]


def _by_words(wanted: Wanted) -> Iterator[list[Words]]:
    part = [_any_of(names) for names in wanted.part]
    car = [_any_of(wanted.cars)] if wanted.cars else []
    named = [*part, *car, *_marks(wanted, named=True)]
    if not part and not car:
        return
    yield [*part, *_looser_car(wanted), *_marks(wanted, named=False)]
    yield named
    if wanted.part:
        yield [AnyOf(f"_{name[0]}" for name in wanted.part[0]), *named]
    if wanted.extras:
        yield [*named, *wanted.extras]


def _by_most_words(wanted: Wanted) -> Iterator[list[Words]]:
    """Queries that drop one word, unless it is the part itself."""
    part = [_any_of(names) for names in wanted.part]
    if len(part) > 2:
        most = AnyOf(AllOf(some) for some in combinations(part[1:], len(part) // 2))
        yield [part[0], most, *_looser_car(wanted), *_marks(wanted, named=False)]


def _looser_car(wanted: Wanted) -> list[Words]:
    return [_any_of([way for car in wanted.cars for way in reading.looser(car)])] if wanted.cars else []


def _close(wanted: Wanted) -> Iterator[list[Words]]:
    if not wanted.part:
        return
    part = [_any_of(names) for names in wanted.part]
    car = _looser_car(wanted)
    if car:
        yield [*part, *car]
        yield [part[0], *car]
    yield [*part, *_marks(wanted, named=False)]
    yield part
    yield part[:1]
    if car and len(part) > 1:
        yield [AnyOf(part), *car]


def _any_of(names: Sequence[Sequence[str]]) -> Words:
    return AnyOf(name[0] if len(name) == 1 else AllOf(name) for name in names)


def _marks(wanted: Wanted, *, named: bool) -> list[Words]:
    """Year, side and end: as the part must state them, or may omit them."""
    years = {str(year) for year in wanted.years}
    if not years and wanted.generation:
        years = {wanted.generation, *(str(year) for year in _years_of_generation(wanted, wanted.generation))}
    marks = ((years, ANY_YEAR), (wanted.sides, ANY_SIDE), (wanted.ends, ANY_END))
    return [AnyOf([*sorted(some), *([] if named else [marker])]) for some, marker in marks if some]


def _years_of_generation(wanted: Wanted, generation: str) -> range:
    spans = (lexicon.generations().get(car[0], {}).get(generation) for car in wanted.cars)
    first, last = next((span for span in spans if span), (0, -1))
    return range(first, last + 1)


# --- ranking ----------------------------------------------------------------------------------------------


def _ranked(wanted: Wanted, products: Sequence[Product], *, strict: bool) -> list[Product]:
    scored = [
        (_score(wanted, product), product.stock, -product.listing, product)
        for product in products
        if not strict or _fits(wanted, product)
    ]
    return [product for *_, product in sorted(scored, key=lambda s: s[:3], reverse=True)]


def _fits(wanted: Wanted, product: Product) -> bool:
    """Whether nothing that the part states of its cars, years, side, engine and the like contradicts the request."""
    if _has_code(wanted, product):
        return True
    title = set(part_words.tokens(product.title))
    years = _years_for_car(wanted, product)
    if wanted.years and years and not wanted.years & years:
        return False
    generations = {t for t in title if part_words.GENERATION.fullmatch(t)}
    if generations and not _is_of_generation(wanted, generations):
        return False
    return all(asked & there for asked, there in _in_both(wanted, product))


def _in_both(wanted: Wanted, product: Product) -> list[tuple[frozenset[str], frozenset[str]]]:
    """What both the request and the title say of the same thing: its side, body, engine, *com ar*."""
    there = part_words.features(product.title)
    return [(asked, there[kind]) for kind, asked in wanted.features.items() if kind in there]


def _is_of_generation(wanted: Wanted, generations: set[str]) -> bool:
    if wanted.generation:
        return wanted.generation in generations
    spans = [_years_of_generation(wanted, one) for one in generations]
    return not wanted.years or not any(spans) or any(wanted.years & set(span) for span in spans)


def _years_for_car(wanted: Wanted, product: Product) -> frozenset[int]:
    """The years that the part states for this car: a title may name one car, its list of cars others."""
    cars = [frozenset(way) for car in wanted.cars for way in reading.looser(car)]
    entries = (product.title, *product.fits)
    about = [e for e in entries if not cars or any(car <= set(part_words.tokens(e)) for car in cars)]
    return frozenset().union(*(part_words.years(entry) for entry in about or entries))


def _has_code(wanted: Wanted, product: Product) -> bool:
    if not wanted.codes:
        return False
    there = {part_words.code(product.sku), *part_words.codes(product.title)}
    return not there.isdisjoint(wanted.codes)


def _score(wanted: Wanted, product: Product) -> float:
    listed = part_words.tokens(product.title)
    title = set(listed)
    everything = title.union(*(part_words.tokens(entry) for entry in product.fits))
    score = 10.0 * _has_code(wanted, product)
    names = [max(names, key=lambda name: sum(w in title for w in name) / len(name)) for names in wanted.part]
    if names:
        asked = [word for name in names for word in name]
        score += 4 * sum(word in title for word in asked) / len(asked)
        score += 1.5 * (part_words.head(listed) == f"_{names[0][0]}")
        score += _share_asked(asked, wanted, listed)
        score -= 0.02 * sum(name != names[0] for name, names in zip(names, wanted.part, strict=True))
    if wanted.cars:
        score += max(sum(word in everything for word in car) / len(car) for car in wanted.cars)
        score += 0.3 * any(title.issuperset(car) for car in wanted.cars)
    score += 0.8 * bool(wanted.years & _years_for_car(wanted, product))
    score += sum(0.6 * bool(asked & there) for asked, there in _in_both(wanted, product))
    extras = (*wanted.extras, *([wanted.generation] if wanted.generation else []))
    return score + (0.8 * sum(word in everything for word in extras) / len(extras) if extras else 0.0)


def _share_asked(asked: Sequence[str], wanted: Wanted, title: Sequence[str]) -> float:
    """How much of the part's name in the title was asked for: *farol* is not *farol de milha*."""
    of_car = {word for car in wanted.cars for word in car} | SIDES | ENDS
    said = [word for word in title if word not in of_car and not reading.is_extra(word)]
    return sum(word in asked for word in said) / len(said) if said else 0.0
