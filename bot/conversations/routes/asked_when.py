"""When a question of buyers is one about every shop: before a purchase, beside an order, while something comes back."""

from __future__ import annotations

import re

from bot.conversations import engine
from bot.conversations.flows.orders import bought
from bot.conversations.talk import Heard, Talk
from bot.conversations.wishes import slots_as
from bot.domain.order import OrderState

_OF_SELLING = re.compile(r"\bvender\b|\b(?:voces?|vcs) cobram\b(?!.*\b(?:frete|entrega)\b)")


def always(_: Talk, __: Heard) -> bool:
    return True


def before_buying(talk: Talk, heard: Heard) -> bool:
    """Neither in a purchase of a certain part, nor with an order: there the question is about that one."""
    buying = any(f.flow in ("buying", "paying") and (f.data.get("listing") or f.data.get("order")) for f in talk.frames)
    said = slots_as(heard.text, "quote_shipping")
    return not buying and not bought(talk) and not (said.get("part") or said.get("listing") or heard.slot("order"))


def of_no_part(talk: Talk, heard: Heard) -> bool:
    """Nothing is ordered and no part named: otherwise its seller is asked. *400* of *faz por 400?* is no listing."""
    return nothing_ordered(talk, heard) and not slots_as(heard.text, "quote_shipping").get("part")


def before_buying_without_a_cep(talk: Talk, heard: Heard) -> bool:
    """With a destination in the message, the part is asked for instead."""
    return before_buying(talk, heard) and not heard.slot("cep")


def nothing_ordered(talk: Talk, _: Heard) -> bool:
    """Nor is a part being shown: for that one the question is passed on to the seller."""
    return not bought(talk) and not any(f.data.get("listing") for f in talk.frames)


def is_idle(talk: Talk, heard: Heard) -> bool:
    """Nothing is open or ordered: the answer may explain how to begin."""
    return engine.is_idle(talk) and before_buying(talk, heard)


def is_giving_back(talk: Talk, _: Heard) -> bool:
    under_way = any(o.back is not None and o.state is not OrderState.RETURNED for o in bought(talk))
    return under_way or any(f.flow == "returning" for f in talk.frames)


def nothing_under_way(talk: Talk, heard: Heard) -> bool:
    """No return is open, and no order is named: otherwise the question is about that one."""
    return not is_giving_back(talk, heard) and not heard.slot("order")


def has_not_ordered(talk: Talk, heard: Heard) -> bool:
    return not bought(talk) and not heard.slot("order")


def has_ordered(talk: Talk, heard: Heard) -> bool:
    """An order, and no part on the table, whose seller would be asked."""
    return bool(bought(talk)) and not any(f.data.get("listing") for f in talk.frames) and not heard.slot("order")


def is_cancelling(talk: Talk, _: Heard) -> bool:
    return talk.frame is not None and talk.frame.flow == "cancelling"


def nothing_comes_back(talk: Talk, heard: Heard) -> bool:
    over = frozenset([OrderState.CANCELLED, OrderState.RETURNED])
    return not bought(talk, over) and not is_giving_back(talk, heard)


def nothing_is_here(talk: Talk, heard: Heard) -> bool:
    """No order that could be given back now."""
    here = frozenset([OrderState.DELIVERED, OrderState.CLOSED])
    return nothing_under_way(talk, heard) and not bought(talk, here)


def nothing_to_post(talk: Talk, heard: Heard) -> bool:
    return not bought(talk, frozenset([OrderState.PAID, OrderState.ACCEPTED])) and not heard.slot("order")


def is_on_its_way(talk: Talk, _: Heard) -> bool:
    return bool(bought(talk, frozenset([OrderState.SHIPPED])))


def is_joining(talk: Talk, heard: Heard) -> bool:
    return any(f.flow == "joining" for f in talk.frames) or bool(_OF_SELLING.search(heard.folded))


def may_be_a_company(talk: Talk, heard: Heard) -> bool:
    """Not where the document is asked for: there it belongs to that question."""
    asked = talk.frame is not None and talk.frame.step == "document"
    return (
        not asked
        and not heard.slot("doc")
        and bool(re.search(r"\b(?:vende\w*|compr\w+|posso|pode|aceita\w*)\b", heard.folded))
    )


def is_joining_now(talk: Talk, _: Heard) -> bool:
    return any(f.flow == "joining" for f in talk.frames)


def nothing_waits(talk: Talk, _: Heard) -> bool:
    return not bought(talk, frozenset([OrderState.AWAITING_PAYMENT]))


def no_number_said(_: Talk, heard: Heard) -> bool:
    return not slots_as(heard.text, "pay_card").get("installments")
