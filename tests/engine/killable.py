"""Processes of :mod:`tests.engine.process` that are killed, frozen and starved, and a judge of what became of it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path

import aiohttp
import pytest
import sqlalchemy as sa
from aiohttp.test_utils import unused_port

from bot.storage.database import Database

ROOT = Path(__file__).parents[2]
PEOPLE = 12
FLEET = ("web", "worker", "worker", "scheduler")
STORES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


class Killable:
    """Processes of :mod:`tests.engine.process` over one directory and one store, started and killed again and again."""

    def __init__(self, directory: Path, store: str = "") -> None:
        self.directory = directory
        self.acknowledged: list[tuple[str, str]] = []
        self.said: Counter[str] = Counter()
        self.answers: Counter[int] = Counter()
        """How often each status was given."""
        self.port = unused_port()
        self.process: asyncio.subprocess.Process | None = None
        """The one started last."""
        self.started: list[asyncio.subprocess.Process] = []
        self._store = store or f"sqlite+aiosqlite:///{directory}/test.db"
        self._reading: Database | None = None

    async def start(self, *roles: str, before: Sequence[str] = (), **environment: str) -> asyncio.subprocess.Process:
        """``before``: a command that runs the process in its own place."""
        self.process = await asyncio.create_subprocess_exec(
            *before,
            sys.executable,
            "-m",
            "tests.engine.process",
            str(self.directory),
            str(self.port),
            *roles,
            cwd=ROOT,
            env={**os.environ, "STORE": self._store, **environment},
        )
        self.started.append(self.process)
        return self.process

    async def up(self) -> None:
        """Until each of them has got so far that what happens to its database does not end it."""

        async def all_up() -> bool:
            return all((self.directory / f"up-{process.pid}").exists() for process in self.started)

        await self.until(all_up, 30)

    async def leave(self) -> None:
        """Nothing that was started here outlives its test."""
        for process in self.started:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if self._reading is not None:
            await self._reading.close()

    async def end(self, number: signal.Signals) -> float:
        """Send the signal; the seconds until it was gone."""
        assert self.process is not None
        started = time.monotonic()
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)
        await asyncio.wait_for(self.process.wait(), 30)
        return time.monotonic() - started

    async def say(self, session: aiohttp.ClientSession, who: str, bubbles: int = 1) -> bool:
        """Say something new; whether it was acknowledged. What was not is said again later, as a sender does."""
        number = self.said[who]
        words = [(who, f"{number + n:05}") for n in range(bubbles)]
        try:
            async with session.post(f"http://127.0.0.1:{self.port}/say", json=words) as response:
                self.answers[response.status] += 1
                if response.status != 200:
                    return False
        except (aiohttp.ClientError, OSError):
            return False
        self.said[who] += bubbles
        self.acknowledged += words
        return True

    async def load(self, people: int) -> None:
        """People who talk without end, each one thing after the other, and repeat what got no answer."""

        async def person(session: aiohttp.ClientSession, who: str) -> None:
            while True:
                if not await self.say(session, who, random.choice((1, 1, 3))):
                    await asyncio.sleep(0.02)

        async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
            for n in range(people):
                group.create_task(person(session, f"p{n}"))

    def effects(self) -> list[tuple[str, str]]:
        path = self.directory / "effects"
        lines = path.read_text().splitlines() if path.exists() else []
        return [(who, text) for who, text, _ in (line.split() for line in lines)]

    async def rows(self, query: str) -> list[tuple[object, ...]]:
        self._reading = self._reading or Database(self._store)
        async with self._reading.read() as connection:
            return [tuple(row) for row in await connection.execute(sa.text(query))]

    async def until_rows(self, count: str, number: int, within: float = 30) -> None:
        """Until a query counts so many."""

        async def counted() -> bool:
            return await self.rows(count) == [(number,)]

        await self.until(counted, within)

    async def forget_the_server(self) -> None:
        """It was restarted: the connections that read are dead."""
        if self._reading is not None:
            await self._reading.close()
        self._reading = None

    async def finished(self) -> bool:
        for query in (
            "SELECT 1 FROM events WHERE status = 'new' LIMIT 1",
            "SELECT 1 FROM commands WHERE status IN ('new', 'doing', 'parked') LIMIT 1",
            "SELECT 1 FROM timers LIMIT 1",
        ):
            if await self.rows(query):
                return False
        return True

    async def until(self, ready: Callable[[], Awaitable[bool]], within: float) -> None:
        async with asyncio.timeout(within):
            while not await ready():  # noqa: ASYNC110  (another process does it)
                await asyncio.sleep(0.05)

    async def all_worked(self, stuck: float = 60) -> None:
        """However much was acknowledged, which is more the slower the machine; some of it within so many seconds."""
        done = (
            "SELECT (SELECT count(*) FROM events WHERE status = 'done'), "
            "(SELECT count(*) FROM commands WHERE status = 'done')"
        )
        while not await self.finished():
            before = await self.rows(done)
            async with asyncio.timeout(stuck):
                while await self.rows(done) == before and not await self.finished():  # noqa: ASYNC110
                    await asyncio.sleep(0.05)

    async def first_word(self, session: aiohttp.ClientSession, who: str = "first") -> None:
        """Until a process listens."""
        async with asyncio.timeout(20):
            while True:
                if await self.say(session, who):
                    return
                await asyncio.sleep(0.02)

    async def judge(self) -> None:
        happened = Counter(self.effects())
        assert [pair for pair, times in happened.items() if times > 1] == []
        wanted = set(self.acknowledged) | {(who, f"{text}t") for who, text in self.acknowledged if text[-1] == "7"}
        assert wanted - set(happened) == set()
        order = defaultdict(list)
        for who, text in self.effects():
            if not text.endswith("t"):
                order[who].append(text)
        assert all(texts == sorted(texts) for texts in order.values())
        assert await self.rows("SELECT status, count(*) FROM events WHERE status <> 'done' GROUP BY 1") == []
        assert await self.rows("SELECT status, count(*) FROM commands WHERE status <> 'done' GROUP BY 1") == []
        told = "SELECT count(*) FROM events WHERE source = 'command' AND key LIKE '%/done'"
        assert await self.rows(told) == await self.rows("SELECT count(*) FROM commands")


@contextlib.asynccontextmanager
async def talking(bot: Killable, people: int = PEOPLE) -> AsyncIterator[None]:
    load = asyncio.ensure_future(bot.load(people))
    yield
    load.cancel()
    await asyncio.gather(load, return_exceptions=True)


async def heard(bot: Killable) -> None:
    """Until one more word is acknowledged."""
    before = len(bot.acknowledged)

    async def more() -> bool:
        return len(bot.acknowledged) > before

    await bot.until(more, 60)
