"""Whose turn it is to write to an SQLite file that several processes write to.

SQLite's own lock knows no turns: who asks at the right moment has it, and one that writes all the time leaves such
moments to nobody. So there are two locks: who wants to write becomes the next one, waits there for the pen, and with
the pen in hand leaves the place to another. Whoever has just written cannot write again before one that waited.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.storage.filelock import FileLock, beside

PATIENCE_S = 10.0
"""How long another process may keep the file to itself."""
LOOK_S = 0.001


class Pen:
    """One way in to the file; each that writes has its own. Without a file (memory) nobody else writes."""

    def __init__(self, path: Path | None) -> None:
        self._next = FileLock(beside(path, "next")) if path else None
        self._pen = FileLock(beside(path, "pen")) if path else None

    async def take(self) -> None:
        """Return when it is our turn. Raises ``TimeoutError`` (an ``OSError``) when another does not give it back."""
        if self._next is None or self._pen is None:
            return
        until = time.monotonic() + PATIENCE_S
        try:
            for lock in (self._next, self._pen):
                while not lock.try_take():
                    if time.monotonic() > until:
                        raise TimeoutError("another process keeps the database file to itself")
                    await asyncio.sleep(LOOK_S)
        finally:
            self._next.give_back()

    def others_wait(self) -> bool:
        if self._next is None:
            return False
        nobody = self._next.try_take()
        self._next.give_back()
        return not nobody

    def give_back(self) -> None:
        if self._pen is not None:
            self._pen.give_back()

    def close(self) -> None:
        for lock in (self._next, self._pen):
            if lock is not None:
                lock.close()

    @asynccontextmanager
    async def in_hand(self) -> AsyncIterator[None]:
        await self.take()
        try:
            yield
        finally:
            self.give_back()
