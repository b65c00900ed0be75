"""Text normalisation for comparisons."""

from __future__ import annotations

import unicodedata
from functools import lru_cache


class _Folded(dict[int, str]):
    """A character's replacement, computed on first use: for :meth:`str.translate`."""

    def __missing__(self, point: int) -> str:
        char = chr(point)
        plain = " " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else unicodedata.normalize("NFKD", char)
        kept = (c for c in plain if unicodedata.category(c) not in ("Mn", "Me", "Cf", "Cc", "Cs"))
        self[point] = "".join(kept).casefold()
        return self[point]


_FOLDED = _Folded()


@lru_cache(maxsize=256)  # the texts of a turn are compared many times
def fold(text: str) -> str:
    """Lower case, without accents or control characters, single blanks, no blanks at the ends.

    Typographic variants (full-width letters, ``ª``, ``№``) become their plain letters.
    """
    return " ".join(text.translate(_FOLDED).split())


def words(text: str) -> frozenset[str]:
    """The set of words in a text: this project's notation for word lists."""
    return frozenset(text.split())
