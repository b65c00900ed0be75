"""The house with the bot in a process of its own, for real ``kill -9``."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import aiohttp

from bot.app import Bot
from bot.storage.database import Database
from tests.e2e.house import WITHIN, Crash, House


class ProcessHouse(House):
    """As :class:`House`; ``kill`` is a SIGKILL, ``stop`` a SIGTERM."""

    _program: tuple[str, ...] = ("bot", "serve")

    def __init__(self, folder: Path, **environment: str) -> None:
        super().__init__(folder, **environment)
        self._process: subprocess.Popen[bytes] | None = None
        self._reading: Database | None = None
        self.kills = 0

    async def start(self, crash: Crash | None = None) -> None:
        if self.bot is None:
            self.bot = Bot(self.settings, clock=self.clock)  # only to read its database, and to register webhooks
        async with asyncio.timeout(2 * WITHIN), aiohttp.ClientSession() as session:
            while True:
                if self._process is None or self._process.poll() is not None:
                    assert self._process is None or self._process.returncode == -signal.SIGKILL, "it ended by itself"
                    self._process = self._spawn()
                with contextlib.suppress(aiohttp.ClientError):
                    async with session.get(f"{self.bot_base}/healthz") as answer:
                        if answer.status == 200:
                            return
                await asyncio.sleep(0.02)

    def _spawn(self, *program: str) -> subprocess.Popen[bytes]:
        names = {name.upper(): _plain(value) for name, value in self.settings}
        environment = {**os.environ, **names, "HOST": "127.0.0.1", "PORT": str(self.bot_port)}
        return subprocess.Popen([sys.executable, "-m", *(program or self._program)], env=environment)  # noqa: S603

    async def kill(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self.kills += 1
        if self._process is not None:
            await asyncio.to_thread(self._process.wait)

    async def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            await asyncio.to_thread(self._process.wait, 20)
            self._process = None
        if self.bot is not None:
            await self.bot.http.close()
            await self.bot.database.close()
            self.bot = None

    async def revive(self) -> None:
        if self._process is not None and self._process.poll() is not None:
            await self.start()

    async def _or_crash(self, work: Any) -> Any:
        task = asyncio.ensure_future(work)
        while not task.done():
            await asyncio.wait({task}, timeout=0.1)
            if self._process is not None and self._process.poll() is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
                return None
        return task.result()


class HostsHouse(ProcessHouse):
    """Web, two workers and a scheduler; ``kill`` hits one of them by chance."""

    _program = ("bot", "serve", "--only", "web")
    _BESIDE = (("bot", "worker"), ("bot", "worker"), ("scheduler",))

    def __init__(self, folder: Path, seed: int, **environment: str) -> None:
        super().__init__(folder, **environment)
        self._dice = random.Random(seed)
        self._beside: list[subprocess.Popen[bytes]] = []

    async def start(self, crash: Crash | None = None) -> None:
        if not self._beside:
            self._beside = [self._spawn(*program) for program in self._BESIDE]
        await super().start(crash)

    async def kill(self) -> None:
        place = self._dice.randrange(len(self._BESIDE) + 1)
        if place == len(self._BESIDE):
            await super().kill()
            return
        self._beside[place].kill()
        self.kills += 1
        await asyncio.to_thread(self._beside[place].wait)
        self._beside[place] = self._spawn(*self._BESIDE[place])

    async def stop(self) -> None:
        for process in self._beside:
            process.terminate()
        for process in self._beside:
            await asyncio.to_thread(process.wait, 60)
        self._beside = []
        await super().stop()


def _plain(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(str(v) for v in value)
    return value.get_secret_value() if hasattr(value, "get_secret_value") else str(value)
