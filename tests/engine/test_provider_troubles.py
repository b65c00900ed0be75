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
from bot.integrations.http import Http
from bot.storage import tables as t
from bot.storage.store import SqlStore
from tests.conftest import TestClock
from tests.engine.support import Watcher, echo, effect, nothing, said
from tests.support import make_http

Answer = Callable[[], web.Response]


@dataclass
class Toy:
    """A provider: what it was asked and what it did. ``says`` is its answer while it does nothing."""

    says: Answer | None = None
    asked: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)

    async def answer(self, request: web.Request) -> web.Response:
        key = str((await request.json())["key"])
        self.asked[key] += 1
        if self.says is not None:
            return self.says()
        self.done[key] += 1
        return web.json_response({"id": key})

    async def look(self, request: web.Request) -> web.Response:
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

    def results(self, kind: type) -> int:
        return sum(s == "result" and isinstance(w[1], kind) for s, w in self.watcher.steps)  # type: ignore[index]

    async def passes(self, by: timedelta, done: int) -> None:
        """Time, until so many are done."""
        self.clock.jump(by)
        async with asyncio.timeout(10):
            while self.results(Done) < done:
                await self.loop.tick()
                await asyncio.sleep(0.01)
                self.clock.jump(timedelta(seconds=0.1))


@pytest.fixture
async def bench(store: SqlStore, clock: TestClock) -> AsyncIterator[Bench]:
    toy, watcher = Toy(), Watcher()
    application = web.Application()
    application.router.add_post("/do", toy.answer)
    application.router.add_get("/did/{key}", toy.look)
    server = TestServer(application)
    await server.start_server()
    http = make_http(clock=clock)
    http.monotonic = lambda: clock().timestamp()
    way = http.provider("toy", str(server.make_url("")))

    async def send(command: SendText, key: str) -> Sent:
        await way.call("POST", "/do", operation="do", json={"key": key.replace("/", "-")})
        return Sent(message_id=key)

    async def find(command: SendText, key: str) -> Sent | None:
        answer = await way.call("GET", f"/did/{key.replace('/', '-')}", operation="look")
        return Sent(message_id=key) if answer.json["there"] else None

    loop = Loop(store, echo, nothing, clock, circuits=http.circuits, names={"messenger": "toy"}, watch=watcher)
    await loop.start()
    await loop.work(effect(send, find))
    yield Bench(loop, toy, watcher, clock, http)
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


async def test_an_outage_is_probed_by_one_told_once_and_made_up_for(bench: Bench, store: SqlStore) -> None:
    bench.toy.says = lambda: web.Response(status=503)
    people = [str(n) for n in range(12)]
    await bench.loop.put([said("a", who=who) for who in people])
    await bench.watcher.until(lambda: bench.http.circuits.state("toy").is_open and bench.loop.dispatcher.idle)  # type: ignore[union-attr]
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
