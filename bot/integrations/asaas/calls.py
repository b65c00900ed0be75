"""Calls to Asaas: headers, error bodies, pages. The single calls are in the other modules.

Error bodies are ``{"errors": [{"code": "invalid_dueDate", "description": "…"}]}``, descriptions in Portuguese; 403
and gateway errors may be HTML, a 404 may be empty.
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from bot.domain.text import fold
from bot.integrations.errors import NotFound, ProviderError, Refused, Unauthorised, Uncertain
from bot.integrations.http import LONGEST_ID, Answer, Http, Reader, Repeat
from bot.integrations.limits import Limits
from bot.integrations.protocols import File

NAME = "asaas"
LIMITS = Limits(at_once=40, calls=25_000, window_s=12 * 3600)
"""Per account; 50 concurrent reads are allowed, some of which are left for people in the panel."""

MAX_DESCRIPTION = 500
LONGEST_TEXT = 4000
"""Most characters of a Pix code, a boleto line or an address."""

PAGE = 100
"""The maximum per page."""

Json = dict[str, Any]

_REASONS = {
    "invalid_customer": "invalid_customer",
    "invalid_value": "invalid_value",
    "invalid_dueDate": "invalid_due_date",
    "invalid_billingType": "method_unavailable",
    "invalid_cpfCnpj": "invalid_document",
    "invalid_email": "invalid_email",
    "invalid_phone": "invalid_phone",
    "invalid_mobilePhone": "invalid_phone",
    "invalid_postalCode": "invalid_postal_code",
}
# Generic codes (invalid_object, invalid_action) say nothing: the words of the description do.
_WORDS = (
    ("em uso", "already_taken"),
    ("cpf", "invalid_document"),
    ("cnpj", "invalid_document"),
    ("saldo", "insufficient_balance"),
    ("carteira", "invalid_wallet"),
    ("wallet", "invalid_wallet"),
    ("split", "invalid_split"),
)


class Asaas:
    """Single calls and lists. Everything raises the tree of :mod:`bot.integrations.errors`."""

    def __init__(self, http: Http, *, base_url: str, api_key: str, upload_timeout: float | None = None) -> None:
        self._upload_timeout = upload_timeout
        headers = {"access_token": api_key, "Accept": "application/json"}
        self._way = http.provider(NAME, base_url, headers, limits=LIMITS, busy_is_doubt=True)

    async def get(self, path: str, operation: str, *, expect: str, params: Mapping[str, Any] | None = None) -> Json:
        """Read something; a response without a value under ``expect`` is unreadable. Never sends a body: a GET with one
        is answered with 403."""
        answer = await self._way.call("GET", path, operation=operation, params=params, refusal=_reader(expect))
        return _object(answer)

    async def send(
        self, method: str, path: str, operation: str, body: Json | None, *, expect: str = "", repeat: Repeat = "unsent"
    ) -> Json:
        """Change something. Asaas has no idempotency keys: ``repeat`` is ``always`` only for idempotent calls.
        ``Uncertain`` if it may have happened."""
        answer = await self._way.call(
            method, path, operation=operation, json=body, repeat=repeat, refusal=_reader(expect)
        )
        return _object(answer)

    async def upload(self, path: str, operation: str, files: Sequence[File], *, expect: str) -> Json:
        """Send documents as a form; not repeatable."""
        parts = [("files", (file.name, file.data, file.mime_type)) for file in files]
        answer = await self._way.call(
            "POST", path, operation=operation, files=parts, timeout=self._upload_timeout, refusal=_reader(expect)
        )
        return _object(answer)

    async def items(
        self, path: str, operation: str, params: Mapping[str, Any] | None = None, *, pages: int | None = 5
    ) -> AsyncIterator[Json]:
        """The items of a list in the provider's order (newest first), one page in memory at a time, at most ``pages``
        pages."""
        for number in itertools.count() if pages is None else range(pages):
            found, more = await self.page(path, operation, params, number)
            for item in found:
                yield item
            if not more:
                return

    async def page(
        self, path: str, operation: str, params: Mapping[str, Any] | None = None, number: int = 0
    ) -> tuple[list[Json], bool]:
        """One page of a list, and whether there are more."""
        asked = {**(params or {}), "limit": PAGE, "offset": number * PAGE}
        answer = await self.get(path, operation, expect="data", params=asked)
        found = rows(answer["data"])
        return found, bool(found) and answer.get("hasMore") is True


def at(*parts: object) -> str:
    """A path. Ids come out of answers and webhooks, and none may lead to another endpoint."""
    return "".join(f"/{quote(str(part), safe='')}" for part in parts)


def _reader(expect: str) -> Reader:
    def read(answer: Answer) -> ProviderError | None:
        if not answer.ok:
            return _refusal(answer)
        if expect:
            told = isinstance(answer.json, dict) and _tells(expect, answer.json.get(expect))
        else:
            told = answer.status == 204 or isinstance(answer.json, dict)
        return None if told else unreadable(answer.text)

    return read


def _tells(expect: str, value: Any) -> bool:
    """Whether the expected value is there: an id, a number, or a list."""
    if expect == "data":
        return isinstance(value, list) and all(isinstance(item, dict) for item in value)
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return False
    return 0 < len(str(value).strip()) <= (LONGEST_ID if expect.lower().endswith("id") else LONGEST_TEXT)


def unreadable(detail: str) -> Uncertain:
    """A response that lacks a required value, or has another type there. It is never guessed: an overlooked refund
    would be repeated, and an amount of 0 is an amount."""
    return Uncertain(NAME, detail, reason="unreadable")


def rows(value: Any) -> list[Json]:
    """A list of objects, empty if there is none. Raises ``Uncertain`` for anything else."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise unreadable("not a list of things")
    return value


@contextmanager
def reading_back() -> Iterator[None]:
    """Wraps reads after a change: the change is done whatever they return, so no error in here may count as a refusal,
    or as a reason to repeat the change without a lookup."""
    try:
        yield
    except ProviderError as error:
        raise Uncertain(NAME, error.detail, reason=error.reason, status=error.status) from error


def _refusal(answer: Answer) -> ProviderError:
    code, description = _first_error(answer.json)
    kind: type[ProviderError]
    match answer.status:
        case 401:
            kind, reason = Unauthorised, "unauthorised"
        case 403:
            kind, reason = Unauthorised, "forbidden"
        case 404:
            kind, reason = NotFound, "not_found"
        case 408:
            kind, reason = Uncertain, "timeout"
        case 409:
            # a repetition, perhaps of our own first attempt at this transfer: look it up
            kind, reason = Uncertain, "duplicate"
        case _ if not isinstance(answer.json, dict):
            # not the API's words: somebody in front of it has answered
            kind, reason = Uncertain, "blocked"
        case _:
            kind, reason = Refused, reason_of(code, description)
    return kind(NAME, description or answer.text, reason=reason, code=code, status=answer.status)


def reason_of(code: str, description: str) -> str:
    """Our class of their error, ``refused`` if there is none."""
    if code in _REASONS:
        return _REASONS[code]
    words = fold(description)
    return next((reason for word, reason in _WORDS if word in words), "refused")


def _first_error(body: Any) -> tuple[str, str]:
    errors = body.get("errors") if isinstance(body, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else None
    if not isinstance(first, dict):
        return "", ""
    return str(first.get("code") or ""), str(first.get("description") or "")


def _object(answer: Answer) -> Json:
    return answer.json if isinstance(answer.json, dict) else {}
