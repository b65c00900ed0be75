"""The final yes, and the order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.conversations.flows import reading
from bot.conversations.flows.buying import facts, place, quoting, remarks
from bot.conversations.steps import END, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import buying as texts
from bot.domain import lanes, split
from bot.domain.decision import StockMove
from bot.domain.events import OrderPlaced
from bot.domain.order import Line, Order, Recipient
from bot.domain.people import Address
from bot.domain.shop import on_sale


def _check_offer(talk: Talk) -> str:
    """Whether there is an offer to confirm, offers to choose from, or still a quote to wait for."""
    if facts.offer(talk):
        return "chosen"
    if talk.data.get("refused"):
        return "none"
    return "choose" if talk.data.get("offers") and not facts.is_old(talk) else "later"


def _known_yes(talk: Talk) -> str | None:
    return "yes" if talk.data.get("total_shown") or talk.data.get("agreed") else None


def _whole_address(talk: Talk) -> Address:
    address = facts.address(talk)
    if address is None:
        raise LookupError("no address")
    kept = talk.data
    return address.but(
        street=kept.get("street") or address.street,
        city=address.city or kept.get("town", ""),
        number=facts.number(talk),
        complement=kept.get("complement", "") if kept.get("number") else address.complement,
    )


def _ask_confirm(talk: Talk) -> None:
    offer = facts.offer(talk)
    if offer is not None:
        where = _whole_address(talk)
        product, quantity, method = facts.product(talk), facts.quantity(talk), talk.data["method"]
        talk.ask_yes(texts.confirm(product, quantity, offer, method, facts.name(talk), where))


def _place(talk: Talk) -> str:
    """Write the order, if nothing has changed since the buyer's yes."""
    product, offer, quantity = facts.product_of(talk), facts.offer(talk), facts.quantity(talk)
    if offer is None or facts.is_old(talk):
        talk.note(texts.quote_old())
        facts.forget_quote(talk)
        return "old"
    if product is None or not on_sale(talk.shop, product, quantity):
        talk.data["problem"] = texts.sold(product.title if product else "Essa peça")
        if product is not None:
            talk.data["tried"], talk.data["gone"] = product.title, product.listing
        facts.forget(talk, "listing", "query", "candidates", "quantity")
        facts.forget_quote(talk)
        return "sold"
    if talk.data.get("price", product.price) != product.price:
        talk.note(texts.price_changed(product))
        talk.data["price"] = product.price
        facts.forget(talk, "total_shown", "agreed")
        return "changed"
    seller = talk.shop.seller(product.seller_id)
    if seller is None or (talk.seller is not None and talk.seller.id == seller.id):
        talk.data["problem"] = texts.own_part()
        facts.forget(talk, "listing", "query", "candidates")
        return "sold"
    number, goods, address = talk.shop.next_order_number(), product.price * quantity, _whole_address(talk)
    line = Line(
        listing=product.listing, sku=product.sku, title=product.title, quantity=quantity, unit_price=product.price
    )
    phone = next((i for i in talk.person.identifiers if i.isdigit()), "")
    order = Order(
        number=number,
        buyer_id=talk.person.id,
        seller_id=seller.id,
        lines=(line,),
        goods=goods,
        freight=offer.price,
        fee=split.fee(goods, talk.rules.fee_percent),
        offer=offer,
        destination=address,
        recipient=Recipient(name=facts.name(talk), document=facts.document(talk), email=talk.person.email, phone=phone),
        created_at=talk.now,
    )
    talk.decision.write(order, StockMove(product.listing, quantity))
    if facts.is_gift(talk):
        talk.know(document=talk.person.document or ("" if facts.is_anothers(talk) else facts.document(talk)))
    elif not facts.is_anothers(talk):
        talk.know(name=facts.name(talk), document=facts.document(talk), address=address)
    elif talk.person.address is None:
        talk.know(address=address)
    method, installments = talk.data["method"], int(talk.data.get("installments", 1))
    talk.decision.emit(lanes.order(number), OrderPlaced(order=number, method=method, installments=installments))
    later = str(talk.data.get("later") or "")
    goes_to = "" if talk.data.get("agreed") else texts.goes_to(order.recipient.name, address)
    parts = (texts.placed(number, method), goes_to, texts.next_part(later) if later else "")
    talk.say("\n".join(filter(None, parts)))
    talk.seed = remarks.following(later) if later else {}
    return "more" if later else "placed"


def _ask_ready(talk: Talk) -> None:
    talk.say(texts.everything_ready())


def about(talk: Talk, data: Mapping[str, Any]) -> str:
    """The purchase in words, for the person who takes over."""
    product = talk.shop.product(int(data["listing"])) if data.get("listing") else None
    return f"compra de {product.title}" if product else ""


def lost(talk: Talk) -> str:
    product = facts.product_of(talk)
    return texts.lost(product.title) if product else ""


def _read_confirm(talk: Talk, heard: Heard) -> str | None:
    answer = reading.yes_or_no(talk, heard)
    if answer == "yes":
        talk.data["agreed"] = True
    elif answer == "no":
        facts.forget(talk, "offer", "total_shown", "agreed")
        talk.note("Sem problema, nada foi pedido.")
    return answer


STEPS = (
    Step("check", {"chosen": "confirm", "choose": "carrier", "later": "ready", "none": "no_offer"}, act=_check_offer),
    Step(
        "ready",
        {**place.WHOLE, **quoting.LEADS, "down": "ready"},
        ask=_ask_ready,
        read=place.read_only_cep,
        result=quoting.quoted,
        needs=("listing", "cep"),
    ),
    Step(
        "confirm",
        {"yes": "place", "no": "carrier"},
        ask=_ask_confirm,
        read=_read_confirm,
        known=_known_yes,
        needs=("listing", "cep", "offer", "method"),
    ),
    Step(
        "place",
        {"placed": END, "more": ">left", "old": "quote", "sold": "part", "changed": "confirm"},
        act=_place,
    ),
)
