"""Commands that are parked until the circuit of their provider closes: one of them probes it, then the others go on.

A need stands for the provider that serves it; its door is closed while that provider's circuit is open.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from bot.engine.pump import POLL
from bot.engine.store import Store
from bot.integrations.circuit import Circuits

AT_A_DOOR = 24 * 3600.0
"""Seconds for which a command is parked while its provider's circuit is open. Until the circuit closes only one command
probes the provider; the others are not touched."""
LONGEST_PARK = 3600.0
"""Seconds. A provider that asks for a longer pause is retried after this one."""
PROBE_AGAIN_S = 5
"""After a probe that ended without a result."""
LEFT_BEHIND = 20
"""Commands of a need that go on at a time although this process did not see its circuit close."""


class Doors:
    """What one process knows of closed doors."""

    def __init__(
        self, store: Store, clock: Callable[[], datetime], names: Mapping[str, str], circuits: Circuits
    ) -> None:
        """``names``: need → provider."""
        self._store = store
        self._clock = clock
        self._names = dict(names)
        self._circuits = circuits
        self._parked: dict[str, datetime | None] = dict.fromkeys(self._names)
        """Needs that may have commands parked at their door → since when it is open (commands parked later keep their
        own time), None while it is closed or unknown, as at the start."""
        self._told_nothing: dict[str, datetime] = {}
        """Need → when a probe of its open circuit ended without a result."""
        self._looked_at = 0.0

    def of(self, needs: str, provider: str) -> str:
        """The need under which a command is parked while ``provider``'s circuit is open: its own, or that of another
        provider that it calls (the PDF of a label). "" for a provider that serves no need."""
        theirs = [need for need, name in self._names.items() if name == provider]
        return needs if needs in theirs else next(iter(theirs), "")

    def parked(self, need: str) -> None:
        """A command was parked at this door. A query in the meantime did not see it there."""
        self._parked[need] = None

    def ended(self, need: str) -> None:
        """A command of this need ended, or was parked. If the circuit still waits for a probe, that was none."""
        if need in self._names and self._circuits.away(self._names[need]) == 0.0:
            self._told_nothing[need] = self._clock()

    async def resume(self, room: Callable[[str], int], is_idle: Callable[[str], bool]) -> list[str]:
        """Make parked commands due: of a closed door one as the probe, if it is time for one; of an open door as many
        as the need has ``room`` for. Returns the needs to leave out of the next query for due commands: those of closed
        doors, but for one query per poll that finds commands not parked yet."""
        now = self._clock()
        away = {need: self._circuits.away(provider) for need, provider in self._names.items()}
        closed = {need for need, left in away.items() if left is not None}
        self._parked |= dict.fromkeys(closed)
        opened = {need: min(since or now, now) for need, since in self._parked.items() if need not in closed}
        self._parked |= opened
        most = {need: room(need) for need in sorted(opened)}
        probed = [need for need in sorted(closed) if away[need] == 0.0 and is_idle(need)]
        most |= {need: 1 for need in probed if self._may_probe(need, now)}
        if most := {need: number for need, number in most.items() if number > 0}:
            resumed = await self._store.unpark(most, now, opened)
            for need, number in resumed.items():
                if not number and self._parked.get(need) == opened.get(need, now):
                    del self._parked[need]
        moment = asyncio.get_running_loop().time()
        if moment < self._looked_at + POLL:
            return sorted(need for need in closed if away[need])
        self._looked_at = moment
        return []

    def _may_probe(self, need: str, now: datetime) -> bool:
        """Not too often: a provider that answered 429 is not called, so that the probe finds out nothing."""
        since = (now - self._told_nothing.get(need, now)).total_seconds()
        return need not in self._told_nothing or not 0 <= since < PROBE_AGAIN_S

    async def resume_left_behind(self) -> bool:
        """Make commands due that a process parked which died before it could see the circuit close; whether there were
        any."""
        served = [need for need, provider in self._names.items() if self._circuits.away(provider) is None]
        far_off = self._clock() + timedelta(seconds=LONGEST_PARK)
        return any((await self._store.unpark(dict.fromkeys(served, LEFT_BEHIND), far_off)).values())
