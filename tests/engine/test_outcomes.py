"""What came of a command is stored and worked by one commit; what cannot be worked then is kept all the same."""

from __future__ import annotations

from datetime import datetime

import pytest
import sqlalchemy as sa

from bot.conversations import people
from bot.domain.commands import AlertOperator, SendText, Sent
from bot.domain.decision import Decision, SentMessage, Stored
from bot.domain.events import Done, Message, Sender, Tick
from bot.domain.shop import Rules, Shop
from bot.engine.store import Conflict, Waiting
from bot.storage import lanes
from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.store import SqlStore
from tests.conftest import TestClock
from tests.engine.support import echo, nothing, said


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest) -> SqlStore:
    """The same contract over both databases."""
    name = "database" if request.param == "sqlite" else "postgres_database"
    return SqlStore(request.getfixturevalue(name), Rules())


def note_and_alert(stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
    """Remembers what was sent, and wants one thing more."""
    if isinstance(stored.event, Done) and isinstance(stored.event.command, SendText):
        sent = stored.event.result_as(Sent)
        decision.write(SentMessage(sent.message_id, stored.lane, text="sent"))
        decision.do(AlertOperator(topic="sent", text="sent"), key=f"told/{stored.id}")


def stumble(stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
    if isinstance(stored.event, Done):
        raise ValueError("this one cannot be worked")


async def begun(store: SqlStore, clock: TestClock) -> Waiting:
    await store.accept([said("oi")], clock())
    await store.turn("person:1", echo, nothing, clock())
    (waiting,) = await store.waiting_commands(clock(), [], 10)
    assert await store.begin(waiting, in_doubt=True, now=clock())
    return waiting


def done(waiting: Waiting) -> Done:
    return Done(key=waiting.key, command=waiting.command, result=Sent(message_id="m1").model_dump())


async def test_the_outcome_is_worked_by_the_commit_that_stores_it(store: SqlStore, clock: TestClock) -> None:
    waiting = await begun(store, clock)
    turned = await store.finish(waiting, "done", done(waiting), "", clock(), note_and_alert, lambda _: False)
    assert turned is not None
    assert turned.stored.event == done(waiting)
    assert turned.more is not store.database.is_sqlite  # there nobody else can have been told that the lane is taken
    assert [one.command.kind for one in turned.begun] == ["operator.alert"]
    assert (await store.backlog())["events"] == 0
    assert await store.turn("person:1", echo, nothing, clock()) is None


async def test_an_outcome_that_cannot_be_worked_is_kept_for_a_turn_of_its_own(
    store: SqlStore, clock: TestClock
) -> None:
    waiting = await begun(store, clock)
    assert await store.finish(waiting, "done", done(waiting), "", clock(), stumble) is None
    assert await store.waiting_commands(clock(), [], 10) == []  # the command is over, its effect is not repeated
    turned = await store.turn("person:1", stumble, nothing, clock())
    assert turned is not None
    assert turned.decision is None
    assert "this one cannot be worked" in turned.error


async def test_what_waits_longer_in_the_lane_goes_first(store: SqlStore, clock: TestClock) -> None:
    waiting = await begun(store, clock)
    await store.accept([said("e o preço?")], clock())
    turned = await store.finish(waiting, "done", done(waiting), "", clock(), echo)
    assert turned is not None
    assert isinstance(turned.stored.event, Message)
    assert turned.more
    turned = await store.turn("person:1", note_and_alert, nothing, clock())
    assert turned is not None
    assert turned.stored.event == done(waiting)


async def test_an_outcome_that_belongs_elsewhere_is_moved_by_a_turn_of_its_own(
    store: SqlStore, clock: TestClock
) -> None:
    """Whose lane it is turns out in the decision: it stays open, and is decided anew there."""
    waiting = await begun(store, clock)
    somebody = people.new(
        Stored(9, "person:9", Tick(name="test"), clock()), Sender(chat="5511999990009", phone="5511999990009")
    )

    def elsewhere(stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
        assert people.elsewhere(stored, somebody, decision) is (stored.lane != "person:9")

    assert await store.finish(waiting, "done", done(waiting), "", clock(), elsewhere) is None
    assert (await store.backlog())["events"] == 1
    moved = await store.turn("person:1", elsewhere, nothing, clock())
    assert moved is not None
    assert moved.more
    turned = await store.turn("person:9", elsewhere, nothing, clock())
    assert turned is not None
    assert turned.stored.event == done(waiting)


async def test_an_outcome_is_on_record_as_every_worked_event_is(store: SqlStore, clock: TestClock) -> None:
    """Stored as worked by its own commit, or open and closed by a turn: nobody can tell."""
    waiting = await begun(store, clock)
    await store.finish(waiting, "done", done(waiting), "", clock(), note_and_alert)
    columns = sa.select(
        *(t.events.c[name] for name in ("status", "attempts", "error", "done_at", "received_at", "lane"))
    )
    async with store.database.read() as connection:
        message, outcome = (await connection.execute(columns.order_by(t.events.c.id))).all()
    assert message == outcome


async def test_what_is_another_workers_now_is_not_worked_either(store: SqlStore, clock: TestClock) -> None:
    waiting = await begun(store, clock)
    await store.finish(waiting, "done", done(waiting), "", clock())
    with pytest.raises(Conflict):
        await store.finish(waiting, "done", done(waiting), "", clock(), note_and_alert)
    assert await store.waiting_commands(clock(), [], 10) == []


async def test_a_lane_that_another_worker_has_is_left_to_it(postgres_database: Database, clock: TestClock) -> None:
    store = SqlStore(postgres_database, Rules())
    waiting = await begun(store, clock)
    async with postgres_database.write() as another:
        assert await another.run_sync(lambda connection: lanes.enter(connection, "person:1"))
        assert await store.finish(waiting, "done", done(waiting), "", clock(), note_and_alert) is None
        assert (await store.backlog())["events"] == 1
    assert await store.turn("person:1", note_and_alert, nothing, clock()) is not None
