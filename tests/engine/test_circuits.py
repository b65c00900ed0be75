"""Circuits, clocks and timers: one test per defect that a review found."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.domain.commands import SendText, Sent
from bot.domain.decision import Decision, Stored
from bot.domain.events import Message, Tick
from bot.domain.lanes import SYSTEM
from bot.domain.shop import Rules, Shop
from bot.engine import doors
from bot.engine.dispatcher import Dispatcher, Effect
from bot.integrations import errors
from bot.integrations.circuit import FIRST, THRESHOLD, Circuit, Circuits
from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.store import SqlStore
from scheduler.jobs import all_jobs
from tests.conftest import TestClock
from tests.engine.support import (
    nothing,
    poll,
    said,
    status,
)


async def test_calls_that_failed_together_open_a_circuit_once(clock: TestClock) -> None:
    """Each of twenty that timed out together doubled the pause: five minutes instead of ten seconds."""
    circuits = Circuits(clock)
    for _ in range(20):
        await circuits.failed("zapi")
    assert circuits.wait("zapi") == FIRST.total_seconds()
    clock.jump(FIRST)
    assert circuits.wait("zapi") == 0.0
    await circuits.failed("zapi")  # the probe itself
    assert circuits.wait("zapi") == 2 * FIRST.total_seconds()


async def test_failures_with_successes_between_open_nothing(clock: TestClock) -> None:
    circuits = Circuits(clock)
    for _ in range(3):
        for _ in range(THRESHOLD - 1):
            await circuits.failed("zapi")
        await circuits.succeeded("zapi")
    assert circuits.away("zapi") is None
    assert circuits.state("zapi").failures == 0


class Busy:
    """A provider that asks to be left alone for two minutes, whatever is wanted; each try takes its time."""

    def __init__(self, store: SqlStore, clock: TestClock) -> None:
        self.tries, self.circuits, self._clock = 0, Circuits(clock), clock
        effects, names = {"message.text": Effect(self.send)}, {"messenger": "zapi"}
        self.dispatcher = Dispatcher(
            store, effects, clock, nothing, lambda *_: None, names=names, circuits=self.circuits
        )

    async def send(self, command: SendText, key: str) -> Sent:
        if wait := self.circuits.wait("zapi"):
            raise errors.CircuitOpen("zapi", reason="circuit_open", retry_after=wait)
        self.tries += 1
        self._clock.jump(timedelta(milliseconds=1))
        self.circuits.released("zapi")
        raise errors.RateLimited("zapi", reason="rate_limited", retry_after=120)

    async def looks(self, times: int) -> None:
        for _ in range(times):
            await self.dispatcher.take()
            await poll(lambda: self.dispatcher.idle)


async def test_who_asks_to_be_left_alone_is_asked_once_more_by_who_starts(store: SqlStore, clock: TestClock) -> None:
    """What was parked since the start was taken for what waits at a door: tried again at once, hundreds of times a
    second, for as long as it was to wait."""
    await store.ask(SendText(to="1", text="x"), key="text", lane=SYSTEM, now=clock())
    before = Busy(store, clock)
    await before.looks(5)
    assert before.tries == 1
    after = Busy(store, clock)
    await after.looks(5)
    assert after.tries == 1
    clock.jump(timedelta(hours=-1))  # nor if the clock is set back meanwhile
    await after.looks(5)
    assert after.tries <= 2


async def test_who_is_back_and_asks_to_be_left_alone_is_not_probed_without_end(
    store: SqlStore, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer to the probe told nothing of its health, so that the next probe was due at once."""
    busy = Busy(store, clock)
    for number in range(3):
        await store.ask(SendText(to=str(number), text="x"), key=f"{number}", lane=SYSTEM, now=clock())
    busy.circuits.share([Circuit("zapi", THRESHOLD, clock(), clock() + FIRST, FIRST.total_seconds())])
    await busy.looks(3)
    assert busy.tries == 0
    clock.jump(FIRST)
    await busy.looks(10)
    assert busy.tries == 1
    monkeypatch.setattr(doors, "PROBE_AGAIN_S", 0)  # when some seconds have passed
    await busy.looks(1)
    assert busy.tries == 2


async def test_what_is_over_while_it_is_to_wait_is_told_when_it_is_over(store: SqlStore, clock: TestClock) -> None:
    """And not when the provider may be asked again, which may be an hour later: somebody goes another way then."""
    busy, over_at = Busy(store, clock), clock() + timedelta(seconds=60)
    await store.ask(SendText(to="1", text="x"), key="text", lane=SYSTEM, now=clock(), expires_at=over_at)
    await busy.looks(2)
    assert (busy.tries, await status(store, "text")) == (1, "parked")
    clock.jump(timedelta(seconds=60))
    await busy.looks(1)
    assert (busy.tries, await status(store, "text")) == (1, "expired")


async def test_what_is_parked_at_a_door_while_it_opens_goes_on(
    store: SqlStore, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who looked while it was being written did not see it there, and thought that nothing waited any more."""
    busy, parking, seen = Busy(store, clock), asyncio.Event(), asyncio.Event()
    park = store.park

    async def slowly(*what: object, **how: object) -> None:
        parking.set()
        await seen.wait()
        await park(*what, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "park", slowly)
    await store.ask(SendText(to="1", text="x"), key="text", lane=SYSTEM, now=clock())
    busy.circuits.share([Circuit("zapi", THRESHOLD, clock(), clock() + FIRST, FIRST.total_seconds())])
    await busy.dispatcher.take()
    await parking.wait()
    await busy.circuits.succeeded("zapi")
    await busy.dispatcher.take()
    seen.set()
    await poll(lambda: busy.dispatcher.idle)
    await busy.looks(2)
    assert busy.tries == 1


async def test_a_circuit_does_not_stay_open_because_the_clock_was_set_back(clock: TestClock) -> None:
    circuits = Circuits(clock)
    for _ in range(THRESHOLD):
        await circuits.failed("zapi")
    clock.jump(timedelta(days=-1))
    assert circuits.wait("zapi") == 0.0


@pytest.mark.postgres
async def test_a_timer_that_is_moved_while_it_fires_is_not_lost(postgres_database: Database, clock: TestClock) -> None:
    store = SqlStore(postgres_database, Rules())
    later = clock() + timedelta(hours=2)

    def set_timer(due: object) -> Callable[..., None]:
        return lambda stored, shop, now, decision: decision.timer("k", "n", due)

    await store.accept([said("1"), said("2")], clock())
    await store.turn("person:1", set_timer(clock()), nothing, clock())
    async with postgres_database.write() as connection:  # a turn of another worker, open when the sweep comes
        await connection.execute(sa.update(t.timers).values(due_at=later))
        sweep = asyncio.ensure_future(store.fire_timers(clock()))

        async def waits() -> bool:
            query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%timers%'"
            async with postgres_database.read() as other:
                return bool((await other.execute(sa.text(query))).scalar())

        await poll(waits)
    assert await sweep == 0
    assert await store.next_due() == later


async def test_the_moment_of_a_job_travels_in_its_events(store: SqlStore, clock: TestClock) -> None:
    """``scheduler run JOB --at T``: the worker decided as of now, and found nothing due."""
    seen: list[object] = []

    def decide(stored: Stored, shop: Shop, now: object, decision: Decision) -> None:
        if isinstance(stored.event, Message):
            decision.timer("k", "n", clock() + timedelta(days=3))
        else:
            seen.append(now)
            if stored.lane == "person:1":
                decision.emit("person:2", Tick(name="next"))

    at = clock() + timedelta(days=3)
    await store.accept([said("1")], clock())
    await store.turn("person:1", decide, nothing, clock())
    await next(j for j in all_jobs(90) if j.name == "timers").run(store, at)
    await store.turn("person:1", decide, nothing, clock())
    await store.turn("person:2", decide, nothing, clock())
    assert seen == [at, at]
