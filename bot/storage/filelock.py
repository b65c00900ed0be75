"""A lock beside a file: among processes one at a time has it, and whoever dies gives it back."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class FileLock:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def try_take(self) -> bool:
        """Have it, unless another has. Raises ``OSError`` where the file cannot be opened."""
        if self._file is None:
            self._file = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def give_back(self) -> None:
        """Let another have it; nothing happens where it is not ours."""
        if self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


def beside(path: Path, name: str) -> Path:
    """Where the lock of that name lies."""
    return path.with_name(f"{path.name}.{name}.lock")
