"""Somebody was charged by message: who pays, and the order without freight. A refusal is reported to the shop."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.conversations.flows import reading
from bot.conversations.flows.buying import remarks
from bot.conversations.language import answers
from bot.conversations.steps import END, STAY, Flow, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import buying as buying_texts
from bot.conversations.texts import collecting as texts
from bot.domain import lanes, split
from bot.domain.events import ChargeOffered, Notice, OrderPlaced
from bot.domain.order import Line, Offer, Order, Recipient
from bot.domain.text import words

STANDS = timedelta(hours=24)
"""How long a charge waits for the payer's answer."""
_UNKNOWN = words("desconheco reconheco recuso recusar golpe engano")


def timer_of(offer_id: str) -> str:
    return f"offer/{offer_id}"


def place(talk: Talk, offer: ChargeOffered, offer_id: str, *, name: str, document: str) -> Order | None:
    """Write the order and start its lane; the seller is told its number. None if the shop cannot be paid any more."""
    seller = talk.shop.seller(offer.seller_id)
    if seller is None or not seller.active or not seller.wallet_id:
        return None
    number = talk.shop.next_order_number()
    phone = next((i for i in talk.person.identifiers if i.isdigit()), "")
    order = Order(
        number=number,
        buyer_id=talk.person.id,
        seller_id=seller.id,
        lines=(Line(listing=0, sku="", title=offer.title, quantity=1, unit_price=offer.amount),),
        goods=offer.amount,
        freight=0,
        fee=split.fee(offer.amount, talk.rules.fee_percent),
        offer=Offer(service_id="", carrier="", service="", price=0, cost=0, days=0),
        destination=seller.address,
        recipient=Recipient(name=name, document=document, email=talk.person.email, phone=phone),
        created_at=talk.now,
    )
    talk.decision.write(order)
    talk.know(name=name, document=document)
    talk.decision.cancel_timer(timer_of(offer_id))
    talk.decision.emit(lanes.order(number), OrderPlaced(order=number, method=offer.method))
    tell_seller(talk, offer, offer_id, "charge_taken", number)
    return order


def tell_seller(talk: Talk, offer: ChargeOffered, offer_id: str, name: str, order: int = 0) -> None:
    seller = talk.shop.seller(offer.seller_id)
    person = talk.shop.person(seller.person_id) if seller else None
    if person is None:
        return
    data = {"amount": str(offer.amount), "title": offer.title, "buyer": offer.name, "reference": offer.reference}
    notice = Notice(key=f"offer-{offer_id}/{name}", name=name, person_id=person.id, order=order, data=data)
    talk.decision.emit(person.lane, notice, key=f"notice/{notice.key}")


def seed(offer: ChargeOffered, offer_id: str) -> dict[str, Any]:
    return {"offer": offer.model_dump(mode="json"), "offer_id": offer_id}


def _offer(talk: Talk) -> ChargeOffered:
    return ChargeOffered.model_validate(talk.data["offer"])


def _ask_document(talk: Talk) -> None:
    offer = _offer(talk)
    seller = talk.shop.seller(offer.seller_id)
    talk.ask(texts.offer(seller.name if seller else "", offer.amount, offer.title, offer.method))


def _read_document(talk: Talk, heard: Heard) -> str | None:
    document = remarks.document_in(heard)
    if document:
        talk.data["document"] = document
        return "said"
    if reading.yes_or_no(talk, heard) == "no" or set(heard.folded.split()) & _UNKNOWN:
        return "declined"
    if sum(c.isdigit() for c in heard.text) >= 8:
        talk.say(buying_texts.wrong_document())
        return STAY
    if reading.yes_or_no(talk, heard) == "yes":
        talk.ask(buying_texts.which_document())
        return STAY
    return None


def _known_name(talk: Talk) -> str | None:
    return "said" if talk.data.get("name") or talk.person.name else None


def _read_name(talk: Talk, heard: Heard) -> str | None:
    name, _, _ = answers.name_and_number(heard.text)
    if not name:
        return None
    if " " not in name:
        talk.say(buying_texts.whole_name(name))
        return STAY
    talk.data["name"] = name
    return "said"


def _place(talk: Talk) -> str:
    offer = _offer(talk)
    name = str(talk.data.get("name") or talk.person.name)
    order = place(talk, offer, str(talk.data["offer_id"]), name=name, document=talk.data["document"])
    talk.say(texts.placed(order.number, offer.amount, offer.method) if order else texts.gone())
    return "told"


def _decline(talk: Talk) -> str:
    offer_id = str(talk.data["offer_id"])
    talk.decision.cancel_timer(timer_of(offer_id))
    tell_seller(talk, _offer(talk), offer_id, "charge_declined")
    talk.say(texts.declined())
    return "told"


FLOW = Flow(
    name="payer",
    title="a cobrança",
    role="buyer",
    lasts=STANDS,
    steps=(
        Step(
            "document",
            {"said": "name", "declined": "decline"},
            ask=_ask_document,
            read=_read_document,
            fills=("document",),
            hint=buying_texts.HINT_DOCUMENT,
        ),
        Step(
            "name",
            {"said": "place"},
            ask=lambda talk: talk.ask(texts.payer_name()),
            read=_read_name,
            known=_known_name,
            fills=("name",),
            free=True,
        ),
        Step("place", {"told": END}, act=_place),
        Step("decline", {"told": END}, act=_decline),
    ),
)
