"""Reconciliation with the providers: read page by page, fix what a rule covers, report the rest.

A run reads the charges of the last days, the statement, the chargebacks and the labels, one page after another in its
own lane, so that memory stays flat as the shop grows and no provider's limit is exceeded. What a webhook should have
reported is emitted to the order's lane, which reads back before it acts. What no rule resolves is kept as a
:class:`bot.domain.difference.Difference` until a complete run no longer sees it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain import calendar, lanes
from bot.domain.bills import Bill
from bot.domain.commands import AlertOperator, ReadCharge, ReadLabel
from bot.domain.commands.accounts import ListCharges, ListDisputes, ListLabels, ListMovements, Page
from bot.domain.decision import Decision, Stored
from bot.domain.difference import Difference, Healed
from bot.domain.events import Done, PaymentFact, ReconcileAsked, Refused
from bot.domain.ledger import Entry
from bot.domain.order import ChargeState, Order, ShipmentState
from bot.domain.shop import Shop
from bot.domain.states import LIVE
from bot.domain.text import words
from bot.orders import books, charging, comparing, keeping
from bot.orders.comparing import Odd, Said
from bot.orders.differences import note
from bot.orders.turn import Turn

CHARGES_BACK = 30
"""Days; a charge that can still be paid is never older."""
ORDERS_BACK = timedelta(days=90)
"""How long completed orders are still checked: a chargeback may come late."""
BATCH = 200
LIFE = timedelta(hours=20)
"""After this, the next day's run takes over."""
DENIED_AFTER = timedelta(hours=20)
MOST_TOLD = 10

KINDS = words(
    "unknown_charge state refund amount share fee statement_fee statement_share unknown_label second_label "
    "unused_label label_cost"
)
"""Kinds that a run can find: one that a complete run did not see again is resolved."""

_IN_MOTION = (ChargeState.UNDER_REVIEW, ChargeState.PAID_LATE, ChargeState.REFUNDING, ChargeState.DISPUTED)
_NO_LONGER_READ = (ShipmentState.CANCELLED, ShipmentState.EXPIRED, ShipmentState.DELIVERED)


def decide(stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
    """Handle one event of the lane ``books``."""
    match stored.event:
        case ReconcileAsked() as event:
            if not event.after:
                _begin(decision, str(stored.id), event.days, now)
            _look_at_orders(event, shop, now, decision)
        case Done(command=Page() as page) as event:
            for said in _compare(event, page, shop, decision):
                _take(said, page.run, shop, now, decision)
            _go_on(page, _more(event), shop, now, decision)
        case Refused(command=Page() as page) as event:
            text = f"A conciliação não pôde ler {event.command.kind}: {event.reason} {event.detail}".strip()
            decision.do(
                AlertOperator(topic="conciliação", text=text), key=f"books/{page.run}/refused/{event.command.kind}"
            )
            _go_on(page.but(whole=False), False, shop, now, decision)
        case Done(command=ReadCharge(), key=key) as event:  # money of a charge that no order knows by its id
            bill = event.result_as(Bill)
            for said in comparing.charge(_order_of(shop, bill.reference), bill):
                _take(said, key.split("/")[1], shop, now, decision)
        case _:
            keeping.decide(stored, shop, now, decision)


# --- a run ----------------------------------------------------------------------------------------------------


def _begin(decision: Decision, run: str, days: int, now: datetime) -> None:
    until = calendar.today(now)
    first = until - timedelta(days=max(CHARGES_BACK, days))
    _want(decision, ListCharges(run=run, started_at=now, until=until, days=days, day=first), now)


def _want(decision: Decision, page: ListCharges | ListMovements | ListDisputes | ListLabels, now: datetime) -> None:
    day = f"/{page.day}" if isinstance(page, ListCharges | ListMovements) else ""
    decision.do(page, key=f"books/{page.run}/{page.kind}{day}/{page.page}", expires_at=now + LIFE)


def _go_on(page: Page, more: bool, shop: Shop, now: datetime, decision: Decision) -> None:
    """Request the next page, day or list; after the last one record what is resolved and report what is new."""
    rest = {n: getattr(page, n) for n in ("run", "started_at", "until", "days", "whole")}
    since = page.until - timedelta(days=page.days)
    match page:
        case ListCharges() | ListMovements() | ListDisputes() | ListLabels() if more:
            _want(decision, page.but(page=page.page + 1), now)
        case ListCharges() | ListMovements() if page.day < page.until and page.whole:
            _want(decision, page.but(page=0, day=page.day + timedelta(days=1)), now)
        case ListCharges():
            _want(decision, ListMovements(**rest, day=since), now)
        case ListMovements():
            _want(decision, ListDisputes(**rest), now)
        case ListDisputes():
            _want(decision, ListLabels(**rest), now)
        case _:
            _end(page, shop, now, decision)


def _end(page: Page, shop: Shop, now: datetime, decision: Decision) -> None:
    if page.whole:
        decision.write(Healed(at=now, kinds=tuple(sorted(KINDS)), before=page.started_at))
    here = {d.key: d for d in shop.differences_since(page.started_at, MOST_TOLD + 1) if d.kind in KINDS}
    here |= {w.key: w for w in decision.writes if isinstance(w, Difference) and w.found_at >= page.started_at}
    if here:
        lines = [_line(difference) for difference in here.values()]
        more = "" if len(lines) <= MOST_TOLD else "\n… e outras: veja o console."
        text = "A conciliação encontrou diferenças novas:\n" + "\n".join(lines[:MOST_TOLD]) + more
        decision.do(AlertOperator(topic="conciliação", text=text), key=f"books/{page.run}/told")


def _line(difference: Difference) -> str:
    order = f"Pedido #{difference.order}: " if difference.order else ""
    return f"{order}aqui {difference.ours}; lá {difference.theirs}"


def _more(event: Done) -> bool:
    return event.result.get("more") is True


def _compare(event: Done, page: Page, shop: Shop, decision: Decision) -> Iterable[Said]:
    match page:
        case ListCharges():
            for bill in event.result_as(ListCharges.Listed).bills:
                order = _order_of(shop, bill.reference) or shop.order_by_charge(bill.charge_id)
                yield from comparing.charge(order, bill)
        case ListMovements():
            for line in event.result_as(ListMovements.Listed).movements:
                order = shop.order_by_charge(line.charge_id) if line.charge_id else None
                if order is not None:
                    yield from comparing.movement(order, line)
                elif line.charge_id and line.kind == "charge":
                    key = f"books/{page.run}/whose/{line.charge_id}"
                    decision.do(ReadCharge(charge_id=line.charge_id), key=key)
        case ListDisputes():
            for found in event.result_as(ListDisputes.Listed).objections:
                order = shop.order_by_charge(found.charge_id)
                if order is not None:
                    yield from comparing.objection(order, found)
        case ListLabels():
            for label in event.result_as(ListLabels.Listed).labels:
                order = shop.order_by_shipment(label.shipment_id) or _order_of(shop, label.reference)
                yield from comparing.label(order, label)
        case _:
            raise TypeError(f"{type(page).__name__} is compared nowhere")


def _order_of(shop: Shop, reference: str) -> Order | None:
    number = lanes.order_of(reference)
    return shop.order(number) if number is not None else None


def _take(said: Said, run: str, shop: Shop, now: datetime, decision: Decision) -> None:
    if isinstance(said, Odd):
        _settle_or_note(said, run, shop, now, decision)
        return
    number = lanes.order_of(said.reference.partition("+")[0])
    what = getattr(said, "charge_id", "") or getattr(said, "shipment_id", "")
    if number is not None:
        decision.emit(lanes.order(number), said, key=f"books/{run}/{what}/{said.fact}")


# --- differences ----------------------------------------------------------------------------------------------


def _settle_or_note(odd: Odd, run: str, shop: Shop, now: datetime, decision: Decision) -> None:
    """A refund that the provider still does not know a day after it was requested counts as denied."""
    known = shop.difference(odd.key)
    if odd.kind == "refund" and known is not None and now - known.found_at >= DENIED_AFTER:
        denied = PaymentFact(charge_id=odd.key.split("/")[1], fact="refund_denied")
        decision.emit(lanes.order(odd.order), denied, key=f"books/{run}/{denied.charge_id}/denied")
    note(odd, shop, now, decision)


# --- our own orders -------------------------------------------------------------------------------------------


def _look_at_orders(event: ReconcileAsked, shop: Shop, now: datetime, decision: Decision) -> None:
    """Check one batch of our orders, each in its lane: those waiting for a report that may have been lost, and those
    whose ledger does not match their state."""
    batch = shop.orders_after(event.after, since=now - ORDERS_BACK, limit=BATCH)
    booked: dict[int, list[Entry]] = {order.number: [] for order in batch}
    for entry in shop.booked(list(booked)):
        booked[entry.order].append(entry)
    for order in batch:
        agrees = books.balances(booked[order.number]) == books.expected(order)
        if not agrees or shop.difference(_ledger_key(order)) or waits(order, now):
            asked = ReconcileAsked(order=order.number, by="scheduler")
            decision.emit(lanes.order(order.number), asked)
    if len(batch) == BATCH:
        decision.emit(lanes.BOOKS, event.but(after=batch[-1].number))


def waits(order: Order, now: datetime) -> bool:
    """Whether only a provider can end something of the order that is under way or overdue."""
    for charge in order.charges:
        over = charge.expires_at is not None and charge.expires_at + timedelta(hours=1) < now
        if charge.provider_id and (charge.state in _IN_MOTION or (charge.state in LIVE and over)):
            return True
    return any(s.state is ShipmentState.CANCELLING for s in order.shipments)


def check(turn: Turn) -> None:
    """Check one order: read all its charges and labels back, and compare its ledger with its state."""
    order = turn.order
    for charge in order.charges:
        if charge.provider_id and charge.state is not ChargeState.REFUNDED:
            charging.read(turn, charge)
    for shipment in order.shipments:
        if shipment.provider_id and shipment.state not in _NO_LONGER_READ:
            turn.do(ReadLabel(shipment_id=shipment.provider_id), f"{shipment.reference}/where/{turn.stored.id}")
    entries = turn.shop.booked([order.number])
    key, here, there = _ledger_key(order), books.expected(order), books.balances(entries)
    if here == there:
        turn.decision.write(Healed(at=turn.now, key=key))
        return
    odd = Odd(key, "ledger", order.number, f"o pedido pede {_sums(here)}", f"o razão tem {_sums(there)}")
    if note(odd, turn.shop, turn.now, turn.decision):
        turn.alert("razão", f"{odd.ours}; {odd.theirs}.")


def _ledger_key(order: Order) -> str:
    return f"ledger/{order.number}"


def _sums(sums: dict[str, int]) -> str:
    return ", ".join(f"{account} {amount}" for account, amount in sums.items()) or "nada"
