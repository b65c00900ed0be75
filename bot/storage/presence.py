"""Liveness of workers on one PostgreSQL server: they wake each other (``NOTIFY``) and detect a dead worker.

Each worker holds an advisory lock on a dedicated connection, which ends with its process. Commands in progress whose
owner's lock has been free for ``DEAD_AFTER`` are taken over. A worker that hangs but lives is detected by its lease.
"""

from __future__ import annotations

import asyncio
import logging
import time

from bot.engine.store import COMMANDS, EVENTS, Wake
from bot.storage.dedicated import ConnectionLost, DedicatedConnection
from bot.storage.statements import AT_ONCE, CHANNEL

log = logging.getLogger(__name__)

LOOK = 0.25
"""Seconds between checks of the other workers' locks."""
DEAD_AFTER = 0.8
"""How long a lock must be free, in seconds: a worker whose connection was only cut has reconnected by then."""
AGAIN = 0.2
"""Seconds before a reconnect."""
GRACE = 5.0
"""After a reconnect of our own, nobody is declared dead for so many seconds: the server may have restarted, and the
others may still be reconnecting."""

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
        """Whether our lock is held. Without it, other workers would take over what we begin."""
        return self._seen.is_set()

    async def appear(self, wake: Wake) -> None:
        """Return when our lock is held. ``wake`` is called when other processes have stored events or commands."""
        if self._keeping is None:
            self._keeping = asyncio.create_task(self._keep(wake), name="presence")
        await self._seen.wait()

    async def disappear(self) -> None:
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)
            self._keeping = None

    async def _keep(self, wake: Wake) -> None:
        grace, told = 0.0, ""
        while True:
            try:
                connection = await DedicatedConnection.open(self._url)
                try:
                    await self._on(connection, wake, grace)
                finally:
                    told = "" if self._seen.is_set() else told
                    self._seen.clear()
                    connection.close()
            except ConnectionLost as error:
                if str(error) != told:  # it is tried several times a second
                    told = str(error)
                    log.warning("this worker is not seen by the others: %s; it is tried again", told)
            except Exception:
                log.exception("this worker is not seen by the others")
            grace = GRACE
            await asyncio.sleep(AGAIN)

    async def _on(self, connection: DedicatedConnection, wake: Wake, grace: float) -> None:
        if not await connection.try_lock(self._owner):
            raise ConnectionLost("the server still believes in the connection of before")
        await connection.listen(CHANNEL, wake)
        self._seen.set()
        for what in (EVENTS, COMMANDS):  # notifications before this were missed
            wake(what)
        free_since: dict[str, float] = {}
        judged_from = time.monotonic() + grace
        while not connection.closed.is_set():
            now = time.monotonic()
            free = [row[0] for row in await connection.rows(LOST, self._owner)]
            free_since = {owner: free_since.get(owner, now) for owner in free}
            dead = [owner for owner, since in free_since.items() if now >= max(since + DEAD_AFTER, judged_from)]
            if dead and (taken := await connection.rows(TAKE_OVER, dead, AT_ONCE)):
                log.warning("%s commands of workers that died are looked up", len(taken))
                wake(COMMANDS)
            await connection.lives_for(LOOK)
