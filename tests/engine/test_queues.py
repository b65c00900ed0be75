"""Queues: one test per defect that a review found."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.commands import AlertOperator, SendLabel, SendText, Sent
from bot.domain.decision import Decision, NewCommand, Stored
from bot.domain.events import Done, Event, Message, Parked
from bot.domain.lanes import SYSTEM
from bot.domain.shop import Shop
from bot.engine import dispatcher as dispatching
from bot.engine.dispatcher import Dispatcher, Effect
from bot.engine.loop import Loop
from bot.engine.store import StoreDown
from bot.engine.worker import Worker
from bot.integrations import errors
from bot.integrations.circuit import FIRST, THRESHOLD, Circuit, Circuits
from bot.storage import prepared
from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.queues import SEEN, STEPS, Queues, waiting
from bot.storage.store import SqlStore
from bot.storage.wanted import insert_alone
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

    finished: list[Event] = []
    one = Dispatcher(
        store,
        {"message.label": Effect(pdf), "operator.alert": Effect(alert)},
        *(clock, nothing, lambda _, event, __: finished.append(event)),
    )
    one.start()
    async with asyncio.timeout(5):
        await told.wait()
    assert one._load["messenger"] == dispatching.IN_FLIGHT
    go.set()
    await poll(lambda: len(finished) == 151)
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


async def test_what_another_worker_has_begun_takes_no_place(
    store: SqlStore, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Places that nobody gives back add up, until nothing is sent any more."""
    await store.ask(SendText(to="1", text="x"), key="another's", lane=SYSTEM, now=clock())
    begin_together = store.begin_together

    async def begun_by_another(*_: object) -> list[int]:
        async with store.database.write() as connection:
            await connection.execute(sa.update(t.commands).values(status="done"))
        await store.ask(SendText(to="1", text="y"), key="ours", lane=SYSTEM, now=clock())
        monkeypatch.setattr(store, "begin_together", begin_together)
        return []

    monkeypatch.setattr(store, "begin_together", begun_by_another)
    told: list[str] = []

    async def send(command: SendText, key: str) -> Sent:
        told.append(key)
        return Sent(message_id=key)

    one = Dispatcher(store, {"message.text": Effect(send)}, clock, nothing, lambda *_: None, limits={"messenger": 1})
    one.start()
    await poll(lambda: told == ["ours"] and one.idle)
    await one.stop()


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


@pytest.fixture(params=["database", "postgres_database"])
def either(request: pytest.FixtureRequest) -> Database:
    opened = request.getfixturevalue(request.param)
    assert isinstance(opened, Database)
    return opened


@pytest.mark.parametrize("seed", [1, 2])
async def test_both_ways_to_look_find_what_may_begin(either: Database, clock: TestClock, seed: int) -> None:
    """The oldest of all, and queue by queue: the first of each that is not wanted later, if it is due and nobody's."""
    draw, now = random.Random(seed), clock()
    names = ["", *(f"q{n:03}" for n in range(2 * STEPS))]

    def fill(connection: sa.Connection) -> list[int]:
        for n in range(1200):
            new = NewCommand(f"c{n}", SendText(to="1", text="x"), draw.choice(names), "person:1")
            insert_alone(connection, new, now, "")
        ids = list(connection.execute(sa.select(t.commands.c.id)).scalars())
        these = sa.update(t.commands).where(t.commands.c.id == sa.bindparam("which"))
        states = [
            {
                "which": number,
                "state": draw.choice(["new", "new", "parked", "doing", "done"]),
                "due": now + timedelta(hours=draw.choice([-1, -1, 0, 1])),
            }
            for number in ids
        ]
        connection.execute(these.values(status=sa.bindparam("state"), not_before=sa.bindparam("due")), states)
        return ids

    async with either.write() as connection:
        ids = await connection.run_sync(fill)
    busy = sorted(draw.sample(ids, 20))

    def work(connection: sa.Connection) -> tuple[set[int], set[int], set[int]]:
        rows = connection.execute(sa.select(t.commands).where(sa.text(t.OPEN_COMMAND)).order_by(t.commands.c.id))
        first: dict[object, sa.Row[Any]] = {}
        for row in rows:
            if row.status != "new" or row.not_before <= now:
                first.setdefault(row.queue or row.id, row)
        due = [row.id for row in first.values() if row.status != "doing" and row.not_before <= now]
        values, queues = {"now": now, "busy": busy, "without": []}, Queues()
        by_queues = set[int]()
        for _ in range(6):  # twice round
            by_queues |= {row.id for row in queues._by_queues(connection, values) if row.may_begin}
        dialect = connection.dialect.name
        oldest = prepared.rows(connection, waiting(dialect), {**values, "most": len(ids)})
        return set(due) - set(busy), by_queues, {row.id for row in oldest}

    expected, by_queues, oldest = await either.look(work)
    assert by_queues == expected
    assert oldest <= expected
    assert len(oldest) > SEEN / 2
