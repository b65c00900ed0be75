"""Real processes that are killed under load: what was acknowledged is worked, each effect happens once, in order."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest
import sqlalchemy as sa
from aiohttp.test_utils import unused_port

from bot.storage.database import Database

ROOT = Path(__file__).parents[2]
PEOPLE = 12


class Killable:
    """Processes of :mod:`tests.engine.process` over one directory and one store, started and killed again and again."""

    def __init__(self, directory: Path, store: str = "") -> None:
        self.directory = directory
        self.acknowledged: list[tuple[str, str]] = []
        self.said: Counter[str] = Counter()
        self.port = unused_port()
        self.process: asyncio.subprocess.Process | None = None
        """The one started last."""
        self.started: list[asyncio.subprocess.Process] = []
        self._store = store or f"sqlite+aiosqlite:///{directory}/test.db"
        self._reading: Database | None = None

    async def start(self, *roles: str, **environment: str) -> asyncio.subprocess.Process:
        self.process = await asyncio.create_subprocess_exec(
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


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Killable]:
    started = Killable(tmp_path)
    yield started
    await started.leave()


@contextlib.asynccontextmanager
async def _talking(bot: Killable, people: int = PEOPLE) -> AsyncIterator[None]:
    talking = asyncio.ensure_future(bot.load(people))
    yield
    talking.cancel()
    await asyncio.gather(talking, return_exceptions=True)


async def _heard(bot: Killable) -> None:
    """Until one more word is acknowledged."""
    before = len(bot.acknowledged)

    async def more() -> bool:
        return len(bot.acknowledged) > before

    await bot.until(more, 60)


async def _rounds(bot: Killable, rounds: int, longest: float) -> None:
    async with _talking(bot):
        for _ in range(rounds):
            await bot.start()
            await _heard(bot)
            await asyncio.sleep(random.uniform(0, longest))  # the moment of death is what is tried here
            await bot.end(signal.SIGKILL)
    await bot.start()
    await bot.all_worked()
    assert await bot.end(signal.SIGTERM) < 10
    await bot.judge()
    assert len(bot.acknowledged) > rounds


async def test_killed_at_any_moment_nothing_is_lost_or_doubled(bot: Killable) -> None:
    await _rounds(bot, rounds=3, longest=0.5)


@pytest.mark.soak
@pytest.mark.timeout(1800)
async def test_killed_many_times(bot: Killable) -> None:
    await _rounds(bot, rounds=40, longest=2.0)


FLEET = ("web", "worker", "worker", "scheduler")


async def _fleet_under_fire(bot: Killable, rounds: int, longest: float) -> None:
    """Web, workers and schedulers die one after the other, each is started again; meanwhile the others go on."""
    fleet = [(role, await bot.start(role)) for role in FLEET]
    async with _talking(bot, people=4):
        await _heard(bot)
        for number in range(rounds):
            place = number % len(fleet) if rounds <= len(fleet) else random.randrange(len(fleet))
            role, dying = fleet[place]
            await asyncio.sleep(random.uniform(0, longest))  # the moment of death is what is tried here
            dying.kill()
            await dying.wait()
            fleet[place] = role, await bot.start(role)
            await _heard(bot)
    await bot.all_worked()
    for _, process in fleet:
        process.terminate()
    codes = {await process.wait() for _, process in fleet}
    assert codes <= {0, -signal.SIGTERM}  # the one started last may not have come so far as to hear it
    await bot.judge()
    assert len(bot.acknowledged) > rounds


@pytest.fixture
async def fleet(tmp_path: Path, postgres_database: Database) -> AsyncIterator[Killable]:
    started = Killable(tmp_path, postgres_database.url)
    yield started
    await started.leave()


@pytest.mark.postgres
@pytest.mark.timeout(300)
async def test_processes_of_several_hosts_die_one_after_the_other(fleet: Killable) -> None:
    await _fleet_under_fire(fleet, rounds=4, longest=0.3)


@pytest.mark.soak
@pytest.mark.postgres
@pytest.mark.timeout(1200)
async def test_processes_of_several_hosts_die_many_times(fleet: Killable) -> None:
    await _fleet_under_fire(fleet, rounds=120, longest=1.0)


async def test_told_to_stop_with_a_hundred_in_flight(bot: Killable) -> None:
    """What was begun ends; what only waited is left for the next start."""
    await bot.start(EFFECT_S="0.1")
    async with aiohttp.ClientSession() as session:
        await bot.first_word(session)
        assert all(await asyncio.gather(*(bot.say(session, f"q{n}") for n in range(100))))

    async def begun() -> bool:
        return bool(await bot.rows("SELECT 1 FROM commands WHERE status = 'doing' LIMIT 1"))

    await bot.until(begun, 20)
    assert await bot.end(signal.SIGTERM) < 5
    assert bot.process is not None
    assert bot.process.returncode == 0
    assert await bot.rows("SELECT count(*) FROM commands WHERE status = 'doing'") == [(0,)]
    assert not await bot.finished()
    await bot.start()
    await bot.all_worked()
    await bot.end(signal.SIGTERM)
    await bot.judge()


async def test_a_second_process_takes_over_without_a_refused_word(bot: Killable) -> None:
    """The new one listens before the old one stops, and works when it has left."""
    old = await bot.start()
    async with aiohttp.ClientSession() as session:
        await bot.first_word(session)
    await bot.start()
    await asyncio.gather(*(_one_word(bot, f"a{n}") for n in range(20)))
    old.terminate()
    assert await asyncio.wait_for(old.wait(), 20) == 0
    async with aiohttp.ClientSession() as session:
        await bot.first_word(session, "last")
    await bot.until(bot.finished, 30)
    await bot.end(signal.SIGTERM)
    await bot.judge()


async def _one_word(bot: Killable, who: str) -> bool:
    async with aiohttp.ClientSession() as session:
        return await bot.say(session, who)
