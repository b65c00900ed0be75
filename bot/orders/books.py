"""The ledger of an order: what each state of its charges and labels means in accounts.

The money of a charge is in one of four places. Every change of place is booked, account by account, against
``in_transit``, which holds only what is being refunded or disputed:

============  =====================================  ==========================================================
place         states                                 balance (debit positive)
============  =====================================  ==========================================================
nothing       before payment, void                   none
spread        paid, settled                          buyer -V, provider_fees A, seller S, freight F, platform P
held          paid_late, refunding, disputed,        buyer -V, provider_fees A, in_transit V - A
              or a problem for the operator
given back    refunded                               provider_fees A, platform -A (its loss)
============  =====================================  ==========================================================

V is the amount received, N the net, A = V - N the provider's fee, S the seller's share, F the freight; P is what
remains for the platform. Labels move their price from ``freight`` to ``carrier``, so the balance of ``freight`` is the
platform's result on shipping.

Partial refund: the seller's wallet returns its proportion (``share_back``), the platform bears the rest. Buyer, S and
in_transit are reduced accordingly.

A share paid by transfer stays in the seller's wallet when the buyer is refunded: the platform advances it
(``platform``) and the seller owes it (``owed``, :mod:`bot.domain.debts`). What is withheld from a later share, or
repaid by hand, reverses that. The balance of ``owed`` over all orders is what a seller owes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from bot.domain import debts
from bot.domain.ledger import Entry
from bot.domain.order import Charge, ChargeState, Order, Shipment, ShipmentState

IN_TRANSIT = "in_transit"

Part = tuple[str, str]
"""What is booked, and its account."""


def place(charge: Charge | None) -> Literal["nothing", "spread", "held", "given back"]:
    """Where the money of a charge is."""
    match charge.state if charge else ChargeState.REQUESTED:
        case ChargeState.PAID | ChargeState.SETTLED:
            return "held" if charge and charge.problem else "spread"
        case ChargeState.PAID_LATE | ChargeState.REFUNDING | ChargeState.DISPUTED:
            return "held"
        case ChargeState.REFUNDED:
            return "given back"
        case _:
            return "nothing"


def _parts(order: Order, charge: Charge | None) -> dict[Part, int]:
    """The balance of each part of a charge, debit positive; the difference to zero is in transit."""
    where = place(charge)
    if charge is None or where == "nothing":
        return {}
    came, cost = charge.received, charge.received - charge.net
    owes = f"owed:{order.seller_id}"
    parts: dict[Part, int] = {
        ("cost", "provider_fees"): cost,
        ("share to give back", owes): debts.due(charge),
        ("share laid out", "platform"): -debts.due(charge),
        ("debt paid", owes): -charge.repaid,
        ("debt paid", "platform"): charge.repaid,
        ("debt kept of the share", owes): -debts.kept(charge),
        ("debt kept of the share", "platform"): debts.kept(charge),
    }
    if where == "given back":
        return parts | {("cost lost", "platform"): -cost}
    parts[("payment", "buyer")] = -came
    if charge.refunded:
        ours = charge.refunded - charge.share_back - debts.due(charge)
        parts |= {("part refund", "buyer"): charge.refunded, ("part refund lost", "platform"): -ours}
    if where == "spread":
        full = charge.share + charge.withheld
        parts |= {
            ("share", f"seller:{order.seller_id}"): full - charge.share_back - debts.due(charge),
            ("freight", "freight"): order.freight_of(charge),
            ("fee", "platform"): charge.net - full - order.freight_of(charge),
        }
    return parts


def _label(shipment: Shipment | None) -> int:
    """Centavos that a label costs: its price unless it was refunded, and later corrections."""
    if shipment is None:
        return 0
    kept = shipment.state is not ShipmentState.CANCELLED and ShipmentState.BOUGHT in shipment.facts
    return shipment.corrected + (shipment.cost if kept else 0)


def of_charge(order: Order, before: Charge | None, after: Charge, cause: str, event: int, at: datetime) -> list[Entry]:
    """The entries for a change of a charge. Keys are derived from the event, so a repeat books nothing twice."""
    old, new = _parts(order, before), _parts(order, after)
    moved = [(part, new.get(part, 0) - old.get(part, 0)) for part in sorted({*old, *new})]
    entries = []
    for (what, account), amount in moved:
        if amount:
            debit, credit = (account, IN_TRANSIT) if amount > 0 else (IN_TRANSIT, account)
            entries.append(
                Entry(
                    key=f"{after.reference}/{what}/{account.partition(':')[0]}/{event}",
                    order=order.number,
                    debit=debit,
                    credit=credit,
                    amount=abs(amount),
                    cause=f"{what}: {cause}",
                    at=at,
                )
            )
    return entries


def of_shipment(
    order: Order, before: Shipment | None, after: Shipment, cause: str, event: int, at: datetime
) -> list[Entry]:
    """The entries for a change of a shipment's cost."""
    amount = _label(after) - _label(before)
    if not amount:
        return []
    debit, credit = ("carrier", "freight") if amount > 0 else ("freight", "carrier")
    return [
        Entry(
            key=f"{after.reference}/label/{event}",
            order=order.number,
            debit=debit,
            credit=credit,
            amount=abs(amount),
            cause=f"{'return label' if after.back else 'label'}: {cause}",
            at=at,
        )
    ]


# --- invariants -------------------------------------------------------------------------------------------


def balances(entries: Iterable[Entry]) -> dict[str, int]:
    """The balance of each account in centavos, debit positive, without zeros. They always add up to zero."""
    sums: dict[str, int] = defaultdict(int)
    for entry in entries:
        sums[entry.debit] += entry.amount
        sums[entry.credit] -= entry.amount
    return {account: amount for account, amount in sorted(sums.items()) if amount}


def expected(order: Order) -> dict[str, int]:
    """The balances that the order's current state requires; the ledger must always match them."""
    sums: dict[str, int] = defaultdict(int)
    for charge in order.charges:
        for (_, account), amount in _parts(order, charge).items():
            sums[account] += amount
            sums[IN_TRANSIT] -= amount
    for shipment in order.shipments:
        sums["carrier"] += _label(shipment)
        sums["freight"] -= _label(shipment)
    return {account: amount for account, amount in sorted(sums.items()) if amount}
