"""Our webhook at Asaas: registered once, and resumed after a pause."""

from __future__ import annotations

from bot.integrations.asaas.calls import NAME, Json, at
from bot.integrations.asaas.reading import Part
from bot.integrations.asaas.webhooks import FACTS, SUBSCRIBED
from bot.integrations.errors import NotFound
from bot.integrations.payments import WebhookState


class Registration(Part):
    async def find_webhook(self, url: str) -> WebhookState | None:
        async for entry in self._asaas.items("/webhooks", "webhook.find", pages=1):
            if entry.get("url") == url and entry.get("id"):
                return _state(entry)
        return None

    async def register_webhook(self, url: str, token: str, email: str) -> WebhookState:
        """Create the webhook for ``url``, or update the existing one. Not repeatable: after ``Uncertain``, ask
        :meth:`find_webhook`, or simply register again."""
        wanted: Json = {
            "name": "AutoPars Bot",
            "url": url,
            "enabled": True,
            "interrupted": False,
            "authToken": token,
            # Any order will do, since our states are a fold over the set of facts; one failing event blocks no other.
            "sendType": "NON_SEQUENTIALLY",
            "events": sorted(SUBSCRIBED),
        }
        found = await self.find_webhook(url)
        if found:
            return await self._put(found.webhook_id, wanted)
        body = {**wanted, "apiVersion": 3, **({"email": email} if email else {})}
        return _state(await self._asaas.send("POST", "/webhooks", "webhook.create", body, expect="id"))

    async def resume_webhook(self, url: str) -> WebhookState:
        """Have waiting events delivered now. ``NotFound`` if nothing is registered for ``url``."""
        found = await self.find_webhook(url)
        if found is None:
            raise NotFound(NAME, "no webhook for this address", reason="not_found")
        if found.interrupted:
            return await self._put(found.webhook_id, {"interrupted": False})
        if found.failures:  # slowed down, not yet paused
            path = at("webhooks", found.webhook_id, "removeBackoff")
            await self._asaas.send("POST", path, "webhook.resume", {}, repeat="always")
        return found

    async def _put(self, webhook_id: str, body: Json) -> WebhookState:
        path = at("webhooks", webhook_id)
        return _state(await self._asaas.send("PUT", path, "webhook.update", body, expect="id", repeat="always"))


def _state(entry: Json) -> WebhookState:
    sent = entry.get("events")
    lacking = SUBSCRIBED - set(map(str, sent)) if isinstance(sent, list) else frozenset()
    failures = str(entry.get("penalizedRequestsCount"))
    return WebhookState(
        webhook_id=str(entry["id"]),
        enabled=entry.get("enabled") is True,
        interrupted=entry.get("interrupted") is True,
        failures=int(failures) if failures.isascii() and failures.isdigit() else 0,
        missing=tuple(sorted({FACTS.get(n, n.lower()) for n in lacking})),
    )
