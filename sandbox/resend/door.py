"""Checks before every call: edge, key, rate limit, quota, and idempotency keys."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from sandbox.core import Handler, World
from sandbox.resend.errors import Refusal

REMEMBERED = timedelta(hours=24)


@dataclass
class _Remembered:
    digest: bytes
    answer: dict[str, Any]
    at: datetime


class Door:
    """``keys`` may get more keys: ``sending_access``, ``inactive`` and ``suspended`` are answered as documented.

    ``per_second`` is the rate limit by ``timer``, 0 for none; ``spent`` names the used-up quota (``daily`` or
    ``monthly``); the status of a wrong key, ``bad_key_status``, is not settled by the documentation (sheet 6).
    """

    def __init__(self, world: World, *, api_key: str) -> None:
        self.world = world
        self.keys = {api_key: "full_access"}
        self.per_second = 10
        self.spent = ""
        self.bad_key_status = 401
        self.timer: Callable[[], float] = time.monotonic
        self._remembered: dict[tuple[str, str], _Remembered] = {}
        self._running: set[tuple[str, str]] = set()
        self._window: tuple[int, int] = (0, 0)

    def admitted(self, handler: Handler, *, sending: bool) -> Handler:
        async def wrapped(request: web.Request) -> web.StreamResponse:
            if not request.headers.get("User-Agent"):
                # sheet 1: a User-Agent is compulsory; the edge answers, so the body is not the API's JSON
                return web.Response(status=403, text="error code: 1010", content_type="text/html")
            limits: dict[str, str] = {}
            try:
                self._authorise(request, sending=sending)
                limits = self._count()
                if sending and self.spent:
                    # sheet 6: the two quotas; ``retry-after`` is UNCONFIRMED there, so none
                    raise Refusal(429, f"{self.spent}_quota_exceeded", f"You have reached your {self.spent} quota.")
                response = await handler(request)
            except Refusal as refusal:
                response = web.json_response(
                    {"statusCode": refusal.status, "name": refusal.name, "message": refusal.message},
                    status=refusal.status,
                )
                if refusal.name == "rate_limit_exceeded":
                    limits = {**self._limits(0), "retry-after": "1"}
            response.headers.update(limits)
            return response

        return wrapped

    def _authorise(self, request: web.Request, *, sending: bool) -> None:
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not key:
            raise Refusal(401, "missing_api_key", "Missing API Key")  # sheet 6, row missing_api_key
        kind = self.keys.get(key)
        if kind is None:
            # sheet 6, traps: no name of its own any more; the status is UNCONFIRMED
            raise Refusal(self.bad_key_status, "validation_error", "API key is invalid")
        if kind == "suspended":
            raise Refusal(403, "suspended_api_key", "This API key is suspended")  # sheet 6
        if kind == "inactive":
            raise Refusal(403, "restricted_api_key", "This API key is not active")  # sheet 6
        if kind == "sending_access" and not sending:
            # sheet 6: a sending key used for anything but sending
            raise Refusal(401, "restricted_api_key", "This API key is restricted to only send emails")

    def _count(self) -> dict[str, str]:
        """Sheet 7: a strict window of one second for the whole team, without bursts."""
        if not self.per_second:
            return {}
        second = int(self.timer())
        used = self._window[1] if self._window[0] == second else 0
        if used >= self.per_second:
            raise Refusal(429, "rate_limit_exceeded", f"Too many requests. The limit is {self.per_second} a second.")
        self._window = (second, used + 1)
        return self._limits(self.per_second - used - 1)

    def _limits(self, left: int) -> dict[str, str]:
        return {
            "ratelimit-limit": str(self.per_second),
            "ratelimit-remaining": str(left),
            "ratelimit-reset": "1",
            "ratelimit-policy": f"{self.per_second};w=1",
        }

    async def once(
        self, request: web.Request, work: Callable[[bytes, str], Awaitable[dict[str, Any]]]
    ) -> dict[str, Any]:
        """Do the work of a call, or repeat the response that its idempotency key got before (sheet 3)."""
        raw = await request.read()
        given = request.headers.get("Idempotency-Key")
        if given is None:
            return await work(raw, "")
        if not 1 <= len(given) <= 256:
            # sheet 6, row invalid_idempotency_key
            raise Refusal(400, "invalid_idempotency_key", "The key must be between 1-256 characters.")
        key = (request.path, given)  # sheet 3: scoped to method and path
        now = self.world.clock()
        digest = hashlib.sha256(raw).digest()
        known = self._remembered.get(key)
        if known is not None and now - known.at < REMEMBERED:
            if known.digest != digest:
                # sheet 3: same key, other body; compared by bytes, the strictest reading
                message = "This idempotency key has already been used on a request with a different payload."
                raise Refusal(409, "invalid_idempotent_request", message)
            return known.answer
        if key in self._running:
            # sheet 3: same key while the first is running
            message = "Another request with this idempotency key is in progress."
            raise Refusal(409, "concurrent_idempotent_requests", message)
        self._running.add(key)
        try:
            answer = await work(raw, given)
        finally:
            self._running.discard(key)
        # sheet 3: only successes are remembered (assumed)
        self._remembered[key] = _Remembered(digest, answer, now)
        return answer
