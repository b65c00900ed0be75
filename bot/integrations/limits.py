"""What a provider allows: declared by its folder, kept at the one way out and by the dispatcher.

A call that would be too early waits here, before its deadline begins and before it counts as a try. How many commands
of a provider are under way at once (``at_once``) the dispatcher sees to, so that one that hangs takes no other's place.
Everything is per process: ``share`` processes that work have an equal part each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

BURST = 0.2
"""The part of a window's calls that may go out together; the rest is spread over the window, so that the sum of both
never exceeds it, whenever the provider's window begins."""
APART = 0.1
"""Seconds between calls that a pause has gathered: they do not all go out in the moment when it ends."""
LONGEST_CLOSED = 3600.0
"""Seconds: a provider that asks for a longer pause is tried again all the same."""

_POLICY = re.compile(r"\s*(\d+)\s*;\s*w=(\d+)")


@dataclass(frozen=True)
class Limits:
    """``calls`` in ``window_s`` seconds (0: none is known); ``told``: an answer's ``ratelimit-limit`` corrects it."""

    at_once: int = 20
    calls: int = 0
    window_s: float = 1.0
    told: bool = False


UNKNOWN = Limits()


class Gate:
    """The pace of calls to one provider. ``now`` is monotonic: no clock that is set moves it."""

    def __init__(self, limits: Limits, share: int, now: Callable[[], float]) -> None:
        self._limits = limits
        self._share = share
        self._now = now
        self._next = 0.0
        self._closed_until = self._behind = 0.0
        self._set_pace(limits.calls, limits.window_s)

    @property
    def slots(self) -> int:
        """How many calls may be under way at once."""
        return max(1, self._limits.at_once // self._share)

    def _set_pace(self, calls: int, window_s: float) -> None:
        mine = calls / self._share
        self._interval = window_s / (mine * (1 - BURST)) if mine else 0.0
        self._leeway = self._interval * max(0.0, mine * BURST - 1)

    def wait(self, longest: float) -> float:
        """Seconds until the next call may go out. Up to ``longest`` it is counted as made then, after all before it."""
        now = self._now()
        paced = max(self._next, now)
        behind = max(self._closed_until, self._behind, now)
        wait = max(paced - self._leeway, behind) - now
        if wait <= longest:
            self._next = paced + self._interval
            self._behind = behind + (APART if behind > now else 0.0)
        return wait

    def close(self, seconds: float) -> None:
        """The provider wants to be left alone for so long."""
        self._closed_until = max(self._closed_until, self._now() + min(seconds, LONGEST_CLOSED))

    def learn(self, headers: Mapping[str, str]) -> None:
        """Take an answer's ``ratelimit-*`` at its word. ``headers`` by their names in small letters."""
        if headers.get("ratelimit-remaining", "").strip() == "0":
            self.close(seconds(headers.get("ratelimit-reset")))
        limit = headers.get("ratelimit-limit", "").strip()
        if self._limits.told and limit.isdecimal() and int(limit):
            policy = _POLICY.match(headers.get("ratelimit-policy", ""))
            self._set_pace(int(limit), float(policy[2]) if policy else self._limits.window_s)


def seconds(text: str | None) -> float:
    """A header's seconds; 0 where it holds none."""
    try:
        return max(0.0, float(text or 0))
    except ValueError:
        return 0.0
