"""The loop against a provider behind a real socket that is busy or down: each effect once, nobody asks too early."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
import sqlalchemy as sa
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.domain.commands import SendText, Sent
from bot.domain.events import Done, Parked
from bot.domain.shop import Rules
from bot.engine.loop import Loop
from bot.integrations.circuit import FIRST
from bot.integrations.http import CallRecord, Http
from bot.integrations.limits import UNKNOWN, Limits
from bot.storage import tables as t
from bot.storage.store import SqlStore
from tests.conftest import TestClock
from tests.engine.support import Watcher, echo, effect, nothing, poll, results, said
from tests.support import make_http

Answer = Callable[[], web.Response]


@dataclass
class Toy:
    """A provider: what it was asked and what it did. ``says`` is its answer while it does nothing. Until
    ``free`` is set it takes its time."""

    says: Answer | None = None
    looks: bool = True
    """Whether it says what was done, also while it does nothing."""
    free: asyncio.Event = field(default_factory=asyncio.Event)
    inside: int = 0
    most: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)

    async def answer(self, request: web.Request) -> web.Response:
        key = str((await request.json())["key"])
        self.asked[key] += 1
        self.inside += 1
        self.most = max(self.most, self.inside)
        await self.free.wait()
        self.inside -= 1
        if self.says is not None:
            return self.says()
        self.done[key] += 1
        return web.json_response({"id": key})

    async def look(self, request: web.Request) -> web.Response:
        if not self.looks and self.says is not None:
            return self.says()
        return web.json_response({"there": self.done[request.match_info["key"]] > 0})


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest) -> SqlStore:
    name = "database" if request.param == "sqlite" else "postgres_database"
    return SqlStore(request.getfixturevalue(name), Rules())


@dataclass
class Bench:
    loop: Loop
    toy: Toy
    watcher: Watcher
    clock: TestClock
    http: Http
    records: list[CallRecord]

    def results(self, kind: type) -> int:
        return len(results(self.watcher, kind))

    async def passes(self, by: timedelta, done: int, *, step: float = 1.0) -> None:
        """Time, until so many are done."""
        self.clock.jump(by)
        async with asyncio.timeout(30):
            while self.results(Done) < done:
                await self.loop.tick()
                await asyncio.sleep(0.01)
                self.clock.jump(timedelta(seconds=step))


@pytest.fixture
async def bench(request: pytest.FixtureRequest, store: SqlStore, clock: TestClock) -> AsyncIterator[Bench]:
    """Its parameter is what the provider allows."""
    toy, watcher, records = Toy(), Watcher(), list[CallRecord]()
    toy.free.set()
    application = web.Application()
    application.router.add_post("/do", toy.answer)
    application.router.add_get("/did/{key}", toy.look)
    server = TestServer(application)
    await server.start_server()
    http = make_http(records, clock=clock)
    http.monotonic = lambda: clock().timestamp()

    async def sleep(seconds: float) -> None:
        over = clock() + timedelta(seconds=seconds)
        while clock() < over:  # noqa: ASYNC110 - the test moves it
            await asyncio.sleep(0.001)

    http.sleep = sleep
    way = http.provider("toy", str(server.make_url("")), limits=getattr(request, "param", UNKNOWN))

    async def send(command: SendText, key: str) -> Sent:
        await way.call("POST", "/do", operation="do", json={"key": key.replace("/", "-")})
        return Sent(message_id=key)

    async def find(command: SendText, key: str) -> Sent | None:
        answer = await way.call("GET", f"/did/{key.replace('/', '-')}", operation="look")
        return Sent(message_id=key) if answer.json["there"] else None

    loop = Loop(store, echo, nothing, clock, circuits=http.circuits, names={"messenger": "toy"}, watch=watcher)
    await loop.start()
    await loop.work(effect(send, find), http.slots())
    yield Bench(loop, toy, watcher, clock, http, records)
    await loop.stop()
    await http.close()
    await server.close()


async def test_who_asks_to_be_left_alone_for_two_minutes_is(bench: Bench, store: SqlStore) -> None:
    bench.toy.says = lambda: web.json_response({}, status=429, headers={"Retry-After": "120"})
    await bench.loop.put([said("a", who="1")])
    await bench.watcher.until(lambda: bench.results(Parked) == 1)
    bench.toy.says = None
    await bench.loop.put([said("b", who="2")])  # another, which need not ask to know
    await bench.watcher.until(lambda: bench.results(Parked) == 2)
    bench.clock.jump(timedelta(seconds=115))
    assert await store.waiting_commands(bench.clock(), [], 10) == []
    assert sum(bench.toy.asked.values()) == 1
    await bench.passes(timedelta(seconds=6), done=2)
    assert sorted(bench.toy.done.values()) == [1, 1]
    assert sum(bench.toy.asked.values()) == 3


@pytest.mark.parametrize("bench", [Limits(at_once=4)], indirect=True)
async def test_no_more_calls_at_once_than_are_allowed(bench: Bench) -> None:
    bench.toy.free.clear()
    await bench.loop.put([said("a", who=str(n)) for n in range(30)])
    await bench.watcher.until(lambda: [step for step, _ in bench.watcher.steps].count("turn") == 30)  # others press
    await poll(lambda: bench.toy.inside == 4)
    bench.toy.free.set()
    await bench.watcher.until(lambda: bench.results(Done) == 30)
    assert bench.toy.most == 4
    assert sorted(bench.toy.done.values()) == [1] * 30


@pytest.mark.parametrize("bench", [Limits(calls=10, window_s=10)], indirect=True)
async def test_no_more_calls_in_a_while_than_are_allowed(bench: Bench) -> None:
    """A crowd at once: what would wait too long for its turn is parked until then."""
    await bench.loop.put([said("a", who=str(n)) for n in range(25)])
    await bench.passes(timedelta(), done=25, step=0.1)
    when = sorted(record.started_at for record in bench.records)
    assert len(when) == 25
    assert max(sum(first <= at < first + timedelta(seconds=10) for at in when) for first in when) <= 10


async def test_an_outage_is_probed_by_one_told_once_and_made_up_for(bench: Bench, store: SqlStore) -> None:
    bench.toy.says = lambda: web.Response(status=503)
    people = [str(n) for n in range(12)]
    await bench.loop.put([said("a", who=who) for who in people])
    dispatcher = bench.loop.dispatcher
    assert dispatcher is not None
    await bench.watcher.until(lambda: bench.http.circuits.state("toy").is_open and dispatcher.idle)
    bench.toy.asked.clear()
    await bench.loop.put([said("b", who=who) for who in people])
    bench.clock.jump(FIRST / 2)
    for _ in range(5):
        await bench.loop.tick()
        await asyncio.sleep(0)
    assert bench.toy.asked == Counter()  # it is left alone
    bench.toy.says = None
    await bench.passes(FIRST, done=24)
    assert sorted(bench.toy.done.values()) == [1] * 24
    async with store.database.read() as connection:
        query = sa.select(t.commands.c.key).where(t.commands.c.kind == "operator.alert").order_by(t.commands.c.id)
        began, ended = (await connection.execute(query)).scalars()
    assert ended == f"{began}/over"


async def test_what_waits_at_a_closed_door_is_left_alone_but_for_one(bench: Bench, store: SqlStore) -> None:
    """However often the time of a try comes: each would be begun and parked again, hour after hour, for nothing."""

    texts = sa.text("kind = 'message.text' AND status = 'parked'")

    async def moves() -> None:
        """A little time; the way to the provider waits between its tries."""
        bench.clock.jump(timedelta(seconds=0.2))
        await asyncio.sleep(0.01)

    async def tries() -> int:
        """Of all, when all are parked."""
        query = sa.select(sa.func.count(), sa.func.sum(t.commands.c.attempts)).where(texts)
        async with asyncio.timeout(10):
            while True:
                async with store.database.read() as connection:
                    parked, tried = (await connection.execute(query)).one()
                if parked == len(people):
                    return int(tried)
                await moves()

    bench.toy.says, bench.toy.looks = (lambda: web.Response(status=503)), False
    people = [str(n) for n in range(40)]
    await bench.loop.put([said("a", who=who) for who in people])
    before = await tries()
    state = bench.http.circuits.state
    for _ in range(8):
        until = state("toy").probe_at
        assert until is not None
        bench.clock.jump(until - bench.clock())
        async with asyncio.timeout(10):
            while state("toy").probe_at == until:  # it is asked, and still away
                await moves()
    # one each time, and those once more that had failed before it was left alone
    assert await tries() <= before + 8 + 40
    bench.toy.says = None
    await bench.passes(timedelta(minutes=5), done=40)
    assert sorted(bench.toy.done.values()) == [1] * 40
