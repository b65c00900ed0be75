"""Wakes the working process of an SQLite file when another process has stored work, through a named pipe (FIFO)."""

from __future__ import annotations

import asyncio
import contextlib
import os
from pathlib import Path

from bot.engine.store import COMMANDS, EVENTS, Wake

_SOUNDS = {EVENTS: b"e", COMMANDS: b"c"}
MOST = 65536


class Bell:
    """One per process. ``path``: the database file, None for a database in memory (there is no other process)."""

    def __init__(self, path: Path | None) -> None:
        self._path = path.with_name(f"{path.name}.bell") if path else None
        self._ear: int | None = None
        self._cord: int | None = None

    def ring(self, what: str) -> None:
        """Wake the working process. ``what``: :data:`EVENTS` or :data:`COMMANDS`. Does nothing if nobody listens, or if
        this is the working process itself: it knows what it has stored."""
        if self._path is None or self._ear is not None:
            return
        try:
            if self._cord is None:
                self._cord = os.open(self._path, os.O_WRONLY | os.O_NONBLOCK)
            os.write(self._cord, _SOUNDS[what])
        except BlockingIOError:
            return  # the pipe is full: the reader will wake anyway
        except OSError:  # no reader: the next working process looks for work when it starts
            self._let_go()

    def listen(self, wake: Wake) -> None:
        """Call ``wake`` with what was rung whenever another process rings. Raises ``OSError``."""
        if self._path is None:
            return
        with contextlib.suppress(FileExistsError):
            os.mkfifo(self._path, 0o600)
        self._ear = os.open(
            self._path, os.O_RDWR | os.O_NONBLOCK
        )  # opened for writing too, so that reads never see end-of-file
        asyncio.get_running_loop().add_reader(self._ear, self._heard, self._ear, wake)

    def close(self) -> None:
        if self._ear is not None:
            asyncio.get_running_loop().remove_reader(self._ear)
            os.close(self._ear)
            self._ear = None
        self._let_go()

    def _heard(self, ear: int, wake: Wake) -> None:
        rung = os.read(ear, MOST)
        for what, sound in _SOUNDS.items():
            if sound in rung:
                wake(what)

    def _let_go(self) -> None:
        if self._cord is not None:
            os.close(self._cord)
            self._cord = None
