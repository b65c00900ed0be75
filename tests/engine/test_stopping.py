"""What is left for the next start, and by another release: what a review found, one test a defect."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.domain.commands import AlertOperator, SendText, Sent
from bot.domain.events import Incoming
from bot.domain.shop import Rules
from bot.engine import intake
from bot.engine.dispatcher import Dispatcher
from bot.engine.intake import Intake
from bot.engine.store import StoreDown
from bot.engine.worker import Worker
from bot.integrations.http import CallRecord
from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.store import SqlStore
from tests.conftest import TestClock
from tests.engine.support import Watcher, call, echo, effect, loop_over, nothing, poll, said, status

# --- stopping -----------------------------------------------------------------------------------------


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
        async def turn(self, *_: object) -> None:
            entered.set()
            await asyncio.Event().wait()

    await store.accept([said("oi")], clock())
    worker = Worker(Slow(store.database, Rules()), echo, nothing, clock, lambda _: None)
    worker.start()
    await entered.wait()
    async with asyncio.timeout(5):
        await worker.stop(within=0.05)


async def test_what_is_under_way_has_its_time_from_when_nothing_more_is_begun(
    store: SqlStore, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not from when it is waited for, after all that else has to end."""
    begun, loop = asyncio.Event(), asyncio.get_running_loop()

    async def send(command: SendText, key: str) -> Sent:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError

    await store.accept([said("oi")], clock())
    await store.turn("person:1", echo, nothing, clock())
    one = Dispatcher(store, effect(send), clock, nothing, lambda *_: None)
    one.start()
    await begun.wait()
    one.hold()
    now = loop.time
    monkeypatch.setattr(loop, "time", lambda: now() + 20)  # so long it takes
    async with asyncio.timeout(5):
        await one.stop()


async def test_what_an_ill_store_did_not_take_at_the_end_is_told_at_once(
    store: SqlStore, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Batch after batch waited its ten seconds for a silent server, and no process has so long."""
    monkeypatch.setattr(intake, "MOST", 1)
    asked, silent = list[str](), asyncio.Event()

    class Silent(SqlStore):
        async def accept(self, incoming: Sequence[Incoming], now: datetime) -> list[bool]:
            asked.extend(one.key for one in incoming)
            await silent.wait()
            raise StoreDown("silent")

    one = Intake(Silent(store.database, Rules()), clock, lambda _: None)
    one.start()
    told = [asyncio.ensure_future(one.put([said(str(number))])) for number in range(5)]
    await poll(lambda: asked == ["1/0"])
    stopping = asyncio.ensure_future(one.stop())
    await asyncio.sleep(0)
    silent.set()
    await stopping
    assert asked == ["1/0"]
    assert {str(error) for error in await asyncio.gather(*told, return_exceptions=True)} == {"silent"}


async def test_an_outcome_that_a_silent_store_did_not_take_at_the_end_is_looked_up_at_the_next_start(
    store: SqlStore, clock: TestClock
) -> None:
    """It was tried again to write that it could not be written."""
    tried, go = list[str](), asyncio.Event()

    class Silent(SqlStore):
        async def finish(self, *_: object) -> None:
            tried.append("finish")
            raise StoreDown("silent")

        async def park(self, *_: object, **__: object) -> None:
            tried.append("park")
            raise StoreDown("silent")

    async def send(command: SendText, key: str) -> Sent:
        await go.wait()
        return Sent(message_id=key)

    async def find(command: SendText, key: str) -> Sent | None:
        return None

    await store.accept([said("oi")], clock())
    await store.turn("person:1", echo, nothing, clock())
    one = Dispatcher(Silent(store.database, Rules()), effect(send, find), clock, nothing, lambda *_: None)
    one.start()

    async def begun() -> bool:
        return await status(store, "answer/1") == "doing"

    await poll(begun)
    one.hold()
    go.set()
    await one.stop()
    assert tried == ["finish"]
    assert await store.recover(clock(), starting=True) == 1
    assert [waiting.cut_off for waiting in await store.waiting_commands(clock(), [], 10)] == [True]


# --- rows of another release --------------------------------------------------------------------------


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
