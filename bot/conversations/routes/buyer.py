"""Wishes of buyers: find, pay, cancel, complain."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from bot.conversations import engine
from bot.conversations.flows import collecting, rating, reading, returning, sales
from bot.conversations.flows.buying import remarks
from bot.conversations.flows.orders import OPEN, bought
from bot.conversations.language import asides, dates
from bot.conversations.routes import about, people
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import orders as order_texts
from bot.conversations.wishes import heard_as
from bot.domain import calendar
from bot.domain.order import Method, Order, OrderState

_STARS_SAID = re.compile(r"\bnota (?:e |pra |para )?\d|\bestrelas?\b")
_RATES = re.compile(
    r"^(?:minha |dou |a |na verdade |entao |e )*nota (?:e )?[1-5](?: pra \w+)?\W*$"
    r"|\b(?:[1-5]|um|uma|duas|tres|quatro|cinco) estrelas?\b"
    r"|\b(?:mudar|trocar|corrigir) (?:a |minha |a minha )?(?:nota pra |nota para )[1-5]\b"
    r"|\b(?:quero|como|posso|vou) (?:\w+ )?avali(?:ar|o)\b|^avali(?:ar|acao)\b"
)
_PAY_NUMBER = re.compile(
    r"^(?:quero )?(?:pagar|novo codigo|gerar? (?:um )?novo codigo)(?: de novo)?(?: d?[oa])?(?: pedido)? ?"
    r"#?(\d{3,9})?\W*$"
)
_LISTING_ALONE = re.compile(r"^(?:(?:quero|ver|comprar|quero ver|quero comprar) )?(?:o )?anuncio \W*\d{1,9}\W*$")
_ORDER_ALONE = re.compile(r"#?(\d{3,9})")
_POSTPONE = re.compile(
    r"\b(?:mud\w+|adi[ae]\w*|bot[ae]\w*|pass[ae]\w*|deix[ae]\w*|jog[au]\w*|prorrog\w+|posterg\w+|empurr\w+|dia|venc\w+)\b"
)
_WHEN_DUE = re.compile(r"\bvenc\w+\b.*\b(?:que dia|quando|qual)\b|\b(?:que dia|quando|qual)\b.*\bvenc\w+\b")
_DOCUMENT_WRONG = re.compile(
    r"\b(?:cpf|cnpj|documento)\b.*\b(?:errad[oa]|trocad[oa])\b"
    r"|\b(?:errei|trocar|corrigir|mudar) (?:o |meu )*(?:cpf|cnpj)\b"
)
_ASKS_WHEN = re.compile(r"^(?:e |mas |oi )*(?:quando|cade|kd|quanto tempo)\b|\bnao caiu\b")
_GIVE_BACK = re.compile(r"^(?:quero )?devolver (?:o )?(?:pedido )?#?(\d{3,9})\W*$")
PAID = frozenset([OrderState.PAID, OrderState.ACCEPTED])
_ADDRESS_OF_PART = re.compile(r"/p/(\d{1,9})\b")
_TWICE = re.compile(r"\b(?:2|duas|segunda) ?(?:x|vez|vezes)\b|\b(?:em dobro|duplicad[oa]|em duplicidade)\b")
_BUYS = re.compile(r"\b(?:compr\w+|quero|queria|procur\w+|preciso|cotar|cota|cotacao|frete|tem|busco)\b")
_CODE_WANTED = re.compile(
    r"\b(?:cade|kd|onde (?:esta|ta|ficou)|manda\w*|envia\w*|reenvia\w*|nao (?:recebi|chegou|veio|achei)|perdi)\b.*"
    r"\b(?:codigo|pix|qr|boleto|linha|link|copia e cola)\b"
    r"|^(?:gera\w*|manda\w*) (?:um |uma |o )?(?:outr[oa]|nov[oa])(?: codigo| pix| boleto| qr)?(?: ai| pra mim)?\W*$"
)
_PAYS_LATER = re.compile(
    r"^(?:ok|ta|ta bom|blz|beleza|certo|entao|eu|so|,| )*"
    r"(?:vou (?:te )?pagar|pago|faco o pix|so (?:consigo|posso) pagar)"
    r"(?: (?:ele|isso|o boleto|o pix))?(?: so)? (?:mais tarde|depois|logo|ja ja|daqui a pouco|hoje|amanha"
    r"|(?:de|a) (?:noite|tarde))\b.{0,20}$"
)
_CANNOT_PAY = re.compile(
    r"\bnao (?:to |estou |ta |consigo |consegui )+(?:conseguindo |dando )?(?:pra )?pagar (?:no|com|pelo|via)\b"
)
_NOT_COME = re.compile(r"\b(?:atrasad\w+|atraso|demorando|demora|nao (?:chegou|recebi)|nada ainda|cade|kd)\b")
_ABOUT_CODE = re.compile(r"\b(?:codigo|pix|qr|boleto|linha|link)\b")


def link_of_part(talk: Talk, heard: Heard) -> bool:
    if _ADDRESS_OF_PART.search(heard.text) is None and _LISTING_ALONE.match(heard.folded) is None:
        return False
    engine.start(talk, "buying", {"listing": reading.listing_in(heard)})
    return True


def pay_number(talk: Talk, heard: Heard) -> bool:
    match = _PAY_NUMBER.match(heard.folded)
    if match is None:
        return False
    engine.start(talk, "paying", {"order": int(match[1])} if match[1] else {})
    return True


def rate(talk: Talk, heard: Heard) -> bool:
    """*Quero avaliar*, *nota 5*, *5 estrelas*."""
    if not _RATES.search(heard.folded):
        return False
    named = about.orders_in(heard, talk) if "#" in heard.text or "pedido" in heard.folded else []
    stars = rating.stars_in(heard.folded) if _STARS_SAID.search(heard.folded) else 0
    engine.start(talk, "rating", {**({"order": named[0]} if named else {}), **({"stars": stars} if stars else {})})
    return True


def order_alone(talk: Talk, heard: Heard) -> bool:
    """*1042* and nothing else: that order of theirs, bought or sold."""
    match = _ORDER_ALONE.fullmatch(heard.folded)
    order = talk.shop.order(int(match[1])) if match else None
    if order is None:
        return False
    if sales.is_mine(talk, order.number):
        engine.start(talk, "sales", {"order": order.number})
        return True
    if order.buyer_id != talk.person.id:
        return False
    engine.start(talk, "tracking", {"order": order.number})
    return True


def total_again(talk: Talk, heard: Heard) -> bool:
    """*Quanto ficou mesmo?*, after the order: the newest that is open, with its sum."""
    live = bought(talk, OPEN)
    if not live or not asides.asks_total(heard.text):
        return False
    spoken_of = talk.frame.data.get("order") if talk.frame is not None else None
    if talk.frame is not None and talk.frame.flow == "delivery" and spoken_of:
        engine.resume(talk, back=False)  # its question tells the sum
        return True
    engine.start(talk, "tracking", {"order": live[0].number})
    return True


def new_date(talk: Talk, heard: Heard) -> bool:
    """*Muda pra 15/12*, *vence que dia?*, while a boleto waits."""
    waiting = bought(talk, frozenset([OrderState.AWAITING_PAYMENT]))
    if not any(o.charge is not None and o.charge.method is Method.BOLETO for o in waiting):
        return False
    said = next((heard.folded[start:end] for start, end in dates.find(heard.folded)), "")
    if not (said and _POSTPONE.search(heard.folded)) and not _WHEN_DUE.search(heard.folded):
        return False
    named = [n for n in about.orders_in(heard, talk) if any(o.number == n for o in waiting)]
    engine.start(talk, "due_date", {**({"order": named[0]} if named else {}), **({"said": said} if said else {})})
    return True


def due_date(talk: Talk, heard: Heard) -> bool:
    said = {"said": heard.slot("date")} if heard.slot("date") else {}
    return people.start("due_date", **said)(talk, heard)


def code_wanted(talk: Talk, heard: Heard) -> bool:
    """*Cadê o link?*, while an order waits for its money."""
    waiting = _waiting(talk)
    if waiting is None or waiting.charge is None or not _CODE_WANTED.search(heard.folded):
        return False
    engine.start(talk, "paying", {"order": waiting.number, "method": str(waiting.charge.method)})
    return True


def cannot_pay(talk: Talk, heard: Heard) -> bool:
    """*Não estou conseguindo pagar no Pix*: the ways that there are, to choose from."""
    waiting = _waiting(talk)
    if waiting is None or not _CANNOT_PAY.search(heard.folded):
        return False
    engine.start(talk, "paying", {"order": waiting.number})
    return True


def pays_later(talk: Talk, heard: Heard) -> bool:
    """*Vou pagar amanhã*: until when what was sent holds, and what to do after that."""
    waiting = _waiting(talk)
    if waiting is None or waiting.charge is None:
        return False
    asks = waiting.charge.method is not Method.BOLETO and _WHEN_DUE.search(heard.folded)  # of a boleto the day may move
    if not asks and not _PAYS_LATER.match(heard.folded):
        return False
    due, today = waiting.charge.due_date, calendar.local(talk.now).date()
    if waiting.charge.method is Method.BOLETO and due is not None and due <= today and "amanha" in heard.folded:
        return False  # that is a wish for another date
    talk.say(order_texts.holds_until(waiting.number, waiting.charge))
    engine.resume(talk)
    return True


def not_come(talk: Talk, heard: Heard) -> bool:
    """*Não chegou ainda*: of several orders, the one that is on its way."""
    under_way = bought(talk, frozenset([OrderState.SHIPPED]))
    if len(under_way) != 1 or about.orders_in(heard, talk) or not _NOT_COME.search(heard.folded):
        return False
    if heard.meaning.intent not in ("track_order", "list_orders", "order_details", "complaint"):
        return False
    engine.start(talk, "tracking", {"order": under_way[0].number})
    return True


def _waiting(talk: Talk) -> Order | None:
    """The newest order that waits for its money."""
    return next(iter(bought(talk, frozenset([OrderState.AWAITING_PAYMENT]))), None)


def wrong_document(talk: Talk, heard: Heard) -> bool:
    """*Meu CPF está errado*, outside a purchase: an order has it already, or it is forgotten for the next."""
    if not _DOCUMENT_WRONG.search(heard.folded) or any(f.flow in ("buying", "paying") for f in talk.frames):
        return False
    live = bought(talk, OPEN)
    if live:
        engine.start(talk, "person", {"about": f"pedido #{live[0].number}, corrigir o CPF/CNPJ"})
        return True
    talk.know(document="")
    talk.say(order_texts.document_forgotten())
    engine.resume(talk)
    return True


def to_seller(talk: Talk, heard: Heard) -> bool:
    """*Tem garantia?*, *é original?*, *faz por 400?* during a purchase: only the seller knows."""
    frame = next((f for f in reversed(talk.frames) if f.flow == "buying"), None)
    listing = frame.data.get("listing") if frame else None
    if not listing or not asides.for_seller(heard.text):
        return False
    engine.start(talk, "fits", {"listing": int(listing), "asked": heard.text[:200], "other": True})
    return True


def wants_to_buy(heard: Heard) -> bool:
    return bool(_BUYS.search(heard.folded))


def buy(talk: Talk, heard: Heard) -> bool:
    seed = remarks.seed(heard)
    if not seed["query"] and not seed.get("listing") and not seed["car"]:
        seed["query"] = remarks.catalogue_words(talk, heard)
    if talk.frame is not None and talk.frame.flow in ("listing", "pricing") and not wants_to_buy(heard):
        return False  # a seller who names a part there is not shopping
    if _wants_back(talk, seed):
        return True
    engine.start(talk, "buying", seed)
    return True


def _wants_back(talk: Talk, seed: dict[str, Any]) -> bool:
    """*Quero comprar* with nothing new, while a purchase is under way: back to its question."""
    frame = talk.frame
    if frame is None or frame.flow != "buying" or seed.get("query") or seed.get("listing"):
        return False
    engine.resume(talk)
    return True


def pay(method: str) -> Callable[[Talk, Heard], bool]:
    def go(talk: Talk, heard: Heard) -> bool:
        wants_part = heard_as(heard, "quote_shipping")
        if remarks.query_of(wants_part) and not about.orders_in(heard, talk):
            return buy(talk, wants_part)
        data: dict[str, Any] = {"method": method}
        if heard.slot("installments").isdigit():
            data["installments"] = int(heard.slot("installments"))
        return people.start("paying", **data)(talk, heard)

    return go


def paid(talk: Talk, heard: Heard) -> bool:
    """*Paguei* moves nothing: only the payment provider's word does."""
    named = about.orders_in(heard, talk)
    if _TWICE.search(heard.folded):
        talk.note(order_texts.paid_twice())
    orders = [o for o in bought(talk) if not named or o.number == named[0]]
    waiting = [o for o in orders if o.state is OrderState.AWAITING_PAYMENT]
    if waiting:
        talk.say(order_texts.not_yet(waiting[0]))
    elif orders and orders[0].paid_at is not None:
        talk.say(order_texts.already_paid(orders[0].number))
    else:
        talk.say(order_texts.nothing_to_pay())
    engine.resume(talk)
    return True


def cancel_order(talk: Talk, heard: Heard) -> bool:
    named = about.orders_in(heard, talk)
    if named and sales.is_mine(talk, named[0]):
        unpaid = collecting.is_unpaid_charge(talk.shop.order(named[0]))
        engine.start(talk, "uncharge" if unpaid else "sale", {"order": named[0], "said": "no"})
        return True
    return people.start("cancelling")(talk, heard)


def complain(talk: Talk, heard: Heard) -> bool:
    """*O código não funciona* is answered with a code that does; everything else is a person's business."""
    if talk.seller is not None and not bought(talk):
        return False  # who has bought nothing has nothing to complain of here
    waiting = [o for o in bought(talk, frozenset([OrderState.AWAITING_PAYMENT])) if o.charge is not None]
    if waiting and _ABOUT_CODE.search(heard.folded):
        method = waiting[0].charge.method if waiting[0].charge else "pix"
        engine.start(talk, "paying", {"order": waiting[0].number, "method": str(method)})
        return True
    return _gives_back(talk, heard) or people.call("")(talk, heard)


def refund(talk: Talk, heard: Heard) -> bool:
    """*Quero devolver*, *quero meu dinheiro*: what is not on its way is cancelled, what was delivered goes back."""
    if _gives_back(talk, heard):
        return True
    if _ASKS_WHEN.search(heard.folded):
        return people.orders(all_of_them=True)(talk, heard)  # where it stands, not a wish to cancel
    named = about.orders_in(heard, talk)
    paid = [o for o in bought(talk, PAID) if not named or o.number == named[0]]
    if not paid or heard.meaning.confidence < people.VERY_SURE:
        return people.call("")(talk, heard)
    return people.start("cancelling")(talk, heard)


def _gives_back(talk: Talk, heard: Heard) -> bool:
    """Whether it is about a delivered order: then it is asked what is to be done with it."""
    named = about.orders_in(heard, talk)
    delivered = [o for o in bought(talk, returning.DELIVERED) if not named or o.number == named[0]]
    if not delivered or heard.meaning.confidence < people.VERY_SURE or about.is_named_sale(talk, named):
        return False
    reason = returning.reason_in(heard.folded)
    seed: dict[str, Any] = {"words": heard.text[:300], **({"reason": reason} if reason else {})}
    if named or len(delivered) == 1:
        seed["order"] = delivered[0].number
    engine.start(talk, "returning", seed)
    return True


def delivery(wish: str) -> Callable[[Talk, Heard], bool]:
    """*Muda pro sedex*, *errei o endereço*, of an order that is there; else a person hears of it."""

    def go(talk: Talk, heard: Heard) -> bool:
        named = about.orders_in(heard, talk)
        if about.is_named_sale(talk, named):
            engine.start(talk, "sales", {"order": named[0]})
            return True
        if not named and not bought(talk, OPEN):
            return people.call("mudar a entrega")(talk, heard)
        seed: dict[str, Any] = {"wish": wish, **({"order": named[0]} if named else {})}
        names = ("carrier",) if wish == "carrier" else ("cep", "number", "complement", "street")
        seed |= {name: heard.slot(name) for name in names if heard.slot(name)}
        engine.start(talk, "delivery", seed)
        return True

    return go


def give_back(talk: Talk, heard: Heard) -> bool:
    """*Devolver 1042*, as the news says."""
    match = _GIVE_BACK.match(heard.folded)
    if match is None:
        return False
    engine.start(talk, "returning", {"order": int(match[1])})
    return True


def fits(talk: Talk, heard: Heard) -> bool:
    frame = talk.frame
    number = heard.slot("listing") or (frame.data.get("listing", "") if frame and frame.flow == "buying" else "")
    data = (
        {"listing": int(number)}
        if str(number).isdigit()
        else {"query": remarks.query_of(heard), "car": remarks.car_of(heard)}
    )
    engine.start(talk, "fits", {**data, "asked": heard.text[:200]})
    return True
