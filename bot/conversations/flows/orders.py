"""Shared by the flows about a buyer's orders: which order is meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from bot.conversations.flows import meant, reading
from bot.conversations.language import answers, asides
from bot.conversations.steps import STAY
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import orders as texts
from bot.domain.order import Order, OrderState
from bot.domain.text import words

OPEN = frozenset([OrderState.AWAITING_PAYMENT, OrderState.PAID, OrderState.ACCEPTED, OrderState.SHIPPED])
SHOWN = 8
CLEARLY = 0.72
"""Confidence from which a message that names an order has an intent of its own."""
CLEAR = words(
    "cancel_order change_carrier change_address change_due_date refund complaint track_order "
    "pay_pix pay_boleto pay_card"
)
OWN = {
    "paying": words("pay_pix pay_boleto pay_card track_order"),
    "cancelling": words("cancel_order refund"),
    "returning": words("refund complaint cancel_order"),
    "delivery": words("change_carrier change_address"),
    "due_date": words("change_due_date pay_boleto"),
    "tracking": words("track_order"),
}
"""Intents that answer which order a flow is about."""


def bought(talk: Talk, states: Collection[OrderState] | None = None) -> list[Order]:
    """The person's purchases, newest first."""
    return [o for o in talk.purchases if states is None or o.state in states]


def named(talk: Talk) -> Order | None:
    """The order of the frame, if the person bought it. Nobody learns whether somebody else's order exists."""
    number = talk.data.get("order")
    order = talk.shop.order(int(number)) if number else None
    return order if order is not None and order.buyer_id == talk.person.id else None


def the(talk: Talk) -> Order:
    order = named(talk)
    if order is None:
        raise LookupError("the order of this talk is gone")
    return order


def find(talk: Talk, states: Collection[OrderState] | None) -> str:
    """``one``, ``which``, ``none`` or ``unknown``; a named order is taken whatever its state."""
    if talk.data.get("order"):
        return "one" if named(talk) else "unknown"
    found = bought(talk, states)
    if len(found) == 1:
        talk.data["order"] = found[0].number
        return "one"
    return "which" if found else "none"


def ask_which(text: str, states: Collection[OrderState] | None) -> Callable[[Talk], None]:
    def ask(talk: Talk) -> None:
        found = bought(talk, states)[:SHOWN]
        rows = [(str(o.number), texts.row(o)) for o in found]
        talk.ask(text or texts.list_of(len(found)), rows, "" if text else texts.list_end())

    return ask


def _means_else(talk: Talk, heard: Heard) -> bool:
    """*Troca a transportadora do 1001* does not answer which order is to be paid."""
    own = OWN.get(talk.frame.flow if talk.frame else "", frozenset())
    return heard.meaning.intent in CLEAR - own and heard.meaning.confidence >= CLEARLY


_IN_WORDS = (
    (re.compile(r"\bnao (?:\w+ )?(?:pag\w+)\b|\bsem pagar\b"), frozenset([OrderState.AWAITING_PAYMENT])),
    (re.compile(r"\b(?:a caminho|em transito|postad[oa]|enviad[oa])\b"), frozenset([OrderState.SHIPPED])),
    (re.compile(r"\b(?:que )?ja pag\w+\b|\bque paguei\b|^o pago\b"), frozenset([OrderState.PAID, OrderState.ACCEPTED])),
)
"""*O que não paguei*: an order by its state."""


def _by_state(talk: Talk, heard: Heard) -> list[int]:
    states = next((states for shape, states in _IN_WORDS if shape.search(heard.folded)), None)
    return [o.number for o in bought(talk, states)] if states else []


def read_which(talk: Talk, heard: Heard) -> str | None:
    if not heard.choice and (_means_else(talk, heard) or asides.denies_number(heard.text)):
        return None
    if not heard.choice and answers.means_all(heard.text):
        talk.say(texts.one_at_a_time())
        return STAY
    numbers = reading.numbers_in(heard.text) or _by_state(talk, heard)
    said = heard.choice or heard.slot("order") or (str(numbers[0]) if len(numbers) == 1 else "")
    shown = [o for o in bought(talk) if any(x.id.endswith(f":{o.number}") for x in talk.options)]
    if not said and "?" not in heard.text and (one := meant.the_one(shown, heard.text, talk.now)):
        said = str(one.number)
    if not said.isdigit():
        return None
    talk.data["order"] = int(said)
    if named(talk) is None:
        del talk.data["order"]
        talk.say(texts.unknown(int(said), bought(talk)))
        return STAY
    return "one"


def say_unknown(talk: Talk) -> str:
    talk.say(texts.unknown(int(talk.data["order"]), bought(talk)))
    return "told"


def say_nothing_to_pay(talk: Talk) -> str:
    talk.say(texts.nothing_to_pay())
    return "told"


def say_not_payable(talk: Talk) -> str:
    """The order is paid, or ended."""
    order = the(talk)
    paid = order.paid_at is not None and order.state is not OrderState.CANCELLED
    talk.say(texts.already_paid(order.number) if paid else texts.closed(order.number))
    return "told"
