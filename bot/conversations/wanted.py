"""Analyses a buyer's words for the search: which part, which car, which year, which side.

Words are matched with those of the catalogue, so a typo does no harm as long as the intended word is sold here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from bot.conversations.language import lexicon
from bot.conversations.language.normalise import COMMON, USUAL
from bot.domain import numerals, part_words
from bot.domain.part_words import ENDS, SIDES
from bot.domain.shop import Shop
from bot.domain.text import fold, words

MOST_PART_WORDS = 8
"""Different words of a part's name that are looked at. The search tries all combinations of half of them."""
MOST_WORDS = 40
"""Words of a message that are looked at: a request is short, and a pasted text is none."""
NOISE = words(
    "que eu me meu minha oi oie ola bom boa bons dia tarde noite quero detras queria preciso precisando tem teria tens "
    "voce voces ai frete envio entrega quanto custa fica valor preco procuro procurando comprar busco buscando "
    "algum alguma alguem esse essa este esta favor anuncio peca cep pix boleto cartao estou ver sobre gostaria "
    "saber lado ou urgente tudo bem pra pro rodar atras seria vende vendem amigo carro ano modelo nova novo "
    "usado original barato mais cade ainda aqui gente moco moca senhor vou qual quais serve servir certo completo "
    "unidade disponivel pronta mandar mande trabalha trabalham "
    "bateram bateu bati quebrou quebraram quebrei queimou estragou estragaram trincou rachou amassou amassaram amassei "
    "furou furaram roubaram caiu parou pifou soltou perdi esquentando vazando falou disse falaram segura"
)
CLOSE = 74
"""Required similarity of a misspelt word (0 to 100): one slip in a word of up to seven letters, two in longer ones."""
MOST_DIGITS = 5
"""Digits of a plain number; a longer one may be a manufacturer's."""
_YEAR_SHORT = re.compile(r"(?<![\w.,/-])([5-9]\d|[0-2]\d)(?:/(\d\d))?(?![\d.,/%x-]|[a-z]| ?(?:reais|x|v|pecas|un)\b)")
_CAR_PLACE = re.compile(
    r"\b(?:do|da|pro|pra|para o|no|meu|minha|de um|de uma) ([a-z][a-z0-9-]{2,})|\b([a-z]{3,}) (?:19|20)\d\d\b"
)
_PIECE = re.compile(r"[^\s,;!?()]+|[,;!?()]")
MARKS = SIDES | ENDS
_PHONETIC = (
    ("ph", "f"), ("ch", "x"), ("sh", "x"), ("lh", "li"), ("nh", "n"), ("qu", "k"), ("gu", "g"), ("ck", "k"),
    ("ce", "se"), ("ci", "si"), ("ge", "je"), ("gi", "ji"), ("c", "k"), ("q", "k"), ("z", "s"), ("y", "i"), ("w", "v"),
    ("h", ""), ("ou", "o"), ("ei", "e"), ("n", "m"),
)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """``part``: each word or name of the part, with its synonyms. ``cars``: each car, as its words."""

    part: tuple[tuple[tuple[str, ...], ...], ...] = ()
    cars: tuple[tuple[str, ...], ...] = ()
    years: frozenset[int] = frozenset()
    generation: str = ""
    sides: frozenset[str] = frozenset()
    ends: frozenset[str] = frozenset()
    extras: tuple[str, ...] = ()
    """What improves a match without being required: engine, trim, maker of the car."""
    codes: tuple[str, ...] = ()
    features: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """See :func:`bot.domain.part_words.features`."""
    unknown: str = ""
    """A word in the place of the car that names no car we know of."""
    strange: bool = False
    """Whether there are words that occur neither in parts nor in conversation."""


def spelled(shop: Shop, text: str) -> str:
    """The whole request in the catalogue's spelling (*um farou dirreito do corola* → *farol direito Corolla*), for
    texts in which no part was read; "" unless it names a part and a car, and no word is strange."""
    wanted = read(shop, text)
    part = [word for names in wanted.part for word in names[0]]
    named = any(" ".join(names[0]) in lexicon.parts().names for names in wanted.part)
    if wanted.strange or wanted.unknown or not (wanted.cars and named):
        return ""
    marks = (word for word in (*wanted.sides, *wanted.ends))
    years = (str(year) for year in sorted(wanted.years)[:1])
    generation = [wanted.generation] if wanted.generation else []
    return " ".join(dict.fromkeys([*part, *marks, *wanted.cars[0], *generation, *years]))


def read(shop: Shop, text: str) -> Wanted:
    """The analysed request. One lookup of the catalogue's words, whatever the length."""
    plain = _figures(text)
    raw = part_words.tokens(part_words.without_sizes(plain))[:MOST_WORDS]
    meant = _meant(shop, raw)
    cars, rest = _cars([meant[token] or token for token in raw])
    known = [token for token in rest if meant.get(token, token)]
    corrected = " ".join(meant[token] or token for token in raw)
    features = {**part_words.features(plain), **part_words.features(corrected)}
    said = [token for token in known if token not in MARKS]
    generation = next((t for t in said if part_words.GENERATION.fullmatch(t)), "")
    extras = tuple(dict.fromkeys(t for t in said if is_extra(t) and t != generation))
    fitted = {kind.removeprefix("with ") for kind in features}
    part = [t for t in said if t not in extras and t != generation]
    part = list(dict.fromkeys([t for t in part if t not in fitted] or part))[:MOST_PART_WORDS]
    return Wanted(
        part=tuple(_names(part)),
        cars=cars,
        years=_years(plain, bool(cars)),
        generation=generation,
        sides=frozenset(known) & SIDES,
        ends=frozenset(known) & ENDS,
        extras=extras,
        codes=tuple(_codes(text)),
        features=features,
        unknown="" if cars else _unknown_car(plain, meant, bool(part)),
        strange=any(not meant.get(t, t) and _says_something(t) for t in rest),
    )


def _figures(text: str) -> str:
    """The folded text with number words as digits, for dictated messages: *dois mil e quinze*."""
    said = _PIECE.findall(fold(text))
    found: list[str] = []
    i = 0
    while i < len(said):
        spoken = None if said[i] in ("um", "uma") else numerals.read_at(said, i)
        if spoken and spoken.value is not None:
            found.append(str(spoken.value))
            i = spoken.end
        else:
            found.append(said[i])
            i += 1
    return " ".join(found)


# --- cars -------------------------------------------------------------------------------------------------


@cache
def _brands() -> frozenset[str]:
    return frozenset(t for brand in lexicon.vehicle_words("brands") for t in part_words.tokens(brand))


@cache
def _car_phrases() -> dict[tuple[str, ...], tuple[str, ...]]:
    """The words of a car's name, or of a misspelling → the words of the name, without the maker's."""
    names = lexicon.vehicles().names
    found = {proper: proper for name in names.values() if (proper := _model(name))}
    for spelling, name in names.items():
        found.setdefault(_model(spelling), _model(name))
    found.pop((), None)
    return found


def _model(name: str) -> tuple[str, ...]:
    return tuple(t for t in part_words.tokens(name) if t not in _brands())


def _cars(tokens: Sequence[str]) -> tuple[tuple[tuple[str, ...], ...], list[str]]:
    """The cars that are named, and the remaining words."""
    phrases, cars, rest = _car_phrases(), [], []
    i = 0
    while i < len(tokens):
        count = next((n for n in (3, 2, 1) if tuple(tokens[i : i + n]) in phrases and i + n <= len(tokens)), 0)
        if count:
            cars.append(phrases[tuple(tokens[i : i + count])])
        else:
            rest.append(tokens[i])
        i += count or 1
    return tuple(dict.fromkeys(cars)), rest


def besides_cars(tokens: Sequence[str]) -> set[str]:
    """The words that belong to no car, engine or year."""
    return {token for token in _cars(tokens)[1] if not is_extra(token)}


def called(part: str) -> set[str]:
    """The words of all names of a part."""
    return {word for names in _names(part_words.tokens(part)) for name in names for word in name}


def looser(car: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """A car and the plainer models within its name: *Palio* for a Palio Weekend."""
    phrases = _car_phrases()
    return (car, *((word,) for word in car if len(car) > 1 and phrases.get((word,)) == (word,)))


@cache
def _trims() -> frozenset[str]:
    return frozenset(t for trim in lexicon.vehicle_words("trims") for t in part_words.tokens(trim)) | _brands()


def is_extra(token: str) -> bool:
    """Engine, trim or maker of a car, or a number."""
    return token in _trims() or (token[0].isdigit() and len(token) < 6)


def _years(plain: str, has_car: bool) -> frozenset[int]:
    pair = part_words.model_year(plain)
    if pair is not None and (has_car or re.fullmatch(r"\d{4}\D.*", plain[pair.start : pair.end])):
        return frozenset([pair.model])
    found = part_words.years(plain)
    if found or not has_car:
        return found
    match = _YEAR_SHORT.search(plain)
    return frozenset(part_words.full_year(y) for y in match.groups() if y) if match else frozenset()


def _unknown_car(plain: str, meant: dict[str, str], has_part: bool) -> str:
    """*farol do zephyrus*: words where a car belongs that the catalogue does not have."""
    cars = cars_said(plain) if has_part else []
    return next((car for car in cars if all(meant.get(t, "") == "" for t in part_words.tokens(car))), "")


def cars_said(plain: str) -> list[str]:
    """The words of a folded text in the place of a car that are not small talk, whether or not there is such a car."""
    said = (match[1] or match[2] for match in _CAR_PLACE.finditer(plain))
    return [word for word in said if (tokens := part_words.tokens(word)) and all(map(_says_something, tokens))]


def _says_something(token: str) -> bool:
    """Whether a word is not small talk, a number or a town."""
    return (
        len(token) > 2
        and token.isalpha()
        and not _is_talk(token)
        and token not in lexicon.cities()[0].first
        and token not in lexicon.states().first
    )


# --- words ------------------------------------------------------------------------------------------------


def _meant(shop: Shop, raw: Sequence[str]) -> dict[str, str]:
    """Each word → the word of the catalogue that it stands for; "" for words that say nothing of a part."""
    looked_up = {t for t in raw if t not in MARKS and not _is_talk(t) and not _is_long_number(t)}
    spellings = shop.spellings(looked_up)
    found = {}
    for token in raw:
        if (
            token in MARKS
            or is_extra(token)
            or part_words.GENERATION.fullmatch(token)
            or token in _trade_words()
            or spellings.get(token) == [token]
        ):
            found[token] = token
        elif token not in looked_up:
            found[token] = ""
        else:
            found[token] = _closest(token, spellings.get(token, ()))
    return found


def _is_talk(token: str) -> bool:
    usual = USUAL.get(token, token)
    return token in NOISE or all(word in NOISE or word in COMMON for word in usual.split())


def _is_long_number(token: str) -> bool:
    return token.isdigit() and len(token) > 4


def _closest(said: str, candidates: Sequence[str]) -> str:
    """The word that a misspelt one stands for, "" if none is near enough."""
    if len(said) < 4:
        return ""
    ours = (word for word, _, _ in process.extract(said, _trade_words(), scorer=fuzz.ratio, limit=8))
    score, word = max((_likeness(said, word), word) for word in {*candidates, *ours, *MARKS})
    return word if score >= CLOSE else ""


@cache
def _trade_words() -> frozenset[str]:
    """Words of parts and cars that are correct whether or not this catalogue has them."""
    parts = (token for group in lexicon.synonyms() for name in group for token in part_words.tokens(name))
    named = (token for name in lexicon.parts().names for token in part_words.tokens(name))
    cars = (token for phrase in _car_phrases() for token in phrase)
    return frozenset(t for t in (*parts, *named, *cars) if part_words.is_spelled(t))


def _likeness(said: str, word: str) -> float:
    if word.startswith(said):
        return 90.0 + len(said) - len(word)  # abbreviated: *alternad*
    plain = max(fuzz.ratio(said, word), 100 * OSA.normalized_similarity(said, word))
    sound = fuzz.ratio(_sound(said), _sound(word)) - 3
    return max(plain, sound) - (0 if said[0] == word[0] else 4)


@lru_cache(maxsize=8192)
def _sound(word: str) -> str:
    """An approximate phonetic form, for spelling by ear."""
    for written, spoken in _PHONETIC:
        word = word.replace(written, spoken)
    return re.sub(r"(.)\1+", r"\1", word)


@cache
def _synonyms() -> dict[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The words of a part's name → the words of all its names, the same first."""
    found: dict[tuple[str, ...], tuple[tuple[str, ...], ...]] = {}
    for group in lexicon.synonyms():
        names = tuple(dict.fromkeys(tuple(part_words.tokens(name)) for name in group))
        for name in names:
            found.setdefault(name, (name, *(n for n in names if n != name)))
    return found


def _names(tokens: Sequence[str]) -> Iterator[tuple[tuple[str, ...], ...]]:
    """The words of a part, longest known name first, each with its synonyms."""
    synonyms = _synonyms()
    i = 0
    while i < len(tokens):
        count = next((n for n in (3, 2, 1) if i + n <= len(tokens) and tuple(tokens[i : i + n]) in synonyms), 0)
        name = tuple(tokens[i : i + (count or 1)])
        yield synonyms.get(name, (name,))
        i += count or 1


def _codes(text: str) -> list[str]:
    """What may be an SKU or a manufacturer's number: letters and digits together, digits with a hyphen, or many."""
    hyphened = {part_words.code(piece) for piece in text.split() if "-" in piece}
    return sorted(
        code
        for code in part_words.codes(text)
        if len(code) >= part_words.CODE_LENGTH and (not code.isdigit() or len(code) > MOST_DIGITS or code in hyphened)
    )
