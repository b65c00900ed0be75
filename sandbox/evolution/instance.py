"""One instance: its dials, what it saves, and its webhooks."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from sandbox.chats import ChatMessage, new_id
from sandbox.core import World
from sandbox.evolution import contents, events
from sandbox.evolution.jids import SERVER, address_of, jid_of
from sandbox.evolution.sends import Bad
from sandbox.phones import Phones

Body = dict[str, Any]

ATTEMPTS = 10
LONGEST_WAIT = 300.0
FINAL = (400, 401, 403, 404, 422)
"""Sheet 5: responses after which a webhook is not retried."""


class Instance(Phones):
    """The state behind the gateway. The dials can be set at any time."""

    def __init__(self, world: World, *, instance: str, api_key: str, webhook_url: str = "") -> None:
        super().__init__(world)
        self.instance = instance
        self.api_key = api_key

        self.webhook: Body = {}
        if webhook_url:
            self.set_webhook(webhook_url)
        self.saves_messages = True
        """``DATABASE_SAVE_DATA_NEW_MESSAGE``: without it nothing can be found, quoted or downloaded later."""
        self.exposes_token = True
        """``AUTHENTICATION_EXPOSE_IN_FETCH_INSTANCES``: webhooks carry the token."""
        self.shows_buttons = True
        """Sheet 2: if off, messages with buttons or a list are answered with 201 and appear nowhere."""
        self.click: contents.Click = "template"
        self.first_wait = 5.0
        """Seconds before a webhook is retried; doubles from there."""
        self._backlog: list[tuple[str, Body, ChatMessage]] = []
        self._lost_files: set[str] = set()
        """Messages whose files WhatsApp no longer has."""

    # --- names and records -----------------------------------------------------------------------------

    @property
    def shop_jid(self) -> str:
        return self.connected_phone + SERVER

    def key_of(self, bubble: ChatMessage, *, as_lid: bool = False) -> Body:
        """Sheet 5: the phone's JID with the LID beside it; older versions may know the LID only."""
        key: Body = {"fromMe": bubble.from_bot, "id": bubble.id}
        if bubble.phone.endswith("@lid") or as_lid:
            lid = bubble.phone if bubble.phone.endswith("@lid") else self.lid_of(bubble.phone)
            return {"remoteJid": lid, **key, "addressingMode": "lid"}
        jid = jid_of(bubble.phone)
        return {"remoteJid": jid, "remoteJidAlt": self.lid_of(bubble.phone), **key, "addressingMode": "pn"}

    def record_of(self, bubble: ChatMessage, content: Body | None = None, *, as_lid: bool = False) -> Body:
        """A message as in webhooks, responses and the database."""
        content = content or contents.sent_by_shop(bubble)
        key = self._chats.key(bubble.phone)
        quoted = {"stanzaId": bubble.reply_to, "participant": self.shop_jid, "quotedMessage": {"conversation": "…"}}
        return events.message(
            key=self.key_of(bubble, as_lid=as_lid),
            name="Você" if bubble.from_bot else self._names.get(key) or bubble.phone,
            content=content,
            kind=contents.type_of(content),
            moment=bubble.at,
            status="PENDING" if bubble.from_bot else "DELIVERY_ACK",
            context=quoted if bubble.reply_to and bubble.kind != "reaction" else None,
            source="unknown" if bubble.from_bot and not bubble.by_owner else "android",
        )

    # --- sending ---------------------------------------------------------------------------------------

    async def _accept(self, body: Body, made: Body) -> ChatMessage:
        """Send a message, taking as long as the real one (sheet 2). Raises :class:`Bad`."""
        address = self._reachable(body["number"])
        delay = body.get("delay", 0)
        if delay:
            self.world.publish("typing", {"phone": self._chats.phone_of(address), "seconds": delay // 1000})
            if self.world.pace:
                await asyncio.sleep(delay / 1000)
        quoted = str((body.get("quoted") or {}).get("key", {}).get("id") or "")
        bubble = ChatMessage(
            id=new_id(from_bot=True), phone=address, at=self.world.clock(), from_bot=True, status="sent", **made
        )
        if quoted and self.saves_messages and self._chats.find(quoted) is not None:
            bubble.reply_to = quoted  # sheet 2: a quote of what the database does not hold is silently dropped
        if bubble.options_as and not self.shows_buttons:
            self.world.later(self._post("send.message", self.record_of(bubble)))
            return bubble
        self._show(bubble, new=True)
        self.world.later(self._tell(bubble))
        return bubble

    def _reachable(self, number: str) -> str:
        """The chat address of a number on WhatsApp. Without a connection the lookup fails first (source)."""
        if not self.connected:
            raise Bad("Connection Closed", 500)
        address = address_of(number)
        key = self._chats.key(address)
        unknown_lid = address.endswith("@lid") and key.endswith("@lid")
        if key in self.without_whatsapp or unknown_lid or (not address.endswith("@lid") and len(address) < 8):
            raise Bad([{"jid": jid_of(number), "exists": False, "number": number}])
        return address

    async def _tell(self, bubble: ChatMessage) -> None:
        await self._post("send.message", self.record_of(bubble))
        await self._post_status(bubble, "SERVER_ACK")
        await asyncio.sleep(self.world.pace)
        if self._chats.key(bubble.phone) in self._offline or bubble.status == "read":
            return
        bubble.status = "received"
        self._show(bubble)
        await self._post_status(bubble, "DELIVERY_ACK")

    # --- webhooks --------------------------------------------------------------------------------------

    def set_webhook(self, url: str, listed: list[str] | None = None, **more: Any) -> None:
        """Sheet 5: an empty list means all events."""
        more = {"headers": None, "byEvents": False, "base64": False, **more}
        self.webhook = {"enabled": True, "url": url, "events": sorted(listed or events.EVENTS), **more}

    async def _post_status(self, bubble: ChatMessage, status: str) -> None:
        jid = self.key_of(bubble)["remoteJid"]
        data = events.update(jid, bubble.id, status, sender=self.shop_jid)
        await self._post("messages.update", data)

    async def _post(self, event: str, data: Body, bubble: ChatMessage | None = None) -> int:
        """Returns the status of the first attempt; retries follow in the background."""
        name, hook = event.upper().replace(".", "_"), self.webhook
        if not hook.get("enabled") or name not in hook["events"]:
            return 0
        url = hook["url"] + (f"/{event.replace('.', '-')}" if hook["byEvents"] else "")
        body = events.envelope(
            event,
            self.instance,
            data,
            url=url,
            sender=self.shop_jid,
            moment=self.world.clock(),
            api_key=self.api_key if self.exposes_token else None,
        )
        raw = json.dumps(body, ensure_ascii=False).encode()
        headers = {"User-Agent": "axios/1.7.9", **(hook["headers"] or {})}
        status = await self.world.deliver("evolution", url, raw, headers)
        if bubble is not None:
            bubble.webhook_status = status
        if not _is_settled(status):
            self.world.later(self._post_again(url, raw, headers, bubble))
        return status

    async def _post_again(self, url: str, raw: bytes, headers: dict[str, str], bubble: ChatMessage | None) -> None:
        """Sheet 5: ten attempts in all, with growing waits."""
        wait = self.first_wait
        for _ in range(ATTEMPTS - 1):
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)
            status = await self.world.deliver("evolution", url, raw, headers)
            if bubble is not None:
                bubble.webhook_status = status
            if _is_settled(status):
                return


def _is_settled(status: int) -> bool:
    return 200 <= status < 300 or status in FINAL
