"""A sandbox that listens on a real port, with the simplest bot that can be: it answers every message over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from sandbox.app import create_app
from sandbox.config import SandboxConfig
from sandbox.core import World
from sandbox.stand_ins import Sandbox

Json = dict[str, Any]
MARINA, SILVA = "5511988880001", "5511977770001"

PIX = "00020101021226580014br.gov.bcb.pix2536pix.example.com/qr/v2/cobv/0012345204000053039865406512.405802BR6304AB12"


@dataclass
class Bench:
    """The running sandbox. ``heard``: the webhook bodies that the bot got; ``replies``: what it says to a text."""

    sandbox: Sandbox
    base: str
    config: SandboxConfig
    heard: asyncio.Queue[Json] = field(default_factory=asyncio.Queue)
    replies: Callable[[Json], list[Json]] = lambda _: []
    _session: aiohttp.ClientSession | None = None

    async def call(self, endpoint: str, **body: Any) -> Json:
        """Call the stand-in of Z-API as a bot does."""
        environment = self.config.environment(self.base)
        path = f"/instances/{environment['ZAPI_INSTANCE_ID']}/token/{environment['ZAPI_INSTANCE_TOKEN']}/{endpoint}"
        headers = {"Client-Token": environment["ZAPI_CLIENT_TOKEN"]}
        async with self.session.post(environment["ZAPI_BASE_URL"] + path, json=body, headers=headers) as response:
            answer: Json = await response.json()
            return answer

    @property
    def session(self) -> aiohttp.ClientSession:
        assert self._session is not None
        return self._session

    async def post(self, name: str, body: Any, **headers: str) -> tuple[int, Json]:
        """POST to the page's own endpoints: status and JSON."""
        async with self.session.post(f"{self.base}/sandbox/api/{name}", json=body, headers=headers) as response:
            return response.status, await response.json()

    async def _hook(self, request: web.Request) -> web.Response:
        body = await request.json()
        await self.heard.put(body)
        if body.get("type") == "ReceivedCallback" and not body["fromMe"]:
            self.sandbox.world.later(self._answer(body))
        return web.Response()

    async def _answer(self, body: Json) -> None:
        for reply in self.replies(body):
            endpoint = reply.pop("endpoint", "send-text")
            await self.call(endpoint, phone=body["phone"], **reply)


async def _other_hook(_: web.Request) -> web.Response:
    return web.Response()


@asynccontextmanager
async def bench(pace: float = 0.0, **changes: Any) -> AsyncIterator[Bench]:
    """A bench whose clock can be moved. ``changes``: fields of :class:`SandboxConfig`."""
    port = unused_port()
    base = f"http://127.0.0.1:{port}"
    config = replace(SandboxConfig(), **changes)
    ahead = [timedelta()]

    async def jump(by: timedelta) -> None:
        ahead[0] += by

    world = World(clock=lambda: datetime.now(UTC) + ahead[0], jump=jump, pace=pace)
    table = Bench(Sandbox(config, base=base, world=world), base, config)
    outer = web.Application()
    outer.router.add_post(f"/webhooks/zapi/{config.zapi_webhook_secret}", table._hook)
    outer.router.add_post("/webhooks/{name}", _other_hook)
    outer.add_subapp("/sandbox", create_app(table.sandbox))
    async with TestServer(outer, port=port), aiohttp.ClientSession() as session:
        table._session = session
        yield table
