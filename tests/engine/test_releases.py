"""Two releases on one database: what the newer one has migrated, or stored, the older one does not spoil."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.commands import Sent
from bot.domain.decision import Decision, Stored
from bot.domain.events import Done, Tick
from bot.domain.shop import Rules, Shop
from bot.engine.store import OtherRelease, StoreDown, Turned
from bot.engine.worker import Worker
from bot.storage import schema
from bot.storage import tables as t
from bot.storage.store import SqlStore
from bot.storage.turns import FOR_ANOTHER_RELEASE
from tests.conftest import TestClock
from tests.engine.support import Watcher, echo, nothing, said


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> SqlStore:
    """It looks at the schema each time, instead of once a second."""
    monkeypatch.setattr(schema, "LOOK_S", 0)
    name = "database" if request.param == "sqlite" else "postgres_database"
    return SqlStore(request.getfixturevalue(name), Rules())


async def do(store: SqlStore, statement: str, **values: Any) -> None:
    async with store.database.write() as connection:
        await connection.execute(sa.text(statement), values)


async def migrated(store: SqlStore, to: str) -> None:
    await do(store, "UPDATE alembic_version SET version_num = :to", to=to)


async def of_the_future(store: SqlStore, event_id: int) -> None:
    await do(store, "UPDATE events SET body = :body WHERE id = :id", body='{"kind":"of the future"}', id=event_id)


async def rows(store: SqlStore) -> Sequence[Any]:
    async with store.database.read() as connection:
        columns = (t.events.c.kind, t.events.c.status)
        return [tuple(row) for row in await connection.execute(sa.select(*columns).order_by(t.events.c.id))]


async def test_what_another_release_has_migrated_is_left_to_it(store: SqlStore, clock: TestClock) -> None:
    await store.accept([said("1"), said("2")], clock())
    await store.turn("person:1", echo, nothing, clock())
    for other in ("9999_future", "0001"):
        await migrated(store, other)
        assert await store.open_lanes(10) == []
        assert await store.waiting_commands(clock(), [], 10) == []
        assert await store.accept([said(other)], clock()) == [True]  # for the other release to work
    await migrated(store, schema.newest())
    assert await store.open_lanes(10) == ["person:1"]
    assert [w.key for w in await store.waiting_commands(clock(), [], 10)] == ["answer/1"]


@pytest.mark.parametrize(
    ("change", "back"),
    [
        ("ALTER TABLE sent_messages DROP COLUMN text", "ALTER TABLE sent_messages ADD COLUMN text TEXT"),
        ("ALTER TABLE sent_messages RENAME TO sent", "ALTER TABLE sent RENAME TO sent_messages"),
        ("ALTER TABLE sent_messages ADD COLUMN more TEXT NOT NULL", "ALTER TABLE sent_messages DROP COLUMN more"),
    ],
)
async def test_a_turn_that_meets_a_newer_schema_is_no_poison(
    store: SqlStore, clock: TestClock, change: str, back: str
) -> None:
    """The migration comes between the look at what waits and the turn."""
    if store.database.is_sqlite:  # which adds no such column to a table that may have rows
        change = change.replace("more TEXT NOT NULL", "more TEXT NOT NULL DEFAULT ''")
    await store.accept([said("oi")], clock())
    await do(store, change)
    await migrated(store, "9999_future")
    if "DEFAULT" not in change:
        with pytest.raises(StoreDown):
            await store.turn("person:1", echo, nothing, clock())
        assert await rows(store) == [("message.received", "new")]
    await do(store, back)
    await migrated(store, schema.newest())
    turned = await store.turn("person:1", echo, nothing, clock())
    assert turned is not None
    assert turned.decision is not None


async def test_what_came_of_a_call_is_kept_and_decided_by_the_newer_release(store: SqlStore, clock: TestClock) -> None:
    await store.accept([said("oi")], clock())
    await store.turn("person:1", echo, nothing, clock())
    (waiting,) = await store.waiting_commands(clock(), [], 10)
    assert await store.begin(waiting, in_doubt=False, now=clock())
    await migrated(store, "9999_future")
    event = Done(key=waiting.key, command=waiting.command, result=Sent(message_id="m").model_dump())
    assert await store.finish(waiting, "done", event, "", clock(), echo) is None
    assert await rows(store) == [("message.received", "done"), ("command.done", "new")]


async def test_an_event_that_this_release_cannot_read_waits_for_one_that_can(store: SqlStore, clock: TestClock) -> None:
    """An older worker set aside what a newer web stored, and apologised for it."""
    await store.accept([said("1"), said("2"), said("3", who="2")], clock())
    await of_the_future(store, 1)
    with pytest.raises(OtherRelease):
        await store.turn("person:1", echo, nothing, clock())
    assert [status for _, status in await rows(store)] == ["new"] * 3


async def test_it_is_set_aside_when_no_such_release_comes(store: SqlStore, clock: TestClock) -> None:
    """Its lane stood still for ever, and the operator was not told."""
    await store.accept([said("1"), said("2")], clock())
    await of_the_future(store, 1)
    told = []

    def alert(stored: Stored, shop: Shop, now: object, decision: Decision) -> None:
        told.append(stored)

    clock.jump(FOR_ANOTHER_RELEASE)
    turned = await store.turn("person:1", echo, alert, clock())
    assert turned is not None
    assert turned.decision is None
    assert [(s.id, s.event) for s in told] == [(1, Tick(name="unreadable"))]
    after = await store.turn("person:1", echo, nothing, clock())
    assert after is not None
    assert after.decision is not None


async def test_many_lanes_that_wait_for_another_release_hold_up_nobody(store: SqlStore, clock: TestClock) -> None:
    """As many as are worked at a time, and the oldest."""
    await store.accept([said("oi", who=f"old{n}") for n in range(store.lanes + 60)], clock())
    await do(store, "UPDATE events SET body = '{}'")
    await store.accept([said("oi", who="1")], clock())
    watcher = Watcher()
    worker = Worker(store, echo, nothing, clock, lambda turned: watcher("turn", turned))
    worker.start()
    await watcher.until(lambda: bool(watcher.steps))
    await worker.stop()
    (turned,) = [what for _, what in watcher.steps if isinstance(what, Turned)]
    assert turned.stored.lane == "person:1"


async def test_a_command_that_this_release_cannot_read_is_left_to_one_that_can(
    store: SqlStore, clock: TestClock
) -> None:
    """The older of two workers parked it for five minutes, and told the operators of each."""
    await store.accept([said("oi")], clock())
    await store.turn("person:1", echo, nothing, clock())
    other = SqlStore(store.database, Rules())
    async with store.database.read() as connection:
        body = (await connection.execute(sa.select(t.commands.c.body))).scalar_one()
    await do(store, "UPDATE commands SET body = '{}'")
    for _ in range(2):
        assert await store.waiting_commands(clock(), [], 10) == []
        clock.jump(timedelta(minutes=1))
    await do(store, "UPDATE commands SET body = :body", body=body)  # the other can read it
    assert [w.key for w in await other.waiting_commands(clock(), [], 10)] == ["answer/1"]
