"""An Evolution stand-in on a port of its own, and somebody who takes its webhooks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from sandbox.core import World
from sandbox.evolution import EvolutionSandbox
from tests.support_zapi import ANA, SECRET, Bot

__all__ = ["ANA", "INSTANCE", "KEY", "SECRET", "Stand", "stand_in"]

INSTANCE = "loja peças"
"""With a blank and an accent: names stand in paths."""
KEY = "B6D711FC-DE4D-4FD5-9365-44120E713976"


class Listener(Bot):
    async def heard(self, event: str, count: int = 1, timeout: float = 5.0, **data: Any) -> list[dict[str, Any]]:
        """``data`` of the webhooks of that event, once there are that many whose fields are as wanted."""
        async with asyncio.timeout(timeout):
            while True:
                self.news.clear()
                told = [b["data"] for b in self.got if b["event"] == event]
                found = [d for d in told if all(d.get(k) == v for k, v in data.items())]
                if len(found) >= count:
                    return found
                await self.news.wait()


@dataclass
class Stand:
    world: World
    evolution: EvolutionSandbox
    bot: Listener
    base_url: str
    hook_url: str


@asynccontextmanager
async def stand_in() -> AsyncIterator[Stand]:
    world, bot = World(pace=0), Listener()
    evolution = EvolutionSandbox(world, instance=INSTANCE, api_key=KEY)
    evolution.first_wait = 0.01
    app, receiving = web.Application(client_max_size=64 * 1024 * 1024), web.Application()
    app.add_routes(evolution.routes())
    receiving.router.add_post("/webhooks/evolution/{secret}", bot.take)
    async with TestServer(app) as server, TestServer(receiving) as listener:
        hook_url = str(listener.make_url(f"/webhooks/evolution/{SECRET}"))
        evolution.set_webhook(hook_url)
        yield Stand(world, evolution, bot, str(server.make_url("")).rstrip("/"), hook_url)
        await world.close()
