"""What lanes and commands have in common: take up what is due, each in a task of its own, until told to stop."""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Collection, Coroutine, Hashable
from typing import Any

from bot.engine.store import StoreDown

log = logging.getLogger(__name__)

POLL = 0.5
"""Seconds between looks at the store when nobody wakes it."""
CUT_WITHIN_S = 3.0
"""For a task that is cut: a connection to a server that is silent takes two seconds to be given up."""


async def cut(late: Collection[asyncio.Task[None]]) -> None:
    """Have them end now. What does not even do that ends with the connection it waits for, which is closed last."""
    for task in late:
        task.cancel()
    if late:
        await asyncio.wait(late, timeout=CUT_WITHIN_S)


class Pump(ABC):
    """``take`` starts tasks by :meth:`begin`; one key is under way at most once."""

    def __init__(self, name: str, within: float) -> None:
        """``within``: how long what is under way has from :meth:`hold` on, in seconds."""
        self._name = name
        self._within = within
        self._wake = asyncio.Event()
        self._pump: asyncio.Task[None] | None = None
        self._stopping = False
        self._held_at = 0.0
        self._running: dict[Hashable, asyncio.Task[None]] = {}

    @abstractmethod
    async def take(self) -> None:
        """Begin what is due."""

    def begin(self, key: Hashable, work: Coroutine[Any, Any, None], name: str) -> None:
        """Have ``work`` done; when it ends, whatever its end, the store is looked at again."""
        task = asyncio.create_task(work, name=name)
        self._running[key] = task
        task.add_done_callback(lambda _: self._ended(key))

    def _ended(self, key: Hashable) -> None:
        del self._running[key]
        self._wake.set()

    def start(self) -> None:
        self._pump = asyncio.create_task(self._run(), name=self._name)

    def wake(self) -> None:
        """Something may be due."""
        self._wake.set()

    @property
    def idle(self) -> bool:
        return not self._running

    def hold(self) -> None:
        """Begin nothing more; what is under way goes on, and its time begins."""
        if not self._stopping:
            self._stopping, self._held_at = True, asyncio.get_running_loop().time()
        self._wake.set()

    async def stop(self, within: float | None = None) -> None:
        """Let what is under way end within the deadline; what is cut then is taken up at the next start."""
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
