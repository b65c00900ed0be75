"""The freight quote; what is said while quotes are unavailable, and where no carrier delivers."""

from __future__ import annotations

from datetime import timedelta

from bot.conversations.flows import lookup, reading
from bot.conversations.flows.buying import facts, place
from bot.conversations.steps import END, STAY, Outcome, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import buying as texts
from bot.domain.commands import LookUpPostalCode, Parcel, QuoteFreight
from bot.domain.events import Done, Parked

A_QUOTE_MAY_TAKE = timedelta(days=1)
LEADS = {"quoted": "carrier", "none": "no_offer", "refused": "cep"}
"""Where :func:`quoted` leads."""


def _known_quote(talk: Talk) -> str | None:
    return "quoted" if talk.data.get("offers") and not facts.is_old(talk) else None


def _quote(talk: Talk) -> None:
    product = facts.product(talk)
    seller = talk.shop.seller(product.seller_id)
    if seller is None:
        raise LookupError(f"listing {product.listing} has no seller")
    facts.forget_quote(talk)
    talk.data["price"] = product.price  # as shown; a change is announced before anything is ordered
    quantity = facts.quantity(talk)
    if quantity > product.stock:
        quantity = max(1, product.stock)
        talk.data["quantity"] = quantity
        talk.note(texts.only_in_stock(quantity))
    parcel = Parcel(
        sku=product.sku,
        width_cm=product.width_cm,
        height_cm=product.height_cm,
        length_cm=product.length_cm,
        weight_g=product.weight_g,
        value=product.price,
        quantity=quantity,
    )
    wanted = QuoteFreight(origin=seller.address.postal_code, destination=talk.data["cep"], parcels=(parcel,))
    talk.data["_quote"] = talk.want(wanted, lasts=A_QUOTE_MAY_TAKE)
    facts.forget(talk, "down", "refused")


def quoted(talk: Talk, outcome: Outcome) -> str | None:
    """Store the offers of the newest quote; returns the name of the answer."""
    command = outcome.command
    if not isinstance(command, QuoteFreight) or outcome.key != talk.data.get("_quote"):
        return None
    if isinstance(outcome, Parked):
        talk.data["down"] = True
        return "down"
    if not isinstance(outcome, Done):
        talk.data["problem"] = texts.quote_refused()
        facts.forget_place(talk)
        facts.forget(talk, "cep")
        talk.data["_forced"] = "cep"
        return "refused"
    result = outcome.result_as(QuoteFreight.Quoted)
    talk.data["refusals"] = [r.model_dump() for r in result.refusals]
    if not result.offers:
        return "none"
    talk.data["offers"] = [o.model_dump() for o in result.offers[: facts.MOST_CHOICES]]
    talk.data["quoted_at"] = talk.now.isoformat()
    if talk.data.pop("down", False):
        talk.data["came_back"] = True
    return "quoted"


def keep_quote(talk: Talk, outcome: Outcome) -> None:
    """The quote arrived while something else was being asked."""
    if isinstance(outcome.command, LookUpPostalCode) and isinstance(outcome, Done):
        address = lookup.address_in(outcome)
        kept = facts.address(talk)
        if address is not None and kept is not None and kept.postal_code == address.postal_code and not kept.city:
            talk.data["address"] = address.model_dump()
        return
    before = talk.data.get("problem")
    if quoted(talk, outcome) in ("none", "refused"):
        talk.data["refused"] = True
        talk.data.pop("_forced", None)
        if before is None:
            talk.data.pop("problem", None)


def _ask_down(talk: Talk) -> None:
    rows = [("wait", "Ok, espero"), ("seller", "Falar com o vendedor"), ("ahead", "Adiantar meus dados")]
    talk.ask(texts.quote_down(), rows)


def _read_down(talk: Talk, heard: Heard) -> str | None:
    if heard.choice == "wait" or (not heard.choice and reading.yes_or_no(talk, heard) == "yes"):
        talk.say(texts.waiting())
        return STAY
    if heard.choice == "seller":
        _alert_seller_question(talk, "A cotação está fora do ar e o comprador quer falar com o vendedor.")
        talk.say(texts.seller_asked_meanwhile())
        return STAY
    if heard.choice == "ahead":
        talk.data["ahead"] = True
    return heard.choice or None


def _alert_seller_question(talk: Talk, why: str) -> None:
    product = facts.product_of(talk)
    about = f"anúncio {product.listing} ({product.title})" if product else "sem anúncio"
    talk.alert("falar com vendedor", f"{why} Pessoa {talk.person.id}, {about}, CEP {talk.data.get('cep', '-')}.")


def _tell_seller_asked(talk: Talk) -> str:
    talk.say(texts.seller_asked())
    return "told"


def _ask_no_offer(talk: Talk) -> None:
    talk.ask_yes(texts.no_offer(facts.product(talk), talk.data.get("cep", "")))


def _read_no_offer(talk: Talk, heard: Heard) -> str | None:
    if reading.cep_in(heard):
        return place.read_cep(talk, heard)
    answer = reading.yes_or_no(talk, heard)
    if answer == "yes":
        _alert_seller_question(talk, "Nenhuma transportadora atende; o comprador quer combinar a entrega.")
    elif answer == "no":
        talk.say("Tudo bem. Se quiser outra peça ou outro CEP, é só escrever.")
    return answer


def _ask_quoting(talk: Talk) -> None:
    talk.say(texts.quoting(talk.data["cep"]))


STEPS = (
    Step(
        "quote",
        {**place.WHOLE, **LEADS, "down": "meanwhile"},
        ask=_ask_quoting,
        read=place.read_only_cep,
        known=_known_quote,
        enter=_quote,
        result=quoted,
        waits=True,
    ),
    Step(
        "meanwhile",
        {**LEADS, "ahead": "method", "down": "meanwhile"},
        ask=_ask_down,
        read=_read_down,
        result=quoted,
        needs=("listing", "cep"),
    ),
    Step(
        "no_offer",
        {**place.WHOLE, "yes": "asked", "no": END},
        ask=_ask_no_offer,
        read=_read_no_offer,
        needs=("listing", "cep"),
    ),
    Step("asked", {"told": END}, act=_tell_seller_asked),
)
