"""Carries out commands: the attempt on record before the call, looked up before any repeat, parked, resumed."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.correlation import correlation
from bot.domain.common import Value
from bot.domain.events import Done, Event, Expired, Parked, Refused
from bot.engine.store import Store, Waiting
from bot.integrations import errors

log = logging.getLogger(__name__)

POLL = 0.5
LADDER = (5, 15, 30, 60, 120, 300)
"""Seconds until a parked command is tried again by itself; a closing circuit resumes it at once."""
IN_FLIGHT = 20
"""Calls at a time to one provider; a slow one must not take all slots."""


@dataclass(frozen=True)
class Effect:
    """How a kind of command is carried out.

    ``find`` looks for an effect that may have happened; None means that repeating does no harm. ``run`` and ``find``
    take the command and its key; ``run`` returns the command's ``Result``, ``find`` that or None.
    """

    run: Callable[[Any, str], Awaitable[Value]]
    find: Callable[[Any, str], Awaitable[Value | None]] | None = None


class Dispatcher:
    def __init__(
        self,
        store: Store,
        effects: Mapping[str, Effect],
        clock: Callable[[], datetime],
        finished: Callable[[Waiting, Event], None],
        limits: Mapping[str, int] | None = None,
    ) -> None:
        self._store = store
        self._effects = effects
        self._clock = clock
        self._finished = finished
        self._limits = dict(limits or {})
        self._slots: dict[str, asyncio.Semaphore] = {}
        self._running: dict[int, asyncio.Task[None]] = {}
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._stopping = False

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="dispatcher")

    def wake(self) -> None:
        self._wake.set()

    @property
    def idle(self) -> bool:
        return not self._running

    async def stop(self, within: float = 20.0) -> None:
        """Let the calls in flight end within the deadline; what is cut is in doubt and looked up at the next start."""
        self._stopping = True
        self._wake.set()
        if self._task is not None:
            await self._task
        if self._running:
            _, late = await asyncio.wait(self._running.values(), timeout=within)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _run(self) -> None:
        while not self._stopping:
            self._wake.clear()
            try:
                for waiting in await self._store.waiting_commands(self._clock(), list(self._running), 100):
                    self._running[waiting.id] = asyncio.create_task(self._guarded(waiting), name=waiting.key)
            except Exception:
                log.exception("the store does not answer")
                await asyncio.sleep(POLL)
            try:
                await asyncio.wait_for(self._wake.wait(), POLL)
            except TimeoutError:
                continue

    async def heartbeat(self) -> None:
        """Keep what is being done, and take over what a dead worker was doing. Called every few seconds."""
        await self._store.renew(list(self._running))
        if await self._store.recover(self._clock()):
            self.wake()

    async def _guarded(self, waiting: Waiting) -> None:
        correlation.set(waiting.key)
        needs = waiting.command.needs
        slot = self._slots.setdefault(needs, asyncio.Semaphore(self._limits.get(needs, IN_FLIGHT)))
        try:
            async with slot:
                await self._carry_out(waiting)
        except Exception:
            log.exception("command %s stopped; it is taken up again", waiting.key)
            await self._park(waiting, "internal error", 30, in_doubt=True)
        finally:
            del self._running[waiting.id]
            self._wake.set()

    async def _carry_out(self, waiting: Waiting) -> None:
        command, key = waiting.command, waiting.key
        if waiting.expires_at is not None and waiting.expires_at <= self._clock() and not waiting.in_doubt:
            await self._finish(waiting, "expired", Expired(key=key, command=command))
            return
        effect = self._effects[command.kind]
        doubtful = waiting.in_doubt  # an earlier try may have had its effect, and has not been looked up since
        reason = ""
        try:
            for _ in range(2):
                if doubtful and effect.find is not None:
                    found = await effect.find(command, key)
                    if found is not None:
                        await self._done(waiting, found)
                        return
                    doubtful = False
                if not await self._store.begin(waiting, in_doubt=effect.find is not None, now=self._clock()):
                    return
                try:
                    await self._done(waiting, await effect.run(command, key))
                    return
                except errors.Uncertain as error:
                    reason, doubtful = error.reason, effect.find is not None
            await self._park(waiting, reason, self._ladder(waiting), in_doubt=doubtful)
        except errors.Refused as error:
            if doubtful:  # the look-up was refused: that says nothing of the effect
                await self._park(waiting, error.reason, self._ladder(waiting), in_doubt=True)
                return
            event = Refused(key=key, command=command, reason=error.reason, detail=error.detail)
            await self._finish(waiting, "refused", event, f"{error.reason}: {error.detail}"[:2000])
        except errors.CircuitOpen as error:
            await self._park(waiting, error.reason, error.retry_after, in_doubt=doubtful)
        except errors.Unavailable as error:
            await self._park(waiting, error.reason, max(self._ladder(waiting), error.retry_after), in_doubt=doubtful)
        except errors.Uncertain as error:  # the look-up itself got no answer
            await self._park(waiting, error.reason, self._ladder(waiting), in_doubt=True)

    def _ladder(self, waiting: Waiting) -> float:
        wait = LADDER[min(waiting.attempts, len(LADDER) - 1)]
        return wait * random.uniform(0.8, 1.2)  # noqa: S311 - spreads repeats, keeps no secret

    async def _done(self, waiting: Waiting, result: Value) -> None:
        event = Done(key=waiting.key, command=waiting.command, result=result.model_dump(mode="json"))
        await self._finish(waiting, "done", event)

    async def _finish(self, waiting: Waiting, status: str, event: Event, error: str = "") -> None:
        await self._store.finish(waiting, status, event, error, self._clock())
        self._finished(waiting, event)

    async def _park(self, waiting: Waiting, reason: str, seconds: float, *, in_doubt: bool) -> None:
        now = self._clock()
        event = None if waiting.told_parked else Parked(key=waiting.key, command=waiting.command, reason=reason)
        until = now + timedelta(seconds=seconds)
        await self._store.park(waiting, event, reason, until, in_doubt=in_doubt, now=now)
        if event is not None:
            self._finished(waiting, event)
