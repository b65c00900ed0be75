"""Works lanes: the events of one lane in order, one at a time; different lanes concurrently."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from bot.correlation import working
from bot.engine.pump import POLL, Pump
from bot.engine.store import Decide, MayBegin, OtherRelease, Store, StoreDown, Turned, later

log = logging.getLogger(__name__)

AT_A_STRETCH = 20
"""Turns of one lane in a row, before lanes that wait longer get theirs."""
ENOUGH = 3 / 4
"""Share of the concurrent lanes from which on no more are looked for: a look costs a good part of a turn."""

LEFT_ALONE_S = 5.0
"""Seconds for which a lane is left alone whose next event only another release can read."""


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
        self._left_until: dict[str, float] = {}

    async def take(self) -> None:
        if len(self._running) > ENOUGH * self._store.lanes:
            return
        free = self._store.lanes - len(self._running)
        now = asyncio.get_running_loop().time()
        self._left_until = {lane: until for lane, until in self._left_until.items() if now < until}
        for lane in await self._store.open_lanes(free, [*map(str, self._running), *self._left_until]):
            self.begin(lane, self._work(lane), f"lane {lane}")

    async def _work(self, lane: str) -> None:
        try:
            for _ in range(AT_A_STRETCH):
                if self._stopping:
                    break
                working("")  # the next event is not known yet
                turned = await self._store.turn(lane, self._decide, self._poisoned, self._clock(), self._may_begin)
                if turned is None:
                    break
                working(turned.stored.root, f"event/{turned.stored.id}")
                if turned.decision is None:
                    event = turned.stored.id
                    log.error("event %s of lane %s set aside: once mended, `autopars replay %s`", event, lane, event)
                self._turned(turned)
                if not turned.more:
                    break
        except OtherRelease as error:
            log.warning("lane %s is left alone for a moment: %s", lane, error)
            self._left_until[lane] = asyncio.get_running_loop().time() + LEFT_ALONE_S
        except StoreDown as error:
            log.error("lane %s stopped, the store does not answer: %s", lane, error)
            await asyncio.sleep(POLL)
        except Exception:
            log.exception("lane %s stopped; it is taken up again", lane)
            await asyncio.sleep(POLL)
