"""Shared by all stand-ins: one world with its clock, its fault dials, and webhook delivery.

A stand-in is a class ``<Provider>Sandbox(world, config)`` with ``routes() -> list[web.RouteDef]``; its paths are those
of the real provider. Each refusal cites its source in the provider's documentation.
Nothing here imports ``bot``: client and stand-in agree only over HTTP.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import aiohttp
from aiohttp import web

Mode = Literal["none", "down", "slow", "late", "drop", "garbage", "garbled", "busy"]
"""The dial of a provider: ``down`` refuses with 503; ``slow`` works and answers after ``delay`` s; ``late`` works at
once and answers after ``delay`` s; ``drop`` works and cuts the connection before the answer; ``garbage`` answers 200
with HTML; ``garbled`` works and answers 200 with ``{}``; ``busy`` answers 429 with Retry-After: 1."""

GATEWAYS = ("zapi", "evolution")
"""The two gateways to WhatsApp; the bot uses one of them."""
PROVIDERS = (*GATEWAYS, "asaas", "melhor_envio", "resend", "cloudflare", "viacep")
STOOD_IN = "X-Sandbox"
"""A header on every regular answer of a stand-in; answers made by a fault dial do not carry it."""


@dataclass
class Fault:
    mode: Mode = "none"
    delay: float = 8.0
    times: int = 0
    """How many more calls it affects; 0: until it is switched off."""
    only: str = ""
    """A part of ``METHOD /path``; ending in a blank, the end of it; empty: every call."""


@dataclass
class Seen:
    """A call that a stand-in received, for the page and for tests."""

    provider: str
    method: str
    path: str
    body: Any
    status: int = 0


def system_clock() -> datetime:
    return datetime.now(UTC)


@dataclass
class World:
    """The state shared by all stand-ins. ``clock`` is the bot's own in ``demo``, so that a jump moves both."""

    clock: Callable[[], datetime] = system_clock
    jump: Callable[[timedelta], Awaitable[None]] | None = None
    """Moves the bot's clock; None where that is not possible."""
    faults: dict[str, Fault] = field(default_factory=lambda: {p: Fault() for p in PROVIDERS})
    calls: list[Seen] = field(default_factory=list)
    send_twice: bool = False
    """Every webhook is delivered twice."""
    pace: float = 0.3
    """Seconds between a message and its receipts; 0 in tests."""
    _listeners: set[asyncio.Queue[dict[str, Any]]] = field(default_factory=set)
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set)
    _session: aiohttp.ClientSession | None = None

    # --- listeners -------------------------------------------------------------------------------------

    def publish(self, topic: str, data: dict[str, Any]) -> None:
        """Send ``{"topic": …, **data}`` to every listener."""
        for queue in self._listeners:
            with contextlib.suppress(asyncio.QueueFull):
                queue.put_nowait({"topic": topic, **data})

    @contextlib.asynccontextmanager
    async def listen(self) -> AsyncIterator[asyncio.Queue[dict[str, Any]]]:
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(10_000)
        self._listeners.add(queue)
        try:
            yield queue
        finally:
            self._listeners.discard(queue)

    # --- webhooks --------------------------------------------------------------------------------------

    def later(self, work: Awaitable[Any]) -> None:
        """Run in the background until :meth:`close`."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def deliver(
        self, provider: str, url: str, body: bytes, headers: Mapping[str, str], *, timeout: float = 10.0
    ) -> int:
        """POST a webhook as the provider does; returns the status, 0 without an answer. Sent twice if the dial says
        so."""
        if self._session is None:
            self._session = aiohttp.ClientSession(skip_auto_headers={"User-Agent"})
        status = 0
        for _ in range(2 if self.send_twice else 1):
            try:
                async with self._session.post(
                    url,
                    data=body,
                    headers={"Content-Type": "application/json", **headers},
                    allow_redirects=False,
                    timeout=aiohttp.ClientTimeout(total=timeout),
                ) as response:
                    status = response.status
            except (aiohttp.ClientError, TimeoutError):
                status = 0
        self.publish("webhook", {"provider": provider, "status": status, "body": body.decode("utf-8", "replace")})
        return status

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def faulty(world: World, provider: str, handler: Handler) -> Handler:
    """Wrap a handler with the provider's dial and call record; ``routes()`` wraps each of its own."""

    async def wrapped(request: web.Request) -> web.StreamResponse:
        fault = world.faults[provider]
        mode: Mode = fault.mode
        if fault.only and fault.only not in f"{request.method} {request.path} ":
            mode = "none"
        if mode != "none" and fault.times:
            fault.times -= 1
            if fault.times == 0:
                fault.mode = "none"
        seen = Seen(provider, request.method, request.path, await _body(request))
        world.calls.append(seen)
        del world.calls[:-5000]
        if mode == "down":
            seen.status = 503
            return web.Response(status=503, text="<html>503 Service Unavailable</html>", content_type="text/html")
        if mode == "busy":
            seen.status = 429
            return web.json_response({"message": "Too Many Attempts."}, status=429, headers={"Retry-After": "1"})
        if mode == "garbage":
            seen.status = 200
            return web.Response(text="<html>ops</html>", content_type="text/html")
        if mode == "slow":
            await asyncio.sleep(fault.delay)
        try:
            response = await handler(request)
        except web.HTTPException as answer:
            seen.status = answer.status
            raise
        seen.status = response.status
        if not response.prepared:
            response.headers[STOOD_IN] = provider
        world.publish(
            "call", {"provider": provider, "method": request.method, "path": request.path, "status": response.status}
        )
        if mode == "late":
            await asyncio.sleep(fault.delay)
        if mode == "garbled":
            return web.json_response({})
        if mode == "drop" and request.transport is not None:
            request.transport.close()
        return response

    return wrapped


async def _body(request: web.Request) -> Any:
    if request.content_type == "application/json" and request.can_read_body:
        with contextlib.suppress(ValueError):
            return await request.json()
    return None
