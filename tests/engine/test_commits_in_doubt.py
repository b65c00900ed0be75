"""Commits that nobody knows the end of: nothing is lost, nothing is done twice."""

from __future__ import annotations

import time
from collections.abc import Awaitable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.domain.commands import Command, SendText
from bot.domain.decision import Decision, Stored
from bot.domain.events import Done, Parked, Refused
from bot.domain.shop import Rules, Shop
from bot.engine.store import Conflict, StoreDown, Turned, Waiting
from bot.storage.database import Database
from bot.storage.store import SqlStore
from tests.conftest import TestClock
from tests.engine.support import Watcher, call, echo, loop_over, nothing, said
from tests.engine.test_silence import again, far, near, rows, until, way
from tests.support_way import Way

__all__ = ["far", "near", "way"]

pytestmark = pytest.mark.postgres


async def its_lease_runs_out(store: SqlStore) -> None:
    async with store.database.write() as connection:
        await connection.execute(sa.text("UPDATE commands SET lease_until = now() - interval '1 second'"))


def at_once(command: Command) -> bool:
    """Everything is begun by the commit that stores it, and is in doubt until its end is known."""
    return True


# --- commits in doubt ---------------------------------------------------------------------------------------

COMMITS = pytest.mark.parametrize("trouble", ["swallow_commit", "lose_commit"])
"""Done and not told, and not done. Whoever waits for it cannot tell one from the other."""


async def in_doubt(way: Way, trouble: str, work: Awaitable[object]) -> None:
    getattr(way, trouble)()
    started = time.monotonic()
    with pytest.raises(StoreDown):
        await work
    assert time.monotonic() - started < 5
    await way.struck()


@COMMITS
async def test_a_message_whose_commit_is_in_doubt_is_stored_once(
    trouble: str, way: Way, far: SqlStore, clock: TestClock
) -> None:
    await in_doubt(way, trouble, far.accept([said("1"), said("2")], clock()))
    news = await again(lambda: far.accept([said("1"), said("2"), said("3")], clock()))  # the sender comes again
    assert news == ([False, False, True] if trouble == "swallow_commit" else [True, True, True])
    assert await rows(far, "SELECT count(*) FROM events") == [(3,)]


@COMMITS
async def test_a_turn_whose_commit_is_in_doubt_is_worked_once(
    trouble: str, way: Way, far: SqlStore, near: SqlStore, clock: TestClock
) -> None:
    """What it wanted, begun in the same commit, is nobody's then: it is looked up by whoever sees its lease run out."""
    await near.accept([said("1")], clock())
    await in_doubt(way, trouble, far.turn("person:1", echo, nothing, clock(), at_once))
    if trouble == "swallow_commit":
        assert await near.turn("person:1", echo, nothing, clock()) is None
        assert await rows(near, "SELECT status, in_doubt, owner FROM commands") == [("doing", True, far.owner)]
        await far.renew([])  # it does not say that it does what it does not know of
        assert await near.waiting_commands(clock(), [], 10) == []
        await its_lease_runs_out(near)
        assert await far.recover(clock()) == 1
        (waiting,) = await far.waiting_commands(clock(), [], 10)
        assert (waiting.attempts, waiting.in_doubt, waiting.cut_off) == (1, True, True)
    else:

        async def free() -> bool:
            return bool(await near.turn("person:1", echo, nothing, clock()))

        await until(free)  # the server gave up the transaction that had the lane
        (waiting,) = await far.waiting_commands(clock(), [], 10)
        assert (waiting.attempts, waiting.in_doubt) == (0, False)
    assert await rows(near, "SELECT status, attempts FROM events") == [("done", 1)]


async def begun(far: SqlStore, near: SqlStore, clock: TestClock) -> Waiting:
    await near.accept([said("1")], clock())
    await near.turn("person:1", echo, nothing, clock())
    (waiting,) = await far.waiting_commands(clock(), [], 10)
    assert await far.begin(waiting, in_doubt=True, now=clock())
    return waiting


@COMMITS
async def test_an_attempt_whose_commit_is_in_doubt_is_parked_in_doubt(
    trouble: str, way: Way, far: SqlStore, near: SqlStore, clock: TestClock
) -> None:
    """As the dispatcher does with what it could not begin."""
    await near.accept([said("1")], clock())
    await near.turn("person:1", echo, nothing, clock())
    (waiting,) = await far.waiting_commands(clock(), [], 10)
    await in_doubt(way, trouble, far.begin(waiting, in_doubt=True, now=clock()))
    await again(lambda: far.park(waiting, None, "", clock(), in_doubt=True, now=clock()))
    (later,) = await near.waiting_commands(clock(), [], 10)
    assert (later.in_doubt, later.attempts) == (True, 1 if trouble == "swallow_commit" else 0)


def answers_what_was_done(stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
    """What came of a command has an answer of its own."""
    echo(stored, shop, now, decision)
    if isinstance(stored.event, Done):
        decision.do(SendText(to="1", text="thanks"), key=f"thanks/{stored.event.key}", queue=stored.lane)


@COMMITS
async def test_what_came_of_a_command_is_written_once_if_its_commit_is_in_doubt(
    trouble: str, way: Way, far: SqlStore, near: SqlStore, clock: TestClock
) -> None:
    """It is written again, together with the turn that it makes."""
    waiting = await begun(far, near, clock)
    event = Done(key=waiting.key, command=waiting.command, result={"message_id": "m"})

    def finish() -> Awaitable[Turned | None]:
        return far.finish(waiting, "done", event, "", clock(), answers_what_was_done, at_once)

    await in_doubt(way, trouble, finish())
    if trouble == "swallow_commit":
        with pytest.raises(Conflict):
            await again(finish)
    else:
        turned = await again(finish)
        while turned is None or not turned.begun:  # the lane was with the vanished transaction until just now
            turned = await again(lambda: far.turn("person:1", answers_what_was_done, nothing, clock(), at_once))
    assert await rows(near, "SELECT key, status, attempts FROM commands ORDER BY id") == [
        (waiting.key, "done", 1),
        (f"thanks/{waiting.key}", "doing", 1),
    ]
    told = "SELECT key, status FROM events WHERE source = 'command' ORDER BY id"
    assert await rows(near, told) == [(f"{waiting.key}/done", "done")]


@COMMITS
async def test_what_is_parked_is_parked_once_if_its_commit_is_in_doubt(
    trouble: str, way: Way, far: SqlStore, near: SqlStore, clock: TestClock
) -> None:
    waiting = await begun(far, near, clock)
    event = Parked(key=waiting.key, command=waiting.command, reason="down")
    until = clock() + timedelta(seconds=5)

    def park() -> Awaitable[None]:
        return far.park(waiting, event, "down", until, in_doubt=False, now=clock())

    await in_doubt(way, trouble, park())
    await again(park)
    assert await rows(near, "SELECT status, in_doubt, attempts, told_parked FROM commands") == [
        ("parked", False, 1, True)
    ]
    told = "SELECT key FROM events WHERE source = 'command'"
    assert await rows(near, told) == [(f"{waiting.key}/parked",)]


@COMMITS
async def test_timers_fire_once_if_their_commit_is_in_doubt(
    trouble: str, way: Way, far: SqlStore, near: SqlStore, clock: TestClock
) -> None:
    def remind(stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
        for number in range(3):
            decision.timer(f"t{number}", "toy", now)

    await near.accept([said("1")], clock())
    await near.turn("person:1", remind, nothing, clock())
    await in_doubt(way, trouble, far.fire_timers(clock()))

    async def fired() -> bool:
        await again(lambda: far.fire_timers(clock()))
        return await rows(near, "SELECT count(*) FROM timers") == [(0,)]

    await until(fired)
    assert await rows(near, "SELECT count(*) FROM events WHERE source = 'timer'") == [(3,)]


@COMMITS
async def test_the_record_of_a_call_is_kept_once_if_its_commit_is_in_doubt(
    trouble: str, way: Way, far: SqlStore, near: SqlStore, clock: TestClock
) -> None:
    """Two that are alike, made in one moment, are two; what came meanwhile is written with them."""
    first, alike, later = call("a"), call("b"), call("b")
    await in_doubt(way, trouble, far.record([first, alike, alike]))
    await again(lambda: far.record([first, alike, alike, later], again=True))
    assert await rows(near, "SELECT response, count(*) FROM calls GROUP BY 1 ORDER BY 1") == [("a", 1), ("b", 3)]


async def test_what_the_loop_could_not_record_is_not_recorded_twice(way: Way, far: SqlStore, clock: TestClock) -> None:
    watcher = Watcher()
    loop = loop_over(far, clock, watcher)
    await loop.start()
    way.swallow_commit()
    await loop.record(call("a"))
    await way.struck()
    await loop.record(call("b"))

    async def both() -> bool:
        return await rows(far, "SELECT count(*) FROM calls WHERE response = 'b'") == [(1,)]

    await until(both)
    assert await rows(far, "SELECT response, count(*) FROM calls GROUP BY 1 ORDER BY 1") == [("a", 1), ("b", 1)]
    await loop.stop()


# --- who is too late ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("late", ["park", "finish"])
async def test_who_is_too_late_changes_nothing_of_what_another_has_tried_since(
    late: str, near: SqlStore, postgres_database: Database, clock: TestClock
) -> None:
    """It was frozen, or did not hear that its own commit was done. Another took the command over, and its call is in
    doubt: what the first one knows says nothing of that call."""
    first = SqlStore(postgres_database, Rules())
    waiting = await begun(first, near, clock)
    await its_lease_runs_out(near)
    await near.recover(clock())
    (again,) = await near.waiting_commands(clock(), [], 10)
    assert await near.begin(again, in_doubt=True, now=clock())
    await near.park(again, None, "uncertain", clock() + timedelta(seconds=5), in_doubt=True, now=clock())
    refused = Refused(key=waiting.key, command=waiting.command, reason="invalid")
    with pytest.raises(Conflict):
        await (
            first.park(waiting, None, "down", clock(), in_doubt=False, now=clock())
            if late == "park"
            else first.finish(waiting, "refused", refused, "invalid", clock())
        )
    assert await rows(near, "SELECT status, in_doubt, error FROM commands") == [("parked", True, "uncertain")]
