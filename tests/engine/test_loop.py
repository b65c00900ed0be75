"""The loop with everything running: intake, lanes, dispatcher, over a real database."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.commands import SendText, Sent
from bot.domain.decision import Decision, Stored
from bot.domain.events import Done, Incoming, Message, Parked, Refused
from bot.domain.shop import Shop
from bot.engine import intake as intake_module
from bot.engine import pump
from bot.engine.intake import Full, Intake
from bot.engine.loop import Loop
from bot.engine.store import StoreDown, Turned
from bot.engine.worker import Worker
from bot.integrations import errors
from bot.integrations.circuit import Circuits
from bot.storage import tables as t
from bot.storage.store import SqlStore
from tests.conftest import TestClock
from tests.engine.support import Watcher, call, echo, effect, loop_over, nothing, poll, results, said


class Phone:
    """A messenger that does as told, and remembers what arrived."""

    def __init__(self) -> None:
        self.arrived: list[tuple[str, str]] = []
        self.trouble: list[Exception] = []
        self.after_effect: list[Exception] = []

    async def send(self, command: SendText, key: str) -> Sent:
        if self.trouble:
            raise self.trouble.pop(0)
        self.arrived.append((command.to, command.text))
        if self.after_effect:
            raise self.after_effect.pop(0)
        return Sent(message_id=key)

    async def find(self, command: SendText, key: str) -> Sent | None:
        return Sent(message_id=f"found/{key}") if (command.to, command.text) in self.arrived else None


async def test_many_people_at_once_each_in_order(store: SqlStore, clock: TestClock) -> None:
    watcher, phone = Watcher(), Phone()
    loop = loop_over(store, clock, watcher)
    await loop.start()
    await loop.work(effect(phone.send, phone.find))
    people = [str(n) for n in range(8)]
    await asyncio.gather(*(loop.put([said(str(n), who=who)]) for n in range(4) for who in people))
    await watcher.until(lambda: len(results(watcher, Done)) == 32)
    await loop.stop()
    async with store.database.read() as connection:
        stored = (await connection.execute(sa.select(t.events).where(t.events.c.source == "zapi"))).all()
    arrival = {who: [r.key.split("/")[1] for r in sorted(stored) if r.lane == f"person:{who}"] for who in people}
    for who in people:
        assert [text for to, text in phone.arrived if to == who] == arrival[who]


async def test_an_event_that_is_set_aside_is_logged_with_what_to_do(
    store: SqlStore, clock: TestClock, caplog: pytest.LogCaptureFixture
) -> None:
    watcher, phone = Watcher(), Phone()
    loop = loop_over(store, clock, watcher)
    await loop.start()
    await loop.work(effect(phone.send, phone.find))
    await loop.put([said("poison"), said("fine", who="2")])
    await watcher.until(lambda: "set aside" in caplog.text and len(results(watcher, Done)) == 1)
    await loop.stop()
    line = next(r.getMessage() for r in caplog.records if "set aside" in r.getMessage())
    assert re.fullmatch(r"event (\d+) of lane person:1 set aside: once mended, `autopars replay \1`", line)


async def test_a_repeat_answers_but_changes_nothing(store: SqlStore, clock: TestClock) -> None:
    watcher, phone = Watcher(), Phone()
    loop = loop_over(store, clock, watcher)
    await loop.start()
    await loop.work(effect(phone.send, phone.find))
    news = await asyncio.gather(*(loop.put([said("oi")]) for _ in range(20)))
    assert Counter(news_one[0] for news_one in news) == {True: 1, False: 19}
    await watcher.until(lambda: len(results(watcher, Done)) == 1)
    await loop.stop()
    assert phone.arrived == [("1", "oi")]


async def test_an_ambiguous_call_is_looked_up_and_adopted(store: SqlStore, clock: TestClock) -> None:
    watcher, phone = Watcher(), Phone()
    phone.after_effect = [errors.Uncertain("zapi", reason="timeout")]
    loop = loop_over(store, clock, watcher)
    await loop.start()
    await loop.work(effect(phone.send, phone.find))
    await loop.put([said("oi")])
    await watcher.until(lambda: len(results(watcher, Done)) == 1)
    await loop.stop()
    assert phone.arrived == [("1", "oi")]
    (done,) = results(watcher, Done)
    assert isinstance(done, Done)
    assert done.result["message_id"].startswith("found/")


async def test_an_ambiguous_call_that_had_no_effect_is_repeated(store: SqlStore, clock: TestClock) -> None:
    watcher, phone = Watcher(), Phone()
    phone.trouble = [errors.Uncertain("zapi", reason="timeout")]
    loop = loop_over(store, clock, watcher)
    await loop.start()
    await loop.work(effect(phone.send, phone.find))
    await loop.put([said("oi")])
    async with asyncio.timeout(10):
        while not results(watcher, Done):
            clock.jump(timedelta(seconds=1))
            await loop.tick()
            await asyncio.sleep(0)
    await loop.stop()
    assert phone.arrived == [("1", "oi")]


@pytest.mark.parametrize(
    "trouble", [errors.Unavailable, errors.Unauthorised, errors.Refused, errors.Uncertain, errors.CircuitOpen]
)
async def test_doubt_outlives_a_look_up_that_fails(
    store: SqlStore, clock: TestClock, trouble: type[errors.ProviderError]
) -> None:
    """The effect happened, and the look-up gets no answer either: nothing may be done until it does."""
    watcher, phone = Watcher(), Phone()
    phone.after_effect = [errors.Uncertain("zapi", reason="timeout")]
    answers: list[Exception] = [trouble("zapi", reason="x")]

    async def find(command: SendText, key: str) -> Sent | None:
        if answers:
            raise answers.pop()
        return await phone.find(command, key)

    loop = loop_over(store, clock, watcher)
    await loop.start()
    await loop.work(effect(phone.send, find))
    await loop.put([said("oi")])
    await watcher.until(lambda: len(results(watcher, Parked)) == 1)
    clock.jump(timedelta(minutes=10))
    await loop.tick()
    await watcher.until(lambda: len(results(watcher, Done)) == 1)
    await loop.stop()
    assert phone.arrived == [("1", "oi")]


async def test_down_is_parked_told_once_and_resumed(store: SqlStore, clock: TestClock) -> None:
    watcher, phone = Watcher(), Phone()
    phone.trouble = [errors.Unavailable("zapi", reason="unreachable") for _ in range(3)]
    loop = loop_over(store, clock, watcher)
    await loop.start()
    await loop.work(effect(phone.send, phone.find))
    await loop.put([said("oi")])
    await watcher.until(lambda: len(results(watcher, Parked)) == 1)
    for _ in range(3):
        clock.jump(timedelta(minutes=10))
        before = len(phone.trouble)
        await loop.tick()
        if before:
            async with asyncio.timeout(10):
                while len(phone.trouble) == before and not phone.arrived:
                    await loop.tick()
    await watcher.until(lambda: len(results(watcher, Done)) == 1)
    await loop.stop()
    assert len(results(watcher, Parked)) == 1
    assert phone.arrived == [("1", "oi")]


async def test_a_refusal_is_final_and_told(store: SqlStore, clock: TestClock) -> None:
    watcher, phone = Watcher(), Phone()
    phone.trouble = [errors.Refused("zapi", "no", reason="bad_number")]
    loop = loop_over(store, clock, watcher)
    await loop.start()
    await loop.work(effect(phone.send, phone.find))
    await loop.put([said("oi")])
    await watcher.until(lambda: len(results(watcher, Refused)) == 1)
    await loop.stop()
    assert phone.arrived == []
    (refused,) = results(watcher, Refused)
    assert isinstance(refused, Refused)
    assert refused.reason == "bad_number"


async def test_refused_credentials_are_told_and_lose_nothing(store: SqlStore, clock: TestClock) -> None:
    """Every answer of a night was refused for good, and nobody was told, when a token at the gateway was renewed."""
    watcher, phone = Watcher(), Phone()
    phone.trouble = [errors.Unauthorised("zapi", "no", reason="bad_credentials")]
    loop = loop_over(store, clock, watcher)
    await loop.start()
    await loop.work(effect(phone.send, phone.find))
    await loop.put([said("oi")])
    await watcher.until(lambda: len(results(watcher, Parked)) == 1)
    (parked,) = results(watcher, Parked)
    assert (parked.reason, parked.refused_by) == ("bad_credentials", "zapi")
    assert (await store.backlog())["refused"] == {"zapi": clock()}
    clock.jump(timedelta(minutes=10))
    await loop.tick()
    await watcher.until(lambda: len(results(watcher, Done)) == 1)
    await loop.stop()
    assert phone.arrived == [("1", "oi")]
    assert (await store.backlog())["refused"] == {}


async def test_restart_after_a_crash_between_effect_and_commit(store: SqlStore, clock: TestClock) -> None:
    """The effect happened, the process died: the next start looks it up and does not repeat it."""
    phone = Phone()
    await store.accept([said("oi")], clock())
    await store.turn("person:1", echo, nothing, clock())
    (waiting,) = await store.waiting_commands(clock(), [], 10)
    await store.begin(waiting, in_doubt=True, now=clock())
    await phone.send(waiting.command, waiting.key)  # type: ignore[arg-type]
    watcher = Watcher()
    loop = loop_over(store, clock, watcher)
    await loop.start()
    await loop.work(effect(phone.send, phone.find))
    await watcher.until(lambda: len(results(watcher, Done)) == 1)
    await loop.stop()
    assert phone.arrived == [("1", "oi")]


async def test_one_slow_person_holds_up_nobody(store: SqlStore, clock: TestClock) -> None:
    watcher = Watcher()
    hold = asyncio.Event()
    arrived: list[str] = []

    async def send(command: SendText, key: str) -> Sent:
        if command.to == "slow":
            await hold.wait()
        arrived.append(command.to)
        return Sent(message_id=key)

    loop = loop_over(store, clock, watcher)
    await loop.start()
    await loop.work(effect(send))
    await loop.put([said("oi", who="slow")])
    await loop.put([said("oi", who="quick")])
    await watcher.until(lambda: arrived == ["quick"])
    hold.set()
    await watcher.until(lambda: arrived == ["quick", "slow"])
    await loop.stop()


async def test_a_full_queue_refuses_instead_of_dropping(store: SqlStore, clock: TestClock) -> None:
    intake = Intake(store, clock, lambda _: None)  # not started: nothing is drained
    waiting = [asyncio.ensure_future(intake.put([said(str(n))])) for n in range(5000)]
    await asyncio.sleep(0)
    with pytest.raises(Full):
        await intake.put([said("one too many")])
    intake.start()
    assert all((await asyncio.gather(*waiting))[0])
    await intake.stop()


async def test_what_was_handed_in_before_the_end_is_stored(store: SqlStore, clock: TestClock) -> None:
    intake = Intake(store, clock, lambda _: None)
    intake.start()
    handed = [asyncio.ensure_future(intake.put([said(str(n))])) for n in range(3)]
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await intake.stop()
        assert await asyncio.gather(*handed) == [[True]] * 3
    with pytest.raises(Full):
        await intake.put([said("too late")])


async def test_what_nobody_waits_for_any_more_is_stored(store: SqlStore, clock: TestClock) -> None:
    intake, gone = Intake(store, clock, lambda _: None), asyncio.get_running_loop().create_future()
    intake.start()
    gone.cancel()
    intake.hand_in([said("a")], gone)
    assert await intake.put([said("a")]) == [False]
    await intake.stop()


async def test_a_silent_store_is_told_before_the_sender_leaves(
    store: SqlStore, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each in its turn, with one clock for all; what is stored in the end is not lost."""
    monkeypatch.setattr(intake_module, "PATIENCE_S", 0.05)
    speaks = asyncio.Event()

    class Silent(SqlStore):
        async def accept(self, incoming: Sequence[Incoming], now: datetime) -> list[bool]:
            await speaks.wait()
            return await super().accept(incoming, now)

    intake = Intake(Silent(store.database, store.rules), clock, lambda _: None)
    intake.start()
    for text in "ab":
        with pytest.raises(StoreDown):
            await intake.put([said(text)])
    monkeypatch.setattr(intake_module, "PATIENCE_S", 30.0)
    speaks.set()
    assert await intake.put([said("c")]) == [True]
    assert await intake.put([said("a")]) == [False]
    await intake.stop()


async def test_who_looks_on_and_fails_holds_up_nothing(store: SqlStore, clock: TestClock) -> None:
    """Neither what takes everything in, nor what follows from an outcome and was begun with its commit."""
    seen, phone = list[str](), Phone()

    def answer_twice(stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
        if isinstance(stored.event, Message):
            echo(stored, shop, now, decision)
        elif isinstance(stored.event, Done) and stored.event.key.startswith("answer/"):
            decision.do(SendText(to="1", text="depois"), key="after", queue=stored.lane)

    def look_on(step: str, what: object) -> None:
        seen.append(step)
        raise ValueError("a fault of who looks on")

    loop = Loop(store, answer_twice, nothing, clock, circuits=Circuits(clock), names={}, watch=look_on)
    await loop.start()
    await loop.work(effect(phone.send, phone.find))
    for text in ("a", "b"):
        assert await loop.put([said(text)]) == [True]
    await loop.record(call())
    await poll(lambda: seen.count("result") == 3)
    await loop.stop()
    assert Counter(phone.arrived) == Counter([("1", "a"), ("1", "b"), ("1", "depois")])
    assert set(seen) == {"event", "turn", "result", "call"}


async def test_one_bad_row_does_not_fail_its_neighbours(store: SqlStore, clock: TestClock) -> None:
    intake = Intake(store, clock, lambda _: None)
    bad = replace(said("bad"), raw=None)  # type: ignore[arg-type]  # the column refuses it
    good = asyncio.ensure_future(intake.put([said("good")]))
    broken = asyncio.ensure_future(intake.put([bad]))
    intake.start()
    assert await good == [True]
    with pytest.raises(sa.exc.IntegrityError):
        await broken
    await intake.stop()


async def test_a_loop_that_stops_begins_nothing_more(store: SqlStore, clock: TestClock) -> None:
    """What is stored from then on is left new, not in doubt, for the next start."""
    phone, watcher = Phone(), Watcher()
    loop = loop_over(store, clock, watcher)
    await loop.start()
    await loop.work(effect(phone.send, phone.find))
    await loop.put([said("a")])
    await watcher.until(lambda: len(results(watcher, Done)) == 1)
    assert loop.dispatcher is not None
    assert loop.dispatcher.may_begin(SendText(to="1", text="x")) is True
    await loop.stop()
    assert loop.dispatcher.may_begin(SendText(to="1", text="x")) is None
    assert phone.arrived == [("1", "a")]


async def test_one_look_for_several_lanes_that_ended(
    store: SqlStore, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of eight lanes that may be under way six are enough: the next look is for two."""
    looked: list[int] = []
    held: dict[str, asyncio.Event] = {}
    changed = asyncio.Condition()
    look, turn = store.open_lanes, store.turn

    async def looking(limit: int, busy: Sequence[str] = ()) -> list[str]:
        looked.append(limit)
        return await look(limit, busy)

    async def holding(lane: str, *more: Any) -> Turned | None:
        held[lane] = asyncio.Event()
        async with changed:
            changed.notify_all()
        await held[lane].wait()
        return await turn(lane, *more)

    async def until_held(count: int) -> None:
        async with asyncio.timeout(10), changed:
            await changed.wait_for(lambda: len(held) == count)

    monkeypatch.setattr(store, "lanes", 8)
    monkeypatch.setattr(store, "open_lanes", looking)
    monkeypatch.setattr(store, "turn", holding)
    monkeypatch.setattr(pump, "POLL", 60.0)
    await store.accept([said("x", who=str(number)) for number in range(12)], clock())
    turned = Watcher()

    def as_many(wanted: int) -> Callable[[], bool]:
        return lambda: len(turned.steps) == wanted

    worker = Worker(store, echo, nothing, clock, lambda one: turned("turn", one))
    worker.start()
    await until_held(8)
    for number in range(2):
        held[f"person:{number}"].set()
        await turned.until(as_many(number + 1))
    await until_held(10)
    assert looked == [8, 2]
    for one in held.values():
        one.set()
    await worker.stop()
