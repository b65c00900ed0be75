"""How each provider signs its webhooks. Pure functions that return headers."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

Headers = Mapping[str, str]


def asaas(token: str) -> Headers:
    """A shared token, no signature; without a token there is no header."""
    return {"User-Agent": "Java/1.8.0_282", **({"asaas-access-token": token} if token else {})}


def melhor_envio(client_secret: str, body: bytes) -> Headers:
    """Base64 of HMAC-SHA256 over the raw body, without time or prefix."""
    digest = hmac.new(client_secret.encode(), body, hashlib.sha256).digest()
    return {"x-me-signature": base64.b64encode(digest).decode()}


def resend(secret: str, message_id: str, moment: datetime, body: bytes) -> Headers:
    """The three Svix headers; ``secret`` is ``whsec_…``."""
    sent = str(int(moment.timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{message_id}.{sent}.".encode() + body, hashlib.sha256).digest()
    signature = f"v1,{base64.b64encode(digest).decode()}"
    return {"svix-id": message_id, "svix-timestamp": sent, "svix-signature": signature}


def stream(secret: str, moment: datetime, body: bytes) -> Headers:
    """Cloudflare Stream: hexadecimal HMAC-SHA256 over time and body, the secret as text."""
    sent = str(int(moment.timestamp()))
    digest = hmac.new(secret.encode(), f"{sent}.".encode() + body, hashlib.sha256).hexdigest()
    return {"Webhook-Signature": f"time={sent},sig1={digest}"}
