"""The words of a part in the form that the search compares, for sellers' titles and buyers' requests alike.

Both sides use :func:`tokens`, so "Faróis dianteiros L.E." and "farol diant esq" give the same result. What the index
contains besides words is in markers, which begin with an underscore.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from bot.domain.text import fold, words

LEFT, RIGHT, FRONT, BACK = "esquerdo", "direito", "dianteiro", "traseiro"
SIDES, ENDS = frozenset((LEFT, RIGHT)), frozenset((FRONT, BACK))
ANY_YEAR, ANY_SIDE, ANY_END = "_ano", "_lado", "_ponta"
"""Markers of a part that names no year, no side, no end: it may fit any."""
NEWEST = 2030
"""The end of "2015 em diante"."""
FILLERS = words(
    "a o as os e um uma de do da dos das d em no na para pra pro p com c sem s por ao par jogo jg kit conj conjunto "
    "lado diante"
)
"""Words that say nothing of a part; *par* and *kit* may be missing on either side."""

_SHORT = {
    LEFT: "esq esqdo esqda esquerd le motorista",
    RIGHT: "dir dirt dto dta direit ld passageiro carona",
    FRONT: "diant dian dt diant frente frontal",
    BACK: "tras tra tz traz",
    "amortecedor": "amort amorte",
    "retrovisor": "retrov",
    "pastilha": "past",
    "suspensao": "susp",
    "embreagem": "emb embr",
    "combustivel": "comb",
    "hidraulico": "hid hidr",
    "eletrico": "elet eletr",
    "superior": "sup",
    "inferior": "inf",
    "externo": "ext",
    "interno": "int",
    "compressor": "comp compr",
    "condicionado": "cond",
    "caixa": "cx",
    "recondicionado": "recond",
    "original": "orig",
}
_IN_FULL = {short: full for full, shorts in _SHORT.items() for short in shorts.split()}
_JOINED = re.compile(
    r"\b(para) (choque|lama|brisa|barro)|\b(porta) (malas?|luvas?)|\b(quebra) (sol|mato)|\b(air) (bag)"
    r"|\b(alto) (falante)|\b(semi) (eixo)|\b(mini) (frente)|\b(eletro) (ventilador)|\b(tri) (zeta)|\b(hidro) (vacuo)"
    r"|\b(cross|space) (fox)|\b(eco) (sport)|\b(t) (cross)|\b([hwcz]r) (v)|\b(cr) (v)|\b(x) (trail)"
    r"|\b(hb|[scdfilgqx]|ix|sw|rav|tr|asx|xc) ?(\d{1,3})\b"
)
_LETTERED = re.compile(r"\bl ?[./] ?([ed])\b\.?|\blado ([ed])\b")
_ENGINE = re.compile(r"(?<![\d.,])(\d)[.,](\d)(?![\d.,])")
_TOKEN = re.compile(r"[a-z0-9_]+")
_YEAR = r"(?:19[5-9]\d|20[0-3]\d)"
_SPAN = re.compile(rf"\b({_YEAR}) ?(?:-|/|a|ate|>|–|—) ?({_YEAR}|\d\d)\b")
_SHORT_SPAN = re.compile(r"(?<![\d./-])([5-9]\d|[0-3]\d) ?(?:-|/|a|ate) ?([5-9]\d|[0-3]\d)(?![\d./-]|[a-z])")
_TWO_YEARS = re.compile(
    rf"(?<![\d.,/-])({_YEAR}|[5-9]\d|[0-3]\d)(?: ?[/-] ?|,? (?:e )?(?:modelo|mod\.?)(?: de| do ano)? )"
    rf"({_YEAR}|[5-9]\d|[0-3]\d)(?![\d/-]|[.,]\d|[a-z])"
)
_ONWARDS = re.compile(
    rf"\b({_YEAR}) ?(?:\+|>|em diante|adiante|em diant|pra frente)|\b(?:a partir|desde)(?: de| do)? ({_YEAR})\b"
)
_ALONE = re.compile(rf"(?<!\d)({_YEAR})(?!\d)")
_ADJECTIVE = re.compile(r"(?:ic|\b(?:in|ex)tern|eir|eit|erd|ad)[oa]$")


@lru_cache(maxsize=20_000)
def tokens(text: str) -> tuple[str, ...]:
    """The words of a text in one canonical spelling: folded, singular, unabbreviated, without years."""
    plain = " ".join(_TOKEN.findall(_without_marks(fold(text))))
    plain = _JOINED.sub(lambda m: "".join(g for g in m.groups() if g), plain)
    found = (_one(word) for word in plain.split())
    return tuple(word for word in found if word not in FILLERS and not _ALONE.fullmatch(word))


def _without_marks(plain: str) -> str:
    plain = _LETTERED.sub(lambda m: f" l{m[1] or m[2]} ", plain)
    plain = _ENGINE.sub(r"\1_\2", plain)
    return plain.replace("-", " ").replace("'", " ")


@lru_cache(maxsize=20_000)
def _one(word: str) -> str:
    word = _IN_FULL.get(word, word)
    if len(word) > 3 and word.isalpha():
        word = _singular(word)
        if len(word) > 5 and _ADJECTIVE.search(word):
            word = word[:-1] + "o"
    return _IN_FULL.get(word, word)


def _singular(word: str) -> str:
    for ending, instead in (("oes", "ao"), ("aes", "ao"), ("ais", "al"), ("eis", "el"), ("ois", "ol"), ("ns", "m")):
        if word.endswith(ending):
            return word[: -len(ending)] + instead
    if word.endswith(("res", "zes")):
        return word[:-2]
    return word.removesuffix("s") if not word.endswith("ss") else word


@lru_cache(maxsize=20_000)
def years(text: str) -> frozenset[int]:
    """The years that a text covers: single ones, "2009-2013", "08 a 12", "2015 em diante"."""
    plain = fold(text)
    found = {int(y) for y in _ALONE.findall(plain)}
    for first, last in _SPAN.findall(plain):
        begin = int(first)
        found.update(_between(begin, int(last) if len(last) == 4 else begin // 100 * 100 + int(last)))
    for match in _ONWARDS.finditer(plain):
        found.update(range(int(match[1] or match[2]), NEWEST + 1))
    for first, last in _SHORT_SPAN.findall(_SPAN.sub(" ", plain)):
        found.update(_between(full_year(first), full_year(last)))
    return frozenset(found)


class ModelYear(NamedTuple):
    """A car's two years as in its papers, and their position in a text."""

    made: int
    model: int
    start: int
    end: int


def model_year(plain: str) -> ModelYear | None:
    """The first *2012/13*, *12/13* or *2012 modelo 2013* of a folded text: built in one year, of that model or the
    next. Parts are chosen by the model. None if the years are further apart: those are a range."""
    for match in _TWO_YEARS.finditer(plain):
        made, model = (int(y) if len(y) == 4 else full_year(y) for y in match.groups())
        if 0 <= model - made <= 1:
            return ModelYear(made, model, match.start(), match.end())
    return None


def with_model(year: str, text: str) -> str:
    """A year read in a text, followed by the model year if the text names it too: ``2012/2013``."""
    pair = model_year(fold(text)) if year else None
    return f"{year}/{pair.model}" if pair and str(pair.made) == year and pair.model > pair.made else year


def full_year(two_digits: str) -> int:
    return int(two_digits) + (1900 if int(two_digits) >= 50 else 2000)


def _between(first: int, last: int) -> Iterable[int]:
    return range(first, last + 1) if first <= last <= first + 60 else ()


def code(text: str) -> str:
    """An SKU or a manufacturer's number without separators, for different spellings: ``farcor15d``."""
    return "".join(_TOKEN.findall(fold(text))).replace("_", "")


def head(title_tokens: Sequence[str]) -> str:
    """The marker for a part's head word: a *lâmpada do farol* is not a *farol*."""
    named = (t for t in title_tokens if t.isalpha() and t not in SIDES and t not in ENDS)
    return f"_{next(named, '')}"


def index(title: str, fits: Iterable[str], sku: str) -> list[str]:
    """Everything that a part is found by, each once."""
    entries = (title, *fits)
    title_tokens = tokens(title)
    found = dict.fromkeys([*title_tokens, *(t for entry in entries[1:] for t in tokens(entry))])
    found[head(title_tokens)] = None
    covered = frozenset().union(*(years(entry) for entry in entries))
    for year in sorted(covered):
        found[str(year)] = None
    marks = (
        (ANY_YEAR, bool(covered)),
        (ANY_SIDE, not SIDES.isdisjoint(title_tokens)),
        (ANY_END, not ENDS.isdisjoint(title_tokens)),
    )
    for marker, is_named in marks:
        if not is_named:
            found[marker] = None
    for piece in {code(sku), *(code(p) for p in title.split() if any(c.isdigit() for c in p) and "-" in p)}:
        if piece:
            found[piece] = None
    return list(found)


def is_spelled(token: str) -> bool:
    """Whether a token of :func:`index` is a word that people may misspell: no marker, number or code."""
    return len(token) >= 2 and token[0] != "_" and not token[0].isdigit() and (token.isalpha() or len(token) <= 6)


def spelled(title: str, fits: Iterable[str]) -> set[str]:
    """The words of a part for the catalogue's vocabulary, without parts of codes."""
    return {token for entry in (title, *fits) for token in tokens(entry) if is_spelled(token)}
