"""The operator hears of an outage once and of its end once, however many processes see it, restarts included."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.domain.commands import ReadCharge, SendText, Sent
from bot.domain.shop import Rules
from bot.engine.loop import Loop
from bot.integrations.circuit import FIRST, THRESHOLD, Circuits
from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.store import SqlStore
from tests.conftest import TestClock
from tests.engine.support import echo, effect, nothing


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def shared(request: pytest.FixtureRequest) -> Database:
    """What several processes share."""
    name = "database" if request.param == "sqlite" else "postgres_database"
    found: Database = request.getfixturevalue(name)
    return found


class Process:
    """A loop whose calls are only told of."""

    def __init__(self, shared: Database, clock: TestClock) -> None:
        self.circuits = Circuits(clock)
        store = SqlStore(shared, Rules())
        self.loop = Loop(store, echo, nothing, clock, circuits=self.circuits, names={"messenger": "zapi"})

    async def start(self) -> Process:
        await self.loop.start()
        await self.work()
        return self

    async def work(self) -> None:
        async def send(command: SendText, key: str) -> Sent:
            return Sent(message_id=key)

        await self.loop.work(effect(send))

    async def fails(self, times: int = THRESHOLD) -> None:
        for _ in range(times):
            await self.circuits.failed("zapi")

    async def probes(self) -> bool:
        """Whether the next call goes out."""
        return self.circuits.wait("zapi") == 0.0


async def told(shared: Database) -> Sequence[str]:
    """What the operator is told, by its keys."""
    async with shared.read() as connection:
        query = sa.select(t.commands.c.key).where(t.commands.c.kind == "operator.alert").order_by(t.commands.c.id)
        return (await connection.execute(query)).scalars().all()


async def test_once_an_outage_and_once_at_its_end(shared: Database, clock: TestClock) -> None:
    one = await Process(shared, clock).start()
    for outage in (1, 2):
        await one.fails(6)
        clock.jump(FIRST)
        assert await one.probes()
        await one.circuits.failed("zapi")
        clock.jump(2 * FIRST)
        assert await one.probes()
        await one.circuits.succeeded("zapi")
        assert len(await told(shared)) == 2 * outage
    keys = await told(shared)
    assert [key.endswith("/over") for key in keys] == [False, True, False, True]
    assert keys[1] == f"{keys[0]}/over"
    await one.loop.stop()


async def test_two_processes_that_see_the_same_outage_tell_it_once(shared: Database, clock: TestClock) -> None:
    one, other = await Process(shared, clock).start(), await Process(shared, clock).start()
    await one.fails()
    clock.jump(FIRST / 10)
    await asyncio.gather(other.fails(), one.fails())
    clock.jump(FIRST)
    for process in (one, other):
        assert await process.probes()
        await process.circuits.succeeded("zapi")
    assert len(await told(shared)) == 2
    await asyncio.gather(one.loop.stop(), other.loop.stop())


async def test_what_one_process_found_away_another_probes_and_finds_back(shared: Database, clock: TestClock) -> None:
    """The one that saw the outage is gone for good: its end is seen by the others, and told."""
    one, other = await Process(shared, clock).start(), await Process(shared, clock).start()
    await one.fails()
    await one.loop.stop()
    assert await other.probes()
    await other.loop.heartbeat()
    assert not await other.probes()
    clock.jump(FIRST)
    assert await other.probes()
    await other.circuits.succeeded("zapi")
    assert [key.endswith("/over") for key in await told(shared)] == [False, True]
    await other.loop.stop()


async def test_an_outage_that_lasts_over_a_restart_is_told_once(shared: Database, clock: TestClock) -> None:
    before = await Process(shared, clock).start()
    await before.fails()
    await before.loop.stop()
    after = await Process(shared, clock).start()
    assert not await after.probes()
    clock.jump(FIRST)
    assert await after.probes()
    await after.circuits.failed("zapi")
    clock.jump(2 * FIRST)
    assert await after.probes()
    await after.circuits.succeeded("zapi")
    assert [key.endswith("/over") for key in await told(shared)] == [False, True]
    await after.loop.stop()


async def test_what_waited_goes_on_when_it_is_over(shared: Database, clock: TestClock) -> None:
    """However long it was to wait; what waits for others waits on."""
    one, store = Process(shared, clock), SqlStore(shared, Rules())
    await one.loop.start()
    await store.ask(SendText(to="1", text="x"), key="text", lane="person:1", now=clock())
    await store.ask(ReadCharge(charge_id="c"), key="charge", lane="order:1", now=clock())
    for waiting in await store.waiting_commands(clock(), [], 10):
        await store.park(waiting, None, "down", clock() + timedelta(hours=1), in_doubt=False, now=clock())
    await one.fails()
    await one.work()
    clock.jump(FIRST / 2)
    assert one.loop.dispatcher is not None
    await one.loop.dispatcher.take()
    assert await parked(shared) == ["charge", "text"]
    clock.jump(FIRST)
    assert await one.probes()
    await one.circuits.succeeded("zapi")
    async with asyncio.timeout(10):
        while await parked(shared) != ["charge"]:  # noqa: ASYNC110  (its loop does it)
            await asyncio.sleep(0.01)
    await one.loop.stop()


async def parked(shared: Database) -> list[str]:
    async with shared.read() as connection:
        query = sa.select(t.commands.c.key).where(sa.text("status = 'parked' AND lane <> 'system'"))
        return sorted((await connection.execute(query)).scalars())


async def test_a_death_between_state_and_alert_is_no_silence(
    shared: Database, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are one transaction: what is not told is not kept either, and is seen again."""
    one = await Process(shared, clock).start()

    def dies(*_: object, **__: object) -> None:
        raise OSError("the process is gone")

    with monkeypatch.context() as patched:
        patched.setattr("bot.storage.store.insert_alone", dies)
        await one.fails()
    assert await told(shared) == []
    await one.loop.stop()
    after = await Process(shared, clock).start()
    await after.fails()
    assert len(await told(shared)) == 1
    await after.loop.stop()
