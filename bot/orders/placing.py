"""From the confirmed order to the payment code: customer and charge are created, checked, and shown to the buyer."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from bot.domain import calendar, split
from bot.domain.commands import Bill, CreateCharge, EnsureCustomer, MoveDueDate
from bot.domain.events import Done, NewCodeAsked, OrderPlaced, Parked, Refused
from bot.domain.holding import held_until
from bot.domain.order import Charge, ChargeState, Method, OrderState
from bot.domain.states import HAS_MONEY, LIVE, Actor
from bot.orders import cancelling, charging, deadlines, news, payment
from bot.orders.turn import Turn

_BUYERS_OWN = frozenset(
    {"invalid_document", "invalid_name", "invalid_contact", "too_small", "share_too_small", "method_unavailable"}
)
"""Refusals that the buyer can fix with another answer or payment method; all others need the operator."""


def placed(turn: Turn, event: OrderPlaced) -> None:
    order = turn.order
    if order.state is not OrderState.AWAITING_PAYMENT or order.charges:
        return
    turn.decision.timer(f"{turn.name}/hold_over", "hold_over", held_until(order, turn.rules))
    charging.ask(turn, Method(event.method), event.installments)


def code_asked(turn: Turn, event: NewCodeAsked) -> None:
    """Another payment method, or the same again: the live charge ends first, so that two are never payable at once."""
    order = turn.order
    actor = turn.actor(event.by)
    if order.state is not OrderState.AWAITING_PAYMENT or actor not in (Actor.BUYER, Actor.OPERATOR):
        return
    method = Method(event.method)
    newest = order.charge
    if charging.requested(newest) and newest and (newest.method, newest.installments) == (method, event.installments):
        return  # it is being created
    if any(c.problem and c.state in HAS_MONEY for c in order.charges):
        return  # the operator is checking money that came in
    if not turn.take_stock():
        cancelling.cancel(turn, "sold")
        return
    turn.decision.cancel_timer(f"{turn.name}/no_charge")
    _take_corrections(turn)
    charging.give_up_unmade(turn)
    for charge in turn.order.charges:
        charging.void(turn, charge)
    charging.ask(turn, method, event.installments)


def _take_corrections(turn: Turn) -> None:
    """Corrections made since a charge was refused apply to the next one."""
    last, buyer, recipient = turn.order.charge, turn.buyer, turn.order.recipient
    if last is None or last.state is not ChargeState.REFUSED or buyer is None:
        return
    turn.change(
        recipient=recipient.but(
            name=buyer.name or recipient.name,
            document=buyer.document or recipient.document,
            email=buyer.email or recipient.email,
        )
    )


def customer_found(turn: Turn, event: Done, charge: Charge) -> None:
    customer_id = event.result_as(EnsureCustomer.Customer).customer_id
    buyer = turn.buyer
    if buyer is not None and not buyer.customer_id and buyer.document == turn.order.recipient.document:
        turn.decision.write(buyer.but(customer_id=customer_id))
    if charge.state is not ChargeState.REQUESTED:
        return
    if charging.still_wanted(turn, charge):
        charging.create(turn, charge, customer_id)
    else:
        charging.learn(turn, charge, "refused", cause="no longer wanted")
        charging.go_on(turn)


def created(turn: Turn, event: Done, charge: Charge) -> None:
    """The charge exists. If it is no longer wanted, void it; otherwise show it to the buyer, if its amounts are
    right."""
    bill = event.result_as(Bill)
    if charge.state is not ChargeState.REQUESTED:
        return
    problem = _wrong(turn, charge, bill)
    charge = charging.learn(
        turn,
        charge,
        "pending",
        cause="made",
        read="pending",
        provider_id=bill.charge_id,
        net=bill.net,
        share=bill.share,
        withheld=split.withheld(_share(turn, charge, bill), charge.withheld),
        pix_code=bill.pix_code,
        line=bill.line,
        page_url=bill.page_url,
        problem=problem,
    )
    if problem:
        turn.alert(f"cobrança {charge.reference}", f"a cobrança foi criada com erro e será cancelada: {problem}.")
    if not charging.still_wanted(turn, charge):
        charging.void(turn, charge)
        return
    if bill.status not in ("pending", "overdue"):
        payment.take(turn, charge, bill)  # found again after a crash, and paid meanwhile
    if charging.still_wanted(turn, charge) and turn.order.charge and turn.order.charge.state in LIVE:
        _show(turn, turn.order.charge)


def _wrong(turn: Turn, charge: Charge, bill: Bill) -> str:
    full = _share(turn, charge, bill)
    share = full - split.withheld(full, charge.withheld)
    if bill.amount != charge.amount:
        return f"valor de {bill.amount} em vez de {charge.amount} centavos"
    if bill.reference != charge.reference:
        return f"referência {bill.reference!r} em vez de {charge.reference!r}"
    if share < 1 or bill.share != share:
        return f"repasse de {bill.share} em vez de {share} centavos"
    return ""


def _share(turn: Turn, charge: Charge, bill: Bill) -> int:
    """S, from which a part may be withheld."""
    return split.share(bill.net, turn.order.freight_of(charge), turn.order.fee)


def _show(turn: Turn, charge: Charge) -> None:
    """Send the buyer the code with our own expiry; the provider's is later."""
    expires_at: datetime | None = None
    if charge.method is Method.PIX:
        expires_at = turn.now + timedelta(minutes=turn.rules.pix_minutes)
    elif charge.method is Method.CARD:
        expires_at = calendar.instant(charge.due_date + timedelta(days=1), time(0)) - timedelta(seconds=1)
    charge = turn.put_charge(charge.but(expires_at=expires_at), "shown")
    if expires_at is not None:
        name = f"{charge.method}_expiry"
        turn.decision.timer(f"{charge.reference}/expiry", name, expires_at, reference=charge.reference)
    if charge.method is Method.BOLETO:
        deadlines.remind(turn, charge)
    news.tell_buyer(
        turn,
        "charge_ready",
        about=charge.reference,
        method=charge.method,
        amount=str(charge.amount),
        expires_at=expires_at.isoformat() if expires_at else "",
        pix_code=charge.pix_code,
        line=charge.line,
        page_url=charge.page_url,
        due_date=charge.due_date.isoformat(),
        installments=str(charge.installments),
    )


def refused(turn: Turn, event: Refused, charge: Charge) -> None:
    """Customer or charge was refused. The order waits; the conversation can ask for what was wrong."""
    if charge.state is not ChargeState.REQUESTED:
        return
    if event.reason not in _BUYERS_OWN:
        turn.alert(f"cobrança {charge.reference}", f"a cobrança foi recusada: {event.reason} {event.detail}".strip())
    if charging.still_wanted(turn, charge):
        charging.fail(turn, charge, event.reason)
    else:
        charging.learn(turn, charge, "refused", cause=event.reason)
        charging.go_on(turn)


def delayed(turn: Turn, event: Parked, charge: Charge) -> None:
    if not charging.still_wanted(turn, charge):
        return
    if isinstance(event.command, EnsureCustomer | CreateCharge):
        news.tell_buyer(turn, "charge_delayed", about=charge.reference, method=charge.method)
    elif isinstance(event.command, MoveDueDate):
        news.tell_buyer(turn, "charge_delayed", about=event.key, method=charge.method)


def expired(turn: Turn, charge: Charge) -> None:
    """The provider was unavailable until the charge was outdated: create one dated today, while the order still
    waits."""
    if charge.state is not ChargeState.REQUESTED:
        return
    wanted = charging.still_wanted(turn, charge)
    charging.learn(turn, charge, "refused", cause="waited too long")
    if wanted and turn.now < held_until(turn.order, turn.rules):
        charging.ask(turn, charge.method, charge.installments)
    else:
        charging.go_on(turn)
