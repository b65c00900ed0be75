"""A shop's problems between sale and posting: the part cannot be found, is broken, is to be sent otherwise. Such words
change nothing; what the buyer must agree to goes to a person."""

from __future__ import annotations

import re

from bot.conversations import engine
from bot.conversations.flows import sales
from bot.conversations.routes import about
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import packing as texts
from bot.domain.order import Order, OrderState

_LOOKS = re.compile(
    r"\b(?:acho que|nao sei se|talvez)\b.*\b(?:tenho|tem|acabou|vendi)\b|^(?:ja |deixa eu |vou )+(?:ver|olhar|procurar"
    r"|conferir)\b.{0,30}\b(?:estoque|se tem|se tenho|a peca|no deposito)\b"
)
_BROKE = re.compile(
    r"\b(?:quebr(?:ou|ei|amos)|caiu|estragou|danific\w+|trinc(?:ou|ei))\b.*\b(?:aqui|embal\w+|manuse\w+|loja|mao|estoque)\b"
)
_OTHERWISE = re.compile(
    r"\b(?:mandei|enviei|entreguei|levei|vou (?:mandar|entregar|levar)|posso (?:mandar|entregar))\b.*"
    r"\b(?:motoboy|moto boy|uber|em maos|pessoalmente|onibus|excursao|carona)\b"
)
_NOT_THE_SAME = re.compile(
    r"^(?!.*\bcadastr)(?:.*\b(?:tenho|tem|achei)\b.*\bmas\b.*"
    r"\b(?:riscad|quebrad|trincad|amassad|usad|diferente|paralel|outr[oa]\b|sem\b|falt)"
    r"|.*\b(?:posso|pode ser|serve|da pra)\b.*"
    r"\b(?:outra (?:marca|cor)|paralel[oa]|genuin[oa]|recondicionad[oa]|similar)\b)"
)


def while_packing(talk: Talk, heard: Heard) -> bool:
    """*Quebrou aqui na embalagem*, *mandei por motoboy*, *tenho mas tá riscada*, from a shop with something to send."""
    waiting = sales.sold(talk, sales.TO_SHIP)
    if not waiting or heard.choice:
        return False
    named = [n for n in about.orders_in(heard, talk) if sales.is_mine(talk, n)]
    sale = next((o for o in waiting if o.number in named), waiting[0] if len(waiting) == 1 else None)
    return any(way(talk, heard, waiting, sale) for way in (_broke, _to_be_agreed, _looks))


def _broke(talk: Talk, heard: Heard, _: list[Order], sale: Order | None) -> bool:
    if not _BROKE.search(heard.folded):
        return False
    if sale is None:
        engine.start(talk, "sales")
    else:
        engine.start(talk, "sale", {"order": sale.number, "said": "no", "words": heard.text[:120]})
    return True


def _to_be_agreed(talk: Talk, heard: Heard, waiting: list[Order], sale: Order | None) -> bool:
    otherwise = _OTHERWISE.search(heard.folded)
    if not otherwise and not _NOT_THE_SAME.search(heard.folded):
        return False
    talk.note(texts.only_with_the_label() if otherwise else texts.the_buyer_must_agree())
    which = ", ".join(f"#{o.number}" for o in ([sale] if sale else waiting[:3]))
    engine.start(talk, "person", {"about": f"venda {which}: {heard.text[:120]}"})
    return True


def _looks(talk: Talk, heard: Heard, waiting: list[Order], _: Order | None) -> bool:
    asked = [o for o in waiting if o.state is OrderState.PAID]
    if not asked or not _LOOKS.search(heard.folded) or "?" in heard.text:
        return False
    talk.say(texts.take_a_look(asked[0].number))
    engine.resume(talk)
    return True
