"""Shared by the sellers' flows: which sale is meant."""

from __future__ import annotations

from collections.abc import Callable, Collection

from bot.conversations.flows import meant, reading
from bot.conversations.steps import STAY
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import selling as texts
from bot.domain import calendar
from bot.domain.order import Order, OrderState
from bot.domain.people import Seller

Fitting = Collection[OrderState] | Callable[[Order], bool] | None
"""Which sales count: those in some states, those that satisfy a predicate, or all."""
TO_SHIP = frozenset([OrderState.PAID, OrderState.ACCEPTED])
SHOWN = 8


def seller(talk: Talk) -> Seller:
    """The person's shop, in a seller's flow."""
    if talk.seller is None:
        raise LookupError("the shop of this talk is gone")
    return talk.seller


def sold(talk: Talk, fitting: Fitting = None) -> list[Order]:
    """The shop's sales, newest first."""
    if fitting is None:
        return list(talk.sales)
    return [o for o in talk.sales if (fitting(o) if callable(fitting) else o.state in fitting)]


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


def find(talk: Talk, fitting: Fitting) -> str:
    """``one``, ``which``, ``none`` or ``unknown``; a named sale is taken whatever its state."""
    if talk.data.get("order"):
        return "one" if named(talk) else "unknown"
    found = sold(talk, fitting)
    if len(found) == 1:
        talk.data["order"] = found[0].number
        return "one"
    return "which" if found else "none"


def find_waiting(talk: Talk, waits: Callable[[Order], bool]) -> str:
    """Like :func:`find`, for sales that wait for something; a named one that does not wait is ``none``."""
    found = find(talk, waits)
    return "none" if found == "one" and not waits(the(talk)) else found


def ask_which(text: str, fitting: Fitting) -> Callable[[Talk], None]:
    def ask(talk: Talk) -> None:
        found = sold(talk, fitting)[:SHOWN]
        today = calendar.today(talk.now)
        talk.ask(text, [(str(o.number), texts.row(o, today)) for o in found])

    return ask


def read_which(talk: Talk, heard: Heard) -> str | None:
    if heard.is_act:
        return None
    numbers = reading.numbers_in(heard.text)
    said = heard.choice or heard.slot("order") or (str(numbers[0]) if len(numbers) == 1 else "")
    shown = [o for o in sold(talk) if any(x.id.endswith(f":{o.number}") for x in talk.options)]
    if not said and "?" not in heard.text and (one := meant.the_one(shown, heard.text, talk.now)):
        said = str(one.number)
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
