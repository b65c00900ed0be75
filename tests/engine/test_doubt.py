"""What may have been done and cannot be looked up for sure: one more try where the effect allows it, then none."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from bot.domain.commands import SendText, Sent
from bot.domain.decision import Decision, Stored
from bot.domain.events import Done, Expired, Message, Parked, Refused
from bot.domain.shop import Shop
from bot.engine.dispatcher import Effect
from bot.engine.loop import Loop
from bot.integrations import errors
from bot.integrations.circuit import Circuits
from bot.storage.store import SqlStore
from tests.conftest import TestClock
from tests.engine.support import Watcher, echo, loop_over, nothing, results, said


class Silent:
    """Takes messages and does not say so; what it took shows nowhere, or when it is looked for once more."""

    def __init__(self, answers_from: int = 99, found_from: int = 99) -> None:
        self.tries = self.looks = 0
        self._answers_from = answers_from
        self._found_from = found_from

    async def send(self, command: SendText, key: str) -> Sent:
        self.tries += 1
        if self.tries < self._answers_from:
            raise errors.Uncertain("zapi", reason="timeout")
        return Sent(message_id=key)

    async def find(self, command: SendText, key: str) -> Sent | None:
        self.looks += 1
        return Sent(message_id="late") if self.looks >= self._found_from else None


async def play(store: SqlStore, clock: TestClock, watcher: Watcher, silent: Silent, repeats: int | None) -> None:
    """Until the command has ended."""
    loop = loop_over(store, clock, watcher)
    await loop.start()
    await loop.work({"message.text": Effect(silent.send, silent.find, repeats=repeats)})
    await loop.put([said("oi")])
    await ended(loop, clock, watcher)


async def ended(loop: Loop, clock: TestClock, watcher: Watcher) -> None:
    """Time passes, whenever nothing is under way, until it is."""
    assert loop.dispatcher is not None
    async with asyncio.timeout(10):
        while not results(watcher, Done) and not results(watcher, Refused):
            if loop.dispatcher.idle:
                clock.jump(timedelta(seconds=0.5))
                await loop.tick()
            await asyncio.sleep(0)
    await loop.stop()


@pytest.mark.parametrize("repeats", [0, 1, 2])
async def test_no_more_tries_than_are_allowed(store: SqlStore, clock: TestClock, repeats: int) -> None:
    watcher, silent = Watcher(), Silent()
    await play(store, clock, watcher, silent, repeats)
    assert silent.tries == 1 + repeats
    (refused,) = results(watcher, Refused)
    assert isinstance(refused, Refused)
    assert refused.reason == "uncertain"


async def test_the_one_more_try_may_succeed(store: SqlStore, clock: TestClock) -> None:
    watcher, silent = Watcher(), Silent(answers_from=2)
    await play(store, clock, watcher, silent, 1)
    assert silent.tries == 2
    assert len(results(watcher, Done)) == 1


async def test_what_is_done_after_we_have_looked_is_found_when_we_look_again(store: SqlStore, clock: TestClock) -> None:
    """It was repeated as soon as it was not found, and done twice by a provider that was only slow."""

    watcher, slow = Watcher(), Silent(found_from=2)
    await play(store, clock, watcher, slow, None)
    assert (slow.tries, slow.looks) == (1, 2)
    assert len(results(watcher, Done)) == 1
    assert results(watcher, Parked) == []  # nobody needs to hear of a moment


async def test_what_stays_without_an_answer_is_told_once(store: SqlStore, clock: TestClock) -> None:
    watcher, silent = Watcher(), Silent(answers_from=5)
    await play(store, clock, watcher, silent, None)
    assert silent.tries == 5
    assert len(results(watcher, Parked)) == 1


async def test_a_look_that_waits_by_itself_is_not_asked_again_before_the_one_more_try(
    store: SqlStore, clock: TestClock
) -> None:
    """WhatsApp's queue and our own echo are looked at for ten seconds; then a text is tried once more."""

    watcher, silent = Watcher(), Silent(answers_from=2)
    await play(store, clock, watcher, silent, 1)
    assert (silent.tries, silent.looks) == (2, 1)
    assert results(watcher, Parked) == []


async def test_a_crash_in_the_one_more_try_allows_no_other(store: SqlStore, clock: TestClock) -> None:
    await store.accept([said("oi")], clock())
    await store.turn("person:1", echo, nothing, clock())
    (waiting,) = await store.waiting_commands(clock(), [], 10)
    await store.begin(waiting, in_doubt=True, now=clock())
    await store.begin(waiting, in_doubt=True, now=clock(), repeats=1)  # and here the process dies
    watcher, silent = Watcher(), Silent()
    loop = loop_over(store, clock, watcher)
    await loop.start()
    await loop.work({"message.text": Effect(silent.send, silent.find, repeats=1)})
    await ended(loop, clock, watcher)
    assert len(results(watcher, Refused)) == 1
    assert silent.tries == 0


async def test_what_is_done_after_the_caller_died_is_not_done_again(store: SqlStore, clock: TestClock) -> None:
    """The call goes on at the provider when the process is killed; the next one looked a moment too early."""

    await store.accept([said("oi")], clock())
    await store.turn("person:1", echo, nothing, clock())
    (waiting,) = await store.waiting_commands(clock(), [], 10)
    await store.begin(waiting, in_doubt=True, now=clock())
    clock.jump(timedelta(minutes=1))  # and here the process dies, its call having waited for its turn
    watcher, slow = Watcher(), Silent(found_from=2)
    loop = loop_over(store, clock, watcher)
    await loop.start()
    await loop.work({"message.text": Effect(slow.send, slow.find)})
    await ended(loop, clock, watcher)
    assert (slow.tries, slow.looks) == (0, 2)
    assert len(results(watcher, Done)) == 1
    assert results(watcher, Parked) == []


async def test_what_was_surely_not_done_is_tried_as_often_as_it_takes(store: SqlStore, clock: TestClock) -> None:
    class Away(Silent):
        async def send(self, command: SendText, key: str) -> Sent:
            self.tries += 1
            if self.tries < 4:
                raise errors.Unavailable("zapi", reason="disconnected")
            return Sent(message_id=key)

    watcher, away = Watcher(), Away()
    await play(store, clock, watcher, away, 0)
    assert (away.tries, len(results(watcher, Done))) == (4, 1)


async def test_what_may_have_been_done_is_not_called_expired_before_it_was_looked_up(
    store: SqlStore, clock: TestClock
) -> None:
    """Its answer could not be read when its time was over: it was taken for never done, and was."""

    watcher, done = Watcher(), []

    async def send(command: SendText, key: str) -> Sent:
        done.append(key)
        clock.jump(timedelta(hours=1))
        raise KeyError("a fault of ours, in reading what was answered")

    async def find(command: SendText, key: str) -> Sent | None:
        if len(looks) < 2:
            looks.append(key)
            raise KeyError("and in reading what was found")
        return Sent(message_id="m")

    def decide(stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
        if isinstance(stored.event, Message):
            decision.do(SendText(to="1", text="x"), key="c", expires_at=now + timedelta(minutes=1))

    looks: list[str] = []
    loop = Loop(store, decide, nothing, clock, circuits=Circuits(clock), names={}, watch=watcher)
    await loop.start()
    await loop.work({"message.text": Effect(send, find)})
    await loop.put([said("oi")])
    async with asyncio.timeout(10):
        while not results(watcher, Done) and not results(watcher, Expired):
            if done:
                clock.jump(timedelta(minutes=1))
                await loop.tick()
            await asyncio.sleep(0.005)
    await loop.stop()
    assert (len(done), len(looks)) == (1, 2)
    assert results(watcher, Expired) == []
