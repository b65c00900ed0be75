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
CONTRASTS = {
    "side": SIDES,
    "end": ENDS,
    "height": frozenset(("superior", "inferior")),
    "depth": frozenset(("interno", "externo")),
    "hand": frozenset(("eletrico", "manual")),
    "gearbox": frozenset(("automatico", "manual")),
    "steering": frozenset(("hidraulico", "mecanico", "eletrico")),
    "body": frozenset(("hatch", "sedan", "wagon", "perua", "cabriolet", "conversivel")),
}
"""Words that exclude each other, each kind for itself."""
ANY_YEAR, ANY_SIDE, ANY_END = "_ano", "_lado", "_ponta"
"""Markers of a part that names no year, no side, no end: it may fit any."""
CODE_LENGTH = 5
"""The least length of what buyers say that is taken for a code."""
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
GENERATION = re.compile(r"g\d{1,2}")
_MECHANIC = re.compile(r"\b(?:o|ao|meu|pro|do|pelo) mecanico\b")
"""The man, where *mecanico* else says how a part works."""
_PLACE = re.compile(r"\bde ?(cima|baixo)\b")
_LETTERED = re.compile(r"\bl ?[./] ?([ed])\b\.?|\blado ([ed])\b")
_ENGINE = re.compile(r"(?<![\d.,])(\d)[.,](\d)(?![\d.,])")
_TOKEN = re.compile(r"[a-z0-9_]+")
_YEAR = r"(?:19[5-9]\d|20[0-3]\d)"
_SPAN = re.compile(rf"\b({_YEAR}) ?(?:-|/|a|ate|>|–|—) ?({_YEAR}|\d\d)\b")
_SHORT_SPAN = re.compile(r"(?<![\d./-])([5-9]\d|[0-3]\d) ?(?:-|/|a|ate) ?([5-9]\d|[0-3]\d)(?![\d./-]|[a-z])")
_MIXED_SPAN = re.compile(rf"(?<![\d./-])([5-9]\d|[0-3]\d) ?(?:-|/|a|ate) ?({_YEAR})\b")
_TWO_YEARS = re.compile(
    rf"(?<![\d.,/-])({_YEAR}|[5-9]\d|[0-3]\d)(?: ?[/-] ?|,? (?:e )?(?:modelo|mod\.?)(?: de| do ano)? )"
    rf"({_YEAR}|[5-9]\d|[0-3]\d)(?![\d/-]|[.,]\d|[a-z])"
)
_ONWARDS = re.compile(
    rf"\b({_YEAR}) ?(?:\+|>|em diante|adiante|em diant|pra frente)|\b(?:a partir|desde)(?: de| do)? ({_YEAR})\b"
)
_ALONE = re.compile(rf"(?<!\d)({_YEAR})(?!\d)")
_FITTING = re.compile(
    r"\b(c(?:om|/)|s(?:em|/)) ?(?:[oa]s? )?(?=[a-z])([a-z]+)(?: (?:condicionado )?e (?:[oa]s? )?([a-z]+))?"
)
_SIZES = {
    "doors": re.compile(r"\b([2-5]) ?p(?:ortas?)?\b"),
    "rim": re.compile(r"\b(?:aro ?|r(?!19))(1[2-9]|2[0-2])\b"),
    "tyre": re.compile(r"\b(1[4-9]5|2\d5|3[0-3]5)[ /-]?([3-8][05])\b"),
    "engine": _ENGINE,
}
_AIR = re.compile(r"\b((?:c(?:om|/)|s(?:em|/)) ?(?:o )?ar) condicionado\b")
FITTINGS = words(
    "ar abs airbag dh direcao conta contagiros milha neblina motor pisca seta furo furos sensor camera led comando"
)
"""What a part may be made for or come with: *com ar*, *s/ furo*."""
_PARTICULAR = ENDS.union(*(CONTRASTS[kind] for kind in ("height", "depth", "hand", "gearbox", "steering")))
_SHOWN = {"direcao": "direção", "abs": "ABS", "dh": "DH", "led": "LED", "camera": "câmera"}
_DOORS = {"3": "2", "5": "4"}
_SPACED_CODE = re.compile(r"\b(?:[a-z0-9]{2,3}(?: \d{3}){2}(?: [a-z]{1,2}\b)?|[a-z]{1,3} \d{5,6}\b)")
_ADJECTIVE = re.compile(r"(?:ic|\b(?:in|ex)tern|eir|eit|erd|ad)[oa]$")


@lru_cache(maxsize=20_000)
def tokens(text: str) -> tuple[str, ...]:
    """The words of a text in one canonical spelling: folded, singular, unabbreviated, without years."""
    plain = " ".join(_TOKEN.findall(_without_marks(fold(text))))
    plain = _JOINED.sub(lambda m: "".join(g for g in m.groups() if g), plain)
    found = (_one(word) for word in plain.split())
    return tuple(word for word in found if word not in FILLERS and not _ALONE.fullmatch(word))


def _without_marks(plain: str) -> str:
    plain = _MECHANIC.sub(" ", plain)
    plain = _PLACE.sub(lambda m: "superior" if m[1] == "cima" else "inferior", plain)
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
    for first, last in _MIXED_SPAN.findall(plain):
        found.update(_between(full_year(first), int(last)))
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


def codes(text: str) -> set[str]:
    """Everything in a text that may be a manufacturer's number: in one piece, or as printed, *5U0 837 016*."""
    plain = fold(text)
    pieces = [*plain.split(), *(m[0] for m in _SPACED_CODE.finditer(plain))]
    return {code(piece) for piece in pieces if any(c.isdigit() for c in piece)}


@lru_cache(maxsize=20_000)
def features(text: str) -> dict[str, frozenset[str]]:
    """What a text says of its part that may exclude another: side, end, body, engine, sizes, *com ar*, *sem ABS*."""
    plain = fold(text)
    said = frozenset(tokens(text))
    found = {kind: words & said for kind, words in CONTRASTS.items() if words & said}
    for kind, pattern in _SIZES.items():
        values = frozenset("/".join(m.groups()) for m in pattern.finditer(plain))
        if values:
            found[kind] = frozenset(_DOORS.get(v, v) for v in values) if kind == "doors" else values
    for match in _FITTING.finditer(plain):
        for thing in FITTINGS.intersection(match.groups()):
            kind = f"with {_one(thing)}"
            found[kind] = found.get(kind, frozenset()) | {match[1][0]}
    return found


def without_sizes(plain: str) -> str:
    """A folded text without the words around its sizes, which sellers write otherwise: *aro 15* or *R15*, *4 portas*
    or *4p*, *ar condicionado* or *ar*."""
    plain = _SIZES["rim"].sub(" ", _SIZES["doors"].sub(r"\1p", plain))
    return _AIR.sub(r"\1", plain)


def distinctions(text: str, but: str = "") -> str:
    """The words of a text that may exclude a part, in the form that :func:`features` reads; without those that another
    text says already."""
    already = features(but)
    said = [t for t in tokens(text) if GENERATION.fullmatch(t) and t not in tokens(but)]
    for kind, values in features(text).items():
        name = kind.removeprefix("with ")
        form = {"doors": "{}p", "rim": "aro {}"}.get(kind, "{}")
        if kind not in already:
            for value in sorted(values):
                sign = {"c": f"com {name}", "s": f"sem {name}"}.get(value) if name != kind else None
                said.append(sign or form.format(value.replace("/", "." if kind == "engine" else "/")))
    return " ".join(said)


def particulars(text: str, but: str = "") -> str:
    """The words of a text that tell its part from its look-alikes (*elétrico*, *traseiro*, *com ar*), as they are
    written, without sides; without those that another text says already."""
    there, fitted = frozenset(tokens(but)), features(but)
    said = [word for word in text.lower().replace(",", " ").split() if _PARTICULAR.intersection(tokens(word)) - there]
    for match in _FITTING.finditer(fold(text)):
        things = [thing for thing in match.groups()[1:] if thing in FITTINGS and f"with {_one(thing)}" not in fitted]
        if things:
            said.append(f"{'com' if match[1][0] == 'c' else 'sem'} {' e '.join(_SHOWN.get(x, x) for x in things)}")
    return " ".join(dict.fromkeys(said))


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
    for piece in {code(sku), *codes(title)}:
        if len(piece) >= CODE_LENGTH or piece == code(sku) != "":
            found[piece] = None
    return list(found)


def is_spelled(token: str) -> bool:
    """Whether a token of :func:`index` is a word that people may misspell: no marker, number or code."""
    return len(token) >= 2 and token[0] != "_" and not token[0].isdigit() and (token.isalpha() or len(token) <= 6)


def spelled(title: str, fits: Iterable[str]) -> set[str]:
    """The words of a part for the catalogue's vocabulary, without parts of codes."""
    return {token for entry in (title, *fits) for token in tokens(entry) if is_spelled(token)}
