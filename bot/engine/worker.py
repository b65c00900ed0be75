"""Lanes: one lane is worked in order, one event at a time; different lanes side by side."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from bot.correlation import working
from bot.engine.pump import POLL, Pump
from bot.engine.store import Decide, MayBegin, Store, StoreDown, Turned, later

log = logging.getLogger(__name__)

AT_A_STRETCH = 20
"""Turns of one lane before it queues up again behind those that wait longer."""
ENOUGH = 3 / 4
"""Of the lanes that may be under way: while so many are, nobody looks for more. A look costs a good part of a turn."""


class Worker(Pump):
    def __init__(
        self,
        store: Store,
        decide: Decide,
        poisoned: Decide,
        clock: Callable[[], datetime],
        turned: Callable[[Turned], None],
        may_begin: MayBegin = later,
    ) -> None:
        super().__init__("worker", within=5.0)
        self._store = store
        self._decide = decide
        self._poisoned = poisoned
        self._clock = clock
        self._turned = turned
        self._may_begin = may_begin

    async def take(self) -> None:
        if len(self._running) > ENOUGH * self._store.lanes:
            return
        free = self._store.lanes - len(self._running)
        for lane in await self._store.open_lanes(free, [str(lane) for lane in self._running]):
            self.begin(lane, self._work(lane), f"lane {lane}")

    async def _work(self, lane: str) -> None:
        try:
            for _ in range(AT_A_STRETCH):
                if self._stopping:
                    break
                working("")  # not known yet what comes next
                turned = await self._store.turn(lane, self._decide, self._poisoned, self._clock(), self._may_begin)
                if turned is None:
                    break
                working(turned.stored.root, f"event/{turned.stored.id}")
                if turned.decision is None:
                    log.error("event %s set aside; its record says why", turned.stored.id)
                self._turned(turned)
                if not turned.more:
                    break
        except StoreDown as error:
            log.error("lane %s stopped, the store does not answer: %s", lane, error)
            await asyncio.sleep(POLL)
        except Exception:
            log.exception("lane %s stopped; it is taken up again", lane)
            await asyncio.sleep(POLL)
