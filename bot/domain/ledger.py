"""Double entry, append-only, integer centavos: every entry names its cause and its two accounts."""

from __future__ import annotations

from datetime import datetime

from bot.domain.common import Value


class Entry(Value):
    """``amount`` moves from account ``credit`` to account ``debit``; ``key`` makes it happen once.

    Accounts: ``buyer``, ``seller:<id>``, ``platform``, ``provider_fees``, ``freight``, ``carrier``, ``in_transit``,
    ``owed:<id>`` (what a seller owes the platform, over all orders).
    """

    key: str
    order: int
    debit: str
    credit: str
    amount: int
    cause: str
    at: datetime
