"""What a shop wants to change about its own part, in a message: stock, pausing, price."""

from __future__ import annotations

import re
from typing import Any

from bot.conversations.flows.listing import remarks as listing_remarks
from bot.conversations.talk import Heard
from bot.domain.numerals import WORDS, count_of

_N = count_of(4)
_ONE = r"(?<![\d./-])\d{1,2}(?![\d./-])"
_PAUSE = re.compile(r"\b(?:paus\w+|desativ\w+|suspend\w+|esconde\w*|tira\w* (?:[oa]s? .*)?do ar|para de vender)\b")
_RESUME = re.compile(
    r"\b(?:reativ\w+|ativa\w*|despausa\w*|religa\w*|bota\w* no ar|coloca\w* (?:[oa]s? .*)?no ar)\b"
    r"|^volta\w* (?:a vender |com )?[oa]\b"
)
_REMOVE = re.compile(
    r"\b(?:apaga\w*|exclui\w*|deleta\w*|remove\w*)\b"
    r"|\b(?:re)?tira(?:r|e)? (?:[oa] )?(?:anuncio )?(?:d[oa] )?\d{3,}\W*$"
)
_GONE = re.compile(
    r"\b(?:(?:ta|esta|ja foi|foi) vendid[oa]"
    r"|acabou|acabaram|zerou|zera\w*|esgotou|esgotad[oa]s?|sem estoque|nao tenho mais)\b"
)
_CAME = re.compile(rf"\b(?:chegou|chegaram|entrou|entraram|repus|repor|adiciona\w*|soma\w*)(?: mais)? {_N}\b")
_PUT = re.compile(
    rf"\b(?:bota\w*|coloca\w*|poe|poem|mete|inclui\w*) (?P<more>mais )?(?!uma?\b){_N}\b"
    r"(?! ?(?:%|(?:reais|por ?cento|cm|kg|x|fotos?|videos?|imagens|anos?)\b))"
)
_SOLD = re.compile(
    rf"\bvendi(?: mais)?(?: [oa]s)? {_N}\b.*\b(?:balcao|por fora|na loja|aqui)\b"
    r"|\bvendi (?:\w+ ){0,6}?(?:no balcao|por fora|aqui na loja)\b"
)
_SOLD_IT = re.compile(r"^(?:acabei de vender|(?:ja |hoje |agora )?vend(?:i|emos))\b(?!.*(?:\?|\bquanto\b))")
_PIECES = re.compile(rf"(?<![\w.,/])(?!\d{{3}}){_N} (?!(?:reais|conto|pila|vez(?:es)?|x)\b)[a-z]")
_OFF = re.compile(
    rf"\b(?:tira\w*|retira\w*|desconta\w*|baixa\w*|diminui\w*) (?:mais |so )?{_N}\b"
    r"(?! ?(?:%|(?:reais|por ?cento|conto|fotos?)\b))"
)
_STOCK = re.compile(r"\b(?:estoque|quantidade|em estoque|unidades?)\b")
_LEFT = re.compile(
    rf"\b(?:tem|tenho|ficou|ficaram|sobrou|sobraram|restam|so) (?:so |agora )?{_N}\b(?! ?(?:reais|cm|kg|x))"
)
_PRICE = re.compile(r"\b(?:preco|valor|custa|vender? por|passa pra|agora e)\b")
_FOR = re.compile(r"\b(?:pra|por|a) (?:r\$ ?)?\d[\d.,]*(?: reais)?\W*$")
_NO_PRICE = re.compile(r"\b(?:vend[iae]\w*|cobr\w+|compr\w+|frete|cep|entreg\w+|mand\w+|envi\w+|manda)\b|\bhoras?\b|%")


_STATE = re.compile(r"\b(?:(?:ta|esta|estao|foi|ficou|ficaram) \w+|acabou|acabaram|esgotou|sobrou|restam|tem)\b")
_PLEASE = re.compile(r"\b(?:pode\w*|podia|da pra|consegue\w*|tem como|quero|favor|pf\w*)\b")


_DENIED = re.compile(
    r"\bnao (?:(?:e|era) (?:pra|para) |(?:precisa|quero|vou|pode|esta|ta|foi|era|deixa)(?: mais)? )?"
    r"(?:zer\w+|paus\w+|apag\w+|exclu\w+|delet\w+|remov\w+|desativ\w+|suspend\w+|esconde\w*|tir\w+|reativ\w+"
    r"|esgot\w+|acabou|vendi|vendid[oa])\b"
)
"""*Não zera o farol*: the opposite of a request."""


def asks(heard: Heard) -> bool:
    """*O farol tá zerado?* is a question, *pode zerar o farol?* a request."""
    return "?" in heard.text and bool(_STATE.search(heard.folded)) and not _PLEASE.search(heard.folded)


def wish_in(heard: Heard, *, named: bool) -> dict[str, Any]:
    """``wish`` (stock, add, sold, pause, resume, remove, price) with its ``amount`` or ``price``; empty if none.
    ``named``: whether the message names a part, so that *tem 3* is about its stock."""
    said = _DENIED.sub(" ", heard.folded)
    came, sold, left = _CAME.search(said), _SOLD.search(said), _LEFT.search(said)
    if _PAUSE.search(said):
        return {"wish": "pause"}
    if _RESUME.search(said):
        return {"wish": "resume"}
    if _REMOVE.search(said) and "foto" not in said:
        return {"wish": "remove"}
    if put := _PUT.search(said) if named else None:
        return {"wish": "add" if put["more"] else "put", "amount": _count(put[2])}
    if off := _OFF.search(said) if named else None:
        return {"wish": "sold", "amount": _count(off[1])}
    if came:
        return {"wish": "add", "amount": _count(came[1])}
    if sold:
        several = _PIECES.search(said, sold.start())
        return {"wish": "sold", "amount": _count(sold[1] or (several[1] if several else "1"))}
    if named and _SOLD_IT.search(said):
        several = _PIECES.search(said)
        return {"wish": "sold", "amount": _count(several[1] if several else "1")}
    if _GONE.search(said):
        return {"wish": "stock", "amount": 0}
    if left and named:
        return {"wish": "stock", "amount": _count(left[1])}
    if _STOCK.search(said):
        lone = re.findall(_ONE, said)
        return {"wish": "stock", **({"amount": int(lone[-1])} if lone else {})}
    price = listing_remarks.price_in(heard)
    if price and (_PRICE.search(said) or (named and _FOR.search(said) and not _NO_PRICE.search(said))):
        return {"wish": "price", "price": price}
    return {}


def _count(said: str) -> int:
    return WORDS.get(said) or int(said)
