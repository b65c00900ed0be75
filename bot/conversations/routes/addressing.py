"""Intents about where an order goes, and with which carrier."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bot.conversations import engine
from bot.conversations.flows import reading
from bot.conversations.flows.orders import OPEN, bought
from bot.conversations.language import answers
from bot.conversations.routes import about, people
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import delivery as texts
from bot.conversations.texts import orders as order_texts
from bot.conversations.wishes import heard_as
from bot.domain.order import OrderState
from bot.domain.people import Seller

_MOVED = re.compile(
    r"\b(?:me mudei|mudei de (?:casa|endereco|cidade)|endereco novo|novo endereco"
    r"|(?:agora|ja) (?:eu )?moro(?: em outr[oa])?|nao moro mais)\b"
)
JUST_NOW = timedelta(minutes=30)
_OPENS = re.compile(r"^(?:opa|ops|oops|eita|vixi|errei|corrigindo|correcao|na verdade|desculpa\w*|perdao|nao)\b\W*")
_OPENS_RAW = re.compile(r"^\w+(?: verdade)?\W*")
_PUT_RIGHT = re.compile(
    r"^(?=.*\b(?:esquec\w+|falt(?:ou|a)|nao (?:coloquei|falei|botei|pus|passei|informei)|errei|na verdade|o cert[oa] e"
    r"|corret[oa] e)\b)"
    r".*\b(?:apto?|ap|apartamento|bloco|torre|casa|fundos|sobrado|complemento|andar|numero d[ae] (?:casa|rua|predio))\b"
    r"|\bnumero nao (?:e|eh|era) \d+\W+(?:(?:e|eh|mas|sim)\W+)*\d"
    r"|\bnumero\b.*\d.*\be nao (?:e )?\d|\bnumero (?:certo|correto) (?:e|eh)\b.*\d|\bmoro no \d+\b.*\bnao\b"
)
_SWAPPED = re.compile(
    r"\b(?:troquei|inverti|trocaram|inverteram|confundi|misturei)\b.*\b(?:enderecos|ceps|entregas)\b"
    r"|\b(?:enderecos|ceps|entregas)\b.*\b(?:trocad[oa]s|invertid[oa]s|ao contrario)\b"
    r"|\b(?:um|uma)\b.*\bno (?:endereco|lugar) d[oa] outr[oa]\b"
)
_OF_ELSE = re.compile(r"\b(?:pedido|telefone|celular|cpf|cnpj|anuncio|cep|codigo|cartao|chassi|motor)\b")


def moved(talk: Talk, heard: Heard) -> bool:
    """*Me mudei*, without an open order: the old address is not offered again."""
    if not _MOVED.search(heard.folded) or bought(talk, OPEN) or talk.seller is not None:
        return False
    if any(f.flow == "buying" for f in talk.frames):
        return False
    talk.know(address=None)
    if heard.slot("part"):
        return False  # the flow asks for the address anyway
    talk.say(order_texts.address_forgotten())
    engine.resume(talk)
    return True


def said_anew(talk: Talk, heard: Heard) -> bool:
    """*Opa, Marcos Teixeira, nº 333*, right after the order: correct the number; the name is left to a person."""
    last = next(iter(bought(talk, OPEN)), None)
    if last is None or talk.now - last.created_at > JUST_NOW:
        return False
    opens = bool(_OPENS.match(heard.folded))
    name, number, complement = answers.name_and_number(_OPENS_RAW.sub("", heard.text) if opens else heard.text)
    if not opens and (not name or " " not in name or heard.slot("part") or heard.choice):
        return False  # without an *opa* it takes a full name and a number
    if not number or any(f.flow == "buying" for f in talk.frames) or reading.cep_in(heard):
        return False
    if name and name != last.recipient.name:
        talk.alert("nome do pedido", f"Pedido #{last.number}: o comprador corrige o nome para {name}.")
        talk.note(texts.name_passed_on(name))
    seed = {"wish": "address", "order": last.number, "number": number, "words": heard.text[:160]}
    engine.start(talk, "delivery", {**seed, **({"complement": complement} if complement else {})})
    return True


def swapped(talk: Talk, heard: Heard) -> bool:
    """*Troquei os endereços dos dois pedidos*: show where each goes, and change one after the other."""
    early = bought(talk, frozenset([OrderState.AWAITING_PAYMENT, OrderState.PAID, OrderState.ACCEPTED]))
    if len(early) < 2 or not _SWAPPED.search(heard.folded) or about.orders_in(heard, talk):
        return False
    talk.note(texts.where_they_go(early))
    if any(o.state is not OrderState.AWAITING_PAYMENT for o in early):
        numbers = " e ".join(f"#{o.number}" for o in early)
        engine.start(talk, "person", {"about": f"pedidos {numbers}, endereços trocados: {heard.text[:120]}"})
        return True
    talk.note(texts.one_place_at_a_time())
    engine.start(talk, "delivery", {"wish": "address"})
    return True


def put_right(talk: Talk, heard: Heard) -> bool:
    """*Esqueci o apto 32*, *o número é 120 e não 12*, about an existing order."""
    if not _PUT_RIGHT.search(heard.folded) or _OF_ELSE.search(heard.folded) or not bought(talk, OPEN):
        return False
    if any(f.flow == "buying" for f in talk.frames):
        return False
    return delivery("address")(talk, heard_as(heard, "change_address"))


def _of_the_shop(talk: Talk, heard: Heard, seller: Seller) -> bool:
    """*Quero mudar o endereço da loja*: it is on every label, and what it was matters to labels under way."""
    if heard.meaning.confidence < people.VERY_SURE:
        return False
    talk.note(texts.shops_address(seller.address))
    engine.start(talk, "person", {"about": f"mudar o endereço da loja: {heard.text[:160]}"})
    return True


def delivery(wish: str) -> Callable[[Talk, Heard], bool]:
    """*Muda pro sedex*, *errei o endereço*, about an existing order; otherwise for a person."""

    def go(talk: Talk, heard: Heard) -> bool:
        named = about.orders_in(heard, talk)
        if about.is_named_sale(talk, named):
            engine.start(talk, "sales", {"order": named[0]})
            return True
        if not named and not bought(talk, OPEN):
            if talk.seller is not None and wish == "address":
                return _of_the_shop(talk, heard, talk.seller)
            return people.call("mudar a entrega")(talk, heard)
        seed: dict[str, Any] = {"wish": wish, "words": heard.text[:160], **({"order": named[0]} if named else {})}
        names = ("carrier",) if wish == "carrier" else ("cep", "number", "complement", "street")
        seed |= {name: heard.slot(name) for name in names if heard.slot(name)}
        engine.start(talk, "delivery", seed)
        return True

    return go
