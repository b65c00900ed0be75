"""Several workers over one server."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
import sqlalchemy as sa

from bot.conversations import pacing
from bot.domain.commands import SendText, Sent
from bot.domain.decision import Decision, StepMark, Stored
from bot.domain.events import Done, Message
from bot.domain.lanes import SYSTEM
from bot.domain.order import OrderState
from bot.domain.pace import Pace
from bot.domain.shop import Rules, Shop
from bot.engine.dispatcher import Dispatcher, Effect
from bot.engine.store import Conflict, Waiting
from bot.storage.database import CONNECTIONS, Database
from bot.storage.lanes import SPREAD
from bot.storage.records import Records
from bot.storage.store import SqlStore
from bot.storage.writes import apply
from tests.conftest import TestClock
from tests.engine.support import echo, nothing, poll, said
from tests.flows.stories import order

MANY = 150


async def test_a_worker_that_slept_too_long_cannot_close_what_another_took_over(
    postgres_database: Database, clock: TestClock
) -> None:
    sleeper, other = SqlStore(postgres_database, Rules()), SqlStore(postgres_database, Rules())
    await sleeper.accept([said("1")], clock())
    await sleeper.turn("person:1", echo, nothing, clock())
    (waiting,) = await sleeper.waiting_commands(clock(), [], 10)
    assert await sleeper.begin(waiting, in_doubt=True, now=clock())
    assert not await other.begin(waiting, in_doubt=True, now=clock())
    async with postgres_database.write() as connection:
        await connection.execute(sa.text("UPDATE commands SET lease_until = now() - interval '1 second'"))
    assert await other.recover(clock()) == 1
    assert not await other.begin(waiting, in_doubt=True, now=clock())  # read before the try that is now in doubt
    (again,) = await other.waiting_commands(clock(), [], 10)
    assert await other.begin(again, in_doubt=True, now=clock())
    event = Done(key=waiting.key, command=waiting.command, result={"message_id": "m"})
    with pytest.raises(Conflict):
        await sleeper.finish(waiting, "done", event, "", clock())
    await other.finish(waiting, "done", event, "", clock())


async def test_two_workers_on_one_lane_take_turns(postgres_database: Database, clock: TestClock) -> None:
    first, second = SqlStore(postgres_database, Rules()), SqlStore(postgres_database, Rules())
    await first.accept([said(str(n)) for n in range(30)], clock())
    seen: list[str] = []

    def note(stored: Stored, shop: Shop, now: object, decision: Decision) -> None:
        assert isinstance(stored.event, Message)
        seen.append(stored.event.text)

    async def work(store: SqlStore) -> None:
        while (await store.backlog())["events"]:
            await store.turn("person:1", note, nothing, clock())

    await asyncio.gather(work(first), work(second))
    assert seen == [str(n) for n in range(30)]


async def test_a_lane_that_one_works_is_no_other_workers_to_begin(
    postgres_database: Database, clock: TestClock
) -> None:
    """Each would begin what the other works just now, find it taken, and look again, for as long as it lasts."""
    first, second = SqlStore(postgres_database, Rules()), SqlStore(postgres_database, Rules())
    await first.accept([said("a", who=str(n)) for n in range(20)], clock())
    seen: list[list[str]] = []
    others = asyncio.new_event_loop()  # a decision is no coroutine, and the other worker looks in the middle of it

    def look(stored: Stored, shop: Shop, now: object, decision: Decision) -> None:
        with ThreadPoolExecutor(1) as thread:
            seen.append(thread.submit(others.run_until_complete, elsewhere()).result())

    async def elsewhere() -> list[str]:
        database = Database(postgres_database.url)
        found = await SqlStore(database, Rules()).open_lanes(30)
        await database.close()
        return found

    await first.turn("person:7", look, nothing, clock())
    others.close()
    assert seen == [[f"person:{n}" for n in range(20) if n != 7]]
    await first.accept([said("b", who="7")], clock())
    assert (await second.open_lanes(30))[-1] == "person:7"


async def test_workers_that_look_at_once_begin_different_lanes(postgres_database: Database, clock: TestClock) -> None:
    store = SqlStore(postgres_database, Rules())
    await store.accept([said("a", who=f"{n:02}") for n in range(40)], clock())
    looks = [frozenset(await store.open_lanes(2)) for _ in range(20)]
    assert len(set(looks)) > 5
    assert frozenset[str]().union(*looks) <= {f"person:{n:02}" for n in range(2 + SPREAD)}  # of those that wait longest


async def test_turns_side_by_side_count_the_same_question_without_waiting(
    postgres_database: Database, clock: TestClock
) -> None:
    """A row that is counted up is kept until the commit: one row for all would have all turns wait in one line."""
    mark = StepMark("buying", "part", "entered", clock().date())

    def count(connection: sa.Connection, number: int) -> None:
        stored = Stored(number, f"person:{number}", said("a").event, clock())
        decision = Decision(stored)
        decision.write(mark, mark)
        apply(connection, stored, decision, clock())

    async with contextlib.AsyncExitStack() as open_turns, asyncio.timeout(10):
        for number in range(CONNECTIONS):
            turn = await open_turns.enter_async_context(postgres_database.write())
            await turn.run_sync(count, number)
    rows = await Records(postgres_database).steps(clock().date())
    assert [row["count"] for row in rows] == [2 * CONNECTIONS]


async def test_two_workers_seldom_begin_the_same_command(postgres_database: Database, clock: TestClock) -> None:
    """Each took up all that was due, so that every command was begun by both, and half of the attempts were refused."""
    asking = SqlStore(postgres_database, Rules())
    for n in range(MANY):
        await asking.ask(SendText(to=str(n), text="x"), key=f"t{n}", lane=SYSTEM, now=clock())
    done: Counter[str] = Counter()
    refused = 0

    async def send(command: SendText, key: str) -> Sent:
        done[key] += 1
        return Sent(message_id=key)

    class Counted(SqlStore):
        async def begin_together(self, attempts: Sequence[tuple[Waiting, bool]], now: datetime) -> Collection[int]:
            nonlocal refused
            begun = await super().begin_together(attempts, now)
            refused += len(attempts) - len(begun)
            return begun

    workers = [
        Dispatcher(Counted(postgres_database, Rules()), {"message.text": Effect(send)}, clock, nothing, lambda *_: None)
        for _ in range(2)
    ]
    for worker in workers:
        worker.start()
    await poll(lambda: len(done) == MANY and all(worker.idle for worker in workers), within=30)
    for worker in workers:
        await worker.stop()
    assert set(done.values()) == {1}
    assert refused < MANY / 2


async def test_many_who_buy_at_once_get_a_number_each(postgres_database: Database, clock: TestClock) -> None:
    """Of those who read the same last number one gets the next; the others came away with an apology."""
    other = Database(postgres_database.url)
    stores = [SqlStore(database, Rules()) for database in (postgres_database, other)]
    lanes = [said("sim", who=str(n)) for n in range(40)]
    await stores[0].accept(lanes, clock())

    def buy(stored: Stored, shop: Shop, now: object, decision: Decision) -> None:
        decision.write(order(shop.next_order_number(), OrderState.PAID, version=0, buyer_id=stored.lane))

    turns = [stores[n % 2].turn(one.lane, buy, nothing, clock()) for n, one in enumerate(lanes)]
    errors = [turned.error if turned else "another's" for turned in await asyncio.gather(*turns)]
    await other.close()
    assert errors == [""] * len(lanes)


async def test_turns_side_by_side_take_no_more_slots_than_there_are(
    postgres_database: Database, clock: TestClock
) -> None:
    """Each read how many had been written to in the hour, and booked one more: so many more than the number bears."""
    other, rules = Database(postgres_database.url), Rules(recipients_per_hour=36)
    stores = [SqlStore(database, rules) for database in (postgres_database, other)]
    lanes, passed = [said("oi", who=str(n)) for n in range(24)], Counter[str]()
    await stores[0].accept(lanes, clock())

    def write_to(stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
        passed[stored.lane] = pacing._book(shop, now, decision, shop.traffic(), first=False)

    turns = [stores[n % 2].turn(one.lane, write_to, nothing, clock()) for n, one in enumerate(lanes)]
    assert all(turned and not turned.error for turned in await asyncio.gather(*turns))
    await other.close()
    assert passed.total() == Pace(36).burst == 3
