"""Accepting by group commit: everything that waits is stored in one transaction, then each caller is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from bot.domain.events import Incoming
from bot.engine.store import Store, StoreDown

MOST = 500
CAPACITY = 5000


class Full(Exception):
    """Too much waits to be stored: answer 503 and let the sender come again."""


class Intake:
    """``put`` returns when the events are durable. After it returned, nothing is dropped."""

    def __init__(self, store: Store, clock: Callable[[], datetime], stored: Callable[[], None]) -> None:
        self._store = store
        self._clock = clock
        self._stored = stored
        self._queue: asyncio.Queue[tuple[Sequence[Incoming], asyncio.Future[list[bool]]]] = asyncio.Queue(CAPACITY)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="intake")

    async def stop(self) -> None:
        """Store what was handed in, then end."""
        await self._queue.join()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def put(self, incoming: Sequence[Incoming]) -> list[bool]:
        """Store events; for each, whether it was new. Raises :class:`Full`, ``StoreDown``, or what a row raised."""
        if not incoming:
            return []
        future: asyncio.Future[list[bool]] = asyncio.get_running_loop().create_future()
        try:
            self._queue.put_nowait((incoming, future))
        except asyncio.QueueFull:
            raise Full from None
        return await future

    async def _run(self) -> None:
        while True:
            batch = [await self._queue.get()]
            while len(batch) < MOST and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            try:
                await self._commit(batch)
            finally:
                for _ in batch:
                    self._queue.task_done()

    async def _commit(self, batch: list[tuple[Sequence[Incoming], asyncio.Future[list[bool]]]]) -> None:
        try:
            news = await self._store.accept([i for incoming, _ in batch for i in incoming], self._clock())
        except Exception as error:
            if len(batch) > 1 and not isinstance(error, StoreDown):  # one bad row must not fail its neighbours
                for one in batch:
                    await self._commit([one])
                return
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        start = 0
        for incoming, future in batch:
            if not future.done():
                future.set_result(news[start : start + len(incoming)])
            start += len(incoming)
        self._stored()
