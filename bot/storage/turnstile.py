"""One process at a time: a file lock beside an SQLite database, an advisory lock on a PostgreSQL server.

Whoever dies has left at once, and the next one enters.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

from bot.storage.database import Database, sqlite_path
from bot.storage.filelock import FileLock, beside
from bot.storage.line import Line, LineDown

log = logging.getLogger(__name__)

FILE_POLL = 0.1
SERVER_POLL = 0.5
"""A waiting ``pg_advisory_lock`` would hold a snapshot, and keep dead rows from being cleared away, for days."""
PULSE = 1.0
"""Seconds between looks whether the server still answers who has entered."""


class Turnstile(Protocol):
    async def enter(self) -> None:
        """Return when nobody else is inside."""
        ...

    async def pushed_out(self) -> None:
        """Return when the place is lost although nobody left it."""
        ...

    async def leave(self) -> None: ...


def turnstile(database: Database, name: str) -> Turnstile:
    """The way in for the processes of one database, of which one at a time is ``name``."""
    path = sqlite_path(database.url)
    if path is not None:
        return FileTurnstile(name, beside(path, name))
    return FileTurnstile(name, None) if database.is_sqlite else ServerTurnstile(name, database.url)


@asynccontextmanager
async def passing(one: Turnstile) -> AsyncIterator[None]:
    try:
        await one.enter()
        yield
    finally:
        await one.leave()


class FileTurnstile:
    def __init__(self, name: str, path: Path | None) -> None:
        """``path``: None where the database is in memory, and no other process sees it."""
        self._name = name
        self._lock = FileLock(path) if path else None

    async def enter(self) -> None:
        told = False
        while self._lock is not None and not self._lock.try_take():
            told = told or _tell(self._name)
            await asyncio.sleep(FILE_POLL)

    async def pushed_out(self) -> None:
        await asyncio.Event().wait()  # the system keeps the lock for as long as we live

    async def leave(self) -> None:
        if self._lock is not None:
            self._lock.close()


class ServerTurnstile:
    def __init__(self, name: str, url: str) -> None:
        self._name = name
        self._url = url
        self._line: Line | None = None
        self._beating: asyncio.Task[None] | None = None

    async def enter(self) -> None:
        told = False
        while True:
            try:
                if self._line is None or self._line.closed.is_set():
                    await self.leave()
                    self._line = await Line.open(self._url)
                if await self._line.try_lock(f"autopars {self._name}"):
                    self._beating = asyncio.create_task(_beat(self._line), name=f"place of the {self._name}")
                    return
                told = told or _tell(self._name)
            except LineDown as error:
                log.warning("the lock of the %s cannot be had yet: %s", self._name, error)
                await self.leave()
            await asyncio.sleep(SERVER_POLL)

    async def pushed_out(self) -> None:
        if self._line is not None:
            await self._line.closed.wait()

    async def leave(self) -> None:
        if self._beating is not None:
            self._beating.cancel()
            self._beating = None
        if self._line is not None:
            self._line.close()
            self._line = None


async def _beat(line: Line) -> None:
    """Say that we live, or the server would free the place; a server that gives no answer has."""
    while await line.lasts(PULSE):
        try:
            await line.rows("SELECT 1")
        except LineDown:
            line.close()


def _tell(name: str) -> bool:
    log.info("another process works as the %s; this one goes on when that has gone", name)
    return True
