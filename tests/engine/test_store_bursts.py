"""What waits behind a message is taken with it, in one turn."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.domain.commands import SendText
from bot.domain.decision import Decision, Stored
from bot.domain.events import Incoming, Message, Tick
from bot.domain.shop import Shop
from bot.engine.store import Conflict, Decide
from bot.storage import tables as t
from bot.storage.store import SqlStore
from tests.conftest import TestClock
from tests.engine.support import NOON, nothing, said
from tests.engine.test_store import store

__all__ = ["store"]


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
    await store.replay([turned.stored.id, *(one.id for one in turned.decision.taken)])
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
