"""Circuit breaker: a provider that keeps failing is not called for a while, then probed by a single call.

``closed`` → (``THRESHOLD`` failures in a row) → ``open`` until ``probe_at`` → ``half-open``: one call goes through;
its success closes the circuit, its failure opens it for twice as long, at most ``LONGEST``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

THRESHOLD = 4
FIRST = timedelta(seconds=10)
LONGEST = timedelta(minutes=5)


@dataclass(frozen=True)
class Circuit:
    """The state for one provider, as stored."""

    provider: str
    failures: int = 0
    opened_at: datetime | None = None
    probe_at: datetime | None = None
    wait_s: float = 0.0

    @property
    def is_open(self) -> bool:
        return self.opened_at is not None


_well = cache(Circuit)
"""The closed circuit of a provider; cached, since each call asks twice."""
Changed = Callable[[Circuit], Awaitable[None]]
"""Called on every opening and closing, to store the state and alert operators."""


class Circuits:
    """The circuits of a process, one per provider."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._changed: Changed | None = None
        self._states: dict[str, Circuit] = {}
        self._probing: set[str] = set()

    def load(self, states: list[Circuit]) -> None:
        """Restore the states stored before a restart."""
        self._states = {s.provider: s for s in states}

    def share(self, states: list[Circuit]) -> None:
        """Adopt the states that other processes have stored, where they differ in open or closed."""
        for theirs in states:
            if theirs.is_open != self.state(theirs.provider).is_open and theirs.provider not in self._probing:
                self._states[theirs.provider] = theirs

    def on_change(self, changed: Changed) -> None:
        self._changed = changed

    def state(self, provider: str) -> Circuit:
        return self._states.get(provider) or _well(provider)

    def away(self, provider: str) -> float | None:
        """Seconds until a probe is allowed; None if the circuit is closed."""
        state = self.state(provider)
        if state.probe_at is None:
            return None
        left = (state.probe_at - self._clock()).total_seconds()
        if 0 < left <= LONGEST.total_seconds():  # more than that only if the clock was set back
            return left
        return max(1.0, state.wait_s / 2) if provider in self._probing else 0.0

    def wait(self, provider: str) -> float:
        """Seconds until a call is allowed, 0.0 for now. Half-open: one call at a time, which this reserves."""
        left = self.away(provider)
        if left == 0.0:
            self._probing.add(provider)
        return left or 0.0

    def released(self, provider: str) -> None:
        """The call ended without information about the provider's health: give up the probe."""
        self._probing.discard(provider)

    async def succeeded(self, provider: str) -> None:
        self._probing.discard(provider)
        before = self.state(provider)
        if before.failures or before.is_open:
            await self._set(Circuit(provider), before)

    async def failed(self, provider: str) -> None:
        before = self.state(provider)
        if before.is_open and provider not in self._probing:
            return  # it began before the circuit opened, with others that failed: that tells nothing new
        self._probing.discard(provider)
        after = replace(before, failures=before.failures + 1)
        now = self._clock()
        if before.is_open:
            wait = min(timedelta(seconds=before.wait_s * 2), LONGEST)
            after = replace(after, probe_at=now + wait, wait_s=wait.total_seconds())
        elif after.failures >= THRESHOLD:
            after = replace(after, opened_at=now, probe_at=now + FIRST, wait_s=FIRST.total_seconds())
        await self._set(after, before)

    async def _set(self, after: Circuit, before: Circuit) -> None:
        self._states[after.provider] = after
        if self._changed and (after.is_open or before.is_open):
            await self._changed(after)
