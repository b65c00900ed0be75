"""Calls to the account's routes: with its token, a new one if that is refused, and lists page by page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

from bot.integrations.errors import Unauthorised, Unavailable, Uncertain
from bot.integrations.http import Answer, Http, ProviderHttp, Repeat
from bot.integrations.melhor_envio.oauth import Tokens
from bot.integrations.melhor_envio.refusals import LIMITS, MISSING_SCOPE, PROVIDER, UNAUTHENTICATED, refusal

PREFIX = "/api/v2/me"


class Api:
    """``user_agent`` is compulsory: ``Name (contact e-mail)``."""

    def __init__(self, http: Http, base_url: str, tokens: Tokens, user_agent: str) -> None:
        headers = {"Accept": "application/json", "User-Agent": user_agent}
        self._http: ProviderHttp = http.provider(PROVIDER, base_url, headers, refusal, limits=LIMITS)
        self._tokens = tokens
        self.redactor = http.redactor

    async def call(
        self, method: str, path: str, operation: str, *, json: Any = None, repeat: Repeat | None = None, **more: Any
    ) -> Answer:
        """Call with the current token; once more with another one if it was refused, or lacks a scope that the owner
        has granted since."""
        token = await self._tokens.access()
        for again in (False, True):
            try:
                return await self._http.call(
                    method,
                    PREFIX + path,
                    operation=operation,
                    json=json,
                    repeat=repeat,
                    headers={"Authorization": f"Bearer {token}"},
                    **more,
                )
            except Unauthorised as error:
                if again or error.reason not in (UNAUTHENTICATED, MISSING_SCOPE):
                    raise
                if error.reason == MISSING_SCOPE:
                    newer = await self._tokens.newer(token)
                    if not newer:
                        raise
                    token = newer
                    continue
            token = await self._tokens.refresh(token)
        raise AssertionError("unreachable")

    async def pages(self, path: str, operation: str, newest: int) -> AsyncIterator[Any]:
        """The items of the first ``newest`` pages, and of the last one, in case the oldest come first."""
        pages = list(range(1, newest + 1))
        for number in pages:
            items, last = await self.page(path, operation, number)
            for item in items:
                yield item
            if number == 1 and last > newest:
                pages.append(last)
            if number >= last:
                return

    async def page(self, path: str, operation: str, number: int) -> tuple[list[Any], int]:
        """The items of one page, numbered from 1, and the number of the last page."""
        return _page(await self.call("GET", path, operation, params={"page": number}))


def _page(answer: Answer) -> tuple[list[Any], int]:
    """The items of a list and the number of its last page. An empty list is 204 without a body."""
    if answer.json is None:
        return [], 1
    if isinstance(answer.json, list):
        return answer.json, 1
    items = answer.json.get("data") if isinstance(answer.json, dict) else None
    if not isinstance(items, list):
        raise unreadable(answer)
    last = answer.json.get("last_page")
    return items, last if isinstance(last, int) else 1


def safe(shipment_id: str) -> str:
    """An id as part of a path."""
    return quote(shipment_id, safe="")


def of(answer: Answer, shipment_id: str) -> dict[str, Any]:
    """The part of a response keyed by label that concerns this one. There are other keys beside it."""
    outcome = answer.json.get(shipment_id) if isinstance(answer.json, dict) else None
    if not isinstance(outcome, dict):
        raise unreadable(answer)
    return outcome


def uncertain(answer: Answer) -> Uncertain:
    """Like :func:`unreadable`, for a change that may have been made."""
    return Uncertain(PROVIDER, "an answer of an unknown shape", reason="unreadable", status=answer.status)


def unreadable(answer: Answer) -> Unavailable:
    return Unavailable(PROVIDER, "an answer of an unknown shape", reason="unreadable", status=answer.status)
