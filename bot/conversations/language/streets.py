"""A street and its town in a message, from somebody who does not know the CEP: *rua XV de Novembro, 120, Curitiba*."""

from __future__ import annotations

import re
from typing import NamedTuple

from rapidfuzz import fuzz

from bot.conversations.language import lexicon, places
from bot.conversations.language.normalise import Text, read
from bot.domain.text import fold

_UF = re.compile(r"(?:^|[,/(-]|\s)\s*([a-z]{2})\W*$")


class Where(NamedTuple):
    """The values given; "" for missing ones. ``state`` is a UF, also if only one has a town of that name."""

    street: str = ""
    number: str = ""
    city: str = ""
    state: str = ""


def where(text: str) -> Where:
    """The street of a message with its number, and the town after it."""
    message = read(text)
    places.find_street(message)
    street, number = message.value("street"), message.value("number")
    if not street:
        return Where()
    city, state = town(_rest(message))
    return Where(street, number, city, state)


_TYPES = re.compile(r"\b(?:rua|r|avenida|av|travessa|tv|alameda|al|praca|pca|estrada|rodovia|rod|d[aeo]s?)\b[. ]*")
ALIKE = 80
"""From 0 to 100: *xv de novembro* and *15 de novembro* come to 84, *Marechal Floriano* and *Deodoro* to 73."""


def is_same(said: str, known: str) -> bool:
    """Whether two names may mean one street: kinds of streets and misspellings aside, or one a part of the other."""
    mine, theirs = (_TYPES.sub("", fold(name)) for name in (said, known))
    return bool(fuzz.token_set_ratio(mine, theirs) >= ALIKE)


def _rest(message: Text) -> str:
    """The words outside the street and its number."""
    folded = message.folded
    for claim in sorted(message.claims, key=lambda c: -c.start):
        folded = f"{folded[: claim.start]} , {folded[claim.end :]}"
    return folded


def town(text: str) -> tuple[str, str]:
    """A known town, and its UF if given or unambiguous; "" for what is missing."""
    plain = fold(text)
    said = _UF.search(plain)
    uf = said[1].upper() if said and said[1] in lexicon.UFS else ""
    phrases, homes = lexicon.cities()
    words = re.findall(r"[a-z']+", plain)
    best = ""
    for start in range(len(words)):
        for size in range(min(phrases.longest, len(words) - start), 0, -1):
            name = " ".join(words[start : start + size])
            if name in phrases.names and size >= len(best.split()):
                best = name
    if not best:
        return "", uf
    city = phrases.names[best]
    states = homes.get(city, frozenset())
    if uf and (not states or uf in states):
        return city, uf
    return city, next(iter(states)) if len(states) == 1 else ""
