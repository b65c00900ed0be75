"""APScheduler as a ticker only: an in-memory schedule that begins the works; no due date is kept in it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from apscheduler.executors.debug import DebugExecutor
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.engine.pump import cut
from bot.engine.store import StoreDown
from bot.storage.database import is_trouble, its_name
from bot.storage.store import SqlStore
from scheduler.jobs import Job

log = logging.getLogger(__name__)

WITHIN = 5.0
"""Seconds that what is under way has at the end."""
LOOK = 1.0
"""Seconds between looks whether the clock was set back."""
SELDOM = timedelta(hours=1)


class Ticker:
    """``start`` it; ``stop`` it and await ``ended``: what is under way then ends before its database is closed.

    Each work is a task of ours, since APScheduler cancels its own in the middle of a query when it is shut down. Its
    executor calls ``_begin`` within the event loop, which is all that it has to do.
    """

    def __init__(self, store: SqlStore, jobs: list[Job], clock: Callable[[], datetime]) -> None:
        self._scheduler = AsyncIOScheduler(executors={"default": DebugExecutor()}, timezone="UTC")
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._watch: asyncio.Task[None] | None = None
        for job in jobs:
            # what is seldom done is due at once: a process that never lives that long would never do it
            self.add(job.name, job.every.total_seconds(), partial(_run, job, store, clock), at_once=job.every >= SELDOM)

    def add(self, name: str, seconds: float, work: Callable[[], Awaitable[object]], *, at_once: bool = False) -> None:
        """Begin ``work`` every so often: late rather than never, and never beside itself. A fault ends no ticking."""
        self._scheduler.add_job(
            self._begin,
            "interval",
            args=[name, work],
            seconds=seconds,
            id=name,
            misfire_grace_time=None,
            coalesce=True,
            **({"next_run_time": datetime.now(UTC)} if at_once else {}),
        )

    def _begin(self, name: str, work: Callable[[], Awaitable[object]]) -> None:
        if name not in self._under_way:
            task = asyncio.create_task(_guarded(name, work), name=f"tick {name}")
            self._under_way[name] = task
            task.add_done_callback(lambda _: self._under_way.pop(name))

    def start(self) -> None:
        self._scheduler.start()
        self._watch = asyncio.create_task(self._watch_the_clock(), name="clock watch")

    def stop(self) -> None:
        """Begin nothing more. Without a start there is nothing to do."""
        if self._watch is not None:
            self._watch.cancel()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def ended(self) -> None:
        """After :meth:`stop`: until what was under way has ended; cut only where it takes too long."""
        if self._under_way:
            _, late = await asyncio.wait(list(self._under_way.values()), timeout=WITHIN)
            await cut(late)

    async def _watch_the_clock(self) -> None:
        """APScheduler waits for a time of day: with the clock set back an hour it would not tick for an hour, and
        leases would run out meanwhile."""
        ahead = time.time() - time.monotonic()
        while True:
            await asyncio.sleep(LOOK)
            before, ahead = ahead, time.time() - time.monotonic()
            if ahead < before - LOOK:
                log.warning("the clock was set back by %.0f s", before - ahead)
                for job in self._scheduler.get_jobs():
                    job.modify(next_run_time=datetime.now(UTC))


async def _run(job: Job, store: SqlStore, clock: Callable[[], datetime]) -> None:
    await job.run(store, clock())


async def _guarded(name: str, work: Callable[[], Awaitable[object]]) -> None:
    try:
        await work()
    except StoreDown as error:  # as often as it ticks: no trace each time
        log.error("%s could not be done, it is begun again at its time: %s", name, error)
    except Exception as error:
        if not is_trouble(error):
            log.exception("%s failed; it is begun again at its time", name)
        else:
            log.error("%s could not be done, it is begun again at its time: %s", name, its_name(error))
