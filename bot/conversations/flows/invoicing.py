"""What a seller provides for a parcel, before or after its label: the NF-e key, and the box."""

from __future__ import annotations

import re

from bot.conversations.flows import reading, sales
from bot.conversations.language import answers
from bot.conversations.steps import END, STAY, Flow, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import invoicing as texts
from bot.conversations.texts import listing as listing_texts
from bot.conversations.texts import selling as selling_texts
from bot.domain import lanes, nfe
from bot.domain.events import InvoiceGiven, MeasuresGiven
from bot.domain.order import Order, OrderState, ShipmentState

_NO_NOTE = re.compile(
    r"\b(?:dc-?e|declaracao|sem (?:a )?nota|nao (?:tenho|tem|emito|vou emitir|temos)(?: \w+){0,2} nota)\b"
)
_NONE = re.compile(r"^(?:nao tenho|sem nota|nao tem|nao)\W*$")
"""Says so in answer to the question for the key."""
_AS_IS = re.compile(r"\bdeixa (?:assim|como esta)\b")
_LIKE_A_KEY = re.compile(r"(?<!\w)(?:\d[\s.\-/]*){38,46}(?!\w)")
_KEY_ON = re.compile(r"\d[\d.\-/ ]{3}.*", re.DOTALL)
UNUSED = frozenset({ShipmentState.IN_CART, ShipmentState.BOUGHT, ShipmentState.GENERATED})


def wants_no_note(folded: str) -> bool:
    return _NO_NOTE.search(folded) is not None or _NONE.search(folded) is not None


def is_like_a_key(text: str) -> bool:
    """Whether a text contains a key, or a run of digits that looks like an attempt at one."""
    return nfe.read_key(text) is not None or _LIKE_A_KEY.search(text) is not None


def besides(folded: str) -> str:
    """What a message says before a key, and apart from that there is no note: *tenho, mas sem nota*."""
    return _NO_NOTE.sub(" ", _KEY_ON.sub("", folded) if is_like_a_key(folded) else folded)


def _has_label(order: Order) -> bool:
    return any(s.state in UNUSED or s.asked for s in order.parcels)


def _find(talk: Talk) -> str:
    found = sales.find(talk, sales.TO_SHIP)
    if found != "one":
        return found
    order = sales.the(talk)
    if order.by_hand:
        talk.say(texts.by_hand(order.number))
        return "told"
    if order.state not in sales.TO_SHIP:
        talk.say(texts.too_late(order))
        return "told"
    return "one"


# --- the NF-e ---------------------------------------------------------------------------------------------


def _known_key(talk: Talk) -> str | None:
    if talk.data.pop("declared", False):
        talk.data["key"] = ""
        return "declared"
    return "said" if talk.data.get("key") else None


def _ask_key(talk: Talk) -> None:
    order = sales.the(talk)
    talk.ask(texts.which_key(order.number, label=_has_label(order)))


def _read_key(talk: Talk, heard: Heard) -> str | None:
    media = heard.message.media
    key = nfe.read_key(heard.text) or (nfe.named(media.file_name) if media is not None else None)
    if key is None and media is not None and not heard.text:
        talk.say(texts.no_file())
        return STAY
    if key is not None:
        talk.data["key"] = key
        return "said"
    if _AS_IS.search(heard.folded):
        return "as_is"
    if wants_no_note(heard.folded):
        talk.data["key"] = ""
        return "declared"
    if sum(c.isdigit() for c in heard.text) < 12:
        return None
    talk.say(texts.key_problem(nfe.key_problem(heard.text)))
    return STAY


def _check_key(talk: Talk) -> str:
    """Whether the key is valid for this parcel: an NF-e, of this shop, of no other sale."""
    key, order = str(talk.data["key"]), sales.the(talk)
    if not nfe.goes_with_a_parcel(key):
        del talk.data["key"]
        talk.note(texts.till_receipt())
        return "again"
    other = next((o for o in sales.sold(talk) if o.nfe_key == key and o.number != order.number), None)
    if other is not None:
        del talk.data["key"]
        talk.note(texts.used_before(other.number))
        return "again"
    talk.note(texts.key_right(key))
    own = talk.seller is not None and nfe.is_of(key, talk.seller.document)
    return "right" if own else "other"


def _ask_issuer(talk: Talk) -> None:
    document = talk.seller.document if talk.seller else ""
    talk.ask_yes(texts.other_issuer(str(talk.data["key"]), document))


def _read_issuer(talk: Talk, heard: Heard) -> str | None:
    answer = reading.yes_or_no(talk, heard)
    if answer == "no":
        del talk.data["key"]
    return answer


def _label(talk: Talk) -> str:
    order = sales.the(talk)
    same = order.nfe_key == talk.data["key"]
    return "there" if _has_label(order) and not same else "none"


def _ask_remake(talk: Talk) -> None:
    talk.ask_yes(texts.remake(sales.the(talk).number, str(talk.data["key"])))


def _invoiced(talk: Talk, *, remake: bool) -> Order:
    order = sales.the(talk)
    event = InvoiceGiven(order=order.number, by=talk.person.id, nfe_key=talk.data["key"], remake=remake)
    talk.decision.emit(lanes.order(order.number), event)
    return order


def _note(talk: Talk) -> str:
    number = _invoiced(talk, remake=False).number
    talk.say(texts.noted(number) if talk.data["key"] else texts.declared(number))
    return "told"


def _remake(talk: Talk) -> str:
    talk.say(texts.remaking(_invoiced(talk, remake=True).number))
    return "told"


def _as_is(talk: Talk) -> str:
    talk.say(texts.left_as_is(sales.the(talk).number))
    return "told"


_FOUND = {
    "one": "key",
    "which": "which",
    "none": "none",
    "unknown": "unknown",
    "told": END,
}


def _say_none(talk: Talk) -> str:
    talk.say(selling_texts.nothing_to_ship())
    return "told"


INVOICE = Flow(
    name="invoice",
    title="a nota fiscal",
    role="seller",
    steps=(
        Step("find", _FOUND, act=_find),
        Step("which", {"one": "find"}, ask=sales.ask_which(texts.which_sale(), sales.TO_SHIP), read=sales.read_which),
        Step(
            "key",
            {"said": "check", "declared": "label", "as_is": "as_is"},
            ask=_ask_key,
            read=_read_key,
            known=_known_key,
            fills=("key",),
            media=("image", "document"),
            hint=texts.HINT_KEY,
        ),
        Step("check", {"right": "label", "other": "issuer", "again": "key"}, act=_check_key),
        Step("issuer", {"yes": "label", "no": "key"}, ask=_ask_issuer, read=_read_issuer),
        Step("label", {"there": "remake", "none": "note"}, act=_label),
        Step("remake", {"yes": "again", "no": "as_is"}, ask=_ask_remake, read=reading.yes_or_no),
        Step("note", {"told": END}, act=_note),
        Step("again", {"told": END}, act=_remake),
        Step("as_is", {"told": END}, act=_as_is),
        Step("none", {"told": END}, act=_say_none),
        Step("unknown", {"told": END}, act=sales.say_unknown),
    ),
)

# --- the box ----------------------------------------------------------------------------------------------


def _find_box(talk: Talk) -> str:
    found = _find(talk)
    if found == "one" and len(sales.the(talk).offer.volumes) > 1:
        talk.say(texts.several_parcels(sales.the(talk).number))
        return "told"
    return found


def _read_box(talk: Talk, heard: Heard) -> str | None:
    box = answers.weight_and_size(heard.text)
    if box is None:
        if not any(c.isdigit() for c in heard.text):
            return None
        talk.say(listing_texts.box_wrong(*answers.half_a_box(heard.text)))
        return STAY
    talk.data["box"] = list(box)
    return "said"


def _ask_sure(talk: Talk) -> None:
    order = sales.the(talk)
    talk.ask_yes(texts.box_sure(order.number, texts.size(*talk.data["box"]), label=_has_label(order)))


def _read_sure(talk: Talk, heard: Heard) -> str | None:
    answer = reading.yes_or_no(talk, heard)
    if answer == "no":
        talk.say(texts.left_as_is(sales.the(talk).number))
    return answer


def _measured(talk: Talk) -> str:
    order = sales.the(talk)
    if order.state not in (OrderState.PAID, OrderState.ACCEPTED):
        talk.say(texts.too_late(order))
        return "told"
    grams, width, height, length = talk.data["box"]
    event = MeasuresGiven(
        order=order.number,
        by=talk.person.id,
        width_cm=width,
        height_cm=height,
        length_cm=length,
        weight_g=grams,
    )
    talk.decision.emit(lanes.order(order.number), event)
    talk.say(texts.remaking(order.number) if _has_label(order) else texts.box_noted(order.number))
    return "told"


BOX = Flow(
    name="box",
    title="as medidas",
    role="seller",
    steps=(
        Step("find", {**_FOUND, "one": "box"}, act=_find_box),
        Step(
            "which", {"one": "find"}, ask=sales.ask_which(texts.which_box_sale(), sales.TO_SHIP), read=sales.read_which
        ),
        Step(
            "box",
            {"said": "sure"},
            ask=lambda talk: talk.ask(texts.box_now(sales.the(talk))),
            read=_read_box,
            known=lambda talk: "said" if talk.data.get("box") else None,
            fills=("box",),
            hint=listing_texts.HINT_BOX,
        ),
        Step("sure", {"yes": "tell", "no": END}, ask=_ask_sure, read=_read_sure),
        Step("tell", {"told": END}, act=_measured),
        Step("none", {"told": END}, act=_say_none),
        Step("unknown", {"told": END}, act=sales.say_unknown),
    ),
)

FLOWS = (INVOICE, BOX)
