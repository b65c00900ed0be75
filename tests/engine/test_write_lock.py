"""Several processes write to one SQLite file: each comes in its turn, and wakes the one that works."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.domain.shop import Rules
from bot.engine.store import COMMANDS, EVENTS, StoreDown
from bot.storage import tables as t
from bot.storage import write_lock
from bot.storage.bell import Bell
from bot.storage.database import Database, sqlite_path
from bot.storage.filelock import FileLock, beside
from bot.storage.store import SqlStore
from bot.storage.write_lock import WriteLock
from tests.conftest import TestClock
from tests.engine.support import said

NOW = datetime(2026, 11, 30, tzinfo=UTC)
IN_TURN = 2
"""Transactions of another that one may wait for: that under way, and one that was the next before it."""


@pytest.fixture
async def other(database: Database) -> AsyncIterator[Database]:
    """The same file, as another process opens it."""
    opened = Database(database.url)
    yield opened
    await opened.close()


def path_of(database: Database) -> Path:
    path = sqlite_path(database.url)
    assert path is not None
    return path


class Busy:
    """Writes without a pause; ``written`` counts its transactions."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.written = 0

    async def __aenter__(self) -> Busy:
        self._tasks = [asyncio.create_task(self._write()) for _ in range(2)]  # one piece always waits
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _write(self) -> None:
        while True:
            await self._database.commit(self._note)
            self.written += 1

    @staticmethod
    def _note(connection: sa.Connection) -> None:
        connection.execute(sa.insert(t.alerts).values(key=os.urandom(8).hex(), topic="", text="", at=NOW))


async def test_one_that_writes_all_the_time_leaves_the_others_their_turn(database: Database, other: Database) -> None:
    """SQLite's own lock was had by whoever asked at the right moment: a web process beside a busy worker waited for
    200 ms in one case of a hundred."""
    waited = []
    async with Busy(database) as busy:
        for number in range(40):
            before = busy.written
            if number % 2:
                await other.commit(lambda connection: None)
            else:
                async with other.write():
                    pass
            waited.append(busy.written - before)
            await asyncio.sleep(0)
    assert busy.written
    assert max(waited) <= 2 * IN_TURN, waited  # two pieces may share each of its transactions


async def test_a_transaction_ends_soon_when_another_process_waits(
    database: Database, other: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.storage.group.LONGEST_S", 60.0)
    monkeypatch.setattr("bot.storage.group.FOR_OTHERS_S", 0.0)
    pieces: set[asyncio.Task[None]] = set()
    ended = False

    def piece(_: sa.Connection) -> None:
        if not ended:  # behind each another one waits
            pieces.add(asyncio.create_task(database.commit(piece)))

    pieces.add(asyncio.create_task(database.commit(piece)))
    try:
        for _ in range(3):
            await asyncio.wait_for(other.commit(lambda connection: None), 20)
    finally:
        ended = True
        await asyncio.gather(*pieces)


async def test_who_keeps_the_file_to_himself_is_an_ill_database(
    database: Database, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And all goes on when he is gone."""
    monkeypatch.setattr(write_lock, "PATIENCE_S", 0.05)
    store, hanging = SqlStore(database, Rules()), FileLock(beside(path_of(database), "pen"))
    assert hanging.try_acquire()
    with pytest.raises(StoreDown):
        await store.accept([said("1")], clock())
    with pytest.raises(OSError, match="keeps the database file"):
        async with database.write():
            pass
    hanging.close()
    assert await store.accept([said("1")], clock()) == [True]
    async with database.write():
        pass


async def test_who_no_longer_wants_to_write_holds_up_nobody(database: Database, other: Database) -> None:
    path = path_of(database)
    first, second, third = WriteLock(path), WriteLock(path), WriteLock(path)
    await first.acquire()
    waiting = asyncio.create_task(second.acquire())
    while not first.others_wait():  # noqa: ASYNC110  (nobody announces it)
        await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert not first.others_wait()
    first.release()
    await asyncio.wait_for(third.acquire(), 5)
    for one in (first, second, third):
        one.close()


HOLDER = """
import sys
from pathlib import Path
from bot.storage.filelock import FileLock, beside
locks = [FileLock(beside(Path(sys.argv[1]), name)) for name in ("next", "pen")]
assert all(lock.try_acquire() for lock in locks)
print("has it", flush=True)
sys.stdin.read()
"""


async def test_who_dies_with_the_lock_gives_it_back(database: Database, clock: TestClock) -> None:
    dying = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        HOLDER,
        str(path_of(database)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert dying.stdout is not None
    assert await dying.stdout.readline() == b"has it\n"
    storing = asyncio.create_task(SqlStore(database, Rules()).accept([said("1")], clock()))
    for _ in range(3):
        await asyncio.sleep(0)
    assert not storing.done()
    dying.send_signal(signal.SIGKILL)
    assert await storing == [True]
    await dying.wait()


async def test_each_writes_at_once_where_there_is_no_file() -> None:
    one = WriteLock(None)
    async with one.held():
        assert not one.others_wait()
    one.close()


# --- who works is woken -------------------------------------------------------------------------------------


async def until(heard: list[str], wanted: list[str]) -> None:
    async with asyncio.timeout(10):
        while heard != wanted:  # noqa: ASYNC110  (nobody announces it)
            await asyncio.sleep(0.001)


async def test_events_and_commands_have_sounds_of_their_own(database: Database) -> None:
    heard: list[str] = []
    working, elsewhere = Bell(path_of(database)), Bell(path_of(database))
    elsewhere.ring(EVENTS)  # nobody works yet
    working.listen(heard.append)
    elsewhere.ring(EVENTS)
    await until(heard, [EVENTS])
    elsewhere.ring(COMMANDS)
    await until(heard, [EVENTS, COMMANDS])
    working.ring(EVENTS)  # what it stores itself it knows
    elsewhere.ring(COMMANDS)
    await until(heard, [EVENTS, COMMANDS, COMMANDS])
    working.close()
    for _ in range(2):  # the first finds it broken, the second does not find it at all
        elsewhere.ring(EVENTS)
    working.listen(heard.append)  # the next process
    elsewhere.ring(EVENTS)
    await until(heard, [EVENTS, COMMANDS, COMMANDS, EVENTS])
    working.close()
    elsewhere.close()


async def test_a_bell_that_nobody_hears_for_long_holds_up_nobody(database: Database) -> None:
    """Whoever works hangs: the pipe is full, and what is stored waits for the one that works next."""
    heard: list[str] = []
    working, elsewhere = Bell(path_of(database)), Bell(path_of(database))
    working.listen(heard.append)
    for _ in range(100_000):
        elsewhere.ring(EVENTS)
    async with asyncio.timeout(10):
        while not heard:  # noqa: ASYNC110  (nobody announces it)
            await asyncio.sleep(0.001)
    assert set(heard) == {EVENTS}
    with contextlib.closing(elsewhere), contextlib.closing(working):
        assert (path_of(database).with_name("test.db.bell").stat().st_mode & 0o777) == 0o600
