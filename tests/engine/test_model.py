"""The store against a model of dictionaries: any order of doings, crashes and clocks included."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.domain.commands import SendText
from bot.domain.decision import Decision, Stored
from bot.domain.events import Done, Message, Parked
from bot.domain.shop import Rules, Shop
from bot.engine.store import Waiting
from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.storage.store import SqlStore
from tests.engine.support import NOON, nothing, said

T = TypeVar("T")

LANES = ("1", "2")
LATER = timedelta(minutes=10)


@dataclass
class Model:
    """What must be true of the store, kept in the simplest way."""

    events: dict[int, tuple[str, str]] = field(default_factory=dict)  # id → (lane, status), in order of id
    keys: dict[str, int] = field(default_factory=dict)  # of what people said
    commands: dict[str, str] = field(default_factory=dict)  # key → new, doing, parked, done
    due: dict[str, datetime] = field(default_factory=dict)  # of commands
    queues: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # open ones, in order
    parked_at: dict[str, datetime] = field(default_factory=dict)
    doubt: dict[str, bool] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    timers: dict[str, datetime] = field(default_factory=dict)
    set_by: dict[str, int] = field(default_factory=dict)  # the event that set a timer last
    fired: set[tuple[str, datetime, int]] = field(default_factory=set)

    def came(self, event_id: int, lane: str) -> None:
        self.events[event_id] = (lane, "new")

    def oldest(self, lane: str) -> int | None:
        return min((i for i, (where, status) in self.events.items() if where == lane and status == "new"), default=None)

    def startable(self, now: datetime) -> list[str]:
        """The first open one of each queue that is not held for later, if it is due and nobody does it."""
        found = []
        for queue in self.queues.values():
            first = next((k for k in queue if self.commands[k] != "new" or self.due[k] <= now), None)
            if first is not None and self.commands[first] != "doing" and self.due[first] <= now:
                found.append(first)
            # one that waits for later holds up nobody, but a parked one in front of it holds it up when it is due
        return found


class StoreMachine(RuleBasedStateMachine):
    """Texts drive the toy decision: ``say``, ``later``, ``set``, ``move``, ``cancel``, ``poison``."""

    @initialize()
    def begin(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.directory = Path(tempfile.mkdtemp(prefix="autopars-model-"))
        shutil.copy(_template(), self.directory / "test.db")
        self.now, self.count = NOON, 0
        self.model = Model()
        self.held: dict[str, Waiting] = {}
        self.open()

    def open(self) -> None:
        self.store = SqlStore(Database(f"sqlite+aiosqlite:///{self.directory}/test.db"), Rules())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def teardown(self) -> None:
        if hasattr(self, "loop"):
            self.run(self.store.database.close())
            self.loop.close()
            shutil.rmtree(self.directory)

    # --- what is decided ---------------------------------------------------------------------------------

    def decide(self, stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
        if not isinstance(stored.event, Message):
            return
        what, lane = stored.event.text.split("/")[0], stored.lane
        if what == "poison":
            raise ValueError("cannot be worked")
        if what in ("say", "later"):
            text = SendText(to=stored.event.sender.chat, text=stored.event.text)
            later = stored.received_at + LATER if what == "later" else None
            decision.do(text, key=f"answer/{stored.id}", queue=lane, not_before=later)
        elif what in ("set", "move"):
            due = stored.received_at + (LATER if what == "set" else 2 * LATER)
            decision.timer(f"timer/{lane}", "toy", due)
        elif what == "cancel":
            decision.cancel_timer(f"timer/{lane}")

    def decided(self, event_id: int, text: str, lane: str, received: datetime) -> None:
        what, key, model = text.split("/")[0], f"answer/{event_id}", self.model
        if what in ("say", "later") and key not in model.commands:
            model.commands[key], model.doubt[key] = "new", False
            model.due[key] = received + LATER if what == "later" else self.now
            model.queues[lane].append(key)
        elif what in ("set", "move"):
            model.timers[f"timer/{lane}"] = received + (LATER if what == "set" else 2 * LATER)
            model.set_by[f"timer/{lane}"] = event_id
        elif what == "cancel":
            model.timers.pop(f"timer/{lane}", None)

    # --- events --------------------------------------------------------------------------------------------

    @rule(
        who=st.sampled_from(LANES),
        whats=st.lists(
            st.sampled_from(["say", "say", "later", "set", "move", "cancel", "poison"]), min_size=1, max_size=4
        ),
    )
    def accept(self, who: str, whats: list[str]) -> None:
        texts = [f"{what}/{self.count + n}" for n, what in enumerate(whats)]
        self.count += len(whats)
        assert self.run(self.store.accept([said(text, who=who) for text in texts], self.now)) == [True] * len(texts)
        for text in texts:
            row = self.row_of(f"{who}/{text}")
            self.model.keys[f"{who}/{text}"] = row
            self.model.came(row, f"person:{who}")

    @precondition(lambda self: self.model.keys)
    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.model.keys)))
        who, text = key.split("/", 1)
        assert self.run(self.store.accept([said(text, who=who), said(text, who=who)], self.now)) == [False, False]

    @rule(who=st.sampled_from(LANES), times=st.integers(1, 5))
    def turns(self, who: str, times: int) -> None:
        for _ in range(times):
            self.turn(who)

    def turn(self, who: str) -> None:
        lane, expected = f"person:{who}", self.model.oldest(f"person:{who}")
        turned = self.run(self.store.turn(lane, self.decide, nothing, self.now))
        if expected is None:
            assert turned is None
            return
        assert turned is not None
        assert turned.stored.id == expected
        event = turned.stored.event
        poisoned = isinstance(event, Message) and event.text.startswith("poison")
        assert (turned.decision is None) == poisoned
        self.model.events[expected] = (lane, "failed" if poisoned else "done")
        if isinstance(event, Message):
            self.decided(expected, event.text, lane, turned.stored.received_at)

    @precondition(lambda self: any(status != "new" for _, status in self.model.events.values()))
    @rule(data=st.data())
    def replay(self, data: st.DataObject) -> None:
        past = sorted(i for i, (_, status) in self.model.events.items() if status != "new")
        event_id = data.draw(st.sampled_from(past))
        assert self.run(self.store.replay([event_id])) == 1
        self.model.events[event_id] = (self.model.events[event_id][0], "new")

    # --- commands ------------------------------------------------------------------------------------------

    @precondition(lambda self: self.model.startable(self.now))
    @rule(in_doubt=st.booleans())
    def begin_what_is_due(self, in_doubt: bool) -> None:
        self.start(in_doubt)

    def start(self, in_doubt: bool) -> None:
        for waiting in self.due():
            assert self.run(self.store.begin(waiting, in_doubt=in_doubt, now=self.now)) is True
            self.held[waiting.key] = waiting
            self.model.commands[waiting.key], self.model.doubt[waiting.key] = "doing", in_doubt

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        waiting = self.held.pop(data.draw(st.sampled_from(sorted(self.held))))
        event = Done(key=waiting.key, command=waiting.command, result={"message_id": "m"})
        self.run(self.store.finish(waiting, "done", event, "", self.now))
        self.model.commands[waiting.key] = "done"
        self.model.queues[waiting.lane].remove(waiting.key)
        self.model.came(self.row_of(f"{waiting.key}/done"), waiting.lane)

    @precondition(lambda self: self.held)
    @rule(data=st.data(), in_doubt=st.booleans(), minutes=st.integers(1, 20))
    def park(self, data: st.DataObject, in_doubt: bool, minutes: int) -> None:
        waiting = self.held.pop(data.draw(st.sampled_from(sorted(self.held))))
        tell = None if waiting.told_parked else Parked(key=waiting.key, command=waiting.command, reason="down")
        until = self.now + timedelta(minutes=minutes)
        self.run(self.store.park(waiting, tell, "down", until, in_doubt=in_doubt, now=self.now))
        self.model.commands[waiting.key], self.model.doubt[waiting.key] = "parked", in_doubt
        self.model.due[waiting.key], self.model.parked_at[waiting.key] = until, self.now
        if tell is not None:
            assert waiting.key not in self.model.told
            self.model.told.add(waiting.key)
            self.model.came(self.row_of(f"{waiting.key}/parked"), waiting.lane)

    @rule(needs=st.sampled_from(["messenger", "payments"]), most=st.integers(1, 3), ago=st.integers(0, 5))
    def unpark(self, needs: str, most: int, ago: int) -> None:
        due = self.model.due
        later = [key for key, status in self.model.commands.items() if status == "parked" and due[key] > self.now]
        later = [key for key in later if not self.model.doubt[key]]  # that is looked for again at its own time
        by = self.now - timedelta(minutes=ago)
        later = [key for key in later if self.model.parked_at[key] <= by]
        chosen = sorted(later, key=due.__getitem__)[:most] if needs == "messenger" else []
        assert self.run(self.store.unpark({needs: most}, self.now, {needs: by})) == {needs: len(chosen)}
        due.update(dict.fromkeys(chosen, self.now))

    @precondition(lambda self: self.model.commands)
    @rule()
    def dies(self) -> None:
        self.crash()

    def crash(self) -> None:
        """The process dies: what it held is forgotten, what was being done is in doubt as it was begun."""
        self.run(self.store.database.close())
        self.open()
        self.held.clear()
        cut = [key for key, status in self.model.commands.items() if status == "doing"]
        assert self.run(self.store.recover(self.now, starting=True)) == len(cut)
        for key in cut:
            self.model.commands[key], self.model.due[key] = "new", self.now

    @precondition(lambda self: self.model.startable(self.now))
    @rule(in_doubt=st.booleans())
    def die_in_the_call(self, in_doubt: bool) -> None:
        self.start(in_doubt)
        self.crash()

    # --- time ----------------------------------------------------------------------------------------------

    @rule(minutes=st.integers(1, 15))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def fire(self) -> None:
        due = {key: at for key, at in self.model.timers.items() if at <= self.now}
        assert self.run(self.store.fire_timers(self.now)) == len(due)
        for key, at in due.items():
            del self.model.timers[key]
            cause = self.model.set_by[key]
            if (key, at, cause) not in self.model.fired:  # a replay sets it again: it has fired, and never fires twice
                self.model.fired.add((key, at, cause))
                self.model.came(self.row_of(f"{key}@{at.isoformat()}/{cause}"), key.removeprefix("timer/"))
        assert self.run(self.store.fire_timers(self.now)) == 0

    # --- what is always true --------------------------------------------------------------------------------

    def due(self) -> list[Waiting]:
        return self.run(self.store.waiting_commands(self.now, [], 100))

    def row_of(self, key: str) -> int:
        async def look() -> int:
            async with self.store.database.read() as connection:
                query = sa.select(t.events.c.id).where(t.events.c.key == key)
                return int((await connection.execute(query)).scalar_one())

        return self.run(look())

    @invariant()
    def the_store_is_as_the_model(self) -> None:
        if not hasattr(self, "loop"):
            return

        async def look() -> tuple[
            dict[int, tuple[str, str]], dict[str, tuple[str, bool, bool]], dict[str, datetime], int
        ]:
            async with self.store.database.read() as connection:
                events = {r.id: (r.lane, r.status) for r in await connection.execute(sa.select(t.events))}
                commands = {
                    r.key: (r.status, r.in_doubt, r.told_parked)
                    for r in await connection.execute(sa.select(t.commands))
                }
                timers = {r.key: r.due_at for r in await connection.execute(sa.select(t.timers))}
                results = sa.select(sa.func.count()).where(
                    t.events.c.source == "command", t.events.c.key.like("%/done")
                )
                return events, commands, timers, int((await connection.execute(results)).scalar_one())

        events, commands, timers, results = self.run(look())
        model = self.model
        assert events == model.events  # what was accepted is new, done or failed, and stays in its lane
        assert timers == model.timers
        assert {k: v[0] for k, v in commands.items()} == model.commands
        assert {k for k, v in commands.items() if v[2]} == model.told
        assert {k: v[1] for k, v in commands.items() if v[0] != "done"} == {
            k: doubt for k, doubt in model.doubt.items() if model.commands[k] != "done"
        }
        assert results == sum(status == "done" for status in model.commands.values())  # one result a command
        waiting = self.due()
        assert sorted(w.key for w in waiting) == sorted(model.startable(self.now))
        assert all(w.in_doubt == model.doubt[w.key] for w in waiting)
        lanes = sorted(
            {lane for lane, status in model.events.values() if status == "new"},
            key=lambda lane: model.oldest(lane) or 0,
        )
        assert self.run(self.store.open_lanes(10)) == lanes


_made: list[Path] = []


def _template() -> Path:
    """A migrated database, made once a process."""
    if not _made:
        path = Path(tempfile.mkdtemp(prefix="autopars-model-")) / "empty.db"

        async def make() -> None:
            database = Database(f"sqlite+aiosqlite:///{path}")
            await migrate(database)
            await database.close()

        loop = asyncio.new_event_loop()
        loop.run_until_complete(make())
        loop.close()
        _made.append(path)
    return _made[0]


StoreMachine.TestCase.settings = settings(
    max_examples=25, stateful_step_count=35, deadline=None, suppress_health_check=list(HealthCheck)
)
TestStore = pytest.mark.timeout(600)(StoreMachine.TestCase)  # a busy machine is slow
