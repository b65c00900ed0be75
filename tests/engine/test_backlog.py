"""A long backlog: a look reads no more of it than it takes, however much waits, for few people or for many, and however
much is over. Held against what the database reads, not against a clock."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.commands import SendText
from bot.domain.shop import Rules
from bot.storage import backlog
from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.figures import Figures
from bot.storage.lists import PAGE
from bot.storage.records import Records
from bot.storage.store import SqlStore
from tests.conftest import TestClock

OVER, SMALL, LARGE = 3000, 1500, 9000
FEW, MANY = 4, 600
STEPS_A_PAGE = 50
"""Of SQLite's machine, counted as one page of a server."""
MARGIN = 150
"""Pages: an index may have grown a level, a plan be another."""

NUMBERS = """
WITH RECURSIVE numbers(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM numbers WHERE n < {last}) SELECT
"""
COMMANDS = (
    "INSERT INTO commands (key, kind, needs, queue, lane, body, status, not_before, event_id, created_at, updated_at)"
    + NUMBERS
    + """'{status}/{needs}/' || n, 'message.text', '{needs}', 'wa:{needs}' || (n % {people}), 'person:x', '{body}',
'{status}', '{due}', 1, '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000' FROM numbers"""
)
EVENTS = (
    "INSERT INTO events (source, key, lane, kind, body, status, received_at)"
    + NUMBERS
    + """'zapi', '{status}' || n, 'person:' || (n % {people}), 'message', 'x', '{status}', '2026-01-01 00:00:00.000000'
FROM numbers"""
)
TIMERS = (
    "INSERT INTO timers (key, lane, name, data, due_at)"
    + NUMBERS
    + """'t' || n, 'person:' || (n % {people}), 'toy', '{{}}', '2026-01-01 00:00:00.000000' FROM numbers"""
)
BODY = SendText(to="1", text="x").model_dump_json()
READ = """
SELECT sum(heap_blks_read + heap_blks_hit + coalesce(idx_blks_read + idx_blks_hit, 0)) FROM pg_statio_user_tables
"""


FLUSH = "SELECT pg_stat_force_next_flush()"


class Effort:
    """What connections have had the database read, in pages."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._calls = 0

    def watch(self, connection: object, _: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.set_progress_handler(self._step, STEPS_A_PAGE)
        elif self.database.is_sqlite:
            connection.run_async(lambda c: c.set_progress_handler(self._step, STEPS_A_PAGE))  # type: ignore[attr-defined]

    def _step(self) -> int:
        self._calls += 1
        return 0

    async def so_far(self) -> int:
        if self.database.is_sqlite:
            return self._calls
        # the connection that was used last is used next, and counts what it did when it is told to
        await self.database.look(lambda c: c.exec_driver_sql(FLUSH).all())
        async with self.database.read() as connection:
            await connection.exec_driver_sql(FLUSH)
        return int(await self.database.look(lambda c: c.exec_driver_sql(READ).scalar_one()))

    async def of(self, work: Callable[[], Awaitable[object]]) -> int:
        await work()  # statements are planned, pages known
        before = await self.so_far()
        await work()
        return await self.so_far() - before


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def effort(request: pytest.FixtureRequest) -> Iterator[Effort]:
    found = Effort(request.getfixturevalue("database" if request.param == "sqlite" else "postgres_database"))
    sa.event.listen(sa.Engine, "connect", found.watch)
    yield found
    sa.event.remove(sa.Engine, "connect", found.watch)


@pytest.fixture
def waiting(effort: Effort) -> SqlStore:
    return SqlStore(effort.database, Rules())


async def rows(database: Database, statement: str, **values: object) -> None:
    async with database.write() as connection:
        await connection.exec_driver_sql(statement.format(**values))
    if not database.is_sqlite:
        async with database.write() as connection:
            await connection.exec_driver_sql("ANALYZE")


async def commands(
    database: Database, status: str, first: int, last: int, people: int, needs: str = "messenger"
) -> None:
    due = f"{'2027' if status == 'parked' else '2000'}-01-01 00:00:00.000000"
    who = {"first": first, "last": last, "people": people}
    await rows(database, COMMANDS, **who, status=status, needs=needs, due=due, body=BODY)


async def events(database: Database, status: str, first: int, last: int, people: int) -> None:
    await rows(database, EVENTS, first=first, last=last, people=people, status=status)


async def outage(database: Database, people: int, last: int, first: int = 1) -> None:
    """The first of each person's messages waits at a door, and the others behind it."""
    if first == 1:
        await commands(database, "done", 1, OVER, MANY)
        await commands(database, "parked", 0, people - 1, people)
        await commands(database, "new", 1, 3, 3, needs="payments")
    await commands(database, "new", first, last, people)


@pytest.mark.parametrize("people", [FEW, MANY])
async def test_what_waits_for_one_provider_costs_the_others_nothing(
    people: int, effort: Effort, waiting: SqlStore, clock: TestClock
) -> None:
    async def look() -> None:
        found = await waiting.waiting_commands(clock(), [], 100, ["messenger"])
        assert [one.queue for one in found] == ["wa:payments1", "wa:payments2", "wa:payments0"]

    await outage(effort.database, people, 10)
    before = await effort.of(look)
    await outage(effort.database, people, LARGE, first=11)
    assert await effort.of(look) < before + MARGIN


@pytest.mark.parametrize("people", [FEW, MANY])
async def test_a_look_reads_as_much_of_a_long_queue_as_of_a_longer_one(
    people: int, effort: Effort, waiting: SqlStore, clock: TestClock
) -> None:
    """The planner took the first of many for near: with 5,400 open commands of four people each look walked through
    all that was over, command by command, for 2 s; a soak of deaths had come to stand still by it. And then all that
    was open was read once: 40 to 78 ms a look with 50,000."""

    async def look() -> None:
        assert len(await waiting.waiting_commands(clock(), [], 100)) == min(people, 100)

    await commands(effort.database, "done", 1, OVER, MANY)
    await commands(effort.database, "new", 1, SMALL, people)
    before = await effort.of(look)
    await commands(effort.database, "new", SMALL + 1, LARGE, people)
    assert await effort.of(look) < before + MARGIN


async def test_a_few_long_queues_hide_no_other(effort: Effort, waiting: SqlStore, clock: TestClock) -> None:
    """Each is found in its turn, and what has no queue, too."""
    await commands(effort.database, "new", 1, SMALL, FEW)
    await commands(effort.database, "new", SMALL + 1, SMALL + 300, 300)
    async with effort.database.write() as connection:
        await connection.execute(sa.text("UPDATE commands SET queue = '' WHERE id > :last"), {"last": SMALL + 250})
    found: set[int] = set()
    for _ in range(12):
        for one in await waiting.waiting_commands(clock(), sorted(found), 40):
            assert one.id not in found
            found.add(one.id)
    # the first of each queue, of which four have more; the last fifty stand by themselves
    assert len(found) == FEW + 247 + 50


async def test_nor_an_answer_behind_what_is_wanted_for_the_morning(
    effort: Effort, waiting: SqlStore, clock: TestClock
) -> None:
    """It holds up no answer until then, however full the queues of others are."""
    await commands(effort.database, "new", 1, SMALL, FEW)
    await commands(effort.database, "new", SMALL + 1, SMALL + 20, 10)
    async with effort.database.write() as connection:
        number, morning = t.commands.c.id, clock() + timedelta(hours=9)
        these = number.between(SMALL + 1, SMALL + 10)
        await connection.execute(sa.update(t.commands).where(these).values(not_before=morning))
    found: set[int] = set()
    for _ in range(3):
        found |= {one.id for one in await waiting.waiting_commands(clock(), sorted(found), 40)}
    # of ten people each the second; four of them have much before that
    assert {number for number in found if number > SMALL} == {SMALL + n for n in range(14, 20)}


async def test_what_was_parked_first_goes_on_first_so_many_at_a_time(
    effort: Effort, waiting: SqlStore, clock: TestClock
) -> None:
    async def resume() -> None:
        assert await waiting.unpark({"messenger": 20, "payments": 20}, clock()) == {"messenger": 20, "payments": 0}

    await commands(effort.database, "parked", 1, SMALL, MANY)
    before = await effort.of(resume)
    await commands(effort.database, "parked", SMALL + 1, LARGE, MANY)
    assert await effort.of(resume) < before + MARGIN
    found = await waiting.waiting_commands(clock(), [], 100)
    assert [one.id for one in found] == list(range(1, 81))


async def test_who_looks_after_the_dead_reads_nothing_of_what_waits(
    effort: Effort, waiting: SqlStore, clock: TestClock
) -> None:
    """It is done every few seconds."""

    async def recover() -> None:
        await waiting.recover(clock())

    await commands(effort.database, "parked", 1, 10, 10)
    before = await effort.of(recover)
    await commands(effort.database, "parked", 11, LARGE, MANY)
    await commands(effort.database, "new", 1, LARGE, MANY)
    assert await effort.of(recover) < before + MARGIN


@pytest.mark.parametrize("people", [FEW, MANY])
async def test_open_lanes_are_found_however_much_waits_in_them(people: int, effort: Effort, waiting: SqlStore) -> None:
    async def look() -> None:
        assert len(await waiting.open_lanes(16)) == min(people, 16)

    await events(effort.database, "done", 1, OVER, MANY)
    await events(effort.database, "new", 1, SMALL, people)
    before = await effort.of(look)
    await events(effort.database, "new", SMALL + 1, LARGE, people)
    assert await effort.of(look) < before + MARGIN


async def test_a_few_full_lanes_hide_no_other(effort: Effort, waiting: SqlStore) -> None:
    """They are under way, and there is room for more."""
    await events(effort.database, "new", 1, SMALL, FEW)
    await events(effort.database, "new", SMALL + 1, SMALL + 100, 100)
    busy = [f"person:{n}" for n in range(FEW)]
    found: set[str] = set()
    for _ in range(20):
        found |= set(await waiting.open_lanes(12, [*busy, *sorted(found)]))
    assert found == {f"person:{n}" for n in range(FEW, 100)}


async def test_who_asks_how_much_is_open_is_told_up_to_a_number(
    effort: Effort, waiting: SqlStore, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every few seconds somebody asks whether all is well; on SQLite on the loop's own thread."""
    monkeypatch.setattr(backlog, "MOST", 1000)

    async def asked() -> None:
        assert await waiting.backlog() == {
            "events": 1000,
            "oldest_event": datetime(2026, 1, 1, tzinfo=UTC),
            "commands": {"new": 1000, "parked": 13},
            "refused": {},
        }

    await commands(effort.database, "parked", 1, 10, MANY)
    await commands(effort.database, "parked", 1, 3, 3, needs="payments")
    await commands(effort.database, "new", 1, SMALL, MANY)
    await events(effort.database, "new", 1, SMALL, MANY)
    before = await effort.of(asked)
    await commands(effort.database, "new", SMALL + 1, LARGE, MANY)
    await events(effort.database, "new", SMALL + 1, LARGE, MANY)
    assert await effort.of(asked) < before + MARGIN
    rows = {row["needs"]: row for row in await Figures(effort.database).waiting_by_need()}
    assert (rows["messenger"]["count"], rows["messenger"]["parked"]) == (1010, 10)
    assert (rows["payments"]["count"], rows["payments"]["parked"]) == (3, 3)


PAGES: dict[str, tuple[dict[str, Any], str, int]] = {
    "of all": ({"status": "open"}, "messenger", LARGE),
    "of one provider": ({"status": "open", "needs": "payments"}, "payments", 3),
    "of one state": ({"status": "parked", "needs": "messenger"}, "messenger", 10),
    "of one state of any provider": ({"status": "parked"}, "messenger", 10),
}


@pytest.mark.parametrize("name", PAGES)
async def test_a_page_of_what_is_open_costs_a_page(
    name: str, effort: Effort, waiting: SqlStore, clock: TestClock
) -> None:
    """Whoever looks what an outage holds up looks while it is most: all that was open was sorted for each page."""
    records, (wanted, needs, last) = Records(effort.database), PAGES[name]

    async def look() -> None:
        found = await records.commands(**wanted)
        assert [row["needs"] for row in found.rows] == [needs] * min(last, PAGE)
        assert bool(found.next) == (last > PAGE)

    await outage(effort.database, 10, SMALL)
    before = await effort.of(look)
    await outage(effort.database, MANY, LARGE, first=SMALL + 1)
    assert await effort.of(look) < before + MARGIN


async def test_timers_fire_so_many_at_a_time(effort: Effort, waiting: SqlStore, clock: TestClock) -> None:
    async def fire() -> None:
        assert await waiting.fire_timers(clock() + timedelta(days=1), 20) == 20

    await rows(effort.database, TIMERS, first=1, last=SMALL, people=MANY)
    before = await effort.of(fire)
    await rows(effort.database, TIMERS, first=SMALL + 1, last=LARGE, people=MANY)
    assert await effort.of(fire) < before + MARGIN
