"""An e-mail as the API takes it: validation, and what is kept of it."""

from __future__ import annotations

import base64
import binascii
import json
import re
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sandbox.resend.errors import Refusal, invalid, malformed, missing

MAX_ATTACHMENTS = 40 * 1024 * 1024
FURTHEST = timedelta(days=30)
"""Sheet 2, row scheduled_at."""

_ADDRESS = re.compile(r"[^\s@<>,]+@[^\s@<>,]+\.[^\s@<>,]+")
_NAMED = re.compile(r"[^<>]*<([^<>]+)>")
_TAG = re.compile(r"[A-Za-z0-9_-]{1,256}")
_FICTITIOUS = frozenset(["example.com", "example.net", "example.org", "test.com"])

Body = dict[str, Any]


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
    attachments: list[Body]
    headers: dict[str, str]
    idempotency_key: str
    created_at: datetime
    cc: list[str] = field(default_factory=list)
    bcc: list[str] = field(default_factory=list)
    reply_to: list[str] = field(default_factory=list)
    scheduled_at: str | None = None
    last_event: str = "queued"
    events: list[str] = field(default_factory=list)

    @property
    def message_id(self) -> str:
        return f"<{self.id}@sandbox.resend.example>"

    def row(self) -> Body:
        """Sheet 5: as in the list, without the content."""
        return {
            "id": self.id,
            "message_id": self.message_id,
            "to": self.to,
            "from": self.sender,
            "created_at": self.created_at.isoformat(sep=" "),
            "subject": self.subject,
            "bcc": self.bcc,
            "cc": self.cc,
            "reply_to": self.reply_to,
            "last_event": self.last_event,
            "scheduled_at": self.scheduled_at,
        }

    def public(self) -> Body:
        """Sheet 5: as read by its id."""
        whole = {"html": self.html, "text": self.text, "tags": self.tags, "topic_id": None}
        return {"object": "email", **self.row(), **whole}


def parse(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        raise invalid("The request body is not JSON.") from None


def an_object(body: Any) -> Body:
    if not isinstance(body, dict):
        raise invalid("The request body is not a JSON object.")
    return body


def read(body: Body, key: str, now: datetime, domain: str) -> Mail:
    """The e-mail of a request body, or the refusal from sheets 2 and 6. ``domain`` is the verified one."""
    for name in ("from", "to", "subject"):
        if not body.get(name):
            raise missing(name)
    if not any(isinstance(body.get(name), str) for name in ("html", "text")):
        raise missing("html")  # sheet 2: at least one of html, text
    sender = body["from"]
    address = address_of(sender)
    if address is None or not isinstance(sender, str):
        raise malformed("from")
    to = _addresses(body, "to")
    cc, bcc, reply_to = (_addresses(body, name) for name in ("cc", "bcc", "reply_to"))
    if len(to) > 50:
        raise invalid("The `to` field takes at most 50 addresses.")  # sheet 2, row to
    _check_domain(address, to, domain)
    _check_tags(body.get("tags"))
    return Mail(
        id=str(uuid.uuid4()),
        sender=sender,
        to=to,
        subject=body["subject"],
        html=body.get("html"),
        text=body.get("text"),
        tags=body.get("tags") or [],
        attachments=_attachments(body.get("attachments")),
        headers=_headers(body.get("headers")),
        idempotency_key=key,
        created_at=now,
        scheduled_at=scheduled(body["scheduled_at"], now) if body.get("scheduled_at") else None,
        cc=cc,
        bcc=bcc,
        reply_to=reply_to,
    )


def _check_domain(address: str, to: list[str], verified: str) -> None:
    domain = address.rpartition("@")[2].lower()
    if domain == "resend.dev":
        # sheet 6, 403 validation_error: the test sender used for another person's address
        if any(not (address_of(a) or "").endswith("@resend.dev") for a in to):
            raise Refusal(403, "validation_error", "You can only send testing emails to your own email address.")
    elif domain != verified.lower():
        # sheet 2, row from: the domain must equal a verified one exactly, sub-domain included
        raise Refusal(403, "validation_error", f"The {domain} domain is not verified.")


def scheduled(text: object, now: datetime) -> str:
    """Sheet 2, row scheduled_at; natural English is not supported here."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        raise invalid("Invalid `scheduled_at` field.") from None
    if moment.tzinfo is None or moment > now + FURTHEST:
        raise invalid("`scheduled_at` must be within 30 days.")
    return str(text)


def address_of(text: object) -> str | None:
    if not isinstance(text, str):
        return None
    named = _NAMED.fullmatch(text.strip())
    address = named[1].strip() if named else text.strip()
    return address if _ADDRESS.fullmatch(address) else None


def _addresses(body: Body, name: str) -> list[str]:
    value = body.get(name)
    given = value if isinstance(value, list) else [] if value is None else [value]
    for one in given:
        address = address_of(one)
        if address is None:
            raise malformed(name)
        if name != "reply_to" and address.rpartition("@")[2].lower() in _FICTITIOUS:
            # sheet 6, traps: recipients at such domains are refused; the error's name is UNCONFIRMED
            raise Refusal(422, "validation_error", f"Invalid `{name}` field. Please use our testing email address.")
    return [str(one) for one in given]


def _check_tags(tags: object) -> None:
    """Sheet 2, row tags."""
    if tags is None:
        return
    wrong = invalid("Tags hold ASCII letters, numbers, underscores or dashes, 75 at most.")
    if not isinstance(tags, list) or len(tags) > 75:
        raise wrong
    for tag in tags:
        if not isinstance(tag, dict) or not all(_TAG.fullmatch(str(tag.get(n, ""))) for n in ("name", "value")):
            raise wrong


def _headers(given: object) -> dict[str, str]:
    """Sheet 2, row headers: strings by name. A line break in one would start another header."""
    if given is None:
        return {}
    whole = isinstance(given, dict) and all(isinstance(v, str) for v in given.values())
    if not whole or not isinstance(given, dict) or any(set("\r\n") & set(f"{n}{v}") for n, v in given.items()):
        raise invalid("`headers` must be an object of strings.")
    return {str(name): str(value) for name, value in given.items()}


def _attachments(given: object) -> list[Body]:
    """Name, type and size of each; refusals as in sheet 2 and the row invalid_attachment of sheet 6."""
    if given is None:
        return []
    found: list[Body] = []
    total = 0
    for one in given if isinstance(given, list) else [given]:
        content = one.get("content") if isinstance(one, dict) else None
        if not isinstance(one, dict) or not (content or one.get("path")):
            raise Refusal(422, "invalid_attachment", "Attachment must have either a `content` or `path`.")
        data = _bytes(content)
        total += len(content) if isinstance(content, str) else len(data) * 4 // 3
        found.append({**{n: one.get(n) for n in ("filename", "content_type", "content_id")}, "data": data})
    if total > MAX_ATTACHMENTS:
        raise invalid("Attachments are larger than 40MB.")  # sheet 2, row attachments
    return found


def _bytes(content: object) -> bytes:
    """Sheet 2: base64 text; the Python SDK also accepts a list of byte values."""
    try:
        if isinstance(content, list):
            return bytes(content)
        return base64.b64decode(content, validate=True) if isinstance(content, str) else b""
    except (binascii.Error, ValueError, TypeError):
        raise Refusal(422, "invalid_attachment", "Attachment `content` is not base64.") from None
