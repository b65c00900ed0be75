"""Compare a line of a provider's records with our order: no difference, a fact that a webhook should have delivered, or
a difference that no rule resolves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain import lanes, money
from bot.domain.bills import Bill, Label, Movement, Objection
from bot.domain.events import PaymentFact, ShipmentFact
from bot.domain.order import Charge, ChargeState, Order, Shipment, ShipmentState, SplitState
from bot.domain.states import HAS_MONEY, LIVE
from bot.orders.watching import is_news

_PAID = ("paid", "settled")
_OVER = (ShipmentState.CANCELLED, ShipmentState.EXPIRED)


@dataclass(frozen=True)
class Odd:
    """A difference that no rule resolves; see :class:`bot.domain.difference.Difference`."""

    key: str
    kind: str
    order: int
    ours: str
    theirs: str


Said = PaymentFact | ShipmentFact | Odd


# --- charges ------------------------------------------------------------------------------------------------


def charge(order: Order | None, bill: Bill) -> Iterator[Said]:
    """``order``: the one that the bill's id or reference names, if any."""
    ours = _charge_of(order, bill)
    if order is None or ours is None:
        if bill.status in (*_PAID, "refunding", "disputed") or lanes.order_of(bill.reference) is not None:
            name = f" com a referência {bill.reference}" if bill.reference else ""
            theirs = f"{money.show(bill.amount)} ({bill.status}){name}"
            yield Odd(f"charge/{bill.charge_id}", "unknown_charge", 0, "nenhuma cobrança", theirs)
        return
    several = ours.installments > 1
    fact = _fact_of_plan(ours, bill.status) if several else _fact(ours, bill)
    if fact:
        yield PaymentFact(charge_id=bill.charge_id, reference=ours.reference, fact=fact, amount=bill.amount)
    if several or bill.charge_id != ours.provider_id:
        return
    if bill.status == "other":
        yield _odd(order, ours, "state", ours.state, "um estado que não conhecemos")
    if ours.state is ChargeState.REFUNDING and bill.status in _PAID:
        yield _odd(order, ours, "refund", "devolução pedida", "nenhuma devolução em andamento")
    if bill.amount != ours.amount:
        yield _odd(order, ours, "amount", money.show(ours.amount), money.show(bill.amount))
    yield from _split(ours, bill)
    by_transfer = "revived" in ours.facts or ours.split in (SplitState.TRANSFERRING, SplitState.TRANSFERRED)
    split_stands = ours.state in (*LIVE, ChargeState.PAID, ChargeState.SETTLED) and not by_transfer
    if split_stands and ours.share and bill.share != ours.share:
        yield _odd(order, ours, "share", f"repasse de {money.show(ours.share)}", f"repasse de {money.show(bill.share)}")
    elif split_stands and bill.refunded == ours.refunded and bill.share_back != ours.share_back:
        here, there = (f"{money.show(back)} devolvidos do repasse" for back in (ours.share_back, bill.share_back))
        yield _odd(order, ours, "share", here, there)
    if ours.state in HAS_MONEY and bill.net != ours.net:
        yield _odd(order, ours, "fee", f"líquido de {money.show(ours.net)}", f"líquido de {money.show(bill.net)}")


def _charge_of(order: Order | None, bill: Bill) -> Charge | None:
    charges = order.charges if order else ()
    by_id = next((c for c in charges if c.provider_id == bill.charge_id), None)
    return by_id or next((c for c in charges if c.reference == bill.reference), None)


def _odd(order: Order, ours: Charge, kind: str, here: str, there: str) -> Odd:
    return Odd(f"charge/{ours.provider_id}/{kind}", kind, order.number, f"{ours.reference}: {here}", there)


def _fact(ours: Charge, bill: Bill) -> str:
    """The fact that a webhook would have reported for this bill; "" if there is nothing new."""
    status = bill.status
    if bill.charge_id != ours.provider_id:  # not known yet, or a second charge under our reference
        return "updated" if ours.provider_id or status in HAS_MONEY else ""
    match ours.state:
        case ChargeState.REFUNDED | ChargeState.REQUESTED | ChargeState.REFUSED:
            return ""
        case ChargeState.VOID if status in ("pending", "overdue"):
            return "restored"
        case ChargeState.PAID | ChargeState.SETTLED if status == ours.state and bill.refunded > ours.refunded:
            return "partially_refunded"
        case ChargeState.SETTLED | ChargeState.PAID_LATE | ChargeState.REFUNDING if status in _PAID:
            return ""
        case ChargeState.DISPUTED if status in _PAID:
            return "dispute_won"
        case _ if status in (ours.state, "other"):
            return ""
        case state if state in HAS_MONEY and status in ("pending", "overdue", "under_review", "void"):
            return ""  # an older status
    return status


def _split(ours: Charge, bill: Bill) -> Iterator[PaymentFact]:
    """What has happened to the seller's share that no webhook has reported."""
    waits = ours.split in (SplitState.PLANNED, SplitState.BLOCKED) and ours.state in (
        ChargeState.PAID,
        ChargeState.SETTLED,
    )
    if not waits or not ours.share or bill.status not in _PAID:
        return
    if bill.share_done == bill.share == ours.share:
        yield PaymentFact(charge_id=bill.charge_id, reference=ours.reference, fact="split_done")
    elif bill.share < ours.share:
        yield PaymentFact(charge_id=bill.charge_id, reference=ours.reference, fact="split_cancelled")


def _fact_of_plan(ours: Charge, status: str) -> str:
    """An instalment counts for its whole plan when money comes in or goes back."""
    if ours.state in LIVE:
        return status if status in HAS_MONEY else ""
    back = (ChargeState.DISPUTED, ChargeState.REFUNDING, ChargeState.REFUNDED)
    return status if ours.state not in back and status in back else ""


# --- the statement ------------------------------------------------------------------------------------------


def movement(order: Order, line: Movement) -> Iterator[Said]:
    """A line of the statement that names a charge of the order."""
    ours = next((c for c in order.charges if c.provider_id == line.charge_id), None)
    if ours is None or ours.installments > 1:  # a plan's instalments move one by one; the charge list reports them
        return
    match line.kind:
        case "charge" if ours.state not in (ChargeState.SETTLED, ChargeState.PAID_LATE, *_GOING_BACK):
            yield _hint(ours, line, "settled")
        case "refund" if ours.state not in _GOING_BACK and not ours.refunded:
            yield _hint(ours, line, "refunded")
        case "dispute" if ours.state not in _GOING_BACK:
            yield _hint(ours, line, "disputed")
        case "fee" if ours.received and -line.amount != ours.received - ours.net:
            here = f"tarifa de {money.show(ours.received - ours.net)}"
            yield _odd(order, ours, "statement_fee", here, f"tarifa de {money.show(-line.amount)} no extrato")
        case "transfer" if line.amount < 0 and -line.amount not in (ours.share, ours.share - ours.share_back):
            here = f"repasse de {money.show(ours.share)}"
            yield _odd(order, ours, "statement_share", here, f"repasse de {money.show(-line.amount)} no extrato")
        case _:
            pass


_GOING_BACK = (ChargeState.DISPUTED, ChargeState.REFUNDING, ChargeState.REFUNDED)


def _hint(ours: Charge, line: Movement, fact: str) -> PaymentFact:
    return PaymentFact(charge_id=line.charge_id, reference=ours.reference, fact=fact, amount=abs(line.amount))


def objection(order: Order, found: Objection) -> Iterator[Said]:
    ours = next((c for c in order.charges if c.provider_id == found.charge_id), None)
    if ours is None:
        return
    is_open, known = found.status in ("open", "contested"), ours.state is ChargeState.DISPUTED
    if is_open != known and ours.state is not ChargeState.REFUNDED and (is_open or found.status == "lost"):
        yield PaymentFact(charge_id=found.charge_id, reference=ours.reference, fact="disputed")


# --- labels -------------------------------------------------------------------------------------------------


def label(order: Order | None, found: Label) -> Iterator[Said]:
    """``order``: the one that the label's id or tag names. Labels without our tag are not ours."""
    shipments = order.shipments if order else ()
    ours = next((s for s in shipments if s.provider_id == found.shipment_id), None)
    ours = ours or next((s for s in shipments if s.reference == found.reference), None)
    if order is None or ours is None:
        if found.reference and found.state not in _OVER:
            yield Odd(f"label/{found.shipment_id}", "unknown_label", 0, "nenhuma etiqueta", _told(found))
        return
    if ours.provider_id and ours.provider_id != found.shipment_id:
        if found.state not in _OVER:
            here = f"{ours.reference}: outra etiqueta"
            yield Odd(f"label/{found.shipment_id}", "second_label", order.number, here, _told(found))
        return
    if is_news(ours, found):
        yield ShipmentFact(
            shipment_id=found.shipment_id,
            reference=ours.reference,
            fact=found.state,
            tracking=found.tracking,
            tracking_url=found.tracking_url,
        )
    yield from _paid_label(order, ours, found)


def _paid_label(order: Order, ours: Shipment, found: Label) -> Iterator[Odd]:
    paid = found.state in (ShipmentState.BOUGHT, ShipmentState.GENERATED)
    if paid and ours.state is ShipmentState.CANCELLED:
        here = f"{ours.reference}: cancelada"
        yield Odd(f"label/{found.shipment_id}/unused", "unused_label", order.number, here, _told(found))
    if ours.cost and found.cost and ours.cost != found.cost:
        here = f"{ours.reference}: {money.show(ours.cost)}"
        yield Odd(f"label/{found.shipment_id}/cost", "label_cost", order.number, here, money.show(found.cost))


def _told(found: Label) -> str:
    return f"{found.shipment_id} ({found.state}) de {money.show(found.cost)} com a marca {found.reference or 'nenhuma'}"
