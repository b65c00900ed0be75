"""Lanes: one lane is worked in order, one event at a time; different lanes side by side."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from bot.correlation import correlation
from bot.engine.store import Decide, Store, Turned

log = logging.getLogger(__name__)

LANES = 40
POLL = 0.5
AT_A_STRETCH = 20
"""Turns of one lane before it queues up again behind those that wait longer."""


class Worker:
    def __init__(
        self,
        store: Store,
        decide: Decide,
        poisoned: Decide,
        clock: Callable[[], datetime],
        turned: Callable[[Turned], None],
    ) -> None:
        self._store = store
        self._decide = decide
        self._poisoned = poisoned
        self._clock = clock
        self._turned = turned
        self._wake = asyncio.Event()
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._task: asyncio.Task[None] | None = None
        self._stopping = False

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="worker")

    def wake(self) -> None:
        self._wake.set()

    @property
    def idle(self) -> bool:
        return not self._lanes

    async def stop(self, within: float = 5.0) -> None:
        """Finish the turns in flight; what waits, and what an ill database holds up, is left for the next start."""
        self._stopping = True
        self._wake.set()
        if self._task is not None:
            await self._task
        if self._lanes:
            _, late = await asyncio.wait(self._lanes.values(), timeout=within)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _run(self) -> None:
        while not self._stopping:
            self._wake.clear()
            try:
                for lane in await self._store.open_lanes(LANES * 2):
                    if len(self._lanes) >= LANES:
                        break
                    if lane not in self._lanes:
                        task = asyncio.create_task(self._work(lane), name=f"lane {lane}")
                        self._lanes[lane] = task
            except Exception:
                log.exception("the store does not answer")
                await asyncio.sleep(POLL)
            try:
                await asyncio.wait_for(self._wake.wait(), POLL)
            except TimeoutError:
                continue

    async def _work(self, lane: str) -> None:
        try:
            for _ in range(AT_A_STRETCH):
                if self._stopping:
                    break
                turned = await self._store.turn(lane, self._decide, self._poisoned, self._clock())
                if turned is None:
                    break
                correlation.set(f"event/{turned.stored.id}")
                if turned.decision is None:
                    log.error("event %s set aside; its record says why", turned.stored.id)
                self._turned(turned)
        except Exception:
            log.exception("lane %s stopped; it is taken up again", lane)
            await asyncio.sleep(POLL)
        finally:
            del self._lanes[lane]
            self._wake.set()
