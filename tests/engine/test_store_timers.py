"""What is due comes back as an event: once, also when it was moved, and by a clock that was set back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from bot.domain.commands import SendText
from bot.domain.decision import Decision, Stored
from bot.domain.events import Message, Tick
from bot.domain.shop import Shop
from bot.engine.store import Decide
from bot.storage.store import SqlStore
from tests.conftest import TestClock
from tests.engine.support import NOON, echo, nothing, said
from tests.engine.test_store import _worked, store

__all__ = ["store"]


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
    await store.replay([worked])
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
