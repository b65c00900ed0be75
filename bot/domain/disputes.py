"""A card holder's objection to a payment, and the papers that answer it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Literal

from bot.domain.common import Value
from bot.domain.text import fold


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


MOST_EXHIBITS = 5
"""Beside the papers of the record, of one order."""
MOST_BYTES = 5 * 1024 * 1024
"""Of one exhibit. What the provider takes is told nowhere: a phone's picture or a scan of a few pages is no more."""
_BEGINS = {"application/pdf": b"%PDF-", "image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n"}
_ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


@dataclass(frozen=True)
class Exhibit:
    """A file of the shop's own (a signed receipt, a picture) that goes with the papers of our answer."""

    name: str
    mime_type: str
    data: bytes


def exhibit(name: str, data: bytes) -> Exhibit:
    """A file as it may go out, by what stands in it, whatever it calls itself. Raises :class:`ValueError` (Portuguese)
    for any but a PDF, a JPEG or a PNG, and for one that is too large."""
    kind = next((mime for mime, begin in _BEGINS.items() if data.startswith(begin)), "")
    if not kind:
        raise ValueError("só vão PDF, JPEG e PNG")
    if len(data) > MOST_BYTES:
        raise ValueError(f"o arquivo passa de {MOST_BYTES // 1024 // 1024} MB")
    stem = "-".join(re.findall(r"[a-z0-9]+", fold(name.rpartition(".")[0] or name)))[:60]
    return Exhibit(f"{stem or 'prova'}.{_ENDINGS[kind]}", kind, data)


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
    order: int = 0
    """Whose exhibits go along; 0: none."""
