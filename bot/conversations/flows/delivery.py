"""*Muda pro sedex*, *errei o endereço*: change an order's carrier or address, if still possible. The order's lane
decides."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.conversations.flows import delivery_place as where
from bot.conversations.flows import lookup, orders, reading
from bot.conversations.steps import END, STAY, Flow, Outcome, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import buying as buying_texts
from bot.conversations.texts import delivery as texts
from bot.domain import lanes
from bot.domain.commands import Parcel, QuoteFreight
from bot.domain.events import DeliveryAsked, Done, Parked
from bot.domain.order import Method, Offer, Order, OrderState, ShipmentState
from bot.domain.text import fold

OPEN = frozenset([OrderState.AWAITING_PAYMENT, OrderState.PAID, OrderState.ACCEPTED])
A_QUOTE_MAY_TAKE = timedelta(hours=4)


def _find(talk: Talk) -> str:
    found = orders.find(talk, OPEN)
    if found != "one":
        return found
    order = orders.the(talk)
    if order.state not in OPEN or order.by_hand or order.seller_says_posted:
        return "late"
    if talk.data.get("wish") != "carrier":
        return "address"
    return "carrier" if order.state is OrderState.AWAITING_PAYMENT else "paid"


def _on_its_way(talk: Talk) -> str:
    """Nothing can be changed here any more: offer a person, who may ask the carrier."""
    sent = orders.bought(talk, frozenset([OrderState.SHIPPED]))
    talk.seed = {"about": str(talk.data.get("words", ""))}
    if sent:
        talk.note(texts.on_its_way_already(sent[0].number))
        talk.seed = {"about": f"pedido #{sent[0].number} em trânsito: {talk.data.get('words', '')}"}
    return "person"


def _say_late(talk: Talk) -> str:
    talk.say(texts.too_late(orders.the(talk)))
    return "told"


def _say_paid(talk: Talk) -> str:
    talk.say(texts.carrier_is_paid(orders.the(talk)))
    return "told"


_ask_which = orders.ask_which(texts.which(), OPEN)


def _read_which(talk: Talk, heard: Heard) -> str | None:
    """The order; a CEP that comes before it is stored."""
    cep = reading.cep_in(heard)
    if not cep:
        return orders.read_which(talk, heard)
    talk.data["cep"] = cep
    talk.note(texts.cep_noted(cep))
    _ask_which(talk)
    return STAY


# --- the carrier ------------------------------------------------------------------------------------------


def _stays(talk: Talk) -> str:
    """Only the carrier changes."""
    talk.data["place"] = orders.the(talk).destination.model_dump()
    return "quote"


def _quote(talk: Talk) -> None:
    order = orders.the(talk)
    seller = talk.shop.seller(order.seller_id)
    products = [(line, talk.shop.product(line.listing)) for line in order.lines]
    talk.data.pop("offers", None)
    talk.data.pop("offer", None)
    parcels = tuple(
        Parcel(
            sku=line.sku,
            width_cm=product.width_cm,
            height_cm=product.height_cm,
            length_cm=product.length_cm,
            weight_g=product.weight_g,
            value=line.unit_price,
            quantity=line.quantity,
        )
        for line, product in products
        if product is not None
    )
    if seller is None or len(parcels) < len(order.lines):
        raise LookupError(f"what order {order.number} is made of")
    wanted = QuoteFreight(
        origin=seller.address.postal_code,
        destination=where.place(talk).postal_code,
        parcels=parcels,
        invoiced=bool(order.nfe_key),
    )
    talk.data["_quote"] = talk.want(wanted, lasts=A_QUOTE_MAY_TAKE)


def _quoted(talk: Talk, outcome: Outcome) -> str | None:
    if not isinstance(outcome.command, QuoteFreight) or outcome.key != talk.data.get("_quote"):
        return None
    if isinstance(outcome, Parked):
        talk.say(texts.quote_down())
        return None
    offers = list(outcome.result_as(QuoteFreight.Quoted).offers) if isinstance(outcome, Done) else []
    if not offers:
        return "none"
    order = orders.the(talk)
    if _is_same_place(talk) and [o.service_id for o in offers] == [order.offer.service_id]:
        return "only_this"
    talk.data["offers"] = [o.model_dump() for o in offers[:6]]
    talk.data["quoted_at"] = talk.now.isoformat()
    return "quoted"


def _is_same_place(talk: Talk) -> bool:
    return where.place(talk).postal_code == orders.the(talk).destination.postal_code


def _offers(talk: Talk) -> list[Offer]:
    """The offers to choose from: if only the carrier changes, all but the current one."""
    found = [Offer.model_validate(o) for o in talk.data.get("offers", [])]
    own = orders.the(talk).offer.service_id
    return [o for o in found if o.service_id != own] if _is_same_place(talk) else found


def _valid_until(talk: Talk) -> datetime:
    quoted = datetime.fromisoformat(talk.data["quoted_at"])
    return quoted + timedelta(minutes=talk.rules.quote_minutes)


def _known_carrier(talk: Talk) -> str | None:
    wished = str(talk.data.pop("carrier", ""))
    if not wished:
        return None
    named = [o for o in _offers(talk) if fold(wished) in fold(f"{o.carrier} {o.service}")]
    if len(named) == 1:
        talk.data["offer"] = named[0].model_dump()
        return "chosen"
    if not named:
        talk.note(texts.not_there(wished))
    return None


def _ask_carrier(talk: Talk) -> None:
    head, tail = texts.choose(_valid_until(talk))
    talk.ask(head, [(o.service_id, buying_texts.offer_row(o)) for o in _offers(talk)], after=tail)


def _read_carrier(talk: Talk, heard: Heard) -> str | None:
    offers = _offers(talk)
    chosen = next((o for o in offers if o.service_id == heard.choice), None)
    if chosen is None and "barat" in heard.folded:
        chosen = min(offers, key=lambda o: o.price)
    if chosen is None and "rapid" in heard.folded:
        chosen = min(offers, key=lambda o: (o.days, o.price))
    if chosen is None and reading.yes_or_no(talk, heard) == "no":
        talk.say(texts.kept(orders.the(talk).number))
        return "no"
    if chosen is None:
        return None
    talk.data["offer"] = chosen.model_dump()
    return "chosen"


def _say_no_offer(talk: Talk) -> str:
    talk.say(texts.no_offer(where.place(talk).postal_code))
    return "told"


def _say_only_this(talk: Talk) -> str:
    talk.say(texts.only_this(orders.the(talk).offer))
    return "told"


# --- confirmation -----------------------------------------------------------------------------------------


def _method(talk: Talk) -> Method:
    charge = orders.the(talk).charge
    return charge.method if charge is not None else Method.PIX


def _ask_sure(talk: Talk) -> None:
    offer = Offer.model_validate(talk.data["offer"])
    talk.ask_yes(texts.sure(orders.the(talk), offer, where.place(talk), _method(talk)))


def _read_sure(talk: Talk, heard: Heard) -> str | None:
    answer = reading.yes_or_no(talk, heard)
    if answer == "yes" and talk.now >= _valid_until(talk):
        talk.note(texts.quote_old())
        return "old"
    if answer == "no":
        talk.say(texts.kept(orders.the(talk).number))
    return answer


def _has_label(order: Order) -> bool:
    """Whether a label is bought, so that it can no longer be made with another address."""
    return any(not s.replaced and s.state in (ShipmentState.BOUGHT, ShipmentState.GENERATED) for s in order.parcels)


def _ask_sure_address(talk: Talk) -> None:
    order = orders.the(talk)
    ask = texts.sure_on_box if _has_label(order) else texts.sure_address
    talk.ask_yes(ask(order, where.place(talk)))


def _read_sure_address(talk: Talk, heard: Heard) -> str | None:
    """A yes, a no, or yet another address."""
    answer = reading.yes_or_no(talk, heard) or where.read_address(talk, heard)
    if answer == "no":
        talk.say(texts.kept(orders.the(talk).number))
    return answer


def _change(talk: Talk) -> str:
    order, offer = orders.the(talk), talk.data.get("offer")
    event = DeliveryAsked(
        order=order.number,
        by=talk.person.id,
        destination=where.place(talk),
        offer=Offer.model_validate(offer) if offer else None,
    )
    talk.decision.emit(lanes.order(order.number), event)
    talk.say(
        texts.changing(order, _method(talk)) if offer else texts.correcting(order.number, passed_on=_has_label(order))
    )
    return "asked"


def _ask_person(talk: Talk) -> None:
    talk.ask_yes(texts.place_is_paid(orders.the(talk)))


def _read_person(talk: Talk, heard: Heard) -> str | None:
    answer = reading.yes_or_no(talk, heard)
    if answer == "yes":
        talk.seed = {"about": f"pedido #{talk.data['order']}, mudar a entrega para o CEP {talk.data['cep']}"}
    elif answer == "no":
        talk.say(texts.kept(orders.the(talk).number))
    return answer


FLOW = Flow(
    name="delivery",
    title="a entrega do pedido",
    role="buyer",
    steps=(
        Step(
            "find",
            {
                "address": "address",
                "carrier": "stays",
                "paid": "paid",
                "which": "which",
                "none": "none",
                "unknown": "unknown",
                "late": "late",
            },
            act=_find,
        ),
        Step("which", {"one": "find"}, ask=_ask_which, read=_read_which),
        Step(
            "address",
            {"said": "weigh"},
            ask=where.ask_address,
            read=where.read_address,
            known=lambda talk: "said" if any(talk.data.get(n) for n in ("cep", "number", "complement")) else None,
            fills=("cep", "number", "complement", "street"),
        ),
        Step("weigh", {"same": "sure_address", "house": "house", "look": "look", "paid": "person"}, act=where.weigh),
        Step(
            "look",
            {"found": "house", "missing": "address"},
            ask=lambda talk: talk.say(texts.looking()),
            enter=lookup.look_up,
            result=where.place_found,
            waits=True,
        ),
        Step(
            "house",
            {"said": "after_house"},
            ask=lambda talk: talk.ask(texts.which_house(where.place(talk))),
            read=where.read_house,
            known=where.known_house,
            fills=("number", "complement"),
            needs=("place",),
        ),
        Step("after_house", {"same": "sure_address", "other": "quote"}, act=where.after_house),
        Step("stays", {"quote": "quote"}, act=_stays),
        Step(
            "quote",
            {"quoted": "carrier", "none": "no_offer", "only_this": "only_this"},
            ask=lambda talk: talk.say(texts.quoting(where.place(talk).postal_code)),
            enter=_quote,
            result=_quoted,
            waits=True,
        ),
        Step(
            "carrier",
            {"chosen": "sure", "no": END},
            ask=_ask_carrier,
            read=_read_carrier,
            known=_known_carrier,
            fills=("offer",),
            needs=("offers",),
        ),
        Step("sure", {"yes": "change", "no": END, "old": "quote"}, ask=_ask_sure, read=_read_sure, needs=("offer",)),
        Step(
            "sure_address",
            {"yes": "change", "no": END, "said": "weigh"},
            ask=_ask_sure_address,
            read=_read_sure_address,
            needs=("place",),
        ),
        Step("change", {"asked": END}, act=_change),
        Step("person", {"yes": ">person", "no": END}, ask=_ask_person, read=_read_person),
        Step("paid", {"told": END}, act=_say_paid),
        Step("no_offer", {"told": END}, act=_say_no_offer),
        Step("only_this", {"told": END}, act=_say_only_this),
        Step("none", {"person": ">offer"}, act=_on_its_way),
        Step("unknown", {"told": END}, act=orders.say_unknown),
        Step("late", {"told": END}, act=_say_late),
    ),
)
