"""Runs the programs as an operator does: as processes, in a folder of their own, with the made-up settings."""

from __future__ import annotations

import asyncio
import ctypes
import json
import os
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import aiohttp
from aiohttp.test_utils import unused_port

from sandbox.config import SAMPLE_SHOP, SandboxConfig
from tests.support_dns import NameServer

ROOT = Path(__file__).parents[2]
LONGEST = 60.0
NOWHERE = "http://127.0.0.1:9"
"""Nobody answers there: what needs no provider must not ask one."""
AS_SYSTEMD_DOES = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.execve(sys.argv[2], sys.argv[2:], {**os.environ, "LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())})
"""


def _humble() -> None:
    """Give up root's right to any file, for good (``prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE)``, and to read any)."""
    if os.geteuid() == 0:
        for right in (1, 2):
            ctypes.CDLL(None).prctl(24, right, 0, 0, 0)


@dataclass
class Done:
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


async def ended(process: asyncio.subprocess.Process, given: str | bytes = "", within: float = LONGEST) -> Done:
    """What it said, and its exit code. Fails if it takes longer than ``within`` seconds."""
    async with asyncio.timeout(within):
        out, err = await process.communicate(given.encode() if isinstance(given, str) else given)
    assert process.returncode is not None
    return Done(process.returncode, out.decode(), err.decode())


@dataclass
class Desk:
    """A folder, and the environment of a bot whose database is in it."""

    folder: Path
    base: str = NOWHERE
    names: NameServer | None = None
    started: list[asyncio.subprocess.Process] = field(default_factory=list)

    @property
    def database(self) -> Path:
        return self.folder / "shop.db"

    def environment(self, **changed: str | None) -> dict[str, str]:
        """Nothing of the machine's own but the path; a name with None is left out."""
        values: dict[str, str | None] = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "PYTHONWARNINGS": "error",
            **SandboxConfig().environment(self.base),
            "DATABASE_URL": f"sqlite+aiosqlite:///{self.database}",
            "HTTP_RETRY_DELAYS_S": "0",
            "DNS_SERVERS": self.names.address if self.names else "127.0.0.1:9",
            **changed,
        }
        return {name: value for name, value in values.items() if value is not None}

    async def start(
        self, *words: str, module: str = "bot", code: str = "", **changed: str | None
    ) -> asyncio.subprocess.Process:
        """``changed``: what is other in its environment. ``code``: is run instead of a module."""
        return await self.launch(*words, module=module, code=code, changed=changed)

    async def launch(
        self,
        *words: str,
        module: str = "bot",
        code: str = "",
        listener: socket.socket | None = None,
        humbly: bool = False,
        changed: Mapping[str, str | None] = MappingProxyType({}),
    ) -> asyncio.subprocess.Process:
        """As ``start``. ``listener``: a socket that is handed over as systemd does, as file 3. ``humbly``: what files
        may be used for holds for it too, also where the tests run as root."""
        begin, handed = [sys.executable], []
        if listener is not None:
            handed = [listener.fileno()]
            begin = [sys.executable, "-c", AS_SYSTEMD_DOES, str(listener.fileno()), sys.executable]
        process = await asyncio.create_subprocess_exec(
            *begin,
            *(("-c", code) if code else ("-m", module)),
            *words,
            cwd=self.folder,
            env=self.environment(**changed),
            pass_fds=handed,
            preexec_fn=_humble if humbly else None,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        self.started.append(process)
        return process

    async def leave(self) -> None:
        """Nothing that was started here outlives its test, whatever that test met."""
        for process in self.started:
            if process.returncode is None:
                process.kill()
                await process.communicate()

    async def run(self, *words: str, given: str | bytes = "", module: str = "bot", **changed: str | None) -> Done:
        return await ended(await self.launch(*words, module=module, changed=changed), given=given)

    async def shop(self) -> None:
        """Migrate, and import the sample shop."""
        assert (await self.run("migrate")).code == 0
        done = await self.run("import", str(SAMPLE_SHOP))
        assert done.code == 0, done.err


@dataclass
class Serving:
    """A ``serve`` that answers."""

    process: asyncio.subprocess.Process
    url: str

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        async with aiohttp.ClientSession() as session, session.get(self.url + path, headers=headers) as response:
            return response.status, await response.text()

    async def post(self, path: str, body: dict[str, Any]) -> int:
        async with aiohttp.ClientSession() as session, session.post(self.url + path, json=body) as response:
            return response.status

    async def says(self, words: str) -> None:
        """Wait for a line of its log that holds the words."""
        assert self.process.stderr is not None
        async with asyncio.timeout(LONGEST):
            while words not in (line := (await self.process.stderr.readline()).decode()):
                assert line, "it ended without saying so"

    async def end(self, number: int, within: float = 5.0) -> Done:
        """Send a signal; what it said and its exit code. Fails if it takes longer than ``within`` seconds."""
        self.process.send_signal(number)
        return await ended(self.process, within=within)


@asynccontextmanager
async def serving(desk: Desk, *words: str, humbly: bool = False, **changed: str | None) -> AsyncIterator[Serving]:
    port = unused_port()
    process = await desk.launch("serve", *words, humbly=humbly, changed={"PORT": str(port), **changed})
    one = Serving(process, f"http://127.0.0.1:{port}")
    await until_it_answers(one)
    yield one


async def until_it_answers(one: Serving) -> None:
    async with asyncio.timeout(LONGEST):
        while True:
            if one.process.returncode is not None:
                assert one.process.stderr is not None
                raise AssertionError((await one.process.stderr.read()).decode())
            try:
                assert (await one.get("/healthz"))[0] == 200
                return
            except aiohttp.ClientError:
                await asyncio.sleep(0.02)


def log_lines(err: str) -> list[dict[str, Any]]:
    """Standard error as log lines; fails where a line is none (a trace, a warning)."""
    return [json.loads(line) for line in err.splitlines()]


def count(desk: Desk, table: str) -> int:
    with sqlite3.connect(desk.database) as database:
        return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608


def assert_plain(done: Done, code: int) -> None:
    """It ended with this code and told why in plain words, without a secret."""
    assert done.code == code, done.err
    assert done.err.strip()
    assert "Traceback" not in done.err
    config = SandboxConfig()
    for secret in (config.secret_key, config.asaas_api_key, config.zapi_client_token, config.resend_api_key):
        assert secret not in done.err + done.out
