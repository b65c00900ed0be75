"""What a message says beyond the open question: the first one's seed, a way of paying in passing, a change of mind."""

from __future__ import annotations

from typing import Any

from bot.conversations.flows import reading
from bot.conversations.flows.buying import facts
from bot.conversations.language import answers
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import buying as texts
from bot.domain.text import fold

METHOD_INTENTS = {"pay_pix": "pix", "pay_boleto": "boleto", "pay_card": "card"}
SURE = 0.6


def seed(heard: Heard) -> dict[str, Any]:
    """What the first message already says."""
    data: dict[str, Any] = {"query": query_of(heard)}
    listing = reading.listing_in(heard)
    if listing:
        data["listing"] = listing
    for slot, name in (("cep", "cep"), ("city", "city_said"), ("uf", "uf_said"), ("doc", "document")):
        if heard.slot(slot):
            data[name] = heard.slot(slot)
    if heard.slot("qty").isdigit():
        data["quantity"] = int(heard.slot("qty"))
    return {**data, **way_of_paying(heard)}


def query_of(heard: Heard) -> str:
    """The words that name the part and its car, with the side; empty if no part is named."""
    if not heard.slot("part"):
        return ""
    sides = [s for s in ("direito", "direita", "esquerdo", "esquerda") if s in heard.folded.split()]
    words = (heard.slot("part"), *sides, heard.slot("vehicle"), heard.slot("year"))
    return " ".join(w for w in words if w)


def way_of_paying(heard: Heard) -> dict[str, Any]:
    """The way of paying, if the message names one in passing (*no pix*, *cartão em 3x*)."""
    found: dict[str, Any] = {}
    intent = METHOD_INTENTS.get(heard.meaning.intent) if heard.meaning.confidence >= SURE else None
    method = intent or answers.payment_method(heard.text)
    if method:
        found["method"] = method
        if method == "card" and heard.slot("installments").isdigit():
            found["installments"] = int(heard.slot("installments"))
    return found


def use(talk: Talk, heard: Heard) -> None:
    frame = talk.frame
    if frame is None or frame.step in ("part", "method", "street", "town"):
        return
    way = way_of_paying(heard)
    if way and way.get("method") != talk.data.get("method"):
        facts.forget(talk, "installments")
    talk.data.update(way)
    if heard.slot("doc"):
        talk.data["document"] = heard.slot("doc")


def turn(talk: Talk, heard: Heard) -> str | None:
    """A new CEP, another part or another way of paying, said at any question."""
    if heard.meaning.confidence < SURE:
        return None
    intent = heard.meaning.intent
    query = query_of(heard) if intent in ("find_part", "quote_shipping") else ""
    cep = reading.cep_in(heard) if intent in ("quote_shipping", "change_address") else None
    listing = reading.listing_in(heard) if intent in ("find_part", "quote_shipping") else None
    if not query and listing:
        facts.forget(talk, "query", "candidates", "quantity")
        facts.forget_quote(talk)
        talk.data["listing"] = listing
        return "search"
    if query:
        facts.forget(talk, "listing", "candidates", "quantity")
        facts.forget_quote(talk)
        talk.data["query"] = query
    if cep:
        facts.forget_place(talk)
        talk.data["cep"] = cep
    if query:
        return "search"
    if cep and talk.data.get("listing"):
        return "look"
    if intent == "change_carrier" and talk.data.get("offers"):
        named = fold(heard.slot("carrier"))
        talk.data.pop("offer", None)
        talk.data.pop("total_shown", None)
        fitting = [o for o in facts.offers(talk) if named and named in fold(f"{o.carrier} {o.service}")]
        if len(fitting) == 1:
            talk.data["offer"] = fitting[0].model_dump()
        return "carrier"
    if intent in METHOD_INTENTS and talk.frame is not None:
        ready = talk.data.get("listing") and (talk.data.get("offer") or talk.data.get("ahead"))
        talk.data.update(way_of_paying(heard))
        if not ready:
            talk.note(f"Anotei: {texts.METHODS[talk.data['method']]}.")
        return "method" if ready else talk.frame.step
    return None
