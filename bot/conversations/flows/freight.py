"""A shop asks for the freight of its own part, for a customer at the counter."""

from __future__ import annotations

from datetime import timedelta

from bot.conversations.flows import parts, reading
from bot.conversations.steps import END, STAY, Flow, Outcome, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import inventory as texts
from bot.conversations.texts import places as place_texts
from bot.domain.commands import Parcel, QuoteFreight
from bot.domain.events import Done, Parked
from bot.domain.order import Offer

AT_THE_COUNTER = timedelta(minutes=15)
"""Then the customer at the counter is gone: a later quote is not sent."""


def _find(talk: Talk) -> str:
    return "one" if parts.own(talk) is not None else "which"


def _ask_cep(talk: Talk) -> None:
    part = parts.own(talk)
    if part is not None:
        talk.ask(texts.freight_to_where(part))


def _read_cep(talk: Talk, heard: Heard) -> str | None:
    cep = reading.cep_in(heard)
    if cep:
        talk.data["cep"] = cep
        return "said"
    digits = reading.lone_digits(heard)
    if digits:
        talk.say(place_texts.cep_digits(len(digits)))
        return STAY
    return None


def _read_again(talk: Talk, heard: Heard) -> str | None:
    """*E pra 01310-100?*: the same part to another place; anything else is another intent."""
    if heard.slot("part") or heard.slot("listing") or not reading.cep_in(heard):
        return None
    return _read_cep(talk, heard)


def _quote(talk: Talk) -> None:
    part = parts.own(talk)
    if part is None or talk.seller is None:
        raise LookupError("the part of this talk is gone")
    parcel = Parcel(
        sku=part.sku,
        width_cm=part.width_cm,
        height_cm=part.height_cm,
        length_cm=part.length_cm,
        weight_g=part.weight_g,
        value=part.price,
        quantity=1,
    )
    wanted = QuoteFreight(origin=talk.seller.address.postal_code, destination=talk.data["cep"], parcels=(parcel,))
    talk.want(wanted, lasts=AT_THE_COUNTER)


def _quoted(talk: Talk, outcome: Outcome) -> str | None:
    if not isinstance(outcome.command, QuoteFreight):
        return None
    if isinstance(outcome, Parked):
        talk.say(texts.freight_down())
        return None
    offers: tuple[Offer, ...] = ()
    if isinstance(outcome, Done):
        offers = outcome.result_as(QuoteFreight.Quoted).offers
    talk.data["offers"] = [o.model_dump() for o in offers]
    return "offers" if offers else "none"


def _tell(talk: Talk) -> str:
    part, offers = parts.own(talk), [Offer.model_validate(o) for o in talk.data["offers"]]
    if part is not None:
        talk.say(texts.freight(part, talk.data["cep"], offers, talk.rules.public_url))
    return "told"


def _tell_none(talk: Talk) -> str:
    talk.say(texts.freight_none(talk.data["cep"]))
    return "told"


FLOW = Flow(
    name="freight",
    title="a cotação do frete",
    role="seller",
    transient=True,
    steps=(
        Step("find", {"one": "cep", "which": "which"}, act=_find),
        Step("which", {"one": "cep"}, ask=parts.ask_which, read=parts.read_part),
        Step(
            "cep",
            {"said": "quote"},
            ask=_ask_cep,
            read=_read_cep,
            known=lambda talk: "said" if talk.data.get("cep") else None,
            fills=("cep",),
        ),
        Step(
            "quote",
            {"offers": "tell", "none": "none"},
            ask=lambda talk: talk.say(texts.freight_asked()),
            enter=_quote,
            result=_quoted,
            waits=True,
        ),
        Step("tell", {"told": "again"}, act=_tell),
        Step("again", {"said": "quote"}, read=_read_again, once=True),
        Step("none", {"told": END}, act=_tell_none),
    ),
)
