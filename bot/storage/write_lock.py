"""A fair write lock for an SQLite file that several processes write to.

SQLite's own lock is not fair: a process that writes all the time can starve the others. So there are two file locks.
A writer takes ``next``, waits there for ``pen`` (the right to write), and releases ``next`` once it has that: whoever
has just written cannot write again before a process that was already waiting.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.storage.filelock import FileLock, beside

PATIENCE_S = 10.0
"""How long to wait for another process before giving up, in seconds."""
LOOK_S = 0.001
"""Seconds between attempts."""


class WriteLock:
    """One per connection that writes. ``path``: None for a database in memory, which has no other writers."""

    def __init__(self, path: Path | None) -> None:
        self._next = FileLock(beside(path, "next")) if path else None
        self._write_lock = FileLock(beside(path, "pen")) if path else None

    async def acquire(self) -> None:
        """Wait for our turn. Raises ``TimeoutError`` (an ``OSError``) after :data:`PATIENCE_S`."""
        if self._next is None or self._write_lock is None:
            return
        until = time.monotonic() + PATIENCE_S
        try:
            for lock in (self._next, self._write_lock):
                while not lock.try_acquire():
                    if time.monotonic() > until:
                        raise TimeoutError("another process keeps the database file to itself")
                    await asyncio.sleep(LOOK_S)
        finally:
            self._next.release()

    def others_wait(self) -> bool:
        """Whether another process is waiting to write."""
        if self._next is None:
            return False
        nobody = self._next.try_acquire()
        self._next.release()
        return not nobody

    def release(self) -> None:
        if self._write_lock is not None:
            self._write_lock.release()

    def close(self) -> None:
        for lock in (self._next, self._write_lock):
            if lock is not None:
                lock.close()

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        await self.acquire()
        try:
            yield
        finally:
            self.release()
