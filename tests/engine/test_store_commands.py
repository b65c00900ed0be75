"""What is wanted: one at a time of a queue, parked, begun, in doubt, and its result."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.domain.commands import SendText, Sent
from bot.domain.decision import Decision, Stored
from bot.domain.events import Done
from bot.domain.shop import Shop
from bot.storage import tables as t
from bot.storage.store import SqlStore
from tests.conftest import TestClock
from tests.engine.support import echo, nothing, said
from tests.engine.test_store import store

__all__ = ["store"]


async def test_commands_of_one_queue_come_one_at_a_time(store: SqlStore, clock: TestClock) -> None:
    await store.accept([said("1"), said("2"), said("x", who="9")], clock())
    for lane in ("person:1", "person:1", "person:9"):
        await store.turn(lane, echo, nothing, clock())
    waiting = await store.waiting_commands(clock(), [], 10)
    texts = [c.command.text for c in waiting if isinstance(c.command, SendText)]
    assert texts == ["1", "x"]
    event = Done(key=waiting[0].key, command=waiting[0].command, result={"message_id": "m"})
    await store.finish(waiting[0], "done", event, "", clock())
    texts = [c.command.text for c in await store.waiting_commands(clock(), [], 10) if isinstance(c.command, SendText)]
    assert texts == ["2", "x"]


async def test_a_parked_command_holds_its_queue_and_is_due_later(store: SqlStore, clock: TestClock) -> None:
    await store.accept([said("1"), said("2")], clock())
    for _ in range(2):
        await store.turn("person:1", echo, nothing, clock())
    (waiting,) = await store.waiting_commands(clock(), [], 10)
    await store.park(waiting, None, "down", clock() + timedelta(seconds=30), in_doubt=False, now=clock())
    assert await store.waiting_commands(clock(), [], 10) == []
    clock.jump(timedelta(seconds=31))
    assert [c.id for c in await store.waiting_commands(clock(), [], 10)] == [waiting.id]


async def test_unparked_when_the_provider_is_back(store: SqlStore, clock: TestClock) -> None:
    await store.accept([said("1")], clock())
    await store.turn("person:1", echo, nothing, clock())
    (waiting,) = await store.waiting_commands(clock(), [], 10)
    await store.park(waiting, None, "down", clock() + timedelta(hours=1), in_doubt=False, now=clock())
    assert await store.unpark({"payments": 10}, clock()) == {"payments": 0}
    assert await store.waiting_commands(clock(), [], 10) == []
    assert await store.unpark({"messenger": 10}, clock()) == {"messenger": 1}
    assert len(await store.waiting_commands(clock(), [], 10)) == 1


async def test_a_look_up_at_a_door_goes_on_when_it_opens_and_another_in_its_time(
    store: SqlStore, clock: TestClock
) -> None:
    """At a door it was parked until it expires; any other is soon, and too early would prove nothing."""
    over = clock() + timedelta(minutes=30)
    for key in "ab":
        await store.ask(SendText(to=key, text="x"), key=key, lane="person:1", now=clock(), expires_at=over)
    for waiting in await store.waiting_commands(clock(), [], 10):
        assert await store.begin(waiting, in_doubt=True, now=clock())
        until = over if waiting.key == "a" else clock() + timedelta(seconds=3)
        await store.park(waiting, None, "circuit_open", until, in_doubt=True, now=clock())
    assert await store.unpark({"messenger": 10}, clock()) == {"messenger": 1}
    assert [waiting.key for waiting in await store.waiting_commands(clock(), [], 10)] == ["a"]


async def test_what_a_crash_cut_off_is_in_doubt(store: SqlStore, clock: TestClock) -> None:
    await store.accept([said("1")], clock())
    await store.turn("person:1", echo, nothing, clock())
    (waiting,) = await store.waiting_commands(clock(), [], 10)
    await store.begin(waiting, in_doubt=True, now=clock())
    assert await store.waiting_commands(clock(), [], 10) == []
    assert await store.recover(clock()) == 0  # its worker may live
    if not store.database.is_sqlite:
        async with store.database.write() as connection:
            await connection.execute(sa.text("UPDATE commands SET lease_until = now() - interval '1 second'"))
    assert await store.recover(clock(), starting=True) == 1
    (again,) = await store.waiting_commands(clock(), [], 10)
    assert again.in_doubt
    assert again.attempts == 1


async def test_a_result_comes_back_once_as_an_event_of_the_lane(store: SqlStore, clock: TestClock) -> None:
    await store.accept([said("1")], clock())
    await store.turn("person:1", echo, nothing, clock())
    (waiting,) = await store.waiting_commands(clock(), [], 10)
    event = Done(key=waiting.key, command=waiting.command, result=Sent(message_id="m1").model_dump())
    await store.finish(waiting, "done", event, "", clock())
    turned = await store.turn("person:1", echo, nothing, clock())
    assert turned is not None
    assert isinstance(turned.stored.event, Done)
    assert turned.stored.event.result_as(Sent).message_id == "m1"


async def test_what_is_parked_does_not_wait_for_a_clock_that_was_set_back(store: SqlStore, clock: TestClock) -> None:
    await store.accept([said("1")], clock())
    await store.turn("person:1", echo, nothing, clock())
    (waiting,) = await store.waiting_commands(clock(), [], 10)
    await store.park(waiting, None, "down", clock() + timedelta(seconds=30), in_doubt=False, now=clock())
    clock.jump(timedelta(seconds=-20))  # the clock of another host
    assert await store.recover(clock()) == 0
    clock.jump(timedelta(hours=-1))
    assert await store.waiting_commands(clock(), [], 10) == []
    assert await store.recover(clock()) == 1
    assert [w.id for w in await store.waiting_commands(clock(), [], 10)] == [waiting.id]
    assert await store.recover(clock()) == 0


async def test_what_is_wanted_at_once_is_begun_by_the_commit_that_stores_it(store: SqlStore, clock: TestClock) -> None:
    """On record before the call, as always; a second one of the queue waits for the first."""
    await store.accept([said("a"), said("b")], clock())
    first = await store.turn("person:1", echo, nothing, clock(), lambda command: True)
    second = await store.turn("person:1", echo, nothing, clock(), lambda command: True)
    assert first is not None
    assert second is not None
    assert first.more
    assert not second.more
    assert [c.key for c in first.begun] == ["answer/1"]
    assert second.begun == ()
    async with store.database.read() as connection:
        query = sa.select(t.commands.c.status, t.commands.c.attempts, t.commands.c.in_doubt).order_by(t.commands.c.id)
        rows = [tuple(row) for row in await connection.execute(query)]
    assert rows == [("doing", 1, True), ("new", 0, False)]
    assert await store.waiting_commands(clock(), [], 10) == []
    (begun,) = first.begun
    event = Done(key=begun.key, command=begun.command, result={"message_id": "m"})
    await store.finish(begun, "done", event, "", clock())
    assert [c.key for c in await store.waiting_commands(clock(), [], 10)] == ["answer/2"]


async def test_what_was_begun_and_cut_off_is_in_doubt(store: SqlStore, clock: TestClock) -> None:
    await store.accept([said("a")], clock())
    turned = await store.turn("person:1", echo, nothing, clock(), lambda command: True)
    assert turned is not None
    assert len(turned.begun) == 1
    if not store.database.is_sqlite:  # nobody has renewed it for too long
        async with store.database.write() as connection:
            await connection.execute(sa.update(t.commands).values(lease_until=sa.func.now() - sa.text("interval '1s'")))
    assert await store.recover(clock(), starting=True) == 1
    (waiting,) = await store.waiting_commands(clock(), [], 10)
    assert (waiting.attempts, waiting.in_doubt) == (1, True)


async def test_what_is_wanted_for_later_or_may_not_begin_waits(store: SqlStore, clock: TestClock) -> None:
    def later(stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
        decision.do(SendText(to="1", text="x"), key="later", not_before=now + timedelta(hours=1))

    await store.accept([said("a"), said("b")], clock())
    put_off = await store.turn("person:1", later, nothing, clock(), lambda command: True)
    refused = await store.turn("person:1", echo, nothing, clock(), lambda command: None)
    assert put_off is not None
    assert refused is not None
    assert (put_off.begun, refused.begun) == ((), ())
    assert [c.key for c in await store.waiting_commands(clock(), [], 10)] == ["answer/2"]
