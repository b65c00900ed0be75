"""Requests as the documents say, and nothing more."""

from __future__ import annotations

from typing import Any

import aiohttp

from bot.integrations.http import Answer
from tests import schemas
from tests.support_asaas import KEY, Stand


class Raw:
    """What the documents say to send, and nothing more."""

    def __init__(self, session: aiohttp.ClientSession, stand: Stand) -> None:
        self.session, self.stand = session, stand
        self.customer = ""

    async def __call__(
        self, method: str, path: str, body: Any = None, *, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        async with self.session.request(
            method,
            self.stand.base_url + path,
            json=body,
            headers={"access_token": KEY, "User-Agent": "tests"} if headers is None else headers,
        ) as response:
            read = Answer(response.status, {"content-type": response.content_type}, await response.read())
            answer = await response.json() if response.content_type == "application/json" else await response.text()
        if "X-Sandbox" in response.headers:
            assert schemas.findings("asaas", method, str(response.url), None, read) == []
        return response.status, answer

    async def code(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        """Status and the first error's code."""
        status, answer = await self(method, path, body)
        assert status >= 400, answer
        return status, answer["errors"][0]["code"] if answer else ""

    def wanted(self, **changes: Any) -> dict[str, Any]:
        body = {
            "customer": self.customer,
            "billingType": "PIX",
            "value": 100,
            "dueDate": "2026-11-23",
            "externalReference": "order-1042-a1",
        } | changes
        return {name: value for name, value in body.items() if value is not ...}

    async def charge(self, **changes: Any) -> Any:
        status, answer = await self("POST", "/payments", self.wanted(**changes))
        assert status == 200, answer
        return answer

    async def refused(self, **changes: Any) -> str:
        before = len(self.stand.account.charges)
        status, code = await self.code("POST", "/payments", self.wanted(**changes))
        assert status == 400
        assert len(self.stand.account.charges) == before
        return code
