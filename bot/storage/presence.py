"""Workers on one PostgreSQL server see each other: who has work wakes the others, who dies is seen dead at once.

A worker holds an advisory lock for as long as its own connection lives, which is as long as its process does. What a
worker was doing whose lock is free is taken over after ``DEAD_AFTER``; the lease in the row shows one that only hangs.
"""

from __future__ import annotations

import asyncio
import logging
import time

from bot.engine.store import COMMANDS, EVENTS, Wake
from bot.storage.line import Line, LineDown
from bot.storage.statements import AT_ONCE, CHANNEL

log = logging.getLogger(__name__)

LOOK = 0.25
"""Seconds between looks at the others."""
DEAD_AFTER = 0.8
"""How long a lock must be seen free: a worker whose connection was cut has taken it again by then."""
AGAIN = 0.2
"""Seconds until a connection that was lost is made again."""
GRACE = 5.0
"""After a loss of our own nobody is judged for so long: the server may have been restarted under all of us."""

# the words of the partial index of open commands; a lock by one number is shown as its two halves
LOST = """
SELECT DISTINCT owner FROM commands WHERE status IN ('new', 'doing', 'parked') AND status = 'doing' AND owner <> $1
AND NOT EXISTS (
  SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND (classid::bigint << 32 | objid::bigint) = hashtextextended(owner, 0))
"""
TAKE_OVER = """
UPDATE commands SET status = 'new', not_before = $2
WHERE status IN ('new', 'doing', 'parked') AND status = 'doing' AND owner = ANY($1::text[]) RETURNING id
"""


class Presence:
    def __init__(self, url: str, owner: str) -> None:
        self._url = url
        self._owner = owner
        self._keeping: asyncio.Task[None] | None = None
        self._seen = asyncio.Event()

    @property
    def seen(self) -> bool:
        """Whether the others see us: what we begin unseen they would take for a dead worker's."""
        return self._seen.is_set()

    async def appear(self, wake: Wake) -> None:
        """Return when the others see us. ``wake`` is called whenever there may be work from elsewhere."""
        if self._keeping is None:
            self._keeping = asyncio.create_task(self._keep(wake), name="presence")
        await self._seen.wait()

    async def disappear(self) -> None:
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)
            self._keeping = None

    async def _keep(self, wake: Wake) -> None:
        grace = 0.0
        while True:
            try:
                line = await Line.open(self._url)
                try:
                    await self._on(line, wake, grace)
                finally:
                    self._seen.clear()
                    line.close()
            except LineDown as error:
                log.warning("this worker is not seen by the others: %s", error)
            except Exception:
                log.exception("this worker is not seen by the others")
            grace = GRACE
            await asyncio.sleep(AGAIN)

    async def _on(self, line: Line, wake: Wake, grace: float) -> None:
        if not await line.try_lock(self._owner):
            raise LineDown("the server still believes in the connection of before")
        await line.hear(CHANNEL, wake)
        self._seen.set()
        for what in (EVENTS, COMMANDS):  # what was said before went unheard
            wake(what)
        free_since: dict[str, float] = {}
        judged_from = time.monotonic() + grace
        while not line.closed.is_set():
            now = time.monotonic()
            free = [row[0] for row in await line.rows(LOST, self._owner)]
            free_since = {owner: free_since.get(owner, now) for owner in free}
            dead = [owner for owner, since in free_since.items() if now >= max(since + DEAD_AFTER, judged_from)]
            if dead and (taken := await line.rows(TAKE_OVER, dead, AT_ONCE)):
                log.warning("%s commands of workers that died are looked up", len(taken))
                wake(COMMANDS)
            await line.lasts(LOOK)
