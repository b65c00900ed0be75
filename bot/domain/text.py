"""Texts made comparable."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """Lower case, without accents or control characters, single blanks, no blanks at the ends.

    Typographic variants (full-width letters, ``ª``, ``№``) become their plain letters.
    """
    spaced = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    plain = unicodedata.normalize("NFKD", spaced)
    kept = "".join(c for c in plain if unicodedata.category(c) not in ("Mn", "Me", "Cf", "Cc", "Cs"))
    return " ".join(kept.casefold().split())


def words(text: str) -> frozenset[str]:
    """The set of a list of words written as one text: how this project writes its word lists."""
    return frozenset(text.split())
