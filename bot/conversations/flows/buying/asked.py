"""Answers from a part's listing: its condition, its stock, its seller."""

from __future__ import annotations

import re

from bot.conversations.texts import buying as texts
from bot.domain.catalogue import Product
from bot.domain.people import Seller
from bot.domain.text import fold

_HOW_MANY = re.compile(
    r"\bquant[ao]s? (?:unidades? )?(?:voces? |vcs? |ainda )*(?:tem|sobrou|restam|ha)\b"
    r"|\b(?:tem|ta|esta) (?:em|no) estoque\b|\b(?:disponivel|pronta entrega)\b"
)
_CONDITION = re.compile(r"\b(?:nov[oa]s?|usad[oa]s?|zero)\b.*\?|\b(?:e|eh) (?:nov[oa]|usad[oa])\b.*\bou\b")
_SIZE = re.compile(
    r"\bquanto (?:ela |ele |a peca )?pesa\b|\b(?:qual|quais) (?:e |sao )?[oa]s? (?:peso|medidas?|tamanho|dimens\w+)\b"
)
HOW_LONG = re.compile(
    r"\b(?:prazo|demora|chega|quanto tempo|quantos dias|entrega\w* (?:hoje|amanha|rapido|quando)|quando entrega\w*)\b"
)
_WHOSE = re.compile(
    r"\bquem (?:e|eh|esta|ta|que|vai)? ?(?:o |a )?(?:vend\w+|lojista|anunci\w+)\b"
    r"|\b(?:qual|que) (?:e )?(?:a |o )?(?:loja|vendedor)\b"
    r"|\b(?:de onde|de (?:que|qual) cidade) (?:\w+ ){0,2}(?:sai|vem|vai sair|e enviad[oa]|manda\w*|envia\w*)\b"
    r"|\b(?:sai|vem|enviad[oa]) de (?:onde|(?:que|qual) cidade)\b"
)


def of_part(product: Product, seller: Seller | None, text: str) -> list[str]:
    """The answers to *é novo ou usado?*, *tem em estoque?*, *quem é o vendedor?*; empty if none is asked."""
    folded = fold(text)
    found = []
    if _CONDITION.search(folded):
        found.append(texts.condition(product))
    if _HOW_MANY.search(folded):
        found.append(texts.in_stock(product))
    if _SIZE.search(folded):
        found.append(texts.parcel(product))
    if seller is not None and _WHOSE.search(folded):
        found.append(texts.sold_by(product, seller))
    return found
