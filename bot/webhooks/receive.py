"""Webhook receivers: bytes in, stored event out. Nothing is acted on here, and nothing is stored without a valid
origin.

Answers: 200 stored or already known · 400 unreadable · 401 invalid origin · 408 slow body · 413 too large ·
415 not plain JSON · 503 with ``Retry-After`` when it cannot be stored now.
"""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Callable, Sequence

import sqlalchemy as sa
from aiohttp import StreamReader, web

from bot.engine.intake import Full
from bot.engine.store import StoreDown
from bot.integrations.protocols import OtherAccount, ProbedReceiver, Receiver
from bot.redaction import Redactor
from bot.webhooks.reading import HandIn, Reader, Unreadable

log = logging.getLogger(__name__)

MAX_BODY = 1024 * 1024
SLOWEST_BODY = 5.0


class Webhooks:
    """The routes of all receivers. ``counts``: received, stored, repeated and refused by source."""

    def __init__(self, hand_in: HandIn, redactor: Redactor) -> None:
        self._reader = Reader(hand_in, redactor, lambda source: self._count(source, "unread"))
        self.counts: dict[tuple[str, str], int] = {}

    def route(self, path: str, receiver: Receiver, *, allowed_ips: Sequence[str] = ()) -> list[web.RouteDef]:
        """The route of one receiver; a ``{secret}`` in the path is passed to its origin check."""
        return [web.post(path, functools.partial(self._receive, receiver=receiver, allowed_ips=allowed_ips))]

    def probed_route(self, path: str, receiver: ProbedReceiver) -> list[web.RouteDef]:
        """Like :meth:`route`, for a provider that probes the address first with GET, HEAD and bodies without events."""

        async def probe(_: web.Request) -> web.Response:
            return web.Response(text="ok")

        handler = functools.partial(self._receive, receiver=receiver, is_probe=receiver.is_probe)
        return [web.post(path, handler), web.get(path, probe)]

    def _count(self, source: str, what: str) -> None:
        self.counts[source, what] = self.counts.get((source, what), 0) + 1

    async def _receive(
        self,
        request: web.Request,
        *,
        receiver: Receiver,
        allowed_ips: Sequence[str] = (),
        is_probe: Callable[[bytes], bool] | None = None,
    ) -> web.Response:
        source = receiver.source
        if any(how.lower() != "identity" for how in request.headers.getall("Content-Encoding", ())):
            return self._refuse(source, 415, "send the body uncompressed")
        try:
            body = await _slow(request.content) if not request.content.is_eof() else request.content.read_nowait()
        except TimeoutError:
            refusal = self._refuse(source, 408, "the body took too long")
            refusal.force_close()
            return refusal
        if len(body) > MAX_BODY:
            refusal = self._refuse(source, 413, "more than 1 MiB")
            refusal.force_close()
            return refusal
        if is_probe is not None and is_probe(body):
            self._count(source, "probe")
            return web.Response(text="ok")
        if allowed_ips and request.remote not in allowed_ips:
            return self._refuse(source, 401, "unknown origin")
        if not receiver.authentic(request.headers, body, request.match_info.get("secret", "")):
            return self._of_bad_origin(source)
        if request.content_type != "application/json":
            return self._refuse(source, 415, "application/json only")
        try:
            news = await self._reader.read(receiver, request.headers, body)
        except Unreadable:
            return self._refuse(source, 400, "not a JSON object")
        except OtherAccount:
            return self._of_bad_origin(source)
        except (Full, StoreDown, sa.exc.SQLAlchemyError, OSError) as error:  # TimeoutError is an OSError
            why = (isinstance(error, StoreDown) and str(error)) or type(error).__name__
            log.error("a webhook of %s could not be stored: %s; see /readyz", source, why)
            self._count(source, "unstored")
            return web.Response(status=503, text="try again", headers={"Retry-After": "5"})
        self._count(source, "stored" if any(news) else "repeated" if news else "ignored")
        return web.Response(text="ok")

    def _of_bad_origin(self, source: str) -> web.Response:
        log.warning("a webhook for %s came from a bad origin", source)
        return self._refuse(source, 401, "unknown origin")

    def _refuse(self, source: str, status: int, why: str) -> web.Response:
        self._count(source, f"refused_{status}")
        return web.Response(status=status, text=why)


async def _slow(content: StreamReader) -> bytes:
    """A body that has not arrived with its head, as almost all do; more than the limit is cut off. Raises
    ``TimeoutError`` if it is too slow."""
    async with asyncio.timeout(SLOWEST_BODY):
        body = await content.read(MAX_BODY + 1)
        while len(body) <= MAX_BODY and not content.at_eof():
            body += await content.read(MAX_BODY + 1 - len(body))
        return body
