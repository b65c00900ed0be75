"""The only clock. Decisions never read it: they get ``now``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """Calling it returns the time as an aware UTC datetime. ``jump`` moves it ahead, in development and tests only."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def jump(self, by: timedelta) -> None:
        self._ahead += by
