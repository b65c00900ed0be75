"""The account's setup: the domain with its records, and the webhooks."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.resend.errors import Refusal

CREATED = "2026-03-28T17:12:02.059593+00:00"
DKIM = "p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDsandbox"
EVENTS = ("email.delivered", "email.bounced", "email.complained", "email.suppressed", "email.failed")


@dataclass
class Hook:
    """A registered webhook. ``status``: enabled or disabled."""

    endpoint: str
    events: tuple[str, ...] = EVENTS
    status: str = "enabled"


class Panel:
    """``domain_status`` and ``record_status`` are shown on the domain's page; ``hooks`` lists webhooks besides the one
    that the stand-in calls."""

    webhook_url: str

    def __init__(self, sender_domain: str) -> None:
        self.sender_domain = sender_domain
        self.domain_status = "verified"
        self.record_status = "verified"
        self.hooks: list[Hook] = []

    @property
    def _domain_id(self) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_DNS, self.sender_domain))

    def _domain(self) -> dict[str, Any]:
        return {
            "id": self._domain_id,
            "name": self.sender_domain,
            "status": self.domain_status,
            "created_at": CREATED,
            "region": "sa-east-1",
            "capabilities": {"sending": "enabled", "receiving": "disabled"},
        }

    def records(self) -> list[dict[str, Any]]:
        """Sheet 9: names are relative to the zone, so those of a sub-domain carry its first labels."""
        inside = ".".join(self.sender_domain.split(".")[:-2])
        tail = f".{inside}" if inside else ""

        def record(what: str, name: str, kind: str, value: str, **more: Any) -> dict[str, Any]:
            return {
                "record": what,
                "name": name + tail,
                "type": kind,
                "ttl": "Auto",
                "status": self.record_status,
                "value": value,
                **more,
            }

        return [
            record("SPF", "send", "MX", "feedback-smtp.sa-east-1.amazonses.com", priority=10),
            record("SPF", "send", "TXT", '"v=spf1 include:amazonses.com ~all"'),
            record("DKIM", "resend._domainkey", "TXT", DKIM),
        ]

    async def list_domains(self, _: web.Request) -> web.StreamResponse:
        """Sheet 9: the list comes without the DNS records."""
        return web.json_response({"object": "list", "has_more": False, "data": [self._domain()]})

    def _known(self, request: web.Request) -> None:
        if request.match_info["id"] != self._domain_id:
            raise Refusal(404, "not_found", "Domain not found")  # sheet 6, row not_found

    async def read_domain(self, request: web.Request) -> web.StreamResponse:
        self._known(request)
        return web.json_response({"object": "domain", **self._domain(), "records": self.records()})

    async def verify_domain(self, request: web.Request) -> web.StreamResponse:
        self._known(request)
        return web.json_response({"object": "domain", "id": self._domain_id})

    async def list_webhooks(self, _: web.Request) -> web.StreamResponse:
        """Sheet 10; the secret is not shown after creation, the strictest reading."""
        hooks = [*([Hook(self.webhook_url)] if self.webhook_url else []), *self.hooks]
        data = [
            {
                "object": "webhook",
                "id": str(uuid.uuid5(uuid.NAMESPACE_URL, hook.endpoint)),
                "created_at": CREATED,
                "status": hook.status,
                "endpoint": hook.endpoint,
                "events": list(hook.events),
            }
            for hook in hooks
        ]
        return web.json_response({"object": "list", "has_more": False, "data": data})
