"""What is left for the next start, and by another release: what a review found, one test a defect."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.domain.commands import AlertOperator, SendText, Sent
from bot.domain.shop import Rules
from bot.engine.dispatcher import Dispatcher
from bot.engine.store import StoreDown
from bot.engine.worker import Worker
from bot.integrations.http import CallRecord
from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.store import SqlStore
from tests.conftest import TestClock
from tests.engine.support import Watcher, call, echo, effect, loop_over, nothing, poll, said

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
        async def turn(self, *_: object) -> None:  # type: ignore[override]
            entered.set()
            await asyncio.Event().wait()

    await store.accept([said("oi")], clock())
    worker = Worker(Slow(store.database, Rules()), echo, nothing, clock, lambda _: None)
    worker.start()
    await entered.wait()
    async with asyncio.timeout(5):
        await worker.stop(within=0.05)


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
