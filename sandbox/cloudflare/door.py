"""Shared by both products: token, account, rate limit, response envelope, forms, and fetching by URL."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp import BodyPartReader, web

from sandbox.core import Handler, World, faulty

PROVIDER = "cloudflare"
WINDOW = 300
"""Seconds; sheet 1: 1,200 calls in five minutes."""

Wrap = Callable[[Handler], Handler]


class Refusal(Exception):
    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def answered(result: Any) -> web.Response:
    return web.json_response({"result": result, "result_info": None, "success": True, "errors": [], "messages": []})


class Door:
    """``most`` calls in five minutes by ``timer``, then 429 for the next five."""

    def __init__(self, world: World, *, account_id: str, api_token: str) -> None:
        self.world = world
        self.account_id = account_id
        self.api_token = api_token
        self.most = 1200
        self.timer: Callable[[], float] = time.monotonic
        self._since = 0.0
        self._used = 0

    def api(self, handler: Handler) -> Handler:
        async def wrapped(request: web.Request) -> web.StreamResponse:
            limits: dict[str, str] = {}
            try:
                if request.headers.get("Authorization") != f"Bearer {self.api_token}":
                    # sheet 1, code 10000; the status is UNCONFIRMED
                    raise Refusal(401, 10000, "Authentication error")
                limits = self._count()
                if self._used > self.most:
                    raise Refusal(429, 971, "Please wait and consider throttling your request speed")
                if request.match_info["account"] != self.account_id:
                    # sheet 1, code 7003; the status is UNCONFIRMED
                    raise Refusal(404, 7003, "Could not route to the requested path, perhaps your object identifier")
                response = await handler(request)
            except Refusal as refusal:
                errors = [{"code": refusal.code, "message": refusal.message}]
                body = {"result": None, "success": False, "errors": errors, "messages": []}
                response = web.json_response(body, status=refusal.status)
            response.headers.update(limits)
            return response

        return faulty(self.world, PROVIDER, wrapped)

    def _count(self) -> dict[str, str]:
        """Sheet 1: the two headers always, ``retry-after`` on 429 only."""
        now = self.timer()
        if now - self._since >= WINDOW:
            self._since, self._used = now, 0
        self._used += 1
        rest = max(1, round(WINDOW - (now - self._since)))
        headers = {
            "Ratelimit": f'"default";r={max(0, self.most - self._used)};t={rest}',
            "Ratelimit-Policy": f'"default";q={self.most};w={WINDOW}',
        }
        return {**headers, "retry-after": str(rest)} if self._used > self.most else headers


@dataclass(frozen=True)
class Upload:
    data: bytes
    name: str
    content_type: str


async def form(request: web.Request, most: int, too_large: Refusal) -> tuple[dict[str, str], Upload | None]:
    """The text fields of a multipart form, and its part ``file``."""
    fields: dict[str, str] = {}
    file: Upload | None = None
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                raise Refusal(400, 5400, "Bad request")
            data = bytearray()
            while chunk := await part.read_chunk(64 * 1024):
                data += chunk
                if len(data) > most:
                    raise too_large  # sheet 12, code 5413; sheet 1, code 7011
            if part.name == "file":
                file = Upload(bytes(data), part.filename or "", part.headers.get("Content-Type", ""))
            elif part.name:
                fields[part.name] = data.decode("utf-8", "replace")
    except (ValueError, AssertionError) as error:
        raise Refusal(400, 5400, "The form cannot be read") from error
    return fields, file


class Origin:
    """Files by URL: of this machine only, since stand-ins never call out."""

    async def read(self, url: str, most: int) -> tuple[bytes, str]:
        """Bytes and type. Raises LookupError. Sheet 5: the origin must support HEAD."""
        if urlsplit(url).hostname not in ("127.0.0.1", "localhost"):
            raise LookupError
        try:
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
                async with session.head(url) as head:
                    if head.status != 200:
                        raise LookupError
                async with session.get(url) as response:
                    data = await response.content.read(most + 1)
                    while not response.content.at_eof() and len(data) <= most:
                        data += await response.content.read(most)
                    if response.status != 200 or len(data) > most:
                        raise LookupError
                    return data, response.content_type
        except (aiohttp.ClientError, TimeoutError, ValueError):
            raise LookupError from None
