"""One id from the webhook to the last call that follows from it, carried by the running task.

What comes from outside (a webhook, a timed job, an act in the console or on the command line) is a root. It gets an id,
which is stored with the event; whatever is stored on the way (events, commands, timers, records of calls) takes it over
from what it follows from, and so do the lines of the log.
"""

from __future__ import annotations

import functools
import re
import secrets
import time
from contextvars import ContextVar

root: ContextVar[str] = ContextVar("root", default="")
"""The root of what is worked; the same on all that follows from one thing outside."""
correlation: ContextVar[str] = ContextVar("correlation", default="")
"""The key of the event or command at hand; stands on every log line and every record of a call."""

_LETTERS = "bcdfghjklmnpqrstvwxz"
"""Neither digits, which the redactor could take for somebody's number, nor vowels, which make words."""
_AS_LETTERS = bytes(ord(_LETTERS[byte % 20]) for byte in range(256))
_PAIRS = [first + second for first in _LETTERS for second in _LETTERS]
_SHAPE = re.compile(f"[{_LETTERS}]{{16}}")


def new_root() -> str:
    """Sixteen letters: eight of the second and two of its 400 parts, so that an index of them grows at its end, and six
    of chance."""
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
    """Whether a text has the shape of one."""
    return _SHAPE.fullmatch(text) is not None


def working(on: str, key: str = "") -> None:
    """From now on this task works what follows from root ``on``, at the event or command ``key``."""
    root.set(on)
    correlation.set(key)
