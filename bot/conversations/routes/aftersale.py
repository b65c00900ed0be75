"""What sellers say after a sale: a part came back, a card holder disputes the payment."""

from __future__ import annotations

import re
from typing import Any

from bot.conversations import engine
from bot.conversations.flows import sales, taking_back
from bot.conversations.routes import about
from bot.conversations.talk import Heard, Talk

_CAME_BACK = re.compile(
    r"\b(?:recebi|chegou|voltou)\b.*\b(?:devoluc\w+|devolvid\w+|de volta)\b"
    r"|^(?:(?:oi|opa|a|o|ja|ela|ele|peca|farol|bom dia)\W+)*\b(?:peca|ela|ele) (?:ja )?(?:voltou|retornou)\b[^?]*$"
)
_CONTESTS = re.compile(r"^(?:quero )?(nao )?contest(?:ar|a|o) ?(?:a )?(?:venda )?#?(\d{3,9})?\W*$")
_TAKES_BACK = re.compile(r"^(nao )?aceit[oa]r? (?:a )?devolucao(?: d[aoe])? ?(?:venda |pedido )?#?(\d{3,9})?\W*$")


def part_came_back(talk: Talk, heard: Heard) -> bool:
    """*Recebi a devolução 1042*."""
    if talk.seller is None or not _CAME_BACK.search(heard.folded):
        return False
    named = about.orders_in(heard, talk)
    if not about.is_named_sale(talk, named) and not any(taking_back.is_coming(o) for o in sales.sold(talk)):
        return False
    if named and not about.is_sale(talk, heard):
        return False  # one of their own purchases
    engine.start(talk, "came_back", {"order": named[0]} if named else {})
    return True


def takes_back(talk: Talk, heard: Heard) -> bool:
    """*Aceito devolução 1042*, *não aceito a devolução*."""
    match = _TAKES_BACK.match(heard.folded)
    if talk.seller is None or match is None:
        return False
    data: dict[str, Any] = {"said": "no" if match[1] else "yes"}
    if match[2]:
        data["order"] = int(match[2])
    engine.start(talk, "claim", data)
    return True


def contests(talk: Talk, heard: Heard) -> bool:
    """*Contestar 1042*, *não contestar*."""
    match = _CONTESTS.match(heard.folded)
    if talk.seller is None or match is None:
        return False
    order = {"order": int(match[2])} if match[2] else {}
    engine.start(talk, "contesting", {"said": "no" if match[1] else "yes", **order})
    return True
