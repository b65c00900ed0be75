"""An unpaid charge by message: its seller wants it sent again (*manda de novo o link*), or withdrawn (*cancela essa
cobrança*). Until the payer has answered it is a question in their lane, after that an order."""

from __future__ import annotations

from datetime import timedelta

from bot.conversations.flows import reading, sales
from bot.conversations.steps import END, Flow, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import collecting as texts
from bot.domain import lanes, phone
from bot.domain.conversation import ChargeSent
from bot.domain.events import CancelAsked, ChargeRevisited, NoticeAgain
from bot.domain.order import Charge, Method, Order, OrderState
from bot.domain.states import PAYABLE
from bot.domain.text import fold

NOT_SO_OFTEN = timedelta(hours=1)
"""Minimum time between two reminders of the same charge."""


def is_unpaid_charge(order: Order | None) -> bool:
    return order is not None and order.by_hand and order.state is OrderState.AWAITING_PAYMENT


def unpaid(talk: Talk, said: str = "") -> list[ChargeSent]:
    """Unpaid charges by message, newest first; if ``said`` names people, only theirs."""
    taken = {o.number: o for o in sales.sold(talk, is_unpaid_charge)}
    sent = [c for c in reversed(talk.charges) if not c.order or c.order in taken]
    known = {c.order for c in sent}
    found = [*sent, *(_of_order(o) for o in taken.values() if o.number not in known)]
    words = set(fold(said).split())
    named = [c for c in found if fold(c.name).split(" ")[0] in words]
    return named or found


def _of_order(order: Order) -> ChargeSent:
    name = order.recipient.name.split(" ")[0]
    return ChargeSent(
        reference="",
        phone="",
        name=name,
        title=order.title,
        amount=order.total,
        at=order.created_at,
        order=order.number,
    )


def _key(charge: ChargeSent) -> str:
    return f"order-{charge.order}" if charge.order else charge.reference


def _the(talk: Talk) -> ChargeSent | None:
    """The charge that is meant, unless it was answered or paid meanwhile."""
    return next((c for c in unpaid(talk) if _key(c) == talk.data.get("charge")), None)


def _find(talk: Talk) -> str:
    found = unpaid(talk, str(talk.data.get("said") or ""))
    number = talk.data.get("order")
    if number:
        found = [c for c in found if c.order == int(number)]
    if not talk.data.get("charge") and len(found) == 1:
        talk.data["charge"] = _key(found[0])
    charge = _the(talk)
    if charge is None:
        return "which" if found and not talk.data.get("charge") else "none"
    if talk.data["wish"] == "again":
        return "again"
    talk.seed = {"order": charge.order}
    return "order" if charge.order else "sure"


def _ask_which(talk: Talk) -> None:
    rows = [(_key(c), texts.charge_row(c)) for c in unpaid(talk, str(talk.data.get("said") or ""))[: sales.SHOWN]]
    talk.ask(texts.which_charge(), rows)


def _read_which(talk: Talk, heard: Heard) -> str | None:
    named = unpaid(talk, heard.text)
    key = heard.choice or (_key(named[0]) if len(named) == 1 else "")
    if not key:
        return None
    talk.data["charge"] = key
    return "one"


def _again(talk: Talk) -> str:
    charge = _the(talk)
    assert charge is not None  # noqa: S101 - looked for in the step before
    if charge.repeated_at is not None and talk.now - charge.repeated_at < NOT_SO_OFTEN:
        talk.say(texts.told_again_already(charge.name, charge.repeated_at))
        return "told"
    order = talk.shop.order(charge.order) if charge.order else None
    if order is None:
        _revisit(talk, charge, "again")
        talk.say(texts.told_again(charge.name))
    elif not _code_again(talk, order, charge):
        talk.say(texts.payer_has_it(order.number))
        return "told"
    kept = charge.but(repeated_at=talk.now)
    talk.charges = (*(c for c in talk.charges if _key(c) != _key(kept)), kept)
    return "told"


def _code_again(talk: Talk, order: Order, charge: ChargeSent) -> bool:
    """Send the payer's code again, or offer a new one; False if neither is possible."""
    last = order.charge
    name = _news_of(last) if last is not None else ""
    key = f"order-{order.number}/{name}/{last.reference}" if last is not None and name else ""
    if not key or last is None or talk.shop.notice(key) is None:
        return False
    buyer = talk.shop.person(order.buyer_id)
    if buyer is None:
        return False
    talk.decision.emit(
        buyer.lane,
        NoticeAgain(key=key, person_id=buyer.id, by=talk.person.id),
        key=f"notice-again/{talk.root}/{order.number}",
    )
    talk.say(texts.code_again(charge.name, order.number, last, live=last.state in PAYABLE))
    return True


def _news_of(charge: Charge) -> str:
    if charge.state in PAYABLE:
        return "charge_ready"
    return {Method.PIX: "pix_expired", Method.CARD: "card_expired"}.get(charge.method, "")


def _ask_sure(talk: Talk) -> None:
    charge = _the(talk)
    if charge is None:
        talk.say(texts.answered_meanwhile())
        return
    talk.ask_yes(texts.withdraw(charge))


def _read_sure(talk: Talk, heard: Heard) -> str | None:
    answer = reading.yes_or_no(talk, heard)
    if answer == "no":
        talk.say(texts.kept())
    return answer


def _withdraw(talk: Talk) -> str:
    charge = _the(talk)
    if charge is None or charge.order:
        talk.say(texts.answered_meanwhile())
        return "told"
    _revisit(talk, charge, "withdraw")
    talk.say(texts.withdrawing(charge.name))
    return "told"


def _revisit(talk: Talk, charge: ChargeSent, wish: str) -> None:
    event = ChargeRevisited.model_validate(
        {"seller_id": sales.seller(talk).id, "phone": charge.phone, "reference": charge.reference, "wish": wish}
    )
    talk.decision.emit(
        lanes.person(phone.identity(charge.phone, "")), event, key=f"offer-{wish}/{talk.root}/{charge.reference}"
    )


def _say_none(talk: Talk) -> str:
    talk.say(texts.answered_meanwhile())
    return "told"


CHASING = Flow(
    name="chasing",
    title="a cobrança",
    role="seller",
    transient=True,
    steps=(
        Step(
            "find",
            {"again": "again", "sure": "sure", "order": ">uncharge", "which": "which", "none": "none"},
            act=_find,
        ),
        Step("which", {"one": "find"}, ask=_ask_which, read=_read_which),
        Step("again", {"told": END}, act=_again),
        Step("sure", {"yes": "withdraw", "no": END}, ask=_ask_sure, read=_read_sure),
        Step("withdraw", {"told": END}, act=_withdraw),
        Step("none", {"told": END}, act=_say_none),
    ),
)

# --- existing orders ---------------------------------------------------------------------------------------


def _ask_uncharge(talk: Talk) -> None:
    talk.ask_yes(texts.uncharge(sales.the(talk)))


def _uncharge(talk: Talk) -> str:
    number = sales.the(talk).number
    talk.decision.emit(lanes.order(number), CancelAsked(order=number, by=talk.person.id))
    talk.say(texts.uncharged(number))
    return "told"


UNCHARGE = Flow(
    name="uncharge",
    title="a cobrança",
    role="seller",
    transient=True,
    steps=(
        Step("sure", {"yes": "cancel", "no": END}, ask=_ask_uncharge, read=_read_sure),
        Step("cancel", {"told": END}, act=_uncharge),
    ),
)

FLOWS = (CHASING, UNCHARGE)
