"""Group commit on SQLite: one connection, and waiting pieces of work share a transaction.

Each piece is atomic, sees what the earlier ones in the same transaction wrote, and gets its result after the commit.
If one fails, the transaction is rolled back and the others are run again without it.

Pieces run on the event loop's thread: a statement takes microseconds, less than a switch of threads. Only the commit,
which waits for the disk, runs in a thread.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot.storage.write_lock import PATIENCE_S, WriteLock

log = logging.getLogger(__name__)

Work = Callable[[sa.Connection], Any]

LONGEST_S = 0.02
"""Seconds after which no further piece joins a transaction, since finished ones wait for the commit."""
SOON_S = 0.01
"""The same if one of them was run ``first`` (an HTTP request waits for it)."""
FOR_OTHERS_S = 0.006
"""The same if another process is waiting to write."""
KNOCK_S = 0.002


@dataclass
class _Piece:
    work: Work
    future: asyncio.Future[Any]
    first: bool
    result: Any = None


class GroupCommit:
    def __init__(self, engine: sa.Engine, write_lock: WriteLock) -> None:
        """``engine``: has one connection, which does not wait for locks itself."""
        self._engine = engine
        self._write_lock = write_lock
        self._connection: sa.Connection | None = None
        self._waiting: deque[_Piece] = deque()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite-commit")
        self._draining: asyncio.Task[None] | None = None

    async def run(self, work: Work, *, first: bool = False) -> Any:
        """Run ``work`` and return its result once it is durable. It is called again if its transaction is rolled back.
        ``first``: ahead of everything that waits."""
        loop = asyncio.get_running_loop()
        piece = _Piece(work, loop.create_future(), first)
        (self._waiting.appendleft if first else self._waiting.append)(piece)
        if self._draining is None or self._draining.done():
            self._draining = loop.create_task(self._drain(), name="group commit")
        return await piece.future

    async def close(self) -> None:
        if self._draining is not None:
            await asyncio.gather(self._draining, return_exceptions=True)
        self._thread.shutdown()
        self._let_go()
        self._engine.dispose()
        self._write_lock.close()

    def _let_go(self) -> None:
        """Roll back and close the connection."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            connection.rollback()  # after a failed commit this only resets the state
            connection.close()  # and this, too, has the driver roll back
        except Exception:
            log.exception("what was not committed could not be taken back; the file is opened anew")
            connection.invalidate()

    async def _drain(self) -> None:
        while self._waiting:
            done: list[_Piece] = []
            try:
                done = await self._transaction()
            finally:
                if not done:
                    self._let_go()
                self._write_lock.release()
            for piece in done:
                if not piece.future.done():  # the caller may have been cancelled
                    piece.future.set_result(piece.result)

    async def _transaction(self) -> list[_Piece]:
        """Run waiting pieces and commit them; returns those that are committed. Fails the futures of the others."""
        done: list[_Piece] = []
        try:
            connection = await self._begin()
        except Exception as error:
            while self._waiting:
                _fail(self._waiting.popleft(), error)
            return []
        since, most = time.monotonic(), LONGEST_S
        while self._waiting and time.monotonic() < since + most:
            piece = self._waiting.popleft()
            try:
                piece.result = piece.work(connection)
                if self._write_lock.others_wait():
                    most = min(most, FOR_OTHERS_S)
            except Exception as error:
                _fail(piece, error)
                self._waiting.extendleft(reversed(done))
                return []
            done.append(piece)
            if piece.first:
                most = min(most, SOON_S)
            await asyncio.sleep(0)  # lets requests in, whose work may join
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, connection.commit)
        except Exception as error:
            for piece in done:
                _fail(piece, error)
            return []
        return done

    async def _begin(self) -> sa.Connection:
        """Begin a transaction once we hold the write lock; retry while a program without that lock writes."""
        await self._write_lock.acquire()
        connection = self._connection = self._connection or self._engine.connect()
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                connection.begin()
                return connection
            except sa.exc.OperationalError as error:
                if not _is_busy(error) or time.monotonic() > until:
                    raise
            await asyncio.sleep(KNOCK_S)


def _is_busy(error: sa.exc.OperationalError) -> bool:
    return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


def _fail(piece: _Piece, error: Exception) -> None:
    if not piece.future.done():
        piece.future.set_exception(error)
