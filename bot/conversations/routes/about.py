"""What a message refers to: the orders it names, bought or sold, and the open subject."""

from __future__ import annotations

import re

from bot.conversations import engine
from bot.conversations.flows import meant
from bot.conversations.flows.orders import OPEN, bought
from bot.conversations.flows.sales import is_mine, sold
from bot.conversations.talk import Heard, Talk
from bot.domain.order import OrderState
from bot.domain.text import fold, words

_THIS_ONE = re.compile(r"\b(?:ess[ea]|est[ea]|dess[ea]|dest[ea]) (?:pedido|compra|venda|ai|mesm[oa])\b")
_SOMEBODY = re.compile(r"(?<!\w)(?:d?[aoe]|pr[ao]|n[ao]) ([a-z]{2,})\b")
_UNDER_WAY = frozenset([OrderState.AWAITING_PAYMENT, OrderState.PAID, OrderState.ACCEPTED])
_AT_HOME = frozenset([OrderState.DELIVERED])
_OF_ORDERS = words("cancel_order track_order order_details refund complaint change_address change_carrier")
SURE = 0.5
OF_BUYER = words("comprei compra compras pedido pedidos")


def orders_in(heard: Heard, talk: Talk) -> list[int]:
    """Orders that a message names, by number or tracking code, in its text or in the quoted message, or by *this one*
    for the one being shown."""
    named = [int(n) for n in heard.slot("order").split(",") if n.strip().isdigit()]
    if named:
        return named
    if code := heard.slot("tracking"):
        theirs = (*talk.purchases, *talk.sales)
        sent = [o.number for o in theirs if any(s.tracking.upper() == code for s in o.shipments)]
        if sent:
            return sent[:1]
    shown = talk.frame.data.get("order") if talk.frame is not None else None
    if shown and _THIS_ONE.search(heard.folded):
        return [int(shown)]
    quoted = talk.shop.sent_message(heard.message.reply_to) if heard.message.reply_to else None
    if quoted is not None:
        return [int(n) for n in re.findall(r"#(\d{3,9})", quoted.text)[:1]]
    return _of_buyer(heard, talk) or _of_part(heard, talk)


def _of_buyer(heard: Heard, talk: Talk) -> list[int]:
    """The open sale to the buyer whose first name is given (*o da Marina*), as a shop says it."""
    said = {m[1] for m in _SOMEBODY.finditer(heard.folded)}
    named = [o.number for o in sold(talk, _UNDER_WAY) if said and fold(o.recipient.name).split(" ")[0] in said]
    return named if len(named) == 1 else []


def _of_part(heard: Heard, talk: Talk) -> list[int]:
    """The open purchase, otherwise the delivered one, whose part is named together with an order (*cancela a
    lanterna*): no other order is meant, even if there is only one."""
    if heard.meaning.intent not in _OF_ORDERS or heard.meaning.confidence < SURE:
        return []
    for states in (OPEN, _AT_HOME):
        found = meant.by_part(bought(talk, states), heard.text)
        if found:
            return [found[0].number] if len(found) == 1 else []
    return []


def sales_in(heard: Heard, talk: Talk) -> list[int] | None:
    """The named orders that the person's shop has sold; None if only others are named: people learn nothing more about
    those than that they are not theirs, and no other sale is shown in their place."""
    named = orders_in(heard, talk)
    mine = [number for number in named if is_mine(talk, number)]
    return mine if mine or not named else None


def is_sale(talk: Talk, heard: Heard) -> bool:
    """Whether a question about orders is a seller's: decided by the order named, then by the words, then by having a
    shop."""
    if talk.seller is None:
        return False
    named = orders_in(heard, talk)
    if named:
        order = talk.shop.order(named[0])
        return order is None or order.buyer_id != talk.person.id
    said = set(heard.folded.split())
    if said & words("comprei compra compras") and not said & words("vendas venda"):
        return False
    if said & OF_BUYER and not said & words("vendas venda enviar postar"):
        return not bought(talk) or heard.slot("status") == "to_ship"
    return True


def is_named_sale(talk: Talk, numbers: list[int]) -> bool:
    """Whether the order named is one that the person sold."""
    return bool(numbers) and is_mine(talk, numbers[0])


def named(talk: Talk, number: int) -> str:
    """``venda #1042`` for its seller, ``pedido #1042`` for its buyer. For any other order, existing or not, the person
    of the shop is told that it is not theirs."""
    order = talk.shop.order(number)
    if is_mine(talk, number):
        return f"venda #{number}"
    bought_it = order is not None and order.buyer_id == talk.person.id
    return f"pedido #{number}" if bought_it else f"cita o pedido #{number}, que não é deste número"


def subject(talk: Talk) -> str:
    """What the conversation is about, for the person who takes over; empty if nothing yet."""
    if talk.frame is not None and talk.frame.data.get("order"):
        return named(talk, int(talk.frame.data["order"]))
    for frame in reversed(talk.frames):
        flow = engine.flow_of(frame)
        if flow.transient or engine.step_of(frame).once:
            continue
        number = frame.data.get("order")
        return named(talk, int(number)) if number else flow.about(talk, frame.data) or flow.title
    recent = [o for o in bought(talk)[:1] if o.state in OPEN]
    return f"pedido #{recent[0].number}" if recent else ""
