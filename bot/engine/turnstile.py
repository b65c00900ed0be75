"""On SQLite one process works: a file lock beside the database, waited for at hand-over."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
from pathlib import Path

log = logging.getLogger(__name__)

POLL = 0.1


class Turnstile:
    """``await enter()`` returns when the process before has left; a crash leaves at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    async def enter(self) -> None:
        if self._file is None:
            self._file = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
        told = False
        while True:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if not told:
                    log.info("another process works; this one accepts, and works when that has gone")
                told = True
                await asyncio.sleep(POLL)

    def leave(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
