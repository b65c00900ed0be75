"""What a job is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.storage.store import SqlStore


@dataclass(frozen=True)
class Job:
    """``run`` executes once as of the given moment, and returns a short description of what it did."""

    name: str
    every: timedelta
    does: str
    run: Callable[[SqlStore, datetime], Awaitable[str]]
