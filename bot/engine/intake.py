"""Group commit of incoming events: everything that waits is stored in one transaction, then each caller is answered."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.events import Incoming
from bot.engine.store import Store, StoreDown

MOST = 500
"""Calls whose events share one commit."""
CAPACITY = 5000
"""Calls that may wait; beyond that :class:`Full` is raised."""
PATIENCE_S = 8.0
"""Seconds until a caller gets ``StoreDown`` from a store that does not answer: below the 10 s after which Asaas hangs
up, so that it sees our 503."""

Told = asyncio.Future[list[bool]]
"""Resolves, once the events are durable, to whether each was new; or to the error that prevented storing them."""


class Full(Exception):
    """The queue is full, or the process is stopping: answer 503, the sender will retry."""


@dataclass(slots=True)
class _Handed:
    incoming: Sequence[Incoming]
    future: Told
    since: float


class Intake:
    """One writer task over a queue of calls."""

    def __init__(
        self, store: Store, clock: Callable[[], datetime], stored: Callable[[Sequence[Incoming]], None]
    ) -> None:
        """``stored`` is called after every commit with the events that were new."""
        self._store = store
        self._clock = clock
        self._stored = stored
        self._waiting: deque[_Handed] = deque()
        self._untold: deque[_Handed] = deque()
        self._wake = asyncio.Event()
        self._alarm: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._stopping = False

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="intake")

    async def stop(self) -> None:
        """Store what is queued, then end."""
        self._stopping = True
        self._wake.set()
        if self._task is not None:
            await self._task
        if self._alarm is not None:
            self._alarm.cancel()

    async def put(self, incoming: Sequence[Incoming]) -> list[bool]:
        """Store events; returns, once they are durable, whether each was new. Raises :class:`Full`, ``StoreDown``, or
        the database's error about a row."""
        told: Told = asyncio.get_running_loop().create_future()
        self.hand_in(incoming, told)
        return await told

    def hand_in(self, incoming: Sequence[Incoming], told: Told) -> None:
        """As :meth:`put`, without waiting: the outcome goes to ``told``; only :class:`Full` is raised."""
        if not incoming:
            if not told.done():
                told.set_result([])
            return
        if len(self._waiting) >= CAPACITY or self._stopping:
            raise Full
        handed = _Handed(incoming, told, asyncio.get_running_loop().time())
        self._waiting.append(handed)
        self._wake.set()
        self._watch(handed)

    async def _run(self) -> None:
        while self._waiting or not self._stopping:
            if not self._waiting:
                self._wake.clear()
                await self._wake.wait()
                continue
            await self._commit([self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))])

    async def _commit(self, batch: list[_Handed]) -> None:
        incoming = [i for one in batch for i in one.incoming]
        try:
            news = await self._store.accept(incoming, self._clock())
        except Exception as error:
            if len(batch) > 1 and not isinstance(error, StoreDown):  # one bad row must not fail the others
                for one in batch:
                    await self._commit([one])
                return
            if self._stopping and isinstance(error, StoreDown):  # no time for retries: senders will come again
                batch = [*batch, *self._waiting]
                self._waiting.clear()
            for one in batch:
                if not one.future.done():
                    one.future.set_exception(error)
            return
        start = 0
        for one in batch:
            if not one.future.done():
                one.future.set_result(news[start : start + len(one.incoming)])
            start += len(one.incoming)
        self._stored([one for one, new in zip(incoming, news, strict=True) if new])

    def _watch(self, handed: _Handed) -> None:
        """One timer for all calls: one per call would cost as much as storing it."""
        while self._untold and self._untold[0].future.done():
            self._untold.popleft()
        self._untold.append(handed)
        if self._alarm is None:
            self._alarm = asyncio.get_running_loop().call_later(PATIENCE_S, self._out_of_patience)

    def _out_of_patience(self) -> None:
        """Fail the calls that have waited too long. Their events stay queued and may still be stored; a retry by the
        sender is then recognised as a repeat."""
        loop = asyncio.get_running_loop()
        self._alarm = None
        while self._untold:
            first = self._untold[0]
            left = first.since + PATIENCE_S - loop.time()
            if left > 0 and not first.future.done():
                self._alarm = loop.call_later(left, self._out_of_patience)
                return
            self._untold.popleft()
            if not first.future.done():
                first.future.set_exception(StoreDown("the store is silent"))
