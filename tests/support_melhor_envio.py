"""The stand-in of Melhor Envio on a real socket, and a place that its webhooks can be sent to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from sandbox.core import World
from sandbox.melhor_envio import MelhorEnvioSandbox

TOKEN, REFRESH = "sandbox-access-token", "sandbox-refresh-token"
CLIENT_ID, SECRET = "1234", "sandbox-app-secret"
AGENT = "AutoPars (ops@autopars.example)"
FIXTURES = Path(__file__).parent / "integrations" / "fixtures" / "melhor_envio"


def fixture(name: str) -> Any:
    """A recorded or documented answer, read as the client reads it: decimals stay text."""
    return json.loads((FIXTURES / f"{name}.json").read_text(), parse_float=str)


@dataclass
class Stand:
    """``call`` speaks to it without our client, with the right headers unless told otherwise."""

    sandbox: MelhorEnvioSandbox
    world: World
    base: str
    session: aiohttp.ClientSession

    async def call(
        self, method: str, path: str, body: Any = None, *, headers: dict[str, str] | None = None, me: bool = True
    ) -> tuple[int, Any]:
        """Status and JSON (None for an empty body)."""
        sent = {"Accept": "application/json", "Authorization": f"Bearer {TOKEN}", "User-Agent": AGENT}
        sent = {k: v for k, v in {**sent, **(headers or {})}.items() if v}
        url = self.base + ("/api/v2/me" if me else "") + path
        async with self.session.request(method, url, json=body, headers=sent, allow_redirects=False) as response:
            text = await response.text()
            return response.status, json.loads(text) if text and response.content_type == "application/json" else text


@asynccontextmanager
async def standing(world: World | None = None, **options: Any) -> AsyncIterator[Stand]:
    world = world or World(pace=0)
    sandbox = MelhorEnvioSandbox(
        world,
        token=TOKEN,
        client_id=CLIENT_ID,
        client_secret=SECRET,
        public_base="",
        refresh_token=REFRESH,
        **options,
    )
    app = web.Application()
    app.add_routes(sandbox.routes())
    async with (
        TestServer(app) as server,
        aiohttp.ClientSession(skip_auto_headers={"User-Agent", "Accept"}) as session,
    ):
        sandbox.public_base = str(server.make_url("")).rstrip("/")
        yield Stand(sandbox, world, sandbox.public_base, session)
        await world.close()


@dataclass
class Inbox:
    """A receiver that answers ``answers`` in turn, then 200."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    received: asyncio.Queue[tuple[dict[str, str], bytes]] = field(default_factory=asyncio.Queue)
    methods: list[str] = field(default_factory=list)

    async def next(self) -> tuple[dict[str, str], bytes]:
        return await asyncio.wait_for(self.received.get(), 5)

    async def next_event(self) -> str:
        _, body = await self.next()
        return str(json.loads(body)["event"])


@asynccontextmanager
async def inbox(*answers: int) -> AsyncIterator[Inbox]:
    box = Inbox(answers=list(answers))

    async def handler(request: web.Request) -> web.Response:
        body = await request.read()
        box.methods.append(request.method)
        box.received.put_nowait(({k.lower(): v for k, v in request.headers.items()}, body))
        return web.Response(status=box.answers.pop(0) if box.answers else 200)

    app = web.Application()
    app.router.add_route("*", "/hook", handler)
    async with TestServer(app) as server:
        box.url = str(server.make_url("/hook"))
        yield box
