"""Messages for the other side of a sale: neither sees the other's phone, so a person of the shop passes them on."""

from __future__ import annotations

import re

from bot.conversations import engine
from bot.conversations.flows import sales
from bot.conversations.flows.orders import bought
from bot.conversations.routes import about
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import people as texts
from bot.domain.order import OrderState

_TELLS = r"(?:avis\w+|fal[ae]\w*|diz\w*|diga|pergunt\w+|ped[ei]\w*|(?:manda|passa) (?:um |o )?(?:recado|msg|mensagem))"
_TO_SELLER = re.compile(rf"\b{_TELLS}\b.{{0,20}}\b(?:vendedor\w*|lojista|dono da loja|pessoal da loja)\b")
_TO_BUYER = re.compile(rf"\b{_TELLS}\b.{{0,20}}\b(?:comprador\w*|clientes?|el[ae])\b")
_TELLS_SOMEBODY = re.compile(rf"\b{_TELLS} (?:pr[ao]|[ao]|com [ao]|para [ao]|ao) \w+")
_OF_SELLER = re.compile(
    r"\b(?:vendedor\w*|loja|ele|eles)\b.{0,20}\b(?:confirm\w+|aceit\w+|respond\w+|viu|mand\w+|envi\w+|post\w+|despach\w+"
    r"|separ\w+)"
    r"|\b(?:mand|envi|post|despach)\w+ (?:\w+ ){0,2}(?:hoje|hj|logo|rapido|urgente|amanha)\b"
    r"|\bja (?:foi )?postad[oa]\b|\bnome d[ao] (?:loja|vendedor)\b"
)
_HOW_LONG = re.compile(
    r"^(?:e |mas )?(?:leva |demora )?(?:(?:mais )?(?:ou menos )?)?(?:em )?"
    r"(?:quant[oa]s? (?:tempo|dias)|qual (?:e )?o prazo)\b"
    r"(?!.*\b(?:devol\w+|estorn\w+|reembols\w+|dinheiro|boleto|pix|garantia|troca\w*)\b)"
)
"""Of an order that is under way; before one it is a question about every part."""
_TO_POST = frozenset([OrderState.PAID, OrderState.ACCEPTED])
_BUSY_WITH = frozenset([*_TO_POST, OrderState.SHIPPED])


def relay(talk: Talk, heard: Heard) -> bool:
    """*Avisa a Marina que atrasa*, *fala com o vendedor*, *o vendedor confirmou?*."""
    return _of_shop(talk, heard) if talk.seller is not None else _of_buyer(talk, heard)


def _of_buyer(talk: Talk, heard: Heard) -> bool:
    named = about.orders_in(heard, talk)
    mine = [o for o in bought(talk, _BUSY_WITH) if not named or o.number in named]
    if not mine:
        return False
    if _TO_SELLER.search(heard.folded):
        _pass_on(talk, f"pedido #{mine[0].number}, recado ao vendedor: {heard.text[:200]}")
        return True
    if engine.is_idle(talk) and _HOW_LONG.search(heard.folded):
        engine.start(talk, "tracking", {"order": mine[0].number} if len(mine) == 1 else {})
        return True
    waits = next((o for o in mine if o.state in _TO_POST), None)
    if waits is None or not _OF_SELLER.search(heard.folded):
        return False
    engine.start(talk, "tracking", {"order": waits.number})
    return True


def _of_shop(talk: Talk, heard: Heard) -> bool:
    open_ones = sales.sold(talk, _BUSY_WITH)
    named = about.sales_in(heard, talk)
    if (
        named is None
        or not open_ones
        or not (_TO_BUYER.search(heard.folded) or (named and _TELLS_SOMEBODY.search(heard.folded)))
    ):
        return False
    number = named[0] if named else open_ones[0].number if len(open_ones) == 1 else 0
    _pass_on(talk, f"{f'venda #{number}, ' if number else ''}recado ao comprador: {heard.text[:200]}")
    return True


def _pass_on(talk: Talk, words: str) -> None:
    talk.note(texts.passed_on())
    engine.start(talk, "person", {"about": words})
