"""Queues, circuits, clocks and timers: what a review found, one test a defect."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.domain.commands import AlertOperator, SendLabel, SendText, Sent
from bot.domain.decision import Decision, Stored
from bot.domain.events import Done, Message, Parked, Tick
from bot.domain.lanes import SYSTEM
from bot.domain.shop import Rules, Shop
from bot.engine import dispatcher as dispatching
from bot.engine import doors
from bot.engine.dispatcher import Dispatcher, Effect
from bot.engine.loop import Loop
from bot.engine.store import StoreDown
from bot.engine.worker import Worker
from bot.integrations import errors
from bot.integrations.circuit import FIRST, THRESHOLD, Circuit, Circuits
from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.store import SqlStore
from scheduler.jobs import all_jobs
from tests.conftest import TestClock
from tests.engine.support import (
    Watcher,
    echo,
    nothing,
    poll,
    results,
    said,
    sent,
    status,
)

# --- queues -------------------------------------------------------------------------------------------


async def test_what_is_wanted_for_the_morning_holds_up_no_answer_tonight(store: SqlStore, clock: TestClock) -> None:
    """A reminder kept for the end of the quiet hours stood before every answer in the person's queue."""

    def remind_then_answer(stored: Stored, shop: Shop, now: object, decision: Decision) -> None:
        later = clock() + timedelta(hours=9)
        decision.do(SendText(to="1", text="reminder"), key="r", queue="person:1", not_before=later)
        decision.do(SendText(to="1", text="answer"), key="a", queue="person:1")

    await store.accept([said("oi")], clock())
    await store.turn("person:1", remind_then_answer, nothing, clock())
    (answer,) = await store.waiting_commands(clock(), [], 10)
    assert answer.key == "a"
    await store.park(answer, None, "down", clock() + timedelta(hours=10), in_doubt=False, now=clock())
    clock.jump(timedelta(hours=9))
    assert [w.key for w in await store.waiting_commands(clock(), [], 10)] == ["r"]


async def test_a_label_whose_broker_is_down_keeps_no_message_waiting(store: SqlStore, clock: TestClock) -> None:
    def label_then_text(stored: Stored, shop: Shop, now: object, decision: Decision) -> None:
        if isinstance(stored.event, Message):
            label = SendLabel(to="1", shipment_id="s", file_name="x.pdf")
            decision.do(label, key="label", queue="person:1")
            decision.do(SendText(to="1", text="depois"), key="text", queue="person:1")

    async def pdf(command: SendLabel, key: str) -> Sent:
        raise errors.Unavailable("melhor_envio", reason="unreachable")

    watcher = Watcher()
    names = {"messenger": "zapi", "shipping": "melhor_envio"}
    loop = Loop(store, label_then_text, nothing, clock, circuits=Circuits(clock), names=names, watch=watcher)
    await loop.start()
    await loop.work({"message.text": Effect(sent), "message.label": Effect(pdf)})
    await loop.put([said("oi")])
    await watcher.until(lambda: len(results(watcher, Done)) == 1)
    await loop.stop()
    assert await status(store, "label") == "parked"
    assert await status(store, "text") == "done"


@pytest.mark.parametrize("by_itself", [True, False])
async def test_a_label_rests_at_its_brokers_door(store: SqlStore, clock: TestClock, by_itself: bool) -> None:
    """It asks the gateway and the broker: while the broker was away it was tried every five minutes, for nothing."""
    tries, circuits, watcher = 0, Circuits(clock), Watcher()

    def label_then_text(stored: Stored, shop: Shop, now: object, decision: Decision) -> None:
        if isinstance(stored.event, Message):
            decision.do(SendLabel(to="1", shipment_id="s", file_name="x.pdf"), key="label", queue="person:1")
            decision.do(SendText(to="1", text="depois"), key="text", queue="person:1")

    async def pdf(command: SendLabel, key: str) -> Sent:
        nonlocal tries
        tries += 1
        if wait := circuits.wait("melhor_envio"):
            raise errors.CircuitOpen("melhor_envio", reason="circuit_open", retry_after=wait)
        await circuits.succeeded("melhor_envio")
        return Sent(message_id=key)

    async def needs(state: str) -> str:
        async with store.database.read() as connection:
            query = sa.select(t.commands.c.needs).where(t.commands.c.key == "label", t.commands.c.status == state)
            return str((await connection.execute(query)).scalar())

    names = {"messenger": "zapi", "shipping": "melhor_envio"}
    loop = Loop(store, label_then_text, nothing, clock, circuits=circuits, names=names, watch=watcher)
    await loop.start()
    circuits.share([Circuit("melhor_envio", THRESHOLD, clock(), clock() + FIRST, FIRST.total_seconds())])
    await loop.work({"message.text": Effect(sent), "message.label": Effect(pdf)})
    await loop.put([said("oi")])
    await watcher.until(lambda: len(results(watcher, Done)) == len(results(watcher, Parked)) == 1)
    assert await needs("parked") == "shipping"  # so the console counts it there
    clock.jump(FIRST / 2)
    assert loop.dispatcher is not None
    for _ in range(3):
        loop.dispatcher._doors._looked_at = 0.0
        await loop.dispatcher.take()
        assert loop.dispatcher.idle
    assert tries == 1
    if by_itself:
        clock.jump(FIRST)
    else:  # another process found out
        circuits.share([Circuit("melhor_envio")])
    loop.dispatcher.wake()
    await watcher.until(lambda: len(results(watcher, Done)) == 2)
    assert (tries, await needs("done")) == (2, "messenger")
    await loop.stop()


async def test_one_need_takes_neither_all_tasks_nor_all_turns(store: SqlStore, clock: TestClock) -> None:
    """A slow provider's whole backlog became tasks, each poll with a longer list of what is busy. And as soon as fewer
    than a quarter of its places are free, they wait for the next poll at most."""
    for n in range(300):
        await store.ask(SendText(to=str(n), text="x"), key=f"t{n}", lane=SYSTEM, now=clock())
    await store.ask(AlertOperator(topic="x", text="y"), key="alert", lane=SYSTEM, now=clock())
    go, told, inside = asyncio.Event(), asyncio.Event(), []
    first = asyncio.Semaphore(3)  # calls that end at once, one after the other

    async def slow(command: SendText, key: str) -> Sent:
        inside.append(key)
        if first.locked():
            await go.wait()
        await first.acquire()
        return Sent(message_id=key)

    async def alert(command: AlertOperator, key: str) -> Sent:
        told.set()
        return Sent(message_id=key)

    effects = {"message.text": Effect(slow), "operator.alert": Effect(alert)}
    one = Dispatcher(store, effects, clock, nothing, lambda *_: None)
    one.start()
    async with asyncio.timeout(5):
        await told.wait()
    await poll(lambda: len(inside) == dispatching.IN_FLIGHT + 3)
    assert len(one._running) <= dispatching.IN_FLIGHT + 1
    go.set()
    for _ in range(300):
        first.release()
    await poll(lambda: one.idle and not one._load["messenger"])
    await one.stop()


async def test_labels_at_the_brokers_door_hide_nobody_while_the_gateway_is_busy(
    store: SqlStore, clock: TestClock
) -> None:
    """They count for the gateway, and are looked for at the broker's door."""
    for n in range(150):
        label = SendLabel(to=str(n), shipment_id="s", file_name="x.pdf")
        await store.ask(label, key=f"l{n}", lane=SYSTEM, now=clock())
    await store.ask(AlertOperator(topic="x", text="y"), key="alert", lane=SYSTEM, now=clock())
    async with store.database.write() as connection:
        at_the_door = sa.update(t.commands).where(t.commands.c.kind == "message.label").values(needs="shipping")
        await connection.execute(at_the_door)
    told, go = asyncio.Event(), asyncio.Event()

    async def pdf(command: SendLabel, key: str) -> Sent:
        await go.wait()
        return Sent(message_id=key)

    async def alert(command: AlertOperator, key: str) -> Sent:
        told.set()
        return Sent(message_id=key)

    one = Dispatcher(
        store,
        {"message.label": Effect(pdf), "operator.alert": Effect(alert)},
        *(clock, nothing, lambda *_: None),
    )
    one.start()
    async with asyncio.timeout(5):
        await told.wait()
    assert one._load["messenger"] == dispatching.IN_FLIGHT
    go.set()
    await poll(lambda: one.idle and not one._load["messenger"])
    await one.stop()
    assert await status(store, "l149") == "done"


async def test_attempts_that_cannot_be_recorded_together_are_recorded_one_by_one(
    store: SqlStore, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(30):
        await store.ask(SendText(to=str(n), text="x"), key=f"t{n}", lane=SYSTEM, now=clock())
    tried = 0

    async def ill(*_: object) -> list[int]:
        nonlocal tried
        tried += 1
        raise StoreDown("gone") if tried % 2 else RuntimeError("one of them is odd")

    monkeypatch.setattr(store, "begin_together", ill)
    done: Counter[str] = Counter()

    async def send(command: SendText, key: str) -> Sent:
        done[key] += 1
        return Sent(message_id=key)

    one = Dispatcher(store, {"message.text": Effect(send)}, clock, nothing, lambda *_: None)
    one.start()
    await poll(lambda: len(done) == 30 and one.idle)
    await one.stop()
    assert set(done.values()) == {1}
    assert not one._load["messenger"]


async def test_no_lane_keeps_its_place_for_ever(
    store: SqlStore, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With all places taken by people who write without end, everybody else waited."""
    monkeypatch.setattr(store, "lanes", 1)
    await store.accept([said(f"{n:03}", who="talker") for n in range(50)], clock())
    await store.accept([said("oi", who="quiet")], clock())
    await store.accept([said(f"{n:03}", who="talker") for n in range(50, 100)], clock())
    order: list[str] = []
    worker = Worker(store, echo, nothing, clock, lambda turned: order.append(turned.stored.lane))
    worker.start()
    await poll(lambda: len(order) == 101)
    await worker.stop()
    assert order.index("person:quiet") < 70


# --- circuits, clocks, timers -------------------------------------------------------------------------


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
