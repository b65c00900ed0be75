"""The contract of the store: what every database behind it must keep."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.correlation import is_root
from bot.domain.commands import SendText, Sent
from bot.domain.conversation import Conversation
from bot.domain.decision import Decision, StockMove, Stored
from bot.domain.events import Done, Message, Tick
from bot.domain.shop import Rules, Shop
from bot.engine.store import Conflict
from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.store import SqlStore
from bot.storage.writes import apply
from tests.conftest import TestClock
from tests.engine.support import NOON, echo, nothing, said


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest) -> SqlStore:
    """The same contract over both databases."""
    name = "database" if request.param == "sqlite" else "postgres_database"
    return SqlStore(request.getfixturevalue(name), Rules())


async def test_an_event_is_stored_once(store: SqlStore, clock: TestClock) -> None:
    assert await store.accept([said("oi"), said("tudo bem?")], clock()) == [True, True]
    assert await store.accept([said("oi"), said("novo")], clock()) == [False, True]
    assert await store.open_lanes(10) == ["person:1"]


async def test_an_id_longer_than_any_column_is_stored_and_known_again(store: SqlStore, clock: TestClock) -> None:
    """A server refuses what its column does not take: the sender would hear 503 until it gave up on all its news."""
    long = "x" * 5000
    first, other = (replace(said("1", key=f"{long}{end}"), lane=f"person:{long}") for end in "ab")
    assert await store.accept([first, other], clock()) == [True, True]
    assert await store.accept([first], clock()) == [False]
    (lane,) = await store.open_lanes(10)
    turned = await store.turn(lane, nothing, nothing, clock())
    assert turned is not None
    assert turned.decision is not None, turned.error


async def test_two_copies_in_one_batch_are_one(store: SqlStore, clock: TestClock) -> None:
    assert await store.accept([said("oi"), said("oi")], clock()) == [True, False]


async def test_of_a_batch_each_hears_whether_it_was_new(store: SqlStore, clock: TestClock) -> None:
    """They go in by one statement, which says no more than how many were."""
    assert await store.accept([said("a"), said("x")], clock()) == [True, True]
    batch = [said(text) for text in ("b", "a", "c", "b", "x", "d")]
    assert await store.accept(batch, clock()) == [True, False, True, False, False, True]
    assert await store.accept(batch, clock()) == [False] * 6


async def test_a_lane_is_worked_in_order_of_arrival(store: SqlStore, clock: TestClock) -> None:
    await store.accept([said(str(n)) for n in range(5)], clock())
    seen = []
    while turned := await store.turn("person:1", echo, nothing, clock()):
        assert isinstance(turned.stored.event, Message)
        seen.append(turned.stored.event.text)
    assert seen == ["0", "1", "2", "3", "4"]


async def test_lanes_that_wait_longest_come_first(store: SqlStore, clock: TestClock) -> None:
    await store.accept([said("a", who="2"), said("b", who="1"), said("c", who="2")], clock())
    assert await store.open_lanes(10) == ["person:2", "person:1"]


async def test_a_lane_in_which_much_waits_hides_no_other(store: SqlStore, clock: TestClock) -> None:
    await store.accept([said(str(n), who="talker") for n in range(60)], clock())
    await store.accept([said("a", who="2"), said("b", who="3"), said("c", who="4")], clock())
    assert await store.open_lanes(4) == ["person:talker", "person:2", "person:3", "person:4"]
    assert await store.open_lanes(4, ["person:talker", "person:3"]) == ["person:2", "person:4"]
    assert len(await store.open_lanes(3)) == 3


async def _worked(store: SqlStore, clock: TestClock) -> list[str]:
    seen = []
    while turned := await store.turn("person:1", echo, nothing, clock()):
        seen.append(turned.stored.event.text if isinstance(turned.stored.event, Message) else turned.stored.event.kind)
    return seen


async def test_messages_that_raced_are_worked_as_they_were_written(store: SqlStore, clock: TestClock) -> None:
    """Several bubbles at once, each by a connection of its own."""
    for text in ("3", "1", "4", "2"):
        await store.accept([said(text, at=NOON + timedelta(milliseconds=int(text)))], clock())
        clock.jump(timedelta(seconds=0.6))
    assert await _worked(store, clock) == ["1", "2", "3", "4"]


async def test_what_came_much_later_overtakes_nothing(store: SqlStore, clock: TestClock) -> None:
    """A phone whose clock is wrong, or that was without a network: arrival decides."""
    for text, at, wait in (("a", 3, 0.0), ("b", 2, 2.0), ("c", 1, 0.1)):
        clock.jump(timedelta(seconds=wait))
        await store.accept([said(text, at=NOON + timedelta(seconds=at))], clock())
    assert await _worked(store, clock) == ["b", "a", "c"]


async def test_only_messages_race(store: SqlStore, clock: TestClock) -> None:
    """What is no message keeps its place, but for messages that raced one before it."""
    tick = replace(said("t"), key="t", event=Tick(name="x"))
    late, early = said("late", at=NOON + timedelta(seconds=1)), said("early", at=NOON)
    await store.accept([tick, late, early], clock())
    assert await _worked(store, clock) == ["timer", "early", "late"]
    await store.accept([replace(late, key="l2"), replace(tick, key="t2"), replace(early, key="e2")], clock())
    assert await _worked(store, clock) == ["early", "late", "timer"]


async def test_a_turn_is_all_or_nothing(store: SqlStore, clock: TestClock) -> None:
    def half(stored: Stored, shop: Shop, now: object, decision: Decision) -> None:
        decision.write(Conversation(person_id="p1"))
        decision.write(StockMove(999, 1))  # no such listing: the guard fails at commit

    await store.accept([said("oi")], clock())
    turned = await store.turn("person:1", half, nothing, clock())
    assert turned is not None
    assert turned.decision is None
    assert "999" in turned.error
    async with store.database.read() as connection:
        assert (await connection.execute(sa.select(sa.func.count()).select_from(t.conversations))).scalar() == 0


async def test_poison_is_set_aside_and_the_lane_goes_on(store: SqlStore, clock: TestClock) -> None:
    await store.accept([said("poison"), said("depois")], clock())
    first = await store.turn("person:1", echo, nothing, clock())
    assert first is not None
    assert first.decision is None
    assert "cannot be worked" in first.error
    second = await store.turn("person:1", echo, nothing, clock())
    assert second is not None
    assert second.decision is not None
    async with store.database.read() as connection:
        row = (await connection.execute(sa.select(t.events).where(t.events.c.id == first.stored.id))).one()
    assert row.status == "failed"
    assert "ValueError" in row.error


async def test_an_apology_is_stored_with_the_poison_that_is_set_aside(store: SqlStore, clock: TestClock) -> None:
    def apologise(stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
        decision.do(SendText(to="1", text="Algo deu errado aqui."), key=f"sorry/{stored.id}")

    await store.accept([said("poison")], clock())
    assert await store.turn("person:1", echo, apologise, clock()) is not None
    assert [w.command for w in await store.waiting_commands(clock(), [], 10)] == [
        SendText(to="1", text="Algo deu errado aqui.")
    ]


async def test_poison_can_be_replayed(store: SqlStore, clock: TestClock) -> None:
    await store.accept([said("poison")], clock())
    first = await store.turn("person:1", echo, nothing, clock())
    assert first is not None
    assert await store.replay([first.stored.id]) == 1
    assert await store.open_lanes(10) == ["person:1"]


async def test_an_apology_that_fails_does_not_stop_the_lane(store: SqlStore, clock: TestClock) -> None:
    await store.accept([said("poison")], clock())
    turned = await store.turn("person:1", echo, echo, clock())
    assert turned is not None
    assert "apology failed too" in turned.error
    assert await store.open_lanes(10) == []


async def test_a_replayed_turn_makes_no_second_command(store: SqlStore, clock: TestClock) -> None:
    await store.accept([said("oi")], clock())
    turned = await store.turn("person:1", echo, nothing, clock())
    assert turned is not None
    await store.replay([turned.stored.id])
    await store.turn("person:1", echo, nothing, clock())
    assert len(await store.waiting_commands(clock(), [], 10)) == 1


async def test_all_that_follows_has_one_root(store: SqlStore, clock: TestClock) -> None:
    """Through a decision, a command and what came of it, an event for another lane, and a timer."""

    def decide(stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
        if isinstance(stored.event, Message):
            decision.do(SendText(to="1", text="olá"))
            decision.emit("person:2", Tick(name="other"))
            decision.timer("later", "later", now + timedelta(hours=1))

    await store.accept([replace(said("oi"), root="one"), said("x", who="3")], clock())
    turned = await store.turn("person:1", decide, nothing, clock())
    assert turned is not None
    assert turned.stored.root == "one"
    (waiting,) = await store.waiting_commands(clock(), [], 10)
    assert waiting.root == "one"
    assert await store.begin(waiting, in_doubt=False, now=clock())
    sent = Done(key=waiting.key, command=waiting.command, result=Sent(message_id="m1").model_dump())
    await store.finish(waiting, "done", sent, "", clock())
    clock.jump(timedelta(hours=2))
    assert await store.fire_timers(clock()) == 1
    async with store.database.read() as connection:
        query = sa.select(t.events.c.source, t.events.c.lane, t.events.c.root).order_by(t.events.c.id)
        rows = (await connection.execute(query)).all()
    assert [row.source for row in rows if row.root == "one"] == ["zapi", "bot", "command", "timer"]
    (other,) = [row.root for row in rows if row.lane == "person:3"]
    assert is_root(other), "what comes without one gets its own"


async def test_a_document_of_an_old_version_is_refused(store: SqlStore, clock: TestClock) -> None:
    decision = Decision(Stored(1, "person:1", Tick(name="x"), clock()))
    decision.write(Conversation(person_id="p1"))
    for expected in (False, True):
        try:
            async with store.database.write() as connection:
                await connection.run_sync(apply, decision._stored, decision, clock())
            assert not expected
        except Conflict:
            assert expected


async def test_the_loops_statements_use_their_indexes(database: Database) -> None:
    plans = {
        "SELECT id FROM events WHERE status = 'new' AND lane = 'x' ORDER BY id LIMIT 1": "ix_events_open",
        "SELECT min(due_at) FROM timers": "ix_timers_due_at",
        "SELECT id FROM commands WHERE status IN ('new', 'doing', 'parked') AND queue = 'q' AND id < 9": (
            "ix_commands_queue"
        ),
    }
    async with database.read() as connection:
        for statement, index in plans.items():
            rows = await connection.execute(sa.text(f"EXPLAIN QUERY PLAN {statement}"))
            plan = " ".join(str(row) for row in rows)
            assert index in plan, statement
