"""Refunds at our request: in full, or a part that an operator names.

A full refund that the provider refuses is retried every hour: usually the balance is short for a moment. A partial
one is tried once; the operator who asked for it can ask again.
"""

from __future__ import annotations

from datetime import timedelta

from bot.domain import money
from bot.domain.commands import Bill, RefundCharge
from bot.domain.events import Done, RefundAsked, Refused
from bot.domain.order import Charge, ChargeState, Method
from bot.domain.states import Actor
from bot.orders import charging, news, payment
from bot.orders.turn import Turn

RETRY = timedelta(hours=1)
WITH_US = frozenset({ChargeState.PAID, ChargeState.SETTLED, ChargeState.PAID_LATE})
"""States in which we hold the buyer's money and can refund it."""


def asked(turn: Turn, event: RefundAsked) -> None:
    """An operator refunds the rest of the buyer's money, or a part of it."""
    charge = next((c for c in reversed(turn.order.charges) if c.state in WITH_US), None)
    if turn.actor(event.by) is not Actor.OPERATOR or event.amount < 0:
        return
    why = _obstacle(charge, event.amount)
    if charge is None or why:
        turn.alert(f"devolução {turn.stored.id}", f"a devolução pedida não pode ser feita: {why}.")
        return
    amount = event.amount or charging.left(charge)
    if amount < charging.left(charge):
        charge = turn.put_charge(charge.but(giving_back=charge.refunded + amount), "a part is asked for")
    charging.refund(turn, charge, f"devolução do pedido {turn.order.number}", amount=amount, again=True)


def _obstacle(charge: Charge | None, amount: int) -> str:
    if charge is None:
        return "não há dinheiro do comprador conosco"
    if charge.giving_back > charge.refunded:
        return "outra devolução ainda está a caminho"
    if amount > charging.left(charge):
        return f"restam {money.show(charging.left(charge))}"
    if charge.method is Method.BOLETO and 0 < amount < charging.left(charge):
        return "um boleto só é devolvido por inteiro"
    return ""


def done(turn: Turn, event: Done, command: RefundCharge, charge: Charge) -> None:
    """A refund was accepted; it may take days, and for a boleto the buyer has to fill in a form."""
    bill = event.result_as(Bill)
    so_far = command.before + command.amount
    if so_far < charge.received:
        if so_far > charge.refunded:
            charge = charging.part_gone(turn, charge, so_far, bill.share_back)
        if bill.refunded > so_far:  # another refund was made meanwhile
            charging.read(turn, charge)
        return
    if bill.status not in ("refunding", "refunded"):
        bill = bill.but(status="refunding")
    payment.take(turn, charge, bill.but(refunded=charge.refunded))
    if charge.method is Method.BOLETO and bill.page_url and bill.page_url != charge.page_url:
        news.tell_buyer(
            turn, "refund_form", about=charge.reference, amount=str(charge.received), page_url=bill.page_url
        )


def refused(turn: Turn, event: Refused, command: RefundCharge, charge: Charge) -> None:
    part = command.before + command.amount < charge.received
    # each partial refund is a request of its own, so its refusal gets its own alert
    about = f" {turn.stored.id}" if part else ""
    turn.alert(
        f"devolução {charge.reference}{about}", f"a devolução foi recusada: {event.reason} {event.detail}".strip()
    )
    if part:
        charge = turn.put_charge(charge.but(giving_back=0), "the part was refused")
    charging.read(turn, charge)
    if not part:
        turn.timer(f"{charge.reference}/refund_retry", "refund_retry", RETRY, reference=charge.reference)


def retry(turn: Turn, charge: Charge) -> None:
    if charge.state in WITH_US:
        charging.refund(turn, charge, "devolução", again=True)
