"""Mutual exclusion between processes: a file lock beside an SQLite database, an advisory lock on a PostgreSQL server.

Both are released when their holder dies.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

from bot.storage.database import Database, sqlite_path
from bot.storage.dedicated import ConnectionLost, DedicatedConnection
from bot.storage.filelock import FileLock, beside

log = logging.getLogger(__name__)

FILE_POLL = 0.1
SERVER_POLL = 0.5
"""A waiting ``pg_advisory_lock`` would hold a snapshot and block vacuum, possibly for days."""
PULSE = 1.0
"""Seconds between statements that keep the holder's session from timing out."""


class ProcessLock(Protocol):
    async def acquire(self) -> None:
        """Wait until no other process holds the lock, and take it."""
        ...

    async def lost(self) -> None:
        """Wait until the lock is lost without having been released."""
        ...

    async def release(self) -> None: ...


def process_lock(database: Database, name: str) -> ProcessLock:
    """The lock ``name`` of all processes that use this database."""
    path = sqlite_path(database.url)
    if path is not None:
        return FileProcessLock(name, beside(path, name))
    return FileProcessLock(name, None) if database.is_sqlite else ServerProcessLock(name, database.url)


@asynccontextmanager
async def holding(one: ProcessLock) -> AsyncIterator[None]:
    try:
        await one.acquire()
        yield
    finally:
        await one.release()


class FileProcessLock:
    def __init__(self, name: str, path: Path | None) -> None:
        """``path``: None for a database in memory, which no other process sees."""
        self._name = name
        self._lock = FileLock(path) if path else None

    async def acquire(self) -> None:
        told = False
        while self._lock is not None and not self._lock.try_acquire():
            told = told or _tell(self._name)
            await asyncio.sleep(FILE_POLL)

    async def lost(self) -> None:
        await asyncio.Event().wait()  # the system keeps the lock as long as this process lives

    async def release(self) -> None:
        if self._lock is not None:
            self._lock.close()


class ServerProcessLock:
    def __init__(self, name: str, url: str) -> None:
        self._name = name
        self._url = url
        self._connection: DedicatedConnection | None = None
        self._beating: asyncio.Task[None] | None = None

    async def acquire(self) -> None:
        told, trouble = False, ""
        while True:
            try:
                if self._connection is None or self._connection.closed.is_set():
                    await self.release()
                    self._connection = await DedicatedConnection.open(self._url)
                if await self._connection.try_lock(f"autopars {self._name}"):
                    self._beating = asyncio.create_task(_beat(self._connection), name=f"place of the {self._name}")
                    return
                told = told or _tell(self._name)
            except ConnectionLost as error:
                if str(error) != trouble:  # it is tried twice a second
                    trouble = str(error)
                    log.warning("the lock of the %s cannot be had yet: %s; it is tried again", self._name, trouble)
                await self.release()
            await asyncio.sleep(SERVER_POLL)

    async def lost(self) -> None:
        if self._connection is not None:
            await self._connection.closed.wait()

    async def release(self) -> None:
        if self._beating is not None:
            self._beating.cancel()
            self._beating = None
        if self._connection is not None:
            self._connection.close()
            self._connection = None


async def _beat(connection: DedicatedConnection) -> None:
    """Keep the session alive; close it if the server does not answer, since the lock is then lost."""
    while await connection.lives_for(PULSE):
        try:
            await connection.rows("SELECT 1")
        except ConnectionLost:
            connection.close()


def _tell(name: str) -> bool:
    log.info("another process works as the %s; this one goes on when that has gone", name)
    return True
