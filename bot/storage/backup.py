"""Online backup of the SQLite file: a consistent snapshot, readable by its owner only."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path


def back_up(source: Path, target: Path) -> None:
    """Raises ``FileNotFoundError`` without a source, ``FileExistsError`` if the target exists already."""
    if not source.exists():
        raise FileNotFoundError(2, "there is no such database", str(source))
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    # VACUUM INTO reads in one transaction: it neither waits for writers nor blocks them
    with closing(sqlite3.connect(f"file:{source}?mode=rw", uri=True, timeout=30)) as opened:
        opened.execute("VACUUM INTO ?", (str(target),))
