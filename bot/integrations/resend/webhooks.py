"""Delivery reports. Signed in the Svix format: HMAC-SHA256 over id, time and the raw body."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from bot.domain import lanes
from bot.domain.events import Incoming, MailFact
from bot.domain.secret import one_of, several
from bot.integrations.resend import outcomes

TOLERANCE = 300
"""Allowed clock difference in seconds, either way."""


def _now() -> datetime:
    return datetime.now(UTC)


class ResendReceiver:
    """``secret`` is ``whsec_…``; during a rotation several, separated by commas or blanks.

    Raises ValueError for a secret that is not base64.
    """

    source = "resend"

    def __init__(self, secret: str, *, clock: Callable[[], datetime] = _now) -> None:
        self._keys = [_key(one) for one in several(secret)]
        if not self._keys:
            raise ValueError("no webhook secret")
        self._clock = clock

    def authentic(self, headers: Mapping[str, str], body: bytes, secret_in_path: str) -> bool:
        found = _headers(headers)
        message_id, sent, signatures = (found.get(f"svix-{n}", "") for n in ("id", "timestamp", "signature"))
        if not (message_id and sent.isascii() and sent.isdigit() and len(sent) <= 12):
            return False
        if abs(int(self._clock().timestamp()) - int(sent)) > TOLERANCE:
            return False
        content = b".".join((message_id.encode(errors="surrogateescape"), sent.encode(), body))
        expected = [base64.b64encode(hmac.new(k, content, hashlib.sha256).digest()) for k in self._keys]
        return any(one_of(s[3:], expected) for s in signatures.split(" ") if s.startswith("v1,"))

    def events(self, headers: Mapping[str, str], body: dict[str, object]) -> list[Incoming]:
        """One :class:`MailFact` for events about an e-mail that we sent; anything else is ignored."""
        key = _headers(headers).get("svix-id", "")
        kind = body.get("type")
        data = body.get("data")
        if not key or not isinstance(kind, str) or not isinstance(data, dict) or kind == "email.received":
            return []
        email_id = data.get("email_id")
        if not kind.startswith("email.") or not isinstance(email_id, str) or not email_id:
            return []
        word = kind.removeprefix("email.")
        fact, address = outcomes.fact_of(word, data), outcomes.first(data.get("to"))
        event = MailFact(email_id=email_id, fact=fact, address=address, detail=outcomes.detail_of(word, data))
        return [Incoming(source=self.source, key=key, lane=lanes.SYSTEM, event=event)]


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        raise ValueError("the webhook secret is not base64") from None


def _headers(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
