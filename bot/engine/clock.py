"""The only clock. Decisions never read it: they are handed ``now``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """Aware UTC. ``jump`` moves it ahead, in development and in tests only."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def jump(self, by: timedelta) -> None:
        self._ahead += by
