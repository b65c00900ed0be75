"""Sending e-mail. The idempotency key makes a repeat harmless, so even a call without a response is retried.

The provider compares bodies under one key, so the same e-mail must always give the same body.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from bot.domain.commands import UnhappyMail
from bot.integrations.errors import NotFound, ProviderError, RateLimited, Refused, Unauthorised, Unavailable, Uncertain
from bot.integrations.http import LONGEST_ID, Answer, Http
from bot.integrations.limits import Limits
from bot.integrations.mail_domain import DnsRecord, Domain, absolute
from bot.integrations.protocols import Email
from bot.integrations.resend import outcomes

NAME = "resend"
LIMITS = Limits(calls=10, window_s=1, told=True)
"""Per team, over all its keys; each response contains the current number."""
LONGEST_KEY = 256
LONGEST_TAG = 256
MOST_TAGS = 75
PAGE, MOST_PAGES = 100, 20
"""E-mails per list page, and the maximum of pages."""
MAX_MAIL = 40 * 1024 * 1024
"""Bytes of all attachments, counted after base64."""

_BAD_KEY = frozenset(["missing_api_key", "restricted_api_key", "suspended_api_key", "invalid_api_key"])
_NO_RIGHT = frozenset(["invalid_permission", "invalid_access"])
_AGAIN = frozenset(["concurrent_idempotent_requests", "resource_locked"])
_SERVER = frozenset(["application_error", "internal_server_error", "service_unavailable"])
_TOO_MANY = frozenset(["rate_limit_exceeded", "daily_quota_exceeded", "monthly_quota_exceeded"])
_USED_UP = frozenset(["daily_quota_exceeded", "monthly_quota_exceeded"])
QUOTA_PAUSE = 3600.0
"""Seconds. A quota is restored at midnight UTC, with the new month, or when the operator buys more. The last is not
announced, so it is tried once an hour."""


@dataclass(frozen=True)
class Webhook:
    enabled: bool
    events: tuple[str, ...]


class ResendMailer:
    """A :class:`~bot.integrations.protocols.Mailer`. ``sender`` is ``a@b`` or ``Name <a@b>`` of a verified domain.

    Refusals carry the provider's error name in ``code`` and one of these in ``reason``: ``bad_key``, ``not_allowed``,
    ``unverified_domain``, ``bad_address``, ``too_large``, ``key_reused``, otherwise the provider's name.
    """

    def __init__(self, http: Http, *, base_url: str, api_key: str, sender: str) -> None:
        headers = {"Authorization": f"Bearer {api_key}", "Accept": "application/json"}
        self._http = http.provider(NAME, base_url, headers, self._objection, limits=LIMITS)
        self._sender = sender

    async def send(self, email: Email, *, idempotency_key: str) -> str:
        answer = await self._http.call(
            "POST",
            "/emails",
            operation="email.send",
            json=self._body(email),
            headers={"Idempotency-Key": safe_key(idempotency_key)},
            repeat="always",
            refusal=self._no_email,
        )
        return str(answer.json["id"])

    async def check(self) -> None:
        """Whether the provider accepts our key: reads an e-mail that cannot exist, which a sending key may not do
        either.

        Raises :class:`Unauthorised` for a wrong key, ``Unavailable`` if nobody answers.
        """
        try:
            await self._http.call("GET", "/emails/00000000-0000-4000-8000-000000000000", operation="email.check")
        except NotFound:
            return
        except Unauthorised as error:
            # this refusal proves that the key is known and may only send
            if not (error.code == "restricted_api_key" and error.status == 401):
                raise

    async def unhappy(self, since: datetime) -> list[UnhappyMail]:
        """Newest first, page by page back to ``since``. Empty for a key that may only send."""
        found: list[UnhappyMail] = []
        query: dict[str, str] = {"limit": str(PAGE)}
        for _ in range(MOST_PAGES):
            try:
                answer = await self._http.call("GET", "/emails", operation="email.list", params=query)
            except Unauthorised as error:
                if error.code == "restricted_api_key":
                    return []
                raise
            rows = _rows(answer)
            found += [unhappy for row in rows if (unhappy := outcomes.of_row(row)) is not None]
            more = isinstance(answer.json, dict) and answer.json.get("has_more") is True
            if not rows or not more or outcomes.sent_before(rows[-1], since):
                break
            query["after"] = str(rows[-1].get("id"))
        return found

    async def domain(self) -> Domain | None:
        """The sender's domain at the provider, with its required DNS records; None if it is not there.

        Raises ``Unauthorised`` with code ``restricted_api_key`` for a key that may only send.
        """
        name = self.sender_domain
        rows = _rows(await self._http.call("GET", "/domains", operation="domain.list"))
        row = next((r for r in rows if str(r.get("name", "")).lower() == name), None)
        if row is None:
            return None
        if not row.get("id"):
            raise Unavailable(NAME, "a domain without its id", reason="unreadable")
        answer = await self._http.call("GET", f"/domains/{quote(str(row.get('id')), safe='')}", operation="domain.read")
        whole = answer.json if isinstance(answer.json, dict) else {}
        listed = whole.get("records")
        records = tuple(
            DnsRecord(
                str(r.get("record", "")),
                absolute(str(r["name"]), name),
                str(r.get("type", "")),
                str(r.get("value", "")),
                str(r.get("status", "")),
            )
            for r in (listed if isinstance(listed, list) else [])
            if isinstance(r, dict) and r.get("name")
        )
        return Domain(name, str(whole.get("status") or row.get("status") or ""), records)

    async def find_webhook(self, url: str) -> Webhook | None:
        """The registered webhook that calls ``url``. Raises as :meth:`domain` for a key that may only send."""
        rows = _rows(await self._http.call("GET", "/webhooks", operation="webhook.list"))
        row = next((r for r in rows if r.get("endpoint") == url), None)
        if row is None:
            return None
        events = row.get("events")
        return Webhook(row.get("status") != "disabled", tuple(map(str, events if isinstance(events, list) else ())))

    @property
    def sender_domain(self) -> str:
        return self._sender.rpartition("@")[2].rstrip("> ").lower()

    def _body(self, email: Email) -> dict[str, Any]:
        body: dict[str, Any] = {
            "from": self._sender,
            "to": [email.to],
            "subject": " ".join(email.subject.split()),
            "html": email.html,
            "text": email.text,
        }
        tags = [
            {"name": tag_text(name), "value": tag_text(value)}
            for name, value in sorted(email.tags.items())
            if name and value
        ]
        if tags:
            body["tags"] = tags[:MOST_TAGS]
        attachments = [
            {
                "filename": file.name,
                "content": base64.b64encode(file.data).decode("ascii"),
                "content_type": file.mime_type,
                **({"content_id": file.content_id} if file.content_id else {}),
            }
            for file in email.attachments
        ]
        if sum(len(a["content"]) for a in attachments) > MAX_MAIL:
            raise Refused(NAME, "the attachments are too large", reason="too_large")
        if attachments:
            body["attachments"] = attachments
        if email.headers:
            body["headers"] = dict(sorted(email.headers.items()))
        return body

    def _no_email(self, answer: Answer) -> ProviderError | None:
        if not answer.ok:
            return self._objection(answer)
        found = answer.json.get("id") if isinstance(answer.json, dict) else None
        if isinstance(found, str) and 0 < len(found.strip()) <= LONGEST_ID:
            return None
        # something between us and the provider answered: the key lets us retry without a second e-mail
        return Uncertain(NAME, "the answer names no e-mail", reason="unreadable", status=answer.status)

    def _objection(self, answer: Answer) -> ProviderError | None:
        if answer.ok:
            return None
        status = answer.status
        body = answer.json if isinstance(answer.json, dict) else None
        if body is None or not isinstance(body.get("name"), str):
            # not the API's own error: a gateway or the edge in front of it, so the e-mail never got there
            return Unavailable(NAME, f"HTTP {status} without an error name", reason="blocked", status=status)
        name = body["name"]
        detail = str(body.get("message") or "")
        said = detail.lower()
        kind: type[Refused] = Refused
        reason = name
        if name in _TOO_MANY:
            pause = QUOTA_PAUSE if name in _USED_UP else 0.0
            return RateLimited(NAME, detail, reason=name, code=name, status=status, retry_after=pause)
        if name in _AGAIN or name in _SERVER:
            return Unavailable(NAME, detail, reason=name, code=name, status=status)
        if name in _BAD_KEY or (status in (400, 401, 403) and "api key" in said and "invalid" in said):
            kind, reason = Unauthorised, "bad_key"
        elif status == 401 or name in _NO_RIGHT:
            kind, reason = Unauthorised, "not_allowed"
        elif name == "not_found":
            kind, reason = NotFound, "not_found"
        elif name == "invalid_idempotent_request":
            reason = "key_reused"
        elif status == 403 and "domain" in said:
            reason = "unverified_domain"
        elif re.search(r"`(to|cc|bcc)`", said) and name != "missing_required_field":
            reason = "bad_address"
        return kind(NAME, detail, reason=reason, code=name, status=status)


def _rows(answer: Answer) -> list[dict[str, Any]]:
    data = answer.json.get("data") if isinstance(answer.json, dict) else None
    if not isinstance(data, list):
        raise Unavailable(NAME, "the answer is no list", reason="unreadable", status=answer.status)
    return [row for row in data if isinstance(row, dict)]


def safe_key(key: str) -> str:
    """The key in a form that the header accepts: 1 to 256 printable ASCII characters; anything else is hashed."""
    if key.isascii() and key.isprintable() and key == key.strip() and 1 <= len(key) <= LONGEST_KEY:
        return key
    return "sha256-" + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def tag_text(text: str) -> str:
    """A tag's name or value: ASCII letters, digits, ``_`` and ``-``, at most 256."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", text)[:LONGEST_TAG]
