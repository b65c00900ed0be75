"""Sending what was sold: marking as posted, and the label again."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.conversations.flows import meant, reading, sales
from bot.conversations.steps import END, Flow, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import selling as texts
from bot.domain import lanes
from bot.domain.commands import SendLabel
from bot.domain.events import SaidPosted
from bot.domain.order import Order, OrderState, ShipmentState

UNDO = timedelta(minutes=10)
_LEFT_OUT = re.compile(r"\b(?:falt(?:ou|a)|menos|exceto|ficou|nao foi|so nao)\b")
HAS_LABEL = frozenset([ShipmentState.GENERATED, ShipmentState.POSTED])


def _say_nothing_waits(talk: Talk) -> str:
    """With a sale that is not accepted yet, its *sim* is missing."""
    unanswered = sales.sold(talk, frozenset([OrderState.PAID]))
    talk.say(texts.accept_first(unanswered[0]) if unanswered else texts.nothing_to_ship())
    return "told"


# --- posted -----------------------------------------------------------------------------------------------


def _find_posted(talk: Talk) -> str:
    if talk.data.get("orders"):
        return "named"
    found = sales.sold(talk, frozenset([OrderState.ACCEPTED]))
    if len(found) == 1:
        talk.data["orders"] = [found[0].number]
        return "named"
    return "which" if found else "none"


def _read_posted(talk: Talk, heard: Heard) -> str | None:
    numbers = reading.numbers_in(heard.text)
    if heard.choice:
        numbers = [int(heard.choice)]
    if not numbers:
        return None
    talk.data["orders"] = numbers
    return "named"


def _mark(talk: Talk) -> str:
    marked: list[int] = []
    early: list[Order] = []
    for number in talk.data["orders"]:
        if not sales.is_mine(talk, number):
            talk.note(texts.unknown(number, sales.sold(talk, sales.TO_SHIP)))
            continue
        order = talk.shop.order(number)
        if order is None:
            continue
        if order.state is not OrderState.ACCEPTED:
            early.append(order)
            continue
        event = SaidPosted(order=number, by=talk.person.id, posted=True)
        talk.decision.emit(lanes.order(number), event)
        marked.append(number)
    if early:
        talk.note(texts.posted_not(early))
    talk.data["marked"] = marked
    return "marked" if marked else "nothing"


def _ask_undo(talk: Talk) -> None:
    talk.ask(texts.posted(talk.data["marked"]))


def _read_undo(talk: Talk, heard: Heard) -> str | None:
    left_out = _left_out(talk, heard)
    if left_out is not None:
        _take_back(talk, [left_out])
        return "fine"
    if "desfaz" in heard.folded or reading.yes_or_no(talk, heard) == "no":
        return "undo"
    if reading.yes_or_no(talk, heard) == "yes":
        talk.say(texts.posted_fine())
        return "fine"
    return None


def _left_out(talk: Talk, heard: Heard) -> int | None:
    """*Faltou a vela*, *menos o 1002*: the one of several marked sales that was not posted."""
    marked = [o for n in talk.data["marked"] if (o := talk.shop.order(n)) is not None]
    if len(marked) < 2 or not _LEFT_OUT.search(heard.folded):
        return None
    numbers = reading.numbers_in(heard.text)
    found = [o for o in marked if o.number in numbers] or meant.by_part(marked, heard.text)
    return found[0].number if len(found) == 1 else None


def _undo(talk: Talk) -> str:
    _take_back(talk, talk.data["marked"])
    return "told"


def _take_back(talk: Talk, numbers: list[int]) -> None:
    for number in numbers:
        event = SaidPosted(order=number, by=talk.person.id, posted=False)
        talk.decision.emit(lanes.order(number), event)
    talk.say(texts.undone(numbers))


POSTED = Flow(
    name="posted",
    title="a postagem",
    role="seller",
    lasts=UNDO,
    transient=True,
    steps=(
        Step(
            "find",
            {"named": "mark", "which": "which", "none": "none"},
            act=_find_posted,
        ),
        Step(
            "which",
            {"named": "mark"},
            ask=sales.ask_which(texts.posted_which(), frozenset([OrderState.ACCEPTED])),
            read=_read_posted,
        ),
        Step("mark", {"marked": "undo", "nothing": END}, act=_mark),
        Step("undo", {"undo": "undone", "fine": END}, ask=_ask_undo, read=_read_undo),
        Step("undone", {"told": END}, act=_undo),
        Step("none", {"told": END}, act=_say_nothing_waits),
    ),
)

# --- the label again --------------------------------------------------------------------------------------


def _send_label(talk: Talk) -> str:
    order = sales.the(talk)
    ready = [s for s in order.parcels if s.provider_id and s.state in HAS_LABEL]
    if not ready or order.state not in (OrderState.ACCEPTED, OrderState.SHIPPED):
        talk.say(texts.label_not(order, order.parcel))
        return "told"
    talk.say(texts.label_again(order.number))
    for place, shipment in enumerate(ready, start=1):
        suffix = f"-{place}" if len(ready) > 1 else ""
        talk.send(
            SendLabel(
                to=talk.person.chat, shipment_id=shipment.provider_id, file_name=f"etiqueta-{order.number}{suffix}.pdf"
            )
        )
    return "told"


LABEL = Flow(
    name="label",
    title="a etiqueta",
    role="seller",
    transient=True,
    steps=(
        Step(
            "find",
            {"one": "send", "which": "which", "none": "none", "unknown": "unknown"},
            act=lambda talk: sales.find(talk, frozenset([OrderState.ACCEPTED])),
        ),
        Step(
            "which",
            {"one": "send"},
            ask=sales.ask_which(texts.label_which(), frozenset([OrderState.ACCEPTED])),
            read=sales.read_which,
        ),
        Step("send", {"told": END}, act=_send_label),
        Step("none", {"told": END}, act=_say_nothing_waits),
        Step("unknown", {"told": END}, act=sales.say_unknown),
    ),
)

FLOWS = (POSTED, LABEL)
