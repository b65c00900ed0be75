"""Our webhook's entry at Asaas: registered once, and woken again after a pause."""

from __future__ import annotations

from dataclasses import dataclass

from bot.integrations.asaas.calls import NAME, Asaas, Json
from bot.integrations.asaas.webhooks import FACTS
from bot.integrations.errors import NotFound


@dataclass(frozen=True)
class WebhookState:
    """``interrupted``: paused after 15 failures; events wait there for 14 days."""

    webhook_id: str
    enabled: bool
    interrupted: bool
    failures: int


class Registration:
    def __init__(self, asaas: Asaas) -> None:
        self._asaas = asaas

    async def find(self, url: str) -> WebhookState | None:
        async for entry in self._asaas.items("/webhooks", "webhook.find", pages=1):
            if entry.get("url") == url and entry.get("id"):
                return _state(entry)
        return None

    async def register(self, url: str, token: str, email: str) -> WebhookState:
        """Create the entry for ``url``, or bring the one that is there up to date. ``email`` gets their alerts."""
        wanted: Json = {
            "name": "AutoPars Bot",
            "url": url,
            "enabled": True,
            "interrupted": False,
            "authToken": token,
            # Any order will do, since our states are a fold over the set of facts; one bad event blocks no other.
            "sendType": "NON_SEQUENTIALLY",
            "events": sorted(FACTS),
        }
        found = await self.find(url)
        if found:
            return await self._put(found.webhook_id, wanted)
        body = {**wanted, "email": email, "apiVersion": 3}
        return _state(await self._asaas.send("POST", "/webhooks", "webhook.create", body, expect="id"))

    async def resume(self, url: str) -> WebhookState:
        """Have the events that wait delivered now. ``NotFound`` if nothing is registered for ``url``."""
        found = await self.find(url)
        if found is None:
            raise NotFound(NAME, "no webhook for this address", reason="not_found")
        if not found.interrupted:
            return found
        return await self._put(found.webhook_id, {"interrupted": False})

    async def _put(self, webhook_id: str, body: Json) -> WebhookState:
        path = f"/webhooks/{webhook_id}"
        return _state(await self._asaas.send("PUT", path, "webhook.update", body, expect="id", repeat="always"))


def _state(entry: Json) -> WebhookState:
    return WebhookState(
        webhook_id=str(entry["id"]),
        enabled=entry.get("enabled") is True,
        interrupted=entry.get("interrupted") is True,
        failures=int(entry.get("penalizedRequestsCount") or 0),
    )
