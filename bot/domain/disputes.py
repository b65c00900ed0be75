"""A card holder's objection to a payment, and the papers that answer it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Literal

from bot.domain.common import Value


class DisputeState(StrEnum):
    OPEN = "open"
    CONTESTED = "contested"
    """The papers are with the provider; the card's bank decides."""
    CONCEDED = "conceded"
    """Nobody objects: it will most likely be lost."""
    WON = "won"
    LOST = "lost"


DISPUTE_MOVES: Mapping[DisputeState, frozenset[DisputeState]] = {
    DisputeState.OPEN: frozenset({DisputeState.CONTESTED, DisputeState.CONCEDED, DisputeState.WON, DisputeState.LOST}),
    DisputeState.CONCEDED: frozenset({DisputeState.CONTESTED, DisputeState.WON, DisputeState.LOST}),
    DisputeState.CONTESTED: frozenset({DisputeState.WON, DisputeState.LOST}),
    DisputeState.WON: frozenset(),
    DisputeState.LOST: frozenset(),
}
"""Seller and operator contest or concede; the provider's facts end it."""


class Dispute(Value):
    """The newest objection to a payment of an order."""

    charge: str
    """Our reference of the charge."""
    state: DisputeState = DisputeState.OPEN
    opened_at: datetime
    reason: str = ""
    """``fraud``, ``not_received``, ``not_as_agreed``, ``cancelled``, ``wrong_charge``, ``other``; "" if unread."""
    answer_by: date | None = None
    """The last day for papers."""
    sending: bool = False
    """The papers were handed to the provider, and the answer is not there yet."""


class Paper(Value):
    """A document of our answer, as lines of text; it goes out as a PDF."""

    name: str
    title: str
    lines: tuple[str, ...]


class Objection(Value):
    """What the provider says of a dispute. ``status``: open, contested, won, lost, closed, other, none."""

    status: str
    reason: str = ""
    answer_by: date | None = None


class ReadDispute(Value):
    """Read a card holder's objection to a charge."""

    kind: Literal["dispute.read"] = "dispute.read"
    needs: ClassVar[str] = "payments"
    Result: ClassVar[type[Value]] = Objection
    charge_id: str


class ContestDispute(Value):
    """Answer an objection with papers. ``Refused``: ``no_dispute``, or the provider's own (the deadline is over)."""

    kind: Literal["dispute.contest"] = "dispute.contest"
    needs: ClassVar[str] = "payments"
    Result: ClassVar[type[Value]] = Objection
    charge_id: str
    papers: tuple[Paper, ...]
