"""The shop's number at Z-API: state, pairing, webhooks and queue."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from bot.integrations.errors import NotFound, Unavailable
from bot.integrations.protocols import Account, Connection
from bot.integrations.whatsapp.fields import Body, held, listed, text, verdict
from bot.integrations.whatsapp.zapi import failures
from bot.integrations.whatsapp.zapi.gateway import Gateway

PAGE = 30
"""Maximum of messages per page of the queue."""
MOST_PAGES = 40
"""The queue holds a thousand messages at most."""
CALLBACKS = (
    "receivedCallbackUrl",
    "deliveryCallbackUrl",
    "messageStatusCallbackUrl",
    "connectedCallbackUrl",
    "disconnectedCallbackUrl",
    "presenceChatCallbackUrl",
)
"""The webhook URLs of the instance; others there (``initialDataCallbackUrl``) are not ours."""


@dataclass(frozen=True)
class Waiting:
    """A message in Z-API's own queue."""

    to: str
    text: str
    message_id: str
    created: int
    """Milliseconds since 1970."""


class Number:
    """The calls that concern the whole instance."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def status(self) -> Connection:
        answer = await self._gateway.call("GET", "status", "number.status", refusal=failures.refusal_of_status)
        body = held(answer, failures.NAME)
        if not verdict(body, "connected", failures.NAME):
            return Connection(False, failures.clean(str(body.get("error") or "not connected")))
        asleep = str(body.get("smartphoneConnected")).lower() == "false"
        return Connection(True, "the phone itself is offline" if asleep else "")

    async def qr_code(self) -> str | None:
        code = await self._pairing("qr-code/image", "number.qr")
        if code is not None and not code.startswith("data:image/"):
            raise Unavailable(failures.NAME, reason="unreadable_answer")
        return code

    async def pairing_code(self, phone: str) -> str | None:
        return await self._pairing(f"phone-code/{quote(phone, safe='')}", "number.pairing_code")

    async def _pairing(self, endpoint: str, operation: str) -> str | None:
        if (await self.status()).connected:
            return None
        answer = await self._gateway.call("GET", endpoint, operation, refusal=failures.refusal_of_status)
        body = held(answer, failures.NAME)
        if str(body.get("connected")).lower() == "true":
            return None
        code = body.get("value")
        if not isinstance(code, str) or not code:
            raise Unavailable(failures.NAME, reason="unreadable_answer", status=answer.status)
        return code

    async def restart(self) -> None:
        await self._gateway.call("GET", "restart", "number.restart")

    async def find_account(self, phone: str) -> Account:
        answer = await self._gateway.call("GET", f"phone-exists/{quote(phone, safe='')}", "phone.exists")
        body = answer.json[0] if isinstance(answer.json, list) and answer.json else answer.json
        if not isinstance(body, dict):
            raise Unavailable(failures.NAME, reason="unreadable_answer", status=answer.status)
        exists = verdict(body, "exists", failures.NAME)
        return Account(exists, str(body.get("phone") or phone), str(body.get("lid") or ""))

    # --- webhooks --------------------------------------------------------------------------------------

    async def register_webhooks(self, url: str) -> None:
        url = url.strip()
        self._gateway.hide(urlsplit(url).path.rpartition("/")[2])  # the secret in our own URL
        every = {"value": url, "notifySentByMe": True}
        await self._put("update-every-webhooks", "webhooks.register", every)
        # filtered kinds are silently withheld: remove any filter set in the panel
        with contextlib.suppress(NotFound):  # an instance without filter support has none
            await self._put("update-filters", "webhooks.filters", {"messageFilters": [], "callbackTypeFilters": []})
        # what waits there for days would all be sent at once on reconnection: our own queue knows what is outdated
        await self._put("update-queue-settings", "queue.settings", {"disableEnqueueWhenDisconnected": True})

    async def _put(self, endpoint: str, operation: str, body: dict[str, Any]) -> None:
        await self._gateway.call("PUT", endpoint, operation, json=body, repeat="always")

    async def webhooks(self) -> dict[str, str]:
        body = held(await self._gateway.call("GET", "me", "webhooks.read"), failures.NAME)
        found = {name: url if isinstance(url := body.get(name), str) else "" for name in CALLBACKS}
        if body.get("receiveCallbackSentByMe") not in (True, "true"):
            found["receiveCallbackSentByMe"] = ""  # echoes and messages typed by the owner are not reported
        return found

    # --- the queue -------------------------------------------------------------------------------------

    async def queue(self) -> list[Waiting]:
        """The messages in Z-API's own queue."""
        waiting: list[Waiting] = []
        state: Any = None
        for _ in range(MOST_PAGES):
            answer = await self._gateway.call(
                "POST", "queue", "queue.list", json={"pageSize": PAGE, "pagingState": state}, repeat="always"
            )
            body = held(answer, failures.NAME)
            waiting += [_waiting(row) for row in listed(body, "messages", failures.NAME)]
            state = body.get("pagingState")
            if body.get("hasMore") not in (True, "true") or not state:
                break
        return waiting

    async def waiting(self) -> int:
        body = held(await self._gateway.call("GET", "queue/count", "queue.count"), failures.NAME)
        count = str(body.get("count"))  # a text in older documentation
        return int(count) if count.isascii() and count.isdigit() else len(await self.queue())

    async def drop_waiting(self) -> None:
        await self._gateway.call("DELETE", "queue", "queue.clear", repeat="always")


def _waiting(row: Body) -> Waiting:
    said = row.get("Message")
    created = row.get("Created")
    return Waiting(
        to=str(row.get("Phone") or ""),
        text=said if isinstance(said, str) else "",
        message_id=text(row, "MessageId") or text(row, "ZaapId"),
        created=created if isinstance(created, int) else 0,
    )
