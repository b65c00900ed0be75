"""The contract of the store: what every database behind it must keep."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.correlation import is_root
from bot.domain.catalogue import Condition, Product
from bot.domain.commands import SendText, Sent
from bot.domain.conversation import Conversation
from bot.domain.decision import DebtMove, Decision, StepMark, StockMove, Stored
from bot.domain.events import Done, Incoming, Message, Tick
from bot.domain.invitation import Invitation
from bot.domain.people import Seller
from bot.domain.shop import AllOf, AnyOf, Rules, Shop, Words
from bot.engine.store import Conflict, Decide
from bot.storage import tables as t
from bot.storage.database import CONNECTIONS, Database
from bot.storage.lanes import SPREAD
from bot.storage.records import Records
from bot.storage.shop import SqlShop
from bot.storage.store import SqlStore
from bot.storage.writes import apply, put_product
from tests.conftest import TestClock
from tests.engine.support import NOON, echo, nothing, said
from tests.support_shop import silva


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest) -> SqlStore:
    """The same contract over both databases."""
    name = "database" if request.param == "sqlite" else "postgres_database"
    return SqlStore(request.getfixturevalue(name), Rules())


async def _texts(store: SqlStore) -> list[str]:
    async with store.database.read() as connection:
        query = sa.select(t.sent_messages.c.text).order_by(t.sent_messages.c.message_id)
        return list((await connection.execute(query)).scalars())


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


def together(stored: Stored, shop: Shop, now: object, decision: Decision) -> None:
    """Answers all messages that wait with one line; takes them before it looks at them."""
    texts = []
    for one in (stored, *stored.waiting):
        if one is not stored:
            decision.take(one)
        assert isinstance(one.event, Message)
        texts.append(one.event.text)
    if "poison" in texts:
        raise ValueError("this one cannot be worked")
    decision.do(SendText(to="1", text=" ".join(texts)), key=f"answer/{stored.id}", queue=stored.lane)


async def _answers(store: SqlStore, clock: TestClock, decide: Decide = together) -> list[str]:
    """Works the lane to its end; everything that was wanted to be said."""
    while await store.turn("person:1", decide, nothing, clock()):
        pass
    async with store.database.read() as connection:
        rows = (await connection.execute(sa.select(t.commands.c.body).order_by(t.commands.c.id))).scalars()
        return [SendText.model_validate_json(body).text for body in rows]


async def _statuses(store: SqlStore) -> list[str]:
    async with store.database.read() as connection:
        return list((await connection.execute(sa.select(t.events.c.status).order_by(t.events.c.id))).scalars())


async def test_what_waits_is_taken_and_done_in_one_turn(store: SqlStore, clock: TestClock) -> None:
    await store.accept([said("oi"), said("queria"), said("um farol")], clock())
    assert await _answers(store, clock) == ["oi queria um farol"]
    assert await _statuses(store) == ["done"] * 3
    assert await store.open_lanes(10) == []


async def test_what_waits_is_seen_as_it_was_written(store: SqlStore, clock: TestClock) -> None:
    late, early = said("um farol", at=NOON + timedelta(seconds=1)), said("queria", at=NOON)
    await store.accept([said("oi", at=NOON - timedelta(seconds=1)), late, early], clock())
    assert await _answers(store, clock) == ["oi queria um farol"]


async def test_poison_takes_no_neighbour_with_it(store: SqlStore, clock: TestClock) -> None:
    await store.accept([said("antes"), said("poison"), said("depois")], clock())
    assert await _answers(store, clock) == ["antes", "depois"]
    assert await _statuses(store) == ["done", "failed", "done"]


async def test_what_was_taken_is_taken_only_if_the_turn_is_committed(store: SqlStore, clock: TestClock) -> None:
    """The first try fails at its commit: nothing is lost, and nothing is answered twice."""
    tries: list[int] = []

    def at_odds(stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
        together(stored, shop, now, decision)
        tries.append(len(decision.taken))
        if len(tries) == 1:
            raise Conflict("the view was old")

    await store.accept([said("oi"), said("tudo bem?")], clock())
    assert await _answers(store, clock, at_odds) == ["oi tudo bem?"]
    assert tries == [1, 1]


async def test_a_replayed_burst_is_answered_as_before(store: SqlStore, clock: TestClock) -> None:
    await store.accept([said("oi"), said("queria"), said("um farol")], clock())
    turned = await store.turn("person:1", together, nothing, clock())
    assert turned is not None
    assert turned.decision is not None
    await store.replay([turned.stored.id, *(one.id for one in turned.decision.taken)], clock())
    assert await _answers(store, clock) == ["oi queria um farol"]


async def test_an_event_behind_other_than_messages_sees_nothing_that_waits(store: SqlStore, clock: TestClock) -> None:
    tick = Incoming(source="timer", key="t/1", lane="person:1", event=Tick(name="x"))
    seen: list[int] = []

    def look(stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
        seen.append(len(stored.waiting))

    await store.accept([tick, said("oi"), said("tudo bem?")], clock())
    while await store.turn("person:1", look, nothing, clock()):
        pass
    assert seen == [0, 1, 0]


async def test_poison_can_be_replayed(store: SqlStore, clock: TestClock) -> None:
    await store.accept([said("poison")], clock())
    first = await store.turn("person:1", echo, nothing, clock())
    assert first is not None
    assert await store.replay([first.stored.id], clock()) == 1
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
    await store.replay([turned.stored.id], clock())
    await store.turn("person:1", echo, nothing, clock())
    assert len(await store.waiting_commands(clock(), [], 10)) == 1


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


async def test_timers_come_back_as_events_when_due(store: SqlStore, clock: TestClock) -> None:
    def set_timer(stored: Stored, shop: Shop, now: object, decision: Decision) -> None:
        decision.timer("pix/1", "pix_expiry", clock() + timedelta(minutes=30), reference="order-1-a1")

    await store.accept([said("1")], clock())
    await store.turn("person:1", set_timer, nothing, clock())
    assert await store.fire_timers(clock()) == 0
    clock.jump(timedelta(minutes=30))
    assert await store.fire_timers(clock()) == 1
    assert await store.fire_timers(clock()) == 0
    turned = await store.turn("person:1", nothing, nothing, clock())
    assert turned is not None
    assert turned.stored.event == Tick(name="pix_expiry", data={"reference": "order-1-a1"})


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


def to(plan: Callable[[Decision], None]) -> Decide:
    return lambda stored, shop, now, decision: plan(decision)


async def test_a_timer_can_be_moved_and_cancelled(store: SqlStore, clock: TestClock) -> None:
    plans: list[Callable[[Decision], None]] = [
        lambda d: d.timer("k", "n", NOON + timedelta(minutes=5)),
        lambda d: d.timer("k", "n", NOON + timedelta(minutes=9)),
        lambda d: d.cancel_timer("k"),
    ]
    for number, plan in enumerate(plans):
        await store.accept([said(str(number))], clock())
        await store.turn("person:1", to(plan), nothing, clock())
        if number == 1:
            assert await store.next_due() == NOON + timedelta(minutes=9)
    assert await store.next_due() is None


async def test_a_timer_that_is_set_again_fires_again(store: SqlStore, clock: TestClock) -> None:
    """The same key, due at the same moment: it was taken for the one that had fired. A replay is no second cause."""
    due = clock()

    def set_timer(stored: Stored, shop: Shop, now: object, decision: Decision) -> None:
        if isinstance(stored.event, Message):
            decision.timer("k", "n", due)

    worked = 0
    for text in ("1", "2"):
        await store.accept([said(text)], clock())
        turned = await store.turn("person:1", set_timer, nothing, clock())
        assert turned is not None
        worked = turned.stored.id
        assert await store.fire_timers(clock()) == 1
        assert await _worked(store, clock) == ["timer"]
    await store.replay([worked], clock())
    await store.turn("person:1", set_timer, nothing, clock())
    await store.fire_timers(clock())
    assert await _worked(store, clock) == []


async def test_what_is_due_at_once_does_not_wait_for_a_clock_that_was_set_back(
    store: SqlStore, clock: TestClock
) -> None:
    await store.accept([said("1"), said("1", who="2")], clock())
    await store.turn("person:1", echo, nothing, clock())
    await store.ask(SendText(to="9", text="asked"), key="asked", lane="person:9", now=clock())
    clock.jump(timedelta(hours=-1))
    await store.turn("person:2", echo, nothing, clock())
    waiting = await store.waiting_commands(clock(), [], 10)
    assert [w.lane for w in waiting] == ["person:1", "person:9", "person:2"]


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


def _part(stock: int = 1) -> Product:
    return Product(
        listing=501,
        seller_id="s1",
        sku="A",
        title="Farol direito Corolla 2015",
        price=48000,
        condition=Condition.USED,
        weight_g=2400,
        width_cm=35,
        height_cm=30,
        length_cm=60,
        stock=stock,
        fits=("Corolla 2016",),
    )


async def test_stock_never_falls_below_zero(store: SqlStore, clock: TestClock) -> None:
    decision = Decision(Stored(1, "person:1", Tick(name="x"), clock()))
    decision.write(StockMove(501, 1))
    async with store.database.write() as connection:
        await connection.run_sync(put_product, _part())
        await connection.run_sync(apply, decision._stored, decision, clock())
    with pytest.raises(Conflict):
        async with store.database.write() as connection:
            await connection.run_sync(apply, decision._stored, decision, clock())


async def test_a_debt_never_falls_below_zero(store: SqlStore, clock: TestClock) -> None:
    async def move(*amounts: int) -> int:
        decision = Decision(Stored(1, "order:1", Tick(name="x"), clock()))
        decision.write(*(DebtMove("s-silva", amount) for amount in amounts))
        async with store.database.write() as connection:
            await connection.run_sync(apply, decision._stored, decision, clock())
            return await connection.run_sync(lambda c: SqlShop(c, store.rules).debt("s-silva"))

    assert await move(43961) == 43961
    assert await move(-40000, 1) == 3962
    with pytest.raises(Conflict):
        await move(-3963)
    assert await move(-3962) == 0


async def test_search_asks_for_words_and_hides_what_is_gone(store: SqlStore) -> None:
    def found(connection: sa.Connection, wanted: Words) -> list[int]:
        return [p.listing for p in SqlShop(connection, store.rules).search(wanted, 10)]

    async with store.database.write() as connection:
        await connection.run_sync(put_product, _part())
        other = _part().but(listing=502, sku="B", title="Pastilha Corolla 2015")
        await connection.run_sync(put_product, other)
        gone = _part(stock=0).but(listing=503, sku="C")
        await connection.run_sync(put_product, gone)
    async with store.database.read() as connection:
        for wanted, listings in (
            (AllOf(["corolla", "2015"]), [501, 502]),
            (AllOf(["corolla", AnyOf(["pastilha", "lona"])]), [502]),
            (AllOf(["corolla", AnyOf([AllOf(["farol", "2015"]), "lona"])]), [501]),
            ("_farol", [501]),
            ("%", []),
            ("a' | 'b", []),
            ('a" OR "farol', []),
            ("\\", []),
        ):
            assert await connection.run_sync(found, wanted) == listings


async def test_the_search_follows_a_changed_title(store: SqlStore) -> None:
    def found(connection: sa.Connection) -> list[str]:
        shop = SqlShop(connection, store.rules)
        return [f"{p.listing} {word}" for word in ("farol", "lanterna") for p in shop.search(word, 10)]

    async with store.database.write() as connection:
        await connection.run_sync(put_product, _part())
        await connection.run_sync(put_product, _part().but(version=1, title="Lanterna Corolla 2015"))
        assert await connection.run_sync(found) == ["501 lanterna"]
        await connection.execute(sa.delete(t.products))
        assert await connection.run_sync(found) == []


async def test_misspelt_words_meet_those_of_the_catalogue(store: SqlStore) -> None:
    async with store.database.write() as connection:
        await connection.run_sync(put_product, _part())
        near = await connection.run_sync(lambda c: SqlShop(c, store.rules).spellings({"corolla", "corola", "faroo"}))
    assert near["corolla"] == ["corolla"]
    assert "corolla" in near["corola"]
    assert "farol" in near["faroo"]


@pytest.mark.postgres
async def test_without_pg_trgm_words_with_the_same_first_letter_are_held_against(postgres_database: Database) -> None:
    """SQLite brings its own trigrams."""
    store = SqlStore(postgres_database, Rules())
    async with store.database.write() as connection:
        await connection.run_sync(put_product, _part())
        await connection.exec_driver_sql("DROP EXTENSION pg_trgm CASCADE")
        near = await connection.run_sync(lambda c: SqlShop(c, store.rules).spellings({"corola", "xarol"}))
    assert "corolla" in near["corola"]
    assert near["xarol"] == []


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


async def test_an_invitation_opens_one_shop(store: SqlStore, clock: TestClock) -> None:
    def opens(shop: str) -> Decide:
        def decide(stored: Stored, view: Shop, now: object, decision: Decision) -> None:
            invitation = view.invitation("d1")
            assert invitation is not None
            if invitation.used_by:
                return
            decision.write(seller(shop), invitation.but(used_by=shop))

        return decide

    def invites(stored: Stored, view: Shop, now: object, decision: Decision) -> None:
        decision.write(Invitation(id="i1", digest="d1", created_at=NOON, expires_at=NOON))

    await store.accept([said("convida", who="0"), said("a", who="1"), said("b", who="2")], clock())
    for lane, decide in (("person:0", invites), ("person:1", opens("s1")), ("person:2", opens("s2"))):
        turned = await store.turn(lane, decide, nothing, clock())
        assert turned is not None
        assert turned.decision is not None, turned.error
    async with store.database.read() as connection:
        shop = await connection.run_sync(lambda c: SqlShop(c, Rules()))
        first, second, used = await connection.run_sync(
            lambda _: (shop.seller("s1"), shop.seller("s2"), shop.invitation("d1"))
        )
    assert first is not None
    assert second is None
    assert used is not None
    assert (used.used_by, used.version) == ("s1", 2)


def seller(name: str) -> Seller:
    return silva(id=name, person_id=f"p-{name}")


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
