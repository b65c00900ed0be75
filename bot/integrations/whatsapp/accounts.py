"""WhatsApp's data about phones: asked once per contact, as both gateways advise, then cached."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from bot.integrations.protocols import Account

MOST = 10_000
THERE_S = 30 * 86_400.0
NOT_THERE_S = 3_600.0
"""Somebody not on WhatsApp may join soon; the others stay."""


class Accounts:
    """``ask`` is the gateway's call. Its errors are not cached."""

    def __init__(self, ask: Callable[[str], Awaitable[Account]], now: Callable[[], float] = time.monotonic) -> None:
        self._ask = ask
        self._now = now
        self._known: OrderedDict[str, tuple[Account, float]] = OrderedDict()

    async def find(self, phone: str) -> Account:
        known, until = self._known.get(phone, (None, 0.0))
        if known is not None and self._now() < until:
            return known
        account = await self._ask(phone)
        self._known[phone] = account, self._now() + (THERE_S if account.exists else NOT_THERE_S)
        self._known.move_to_end(phone)
        if len(self._known) > MOST:
            self._known.popitem(last=False)
        return account
