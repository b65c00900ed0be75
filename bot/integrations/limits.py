"""Rate and concurrency limits of providers: declared in a provider's folder, kept by ``http.py`` and the dispatcher.

A call that would exceed the rate waits here, before its deadline begins and before it counts as an attempt. The
dispatcher keeps the number of concurrent commands (``at_once``), so that a provider that hangs does not block others.
Limits are divided equally among the ``share`` processes that work.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

BURST = 0.2
"""The part of a window's calls that may go out as a burst; the rest is spread over the window, so that the limit holds
wherever the provider's window begins."""
APART = 0.1
"""Seconds between the calls that waited for a pause to end."""
LONGEST_CLOSED = 3600.0
"""The longest pause that a provider may ask for, in seconds."""

_NUMBER = re.compile(r"0*[1-9][0-9]{0,8}")
_POLICY = re.compile(r"\s*[0-9]+\s*;\s*w=(0*[1-9][0-9]{0,8})\s*")


@dataclass(frozen=True)
class Limits:
    """``calls`` per ``window_s`` seconds (0: no known limit); ``told``: corrected by the ``ratelimit-limit`` of
    answers."""

    at_once: int = 20
    calls: int = 0
    window_s: float = 1.0
    told: bool = False


UNKNOWN = Limits()


class Gate:
    """Rate limiter of one provider. ``now``: a monotonic clock."""

    def __init__(self, limits: Limits, share: int, now: Callable[[], float]) -> None:
        self._limits = limits
        self._share = share
        self._now = now
        self._next = 0.0
        self._closed_until = self._behind = 0.0
        self._set_pace(limits.calls, limits.window_s)

    @property
    def slots(self) -> int:
        """Most concurrent calls of this process."""
        return max(1, self._limits.at_once // self._share)

    def _set_pace(self, calls: int, window_s: float) -> None:
        mine = calls / self._share
        self._interval = window_s / (mine * (1 - BURST)) if mine else 0.0
        self._leeway = self._interval * max(0.0, mine * BURST - 1)

    def wait(self, longest: float) -> float:
        """Seconds until the next call may go out. If that is at most ``longest``, the slot is reserved for the
        caller."""
        now = self._now()
        paced = max(self._next, now)
        behind = max(self._closed_until, self._behind, now)
        wait = max(paced - self._leeway, behind) - now
        if wait <= longest:
            self._next = paced + self._interval
            self._behind = behind + (APART if behind > now else 0.0)
        return wait

    def close(self, seconds: float) -> None:
        """The provider asked for a pause."""
        self._closed_until = max(self._closed_until, self._now() + min(seconds, LONGEST_CLOSED))

    def learn(self, headers: Mapping[str, str]) -> None:
        """Adopt an answer's ``ratelimit-*`` headers. ``headers``: lower-case name → value."""
        if headers.get("ratelimit-remaining", "").strip() == "0":
            self.close(seconds(headers.get("ratelimit-reset")))
        limit = headers.get("ratelimit-limit", "").strip()
        if self._limits.told and _NUMBER.fullmatch(limit):
            policy = _POLICY.fullmatch(headers.get("ratelimit-policy", ""))
            self._set_pace(int(limit), float(policy[1]) if policy else self._limits.window_s)


def seconds(text: str | None) -> float:
    """A header's value in seconds, 0 if it is not a number."""
    try:
        return max(0.0, float(text or 0))
    except ValueError:
        return 0.0
