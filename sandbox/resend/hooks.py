"""The fate of an e-mail, and the signed webhooks that report it."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sandbox import signing
from sandbox.core import World
from sandbox.resend.mails import Mail, address_of

PROVIDER = "resend"
RETRIES = (5.0, 300.0, 1800.0, 7200.0, 18000.0, 36000.0, 36000.0)
"""Sheet 12: seconds before each further attempt of a webhook."""

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


class Hooks:
    """``outcomes`` sets the fate of mail by address: delivered, bounced, complained, suppressed, delayed, failed."""

    def __init__(self, world: World, *, webhook_url: str, webhook_secret: str) -> None:
        self.world = world
        self.webhook_url = webhook_url
        self.webhook_secret = webhook_secret
        self.outcomes: dict[str, str] = {}
        self.retries: tuple[float, ...] = RETRIES

    async def tell(self, mail: Mail) -> None:
        """Sheet 8: the outcomes of the test addresses; any other address gets its mail."""
        outcome = self.outcomes.get(address_of(mail.to[0]) or "") or _test_outcome(mail.to[0])
        steps = _OUTCOMES[outcome] if outcome == "suppressed" else ("sent", *_OUTCOMES[outcome])
        for step in steps:
            await asyncio.sleep(self.world.pace)
            mail.last_event = step
            mail.events.append(step)
            await self.send_event(mail, step)

    async def send_event(self, mail: Mail, step: str) -> int:
        """Send one webhook about an e-mail, retried as documented until a 2xx; returns the status of the last
        attempt."""
        data: dict[str, Any] = {
            "created_at": iso(mail.created_at),
            "email_id": mail.id,
            "message_id": mail.message_id,
            "from": mail.sender,
            "to": mail.to,
            "subject": mail.subject,
        }
        if mail.tags:
            # sheet 11: an array in the request, an object in the webhook
            data["tags"] = {t["name"]: t["value"] for t in mail.tags}
        if mail.headers:
            data["headers"] = [{"name": n, "value": v} for n, v in mail.headers.items()]
        extra = {"bounced": _BOUNCE, "suppressed": _SUPPRESSED, "failed": {"reason": "reached_daily_quota"}}
        names = {"bounced": "bounce"}
        if step in extra:
            data[names.get(step, step)] = extra[step]
        event = {"type": f"email.{step}", "created_at": iso(self.world.clock()), "data": data}
        return await self.send_webhook(json.dumps(event, ensure_ascii=False).encode())

    async def send_webhook(self, body: bytes) -> int:
        """Sign and send a body; ``svix-id`` is the same for all attempts, the time is new for each (sheet 12)."""
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

    def signed(self, message_id: str, body: bytes) -> Mapping[str, str]:
        """The three Svix headers of a body."""
        return signing.resend(self.webhook_secret, message_id, self.world.clock(), body)


def _test_outcome(address: str) -> str:
    local, _, domain = (address_of(address) or "").partition("@")
    name = local.partition("+")[0]
    return name if domain == "resend.dev" and name in _OUTCOMES else "delivered"


def iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
