"""A difference between our books and a provider's that no rule resolves: the operator decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.common import Value


class Difference(Value):
    """``kind``: unknown_charge, amount, share, fee, refund, label, label_cost, ledger, balance, webhook.

    ``key`` identifies the object and the difference, so that a lasting difference is stored once; ``order`` 0: none of
    ours. ``ours`` and ``theirs`` are descriptions in Portuguese.
    """

    key: str
    kind: str
    order: int = 0
    ours: str
    theirs: str
    found_at: datetime
    """Since when it is open."""
    seen_at: datetime


@dataclass(frozen=True)
class Healed:
    """Close differences: the one of ``key``, or all of ``kinds`` not seen since ``before``."""

    at: datetime
    key: str = ""
    kinds: tuple[str, ...] = ()
    before: datetime | None = None
