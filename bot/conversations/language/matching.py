"""Finds the names of a list in a text: the longest match, or the one that a misspelt word means."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from bot.conversations.language import lexicon
from bot.conversations.language.normalise import COMMON, USUAL


class Word(NamedTuple):
    text: str
    start: int
    end: int


_WORD = re.compile(r"[a-z0-9]+")


def tokens(folded: str) -> list[Word]:
    return [Word("de" if m.group() == "d" else m.group(), m.start(), m.end()) for m in _WORD.finditer(folded)]


MANY = 60
"""Above this number of words, misspelt names are not searched: it is a pasted text, not a request."""


def longest(found: list[Word], i: int, phrases: lexicon.Phrases) -> tuple[int, str] | None:
    """The longest phrase of the list that starts at word ``i``: how many words, and its folded form."""
    if found[i].text not in phrases.first:
        return None
    for count in range(min(phrases.longest, len(found) - i), 0, -1):
        phrase = " ".join(w.text for w in found[i : i + count])
        if phrase in phrases.names and found[i + count - 1].end - found[i].start <= len(phrase) + count:
            return count, phrase
    return None


_VERB = re.compile(r"(?:ou|ei|[aei]ram|[aei]ndo|amos)$")


_SMALL = re.compile(r"(\w{3,}?)(z?)inh[oa]s?")


def _in_full(word: str, kind: str) -> str:
    """*Farol* for *farolzinho*, *lanterna* for *lanterninha*; "" if it is no diminutive of a part."""
    small = _SMALL.fullmatch(word) if kind == "part" and word not in lexicon.right_words() else None
    if small is None:
        return ""
    endings = ("", "o", "a", "e") if small[2] else ("o", "a", "e")
    return next((small[1] + end for end in endings if small[1] + end in lexicon.parts().names), "")


@lru_cache(maxsize=2048)
def near(word: str, kind: str) -> str:
    """The one-word name that a misspelt word stands for, "" if none is near enough."""
    if small := _in_full(word, kind):
        return small
    if len(word) < 5 or word in COMMON or word in USUAL or not word.isalpha() or word in lexicon.right_words():
        return ""
    if _VERB.search(word):
        return ""  # "coletou" is not "coletor"
    phrases = lexicon.parts() if kind == "part" else lexicon.vehicles() if kind == "vehicle" else lexicon.cities()[0]
    known = sorted(n for n in phrases.names if len(n) >= 5 and " " not in n and abs(len(n) - len(word)) <= 2)
    # two different letters make another word of a short one ("sinal", "Siena"), three of a long one ("Palmeiras")
    most = 1 if len(word) < 7 else 2
    known = [n for n in known if OSA.distance(n, word, score_cutoff=most) <= most]
    best = process.extractOne(word, known, scorer=fuzz.ratio, score_cutoff=84 if len(word) > 6 else 80)
    return best[0] if best and best[0][0] == word[0] else ""
