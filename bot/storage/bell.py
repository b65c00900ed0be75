"""Processes on one SQLite file: who stores what is to be worked wakes the one that works, by a named pipe beside it."""

from __future__ import annotations

import asyncio
import contextlib
import os
from pathlib import Path

from bot.engine.store import COMMANDS, EVENTS, Wake

_SOUNDS = {EVENTS: b"e", COMMANDS: b"c"}
MOST = 65536


class Bell:
    """One of a process. Without a file (memory) there is no other process."""

    def __init__(self, path: Path | None) -> None:
        self._path = path.with_name(f"{path.name}.bell") if path else None
        self._ear: int | None = None
        self._cord: int | None = None

    def ring(self, what: str) -> None:
        """Wake the process that works, if there is one and it is not this: that one knows what it stores."""
        if self._path is None or self._ear is not None:
            return
        try:
            if self._cord is None:
                self._cord = os.open(self._path, os.O_WRONLY | os.O_NONBLOCK)
            os.write(self._cord, _SOUNDS[what])
        except BlockingIOError:
            return  # it has been rung so often that it is heard anyway
        except OSError:  # nobody works now; whoever comes looks for what waits
            self._let_go()

    def listen(self, wake: Wake) -> None:
        """Call ``wake`` whenever another process rings. Raises ``OSError``."""
        if self._path is None:
            return
        with contextlib.suppress(FileExistsError):
            os.mkfifo(self._path, 0o600)
        self._ear = os.open(self._path, os.O_RDWR | os.O_NONBLOCK)  # for writing too: it never comes to an end
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
