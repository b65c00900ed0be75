"""The tests' own PostgreSQL server leaves nothing behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.cli.support import ROOT

BEGIN = """
from tests.support_postgres import OwnServer
server = OwnServer()
print(server.pid, server._server.pgdata, server._watchdog.pid, flush=True)
input()
"""


@pytest.mark.postgres
def test_it_ends_when_who_started_it_is_killed() -> None:
    """A test run that was cut by force left its server behind, each time another one."""
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", BEGIN], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        number, folder, watchdog = run.stdout.readline().split()
        watching = psutil.Process(int(watchdog))
        assert psutil.pid_exists(int(number))
        run.kill()
    watching.wait(30)
    assert not psutil.pid_exists(int(number))
    assert not Path(folder).exists()
