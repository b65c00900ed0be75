"""Where a wish leads: words that work anywhere, intents, and the rows of *você quis dizer*."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from bot.conversations import engine
from bot.conversations.flows import reading, sales
from bot.conversations.flows.buying import remarks
from bot.conversations.flows.listing import photos
from bot.conversations.flows.listing import remarks as listing_remarks
from bot.conversations.flows.orders import OPEN, bought
from bot.conversations.language import Understanding, answers
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import common as texts
from bot.conversations.texts import listing as listing_texts
from bot.conversations.texts import orders as order_texts
from bot.conversations.texts import selling as selling_texts
from bot.conversations.wishes import heard_as
from bot.domain.events import Message
from bot.domain.order import OrderState
from bot.domain.text import words

SURE = 0.5
"""Confidence from which an intent is followed."""
VERY_SURE = 0.72
"""Confidence from which it goes before an open question that takes any text."""

MENU = frozenset(["menu", "inicio", "menu principal", "opcoes", "menu inicial"])
BACK = frozenset(["voltar", "volta", "volte", "anterior", "voltar uma", "volta uma"])
CANCEL = frozenset(
    ["cancelar", "cancela", "cancelar isso", "cancela isso", "cancelar tudo", "deixa pra la", "esquece", "desisto"]
)
PERSON = frozenset(
    ["atendente", "humano", "falar com atendente", "falar com humano", "falar com uma pessoa", "quero um atendente"]
)
HELP = frozenset(["ajuda", "help", "socorro", "?"])
LEAVE = frozenset(["sair", "parar", "pare", "stop", "descadastrar", "remover", "sem lembrete", "sem lembretes"])
_LEAVE = re.compile(
    r"^(?:quero |por favor )?"
    r"(?:nao quero mais (?:receber )?|parar? (?:de )?(?:receber |com )?(?:as |os )?|cancelar? |sem )"
    r"(?:mensagens?|avisos?|lembretes?|notificac\w+|propagandas?)\W*$"
)
_COME_BACK = re.compile(r"^(?:quero )?(?:voltar|volta|ligar|receber)(?: a receber)?(?: os| meus)? avisos?\W*$")
_HAS = re.compile(r"^(?:sim,? )?(?:ainda )?(tenho|tem|nao tenho|nao tem|detalhes?)\b.*?#?(\d{3,9})\W*$")
_MY_EMAIL = re.compile(r"^(?:trocar |mudar |cadastrar |confirmar )?(?:o )?meu e-?mail\W*$")
_PAY_NUMBER = re.compile(r"^(?:pagar|novo codigo|gerar? (?:um )?novo codigo)(?: d[oa])?(?: pedido)? ?#?(\d{3,9})?\W*$")
_LISTING_ALONE = re.compile(r"^(?:(?:quero|ver|comprar|quero ver|quero comprar) )?(?:o )?anuncio \W*\d{1,9}\W*$")
_ADDRESS_OF_PART = re.compile(r"/p/(\d{1,9})\b")
_ABOUT_CODE = re.compile(r"\b(?:codigo|pix|qr|boleto|linha|link)\b")
OF_BUYER = words("comprei compra compras pedido pedidos")

OWN_INTENTS = {
    "buying.part": words("find_part quote_shipping part_fitment edit_price add_product"),
    "buying": words("edit_price add_product mark_posted"),
    "listing": words("add_product upload_photo edit_price find_part done part_fitment quote_shipping"),
    "pricing": words("edit_price"),
    "person": words("complaint talk_to_human refund change_address nfe_invoice part_fitment"),
}
"""Wishes that a flow's own free-text questions read themselves."""
WISHES = words(
    "track_order list_orders order_details cancel_order talk_to_human help_menu resend_boleto mark_posted print_label "
    "seller_sales_report opt_out opt_in payment_claim privacy_request find_part quote_shipping add_product "
    "upload_photo refund complaint pay_pix pay_boleto pay_card change_due_date undo"
)


# --- words that work anywhere -----------------------------------------------------------------------------


def global_word(talk: Talk, heard: Heard) -> bool:
    """Follow menu, voltar, cancelar, atendente, ajuda, sair and their like; False if it is none of them."""
    said = heard.folded.strip(" .!*\"'")
    if said in MENU:
        engine.start(talk, "menu")
        return True
    if said in BACK:
        if not engine.back(talk):
            _leave_flow(talk, texts.nothing_back())
        return True
    if said in CANCEL and not heard.choice:
        return _cancel(talk)
    if said in PERSON:
        engine.start(talk, "person", {"about": _about(talk)})
        return True
    if said in HELP:
        talk.note(texts.words())
        if talk.frame is None:
            engine.start(talk, "menu")
        else:
            engine.resume(talk)
        return True
    wish = "back" if _COME_BACK.match(said) else "all" if answers.wants_everything_off(heard.text) else ""
    if wish or said in LEAVE or _LEAVE.match(said):
        engine.start(talk, "leaving", {"wish": wish or "reminders"})
        return True
    return False


def _leave_flow(talk: Talk, otherwise: str) -> None:
    """End the open flow, if there is one."""
    if talk.frame is None:
        talk.say(otherwise)
        return
    flow = engine.flow_of(talk.frame)
    talk.say(texts.left_menu() if flow.transient else texts.left(flow.title))
    engine.finish(talk)


def _cancel(talk: Talk) -> bool:
    frame = talk.frame
    if frame is not None and frame.flow == "cancelling" and frame.step == "sure":
        talk.note(order_texts.answer_yes_or_no(int(frame.data.get("order", 0))))
        engine.resume(talk, back=False)
        return True
    if frame is not None and frame.flow == "sale":
        frame.data["said"] = "no"
        engine.move(talk, "check")
        return True
    if frame is not None and not engine.flow_of(frame).transient:
        _leave_flow(talk, "")
        return True
    if bought(talk, frozenset([OrderState.AWAITING_PAYMENT, OrderState.PAID, OrderState.ACCEPTED])):
        engine.start(talk, "cancelling")
        return True
    _leave_flow(talk, texts.nothing_to_cancel())
    return True


def _about(talk: Talk) -> str:
    """What the talk is about, for the person who takes over."""
    frame = talk.frame
    if frame is None or engine.flow_of(frame).name in ("menu", "offer"):
        recent = [o for o in bought(talk)[:1] if o.state in OPEN]
        return f"pedido #{recent[0].number}" if recent else ""
    number = frame.data.get("order")
    title = engine.flow_of(frame).title
    return f"pedido #{number}" if number else title


# --- intents ----------------------------------------------------------------------------------------------


def interrupts(heard: Heard, flow: str, step: str) -> bool:
    """Whether a message clearly wants something else than to answer an open question that takes any text."""
    intent = heard.meaning.intent
    if intent in OWN_INTENTS.get(f"{flow}.{step}", OWN_INTENTS.get(flow, frozenset())):
        return False
    return intent in WISHES and heard.meaning.confidence >= VERY_SURE


def likely(meaning: Understanding, *, seller: bool) -> list[str]:
    """Intents worth suggesting, best first; never empty."""
    ranked = [meaning.intent, *[name for name, _ in meaning.alternatives]]
    usual = ["list_orders", "add_product"] if seller else ["quote_shipping", "list_orders"]
    found = [name for name in ranked if name in texts.INTENTS and name in ROUTES and meaning.confidence > 0.2]
    return list(dict.fromkeys([*found, *usual, "talk_to_human"]))


def suggested(talk: Talk, heard: Heard) -> bool:
    """A row of *você quis dizer* was picked."""
    value = heard.choice[1:]
    if value == "again":
        engine.resume(talk, back=False)
        return True
    if value == "menu":
        engine.start(talk, "menu")
        return True
    name = value.partition(":")[2]
    route_of = ROUTES.get(name)
    return bool(route_of and route_of(talk, heard_as(heard, name)))


def route(talk: Talk, heard: Heard) -> bool:
    """Follow the wish of a message; False if it has none that anybody knows."""
    for way in (_sale_in_words, _link_of_part, _my_email, _pay_number):
        if way(talk, heard):
            return True
    intent = heard.meaning.intent
    if heard.meaning.confidence < SURE or intent not in ROUTES:
        return False
    return ROUTES[intent](talk, heard)


def _sale_in_words(talk: Talk, heard: Heard) -> bool:
    match = _HAS.match(heard.folded)
    if match is None or talk.seller is None:
        return False
    word = match[1]
    said = "details" if word.startswith("detalhe") else "no" if word.startswith("nao") else "yes"
    engine.start(talk, "sale", {"order": int(match[2]), "said": said})
    return True


def _link_of_part(talk: Talk, heard: Heard) -> bool:
    if _ADDRESS_OF_PART.search(heard.text) is None and _LISTING_ALONE.match(heard.folded) is None:
        return False
    engine.start(talk, "buying", {"listing": reading.listing_in(heard)})
    return True


def _my_email(talk: Talk, heard: Heard) -> bool:
    if not _MY_EMAIL.match(heard.folded):
        return False
    engine.start(talk, "email", {"change": True})
    return True


def _pay_number(talk: Talk, heard: Heard) -> bool:
    match = _PAY_NUMBER.match(heard.folded)
    if match is None:
        return False
    engine.start(talk, "paying", {"order": int(match[1])} if match[1] else {})
    return True


def _orders_in(heard: Heard, talk: Talk) -> list[int]:
    """Orders that a message names, in its text or in the message that it quotes."""
    named = [int(n) for n in heard.slot("order").split(",") if n.strip().isdigit()]
    if named:
        return named
    quoted = talk.shop.sent_message(heard.message.reply_to) if heard.message.reply_to else None
    return [int(n) for n in re.findall(r"#(\d{3,9})", quoted.text)[:1]] if quoted else []


def _is_sale(talk: Talk, heard: Heard) -> bool:
    """Whether a question about orders is a seller's: the order named decides, else the words, else the shop."""
    if talk.seller is None:
        return False
    named = _orders_in(heard, talk)
    if named:
        order = talk.shop.order(named[0])
        return order is None or order.buyer_id != talk.person.id
    said = set(heard.folded.split())
    if said & OF_BUYER and not said & words("vendas venda enviar postar"):
        return not bought(talk) or heard.slot("status") == "to_ship"
    return True


def _start(flow: str, **data: Any) -> Callable[[Talk, Heard], bool]:
    def go(talk: Talk, heard: Heard) -> bool:
        named = _orders_in(heard, talk)
        engine.start(talk, flow, {**data, **({"order": named[0]} if named else {})})
        return True

    return go


def _buy(talk: Talk, heard: Heard) -> bool:
    seed = remarks.seed(heard)
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


def _pay(method: str) -> Callable[[Talk, Heard], bool]:
    def go(talk: Talk, heard: Heard) -> bool:
        wants_part = heard_as(heard, "quote_shipping")
        if remarks.query_of(wants_part) and not _orders_in(heard, talk):
            return _buy(talk, wants_part)
        data: dict[str, Any] = {"method": method}
        if heard.slot("installments").isdigit():
            data["installments"] = int(heard.slot("installments"))
        return _start("paying", **data)(talk, heard)

    return go


def _paid(talk: Talk, heard: Heard) -> bool:
    """*Paguei* moves nothing: only the payment provider's word does."""
    named = _orders_in(heard, talk)
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


def _orders(*, all_of_them: bool) -> Callable[[Talk, Heard], bool]:
    def go(talk: Talk, heard: Heard) -> bool:
        named = _orders_in(heard, talk)
        data: dict[str, Any] = {"order": named[0]} if named else {}
        if _is_sale(talk, heard):
            every = all_of_them and heard.slot("status") not in ("to_ship", "open")
            engine.start(talk, "sales", {**data, "all": every})
        else:
            engine.start(talk, "tracking", {**data, "all": all_of_them and not named})
        return True

    return go


def _cancel_order(talk: Talk, heard: Heard) -> bool:
    named = _orders_in(heard, talk)
    if named and sales.is_mine(talk, named[0]):
        engine.start(talk, "sale", {"order": named[0], "said": "no"})
        return True
    return _start("cancelling")(talk, heard)


def _call_person(about: str) -> Callable[[Talk, Heard], bool]:
    def go(talk: Talk, heard: Heard) -> bool:
        named = _orders_in(heard, talk)
        number = f"pedido #{named[0]}" if named else _about(talk)
        noted = ", ".join(w for w in (number, about or heard.text[:120]) if w)
        engine.start(talk, "person", {"about": noted})
        return True

    return go


def _complain(talk: Talk, heard: Heard) -> bool:
    """*O código não funciona* is answered with a code that does; everything else is a person's business."""
    waiting = [o for o in bought(talk, frozenset([OrderState.AWAITING_PAYMENT])) if o.charge is not None]
    if waiting and _ABOUT_CODE.search(heard.folded):
        method = waiting[0].charge.method if waiting[0].charge else "pix"
        engine.start(talk, "paying", {"order": waiting[0].number, "method": str(method)})
        return True
    return _call_person("")(talk, heard)


def _person(talk: Talk, heard: Heard) -> bool:
    named = _orders_in(heard, talk)
    engine.start(talk, "person", {"about": f"pedido #{named[0]}" if named else _about(talk)})
    return True


def _posted(talk: Talk, heard: Heard) -> bool:
    numbers = _orders_in(heard, talk) or reading.numbers_in(heard.text)
    engine.start(talk, "posted", {"orders": numbers})
    return True


def _undo(talk: Talk, _: Heard) -> bool:
    talk.say(selling_texts.too_late_to_undo())
    engine.resume(talk)
    return True


def _register(talk: Talk, heard: Heard) -> bool:
    engine.start(talk, "listing", listing_remarks.seed(heard))
    return True


def _price(talk: Talk, heard: Heard) -> bool:
    data: dict[str, Any] = {}
    if heard.slot("listing").isdigit():
        data["listing"] = int(heard.slot("listing"))
    price = listing_remarks.price_in(heard) if heard.slot("amount") else None
    if price:
        data["price"] = price
    engine.start(talk, "pricing", data)
    return True


def _fits(talk: Talk, heard: Heard) -> bool:
    frame = talk.frame
    number = heard.slot("listing") or (frame.data.get("listing", "") if frame and frame.flow == "buying" else "")
    data = {"listing": int(number)} if str(number).isdigit() else {"query": remarks.query_of(heard)}
    engine.start(talk, "fits", {**data, "asked": heard.text[:200]})
    return True


def _leave(talk: Talk, heard: Heard) -> bool:
    """Only the whole message, or one with an object, opts out; a thinner sign is asked about by the ladder."""
    if heard.meaning.confidence < VERY_SURE:
        return False
    wish = "all" if answers.wants_everything_off(heard.text) else "reminders"
    engine.start(talk, "leaving", {"wish": wish})
    return True


def _leave_the_flow(talk: Talk, heard: Heard) -> bool:
    return heard.meaning.confidence >= VERY_SURE and _cancel(talk)


def _charge_by_message(talk: Talk, heard: Heard) -> bool:
    if talk.seller is None:
        return False
    return _call_person("cobrança avulsa: " + heard.text[:120])(talk, heard)


ROUTES: dict[str, Callable[[Talk, Heard], bool]] = {
    "find_part": _buy,
    "quote_shipping": _buy,
    "pay_pix": _pay("pix"),
    "pay_boleto": _pay("boleto"),
    "pay_card": _pay("card"),
    "resend_boleto": _pay("boleto"),
    "payment_claim": _paid,
    "change_due_date": _start("paying", entry="due"),
    "track_order": _orders(all_of_them=False),
    "order_details": _orders(all_of_them=False),
    "list_orders": _orders(all_of_them=True),
    "cancel_order": _cancel_order,
    "cancel_flow": _leave_the_flow,
    "refund": _call_person(""),
    "complaint": _complain,
    "nfe_invoice": _call_person("nota fiscal"),
    "change_address": _call_person("mudar o endereço"),
    "change_carrier": _call_person("trocar a transportadora"),
    "talk_to_human": _person,
    "charge_request": _charge_by_message,
    "help_menu": _start("menu"),
    "privacy_request": _start("my_data"),
    "opt_out": _leave,
    "opt_in": _start("leaving", wish="back"),
    "mark_posted": _posted,
    "undo": _undo,
    "print_label": _start("label"),
    "seller_sales_report": _start("report"),
    "add_product": _register,
    "upload_photo": _register,
    "edit_price": _price,
    "part_fitment": _fits,
}


# --- pictures ---------------------------------------------------------------------------------------------


def photo(talk: Talk, message: Message) -> bool:
    """A picture that no open question waits for: a seller may want to register a part with it."""
    if talk.seller is None or message.media is None or message.text.strip():
        return False
    frame = next((f for f in talk.frames if f.flow == "listing"), None)
    if frame is not None:
        if frame is not talk.frame:
            return False
        kept = photos.take_photo(talk, message)
        talk.say(listing_texts.photo_kept() if kept else listing_texts.photos_full(photos.MOST_PHOTOS))
        engine.resume(talk, back=False)
        return True
    offered = {"id": f"part/{talk.seller.id}/{talk.stored.id}", "url": message.media.url}
    engine.start(talk, "listing", {"offered": offered})
    return True
