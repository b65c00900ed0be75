"""Asaas' stand-in on a real socket, and somebody who listens to its webhooks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from sandbox.asaas import AsaasSandbox
from sandbox.core import World

KEY = "$aact_hmlg_000example"
TOKEN = "whsec-Kq7mZ2pX9vB4nR6tY8wE3sD5fG1hJ0aL"
SELLER = "48548710-9baa-4ec1-a11f-9010193527c6"
OWN = "0d2b7c1e-4f7e-4f0a-8d5c-3e9a6b1f2c77"
CPF = "24971563792"


@dataclass
class Ear:
    """Answers webhooks with ``status`` and remembers them."""

    status: int = 200
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def events(self) -> list[str]:
        return [body["event"] for body in self.bodies]

    async def hear(self, request: web.Request) -> web.Response:
        self.headers.append(dict(request.headers))
        self.bodies.append(await request.json())
        return web.Response(status=self.status)


@dataclass
class Stand:
    world: World
    account: AsaasSandbox
    ear: Ear
    base_url: str
    """Ends in ``/v3``."""
    hook_url: str

    @property
    def root(self) -> str:
        return self.base_url.removesuffix("/v3")


@asynccontextmanager
async def asaas(clock: Callable[[], Any], *, hooked: bool = False, **dials: Any) -> AsyncIterator[Stand]:
    """``hooked``: the webhook is registered from the start. ``dials`` go to :class:`AsaasSandbox`."""
    world, ear = World(clock=clock), Ear()
    ears = web.Application()
    ears.router.add_post("/hook", ear.hear)
    ear_server = TestServer(ears)
    await ear_server.start_server()
    hook_url = str(ear_server.make_url("/hook"))
    webhook: dict[str, Any] = {"webhook_url": hook_url, "webhook_token": TOKEN} if hooked else {}
    account = AsaasSandbox(world, api_key=KEY, wallets={SELLER}, own_wallet=OWN, **webhook, **dials)
    app = web.Application()
    app.router.add_routes(account.routes())
    server = TestServer(app)
    await server.start_server()
    root = str(server.make_url("")).rstrip("/")
    account.public_base = root
    try:
        yield Stand(world, account, ear, f"{root}/v3", hook_url)
    finally:
        await world.close()
        await server.close()
        await ear_server.close()
