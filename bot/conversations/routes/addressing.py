"""Wishes about where an order goes, and with whom."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from bot.conversations import engine
from bot.conversations.flows.orders import OPEN, bought
from bot.conversations.routes import about, people
from bot.conversations.talk import Heard, Talk
from bot.conversations.wishes import heard_as

_PUT_RIGHT = re.compile(
    r"^(?=.*\b(?:esquec\w+|falt(?:ou|a)|nao (?:coloquei|falei|botei|pus|passei|informei)|errei|na verdade|o cert[oa] e"
    r"|corret[oa] e)\b)"
    r".*\b(?:apto?|ap|apartamento|bloco|torre|casa|fundos|sobrado|complemento|andar|numero d[ae] (?:casa|rua|predio))\b"
    r"|\bnumero\b.*\d.*\be nao (?:e )?\d|\bnumero (?:certo|correto) (?:e|eh)\b.*\d|\bmoro no \d+\b.*\bnao\b"
)
_OF_ELSE = re.compile(r"\b(?:pedido|telefone|celular|cpf|cnpj|anuncio|cep|codigo|cartao|chassi|motor)\b")


def put_right(talk: Talk, heard: Heard) -> bool:
    """*Esqueci o apto 32*, *o número é 120 e não 12*, of an order that is there."""
    if not _PUT_RIGHT.search(heard.folded) or _OF_ELSE.search(heard.folded) or not bought(talk, OPEN):
        return False
    if any(f.flow == "buying" for f in talk.frames):
        return False
    return delivery("address")(talk, heard_as(heard, "change_address"))


def delivery(wish: str) -> Callable[[Talk, Heard], bool]:
    """*Muda pro sedex*, *errei o endereço*, of an order that is there; else a person hears of it."""

    def go(talk: Talk, heard: Heard) -> bool:
        named = about.orders_in(heard, talk)
        if about.is_named_sale(talk, named):
            engine.start(talk, "sales", {"order": named[0]})
            return True
        if not named and not bought(talk, OPEN):
            return people.call("mudar a entrega")(talk, heard)
        seed: dict[str, Any] = {"wish": wish, "words": heard.text[:160], **({"order": named[0]} if named else {})}
        names = ("carrier",) if wish == "carrier" else ("cep", "number", "complement", "street")
        seed |= {name: heard.slot(name) for name in names if heard.slot(name)}
        engine.start(talk, "delivery", seed)
        return True

    return go
