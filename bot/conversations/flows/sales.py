"""What the sellers' flows share: which sale is meant."""

from __future__ import annotations

from collections.abc import Callable, Collection

from bot.conversations.flows import reading
from bot.conversations.steps import STAY
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import selling as texts
from bot.domain import calendar
from bot.domain.order import Order, OrderState

TO_SHIP = frozenset([OrderState.PAID, OrderState.ACCEPTED])
SHOWN = 8


def sold(talk: Talk, states: Collection[OrderState] | None = None) -> list[Order]:
    """The shop's sales, newest first."""
    if talk.seller is None:
        return []
    return [o for o in talk.shop.orders_of_seller(talk.seller.id, 60) if states is None or o.state in states]


def is_mine(talk: Talk, number: int) -> bool:
    order = talk.shop.order(number)
    return order is not None and talk.seller is not None and order.seller_id == talk.seller.id


def named(talk: Talk) -> Order | None:
    number = talk.data.get("order")
    return talk.shop.order(int(number)) if number and is_mine(talk, int(number)) else None


def the(talk: Talk) -> Order:
    order = named(talk)
    if order is None:
        raise LookupError("the sale of this talk is gone")
    return order


def find(talk: Talk, states: Collection[OrderState] | None) -> str:
    """``one``, ``which``, ``none``, ``unknown`` or ``stranger`` (no shop at all)."""
    if talk.seller is None:
        return "stranger"
    if talk.data.get("order"):
        return "one" if named(talk) else "unknown"
    found = sold(talk, states)
    if len(found) == 1:
        talk.data["order"] = found[0].number
        return "one"
    return "which" if found else "none"


def ask_which(text: str, states: Collection[OrderState] | None) -> Callable[[Talk], None]:
    def ask(talk: Talk) -> None:
        found = sold(talk, states)[:SHOWN]
        today = calendar.today(talk.now)
        talk.ask(text, [(str(o.number), texts.row(o, today)) for o in found])

    return ask


def read_which(talk: Talk, heard: Heard) -> str | None:
    if heard.is_act:
        return None
    numbers = reading.numbers_in(heard.text)
    said = heard.choice or heard.slot("order") or (str(numbers[0]) if len(numbers) == 1 else "")
    if not said.isdigit():
        return None
    if not is_mine(talk, int(said)):
        talk.say(texts.unknown(int(said), sold(talk, TO_SHIP)))
        return STAY
    talk.data["order"] = int(said)
    return "one"


def say_unknown(talk: Talk) -> str:
    talk.say(texts.unknown(int(talk.data["order"]), sold(talk, TO_SHIP)))
    return "told"


def say_stranger(talk: Talk) -> str:
    talk.say(texts.not_a_seller())
    return "told"
