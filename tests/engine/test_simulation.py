"""The whole loop in one process under a seeded plan of faults, deaths and repeats, on a clock that is moved by hand.

A seed that fails is a test: put it into ``SEEDS``.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.domain.commands import SendText, Sent
from bot.domain.decision import Decision, Stored
from bot.domain.events import Message, Tick
from bot.domain.shop import Rules, Shop
from bot.engine.loop import Loop
from bot.integrations import errors
from bot.integrations.circuit import Circuits
from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.storage.store import SqlStore
from tests.conftest import TestClock
from tests.engine.support import echo, effect, nothing, said

SEEDS = range(6)
PEOPLE = ("ana", "rui", "eva")
STEPS = 80


def decide(stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
    """Echo; what ends with 7 sets a timer, which says the same with a ``t``."""
    echo(stored, shop, now, decision)
    event = stored.event
    if isinstance(event, Message) and event.text.endswith("7"):
        due = stored.received_at + timedelta(seconds=20)
        decision.timer(f"timer/{stored.id}", "toy", due, who=event.sender.chat, text=event.text)
    elif isinstance(event, Tick):
        text = SendText(to=event.data["who"], text=f"{event.data['text']}t")
        decision.do(text, key=f"tick/{stored.id}", queue=stored.lane)


class Provider:
    """Does as the dice say: it is away, it cuts the line before or after it has done it, it does it a second later."""

    def __init__(self, dice: random.Random, clock: TestClock) -> None:
        self.done: list[tuple[str, str]] = []
        self.well = False
        self._keys: set[str] = set()
        self._later: list[tuple[datetime, SendText, str]] = []
        self._dice = dice
        self._clock = clock

    def _do(self, command: SendText, key: str) -> None:
        self.done.append((command.to, command.text))
        self._keys.add(key)

    def catch_up(self) -> None:
        for late in [one for one in self._later if one[0] <= self._clock()]:
            self._later.remove(late)
            self._do(late[1], late[2])

    async def send(self, command: SendText, key: str) -> Sent:
        await asyncio.sleep(0)  # a death here is before it
        mood = 0.0 if self.well else self._dice.random()
        if 0.60 < mood < 0.70:
            raise errors.Unavailable("toy", reason="unreachable")
        if 0.70 < mood < 0.76:
            raise errors.Uncertain("toy", reason="timeout")
        if 0.76 < mood < 0.80:
            raise KeyError("a fault of ours, before the call")
        if 0.80 < mood < 0.88:
            self._later.append((self._clock() + timedelta(seconds=1), command, key))
            raise errors.Uncertain("toy", reason="timeout")
        self._do(command, key)
        if mood > 0.88:
            raise errors.Uncertain("toy", reason="cut")
        await asyncio.sleep(0)  # and here behind it
        return Sent(message_id=key)

    async def find(self, command: SendText, key: str) -> Sent | None:
        await asyncio.sleep(0)
        mood = 0.0 if self.well else self._dice.random()
        if mood > 0.9:
            raise errors.Uncertain("toy", reason="timeout")
        if mood > 0.8:
            raise errors.Unavailable("toy", reason="unreachable")
        return Sent(message_id=key) if key in self._keys else None


class Life:
    """The bot over one file, in as many lives as it takes."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.dice = random.Random(seed)
        self.clock = TestClock()
        self.provider = Provider(self.dice, self.clock)
        self.acknowledged: list[tuple[str, str]] = []
        self.said: Counter[str] = Counter()
        self._url = f"sqlite+aiosqlite:///{folder}/simulated.db"

    async def begin(self) -> None:
        self.database = Database(self._url)
        await migrate(self.database)
        store, circuits = SqlStore(self.database, Rules()), Circuits(self.clock)
        self.loop = Loop(store, decide, nothing, self.clock, circuits=circuits, names={"messenger": "toy"})
        await self.loop.start()
        await self.loop.work(effect(self.provider.send, self.provider.find))

    async def die(self) -> None:
        """Whatever is under way is never gone on with."""
        mine = asyncio.all_tasks() - {asyncio.current_task()}
        for task in mine:
            task.cancel()
        await asyncio.gather(*mine, return_exceptions=True)
        await self.database.close()

    async def say(self, who: str, *texts: str) -> None:
        words = [said(text, who=who, at=self.clock()) for text in texts]
        await self.loop.put(words)
        self.acknowledged += [(who, text) for text in texts]

    async def step(self) -> None:
        match self.dice.choices(["say", "again", "poison", "wait", "die"], [8, 2, 1, 6, 1])[0]:
            case "say":
                who, bubbles = self.dice.choice(PEOPLE), self.dice.choice((1, 1, 3))
                first = self.said[who]
                self.said[who] += bubbles
                await self.say(who, *(f"{n:03}" for n in range(first, first + bubbles)))
            case "again" if self.acknowledged:
                who, text = self.dice.choice(self.acknowledged)
                assert await self.loop.put([said(text, who=who)]) == [False]
            case "poison":
                await self.loop.put([said("poison", who=self.dice.choice(PEOPLE), key=f"poison{self.dice.random()}")])
            case "wait":
                await self.passes(self.dice.uniform(0.1, 40))
            case "die":
                await self.die()
                await self.begin()
            case _:
                pass
        for _ in range(self.dice.randrange(30)):
            await asyncio.sleep(0)

    async def passes(self, seconds: float) -> None:
        self.clock.jump(timedelta(seconds=seconds))
        self.provider.catch_up()
        await self.loop.tick()

    async def rows(self, query: sa.Executable) -> list[tuple[object, ...]]:
        async with self.database.read() as connection:
            return [tuple(row) for row in await connection.execute(query)]

    async def over(self) -> bool:
        waiting = (
            sa.select(t.events.c.id).where(t.events.c.status == "new").limit(1),
            sa.select(t.commands.c.id).where(t.commands.c.status.in_(["new", "doing", "parked"])).limit(1),
            sa.select(sa.func.count()).select_from(t.timers).having(sa.func.count() > 0),
        )
        return not any([await self.rows(query) for query in waiting])


async def _play(folder: Path, seed: int) -> None:
    life = Life(folder, seed)
    await life.begin()
    for _ in range(STEPS):
        await life.step()
    life.provider.well = True
    async with asyncio.timeout(30):
        while not await life.over():
            await life.passes(30)
            await asyncio.sleep(0.001)
    failed = await life.rows(sa.select(t.events.c.key, t.events.c.id).where(t.events.c.status == "failed"))
    lost = await life.rows(sa.select(t.commands.c.status, t.commands.c.id).where(t.commands.c.status != "done"))
    await life.loop.stop()
    await life.database.close()
    wanted = life.acknowledged + [(who, f"{text}t") for who, text in life.acknowledged if text.endswith("7")]
    assert len(life.acknowledged) > 20
    assert Counter(life.provider.done) == Counter(wanted), seed  # none lost, none twice
    order = defaultdict(list)
    for who, text in life.provider.done:
        if not text.endswith("t"):
            order[who].append(text)
    assert all(texts == sorted(texts) for texts in order.values()), seed
    assert all(str(key).startswith("poison") for key, _ in failed), seed
    assert lost == [], seed


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_plan_of_faults_changes_nothing(tmp_path: Path, seed: int) -> None:
    await _play(tmp_path, seed)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1000, 1300))
async def test_many_plans(tmp_path: Path, seed: int) -> None:
    await _play(tmp_path, seed)
