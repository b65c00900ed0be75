"""A stand-in of Resend, as strict as its documents (sheet: the facts sheet on Resend, section numbers cited).

What was sent stands in ``mailbox``; its webhooks are signed in the Svix way. Nothing leaves the machine.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import json
import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from sandbox.core import Handler, World, faulty

PROVIDER = "resend"
REMEMBERED = timedelta(hours=24)
MAX_ATTACHMENTS = 40 * 1024 * 1024
RETRIES = (5.0, 300.0, 1800.0, 7200.0, 18000.0, 36000.0, 36000.0)
"""Sheet 12: seconds before each further attempt of a webhook."""

_ADDRESS = re.compile(r"[^\s@<>,]+@[^\s@<>,]+\.[^\s@<>,]+")
_NAMED = re.compile(r"[^<>]*<([^<>]+)>")
_TAG = re.compile(r"[A-Za-z0-9_-]{1,256}")
_FICTITIOUS = frozenset(["example.com", "example.net", "example.org", "test.com"])
_OUTCOMES = {
    "delivered": ("delivered",),
    "bounced": ("bounced",),
    "complained": ("delivered", "complained"),
    "suppressed": ("suppressed",),
    "delayed": ("delivery_delayed",),
    "failed": ("failed",),
}
_BOUNCE = {
    "type": "Permanent",
    "subType": "General",
    "message": "The recipient's email provider sent a hard bounce message.",
    "diagnosticCode": ["smtp; 550 5.1.1 user unknown"],
}
_SUPPRESSED = {
    "type": "OnAccountSuppressionList",
    "message": "Resend has suppressed sending to this address.",
    "reason": "previous_bounce",
    "diagnosticCode": ["smtp; 550 5.1.1 user unknown"],
}


@dataclass
class Mail:
    """An accepted e-mail. ``events`` are the types sent out so far, oldest first."""

    id: str
    sender: str
    to: list[str]
    subject: str
    html: str | None
    text: str | None
    tags: list[dict[str, str]]
    attachments: list[dict[str, Any]]
    headers: dict[str, str]
    idempotency_key: str
    created_at: datetime
    last_event: str = "queued"
    events: list[str] = field(default_factory=list)

    @property
    def message_id(self) -> str:
        return f"<{self.id}@sandbox.resend.example>"


@dataclass
class _Remembered:
    digest: bytes
    email_id: str
    at: datetime


class _Refusal(Exception):
    def __init__(self, status: int, name: str, message: str) -> None:
        super().__init__(name)
        self.status, self.name, self.message = status, name, message


class ResendSandbox:
    """``keys`` may get more keys: ``sending_access``, ``inactive`` and ``suspended`` are answered as documented.

    ``outcomes`` says what becomes of mail to an address: delivered, bounced, complained, suppressed, delayed, failed.
    ``gate`` holds sends back while it is cleared (``at_gate``: one has come so far), to see what a second call under
    one key is told. ``per_second`` is the rate of calls by ``timer``, 0 for none; the status of a wrong key,
    ``bad_key_status``, is not settled by the documents (sheet 6).
    """

    def __init__(
        self, world: World, *, api_key: str, sender_domain: str, webhook_url: str = "", webhook_secret: str = ""
    ) -> None:
        self.world = world
        self.keys = {api_key: "full_access"}
        self.sender_domain = sender_domain
        self.webhook_url = webhook_url
        self.webhook_secret = webhook_secret
        self.mailbox: list[Mail] = []
        self.outcomes: dict[str, str] = {}
        self.per_second = 10
        self.bad_key_status = 401
        self.gate = asyncio.Event()
        self.gate.set()
        self.at_gate = asyncio.Event()
        self.retries = RETRIES
        self.timer: Callable[[], float] = time.monotonic
        self._remembered: dict[str, _Remembered] = {}
        self._running: set[str] = set()
        self._window: tuple[int, int] = (0, 0)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/emails", faulty(self.world, PROVIDER, self._api(self._send, sending=True))),
            web.get("/emails/{id}", faulty(self.world, PROVIDER, self._api(self._read))),
            web.get("/domains", faulty(self.world, PROVIDER, self._api(self._domains))),
        ]

    # --- what stands in front of every call --------------------------------------------------------------

    def _api(self, handler: Handler, *, sending: bool = False) -> Handler:
        async def wrapped(request: web.Request) -> web.StreamResponse:
            if not request.headers.get("User-Agent"):
                # sheet 1: compulsory; the edge answers, so the body is not the API's JSON
                return web.Response(status=403, text="error code: 1010", content_type="text/html")
            limits: dict[str, str] = {}
            try:
                self._authorise(request, sending=sending)
                limits = self._count()
                response = await handler(request)
            except _Refusal as refusal:
                response = web.json_response(
                    {"statusCode": refusal.status, "name": refusal.name, "message": refusal.message},
                    status=refusal.status,
                )
                if refusal.status == 429:
                    limits = {**self._limits(0), "retry-after": "1"}
            response.headers.update(limits)
            return response

        return wrapped

    def _authorise(self, request: web.Request, *, sending: bool) -> None:
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not key:
            raise _Refusal(401, "missing_api_key", "Missing API Key")  # sheet 6, row missing_api_key
        kind = self.keys.get(key)
        if kind is None:
            # sheet 6, traps: no name of its own any more; the status is UNCONFIRMED
            raise _Refusal(self.bad_key_status, "validation_error", "API key is invalid")
        if kind == "suspended":
            raise _Refusal(403, "suspended_api_key", "This API key is suspended")  # sheet 6
        if kind == "inactive":
            raise _Refusal(403, "restricted_api_key", "This API key is not active")  # sheet 6
        if kind == "sending_access" and not sending:
            # sheet 6: a sending key used for something else than sending
            raise _Refusal(401, "restricted_api_key", "This API key is restricted to only send emails")

    def _count(self) -> dict[str, str]:
        """Sheet 7: a strict window of one second for the whole team, without burst."""
        if not self.per_second:
            return {}
        second = int(self.timer())
        used = self._window[1] if self._window[0] == second else 0
        if used >= self.per_second:
            raise _Refusal(429, "rate_limit_exceeded", f"Too many requests. The limit is {self.per_second} a second.")
        self._window = (second, used + 1)
        return self._limits(self.per_second - used - 1)

    def _limits(self, left: int) -> dict[str, str]:
        return {
            "ratelimit-limit": str(self.per_second),
            "ratelimit-remaining": str(left),
            "ratelimit-reset": "1",
            "ratelimit-policy": f"{self.per_second};w=1",
        }

    # --- sending -----------------------------------------------------------------------------------------

    async def _send(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return self._accepted(await self._deliver(raw, ""))
        if not 1 <= len(key) <= 256:
            # sheet 6, row invalid_idempotency_key
            raise _Refusal(400, "invalid_idempotency_key", "The key must be between 1-256 characters.")
        now = self.world.clock()
        digest = hashlib.sha256(raw).digest()
        known = self._remembered.get(key)
        if known is not None and now - known.at < REMEMBERED:
            if known.digest != digest:
                # sheet 3: same key, other body; compared by bytes, the strictest reading
                message = "This idempotency key has already been used on a request with a different payload."
                raise _Refusal(409, "invalid_idempotent_request", message)
            return self._accepted(known.email_id)
        if key in self._running:
            # sheet 3: same key while the first is running
            message = "Another request with this idempotency key is in progress."
            raise _Refusal(409, "concurrent_idempotent_requests", message)
        self._running.add(key)
        try:
            email_id = await self._deliver(raw, key)
        finally:
            self._running.discard(key)
        # sheet 3: only successes are remembered (assumed)
        self._remembered[key] = _Remembered(digest, email_id, now)
        return self._accepted(email_id)

    @staticmethod
    def _accepted(email_id: str) -> web.Response:
        return web.json_response({"id": email_id})

    async def _deliver(self, raw: bytes, key: str) -> str:
        body = _parse(raw)
        sender, to, attachments = self._check(body)
        self.at_gate.set()
        await self.gate.wait()
        mail = Mail(
            id=str(uuid.uuid4()),
            sender=sender,
            to=to,
            subject=body["subject"],
            html=body.get("html"),
            text=body.get("text"),
            tags=body.get("tags") or [],
            attachments=attachments,
            headers=body.get("headers") or {},
            idempotency_key=key,
            created_at=self.world.clock(),
        )
        self.mailbox.append(mail)
        self.world.publish(
            "mail",
            {
                "id": mail.id,
                "from": mail.sender,
                "to": mail.to,
                "subject": mail.subject,
                "html": mail.html,
                "text": mail.text,
                "at": mail.created_at.isoformat(),
            },
        )
        self.world.later(self._tell(mail))
        return mail.id

    def _check(self, body: dict[str, Any]) -> tuple[str, list[str], list[dict[str, Any]]]:
        for name in ("from", "to", "subject"):
            if not body.get(name):
                raise _missing(name)
        if not any(isinstance(body.get(name), str) for name in ("html", "text")):
            raise _missing("html")  # sheet 2: at least one of html, text
        sender = body["from"]
        address = _address_of(sender)
        if address is None or not isinstance(sender, str):
            raise _malformed("from")
        to = _addresses(body, "to")
        for name in ("cc", "bcc", "reply_to"):
            _addresses(body, name)
        if len(to) > 50:
            raise _Refusal(400, "validation_error", "The `to` field takes at most 50 addresses.")  # sheet 2, row to
        self._check_domain(address, to)
        _check_tags(body.get("tags"))
        return sender, to, _attachments(body.get("attachments"))

    def _check_domain(self, address: str, to: list[str]) -> None:
        domain = address.rpartition("@")[2].lower()
        if domain == "resend.dev":
            # sheet 6, 403 validation_error: the test sender used towards another person's address
            if any(not a.endswith("@resend.dev") for a in to):
                raise _Refusal(403, "validation_error", "You can only send testing emails to your own email address.")
        elif domain != self.sender_domain.lower():
            # sheet 2, row from: the domain must equal a verified one exactly, sub-domain included
            raise _Refusal(403, "validation_error", f"The {domain} domain is not verified.")

    # --- reading -----------------------------------------------------------------------------------------

    async def _read(self, request: web.Request) -> web.StreamResponse:
        email_id = request.match_info["id"]
        try:
            uuid.UUID(email_id)
        except ValueError:
            # sheet 6, row invalid_parameter
            raise _Refusal(422, "invalid_parameter", "The `id` must be a valid UUID.") from None
        mail = next((m for m in self.mailbox if m.id == email_id), None)
        if mail is None:
            raise _Refusal(404, "not_found", "Email not found")  # sheet 5
        return web.json_response(
            {
                "object": "email",
                "id": mail.id,
                "message_id": mail.message_id,
                "to": mail.to,
                "from": mail.sender,
                "created_at": mail.created_at.isoformat(sep=" "),
                "subject": mail.subject,
                "html": mail.html,
                "text": mail.text,
                "bcc": [],
                "cc": [],
                "reply_to": [],
                "last_event": mail.last_event,
                "scheduled_at": None,
                "tags": mail.tags,
                "topic_id": None,
            }
        )

    async def _domains(self, _: web.Request) -> web.StreamResponse:
        """Sheet 9: the list comes without the records of DNS."""
        domain = {
            "id": str(uuid.uuid5(uuid.NAMESPACE_DNS, self.sender_domain)),
            "name": self.sender_domain,
            "status": "verified",
            "created_at": "2026-03-28T17:12:02.059593+00:00",
            "region": "sa-east-1",
            "capabilities": {"sending": "enabled", "receiving": "disabled"},
        }
        return web.json_response({"object": "list", "has_more": False, "data": [domain]})

    # --- webhooks ----------------------------------------------------------------------------------------

    async def _tell(self, mail: Mail) -> None:
        """Sheet 8: what the test addresses stand for; any other address gets its mail."""
        outcome = self.outcomes.get(_address_of(mail.to[0]) or "") or _test_outcome(mail.to[0])
        steps = _OUTCOMES[outcome] if outcome == "suppressed" else ("sent", *_OUTCOMES[outcome])
        for step in steps:
            await asyncio.sleep(self.world.pace)
            mail.last_event = step
            mail.events.append(step)
            await self.send_event(mail, step)

    async def send_event(self, mail: Mail, step: str) -> int:
        """Send one webhook on an e-mail, tried again as documented until a 2xx; the status of the last attempt."""
        now = _iso(self.world.clock())
        data: dict[str, Any] = {
            "created_at": _iso(mail.created_at),
            "email_id": mail.id,
            "message_id": mail.message_id,
            "from": mail.sender,
            "to": mail.to,
            "subject": mail.subject,
        }
        if mail.tags:
            data["tags"] = {t["name"]: t["value"] for t in mail.tags}  # sheet 11: an array out, an object back
        if mail.headers:
            data["headers"] = [{"name": n, "value": v} for n, v in mail.headers.items()]
        extra = {"bounced": _BOUNCE, "suppressed": _SUPPRESSED, "failed": {"reason": "reached_daily_quota"}}
        names = {"bounced": "bounce"}
        if step in extra:
            data[names.get(step, step)] = extra[step]
        body = json.dumps({"type": f"email.{step}", "created_at": now, "data": data}, ensure_ascii=False).encode()
        return await self.send_webhook(body)

    async def send_webhook(self, body: bytes) -> int:
        """Sign and send a body; ``svix-id`` stays over the attempts, the time is new with each (sheet 12)."""
        if not self.webhook_url:
            return 0
        message_id = f"msg_{uuid.uuid4().hex}"
        status = 0
        for wait in (0.0, *self.retries):
            if wait:
                await asyncio.sleep(wait)
            status = await self.world.deliver(PROVIDER, self.webhook_url, body, self.signed(message_id, body))
            if 200 <= status < 300:
                break
        return status

    def signed(self, message_id: str, body: bytes) -> dict[str, str]:
        """The three Svix headers of a body."""
        sent = str(int(self.world.clock().timestamp()))
        key = base64.b64decode(self.webhook_secret.removeprefix("whsec_"))
        digest = hmac.new(key, f"{message_id}.{sent}.".encode() + body, hashlib.sha256).digest()
        signature = f"v1,{base64.b64encode(digest).decode()}"
        return {"svix-id": message_id, "svix-timestamp": sent, "svix-signature": signature}


def _parse(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        # sheet 6, row validation_error
        raise _Refusal(400, "validation_error", "The request body is not a JSON object.")
    return body


def _missing(name: str) -> _Refusal:
    """Sheet 6, row missing_required_field."""
    return _Refusal(422, "missing_required_field", f"Missing `{name}` field.")


def _malformed(name: str) -> _Refusal:
    """Sheet 6, traps: 422 whose message starts so; the error's name is UNCONFIRMED."""
    message = f"Invalid `{name}` field. The email address needs to follow the `email@example.com` or `Name <email@…>`."
    return _Refusal(422, "validation_error", message)


def _address_of(text: object) -> str | None:
    if not isinstance(text, str):
        return None
    named = _NAMED.fullmatch(text.strip())
    address = named[1].strip() if named else text.strip()
    return address if _ADDRESS.fullmatch(address) else None


def _addresses(body: dict[str, Any], name: str) -> list[str]:
    value = body.get(name)
    given = value if isinstance(value, list) else [] if value is None else [value]
    for one in given:
        address = _address_of(one)
        if address is None:
            raise _malformed(name)
        if name != "reply_to" and address.rpartition("@")[2].lower() in _FICTITIOUS:
            # sheet 6, traps: recipients at such domains are refused; the error's name is UNCONFIRMED
            raise _Refusal(422, "validation_error", f"Invalid `{name}` field. Please use our testing email address.")
    return [str(one) for one in given]


def _check_tags(tags: object) -> None:
    """Sheet 2, row tags."""
    if tags is None:
        return
    wrong = _Refusal(400, "validation_error", "Tags hold ASCII letters, numbers, underscores or dashes, 75 at most.")
    if not isinstance(tags, list) or len(tags) > 75:
        raise wrong
    for tag in tags:
        if not isinstance(tag, dict) or not all(_TAG.fullmatch(str(tag.get(n, ""))) for n in ("name", "value")):
            raise wrong


def _attachments(given: object) -> list[dict[str, Any]]:
    """Name, type and size of each; refused as sheet 2 and the row invalid_attachment of sheet 6 say."""
    if given is None:
        return []
    found: list[dict[str, Any]] = []
    total = 0
    for one in given if isinstance(given, list) else [given]:
        content = one.get("content") if isinstance(one, dict) else None
        if not isinstance(one, dict) or not (content or one.get("path")):
            raise _Refusal(422, "invalid_attachment", "Attachment must have either a `content` or `path`.")
        data = b""
        if isinstance(content, str):
            total += len(content)
            try:
                data = base64.b64decode(content, validate=True)
            except binascii.Error:
                raise _Refusal(422, "invalid_attachment", "Attachment `content` is not base64.") from None
        found.append({"filename": one.get("filename"), "content_type": one.get("content_type"), "data": data})
    if total > MAX_ATTACHMENTS:
        raise _Refusal(400, "validation_error", "Attachments are larger than 40MB.")  # sheet 2, row attachments
    return found


def _test_outcome(address: str) -> str:
    local, _, domain = (_address_of(address) or "").partition("@")
    name = local.partition("+")[0]
    return name if domain == "resend.dev" and name in _OUTCOMES else "delivered"


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
