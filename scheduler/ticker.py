"""APScheduler as a ticker only: an in-memory schedule that starts the jobs; it keeps no due dates."""

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
"""Seconds that running jobs get to finish at the end."""
LOOK = 1.0
"""Seconds between checks whether the clock was set back."""
SELDOM = timedelta(hours=1)


class Ticker:
    """``start`` it; ``stop`` it and await ``ended``: running jobs finish before their database is closed.

    Each run is a task of ours, since APScheduler cancels its own in the middle of a query when it is shut down. Its
    executor only calls ``_begin`` within the event loop.
    """

    def __init__(self, store: SqlStore, jobs: list[Job], clock: Callable[[], datetime]) -> None:
        self._scheduler = AsyncIOScheduler(executors={"default": DebugExecutor()}, timezone="UTC")
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._watch: asyncio.Task[None] | None = None
        for job in jobs:
            # rare jobs are due at once: a process that never lives that long would never run them
            self.add(job.name, job.every.total_seconds(), partial(_run, job, store, clock), at_once=job.every >= SELDOM)

    def add(self, name: str, seconds: float, work: Callable[[], Awaitable[object]], *, at_once: bool = False) -> None:
        """Start ``work`` at this interval: late rather than never, and never twice at once. An error does not end the
        ticking."""
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
        """Start nothing more. Without a start this does nothing."""
        if self._watch is not None:
            self._watch.cancel()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def ended(self) -> None:
        """After :meth:`stop`: wait until running jobs have finished; cancel them only if that takes too long."""
        if self._under_way:
            _, late = await asyncio.wait(list(self._under_way.values()), timeout=WITHIN)
            await cut(late)

    async def _watch_the_clock(self) -> None:
        """APScheduler waits for a wall-clock time: with the clock set back an hour it would not tick for an hour, and
        leases would expire meanwhile."""
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
    except StoreDown as error:  # as often as it ticks, so without a traceback
        log.error("%s could not be done, it is begun again at its time: %s", name, error)
    except Exception as error:
        if not is_trouble(error):
            log.exception("%s failed; it is begun again at its time", name)
        else:
            log.error("%s could not be done, it is begun again at its time: %s", name, its_name(error))
