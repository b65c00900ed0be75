"""The migrations make the very tables that the code knows, and may run twice and at once."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.storage.database import Database, sqlite_path
from bot.storage.migrate import migrate
from bot.storage.process_lock import holding, process_lock
from bot.storage.schema import OLDER, VERSIONS, newest, what_is_wrong
from bot.storage.tables import metadata
from tests.support_postgres import IMMEDIATE, OwnServer


def _context(connection: sa.Connection) -> MigrationContext:
    """What is compared: all but SQLite's search index, which is no table of the metadata."""
    return MigrationContext.configure(
        connection,
        opts={"include_name": lambda name, kind, _: kind != "table" or "_search" not in str(name)},
    )


async def test_the_migrated_schema_is_the_one_in_the_code(database: Database) -> None:
    async with database.read() as connection:
        differences = await connection.run_sync(lambda c: compare_metadata(_context(c), metadata))
    assert differences == []


async def test_twice_and_from_two_processes_at_once(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/a.db"
    first, second = Database(url), Database(url)
    assert set(await asyncio.gather(migrate(first), migrate(second))) == {newest()}
    assert not await what_is_wrong(first)
    await first.close()
    await second.close()


async def test_who_migrates_next_waits_for_as_long_as_it_takes(tmp_path: Path) -> None:
    """On a busy machine the second one gave up: "database is locked"."""
    url = f"sqlite+aiosqlite:///{tmp_path}/a.db"
    first, second = Database(url), Database(url)
    async with holding(process_lock(first, "migration")):
        waiting = asyncio.ensure_future(migrate(second))
        await asyncio.sleep(0)
        with contextlib.closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as busy:
            busy.execute("PRAGMA locking_mode = EXCLUSIVE")
            busy.execute("CREATE TABLE half_way (id)")
            assert not (await asyncio.wait({waiting}, timeout=0.3))[0]
            busy.execute("DROP TABLE half_way")
    assert await waiting == newest()
    await first.close()
    await second.close()


async def _at(database: Database, revision: str) -> None:
    def down(connection: sa.Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(VERSIONS.parent))
        config.attributes["connection"] = connection
        command.downgrade(config, revision)

    async with database.write(within=None) as connection:
        await connection.run_sync(down)


@pytest.mark.postgres
async def test_who_reads_for_long_is_waited_for_and_nobody_waits_behind(
    postgres_database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A migration that waits for a table has everybody wait behind it: an export of minutes stopped the whole shop."""
    monkeypatch.setattr("bot.storage.migrate.LOCK_MS", 100)
    monkeypatch.setattr("bot.storage.migrate.AGAIN_S", 0.05)
    await _at(postgres_database, "0013_differences")
    async with postgres_database.read() as reading:
        await reading.execute(sa.text("SELECT count(*) FROM commands"))
        migrating = asyncio.ensure_future(migrate(postgres_database))
        async with asyncio.timeout(30):
            while len([r for r in caplog.records if "waits" in r.message]) < 2:  # noqa: ASYNC110 - it tells nobody else
                await asyncio.sleep(0.01)
            async with postgres_database.write() as connection:  # between two tries
                await connection.execute(sa.text("UPDATE commands SET error = '' WHERE false"))
        assert not migrating.done()
    assert await migrating == newest()


@pytest.mark.postgres
async def test_a_migration_that_meets_a_turn_the_other_way_round_comes_through(
    postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each had what the other wanted: where the server chose the migration to give up, the release had failed."""
    monkeypatch.setattr("bot.storage.migrate.AGAIN_S", 0.05)
    await _at(postgres_database, "0013_differences")
    look = postgres_database.look
    async with postgres_database.read() as turn:
        await turn.execute(sa.text("UPDATE commands SET error = '' WHERE false"))
        migrating = asyncio.ensure_future(migrate(postgres_database))
        waits = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'")
        async with asyncio.timeout(30):
            while not await look(lambda connection: connection.execute(waits).scalar()):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        with contextlib.suppress(sa.exc.DBAPIError):  # or the turn is chosen
            await turn.execute(sa.text("UPDATE events SET error = '' WHERE false"))
        await turn.rollback()
    assert await migrating == newest()


@pytest.fixture
async def own_server() -> AsyncIterator[OwnServer]:
    server = await asyncio.to_thread(OwnServer)
    yield server
    await asyncio.to_thread(server.stop, IMMEDIATE)
    await asyncio.to_thread(server.close)


@pytest.mark.postgres
async def test_a_server_that_dies_in_the_midst_of_it_is_told(own_server: OwnServer) -> None:
    """While many rows were on their way to it the migration waited for ever: its disk was full."""
    database, looking = Database(own_server.url), Database(own_server.url)
    await migrate(database)
    await _at(database, "0014_roots")
    body = '{"name": "Maria Aparecida dos Santos Oliveira Pereira Rodrigues da Conceicao"}'
    people = [{"id": f"person-{n}", "lane": f"person:{n}", "body": body} for n in range(3000)]
    async with database.write() as connection:
        columns = "INSERT INTO people (id, version, lane, name, body) VALUES (:id, 1, :lane, '', :body)"
        await connection.execute(sa.text(columns), people)
    migrating = asyncio.ensure_future(migrate(database))
    query = sa.text("SELECT pid FROM pg_stat_activity WHERE query LIKE 'INSERT INTO names%'")
    async with asyncio.timeout(30):
        while not (pid := await looking.look(lambda connection: connection.execute(query).scalar())):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        backend = psutil.Process(pid)
        backend.suspend()
        for _ in range(1000):  # until no more can be sent
            await asyncio.sleep(0)
        backend.kill()
        await asyncio.wait({migrating})
    with pytest.raises((sa.exc.DBAPIError, ConnectionResetError)):  # by the statement, or by who watched it
        await migrating
    await looking.close()
    await database.close()


@pytest.mark.postgres
async def test_who_loses_the_server_between_two_statements_is_told(postgres_database: Database) -> None:
    """By an error that says so: it read as if its own time were over."""

    async def lose() -> None:
        async with asyncio.timeout(30), postgres_database.write() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            driver.terminate()
            await asyncio.Event().wait()

    with pytest.raises(ConnectionResetError, match="the server is gone"):
        await lose()
    async with postgres_database.write() as connection:
        assert (await connection.exec_driver_sql("SELECT 1")).scalar() == 1


async def test_the_file_is_for_its_owner_only(database: Database) -> None:
    path = sqlite_path(database.url)
    assert path is not None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_every_commit_is_on_disk_before_anybody_is_told(database: Database) -> None:
    for way in (database.read, database.write):
        async with way() as connection:
            assert (await connection.exec_driver_sql("PRAGMA synchronous")).scalar() == 2  # FULL
            assert (await connection.exec_driver_sql("PRAGMA journal_mode")).scalar() == "wal"


@pytest.mark.parametrize("url", ["sqlite+aiosqlite:///:memory:", "postgresql+asyncpg://x/y"])
def test_what_has_no_file_has_no_path(url: str) -> None:
    assert sqlite_path(url) is None


def test_the_newest_revision_is_the_one_that_alembic_finds() -> None:
    config = Config()
    config.set_main_option("script_location", str(VERSIONS.parent))
    assert newest() == ScriptDirectory.from_config(config).get_current_head()


async def test_an_empty_database_is_not_current(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/empty.db")
    assert await what_is_wrong(database) == OLDER
    await database.close()


def test_what_is_seldom_needed_is_not_loaded_at_the_start() -> None:
    """Each is megabytes of memory for good, and time before the first answer."""
    heavy = ["alembic", "PIL", "pillow_heif", "dns", "cryptography", "phonenumbers", "segno", "asyncpg"]
    heavy += ["opentelemetry"]
    code = f"import sys, bot.app, bot.listening; print([name for name in {heavy} if name in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)  # noqa: S603 - ours
    assert shown.stdout.strip() == b"[]"
