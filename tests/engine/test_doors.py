"""Workers who die, and a provider that goes and comes, asks for pauses and gives no answer: nothing waits at its door
for ever, nothing is done twice or late, nobody knocks without end."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.domain.commands import AlertOperator, Nothing, SendText, Sent
from bot.domain.shop import Rules
from bot.engine.dispatcher import Dispatcher, Effect
from bot.integrations import errors
from bot.integrations.circuit import Circuit, Circuits
from bot.storage.database import Database
from bot.storage.store import SqlStore
from tests.conftest import TestClock
from tests.engine.support import nothing, poll

pytestmark = pytest.mark.postgres

LOOKS = 4
"""So often each worker looks at one moment; what it tries then more than twice it tries without end."""
LONGEST = timedelta(minutes=12)
"""Until all that waits has gone on, once the provider is well: the longest pause, a probe, what is in doubt."""


@dataclass
class Provider:
    clock: TestClock
    state: str = "up"
    pause_s: float = 0.0
    done: Counter[str] = field(default_factory=Counter)
    when: dict[str, datetime] = field(default_factory=dict)


class Host:
    """A worker in a process of its own, moved by hand."""

    def __init__(self, database: Database, provider: Provider) -> None:
        self.store, self.provider, self.clock = SqlStore(database, Rules()), provider, provider.clock
        self.circuits, self.left_alone_until = Circuits(self.clock), self.clock()
        self.circuits.on_change(self._changed)
        self.tried: Counter[str] = Counter()
        effects = {"message.text": Effect(self.send, self.find), "operator.alert": Effect(self.alert)}
        self.dispatcher = Dispatcher(
            *(self.store, effects, self.clock, nothing, lambda *_: None),
            names={"messenger": "toy"},
            circuits=self.circuits,
        )

    async def start(self) -> None:
        self.circuits.load(await self.store.circuits())
        await self.store.recover(self.clock(), starting=True)

    async def _changed(self, circuit: Circuit) -> None:
        alert = AlertOperator(topic="toy", text="is away" if circuit.is_open else "is back")
        await self.store.save_circuit(circuit, alert, self.clock())

    async def alert(self, command: AlertOperator, key: str) -> Nothing:
        return Nothing()

    async def _call(self, key: str = "") -> None:
        """As the one way out does it, and each call takes its time."""
        if wait := self.circuits.wait("toy"):
            raise errors.CircuitOpen("toy", reason="circuit_open", retry_after=wait)
        self.clock.jump(timedelta(milliseconds=1))
        left = (self.left_alone_until - self.clock()).total_seconds()
        state = self.provider.state
        if left > 0 or state == "busy":
            self.circuits.released("toy")
            if left > 0:
                raise errors.HeldBack("toy", reason="rate_limited", retry_after=left)
            self.left_alone_until = self.clock() + timedelta(seconds=self.provider.pause_s)
            raise errors.RateLimited("toy", reason="rate_limited", retry_after=self.provider.pause_s)
        if state == "down":
            await self.circuits.failed("toy")
            raise errors.Unavailable("toy", reason="down")
        if state == "silent":
            if key and int(key[1:]) % 2:  # it is done all the same
                self._is_done(key)
            await self.circuits.failed("toy")
            raise errors.Uncertain("toy", reason="timeout")
        await self.circuits.succeeded("toy")

    async def send(self, command: SendText, key: str) -> Sent:
        self.tried[key] += 1
        await self._call(key)
        self._is_done(key)
        return Sent(message_id=key)

    def _is_done(self, key: str) -> None:
        self.provider.done[key] += 1
        self.provider.when[key] = self.clock()

    async def find(self, command: SendText, key: str) -> Sent | None:
        await self._call()
        return Sent(message_id=key) if self.provider.done[key] else None

    async def looks(self) -> None:
        self.tried.clear()
        for _ in range(LOOKS):
            self.dispatcher._doors._looked_at = -1.0
            await self.dispatcher.take()
            await poll(lambda: self.dispatcher.idle)
        assert [key for key, times in self.tried.items() if times > 2] == []

    async def heartbeat(self) -> None:
        await self.dispatcher.heartbeat()
        self.circuits.share(await self.store.circuits())


async def _play(database: Database, clock: TestClock, seed: int, steps: int) -> None:
    dice, provider = random.Random(seed), Provider(clock)
    hosts = [Host(database, provider) for _ in range(2)]
    over_at: dict[str, datetime | None] = {}
    for host in hosts:
        await host.start()

    async def passes(seconds: float) -> None:
        clock.jump(timedelta(seconds=seconds))
        for host in dice.sample(hosts, len(hosts)):
            if dice.random() < 0.8:
                await host.heartbeat()
            await host.looks()

    for _ in range(steps):
        for _ in range(dice.choice((0, 1, 3))):
            key = f"c{len(over_at)}"
            ends = clock() + timedelta(seconds=dice.choice((20, 90, 700))) if dice.random() < 0.4 else None
            over_at[key] = ends
            text = SendText(to="1", text="x")
            await hosts[0].store.ask(text, key=key, lane="person:1", now=clock(), expires_at=ends)
        provider.state = dice.choice((provider.state,) * 4 + ("up", "down", "busy", "silent"))
        provider.pause_s = dice.choice((2.0, 60.0, 400.0))
        if dice.random() < 0.1:  # a process dies, and is started again or is not
            hosts[dice.randrange(2)] = reborn = Host(database, provider)
            await reborn.start()
        await passes(dice.choice((0.1, 1, 4, 15, 60)))
    provider.state = "up"
    end = clock() + LONGEST
    while clock() < end:
        await passes(5)
    async with database.read() as connection:
        query = sa.text("SELECT key, status FROM commands WHERE kind = 'message.text'")
        ended: dict[str, str] = {row.key: row.status for row in await connection.execute(query)}
    assert set(ended.values()) <= {"done", "expired"}, (seed, Counter(ended.values()))
    assert [key for key, times in provider.done.items() if times > 1] == [], seed
    for key, ends in over_at.items():
        assert (ended[key] == "done") == (provider.done[key] == 1), (seed, key)
        assert ends is not None or ended[key] == "done", (seed, key)
        assert key not in provider.when or ends is None or provider.when[key] <= ends, (seed, key)


@pytest.mark.parametrize("seed", [1])
async def test_nothing_waits_at_a_door_for_ever(postgres_database: Database, clock: TestClock, seed: int) -> None:
    await _play(postgres_database, clock, seed, 30)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 200))
async def test_nor_in_many_outages(postgres_database: Database, clock: TestClock, seed: int) -> None:
    await _play(postgres_database, clock, seed, 80)
