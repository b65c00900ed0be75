"""Group commit on SQLite: one thread, one connection; the pieces of work that wait share a transaction.

Each piece is all or nothing (a savepoint), sees what those before it in the same transaction wrote, and is told its
result after the commit, never before. That makes one hop between threads of each piece, and one sync of many.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

Work = Callable[[sa.Connection], Any]

LONGEST_S = 0.01
"""After so long no further piece joins a transaction: those whose work is done wait for the commit."""


@dataclass
class _Piece:
    work: Work
    future: asyncio.Future[Any]
    result: Any = None
    error: Exception | None = None


class GroupCommit:
    def __init__(self, engine: sa.Engine, is_trouble: Callable[[BaseException], bool]) -> None:
        """``is_trouble``: whether an error is the database's own, so that the transaction around it is lost too."""
        self._engine = engine
        self._is_trouble = is_trouble
        self._waiting: deque[_Piece] = deque()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite-writer")
        self._draining: asyncio.Task[None] | None = None

    async def run(self, work: Work) -> Any:
        """What ``work`` returned, once it is durable. It may be called twice: its first transaction may be lost."""
        loop = asyncio.get_running_loop()
        piece = _Piece(work, loop.create_future())
        self._waiting.append(piece)
        if self._draining is None or self._draining.done():
            self._draining = loop.create_task(self._drain(), name="group commit")
        return await piece.future

    async def _drain(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            for piece in await loop.run_in_executor(self._thread, self._transaction):
                if piece.future.done():  # who asked has been cancelled
                    continue
                if piece.error is not None:
                    piece.future.set_exception(piece.error)
                else:
                    piece.future.set_result(piece.result)

    async def close(self) -> None:
        if self._draining is not None:
            await asyncio.gather(self._draining, return_exceptions=True)
        self._thread.shutdown()
        self._engine.dispose()

    # --- in the thread ---------------------------------------------------------------------------------

    def _transaction(self) -> list[_Piece]:
        """Do what waits; a first piece that fails ends it, since there is nothing else to keep."""
        done: list[_Piece] = []
        try:
            with self._engine.begin() as connection:
                until = time.monotonic() + LONGEST_S
                while self._waiting and (not done or time.monotonic() < until):
                    done.append(self._waiting.popleft())
                    if len(done) == 1:
                        done[0].result = done[0].work(connection)
                    else:
                        self._further(connection, done[-1])
        except Exception as error:
            if not done:  # it could not even be begun
                done = list(self._waiting)
                self._waiting.clear()
            elif len(done) > 1 and done[-1].error is error:  # its neighbours may be sound
                for piece in done:
                    self._alone(piece)
                return done
            for piece in done:
                piece.error = error
        return done

    def _further(self, connection: sa.Connection, piece: _Piece) -> None:
        """An error of the piece's own is kept for who asked; trouble of the database ends the transaction."""
        connection.exec_driver_sql("SAVEPOINT piece")
        try:
            piece.result = piece.work(connection)
        except Exception as error:
            piece.error = error
            if self._is_trouble(error):
                raise
            connection.exec_driver_sql("ROLLBACK TO piece")
        connection.exec_driver_sql("RELEASE piece")

    def _alone(self, piece: _Piece) -> None:
        piece.error = None
        try:
            with self._engine.begin() as connection:
                piece.result = piece.work(connection)
        except Exception as error:
            piece.error = error
