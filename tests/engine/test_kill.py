"""Real processes that are killed under load: what was acknowledged is worked, each effect happens once, in order."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import sqlite3
import sys
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import unused_port

ROOT = Path(__file__).parents[2]
PEOPLE = 12


class Killable:
    """The program of :mod:`tests.engine.process` over one directory, started and killed again and again."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.acknowledged: list[tuple[str, str]] = []
        self.said: Counter[str] = Counter()
        self.port = unused_port()
        self.process: asyncio.subprocess.Process | None = None

    async def start(self, **environment: str) -> None:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.engine.process",
            str(self.directory),
            str(self.port),
            cwd=ROOT,
            env={**os.environ, **environment},
        )

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
                if response.status != 200:
                    return False
        except (aiohttp.ClientError, OSError):
            return False
        self.said[who] += bubbles
        self.acknowledged += words
        return True

    async def load(self) -> None:
        """People who talk without end, each one thing after the other, and repeat what got no answer."""

        async def person(session: aiohttp.ClientSession, who: str) -> None:
            while True:
                if not await self.say(session, who, random.choice((1, 1, 3))):
                    await asyncio.sleep(0.02)

        async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
            for n in range(PEOPLE):
                group.create_task(person(session, f"p{n}"))

    def effects(self) -> list[tuple[str, str]]:
        path = self.directory / "effects"
        lines = path.read_text().splitlines() if path.exists() else []
        return [(who, text) for who, text, _ in (line.split() for line in lines)]

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with contextlib.closing(sqlite3.connect(self.directory / "test.db", timeout=10)) as connection:
            return connection.execute(query).fetchall()

    def unfinished(self) -> int:
        (events,) = self.rows("SELECT count(*) FROM events WHERE status = 'new'")[0]
        (commands,) = self.rows("SELECT count(*) FROM commands WHERE status IN ('new', 'doing', 'parked')")[0]
        return int(str(events)) + int(str(commands))

    async def until(self, ready: Callable[[], bool], within: float) -> None:
        async with asyncio.timeout(within):
            while True:
                if ready():
                    return
                await asyncio.sleep(0.05)

    async def first_word(self, session: aiohttp.ClientSession, who: str = "first") -> None:
        """Until a process listens."""
        async with asyncio.timeout(20):
            while True:
                if await self.say(session, who):
                    return
                await asyncio.sleep(0.02)

    def judge(self) -> None:
        happened = Counter(self.effects())
        assert [pair for pair, times in happened.items() if times > 1] == []
        assert set(self.acknowledged) - set(happened) == set()
        order = defaultdict(list)
        for who, text in self.effects():
            order[who].append(text)
        assert all(texts == sorted(texts) for texts in order.values())
        assert self.rows("SELECT status, count(*) FROM events WHERE status <> 'done' GROUP BY 1") == []
        assert self.rows("SELECT status, count(*) FROM commands WHERE status <> 'done' GROUP BY 1") == []
        told = "SELECT count(*) FROM events WHERE source = 'command' AND key LIKE '%/done'"
        assert self.rows(told) == self.rows("SELECT count(*) FROM commands")


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Killable]:
    started = Killable(tmp_path)
    yield started
    if started.process is not None and started.process.returncode is None:
        started.process.kill()
        await started.process.wait()


async def _rounds(bot: Killable, rounds: int, longest: float) -> None:
    talking = asyncio.ensure_future(bot.load())
    for _ in range(rounds):
        before = len(bot.acknowledged)
        await bot.start()
        await bot.until(lambda seen=before: len(bot.acknowledged) > seen, 20)  # type: ignore[misc]
        await asyncio.sleep(random.uniform(0, longest))  # the moment of death is what is tried here
        await bot.end(signal.SIGKILL)
    talking.cancel()
    await asyncio.gather(talking, return_exceptions=True)
    await bot.start()
    await bot.until(lambda: bot.unfinished() == 0, 60)
    assert await bot.end(signal.SIGTERM) < 10
    bot.judge()
    assert len(bot.acknowledged) > rounds


async def test_killed_at_any_moment_nothing_is_lost_or_doubled(bot: Killable) -> None:
    await _rounds(bot, rounds=3, longest=0.5)


@pytest.mark.soak
@pytest.mark.timeout(600)
async def test_killed_many_times(bot: Killable) -> None:
    await _rounds(bot, rounds=40, longest=2.0)


async def test_told_to_stop_with_a_hundred_in_flight(bot: Killable) -> None:
    """What was begun ends; what only waited is left for the next start."""
    await bot.start(EFFECT_S="0.1")
    async with aiohttp.ClientSession() as session:
        await bot.first_word(session)
        assert all(await asyncio.gather(*(bot.say(session, f"q{n}") for n in range(100))))
    await bot.until(lambda: bool(bot.rows("SELECT 1 FROM commands WHERE status = 'doing'")), 10)
    assert await bot.end(signal.SIGTERM) < 5
    assert bot.process is not None
    assert bot.process.returncode == 0
    assert bot.rows("SELECT count(*) FROM commands WHERE status = 'doing'") == [(0,)]
    assert bot.unfinished() > 0
    await bot.start()
    await bot.until(lambda: bot.unfinished() == 0, 30)
    await bot.end(signal.SIGTERM)
    bot.judge()


async def test_a_second_process_takes_over_without_a_refused_word(bot: Killable) -> None:
    """The new one listens before the old one stops, and works when it has left."""
    await bot.start()
    async with aiohttp.ClientSession() as session:
        await bot.first_word(session)
    old = bot.process
    assert old is not None
    await bot.start()
    new = bot.process
    await asyncio.gather(*(_one_word(bot, f"a{n}") for n in range(20)))
    old.terminate()
    assert await asyncio.wait_for(old.wait(), 20) == 0
    bot.process = new
    async with aiohttp.ClientSession() as session:
        await bot.first_word(session, "last")
    await bot.until(lambda: bot.unfinished() == 0, 30)
    await bot.end(signal.SIGTERM)
    bot.judge()


async def _one_word(bot: Killable, who: str) -> bool:
    async with aiohttp.ClientSession() as session:
        return await bot.say(session, who)
