"""Two workers and one model: leases run out, workers die or sleep past them, what was read is old. One effect's end."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from bot.domain.commands import SendText
from bot.domain.events import Done
from bot.domain.shop import Rules
from bot.engine.store import Conflict, Waiting
from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.storage.store import SqlStore
from tests.engine.support import NOON

HOSTS = st.integers(0, 1)
KEYS = st.integers(0, 2)


@dataclass
class Command:
    status: str = "new"
    owner: str = ""
    attempts: int = 0
    lease_is_over: bool = False


class Workers(RuleBasedStateMachine):
    loop: asyncio.AbstractEventLoop
    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.run(self._empty())
        self.hosts = [SqlStore(self.database, Rules()) for _ in range(2)]
        self.read: list[dict[str, Waiting]] = [{}, {}]
        self.model: dict[str, Command] = {}
        self.now = NOON

    async def _empty(self) -> None:
        async with self.database.write() as connection:
            await connection.execute(sa.text("TRUNCATE commands, events"))

    def run(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    @rule(number=KEYS)
    def ask(self, number: int) -> None:
        key = f"k{number}"
        self.run(self.hosts[0].ask(SendText(to="1", text="x"), key=key, lane="person:1", now=self.now))
        self.model.setdefault(key, Command())

    @rule(host=HOSTS)
    def look(self, host: int) -> None:
        """What is due is read, and begun some time later or never."""
        found = self.run(self.hosts[host].waiting_commands(self.now, [], 10))
        due = {key for key, command in self.model.items() if command.status in ("new", "parked")}
        assert {waiting.key for waiting in found} == due
        self.read[host] |= {waiting.key: waiting for waiting in found}

    def _read(self, host: int, number: int) -> tuple[Waiting | None, Command]:
        waiting = self.read[host].get(f"k{number}")
        return waiting, self.model.get(f"k{number}", Command())

    @rule(host=HOSTS, number=KEYS)
    def begin(self, host: int, number: int) -> None:
        waiting, command = self._read(host, number)
        if waiting is not None:
            allowed = self._may_begin(host, waiting, command)
            assert self.run(self.hosts[host].begin(waiting, in_doubt=True, now=self.now)) is allowed

    @rule(host=HOSTS, numbers=st.lists(KEYS, unique=True))
    def begin_together(self, host: int, numbers: list[int]) -> None:
        read = [
            (waiting, command) for waiting, command in (self._read(host, n) for n in numbers) if waiting is not None
        ]
        allowed = {waiting.id for waiting, command in read if self._may_begin(host, waiting, command)}
        attempts = [(waiting, True) for waiting, _ in read]
        assert set(self.run(self.hosts[host].begin_together(attempts, self.now))) == allowed

    def _may_begin(self, host: int, waiting: Waiting, command: Command) -> bool:
        """And so it is begun."""
        me = self.hosts[host].owner
        untouched = command.status in ("new", "parked") and command.attempts == waiting.attempts
        allowed = untouched or (command.status == "doing" and command.owner == me)
        if allowed:
            command.status, command.owner, command.attempts = "doing", me, command.attempts + 1
            command.lease_is_over = False
        return allowed

    def _mine_to_end(self, host: int, waiting: Waiting, command: Command) -> bool:
        is_open = command.status in ("new", "doing", "parked")
        untouched = command.status != "doing" and command.attempts == waiting.attempts
        return is_open and (untouched or command.owner == self.hosts[host].owner)

    @rule(host=HOSTS, number=KEYS)
    def finish(self, host: int, number: int) -> None:
        waiting, command = self._read(host, number)
        if waiting is None:
            return
        event = Done(key=waiting.key, command=waiting.command, result={"message_id": "m"})
        try:
            self.run(self.hosts[host].finish(waiting, "done", event, "", self.now))
            assert self._mine_to_end(host, waiting, command)
            command.status = "done"
        except Conflict:
            assert not self._mine_to_end(host, waiting, command)

    @rule(host=HOSTS, number=KEYS)
    def park(self, host: int, number: int) -> None:
        waiting, command = self._read(host, number)
        if waiting is None:
            return
        try:
            self.run(self.hosts[host].park(waiting, None, "down", self.now, in_doubt=True, now=self.now))
            assert self._mine_to_end(host, waiting, command)
            command.status = "parked"
        except Conflict:
            assert not self._mine_to_end(host, waiting, command)

    @rule(host=HOSTS)
    def dies(self, host: int) -> None:
        """Another process comes in its place, and knows nothing."""
        self.hosts[host], self.read[host] = SqlStore(self.database, Rules()), {}

    @precondition(lambda self: any(c.status == "doing" for c in self.model.values()))
    @rule(host=HOSTS)
    def sleeps_past_its_lease(self, host: int) -> None:
        owner = self.hosts[host].owner

        async def pass_time() -> None:
            late = t.commands.c.owner != owner  # all others: those who died, and the one that hangs
            over = sa.update(t.commands).where(late).values(lease_until=sa.text("now() - interval '1 second'"))
            async with self.database.write() as connection:
                await connection.execute(over)

        self.run(pass_time())
        for command in self.model.values():
            command.lease_is_over = command.lease_is_over or command.owner != owner

    @rule(host=HOSTS)
    def renew(self, host: int) -> None:
        self.run(self.hosts[host].renew([waiting.id for waiting in self.read[host].values()]))
        for key in self.read[host]:
            if self.model[key].owner == self.hosts[host].owner:
                self.model[key].lease_is_over = False

    @rule(host=HOSTS)
    def recover(self, host: int) -> None:
        lost = [c for c in self.model.values() if c.status == "doing" and c.lease_is_over]
        assert self.run(self.hosts[host].recover(self.now)) == len(lost)
        for command in lost:
            command.status = "new"

    @rule(seconds=st.integers(1, 30))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @invariant()
    def the_store_is_as_the_model(self) -> None:
        async def look() -> tuple[dict[str, tuple[str, str, int]], int]:
            async with self.database.read() as connection:
                rows = {r.key: (r.status, r.owner, r.attempts) for r in await connection.execute(sa.select(t.commands))}
                ends = sa.select(sa.func.count()).where(t.events.c.kind == "command.done")
                return rows, int((await connection.execute(ends)).scalar_one())

        rows, ends = self.run(look())
        assert rows == {key: (c.status, c.owner, c.attempts) for key, c in self.model.items()}
        assert ends == sum(c.status == "done" for c in self.model.values())


@pytest.fixture
def machine(postgres: str) -> Iterator[type[Workers]]:
    loop, name = asyncio.new_event_loop(), f"t{uuid.uuid4().hex[:12]}"
    parts = urlsplit(postgres)
    socket = parse_qs(parts.query).get("host", [""])[0]

    async def admin(statement: str) -> None:
        connection = await asyncpg.connect(postgres)
        await connection.execute(statement)
        await connection.close()

    loop.run_until_complete(admin(f'CREATE DATABASE "{name}"'))
    made = Database(f"postgresql+asyncpg://{parts.netloc}/{name}" + (f"?host={socket}" if socket else ""))
    loop.run_until_complete(migrate(made))
    yield type("OnThis", (Workers,), {"loop": loop, "database": made})
    loop.run_until_complete(made.close())
    loop.run_until_complete(admin(f'DROP DATABASE "{name}" WITH (FORCE)'))
    loop.close()


@pytest.mark.postgres
@pytest.mark.timeout(300)
def test_two_workers_against_a_model(machine: type[Workers]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=30, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
