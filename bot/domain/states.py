"""State machines of orders, charges, shipments, shares, returns and disputes, and who may make each transition.

Actions of people are handled in order and checked against the tables. Providers' facts may arrive in any order and
repeatedly, so the state is a fold over the *set* of facts, by rank. If the set is ambiguous (two states that can
alternate), the provider is read and the reading decides.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.disputes import DISPUTE_MOVES, DisputeState
from bot.domain.order import ChargeState, OrderState, ReturnState, ShipmentState, SplitState


class Actor(StrEnum):
    BUYER = "buyer"
    SELLER = "seller"
    """The seller's person, or the seller's standing consent (``auto_accept``)."""
    OPERATOR = "operator"
    PROVIDER = "provider"
    """The payment provider or the carrier, by its facts."""
    CLOCK = "clock"


REFUSALS: Mapping[str, str] = {
    "final": "the state is final",
    "shipped": "the parcel is on its way: it can be refused at the door, or returned",
    "delivered": "the buyer has the part: it can be returned",
    "disputed": "a chargeback is open: the card's bank decides",
    "not_possible": "the table has no such transition",
    "not_yours": "only others may cause the transition",
}
"""Every reason a transition can be refused for."""


@dataclass(frozen=True)
class Refusal:
    """Why a transition is refused: ``reason`` is one of :data:`REFUSALS`."""

    reason: str


_B, _S, _O, _P, _C = Actor.BUYER, Actor.SELLER, Actor.OPERATOR, Actor.PROVIDER, Actor.CLOCK

ORDER_MOVES: Mapping[OrderState, Mapping[OrderState, frozenset[Actor]]] = {
    OrderState.AWAITING_PAYMENT: {
        OrderState.PAID: frozenset({_P}),
        OrderState.CANCELLED: frozenset({_B, _S, _O, _C, _P}),
    },
    OrderState.PAID: {
        OrderState.ACCEPTED: frozenset({_S, _O}),
        OrderState.CANCELLED: frozenset({_B, _S, _O, _P, _C}),
    },
    OrderState.ACCEPTED: {
        OrderState.SHIPPED: frozenset({_P}),
        OrderState.DELIVERED: frozenset({_S, _C}),  # only for an order without freight: handed over
        OrderState.CANCELLED: frozenset({_B, _S, _O, _P}),
    },
    OrderState.SHIPPED: {
        OrderState.DELIVERED: frozenset({_P}),
        OrderState.RETURNING: frozenset({_P, _O}),
    },
    OrderState.DELIVERED: {
        OrderState.RETURNING: frozenset({_B, _O, _P}),
        OrderState.CLOSED: frozenset({_C}),
    },
    OrderState.RETURNING: {OrderState.RETURNED: frozenset({_S, _O, _P})},
    OrderState.RETURNED: {},
    OrderState.CLOSED: {},
    OrderState.CANCELLED: {OrderState.PAID: frozenset({_P})},
}

RETURN_MOVES: Mapping[ReturnState, Mapping[ReturnState, frozenset[Actor]]] = {
    ReturnState.ASKED: {
        ReturnState.ACCEPTED: frozenset({_B, _S, _O}),  # the buyer by right, within the days to withdraw
        ReturnState.REFUSED: frozenset({_S, _O}),
    },
    ReturnState.ACCEPTED: {
        ReturnState.POSTED: frozenset({_P}),
        ReturnState.RECEIVED: frozenset({_S, _O, _P}),
        ReturnState.LAPSED: frozenset({_C}),
    },
    ReturnState.POSTED: {ReturnState.RECEIVED: frozenset({_S, _O, _P})},
    # the label could not be cancelled: the parcel had been handed in
    ReturnState.LAPSED: {ReturnState.POSTED: frozenset({_P}), ReturnState.RECEIVED: frozenset({_P})},
    ReturnState.RECEIVED: {},
    ReturnState.REFUSED: {},
}

CHARGE_MOVES: Mapping[ChargeState, frozenset[ChargeState]] = {
    ChargeState.REQUESTED: frozenset({ChargeState.PENDING, ChargeState.REFUSED}),
    ChargeState.PENDING: frozenset(
        {ChargeState.OVERDUE, ChargeState.UNDER_REVIEW, ChargeState.PAID, ChargeState.SETTLED, ChargeState.VOID}
    ),
    ChargeState.OVERDUE: frozenset(
        {ChargeState.PENDING, ChargeState.UNDER_REVIEW, ChargeState.PAID, ChargeState.SETTLED, ChargeState.VOID}
    ),
    ChargeState.UNDER_REVIEW: frozenset({ChargeState.PAID, ChargeState.PENDING}),
    ChargeState.PAID: frozenset({ChargeState.SETTLED, ChargeState.REFUNDING, ChargeState.DISPUTED}),
    ChargeState.SETTLED: frozenset({ChargeState.REFUNDING, ChargeState.DISPUTED}),
    ChargeState.VOID: frozenset({ChargeState.PAID_LATE}),
    ChargeState.PAID_LATE: frozenset({ChargeState.REFUNDING, ChargeState.SETTLED}),
    ChargeState.REFUSED: frozenset(),
    ChargeState.REFUNDING: frozenset(
        {ChargeState.REFUNDED, ChargeState.PAID, ChargeState.SETTLED, ChargeState.PAID_LATE}
    ),
    ChargeState.REFUNDED: frozenset(),
    ChargeState.DISPUTED: frozenset({ChargeState.PAID, ChargeState.SETTLED, ChargeState.REFUNDED}),
}

SHIPMENT_MOVES: Mapping[ShipmentState, frozenset[ShipmentState]] = {
    ShipmentState.WANTED: frozenset({ShipmentState.IN_CART, ShipmentState.CANCELLING}),
    ShipmentState.IN_CART: frozenset({ShipmentState.BOUGHT, ShipmentState.CANCELLING, ShipmentState.EXPIRED}),
    ShipmentState.BOUGHT: frozenset({ShipmentState.GENERATED, ShipmentState.CANCELLING, ShipmentState.EXPIRED}),
    ShipmentState.GENERATED: frozenset({ShipmentState.POSTED, ShipmentState.CANCELLING, ShipmentState.EXPIRED}),
    ShipmentState.POSTED: frozenset(
        {ShipmentState.DELIVERED, ShipmentState.STOPPED, ShipmentState.UNDELIVERED, ShipmentState.RETURNING}
    ),
    ShipmentState.STOPPED: frozenset({ShipmentState.POSTED, ShipmentState.UNDELIVERED, ShipmentState.RETURNING}),
    ShipmentState.UNDELIVERED: frozenset({ShipmentState.POSTED, ShipmentState.RETURNING}),
    ShipmentState.DELIVERED: frozenset({ShipmentState.RETURNING}),
    ShipmentState.RETURNING: frozenset(),
    # the cancellation may be refused, and the parcel handed in meanwhile
    ShipmentState.CANCELLING: frozenset(
        {
            ShipmentState.CANCELLED,
            ShipmentState.IN_CART,
            ShipmentState.BOUGHT,
            ShipmentState.GENERATED,
            ShipmentState.POSTED,
        }
    ),
    ShipmentState.CANCELLED: frozenset({ShipmentState.POSTED}),
    ShipmentState.EXPIRED: frozenset({ShipmentState.WANTED, ShipmentState.CANCELLED, ShipmentState.POSTED}),
}


SPLIT_MOVES: Mapping[SplitState, frozenset[SplitState]] = {
    SplitState.PLANNED: frozenset({SplitState.DONE, SplitState.BLOCKED, SplitState.CANCELLED, SplitState.TRANSFERRING}),
    SplitState.BLOCKED: frozenset({SplitState.DONE, SplitState.CANCELLED, SplitState.TRANSFERRING}),
    SplitState.CANCELLED: frozenset({SplitState.TRANSFERRING}),
    # a refused transfer leaves it as it was
    SplitState.TRANSFERRING: frozenset({SplitState.TRANSFERRED, SplitState.CANCELLED}),
    SplitState.DONE: frozenset(),
    SplitState.TRANSFERRED: frozenset(),
}

CHARGE_CAUSES: Mapping[ChargeState, frozenset[Actor]] = {
    ChargeState.REQUESTED: frozenset({_B, _O}),
    ChargeState.PENDING: frozenset({_P}),
    ChargeState.OVERDUE: frozenset({_P}),
    ChargeState.UNDER_REVIEW: frozenset({_P}),
    ChargeState.PAID: frozenset({_P}),
    ChargeState.SETTLED: frozenset({_P}),
    ChargeState.VOID: frozenset({_B, _S, _O, _C, _P}),
    ChargeState.PAID_LATE: frozenset({_P}),
    ChargeState.REFUSED: frozenset({_P}),
    ChargeState.REFUNDING: frozenset({_B, _S, _O, _C, _P}),
    ChargeState.REFUNDED: frozenset({_P}),
    ChargeState.DISPUTED: frozenset({_P}),
}
"""State of a charge → who may cause it. People's requests go to the provider; only its reading moves the charge."""

SHIPMENT_CAUSES: Mapping[ShipmentState, frozenset[Actor]] = {
    **dict.fromkeys(ShipmentState, frozenset({_P})),
    ShipmentState.WANTED: frozenset({_B, _S, _O, _C}),
    ShipmentState.CANCELLING: frozenset({_B, _S, _O, _C}),
}
"""State of a shipment → who may cause it."""

SPLIT_CAUSES: Mapping[SplitState, frozenset[Actor]] = {
    **dict.fromkeys(SplitState, frozenset({_P})),
    SplitState.TRANSFERRING: frozenset({_O, _P}),
}
"""State of a share → who may cause it."""

DISPUTE_CAUSES: Mapping[DisputeState, frozenset[Actor]] = {
    DisputeState.OPEN: frozenset({_P}),
    DisputeState.CONTESTED: frozenset({_S, _O}),
    DisputeState.CONCEDED: frozenset({_S, _O}),
    DisputeState.WON: frozenset({_P}),
    DisputeState.LOST: frozenset({_P}),
}
"""State of a dispute → who may cause it."""


def move_dispute(state: DisputeState, target: DisputeState, actor: Actor) -> Refusal | None:
    """None if ``actor`` may move a chargeback from ``state`` to ``target``, otherwise why not."""
    if target not in DISPUTE_MOVES[state]:
        return Refusal("not_possible" if DISPUTE_MOVES[state] else "final")
    return None if actor in DISPUTE_CAUSES[target] else Refusal("not_yours")


def move_order(state: OrderState, target: OrderState, actor: Actor, *, disputed: bool = False) -> Refusal | None:
    """None if ``actor`` may move an order from ``state`` to ``target``, otherwise why not.

    While a chargeback is open nothing is accepted, and only the provider ends a paid order.
    """
    allowed = ORDER_MOVES[state].get(target)
    if allowed is None:
        if state in (OrderState.SHIPPED, OrderState.RETURNING):
            return Refusal("shipped")
        if state is OrderState.DELIVERED:
            return Refusal("delivered")
        return Refusal("not_possible" if ORDER_MOVES[state] else "final")
    if actor not in allowed:
        return Refusal("not_yours")
    if disputed and actor is not Actor.PROVIDER:
        return Refusal("disputed")
    return None


def move_return(state: ReturnState, target: ReturnState, actor: Actor) -> Refusal | None:
    """None if ``actor`` may move a return from ``state`` to ``target``, otherwise why not."""
    allowed = RETURN_MOVES[state].get(target)
    if allowed is None:
        return Refusal("not_possible" if RETURN_MOVES[state] else "final")
    return None if actor in allowed else Refusal("not_yours")


LIVE = frozenset({ChargeState.REQUESTED, ChargeState.PENDING, ChargeState.OVERDUE, ChargeState.UNDER_REVIEW})
"""The buyer can pay such a charge, or soon will be able to."""

PAYABLE = frozenset({ChargeState.PENDING, ChargeState.OVERDUE})
"""The buyer can pay such a charge now."""

HAS_MONEY = frozenset(
    {ChargeState.PAID, ChargeState.SETTLED, ChargeState.PAID_LATE, ChargeState.REFUNDING, ChargeState.DISPUTED}
)
"""The buyer's money has been received."""

ON_THE_ROAD = frozenset(
    {
        ShipmentState.POSTED,
        ShipmentState.STOPPED,
        ShipmentState.UNDELIVERED,
        ShipmentState.RETURNING,
        ShipmentState.DELIVERED,
    }
)
"""The carrier has, or had, the parcel."""

_UNPAID = frozenset({ChargeState.PENDING, ChargeState.OVERDUE, ChargeState.UNDER_REVIEW})
_PAID = frozenset({ChargeState.PAID, ChargeState.SETTLED, ChargeState.REFUNDING, ChargeState.DISPUTED})
_EN_ROUTE = frozenset({ShipmentState.POSTED, ShipmentState.STOPPED, ShipmentState.UNDELIVERED})


def charge_state(facts: Collection[str], read: str = "") -> ChargeState:
    """The state of a charge from all known facts, in whatever order they were learnt.

    Unpaid < void < paid < refunded. ``read`` is the provider's current status: it decides among pending, overdue and
    under_review, and among paid, settled, refunding and disputed; it never moves a charge back across those ranks.
    Facts of our own: ``refused`` (never created, or withdrawn at once), ``revived`` (late money was accepted).
    """
    seen = frozenset(facts)
    if ChargeState.REFUNDED in seen:
        return ChargeState.REFUNDED
    if seen & _PAID:
        if read in (ChargeState.REFUNDING, ChargeState.DISPUTED):
            return ChargeState(read)
        if read not in (ChargeState.PAID, ChargeState.SETTLED):
            if ChargeState.DISPUTED in seen and "dispute_won" not in seen:
                return ChargeState.DISPUTED
            if ChargeState.REFUNDING in seen and "refund_denied" not in seen:
                return ChargeState.REFUNDING
        if ChargeState.VOID in seen and "revived" not in seen:
            return ChargeState.PAID_LATE
        return ChargeState.SETTLED if ChargeState.SETTLED in seen else ChargeState.PAID
    if ChargeState.VOID in seen:
        return ChargeState.REFUSED if ChargeState.REFUSED in seen else ChargeState.VOID
    if read in _UNPAID:
        return ChargeState(read)
    for state in (ChargeState.UNDER_REVIEW, ChargeState.OVERDUE, ChargeState.PENDING, ChargeState.REFUSED):
        if state in seen:
            return state
    return ChargeState.REQUESTED


def shipment_state(facts: Collection[str], read: str = "") -> ShipmentState:
    """The state of a shipment from all known facts, in whatever order they were learnt.

    ``read`` is the broker's current status: it decides among posted, stopped and undelivered, which can alternate. A
    cancelled or expired label no longer counts as such once the parcel is on its way.
    """
    seen = frozenset(facts)
    for state in (ShipmentState.RETURNING, ShipmentState.DELIVERED):
        if state in seen:
            return state
    if seen & _EN_ROUTE:
        if read in _EN_ROUTE:
            return ShipmentState(read)
        order = (ShipmentState.UNDELIVERED, ShipmentState.STOPPED, ShipmentState.POSTED)
        return next(state for state in order if state in seen)
    for state in (
        ShipmentState.CANCELLED,
        ShipmentState.EXPIRED,
        ShipmentState.CANCELLING,
        ShipmentState.GENERATED,
        ShipmentState.BOUGHT,
        ShipmentState.IN_CART,
    ):
        if state in seen:
            return state
    return ShipmentState.WANTED


def shipment_tie(facts: Collection[str]) -> bool:
    """Whether the facts are ambiguous, so that the broker has to be read."""
    seen = frozenset(facts)
    return len(seen & _EN_ROUTE) > 1 and not seen & {ShipmentState.DELIVERED, ShipmentState.RETURNING}
