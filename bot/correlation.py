"""Correlation ids: one id (the *root*) from a webhook to the last call that follows from it, in context variables.

Every external cause (a webhook, a scheduled job, an action in the console or on the command line) gets a root, which is
stored with its event and inherited by everything that follows: events, commands, timers, call records, log lines.
"""

from __future__ import annotations

import functools
import re
import secrets
import time
from contextvars import ContextVar

root: ContextVar[str] = ContextVar("root", default="")
"""The root of the work in progress in this task."""
correlation: ContextVar[str] = ContextVar("correlation", default="")
"""The key of the event or command in progress; written to every log line and call record."""

_LETTERS = "bcdfghjklmnpqrstvwxz"
"""No digits, which the redactor could take for personal numbers, and no vowels, which could form words."""
_AS_LETTERS = bytes(ord(_LETTERS[byte % 20]) for byte in range(256))
_PAIRS = [first + second for first in _LETTERS for second in _LETTERS]
_SHAPE = re.compile(f"[{_LETTERS}]{{16}}")


def new_root() -> str:
    """A new root of sixteen letters: eight for the second, two for its 400th part (so that an index grows at its end),
    six random."""
    now = time.time()
    part = _PAIRS[int(now % 1 * 400)]
    return _of_the_second(int(now)) + part + secrets.token_bytes(6).translate(_AS_LETTERS).decode()


@functools.lru_cache(maxsize=1)
def _of_the_second(number: int) -> str:
    letters = ""
    for _ in range(8):
        number, rest = divmod(number, 20)
        letters = _LETTERS[rest] + letters
    return letters


def is_root(text: str) -> bool:
    """Whether a text has the format of a root."""
    return _SHAPE.fullmatch(text) is not None


def working(on: str, key: str = "") -> None:
    """Set root and key of this task's work."""
    root.set(on)
    correlation.set(key)
