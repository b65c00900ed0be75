"""The shop's number at Evolution: state, pairing, webhooks, and the lookup of other numbers."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from bot.integrations.errors import Unavailable
from bot.integrations.protocols import Account, Connection
from bot.integrations.whatsapp.evolution import failures, jids
from bot.integrations.whatsapp.evolution.gateway import Gateway
from bot.integrations.whatsapp.fields import held, part, text, verdict

EVENTS = (
    "MESSAGES_UPSERT",
    "MESSAGES_UPDATE",
    "MESSAGES_EDITED",
    "MESSAGES_DELETE",
    "SEND_MESSAGE",
    "CONNECTION_UPDATE",
    "CALL",
)
"""The events to subscribe to. ``MESSAGES_SET`` and the like would bring years of history."""


class Number:
    """The calls that concern the whole instance."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def status(self) -> Connection:
        answer = await self._gateway.call("GET", "instance/connectionState", "number.status")
        state = text(part(held(answer, failures.NAME), "instance"), "state")
        if not state:
            raise Unavailable(failures.NAME, reason="unreadable_answer", status=answer.status)
        return Connection(True) if state == "open" else Connection(False, state)

    async def qr_code(self) -> str | None:
        body = await self._pairing({}, "number.qr")
        if body is None:
            return None
        code = body.get("base64") or part(body, "qrcode").get("base64")
        if not isinstance(code, str) or not code.startswith("data:image/"):
            # too early: the code is available a second or two after the start
            raise Unavailable(failures.NAME, "no pairing code yet", reason="unreadable_answer")
        return code

    async def pairing_code(self, phone: str) -> str | None:
        body = await self._pairing({"number": phone}, "number.pairing_code")
        if body is None:
            return None
        code = text(body, "pairingCode") or text(part(body, "qrcode"), "pairingCode")
        if not code:
            raise Unavailable(failures.NAME, "no pairing code yet", reason="unreadable_answer")
        return code

    async def _pairing(self, params: dict[str, str], operation: str) -> dict[str, Any] | None:
        if (await self.status()).connected:
            return None
        body = held(
            await self._gateway.call("GET", "instance/connect", operation, params=params or None), failures.NAME
        )
        return None if text(part(body, "instance"), "state") == "open" else body

    async def restart(self) -> None:
        await self._gateway.call("POST", "instance/restart", "number.restart", repeat="always")

    async def find_account(self, phone: str) -> Account:
        answer = await self._gateway.call(
            "POST", "chat/whatsappNumbers", "phone.exists", json={"numbers": [phone]}, repeat="always"
        )
        rows = answer.json if isinstance(answer.json, list) else []
        row = next((r for r in rows if isinstance(r, dict)), None)
        if row is None:
            raise Unavailable(failures.NAME, reason="unreadable_answer", status=answer.status)
        chat = jids.read({"remoteJid": row.get("jid")})
        return Account(verdict(row, "exists", failures.NAME), chat.digits or phone, text(row, "lid"))

    async def register_webhooks(self, url: str) -> None:
        url = url.strip()
        self._gateway.hide(urlsplit(url).path.rpartition("/")[2])  # the secret in our own URL
        webhook = {"enabled": True, "url": url, "byEvents": False, "base64": False, "events": list(EVENTS)}
        await self._gateway.call("POST", "webhook/set", "webhooks.register", json={"webhook": webhook}, repeat="always")

    async def webhooks(self) -> dict[str, str]:
        answer = await self._gateway.call("GET", "webhook/find", "webhooks.read")
        found = answer.json if isinstance(answer.json, dict) else {}
        listed, url = found.get("events"), found.get("url")
        events = listed if isinstance(listed, list) else []
        address = url if found.get("enabled") is True and isinstance(url, str) else ""
        return {event: address if event in events or not events else "" for event in EVENTS}

    async def waiting(self) -> int:
        """Evolution queues nothing while disconnected."""
        return 0

    async def drop_waiting(self) -> None:
        """There is nothing to drop."""
