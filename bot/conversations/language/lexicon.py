"""Vocabulary of the trade: car models, parts, towns. Read once from the files in ``data``."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from bot.domain.text import fold, words


class Phrases(NamedTuple):
    """Phrases of one or more words. ``names`` maps a folded phrase (words joined by one blank) to its name."""

    names: dict[str, str]
    longest: int
    """Words in the longest phrase."""
    first: frozenset[str]
    """The words that a phrase can begin with."""


def _load(name: str) -> Any:
    return json.loads(files(__package__).joinpath("data", name).read_text(encoding="utf-8"))


@lru_cache(maxsize=4096)  # mostly names of parts and cars
def key(text: str) -> str:
    """The lookup key of a phrase: folded, hyphens and apostrophes as blanks."""
    return " ".join(fold(text).replace("-", " ").replace("'", " ").split())


def _phrases(names: dict[str, str]) -> Phrases:
    return Phrases(names, max(len(n.split()) for n in names), frozenset(n.split()[0] for n in names))


@cache
def vehicles() -> Phrases:
    """Car and motorcycle models, with common misspellings."""
    models: dict[str, list[str]] = _load("vehicles.json")["models"]
    return _phrases({key(spelling): name for name, also in models.items() for spelling in (name, *also)})


@cache
def vehicle_words(kind: str) -> frozenset[str]:
    """``brands``, ``trims``, ``strict`` (models that are everyday words), ``loose`` (models that may be)."""
    return frozenset(key(w) for w in _load("vehicles.json")[kind])


def plurals(phrase: str) -> set[str]:
    """The plural forms of a phrase's first word, and of all its words."""
    head, *rest = phrase.split()
    if head[-1] in "sxz":
        heads = {head}
    elif head.endswith("ao"):
        heads = {head[:-2] + "oes", head + "s"}
    elif head[-1] == "l":
        heads = {head[:-1] + "is"} if head[-2] != "i" else {head[:-1] + "s", head[:-2] + "eis"}
    elif head[-1] == "m":
        heads = {head[:-1] + "ns"}
    else:
        heads = {head + ("es" if head[-1] == "r" else "s")}
    whole = {f"{h} {tail}" for h in heads for tail in plurals(rest[0])} if len(rest) == 1 else set[str]()
    return {" ".join([h, *rest]) for h in heads} | whole


@cache
def synonyms() -> list[list[str]]:
    """Groups of names for the same part."""
    groups: list[list[str]] = _load("synonyms.json")
    return groups


@cache
def generations() -> dict[str, dict[str, tuple[int, int]]]:
    """Car → names of its generations → first and last year."""
    data: dict[str, dict[str, list[int]]] = _load("generations.json")
    return {car: {name: (span[0], span[1]) for name, span in named.items()} for car, named in data.items()}


@cache
def parts() -> Phrases:
    """Part names and synonyms. The name of a plural is its singular; every other name maps to itself."""
    data: dict[str, list[str]] = _load("parts.json")
    names: dict[str, str] = {}
    for part, also in data.items():
        for spelling in (part, *also):
            names.setdefault(key(spelling), spelling)
    for folded, spelling in list(names.items()):
        for plural in sorted(plurals(folded)):
            # the displayed singular keeps the accents of the list
            names.setdefault(plural, spelling)
            if plural in data or names[plural] == plural:
                names[plural] = spelling
    return _phrases(names)


@cache
def right_words() -> frozenset[str]:
    """Words of parts and cars, and one-word towns: correct as they are, however similar to another name (*Cruze*,
    *cruzeta*, *Crato*)."""
    named = {word for phrase in (*parts().names, *vehicles().names) for word in phrase.split()}
    return frozenset(named | {name for name in cities()[0].names if " " not in name})


@cache
def cities() -> tuple[Phrases, dict[str, frozenset[str]]]:
    """Towns by folded name, and the states that have a town of that name."""
    data = _load("places.json")
    names: dict[str, str] = {}
    states: dict[str, set[str]] = {}
    for uf, towns in data["cities"].items():
        for town in towns:
            names[key(town)] = town
            states.setdefault(town, set()).add(uf)
    names.update(data["also"])
    return _phrases(names), {town: frozenset(ufs) for town, ufs in states.items()}


@cache
def states() -> Phrases:
    """States by folded name; the value is the UF. *Pará* is *para* when folded: its word alone does not name it."""
    return _phrases(_load("places.json")["states"])


UFS = words("ac al am ap ba ce df es go ma mg ms mt pa pb pe pi pr rj rn ro rr rs sc se sp to")
