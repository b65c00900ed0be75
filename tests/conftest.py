"""Shared by all tests."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import Mock
from urllib.parse import parse_qs, urlsplit

import aiohttp
import aioresponses.core
import asyncpg
import hypothesis
import pytest

from bot.domain.shop import Rules
from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.storage.store import SqlStore
from tests import schemas
from tests.support_postgres import OwnServer


class _Response(aiohttp.ClientResponse):
    """aioresponses 0.7.9 builds responses as aiohttp did before 3.14, without ``stream_writer``."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("stream_writer", Mock(output_size=0))
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]


vars(aioresponses.core)["ClientResponse"] = _Response

os.environ.setdefault("HYPOTHESIS_PROFILE", "default")
# how long an example takes says how busy the machine is, not whether the code is right
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test sees the machine's own settings, nor a ``.env`` beside the project."""
    from bot.settings import Settings

    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setitem(Settings.model_config, "env_file", None)


@pytest.fixture(autouse=True)
def described(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every call of every test fits the provider's published description, where that is at hand."""
    found = schemas.watch(monkeypatch)
    yield
    assert not found, "\n".join(sorted(set(found)))


class TestClock:
    """A clock that stands still until it is moved."""

    __test__ = False

    def __init__(self, now: datetime = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def jump(self, by: timedelta) -> None:
        self.now += by


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with our tables and nothing in them: made once, and copied by whoever wants one."""
    file = tmp_path_factory.mktemp("blank") / "blank.db"
    asyncio.run(_make(f"sqlite+aiosqlite:///{file}"))
    return file


async def _make(url: str) -> None:
    made = Database(url)
    await migrate(made)
    await made.close()


@pytest.fixture
async def database(tmp_path: Path, blank: Path) -> AsyncIterator[Database]:
    opened = Database(f"sqlite+aiosqlite:///{shutil.copy(blank, tmp_path / 'test.db')}")
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server of the tests' own, out of a wheel; its address for asyncpg, without a database."""
    server = OwnServer("autopars-postgres-")
    server.psql("ALTER SYSTEM SET fsync = off")  # the machine stays up: what a power cut does is tried elsewhere
    server.psql("SELECT pg_reload_conf()")
    try:
        yield server.address
    finally:
        server.close()


@contextlib.asynccontextmanager
async def new_database(postgres: str) -> AsyncIterator[Database]:
    """One on that server, with our tables, for as long as the block lasts."""
    name = f"t{uuid.uuid4().hex[:12]}"
    admin = await asyncpg.connect(postgres)
    if not await admin.fetch("SELECT FROM pg_database WHERE datname = 'blank'"):  # made once, and copied
        await admin.execute("CREATE DATABASE blank")
        await _make(_on(postgres, "blank"))
    await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE blank')
    opened = Database(_on(postgres, name))
    try:
        yield opened
    finally:
        await opened.close()
        await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        await admin.close()


def _on(postgres: str, name: str) -> str:
    """The address of a database on a server."""
    parts = urlsplit(postgres)
    socket = parse_qs(parts.query).get("host", [""])[0]
    return f"postgresql+asyncpg://{parts.netloc}/{name}" + (f"?host={socket}" if socket else "")


@pytest.fixture
async def postgres_database(postgres: str) -> AsyncIterator[Database]:
    async with new_database(postgres) as opened:
        yield opened


@pytest.fixture
def store(database: Database) -> SqlStore:
    return SqlStore(database, Rules())
