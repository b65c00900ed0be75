"""Somebody writes from a hidden number, then from the phone, in any order and with any crash: one person, whose
history is whole and whose messages are worked in the order in which they came."""

from __future__ import annotations

import asyncio
import random
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.conversations import people
from bot.decide import decide, poisoned
from bot.domain import lanes, phone
from bot.domain.decision import Decision, SentMessage, Stored
from bot.domain.events import Incoming, Message, Receipt, Sender, Tick
from bot.domain.notice import NoticeState
from bot.domain.order import OrderState
from bot.domain.people import Person
from bot.domain.shop import Rules
from bot.engine.store import Conflict, StoreDown
from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.people import write_identifiers
from bot.storage.shop import SqlShop
from bot.storage.store import SqlStore
from bot.storage.writes import apply, put_person
from tests.conftest import TestClock
from tests.engine.support import NOON
from tests.engine.test_model import _template
from tests.flows.stories import order

PHONES = ("5511987654321", "5541998123456")
LIDS = tuple(f"10000000000000{n}@lid" for n in range(2))
HUMANS = st.integers(0, len(PHONES) - 1)
TELLS = ("phone", "lid", "both")


def sender(who: int, tells: str) -> Sender:
    number = PHONES[who] if tells != "lid" else ""
    lid = LIDS[who] if tells != "phone" else ""
    return Sender(chat=number or lid, phone=number, lid=lid, nickname=f"Pessoa {who}")


def written(who: int, tells: str, number: int) -> Incoming:
    """As a receiver hands it in."""
    by = sender(who, tells)
    event = Message(sender=by, message_id=f"m{number}", sent_at=NOON, content="text", text=f"oi {number}")
    return Incoming(
        source="zapi", key=f"{who}/{number}", lane=lanes.person(phone.identity(by.phone, by.lid)), event=event
    )


@dataclass
class Human:
    """What must be true of somebody, however they were heard of."""

    accepted: list[int] = field(default_factory=list)
    worked: list[int] = field(default_factory=list)
    linked_at: int | None = None
    """How many messages had been worked when phone and LID were told together."""
    orders: set[int] = field(default_factory=set)


class People(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.directory = Path(tempfile.mkdtemp(prefix="autopars-people-"))
        shutil.copy(_template(), self.directory / "test.db")
        self.database = Database(f"sqlite+aiosqlite:///{self.directory}/test.db")
        self.store = SqlStore(self.database, Rules())
        self.humans: dict[int, Human] = defaultdict(Human)
        self.who_of: dict[int, int] = {}
        self.count, self.now = 0, NOON
        self.writes(0, ["phone", "lid"], True)  # the first is known twice from the start, the second not at all
        self.buys(0, "phone")
        self.buys(0, "lid")

    def run(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    def teardown(self) -> None:
        if hasattr(self, "loop"):
            self.drain()
            self.check()
            self.run(self.database.close())
            self.loop.close()
            shutil.rmtree(self.directory)

    # --- what happens --------------------------------------------------------------------------------------

    @rule(who=HUMANS, tells=st.lists(st.sampled_from(TELLS), min_size=1, max_size=3), at_once=st.booleans())
    def writes(self, who: int, tells: list[str], at_once: bool) -> None:
        for one in tells:
            self.count += 1
            self.now += timedelta(minutes=1)
            assert self.run(self.store.accept([written(who, one, self.count)], self.now)) == [True]
            self.humans[who].accepted.append(self.count)
            self.who_of[self.count] = who
        if at_once:
            self.drain()

    @precondition(lambda self: self.run(self.store.open_lanes(50)))
    @rule(data=st.data())
    def turns(self, data: st.DataObject) -> None:
        self.turn(data.draw(st.sampled_from(sorted(self.run(self.store.open_lanes(50))))))

    def turn(self, lane: str) -> None:
        turned = self.run(self.store.turn(lane, decide, poisoned, self.now))
        assert turned is not None
        assert turned.decision is not None, turned.error
        event = turned.stored.event
        if not isinstance(event, Message) or turned.decision.again:
            return
        for one in (event, *(taken.event for taken in turned.decision.taken)):
            assert isinstance(one, Message)
            number = int(one.text.split()[1])
            human = self.humans[self.who_of[number]]
            human.worked.append(number)
            if one.sender.phone and one.sender.lid and human.linked_at is None:
                human.linked_at = len(human.worked)

    @precondition(lambda self: self.run(self.store.open_lanes(50)))
    @rule(data=st.data())
    def dies_before_the_commit(self, data: st.DataObject) -> None:
        lane = data.draw(st.sampled_from(sorted(self.run(self.store.open_lanes(50)))))
        original = self.database.commit

        def cut_off(connection: sa.Connection, work: Callable[[sa.Connection], Any]) -> None:
            work(connection)
            raise sa.exc.OperationalError("COMMIT", {}, Exception("database is locked"))

        self.database.commit = lambda work, **_: original(lambda c: cut_off(c, work))  # type: ignore[method-assign]
        try:
            with pytest.raises(StoreDown):
                self.run(self.store.turn(lane, decide, poisoned, self.now))
        finally:
            self.database.commit = original  # type: ignore[method-assign]

    @rule(who=HUMANS, tells=st.sampled_from(["phone", "lid"]))
    def buys(self, who: int, tells: str) -> None:
        """The row that somebody is known by now gets an order, news of it and a message that names both."""
        by = sender(who, tells)

        def work(connection: sa.Connection) -> int:
            shop = SqlShop(connection, Rules())
            person = shop.person_known_as([i for i in (by.phone, by.lid) if i])
            if person is None:
                return 0
            number = shop.next_order_number()
            decision = Decision(Stored(0, person.lane, Tick(name="test"), self.now))
            decision.write(order(number, OrderState.PAID, version=0, buyer_id=person.id))
            key = f"order-{number}/news"
            notice = NoticeState(key=key, person_id=person.id, name="order_paid", data={}, raised_at=self.now)
            decision.write(notice, SentMessage(f"out-{number}", person.id, key))
            decision.timer(f"t/{number}", "nothing", self.now, person=person.id)
            apply(connection, Stored(0, person.lane, Tick(name="test"), self.now), decision, self.now)
            return number

        async def buy() -> int:
            async with self.database.write() as connection:
                return await connection.run_sync(work)

        number = self.run(buy())
        if number:
            self.humans[who].orders.add(number)

    @rule(number=st.integers(1001, 1005))
    def is_read(self, number: int) -> None:
        """A receipt comes in where nobody's name is told, and finds its way."""
        event = Receipt(message_id=f"out-{number}", status="read")
        key = f"status/{number}/{self.count}"
        self.run(self.store.accept([Incoming(source="zapi", key=key, lane=lanes.SYSTEM, event=event)], self.now))

    @rule()
    def time_passes(self) -> None:
        self.now += timedelta(minutes=5)
        self.run(self.store.fire_timers(self.now))

    def drain(self) -> None:
        while open_lanes := self.run(self.store.open_lanes(50)):
            self.turn(open_lanes[0])

    # --- what is always true -------------------------------------------------------------------------------

    @invariant()
    def check(self) -> None:
        if not hasattr(self, "loop"):
            return
        for who, human in list(self.humans.items()):
            rows, orders = self.run(self.known(who))
            after = human.worked[human.linked_at :] if human.linked_at is not None else []
            assert after == sorted(after), "messages were overtaken after it was known whose they are"
            assert len(set(human.worked)) == len(human.worked)
            assert orders == human.orders
            if human.linked_at is not None:
                (row,) = rows
                assert {PHONES[who], LIDS[who]} <= set(row.identifiers)
            if not self.run(self.store.open_lanes(50)):
                assert sorted(human.worked) == human.accepted

    async def known(self, who: int) -> tuple[list[Person], set[int]]:
        def work(connection: sa.Connection) -> tuple[list[Person], set[int]]:
            shop = SqlShop(connection, Rules())
            rows = shop.people_known_as([PHONES[who], LIDS[who]])
            numbers = {o.number for row in rows for o in shop.orders_of_buyer(row.id, 100)}
            for number in numbers:
                sent, notice = shop.sent_message(f"out-{number}"), shop.notice(f"order-{number}/news")
                assert sent is not None
                assert notice is not None
                assert {sent.person_id, notice.person_id} <= {row.id for row in rows}
            return rows, numbers

        async with self.database.read() as connection:
            return await connection.run_sync(work)


People.TestCase.settings = settings(
    max_examples=50, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
TestPeople = pytest.mark.timeout(600)(People.TestCase)  # a busy machine is slow


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("apart", [True, False], ids=["known as two", "unknown"])
@pytest.mark.parametrize("link_at_once", [True, False])
def test_nothing_overtakes(seed: int, apart: bool, link_at_once: bool) -> None:
    people, chance = People(), random.Random(seed)
    people.begin()
    who = 0 if apart else 1
    people.writes(who, ["both"], link_at_once)
    people.writes(who, ["lid", "phone", "both", "lid", "phone", "lid"], False)
    while open_lanes := people.run(people.store.open_lanes(50)):
        people.turn(chance.choice(open_lanes))
        people.check()
    people.teardown()


# --- two workers --------------------------------------------------------------------------------------------


def test_what_was_said_between_two_words_is_not_left_behind() -> None:
    """The first word tells phone and LID, the third too, and both are taken for one burst; the second came by the LID
    alone, into a lane of its own, which nobody knew for theirs."""
    state = People()
    state.begin()
    state.writes(1, ["both"], False)
    state.writes(1, ["lid", "both"], True)
    assert state.humans[1].worked == state.humans[1].accepted
    state.teardown()


async def test_both_lanes_are_worked_while_the_rows_become_one(postgres_database: Database, clock: TestClock) -> None:
    store = SqlStore(postgres_database, Rules())
    texts = ["phone", "lid", "phone", "lid", "both", "lid", "phone", "lid"]
    for number, tells in enumerate(texts, start=1):
        await store.accept([written(0, tells, number)], clock())
    worked: list[int] = []

    async def worker(lane: str) -> None:
        while (await store.backlog())["events"]:
            turned = await store.turn(lane, decide, poisoned, clock())
            if turned is None:
                await asyncio.sleep(0)
                continue
            assert turned.decision is not None, turned.error
            if isinstance(turned.stored.event, Message) and not turned.decision.again:
                heard = (turned.stored.event, *(taken.event for taken in turned.decision.taken))
                worked.extend(int(one.text.split()[1]) for one in heard if isinstance(one, Message))

    names = {written(0, tells, 0).lane for tells in TELLS}
    await asyncio.gather(*(worker(lane) for lane in names))
    assert sorted(worked) == [1, 2, 3, 4, 5, 6, 7, 8], worked
    after = worked[worked.index(5) + 1 :]  # it says whose the others are, which a slow worker may not have come to yet
    assert after == sorted(after)
    async with postgres_database.read() as connection:
        rows = (await connection.execute(sa.select(t.people.c.id))).all()
    assert len(rows) == 1


async def test_nobody_takes_over_what_became_somebodys_meanwhile(postgres_database: Database, clock: TestClock) -> None:
    """It was nobody's when it was decided, and another worker's commit comes before anything is written."""
    decided = people.new(Stored(1, "person:1", Tick(name="test"), clock()), sender(0, "both"))
    other = people.new(Stored(2, "person:2", Tick(name="test"), clock()), sender(0, "lid"))
    async with postgres_database.write() as connection:
        await connection.run_sync(lambda c: put_person(c, other))
        await connection.run_sync(lambda c: write_identifiers(c, other))
    with pytest.raises(Conflict):
        async with postgres_database.write() as connection:
            await connection.run_sync(lambda c: write_identifiers(c, decided))
    async with postgres_database.read() as connection:
        owners = (await connection.execute(sa.select(t.identifiers.c.value, t.identifiers.c.person_id))).all()
    assert (LIDS[0], other.id) in {tuple(row) for row in owners}
