"""Answers from a part's listing: its condition, its stock."""

from __future__ import annotations

import re

from bot.conversations.texts import buying as texts
from bot.domain.catalogue import Product
from bot.domain.text import fold

_HOW_MANY = re.compile(
    r"\bquant[ao]s? (?:unidades? )?(?:voces? |vcs? |ainda )*(?:tem|sobrou|restam|ha)\b"
    r"|\b(?:tem|ta|esta) (?:em|no) estoque\b|\b(?:disponivel|pronta entrega)\b"
)
_CONDITION = re.compile(r"\b(?:nov[oa]s?|usad[oa]s?|zero)\b.*\?|\b(?:e|eh) (?:nov[oa]|usad[oa])\b.*\bou\b")


def of_part(product: Product, text: str) -> list[str]:
    """The answers to *é novo ou usado?*, *tem em estoque?*; empty if neither is asked."""
    folded = fold(text)
    found = []
    if _CONDITION.search(folded):
        found.append(texts.condition(product))
    if _HOW_MANY.search(folded):
        found.append(texts.in_stock(product))
    return found
