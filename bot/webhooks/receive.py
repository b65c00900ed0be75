"""Receivers: bytes in, stored event out. Nothing is acted on here, and nothing is stored from a bad origin.

Answers: 200 stored or known already · 400 unreadable · 401 bad origin · 408 slow body · 413 too large ·
415 not plain JSON · 503 with ``Retry-After`` when it cannot be stored now.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import math
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import sqlalchemy as sa
from aiohttp import StreamReader, web

from bot.domain.events import Incoming, Tick
from bot.domain.lanes import SYSTEM
from bot.engine.intake import Full
from bot.engine.store import StoreDown
from bot.integrations.protocols import ProbedReceiver, Receiver
from bot.redaction import Redactor, storable

log = logging.getLogger(__name__)

MAX_BODY = 1024 * 1024
SLOWEST_BODY = 5.0
DEEPEST = 32

Put = Callable[[Sequence[Incoming]], Awaitable[list[bool]]]


class Webhooks:
    """The routes of all receivers. ``counts`` keeps received, stored, repeated and refused by source."""

    def __init__(self, put: Put, redactor: Redactor) -> None:
        self._put = put
        self._redactor = redactor
        self.counts: dict[tuple[str, str], int] = {}

    def route(self, path: str, receiver: Receiver, *, allowed_ips: Sequence[str] = ()) -> list[web.RouteDef]:
        """The route of one receiver; a ``{secret}`` in the path is handed to its origin check."""

        async def handler(request: web.Request) -> web.Response:
            return await self._receive(request, receiver, allowed_ips)

        return [web.post(path, handler)]

    def probed_route(self, path: str, receiver: ProbedReceiver) -> list[web.RouteDef]:
        """As :meth:`route`, for a provider that first tries the address: GET, HEAD, and bodies of no event."""

        async def handler(request: web.Request) -> web.Response:
            return await self._receive(request, receiver, (), is_probe=receiver.is_probe)

        async def probe(_: web.Request) -> web.Response:
            return web.Response(text="ok")

        return [web.post(path, handler), web.get(path, probe)]

    def _count(self, source: str, what: str) -> None:
        self.counts[source, what] = self.counts.get((source, what), 0) + 1

    async def _receive(
        self,
        request: web.Request,
        receiver: Receiver,
        allowed_ips: Sequence[str],
        *,
        is_probe: Callable[[bytes], bool] = lambda _: False,
    ) -> web.Response:
        source = receiver.source
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            return self._refuse(source, 415, "send the body uncompressed")
        try:
            body = await _read(request.content)
        except TimeoutError:
            refusal = self._refuse(source, 408, "the body took too long")
            refusal.force_close()
            return refusal
        if len(body) > MAX_BODY:
            refusal = self._refuse(source, 413, "more than 1 MiB")
            refusal.force_close()
            return refusal
        if is_probe(body):
            self._count(source, "probe")
            return web.Response(text="ok")
        if allowed_ips and request.remote not in allowed_ips:
            return self._refuse(source, 401, "unknown origin")
        if not receiver.authentic(request.headers, body, request.match_info.get("secret", "")):
            log.warning("a webhook for %s came from a bad origin", source)
            return self._refuse(source, 401, "unknown origin")
        if request.content_type != "application/json":
            return self._refuse(source, 415, "application/json only")
        try:
            content = _DECODE(body.decode("utf-8-sig", "replace"))
            if not isinstance(content, dict) or _is_too_deep(content, body):
                raise ValueError
        except (ValueError, RecursionError):
            return self._refuse(source, 400, "not a JSON object")
        if b"\\u" in body:
            content = _storable(content)
        raw = self._redactor.body(content, limit=16_384)
        incoming = self._read(receiver, request, content, body)
        for one in incoming:
            one.raw = raw
        try:
            news = await self._put(incoming)
        except (Full, StoreDown, sa.exc.SQLAlchemyError, OSError) as error:  # TimeoutError is an OSError
            log.error("a webhook of %s could not be stored: %s", source, type(error).__name__)
            self._count(source, "unstored")
            return web.Response(status=503, text="try again", headers={"Retry-After": "5"})
        self._count(source, "stored" if any(news) else "repeated" if news else "ignored")
        return web.Response(text="ok")

    def _read(
        self, receiver: Receiver, request: web.Request, content: dict[str, Any], body: bytes
    ) -> Sequence[Incoming]:
        """What the receiver makes of a body. One that it stumbles over is stored all the same, for the operator: an
        error would be sent again and again, until the sender gives up on all that comes behind it."""
        try:
            return receiver.events(request.headers, content)
        except Exception as error:  # its text may be personal
            log.error("a webhook of %s could not be read: %s", receiver.source, type(error).__name__)
            self._count(receiver.source, "unread")
            key = f"unreadable/{hashlib.sha256(body).hexdigest()}"
            return [Incoming(source=receiver.source, key=key, lane=SYSTEM, event=Tick(name="unreadable"))]

    def _refuse(self, source: str, status: int, why: str) -> web.Response:
        self._count(source, f"refused_{status}")
        return web.Response(status=status, text=why)


async def _read(content: StreamReader) -> bytes:
    """A body, or so much of it that it is too large. ``TimeoutError`` if it is slow to come."""
    if content.is_eof():  # all of it has come with the head, as almost always: no clock is set
        return await content.read(MAX_BODY + 1)
    async with asyncio.timeout(SLOWEST_BODY):
        body = await content.read(MAX_BODY + 1)
        while len(body) <= MAX_BODY and not content.at_eof():
            body += await content.read(MAX_BODY + 1 - len(body))
        return body


def _no_number(_: str) -> None:
    """``NaN`` and ``Infinity`` are no JSON, and no event can be read back that holds one."""


def _number(text: str) -> float | None:
    value = float(text)
    return value if math.isfinite(value) else None


_DECODE = json.JSONDecoder(parse_constant=_no_number, parse_float=_number).decode


def _storable(value: Any) -> Any:
    """A JSON value (not too deep) with all its texts fit to be stored."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(k): _storable(v) for k, v in value.items()}
    return [_storable(v) for v in value] if isinstance(value, list) else value


def _is_too_deep(value: Any, body: bytes) -> bool:
    """Few are even looked through: nothing nests deeper than it has brackets."""
    return body.count(b"{") + body.count(b"[") > DEEPEST and _depth(value) > DEEPEST


def _depth(value: Any) -> int:
    """How deep a JSON value nests, without recursion."""
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        one, depth = waiting.pop()
        deepest = max(deepest, depth)
        if depth > DEEPEST:
            return depth
        children = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        for child in children:
            if isinstance(child, (dict, list)):
                waiting.append((child, depth + 1))
            else:
                deepest = max(deepest, depth + 1)
    return deepest
