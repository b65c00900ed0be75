"""Intents about a shop's own parts: *acabou o farol*, *estoque do 560 é 3*, *pausa o retrovisor*, *meus anúncios*."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from bot.conversations import engine, own_parts
from bot.conversations.flows import away, reading, stock_words
from bot.conversations.routes import buyer
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import inventory as texts
from bot.conversations.wishes import slots_as
from bot.domain import calendar, money, part_words

_LIST = re.compile(
    r"^(?:a )?lista\W*$"
    r"|\b(?:meus anuncios|minhas pecas|meu estoque|meu catalogo)\b|^(?:ver |listar? |mostra\w* )?(?:os )?anuncios\W*$"
    r"|\b(?:(?:quant[ao]s|qn?t[ao]?s)|quais) (?:pecas|anuncios) (?:eu )?(?:tenho|estao)\b"
    r"|\b(?:quanto|o que) (?:eu )?tenho (?:em|no|de) estoque\b"
    r"|\bo que (?:eu )?tenho (?:anunciado|a venda)\b"
)
_ALL = r"(?:tudo|a loja|(?:a )?minha loja|(?:todos )?(?:os )?(?:meus )?anuncios|todos|todas)"
_ALL_DAYS = r"(?:(?:na|no|n?a partir de|de|dia|semana|segunda|terca|quarta|quinta|sexta|sabado|amanha|hoje) ?)+"
_AWAY = re.compile(
    rf"\b(?:ferias|recesso|vou viajar|viajo|estarei fora|vou (?:estar|ficar) fora)\b"
    r"|\b(?:hoje|hj|amanha)\b.{0,12}\b(?:nao (?:abr\w+|vou abrir|vamos abrir|trabalh\w+|atend\w+)|fechad[oa])\b"
    r"|\b(?:hoje|hj|amanha) (?:aqui )?e feriado\b|^(?:vou ter |dou |tiro )?folga\b"
    r"|\bnao (?:abr\w+|vou abrir|vamos abrir|trabalh\w+) (?:hoje|hj|amanha)\b"
    r"|\b(?:natal|reveillon|ano novo|carnaval|feriad\w+)\b.*"
    r"\bnao (?:abr\w+|vou abrir|vamos abrir|trabalh\w+|funcion\w+)\b"
    r"|\bnao (?:abr\w+|vou abrir|trabalh\w+) n?[oa] (?:natal|reveillon|ano novo|carnaval|feriado)\b"
    r"|\bdias? \d.*\bnao (?:abr\w+|vou abrir|vamos (?:abrir|trabalhar)|trabalh\w+|funcion\w+)\b"
    r"|\bnao (?:vou |vamos )?(?:abr\w+|trabalh\w+|funcion\w+) (?:n?os? )?dias? \d"
    rf"|(?<!nao )\b(?:vou|vamos) fechar\b(?! (?:negocio|a? ?venda|o pedido|conta))|\bbalanco\b"
    rf"|\bfech(?:o|amos) {_ALL_DAYS}"
    rf"|\b(?:paus\w+|fech\w+|desativ\w+|suspend\w+) {_ALL}\b(?! d[oae]s? | (?:o )?que )"
)
_STAYS_OPEN = re.compile(r"\bnao (?:vou|vamos) (?:mais )?fechar\b")
_BACK = re.compile(
    rf"\b(?:reabr\w+|reativ\w+|despaus\w+|abr\w+|ativ\w+) {_ALL}\b"
    r"|\b(?:voltei|cheguei) (?:das? |de )?(?:ferias|viagem)\b"
)
DOWN = re.compile(r"\b(?:a?baix\w+|reduz\w*|diminui\w*|desconto|desce\w*|menos|tira\w*|cort\w+)\b")
_MANY = re.compile(
    r"(?:%|por ?cento).*\bn?d?[oa]s [a-z]+s\b|\b[oa]s [a-z]+s\b.*(?:%|por ?cento)"
    r"|^(?!\w+as? )[a-z]+s \d+(?:[.,]\d+)? ?%|\b(?:tud[oa]|todos|todas|cada (?:peca|anuncio))\b"
    r"|\b(?:tabela|loja) (?:toda|inteira)\b"
)
_CHANGES = re.compile(
    r"%|\bpor ?cento\b|\b(?:aument\w+|sob[ei]\w*|reajust\w+|a?baix\w+|desconto|reduz\w*|diminui\w*)\b"
)
_OF_CHANGE = re.compile(
    r"\d+(?:[.,]\d+)? ?(?:%|por ?cento)|\b(?:aument\w+|sob[ei]\w*|reajust\w+|a?baix\w+|desconto|reduz\w*|diminui\w*"
    r"|tud[oa]|todos|todas|cada|tabela|loja|toda|inteira|precos?|pecas?|anuncios?|valor(?:es)?|meus|minhas|cima|poe|bota"
    r"|coloca|mete|da|faz|tira|quero|pode|favor|por|hoje|agora|catalogo|reais|\d+)\b"
)
_IS_BACK = re.compile(r"^(?:ja |eu |pronto |oi )*(?:voltei|cheguei)\W*$")
_OPENS_AFTER_ALL = re.compile(r"(?<!nao )\b(?:vou|vamos) abrir (?:normal\w*|sim|mesmo assim)\b")
_ASKS_OWN = re.compile(
    r"\b(?:ta|esta|custa|por) (?:quanto|qto|qnt)\b|\b(?:quanto|qto|qnt) (?:ta|esta|custa|(?:eu )?tenho)\b"
    r"|\bqual (?:e |eh )?(?:o )?(?:preco|valor)\b"
    r"|\b(?:quant[ao]s|qn?t[ao]?s) (?:\w+ )?(?:eu )?(?:tenho|tem|ficou|ficaram|sobrou|sobraram|restam)\b"
)
"""*O 560 tá quanto?* from a shop: show its own part."""
_OF_MONEY = re.compile(r"\b(?:frete|entrega|receb\w+|vend\w+|repasses?|taxa|comissao|compr\w+|quero|preciso)\b")
_BUYS = re.compile(r"\b(?:compr\w+|quero|queria|procuro|preciso)\b")
_PICTURES_OFF = re.compile(r"\b(?:apag|tir|exclu|remov|troc|substitu)\w*\b.*\bfotos?\b")
_ALL_STOCK = re.compile(r"\b(?:zera\w*|apaga\w*|limpa\w*) .*\b(?:estoque (?:de tudo|todo|inteiro)|tudo|todos)\b")
_WORDS_OF_PART = re.compile(
    r"\b(?:mud|troc|corrig|edit|alter|arrum)\w* .*\b(?:titulo|nome|descricao|carro|estado)\b"
    r"|^o .*\be (?:usad[oa]|nov[oa])\W+(?:e )?nao (?:e )?(?:usad[oa]|nov[oa])\b"
)
REGISTERS = re.compile(
    r"^(?:(?:oi|ola|bom dia|boa tarde|quero|queria|vou|pode|preciso|me|por favor)\W+)*(?:cadastr|anunci(?!os?\b))"
)
"""A new part, however many details are given."""
_ON_AIR = re.compile(r"\b(?:d?no ar|do ar|de volta|fora do ar)\b")
"""Words about a listing, not a part (*com ar*)."""
_AT_A_PRICE = re.compile(
    r"\b(?:por|a|preco(?: de)?|valor(?: de)?) (?:r\$ ?)?(\d{2,}[\d.,]*)(?: reais| cada)?\W*$"
    r"|^(?!.*\b(?:custou|custaram|paguei|comprei|nota)\b).*r\$ ?(\d[\d.,]*\d)"
)


def inventory(talk: Talk, heard: Heard) -> bool:
    """Follow an intent about the shop's own parts; False if there is none, or no part is named."""
    if talk.seller is None:
        return False
    closed = talk.seller.away or talk.seller.away_planned
    if _BACK.search(heard.folded) or (
        closed and (_IS_BACK.match(heard.folded) or _OPENS_AFTER_ALL.search(heard.folded))
    ):
        engine.start(talk, "away", {"wish": "open"})
        return True
    if _STAYS_OPEN.search(heard.folded):
        talk.frames = [f for f in talk.frames if f.flow != "away"]
        talk.frame = talk.frames[-1] if talk.frames else None
        engine.start(talk, "away", {"wish": "open"})
        return True
    if _AWAY.search(heard.folded):
        engine.start(talk, "away", away.seed(heard, calendar.today(talk.now)))
        return True
    if _LIST.search(heard.folded):
        engine.start(talk, "shelf")
        return True
    if _ALL_STOCK.search(heard.folded):
        talk.say(texts.stock_part_by_part())
        engine.resume(talk)
        return True
    if _WORDS_OF_PART.search(heard.folded) and part_in(talk, heard):
        talk.say(texts.words_stay())
        engine.resume(talk)
        return True
    if REGISTERS.match(heard.folded) and not any(p.listing in reading.numbers_in(heard.text) for p in talk.parts):
        return False
    part = part_in(talk, heard) or (shown_part(talk) if _ON_AIR.search(heard.folded) else {})
    wish = stock_words.wish_in(heard, named=bool(part))
    asks = bool(part and wish) and stock_words.asks(heard)
    wish = {} if asks else wish
    if part and not wish and _PICTURES_OFF.search(heard.folded):
        engine.start(talk, "pictures", {**part, "replace": True, "said": heard.text[:120]})
        return True
    shown = asks or (_ASKS_OWN.search(heard.folded) and not _OF_MONEY.search(heard.folded) and not wish)
    if not (part or (wish and _names_another(heard))) or not (wish or shown):
        return False
    engine.start(talk, "inventory", {**wish, **part, "said": heard.text[:120]})
    _price_too(talk, heard, wish, part)
    return True


def _names_another(heard: Heard) -> bool:
    """A part that is none of the shop's: it is told so, and asked which is meant."""
    return "?" not in heard.text and bool(slots_as(heard.text, "add_product").get("part"))


def _price_too(talk: Talk, heard: Heard, wish: dict[str, Any], part: dict[str, Any]) -> None:
    """*Chegou 2 faróis, coloca por 500*: the price is asked about once the stock is changed."""
    counts = wish.get("wish") in ("add", "stock") and part.get("listing")
    said = _AT_A_PRICE.search(heard.folded) if counts else None
    amount = money.read(said[1] or said[2]) if said else None
    if amount and engine.is_idle(talk):
        engine.start(talk, "pricing", {"listing": part["listing"], "price": amount})


def prices(talk: Talk, heard: Heard) -> bool:
    """*Aumenta todos os faróis do gol 10%*: many parts at once, those that the other words name."""
    if talk.seller is None or not _MANY.search(heard.folded) or not _CHANGES.search(heard.folded):
        return False
    said = slots_as(heard.text, "edit_price")
    percent = int(Decimal(said.get("percent") or 0) * 100) * (-1 if DOWN.search(heard.folded) else 1)
    if said.get("listing") or not (percent or said.get("amount")):
        return False
    named = " ".join(part_words.tokens(_OF_CHANGE.sub(" ", heard.folded)))
    engine.start(talk, "repricing", {"percent": percent, "part": named})
    return True


def buy_or_quote(talk: Talk, heard: Heard) -> bool:
    """*Frete do retrovisor pra 80010-000*: for a shop's own part a quote for a customer, otherwise a purchase."""
    asks = talk.seller is not None and (heard.meaning.intent == "quote_shipping" or "frete" in heard.folded.split())
    part = part_in(talk, heard) if asks and not _BUYS.search(heard.folded) else {}
    product = talk.shop.product(part.get("listing", 0))
    own = product is not None and talk.seller is not None and product.seller_id == talk.seller.id
    if not own and not part.get("among"):
        return buyer.buy(talk, heard)
    cep = reading.cep_in(heard)
    engine.start(talk, "freight", {**part, **({"cep": cep} if cep else {})})
    return True


def part_in(talk: Talk, heard: Heard) -> dict[str, Any]:
    """``listing`` of the only own part that a message names, ``among`` for several, or nothing."""
    mine = talk.parts
    numbers = reading.numbers_in(heard.text)
    by_number = [p for p in mine if p.listing in numbers]
    if len(by_number) == 1:
        return {"listing": by_number[0].listing}
    found = own_parts.meant(mine, _ON_AIR.sub(" ", heard.folded))
    if _says_listing(heard) and ("anuncio" in heard.folded.split() or not found):
        named = reading.listing_in(heard) or (numbers[0] if len(numbers) == 1 else 0)
        return {"listing": named} if named else {}  # somebody else's, or nobody's: treated as unknown
    if len(found) == 1:
        return {"listing": found[0].listing}
    return {"among": [p.listing for p in found]} if found else {}


def shown_part(talk: Talk) -> dict[str, Any]:
    """The own part being discussed, or nothing."""
    listing = next((int(f.data["listing"]) for f in reversed(talk.frames) if f.data.get("listing")), 0)
    return {"listing": listing} if any(p.listing == listing for p in talk.parts) else {}


def _says_listing(heard: Heard) -> bool:
    return reading.listing_in(heard) is not None or "anuncio" in heard.folded.split()
