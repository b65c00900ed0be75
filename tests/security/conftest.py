"""A bot behind a real socket that stores and works nothing, so that what was let in can be counted."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa
from aiohttp.test_utils import TestServer

from bot import settings
from bot.app import Bot
from bot.engine.clock import Clock
from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.migrate import migrate
from sandbox import samples
from sandbox.config import SandboxConfig

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)

NONE: Mapping[str, str] = MappingProxyType({})


@dataclass
class Door:
    """The bot, and how a sender meets it. ``keys`` are the secrets that its settings hold."""

    bot: Bot
    url: str
    keys: Mapping[str, str]
    routes: Sequence[str]
    session: aiohttp.ClientSession

    def sample(self, name: str, *, late: timedelta = timedelta(), keys: Mapping[str, str] = NONE) -> samples.Delivery:
        """A webhook of its own, signed with these keys (the bot's, unless changed) at the bot's time plus ``late``."""
        moment = self.bot.clock() + late
        found = {**self.keys, **keys}
        return samples.deliver(name, samples.body(name, self.keys, moment), found, moment)

    async def send(self, delivery: samples.Delivery, **changed: Any) -> int:
        """The status. ``changed``: ``path``, ``headers`` or ``body`` put in the place of the delivery's."""
        path = changed.get("path", delivery.path)
        headers = changed.get("headers", delivery.headers)
        body = changed.get("body", delivery.body)
        async with self.session.post(self.url + path, data=body, headers=headers) as answer:
            await answer.read()
            return answer.status

    async def stored(self) -> int:
        async with self.bot.database.read() as connection:
            return int((await connection.execute(sa.select(sa.func.count()).select_from(t.events))).scalar_one())


Open = Callable[..., Awaitable[Door]]


class Still(Clock):
    """Stands, unless it is moved."""

    def __call__(self) -> datetime:
        return NOW + self._ahead


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database, made once and copied."""
    file = tmp_path_factory.mktemp("security") / "empty.db"

    async def make() -> None:
        database = Database(f"sqlite+aiosqlite:///{file}")
        await migrate(database)
        await database.close()

    asyncio.run(make())
    return file


@pytest.fixture
async def open_door(tmp_path: Path, migrated: Path) -> AsyncIterator[Open]:
    """``await open_door("evolution", ASAAS_WEBHOOK_TOKEN="…")``."""
    async with AsyncExitStack() as stack:

        async def make(gateway: str = "zapi", **changed: str) -> Door:
            config = SandboxConfig(whatsapp=gateway)
            keys = {
                **config.environment("http://127.0.0.1:9"),
                "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/{gateway}.db",
                **changed,
            }
            loaded = settings.load(_env_file=None, **{name.lower(): value for name, value in keys.items()})
            file = tmp_path / f"{gateway}.db"
            if not file.exists():
                shutil.copy(migrated, file)
            bot = Bot(loaded, clock=Still())
            application = bot.application(work=False)
            server = TestServer(application)
            await server.start_server()
            stack.push_async_callback(server.close)
            session = await stack.enter_async_context(aiohttp.ClientSession())
            routes = sorted({r.canonical for r in application.router.resources()})
            return Door(bot, str(server.make_url("")).rstrip("/"), keys, routes, session)

        yield make


@pytest.fixture
async def door(open_door: Open) -> Door:
    return await open_door()


def gateway_of(name: str) -> str:
    return "evolution" if name.startswith("evolution") else "zapi"
