"""Numbers in Portuguese words, as written by dictation: *mil duzentos e cinquenta*."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

ONE_TO_NINE = {
    "um": 1, "uma": 1, "dois": 2, "duas": 2, "tres": 3, "quatro": 4, "cinco": 5, "seis": 6, "sete": 7, "oito": 8,
    "nove": 9,
}  # fmt: skip
_TEENS = {
    "dez": 10, "onze": 11, "doze": 12, "treze": 13, "quatorze": 14, "catorze": 14, "quinze": 15, "dezesseis": 16,
    "dezessete": 17, "dezoito": 18, "dezenove": 19,
}  # fmt: skip
_TENS = {
    "vinte": 20, "trinta": 30, "quarenta": 40, "cinquenta": 50, "cincoenta": 50, "sessenta": 60, "setenta": 70,
    "oitenta": 80, "noventa": 90,
}  # fmt: skip
_HUNDREDS = {
    "cem": 100, "cento": 100, "duzentos": 200, "duzentas": 200, "trezentos": 300, "trezentas": 300,
    "quatrocentos": 400, "quatrocentas": 400, "quinhentos": 500, "quinhentas": 500, "seiscentos": 600,
    "seiscentas": 600, "setecentos": 700, "setecentas": 700, "oitocentos": 800, "oitocentas": 800,
    "novecentos": 900, "novecentas": 900,
}  # fmt: skip
WORDS = {"zero": 0, **ONE_TO_NINE, **_TEENS, **_TENS, **_HUNDREDS, "mil": 1000}


def count_of(digits: int) -> str:
    """The pattern of a small count, in digits (up to so many) or a word up to ten; its value is in :data:`WORDS`."""
    return rf"(\d{{1,{digits}}}|" + "|".join([*ONE_TO_NINE, "dez"]) + ")"


class Spoken(NamedTuple):
    """A run of number words: its value (None if the words do not form one number) and the index after it."""

    value: int | None
    end: int


def _rank(word: str) -> tuple[int, int]:
    """The magnitude of a word, and the limit for the next one."""
    if word in _HUNDREDS:
        return 100, 100
    if word in _TENS:
        return 10, 10
    return (10, 1) if word in _TEENS else (1, 1)


def _run_end(words: Sequence[str], i: int) -> int:
    """The index after a run of number words joined by nothing, *e* or a comma."""
    while i < len(words) and words[i] in WORDS:
        i += 1
        if i + 1 < len(words) and words[i] in ("e", ",") and words[i + 1] in WORDS:
            i += 1
    return i


def read_at(words: Sequence[str], i: int, stop: frozenset[str] = frozenset()) -> Spoken | None:
    """The number in words from index ``i`` of folded words; None if there is none.

    A part that cannot continue the number ("cento e vinte | e cinquenta centavos") is left for the caller if the run
    ends before one of the ``stop`` words, otherwise the whole run is unclear.
    """
    if i >= len(words) or words[i] not in WORDS:
        return None
    thousands, total, ceiling, clear = 0, 0, 1000, True
    while i < len(words) and words[i] in WORDS:
        word = words[i]
        if word == "mil":
            clear = clear and not thousands
            thousands, total, ceiling = (total or 1) * 1000, 0, 1000
        else:
            rank, below = _rank(word)
            clear = clear and rank < ceiling
            total, ceiling = total + WORDS[word], below
        i += 1
        if not (i + 1 < len(words) and words[i] in ("e", ",") and words[i + 1] in WORDS):
            continue
        fits = not thousands if words[i + 1] == "mil" else _rank(words[i + 1])[0] < ceiling
        end = i if fits else _run_end(words, i + 1)
        if not fits and end < len(words) and words[end] in stop:
            break
        i += 1
    return Spoken(thousands + total if clear else None, i)


def figures(words: Sequence[str]) -> str:
    """The digits of a code dictated in groups: *oitenta, zero dez, zero zero zero* is ``80010000``, *vinte e cinco*
    ``25``, *meia* ``6``. Words that are no numbers are skipped."""
    found, i = "", 0
    while i < len(words):
        word = "seis" if words[i] == "meia" else words[i]
        i += 1
        if word not in WORDS:
            continue
        value, below = WORDS[word], _rank(word)[1]
        while i + 1 < len(words) and words[i] == "e" and words[i + 1] in WORDS and words[i + 1] != "zero":
            rank, next_below = _rank(words[i + 1])
            if rank >= below:
                break
            value, below, i = value + WORDS[words[i + 1]], next_below, i + 2
        found += str(value)
    return found
