"""A command that a fault of ours stops time and again: set aside with its trace, told once, put back to work."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.domain.commands import SendText, Sent
from bot.domain.decision import Decision, Stored
from bot.domain.events import Done, Expired, Message, Parked, Refused
from bot.domain.shop import Rules, Shop
from bot.engine.dispatcher import Effect
from bot.engine.loop import Loop
from bot.integrations.circuit import Circuits
from bot.storage import tables as t
from bot.storage.store import SqlStore
from tests.conftest import TestClock
from tests.engine.support import Watcher, nothing, results, said

PERSONAL = "11988880001"
"""What an error says may be."""
Row = sa.Row[int, str, str, int]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest) -> SqlStore:
    name = "database" if request.param == "sqlite" else "postgres_database"
    return SqlStore(request.getfixturevalue(name), Rules())


def _wants(stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
    if isinstance(stored.event, Message):
        decision.do(SendText(to="1", text="x"), key="faulty", queue="q", expires_at=now + timedelta(days=2))
        decision.do(SendText(to="1", text="y"), key="behind", queue="q")


class Hands:
    """Stumble over one text until they are mended."""

    def __init__(self) -> None:
        self.mended = False
        self.sent: list[str] = []

    async def send(self, command: SendText, key: str) -> Sent:
        if command.text == "x" and not self.mended:
            raise KeyError(PERSONAL)
        self.sent.append(command.text)
        return Sent(message_id=key)


async def _row(store: SqlStore, key: str) -> Row:
    c = t.commands.c
    async with store.database.read() as connection:
        query = sa.select(c.id, c.status, c.error, c.attempts).where(c.key == key)
        return (await connection.execute(query)).one()


async def _set_aside(store: SqlStore, clock: TestClock, watcher: Watcher, hands: Hands) -> Loop:
    loop = Loop(store, _wants, nothing, clock, circuits=Circuits(clock), names={}, watch=watcher)
    await loop.start()
    await loop.work({"message.text": Effect(hands.send)})
    await loop.put([said("oi")])
    async with asyncio.timeout(30):
        while not results(watcher, Refused):
            clock.jump(timedelta(minutes=10))
            await loop.tick()
            await asyncio.sleep(0.005)
    await watcher.until(lambda: hands.sent == ["y"])
    return loop


async def test_it_is_set_aside_with_its_trace_and_put_back_to_work(store: SqlStore, clock: TestClock) -> None:
    watcher, hands = Watcher(), Hands()
    loop = await _set_aside(store, clock, watcher, hands)
    row = await _row(store, "faulty")
    assert row.status == "failed"
    assert "KeyError" in row.error
    assert "in send" in row.error
    assert PERSONAL not in row.error
    hands.mended = True
    assert await store.hurry([row.id], clock()) == 1
    await loop.tick()
    await watcher.until(lambda: len(results(watcher, Done)) == 2)
    assert hands.sent == ["y", "x"]
    row = await _row(store, "faulty")
    assert (row.status, row.error) == ("done", "")
    assert await store.hurry([row.id], clock()) == 0  # what is done is done once
    await loop.stop()


async def test_what_stumbles_again_is_set_aside_again(store: SqlStore, clock: TestClock) -> None:
    watcher, hands = Watcher(), Hands()
    loop = await _set_aside(store, clock, watcher, hands)
    row = await _row(store, "faulty")
    assert await store.hurry([row.id], clock()) == 1
    watcher.steps.clear()
    async with asyncio.timeout(30):
        while (await _row(store, "faulty")).status != "failed":
            clock.jump(timedelta(minutes=10))
            await loop.tick()
            await asyncio.sleep(0.005)
    assert (await _row(store, "faulty")).attempts == row.attempts
    assert results(watcher, Parked) == []  # told already
    await loop.stop()


async def test_what_is_over_by_then_is_not_done_late(store: SqlStore, clock: TestClock) -> None:
    watcher, hands = Watcher(), Hands()
    loop = await _set_aside(store, clock, watcher, hands)
    hands.mended = True
    clock.jump(timedelta(days=3))
    assert await store.hurry([(await _row(store, "faulty")).id], clock()) == 1
    await loop.tick()
    await watcher.until(lambda: len(results(watcher, Expired)) == 1)
    assert hands.sent == ["y"]
    await loop.stop()
