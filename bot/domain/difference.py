"""Where our books and a provider's differ, and no rule says who is right: the operator sees to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.common import Value


class Difference(Value):
    """``kind``: unknown_charge, amount, share, fee, refund, label, label_cost, ledger, balance, webhook.

    ``key`` is one for the thing that differs, so that a difference that lasts is one; ``order`` 0: none of ours.
    ``ours`` and ``theirs`` are said in Portuguese.
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
    """Differences that are none any more: that of a ``key``, or all of some ``kinds`` not seen since ``before``."""

    at: datetime
    key: str = ""
    kinds: tuple[str, ...] = ()
    before: datetime | None = None
