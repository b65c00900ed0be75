"""A Z-API stand-in on a port of its own, and somebody who takes its webhooks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from sandbox.core import World
from sandbox.zapi import ZapiSandbox

INSTANCE = "3A1B2C3D4E5F60718293A4B5C6D7E8F9"
TOKEN = "A1B2C3D4E5F6A1B2C3D4E5F6"
CLIENT_TOKEN = "F0123456789abcdef0123456789abcdefS"
SECRET = "hook-secret-hook-secret-hook-secret-0001"
ANA = "5511987654321"


@dataclass
class Bot:
    """Takes webhooks and keeps them."""

    status: int = 200
    got: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        self.got.append(json.loads(await request.read()))
        self.headers.append({k.lower(): v for k, v in request.headers.items()})
        self.news.set()
        return web.Response(status=self.status)

    async def until(self, count: int, timeout: float = 5.0, **wanted: Any) -> list[dict[str, Any]]:
        """The callbacks whose fields are as wanted, once there are that many."""
        async with asyncio.timeout(timeout):
            while True:
                self.news.clear()
                found = [b for b in self.got if all(b.get(k) == v for k, v in wanted.items())]
                if len(found) >= count:
                    return found
                await self.news.wait()


@dataclass
class Stand:
    world: World
    zapi: ZapiSandbox
    bot: Bot
    base_url: str
    hook_url: str

    @property
    def path(self) -> str:
        return f"{self.base_url}/instances/{INSTANCE}/token/{TOKEN}"


@asynccontextmanager
async def stand_in() -> AsyncIterator[Stand]:
    world, bot = World(pace=0), Bot()
    zapi = ZapiSandbox(world, instance_id=INSTANCE, instance_token=TOKEN, client_token=CLIENT_TOKEN)
    app, receiving = web.Application(client_max_size=32 * 1024 * 1024), web.Application()
    app.add_routes(zapi.routes())
    receiving.router.add_post("/webhooks/zapi/{secret}", bot.take)
    async with TestServer(app) as server, TestServer(receiving) as listener:
        base_url = str(server.make_url("")).rstrip("/")
        hook_url = str(listener.make_url(f"/webhooks/zapi/{SECRET}"))
        zapi.public_base = base_url
        zapi.urls = dict.fromkeys(zapi.urls, hook_url)
        yield Stand(world, zapi, bot, base_url, hook_url)
        await world.close()
