"""Carries out commands: records every attempt before its call, looks up doubtful effects before a repeat, parks."""

from __future__ import annotations

import asyncio
import logging
import random
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.correlation import working
from bot.domain.commands import Command
from bot.domain.common import Value
from bot.domain.events import SET_ASIDE, Done, Event, Expired, Parked, Refused
from bot.engine.doors import AT_A_DOOR, LONGEST_PARK, Doors
from bot.engine.pump import POLL, Pump
from bot.engine.store import Conflict, Decide, Store, StoreDown, Turned, Waiting
from bot.integrations import errors
from bot.integrations.circuit import Circuits

log = logging.getLogger(__name__)

LADDER = (5, 15, 30, 60, 120, 300)
"""Seconds until a parked command is retried, by number of attempts; a circuit that closes resumes it at once."""
LOOK_AGAIN = 3.0
"""Seconds between the two lookups of a doubtful effect. One not found right after its call may still be in progress at
the provider, even if its caller is dead."""
IN_FLIGHT = 20
"""Most concurrent commands of one need (one provider), unless ``limits`` says otherwise."""
BATCH = 100
"""Most commands read by one query."""
OUR_FAULT = "internal error"
MOST_TRACE = 8000
MOST_ERRORS = 20
"""Attempts after which a command that fails by an error of ours is set aside, unless an effect is in doubt."""


@dataclass(frozen=True)
class Effect:
    """How a kind of command is carried out.

    ``find`` looks for an effect that may have happened; None means that repeating does no harm. ``run`` and ``find``
    take the command and its key; ``run`` returns the command's ``Result``, ``find`` that or None, or raises ``Failed``.
    It is asked at once when a call gave no answer, and again, some seconds later, before that call is repeated.
    ``repeats``: how many more tries are allowed, ever, where the lookup waits by itself and proves nothing when it
    finds nothing; then the command is refused as ``uncertain``. None where it does prove that nothing was done.
    """

    run: Callable[[Any, str], Awaitable[Value]]
    find: Callable[[Any, str], Awaitable[Value | None]] | None = None
    repeats: int | None = None


class Dispatcher(Pump):
    def __init__(
        self,
        store: Store,
        effects: Mapping[str, Effect],
        clock: Callable[[], datetime],
        decide: Decide,
        finished: Callable[[Waiting, Event, Turned | None], None],
        limits: Mapping[str, int] | None = None,
        names: Mapping[str, str] | None = None,
        circuits: Circuits | None = None,
    ) -> None:
        """``limits``: need → most concurrent calls; ``names``: need → provider; ``finished``: told of every outcome."""
        super().__init__("dispatcher", within=20.0)
        self._store = store
        self._effects = effects
        self._clock = clock
        self._decide = decide
        self._finished = finished
        self._limits = dict(limits or {})
        self._names = dict(names or {})
        self._slots: dict[str, asyncio.Semaphore] = {}
        self._load: Counter[str] = Counter()
        self._more: dict[str, float] = {}
        """Needs with more due commands than free places → when that was seen, on the event loop's clock."""
        self._doors = Doors(store, clock, self._names, circuits or Circuits(clock))

    async def take(self) -> None:
        """Begin due commands, of each need as many as it has places for."""
        passed_over: list[int] = []
        while not self._stopping:
            left_out = [need for need in self._load if self._is_busy(need)]
            left_out += await self._doors.resume(self._room, lambda need: not self._load[need])
            most = max((self._room(need) for need in self._more if need not in left_out), default=BATCH)
            busy = [*self._ids(), *passed_over]
            due = await self._store.waiting_commands(self._clock(), busy, most, left_out)
            taken = [waiting for waiting in due if self._reserve(waiting.command.needs)]
            begun = {waiting.id for waiting in taken}
            late = [waiting for waiting in due if waiting.id not in begun]
            passed_over += [waiting.id for waiting in late]
            more = {waiting.command.needs for waiting in (due if len(due) == most else late)}
            self._more = {need: seen for need, seen in self._more.items() if need in left_out}
            self._more |= dict.fromkeys(more, asyncio.get_running_loop().time())
            await self._begin_together(taken)
            if len(due) < most:  # otherwise these may hide due commands of other needs
                return

    def _room(self, need: str) -> int:
        return self._limit(need) - self._load[need]

    def _reserve(self, need: str) -> bool:
        if self._room(need) <= 0:
            return False
        self._load[need] += 1
        return True

    def _is_busy(self, need: str) -> bool:
        """Whether a need has no free place; or more due commands than places, and less than a quarter of them free: a
        query costs as much for one command as for several, so it waits for more room, or for the next poll."""
        room = self._room(need)
        seen = self._more.get(need, -POLL)
        return room <= 0 or (4 * room < self._limit(need) and asyncio.get_running_loop().time() < seen + POLL)

    async def _begin_together(self, taken: Sequence[Waiting]) -> None:
        """Record these attempts in one transaction and start their tasks. Commands that another worker has begun are
        dropped. If the transaction fails, each task records its own attempt, so that one cannot hold up the others."""
        attempts = {
            waiting.id: (waiting, self._effects[waiting.command.kind].find is not None)
            for waiting in taken
            if waiting.command.kind in self._effects and (waiting.in_doubt or not self._is_over(waiting))
        }
        begun: Collection[int] = ()
        try:
            if attempts:
                begun = await self._store.begin_together(list(attempts.values()), self._clock())
        except Exception as error:
            log.warning("%s attempts could not be recorded together: %s", len(attempts), type(error).__name__)
            attempts = {}
        for waiting in taken:
            if waiting.id in attempts and waiting.id not in begun:
                self._load[waiting.command.needs] -= 1
            else:
                self.begin(waiting.id, self._guarded(waiting, begun=waiting.id in begun), waiting.key)

    def may_begin(self, command: Command) -> bool | None:
        """See :data:`bot.engine.store.MayBegin`."""
        effect = self._effects.get(command.kind)
        if effect is None or self._stopping or self._room(command.needs) <= 0:
            return None
        return effect.find is not None

    def carry_on(self, waiting: Waiting) -> None:
        """Carry out a command whose first attempt was recorded by the commit that stored it."""
        self._load[waiting.command.needs] += 1
        self.begin(waiting.id, self._guarded(waiting, begun=True), waiting.key)

    def _ids(self) -> list[int]:
        return [key for key in self._running if isinstance(key, int)]

    def _limit(self, need: str) -> int:
        return self._limits.get(need, IN_FLIGHT)

    async def heartbeat(self) -> None:
        """Extend our leases, and take over the commands of dead workers. Called every few seconds."""
        await self._store.renew(self._ids())
        recovered = await self._store.recover(self._clock(), under_way=self._ids())
        if await self._doors.resume_left_behind() or recovered:
            self.wake()

    async def _guarded(self, waiting: Waiting, *, begun: bool = False) -> None:
        working(waiting.root, waiting.key)
        needs = waiting.command.needs
        slot = self._slots.setdefault(needs, asyncio.Semaphore(self._limit(needs)))
        try:
            async with slot:
                if begun or not self._stopping:
                    await self._carry_out(waiting, begun=begun)
        except Exception as error:
            if not (self._stopping and isinstance(error, StoreDown)):  # the next start takes up what is being done
                await self._stumbled(waiting, error)
        finally:
            self._load[needs] -= 1
            self._doors.ended(needs)

    async def _stumbled(self, waiting: Waiting, error: Exception) -> None:
        """An error of ours, or of the store. Retried until it is written, or nobody would take the command up again."""
        # without the error's text, which may hold personal data
        trace = f"{OUR_FAULT}\n{''.join(traceback.format_tb(error.__traceback__))}{type(error).__name__}"
        log.error("command %s stopped by %s; it is taken up again\n%s", waiting.key, type(error).__name__, trace)
        while True:
            try:
                await self._after_a_fault(waiting, trace[:MOST_TRACE])
                return
            except Exception as again:
                log.error("the end of command %s could not be written: %s", waiting.key, type(again).__name__)
            if self._stopping:
                return
            await asyncio.sleep(POLL)

    async def _after_a_fault(self, waiting: Waiting, trace: str) -> None:
        command, key = waiting.command, waiting.key
        effect = self._effects.get(command.kind)
        in_doubt = effect is not None and effect.find is not None  # the error may have come after the effect
        if self._is_over(waiting) and not in_doubt:
            await self._finish(waiting, "expired", Expired(key=key, command=command))
        elif not in_doubt and waiting.attempts >= MOST_ERRORS:
            event = Refused(key=key, command=command, reason=SET_ASIDE)
            await self._finish(waiting, "failed", event, trace)
        else:
            await self._park(waiting, OUR_FAULT, self._ladder(waiting), in_doubt=in_doubt, trace=trace)

    def _is_over(self, waiting: Waiting) -> bool:
        return waiting.expires_at is not None and waiting.expires_at <= self._clock()

    async def _carry_out(self, waiting: Waiting, *, begun: bool) -> None:
        command, key = waiting.command, waiting.key
        if self._is_over(waiting) and not waiting.in_doubt:
            await self._finish(waiting, "expired", Expired(key=key, command=command))
            return
        effect = self._effects[command.kind]
        # an earlier attempt may have succeeded, and has not been looked up since
        doubtful = waiting.in_doubt and effect.find is not None
        just_tried, repeats, reason = waiting.cut_off, waiting.repeats, ""
        try:
            for _ in range(2):
                in_doubt = effect.find is not None
                if not begun and not await self._store.begin(waiting, in_doubt=in_doubt, now=self._clock()):
                    return
                begun = False
                if doubtful and effect.find is not None:
                    found = await effect.find(command, key)
                    if found is not None:
                        await self._done(waiting, found)
                        return
                    if just_tried and effect.repeats is None:
                        break
                    doubtful = False
                    if self._is_over(waiting):  # certainly not done, and too late for it now
                        await self._finish(waiting, "expired", Expired(key=key, command=command))
                        return
                    if effect.repeats is not None:
                        if repeats >= effect.repeats:
                            event = Refused(key=key, command=command, reason="uncertain", detail=reason)
                            await self._finish(waiting, "refused", event, "uncertain")
                            return
                        repeats += 1  # recorded before the call, so that a crash cannot repeat it once more
                        if not await self._store.begin(waiting, in_doubt=True, now=self._clock(), repeats=repeats):
                            return
                try:
                    await self._done(waiting, await effect.run(command, key))
                    return
                except errors.Uncertain as error:
                    reason, doubtful, just_tried = error.reason, effect.find is not None, True
            # the second lookup settles most of these, so nobody is told yet
            first = doubtful and not (reason and waiting.attempts)
            wait = self._ladder(waiting) if reason else LOOK_AGAIN
            await self._park(waiting, reason or "uncertain", wait, in_doubt=doubtful, quietly=first)
        except errors.Unauthorised as error:
            # nothing was done, and it succeeds once the operator has corrected the credentials
            await self._park(
                waiting,
                error.reason,
                self._ladder(waiting),
                in_doubt=doubtful,
                aside=not doubtful and self._is_anothers(command, error.provider),
                refused_by=error.provider,
            )
        except errors.Refused as error:
            # a lookup that was refused says nothing about the effect, unless it found that this has failed
            if doubtful and not isinstance(error, errors.Failed):
                await self._park(waiting, error.reason, self._ladder(waiting), in_doubt=True)
                return
            event = Refused(key=key, command=command, reason=error.reason, detail=error.detail)
            await self._finish(waiting, "refused", event, f"{error.reason}: {error.detail}"[:2000])
        except errors.Unavailable as error:
            aside = not doubtful and self._is_anothers(command, error.provider)
            known = isinstance(error, errors.NotCalled)  # it says itself when a retry makes sense
            wait = error.retry_after if known else max(self._ladder(waiting), error.retry_after)
            door = self._doors.of(command.needs, error.provider) if isinstance(error, errors.CircuitOpen) else ""
            await self._park(waiting, error.reason, wait, in_doubt=doubtful, aside=aside, door=door)
        except errors.Uncertain as error:  # the lookup itself got no answer
            await self._park(waiting, error.reason, self._ladder(waiting), in_doubt=True)

    def _is_anothers(self, command: Command, provider: str) -> bool:
        """Whether a command waits for another provider than its own (the PDF of a label): it must not block its
        queue."""
        return command.needs in self._names and self._names[command.needs] != provider

    def _ladder(self, waiting: Waiting) -> float:
        wait = LADDER[min(waiting.attempts, len(LADDER) - 1)]
        return wait * random.uniform(0.8, 1.2)  # noqa: S311 - spreads repeats, keeps no secret

    async def _done(self, waiting: Waiting, result: Value) -> None:
        event = Done(key=waiting.key, command=waiting.command, result=result.model_dump(mode="json"))
        await self._finish(waiting, "done", event)

    async def _finish(self, waiting: Waiting, status: str, event: Event, error: str = "") -> None:
        turned: Turned | None = None

        async def write() -> None:
            nonlocal turned
            now = self._clock()
            turned = await self._store.finish(waiting, status, event, error, now, self._decide, self.may_begin)

        if await self._written(write):
            if status not in ("done", "expired"):
                reason = event.reason if isinstance(event, Refused) else ""
                log.warning("command %s (%s) was %s: %s", waiting.key, waiting.command.kind, status, reason)
            self._finished(waiting, event, turned)

    async def _park(
        self,
        waiting: Waiting,
        reason: str,
        seconds: float,
        *,
        in_doubt: bool,
        aside: bool = False,
        door: str = "",
        quietly: bool = False,
        trace: str = "",
        refused_by: str = "",
    ) -> None:
        """``door``: until that need's circuit closes, or the command expires; ``quietly``: without telling anybody."""
        now = self._clock()
        event = None
        if not (waiting.told_parked or quietly):
            event = Parked(key=waiting.key, command=waiting.command, reason=reason, refused_by=refused_by)
        until = now + timedelta(seconds=AT_A_DOOR if door else min(seconds, LONGEST_PARK))
        if waiting.expires_at is not None and waiting.expires_at > now and (door or not in_doubt):
            until = min(until, waiting.expires_at)  # so that its expiry is told in time
        written = await self._written(
            lambda: self._store.park(
                waiting,
                event,
                trace or reason,
                until,
                in_doubt=in_doubt,
                now=now,
                aside=aside,
                door=door,
                refused_by=refused_by,
            )
        )
        if door:
            self._doors.parked(door)
        if written and event is not None:
            who = f"{refused_by} refuses our credentials, see `autopars doctor`: " if refused_by else ""
            level = logging.INFO if self._stopping else logging.WARNING  # our own end cuts calls off, too
            log.log(level, "command %s (%s) waits: %s%s", waiting.key, waiting.command.kind, who, reason)
            self._finished(waiting, event, None)

    async def _written(self, write: Callable[[], Awaitable[None]]) -> bool:
        """Write an outcome, retrying while the store fails: a known outcome must not become a doubtful one. False if
        the command belongs to another worker now."""
        while True:
            try:
                await write()
                return True
            except Conflict:
                return False
            except StoreDown as error:
                if self._stopping:
                    raise
                log.error("what came of a command could not be written yet: %s", error)
            await asyncio.sleep(POLL)
