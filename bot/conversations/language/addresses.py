"""House numbers and complements in messages about an address."""

from __future__ import annotations

import re

from bot.conversations.language.normalise import Text

_FLAT = r"(?:\b(?:apartamento|apto?|bloco|bl|torre) ?\d{1,4}[a-z]?\b|\b(?:bloco|torre) (?:[b-df-np-z]\b|[ae](?=\W*$)))"
FLAT = re.compile(rf"{_FLAT}(?:[ ,/-]{{1,3}}{_FLAT})*")
_ONE_UNIT = (
    r"(?:(?<!da )(?<!de )\bcasa (?:\d{1,4}[a-z]?|[b-d])\b|\b(?:(?:na )?casa d[aoe]s? )?fundos\b|\bsobrado\b"
    r"|\b\d{1,2}[oº°]? andar\b|\b(?:sala|loja|lote|quadra) \d{1,4}[a-z]?\b|\bap \d{1,4}[a-z]?\b)"
)
_UNIT = re.compile(rf"{_ONE_UNIT}(?:[ ,/-]{{1,3}}{_ONE_UNIT})*")
_HOUSE = re.compile(r"\b(?:numero|n[oº°.])\b[^0-9\n]{0,30}?(\d{1,5}[a-z]?)\b")
_RATHER = re.compile(
    r"\bnao (?:e|eh|era) (?:o |n[o.]? ?)?\d{1,5}[a-z]?\W+(?:(?:e|eh|mas|sim|o|certo|numero)\W+)*(\d{1,5}[a-z]?)\b"
)
"""*Não é 210, é 201*."""
_COMPLEMENT = re.compile(r"\b(?:complemento)\W{0,3}(?:e |eh )?(.+)$")


def collect(text: Text, slots: dict[str, str]) -> None:
    """Number and complement, if nothing better was found."""
    if "number" not in slots:
        house = _RATHER.search(text.folded) or _HOUSE.search(text.folded)
        if house and not any(
            c.kind in ("order", "cep", "phone") and c.start <= house.start(1) < c.end for c in text.claims
        ):
            slots["number"] = text.said(house.start(1), house.end(1))
    if "complement" not in slots:
        extra = _COMPLEMENT.search(text.folded)
        if extra:
            slots["complement"] = text.said(extra.start(1), extra.end(1)).strip(" .")
        elif unit := _UNIT.search(text.folded):
            slots["complement"] = text.said(unit.start(), unit.end())
