"""A buyer cancels an order. The order's lane decides, and its notices report the result."""

from __future__ import annotations

import re

from bot.conversations.flows import orders, reading
from bot.conversations.steps import END, STAY, Flow, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import orders as texts
from bot.domain import lanes
from bot.domain.events import CancelAsked
from bot.domain.order import OrderState

_ANOTHER_KEY = re.compile(r"\b(?:outra|minha|nessa|nesta|essa|noutra) (?:chave|conta)\b|\bchave pix\b")
_GONE = frozenset([OrderState.SHIPPED, OrderState.DELIVERED])
CANCELLABLE = frozenset([OrderState.AWAITING_PAYMENT, OrderState.PAID, OrderState.ACCEPTED])


def _find(talk: Talk) -> str:
    found = orders.find(talk, CANCELLABLE)
    gone = orders.bought(talk, _GONE)
    if found == "none" and gone:
        talk.data["order"] = gone[0].number  # the newest, to explain why it cannot be cancelled
        found = "one"
    if found == "one" and orders.the(talk).state not in CANCELLABLE:
        return "late"
    return found


def _say_none(talk: Talk) -> str:
    talk.say(texts.nothing_to_cancel())
    return "told"


def _say_late(talk: Talk) -> str:
    order = orders.the(talk)
    if order.state is OrderState.SHIPPED:
        return "steps"
    talk.say(texts.cancel_late(order))
    return "told"


def _read_steps(talk: Talk, heard: Heard) -> str | None:
    answer = reading.yes_or_no(talk, heard)
    if answer == "yes":
        talk.say(texts.how_to_refuse(orders.the(talk).number))
    elif answer == "no":
        talk.say(texts.kept(orders.the(talk).number))
    return answer


def _ask_sure(talk: Talk) -> None:
    talk.ask_yes(texts.cancel_sure(orders.the(talk)))


def _another(talk: Talk, heard: Heard) -> int:
    """*Não, o 1001*: another order of theirs that may be cancelled; 0 if none is named."""
    if heard.choice:
        return 0
    named = [n for n in reading.numbers_in(heard.text) if n != int(talk.data["order"])]
    mine = [o.number for o in orders.bought(talk, CANCELLABLE) if o.number in named]
    return mine[0] if len(mine) == 1 else 0


def _read_sure(talk: Talk, heard: Heard) -> str | None:
    other = _another(talk, heard)
    if other:
        talk.data["order"] = other
        return "other"
    if _ANOTHER_KEY.search(heard.folded):
        talk.note(texts.back_to_who_paid())
        _ask_sure(talk)
        return STAY
    answer = reading.yes_to(talk, heard, "cancel")
    if answer == "no":
        talk.say(texts.kept(orders.the(talk).number))
    return answer


def _cancel(talk: Talk) -> str:
    order = orders.the(talk)
    if order.state not in CANCELLABLE:
        talk.say(texts.cancel_late(order))
        return "late"
    asked = CancelAsked(order=order.number, by=talk.person.id, reason="buyer")
    talk.decision.emit(lanes.order(order.number), asked)
    talk.say(texts.cancelling(order.number))
    # nothing more is asked about this order
    talk.frames = [f for f in talk.frames if f is talk.frame or f.data.get("order") != order.number]
    return "asked"


FLOW = Flow(
    name="cancelling",
    title="o cancelamento",
    role="buyer",
    steps=(
        Step(
            "find",
            {"one": "sure", "which": "which", "none": "none", "unknown": "unknown", "late": "late"},
            act=_find,
        ),
        Step("which", {"one": "find"}, ask=orders.ask_which(texts.cancel_which(), CANCELLABLE), read=orders.read_which),
        Step("sure", {"yes": "cancel", "no": END, "other": "find"}, ask=_ask_sure, read=_read_sure),
        Step("cancel", {"asked": END, "late": END}, act=_cancel),
        Step("none", {"told": END}, act=_say_none),
        Step("unknown", {"told": END}, act=orders.say_unknown),
        Step("late", {"told": END, "steps": "steps"}, act=_say_late),
        Step(
            "steps",
            {"yes": END, "no": END},
            ask=lambda talk: talk.ask_yes(texts.cancel_late(orders.the(talk))),
            read=_read_steps,
            once=True,
        ),
    ),
)
