"""APScheduler as a ticker only: an in-memory schedule that runs the jobs; no due date is kept in it."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.storage.store import SqlStore
from scheduler.jobs import Job

log = logging.getLogger(__name__)


class Ticker:
    def __init__(self, store: SqlStore, jobs: list[Job], clock: Callable[[], datetime]) -> None:
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._store = store
        self._clock = clock
        for job in jobs:
            # a late run is run, once, and never beside itself
            self._scheduler.add_job(
                self._run,
                "interval",
                args=[job],
                seconds=job.every.total_seconds(),
                id=job.name,
                misfire_grace_time=None,
                coalesce=True,
                max_instances=1,
            )

    async def _run(self, job: Job) -> None:
        try:
            await job.run(self._store, self._clock())
        except Exception:
            log.exception("job %s failed; it runs again in %s", job.name, job.every)

    def add(self, name: str, seconds: float, work: Callable[[], Awaitable[object]]) -> None:
        """Tick something of the process itself beside the jobs."""

        async def guarded() -> None:
            try:
                await work()
            except Exception:
                log.exception("%s failed", name)

        self._scheduler.add_job(
            guarded, "interval", seconds=seconds, id=name, misfire_grace_time=None, coalesce=True, max_instances=1
        )

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
