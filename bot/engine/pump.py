"""The base of worker and dispatcher: starts a task for everything that is due, until it is stopped."""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Collection, Coroutine, Hashable
from typing import Any

from bot.engine.store import StoreDown

log = logging.getLogger(__name__)

POLL = 0.5
"""Seconds between polls of the store when nothing wakes it; also the pause after an error."""
CUT_WITHIN_S = 3.0
"""Seconds that a cancelled task has to end: giving up a connection to a silent server takes two."""


async def cut(late: Collection[asyncio.Task[None]]) -> None:
    """Cancel tasks and wait for them. One that still does not end does so when its connection is closed, which is
    last."""
    for task in late:
        task.cancel()
    if late:
        await asyncio.wait(late, timeout=CUT_WITHIN_S)


class Pump(ABC):
    """Calls :meth:`take`, which starts tasks by :meth:`begin`; at most one task per key runs at a time."""

    def __init__(self, name: str, within: float) -> None:
        """``within``: seconds that tasks in progress have to end, from :meth:`hold` on."""
        self._name = name
        self._within = within
        self._wake = asyncio.Event()
        self._pump: asyncio.Task[None] | None = None
        self._stopping = False
        self._held_at = 0.0
        self._running: dict[Hashable, asyncio.Task[None]] = {}

    @abstractmethod
    async def take(self) -> None:
        """Start what is due, by :meth:`begin`."""

    def begin(self, key: Hashable, work: Coroutine[Any, Any, None], name: str) -> None:
        """Run ``work`` in a task; when it ends, however it ends, :meth:`take` is called again."""
        task = asyncio.create_task(work, name=name)
        self._running[key] = task
        task.add_done_callback(lambda _: self._ended(key))

    def _ended(self, key: Hashable) -> None:
        del self._running[key]
        self._wake.set()

    def start(self) -> None:
        self._pump = asyncio.create_task(self._run(), name=self._name)

    def wake(self) -> None:
        """Have :meth:`take` called soon: something may be due."""
        self._wake.set()

    @property
    def idle(self) -> bool:
        return not self._running

    def hold(self) -> None:
        """Start nothing new; the deadline of what is in progress begins."""
        if not self._stopping:
            self._stopping, self._held_at = True, asyncio.get_running_loop().time()
        self._wake.set()

    async def stop(self, within: float | None = None) -> None:
        """Wait for what is in progress up to the deadline, then cancel it; the next start takes it up again."""
        self.hold()
        if self._pump is not None:
            await self._pump
        if self._running:
            until = self._held_at + (self._within if within is None else within)
            left = max(0.0, until - asyncio.get_running_loop().time())
            _, late = await asyncio.wait(self._running.values(), timeout=left)
            await cut(late)

    async def _run(self) -> None:
        while not self._stopping:
            self._wake.clear()
            try:
                await self.take()
            except StoreDown as error:
                log.error("the store does not answer: %s", error)
                await asyncio.sleep(POLL)
            except Exception:
                log.exception("the %s stumbled; it goes on", self._name)
                await asyncio.sleep(POLL)
            alarm = asyncio.get_running_loop().call_later(POLL, self._wake.set)
            await self._wake.wait()
            alarm.cancel()
