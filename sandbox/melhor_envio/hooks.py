"""Webhooks: compact UTF-8 JSON, signed with the client secret, five attempts (sheet 9)."""

from __future__ import annotations

import asyncio
import json

import aiohttp

from sandbox import signing
from sandbox.core import World
from sandbox.melhor_envio.answers import Json

ATTEMPTS = 5
TIMEOUT = 6.0
WAIT = 900.0
HEADERS = {"user-agent": "Melhor Envio Webhooks/1.0", "accept": "application/json, text/plain, */*"}


class Hooks:
    """``wait``: seconds between attempts, short in tests. ``sent`` counts attempts by (event, status)."""

    def __init__(self, world: World, url: str, secret: str) -> None:
        self._world = world
        self._secret = secret
        self.url = url
        self.wait, self.timeout = WAIT, TIMEOUT
        self.tries: list[tuple[str, int]] = []
        self._turns: dict[str, asyncio.Lock] = {}
        self._first_tries: set[asyncio.Task[None]] = set()

    def sign(self, body: bytes) -> str:
        """Sheet 9."""
        return signing.melhor_envio(self._secret, body)["x-me-signature"]

    def send(self, event: str, data: Json) -> None:
        """Start sending at once; first attempts for one label keep their order, retries do not."""
        if not self.url:
            return
        body = json.dumps({"event": event, "data": data}, ensure_ascii=False, separators=(",", ":")).encode()
        turn = self._turns.setdefault(data["id"], asyncio.Lock())
        task = asyncio.ensure_future(self._first(event, body, turn))
        self._first_tries.add(task)
        task.add_done_callback(self._first_tries.discard)
        self._world.later(task)

    async def settled(self) -> None:
        """Wait until every webhook so far has been attempted once."""
        while self._first_tries:
            await asyncio.wait(set(self._first_tries))

    async def _first(self, event: str, body: bytes, turn: asyncio.Lock) -> None:
        async with turn:
            delivered = await self._try(event, body)
        if not delivered:
            self._world.later(self._again(event, body))

    async def _again(self, event: str, body: bytes) -> None:
        for _ in range(ATTEMPTS - 1):
            await asyncio.sleep(self.wait)
            if await self._try(event, body):
                return

    async def _try(self, event: str, body: bytes) -> bool:
        headers = {**HEADERS, "x-me-signature": self.sign(body)}
        status = await self._world.deliver("melhor_envio", self.url, body, headers, timeout=self.timeout)
        self.tries.append((event, status))
        return 200 <= status < 300

    async def register(self, url: str) -> None:
        """The panel's check of a new URL. Reports differ on what is sent (sheet 9), so all of it is; ValueError with
        the panel's message if one of them is not answered with 2xx."""
        unlabelled = b'{"event":"order.created","data":{}}'
        tries = [
            await self._status("GET", url, b"", {}),
            await self._status("HEAD", url, b"", {}),
            await self._status("POST", url, b"", {}),
            await self._status("POST", url, b"{}", {}),
            await self._status("POST", url, unlabelled, {"x-me-signature": self.sign(unlabelled)}),
        ]
        bad = next((status for status in tries if not 200 <= status < 300), None)
        if bad is not None:
            raise ValueError(f"E-WBH-0002: A URL respondeu a requisição de teste com status inválido {bad}.")
        self.url = url

    async def _status(self, method: str, url: str, body: bytes, headers: dict[str, str]) -> int:
        if method == "POST":
            headers = {"content-type": "application/json", **headers}
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self.timeout)) as session,
                session.request(method, url, data=body or None, headers={**HEADERS, **headers}) as response,
            ):
                return response.status
        except (aiohttp.ClientError, TimeoutError):
            return 0
