"""An exclusive lock between processes (``flock``); the system releases it when its holder dies."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class FileLock:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def try_acquire(self) -> bool:
        """Take the lock; False if another holder has it. Raises ``OSError`` if the file cannot be opened."""
        if self._file is None:
            self._file = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        """Does nothing if the lock is not held."""
        if self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


def beside(path: Path, name: str) -> Path:
    """The path of the lock file ``name`` that belongs to the database file ``path``."""
    return path.with_name(f"{path.name}.{name}.lock")
