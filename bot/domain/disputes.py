"""Chargebacks (disputes of card payments) and the documents that answer them."""

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
    """The documents were sent; the card's bank decides."""
    CONCEDED = "conceded"
    """Conceded: it will most likely be lost."""
    WON = "won"
    LOST = "lost"


DISPUTE_MOVES: Mapping[DisputeState, frozenset[DisputeState]] = {
    DisputeState.OPEN: frozenset({DisputeState.CONTESTED, DisputeState.CONCEDED, DisputeState.WON, DisputeState.LOST}),
    DisputeState.CONCEDED: frozenset({DisputeState.CONTESTED, DisputeState.WON, DisputeState.LOST}),
    DisputeState.CONTESTED: frozenset({DisputeState.WON, DisputeState.LOST}),
    DisputeState.WON: frozenset(),
    DisputeState.LOST: frozenset(),
}
"""Allowed moves: seller and operator contest or concede, the provider's facts end it."""


class Dispute(Value):
    """The newest chargeback of an order."""

    charge: str
    """Our reference of the charge."""
    state: DisputeState = DisputeState.OPEN
    opened_at: datetime
    reason: str = ""
    """``fraud``, ``not_received``, ``not_as_agreed``, ``cancelled``, ``wrong_charge``, ``other``; "" if unread."""
    answer_by: date | None = None
    """The last day for documents."""
    sending: bool = False
    """The command that sends the documents is in progress."""


class Paper(Value):
    """A document of our answer, as lines of text; it goes out as a PDF."""

    name: str
    title: str
    lines: tuple[str, ...]


MOST_EXHIBITS = 5
"""Most files of one order, besides the generated documents."""
MOST_BYTES = 5 * 1024 * 1024
"""Of one exhibit. The provider's limit is undocumented: a phone's picture or a scan of a few pages is not larger."""
_BEGINS = {"application/pdf": b"%PDF-", "image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n"}
_ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


@dataclass(frozen=True)
class Exhibit:
    """A file of the shop (a signed receipt, a picture) that is sent along with the generated documents."""

    name: str
    mime_type: str
    data: bytes


def exhibit(name: str, data: bytes) -> Exhibit:
    """A file with the type found in its content, whatever it claims. Raises :class:`ValueError` (Portuguese) for
    anything but PDF, JPEG and PNG, and for one that is too large."""
    kind = next((mime for mime, begin in _BEGINS.items() if data.startswith(begin)), "")
    if not kind:
        raise ValueError("só vão PDF, JPEG e PNG")
    if len(data) > MOST_BYTES:
        raise ValueError(f"o arquivo passa de {MOST_BYTES // 1024 // 1024} MB")
    stem = "-".join(re.findall(r"[a-z0-9]+", fold(name.rpartition(".")[0] or name)))[:60]
    return Exhibit(f"{stem or 'prova'}.{_ENDINGS[kind]}", kind, data)


class Objection(Value):
    """The provider's state of a dispute. ``status``: open, contested, won, lost, closed, other, none."""

    status: str
    reason: str = ""
    answer_by: date | None = None


class ReadDispute(Value):
    """Read the dispute of a charge."""

    kind: Literal["dispute.read"] = "dispute.read"
    needs: ClassVar[str] = "payments"
    Result: ClassVar[type[Value]] = Objection
    charge_id: str


class ContestDispute(Value):
    """Contest a dispute with documents. ``Refused``: ``no_dispute``, or the provider's own reason (the deadline is
    over)."""

    kind: Literal["dispute.contest"] = "dispute.contest"
    needs: ClassVar[str] = "payments"
    Result: ClassVar[type[Value]] = Objection
    charge_id: str
    papers: tuple[Paper, ...]
    order: int = 0
    """The order whose exhibits are sent along; 0: none."""
