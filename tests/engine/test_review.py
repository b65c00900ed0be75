"""What a review of the loop found broken, one test a defect."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from bot.domain.commands import AlertOperator, Bill, CreateCharge, ReadCharge, SendLabel, SendText, Sent
from bot.domain.decision import Decision, Stored
from bot.domain.events import Done, Expired, Incoming, Message, Parked, Refused, Tick
from bot.domain.lanes import SYSTEM
from bot.domain.order import Method
from bot.domain.shop import Rules, Shop
from bot.effects import money
from bot.engine import dispatcher as dispatching
from bot.engine.dispatcher import Dispatcher, Effect
from bot.engine.intake import Intake
from bot.engine.loop import Loop
from bot.engine.store import StoreDown
from bot.engine.worker import Worker
from bot.integrations import errors
from bot.integrations.circuit import FIRST, THRESHOLD, Circuits
from bot.integrations.http import CallRecord
from bot.integrations.payments import Share
from bot.redaction import Redactor
from bot.storage import tables as t
from bot.storage.database import Database, is_trouble
from bot.storage.store import SqlStore
from bot.storage.turns import Turns, close
from scheduler.jobs import all_jobs
from tests.conftest import TestClock
from tests.engine.support import NOON, Watcher, call, echo, effect, loop_over, nothing, said


def results(watcher: Watcher, kind: type) -> list[object]:
    return [w[1] for s, w in watcher.steps if s == "result" and isinstance(w[1], kind)]  # type: ignore[index]


async def sent(command: SendText, key: str) -> Sent:
    return Sent(message_id=key)


async def poll(ready: Callable[[], bool | Awaitable[bool]], within: float = 10.0) -> None:
    """Until something that nobody announces is so."""
    async with asyncio.timeout(within):
        while True:
            found = ready()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(0.01)


async def status(store: SqlStore, key: str) -> str:
    async with store.database.read() as connection:
        return str((await connection.execute(sa.select(t.commands.c.status).where(t.commands.c.key == key))).scalar())


# --- a store that is ill ------------------------------------------------------------------------------------


class Ill(SqlStore):
    """Fails some writes, as a locked or full database does."""

    def __init__(self, store: SqlStore) -> None:
        super().__init__(store.database, store.rules)
        self.owner = store.owner
        self.failing = 0

    async def finish(self, *args: object, **more: object) -> None:
        if self.failing:
            self.failing -= 1
            raise StoreDown("locked")
        await super().finish(*args, **more)  # type: ignore[arg-type]

    async def park(self, *args: object, **more: object) -> None:
        if self.failing:
            self.failing -= 1
            raise StoreDown("locked")
        await super().park(*args, **more)  # type: ignore[arg-type]


async def test_what_came_of_a_call_is_written_when_the_store_is_well_again(
    store: SqlStore, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was left as being done for ever: neither due, nor recovered before the next start, and its queue behind it."""
    monkeypatch.setattr(dispatching, "POLL", 0.01)
    ill, watcher, arrived = Ill(store), Watcher(), []

    async def send(command: SendText, key: str) -> Sent:
        arrived.append(command.text)
        return Sent(message_id=key)

    loop = loop_over(ill, clock, watcher)
    await loop.start()
    ill.failing = 3
    await loop.work(effect(send, sent))
    await loop.put([said("1")])
    await loop.put([said("2")])
    await watcher.until(lambda: len(results(watcher, Done)) == 2)
    await loop.stop()
    assert arrived == ["1", "2"]


async def test_a_locked_database_fails_a_batch_once_not_row_by_row(store: SqlStore, clock: TestClock) -> None:
    """Each row waited for the lock again: hundreds of times ten seconds."""
    tries = 0

    class Locked(SqlStore):
        async def accept(self, incoming: object, now: object) -> list[bool]:
            nonlocal tries
            tries += 1
            raise StoreDown("locked")

    intake = Intake(Locked(store.database, Rules()), clock, lambda _: None)
    waiting = [asyncio.ensure_future(intake.put([said(str(n))])) for n in range(50)]
    await asyncio.sleep(0)
    intake.start()
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    await intake.stop()
    assert all(isinstance(outcome, StoreDown) for outcome in outcomes)
    assert tries == 1


async def test_an_ill_database_is_told_from_a_bad_row(store: SqlStore, clock: TestClock) -> None:
    class Lost(Exception):
        sqlstate = "57P01"  # the server is shutting down

    class TooLong(Exception):
        sqlstate = "22001"

    assert is_trouble(sa.exc.OperationalError("x", {}, Exception("database is locked")))
    assert is_trouble(sa.exc.DBAPIError("x", {}, Lost()))
    assert is_trouble(sa.exc.TimeoutError("no connection is free"))
    assert is_trouble(ConnectionRefusedError())
    assert not is_trouble(sa.exc.DBAPIError("x", {}, TooLong()))
    assert not is_trouble(sa.exc.IntegrityError("x", {}, Exception()))
    assert not is_trouble(ValueError("a decision's own"))


@pytest.mark.parametrize(
    "trouble",
    [
        sa.exc.DBAPIError("x", {}, Exception("the connection was cut"), connection_invalidated=True),
        sa.exc.TimeoutError("no connection is free"),
        ConnectionRefusedError(),
    ],
)
async def test_an_event_is_not_poison_because_the_database_was_away(
    store: SqlStore, clock: TestClock, trouble: Exception
) -> None:
    def away(stored: Stored, shop: Shop, now: object, decision: Decision) -> None:
        raise trouble

    await store.accept([said("oi")], clock())
    with pytest.raises(StoreDown):
        await store.turn("person:1", away, nothing, clock())
    assert await store.open_lanes(10) == ["person:1"]


async def test_errors_of_the_database_name_no_values(database: Database) -> None:
    """SQLAlchemy prints what was bound: message texts and documents, into the logs."""
    with pytest.raises(sa.exc.IntegrityError) as raised:
        async with database.write() as connection:
            await connection.execute(
                sa.insert(t.tokens), {"name": "x", "value": "52998224725", "seed": None, "at": NOON}
            )
    assert "52998224725" not in str(raised.value)


async def test_a_circuit_that_cannot_be_stored_fails_no_call(store: SqlStore, clock: TestClock) -> None:
    class Away(SqlStore):
        async def save_circuit(self, *_: object) -> None:
            raise StoreDown("locked")

    circuits = Circuits(clock)
    Loop(Away(store.database, Rules()), echo, nothing, clock, circuits=circuits, names={})
    for _ in range(THRESHOLD):
        await circuits.failed("zapi")
    assert circuits.state("zapi").is_open


# --- stopping -----------------------------------------------------------------------------------------------


async def test_stopping_while_records_of_calls_cannot_be_written_ends(store: SqlStore, clock: TestClock) -> None:
    """The cancellation was swallowed by the pause between two tries, and the stop waited for ever."""
    refused = asyncio.Event()

    class Away(SqlStore):
        async def record(self, calls: Sequence[CallRecord], *, again: bool = False) -> None:
            if not refused.is_set():
                refused.set()
                raise StoreDown("locked")
            await super().record(calls, again=again)

    loop = loop_over(Away(store.database, Rules()), clock, Watcher())
    await loop.start()
    await loop.record(call())
    await refused.wait()
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await loop.stop()
    async with store.database.read() as connection:
        assert (await connection.execute(sa.select(sa.func.count()).select_from(t.calls))).scalar() == 1


async def test_a_record_whose_commit_is_in_doubt_is_kept_once(
    database: Database, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk was ill when it was to say that it had it."""
    store, commit = SqlStore(database, Rules()), sa.Connection.commit

    def done_and_not_told(connection: sa.Connection) -> None:
        commit(connection)
        raise sa.exc.OperationalError("COMMIT", {}, Exception("disk I/O error"))

    monkeypatch.setattr(sa.Connection, "commit", done_and_not_told)
    with pytest.raises(StoreDown):
        await store.record([call("a"), call("b")])
    monkeypatch.setattr(sa.Connection, "commit", commit)
    await store.record([call("a"), call("b"), call("c")], again=True)
    async with database.read() as connection:
        query = sa.select(t.calls.c.response).order_by(t.calls.c.id)
        assert (await connection.execute(query)).scalars().all() == ["a", "b", "c"]


async def test_a_record_that_can_never_be_written_keeps_no_other_from_it(store: SqlStore, clock: TestClock) -> None:
    loop = loop_over(store, clock, Watcher())
    await loop.start()
    await asyncio.gather(loop.record(call("\ud83d")), loop.record(call("good")))
    await loop.stop()
    async with store.database.read() as connection:
        assert (await connection.execute(sa.select(t.calls.c.response))).scalars().all() == ["good"]


async def test_what_waits_for_a_slot_is_not_begun_any_more(store: SqlStore, clock: TestClock) -> None:
    begun, go = [], asyncio.Event()

    async def send(command: SendText, key: str) -> Sent:
        begun.append(command.text)
        await go.wait()
        return Sent(message_id=key)

    for n in range(5):
        await store.accept([said("oi", who=str(n))], clock())
        await store.turn(f"person:{n}", echo, nothing, clock())
    one = Dispatcher(store, effect(send), clock, nothing, lambda *_: None, limits={"messenger": 1})
    one.start()
    await poll(lambda: len(begun) == 1)
    stopping = asyncio.ensure_future(one.stop())
    await asyncio.sleep(0)
    go.set()
    await stopping
    assert len(begun) == 1
    assert len(await store.waiting_commands(clock(), [], 10)) == 4


async def test_stopping_does_not_wait_for_a_turn_that_an_ill_database_holds_up(
    store: SqlStore, clock: TestClock
) -> None:
    entered = asyncio.Event()

    class Slow(SqlStore):
        async def turn(self, *_: object) -> None:  # type: ignore[override]
            entered.set()
            await asyncio.Event().wait()

    await store.accept([said("oi")], clock())
    worker = Worker(Slow(store.database, Rules()), echo, nothing, clock, lambda _: None)
    worker.start()
    await entered.wait()
    async with asyncio.timeout(5):
        await worker.stop(within=0.05)


# --- rows of another release -----------------------------------------------------------------------------------


async def test_a_command_that_this_release_cannot_read_stops_no_other(store: SqlStore, clock: TestClock) -> None:
    """Not one command of anybody was carried out any more."""
    for who in ("1", "2"):
        await store.accept([said("oi", who=who)], clock())
        await store.turn(f"person:{who}", echo, nothing, clock())
    async with store.database.write() as connection:
        await connection.execute(sa.update(t.commands).where(t.commands.c.id == 1).values(body='{"kind":"new"}'))
    assert [w.id for w in await store.waiting_commands(clock(), [], 10)] == [2]
    assert [w.id for w in await store.waiting_commands(clock(), [], 10)] == [2]  # another may run beside it, and do it
    clock.jump(timedelta(minutes=5))
    assert [w.id for w in await store.waiting_commands(clock(), [], 10)] == [2]
    found = await store.waiting_commands(clock(), [], 10)
    assert [w.command for w in found if isinstance(w.command, AlertOperator)]
    async with store.database.write() as connection:  # a release that can read it comes
        await connection.execute(
            sa.update(t.commands).where(t.commands.c.id == 1).values(body=SendText(to="1", text="x").model_dump_json())
        )
    clock.jump(timedelta(minutes=6))
    assert 1 in [w.id for w in await store.waiting_commands(clock(), [], 10)]


# --- queues -------------------------------------------------------------------------------------------------


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


async def test_one_need_takes_neither_all_tasks_nor_all_turns(store: SqlStore, clock: TestClock) -> None:
    """A slow provider's whole backlog became tasks, each poll with a longer list of what is busy."""
    for n in range(300):
        await store.ask(SendText(to=str(n), text="x"), key=f"t{n}", lane=SYSTEM, now=clock())
    await store.ask(AlertOperator(topic="x", text="y"), key="alert", lane=SYSTEM, now=clock())
    go, told = asyncio.Event(), asyncio.Event()

    async def slow(command: SendText, key: str) -> Sent:
        await go.wait()
        return Sent(message_id=key)

    async def alert(command: AlertOperator, key: str) -> Sent:
        told.set()
        return Sent(message_id=key)

    effects = {"message.text": Effect(slow), "operator.alert": Effect(alert)}
    one = Dispatcher(store, effects, clock, nothing, lambda *_: None)
    one.start()
    async with asyncio.timeout(5):
        await told.wait()
    assert len(one._running) <= dispatching.BATCH + 2 * dispatching.IN_FLIGHT
    go.set()
    await poll(lambda: one.idle and not one._load["messenger"])
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


# --- doubt ----------------------------------------------------------------------------------------------------


def wanting(command: object, **more: object) -> Callable[..., None]:
    def decide(stored: Stored, shop: Shop, now: object, decision: Decision) -> None:
        if isinstance(stored.event, Message):
            decision.do(command, key="c", **more)  # type: ignore[arg-type]

    return decide


async def test_what_is_over_and_was_not_done_is_not_done_late(store: SqlStore, clock: TestClock) -> None:
    """In doubt, looked up, not found: it was sent although its time was over."""
    text = SendText(to="1", text="lembrete")
    await store.accept([said("oi")], clock())
    await store.turn("person:1", wanting(text, expires_at=clock() + timedelta(minutes=1)), nothing, clock())
    (waiting,) = await store.waiting_commands(clock(), [], 10)
    await store.begin(waiting, in_doubt=True, now=clock())
    clock.jump(timedelta(hours=1))
    arrived, watcher = [], Watcher()

    async def send(command: SendText, key: str) -> Sent:
        arrived.append(command.text)
        return Sent(message_id=key)

    async def find(command: SendText, key: str) -> None:
        return None

    loop = loop_over(store, clock, watcher)
    await loop.start()
    await loop.work(effect(send, find))
    async with asyncio.timeout(10):
        while not results(watcher, Expired):
            clock.jump(timedelta(seconds=1))
            await loop.tick()
            await asyncio.sleep(0)
    await loop.stop()
    assert arrived == []


async def test_a_fault_of_ours_does_not_hold_a_queue_for_ever(store: SqlStore, clock: TestClock) -> None:
    """It was tried every thirty seconds without end, also after its time, and what was behind it waited."""

    def two(stored: Stored, shop: Shop, now: object, decision: Decision) -> None:
        if isinstance(stored.event, Message):
            decision.do(ReadCharge(charge_id="c"), key="fault", queue="q")
            decision.do(SendText(to="1", text="x"), key="behind", queue="q")

    async def fault(command: ReadCharge, key: str) -> Bill:
        raise KeyError("a fault of ours")

    watcher = Watcher()
    loop = Loop(store, two, nothing, clock, circuits=Circuits(clock), names={}, watch=watcher)
    await loop.start()
    await loop.work({"charge.read": Effect(fault), "message.text": Effect(sent)})
    await loop.put([said("oi")])
    await watcher.until(lambda: len(results(watcher, Parked)) == 1)
    async with asyncio.timeout(20):
        while not results(watcher, Refused):
            clock.jump(timedelta(minutes=10))
            await loop.tick()
            await asyncio.sleep(0.005)
    await watcher.until(lambda: len(results(watcher, Done)) == 1)
    await loop.stop()
    assert await status(store, "fault") == "failed"


async def test_a_command_without_a_look_up_is_never_in_doubt(store: SqlStore, clock: TestClock) -> None:
    """After one fault of ours its refusal was taken for that of a look-up, and it was tried for ever."""
    answers: list[Exception] = [KeyError("a fault of ours"), errors.Refused("pay", reason="no_such_charge")]

    async def read(command: ReadCharge, key: str) -> Bill:
        raise answers.pop(0)

    watcher = Watcher()
    decide = wanting(ReadCharge(charge_id="c"))
    loop = Loop(store, decide, nothing, clock, circuits=Circuits(clock), names={}, watch=watcher)
    await loop.start()
    await loop.work({"charge.read": Effect(read)})
    await loop.put([said("oi")])
    await watcher.until(lambda: len(results(watcher, Parked)) == 1)
    clock.jump(timedelta(minutes=10))
    await loop.tick()
    await watcher.until(lambda: len(results(watcher, Refused)) == 1)
    await loop.stop()


async def test_an_absurd_pause_is_not_kept(store: SqlStore, clock: TestClock) -> None:
    """A ``RateLimit-Reset`` that is a date in seconds parked a command, and its queue, for fifty years."""
    answers: list[Exception] = [errors.RateLimited("zapi", retry_after=1_764_000_000.0)]

    async def send(command: SendText, key: str) -> Sent:
        if answers:
            raise answers.pop()
        return Sent(message_id=key)

    watcher = Watcher()
    loop = loop_over(store, clock, watcher)
    await loop.start()
    await loop.work(effect(send))
    await loop.put([said("oi")])
    await watcher.until(lambda: len(results(watcher, Parked)) == 1)
    clock.jump(timedelta(minutes=61))
    await loop.tick()
    await watcher.until(lambda: len(results(watcher, Done)) == 1)
    await loop.stop()


async def test_a_worker_does_not_try_what_another_left_in_doubt_since(store: SqlStore, clock: TestClock) -> None:
    """Read at the same moment by two workers, tried by one, parked in doubt: the other repeated it without a look."""
    await store.accept([said("oi")], clock())
    await store.turn("person:1", echo, nothing, clock())
    other = SqlStore(store.database, Rules())
    (mine,) = await store.waiting_commands(clock(), [], 10)
    (theirs,) = await other.waiting_commands(clock(), [], 10)
    assert await store.begin(mine, in_doubt=True, now=clock())
    await store.park(mine, None, "timeout", clock() + timedelta(seconds=5), in_doubt=True, now=clock())
    assert not await other.begin(theirs, in_doubt=True, now=clock())


async def test_only_the_event_that_failed_is_set_aside(
    store: SqlStore, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the failure and its record another worker may have worked it: the next event was blamed."""
    await store.accept([said("poison"), said("innocent")], clock())

    def poison(stored: Stored, shop: Shop, now: object, decision: Decision) -> None:
        raise ValueError

    class Overtaken(Turns):
        def set_aside(self, connection: sa.Connection, *args: object) -> object:  # type: ignore[override]
            close(connection, 1, "done", "", clock())  # by another worker
            return super().set_aside(connection, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "_turns", Overtaken(Rules()))
    assert await store.turn("person:1", poison, nothing, clock()) is None
    assert await store.open_lanes(10) == ["person:1"]


# --- money ----------------------------------------------------------------------------------------------------


class Payments:
    """A provider that makes charges whose code cannot be had."""

    def __init__(self, *cancelling: Exception) -> None:
        self.alive: list[str] = []
        self.most = 0
        self.cancelling = list(cancelling)
        self.lost_answer = False

    async def simulate_net(self, *_: object) -> int:
        return 9900

    async def create_charge(self, *, reference: str, shares: Sequence[Share], **_: object) -> Bill:
        self.alive.append(f"pay_{len(self.alive)}")
        self.most = max(self.most, len(self.alive))
        if self.lost_answer:
            self.lost_answer = False
            raise errors.Uncertain("asaas", reason="timeout")
        return self.bill(reference, sum(share.amount for share in shares))

    def bill(self, reference: str, share: int) -> Bill:
        return Bill(
            charge_id=self.alive[-1], reference=reference, status="pending", amount=10000, net=9900, share=share
        )

    async def find_charge(self, reference: str) -> Bill | None:
        return self.bill(reference, 9900 - 1000 - 500) if self.alive else None

    async def pix_code(self, charge_id: str) -> str:
        raise errors.Refused("asaas", reason="no_pix_key")

    async def cancel_charge(self, charge_id: str) -> None:
        if self.cancelling:
            raise self.cancelling.pop(0)
        self.alive.remove(charge_id)


CHARGE = CreateCharge(
    reference="order-1-a1",
    customer_id="cus_1",
    method=Method.PIX,
    amount=10000,
    freight=1000,
    fee=500,
    wallet_id="w",
    due_date=date(2026, 11, 24),
    description="x",
)


@pytest.mark.parametrize("lost", [False, True])
@pytest.mark.parametrize("cancelling", [[], [errors.Unavailable("asaas", reason="unreachable")]])
async def test_a_charge_that_cannot_be_had_is_withdrawn_and_never_doubled(
    store: SqlStore, clock: TestClock, lost: bool, cancelling: list[Exception]
) -> None:
    payments = Payments(*cancelling)
    payments.lost_answer = lost
    watcher = Watcher()
    loop = Loop(store, wanting(CHARGE), nothing, clock, circuits=Circuits(clock), names={}, watch=watcher)
    await loop.start()
    await loop.work(money.effects(payments))  # type: ignore[arg-type]
    await loop.put([said("oi")])
    async with asyncio.timeout(10):
        while not results(watcher, Refused):
            clock.jump(timedelta(minutes=10))
            await loop.tick()
            await asyncio.sleep(0.005)
    await loop.stop()
    assert payments.alive == []
    assert payments.most == 1


# --- circuits, clocks, timers ---------------------------------------------------------------------------------


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


# --- cost, and what is written ----------------------------------------------------------------------------------


async def test_looking_for_commands_does_not_read_the_history(database: Database, clock: TestClock) -> None:
    """Every poll read the whole table of commands, all that were ever done."""
    statements: list[tuple[str, object]] = []
    store = SqlStore(database, Rules())

    def note(connection: object, cursor: object, statement: str, parameters: object, *_: object) -> None:
        statements.append((statement, parameters))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    await store.waiting_commands(clock(), [1, 2], 10, ["messenger"])
    sa.event.remove(sa.Engine, "before_cursor_execute", note)
    statement, parameters = next(s for s in statements if "older" in s[0])
    async with database.read() as connection:
        rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)  # type: ignore[arg-type]
        plan = [str(row) for row in rows]
    assert any("SEARCH due USING COVERING INDEX ix_commands_open" in step for step in plan), plan
    read_whole = ("SCAN commands", "SCAN due", "SCAN one", "SCAN older")
    assert not any(words in step for step in plan for words in read_whole), plan


async def test_trimming_reads_without_the_writer(store: SqlStore, clock: TestClock) -> None:
    """The scan of the whole history held the only writer, and every webhook waited for it."""
    incoming = [replace(said(str(n)), raw="{}") for n in range(5)]
    await store.accept(incoming, clock())
    while await store.turn("person:1", nothing, nothing, clock()):
        continue
    await store.record([call()])
    written: list[str] = []

    def note(connection: object, cursor: object, statement: str, *_: object) -> None:
        written.append(statement)

    sa.event.listen(store.database._writer.sync_engine, "before_cursor_execute", note)
    said_what = await next(j for j in all_jobs(90) if j.name == "trim").run(store, clock() + timedelta(days=91))
    assert said_what == "5 raw bodies, 1 call records, bodies of 0 events and 0 commands trimmed"
    assert not [s for s in written if s.lstrip().startswith("SELECT")]


@pytest.mark.parametrize("text", ["a." * 30_000, "a-" * 30_000, "1 1 1a" * 10_000, "1 " * 30_000 + "x", "@a" * 30_000])
def test_a_long_message_does_not_stop_the_process(text: str) -> None:
    """The time of the search for e-mail addresses grew with the square: one message of a stranger, half a minute."""
    started = time.process_time()
    Redactor(["a secret of ours"]).text(text)
    assert time.process_time() - started < 2


@pytest.mark.parametrize("private", ["11144477735", "11222333000181", "ana.maria+x@casa.com.br", "12ABC34501DE35"])
def test_numbers_without_a_mask_are_hidden_too(private: str) -> None:
    redactor = Redactor()
    assert private not in redactor.text(f"doc {private}, por favor")
    assert private not in redactor.body({"note": f"doc {private}."})


def test_the_record_of_half_a_character_can_be_stored() -> None:
    body = json.dumps({"text": "\ud83d and \0"}).encode()
    assert Redactor().body(body).encode("utf-8")
    assert "\0" not in Redactor().body(body)


async def test_a_start_that_fails_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process went on accepting, and worked nothing, without a word."""
    from bot import app

    monkeypatch.setattr(app, "START_AGAIN_S", 0)
    troubles = [StoreDown("locked"), OSError("no locks")]

    async def start() -> None:
        if troubles:
            raise troubles.pop()

    await app._until_it_succeeds(start, "x")
    assert troubles == []


async def test_incoming_keeps_its_order_over_a_burst(store: SqlStore, clock: TestClock) -> None:
    intake = Intake(store, clock, lambda _: None)
    intake.start()
    one: list[Incoming] = [said(f"{n:03}") for n in range(300)]
    await asyncio.gather(*(intake.put([i]) for i in one))
    await intake.stop()
    async with store.database.read() as connection:
        keys = (await connection.execute(sa.select(t.events.c.key).order_by(t.events.c.id))).scalars().all()
    assert keys == [i.key for i in one]
