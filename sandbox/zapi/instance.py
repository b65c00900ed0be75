"""One instance: its dials, its serial queue, and its webhooks."""

from __future__ import annotations

import asyncio
import json
import secrets
from dataclasses import dataclass
from typing import Any

from sandbox.chats import ChatMessage, new_id
from sandbox.core import World
from sandbox.phones import Phones
from sandbox.zapi import callbacks, contents, sends

Body = dict[str, Any]

CAPACITY = 1000
"""Sheet 2: messages that the queue holds while the number is disconnected."""

SHADOW_BAN = "The message was not sent due to a likely shadow ban"
NO_WHATSAPP = "Phone number does not exist"
NO_BUTTONS = "You must accept buttons message terms in panel to send this message."
NOT_CONNECTED = "You are not connected."

URLS_OF_ME = {
    "ReceivedCallback": "receivedCallbackUrl",
    "DeliveryCallback": "deliveryCallbackUrl",
    "MessageStatusCallback": "messageStatusCallbackUrl",
    "ConnectedCallback": "connectedCallbackUrl",
    "DisconnectedCallback": "disconnectedCallbackUrl",
    "PresenceChatCallback": "presenceChatCallbackUrl",
}


@dataclass
class Queued:
    message: ChatMessage
    address: str
    typing: int
    delay: int
    edits: str = ""


class Instance(Phones):
    """The state behind the gateway. The dials can be set at any time."""

    def __init__(
        self,
        world: World,
        *,
        instance_id: str,
        instance_token: str,
        client_token: str,
        webhook_url: str = "",
        public_base: str = "",
    ) -> None:
        super().__init__(world)
        self.instance_id = instance_id
        self.instance_token = instance_token
        self.client_token = client_token
        self.public_base = public_base

        self.shadow_ban = False
        self.buttons_accepted = True
        self.not_found_status = 200
        """Sheet 1: unknown paths answer 404, and sometimes 200."""
        self.exists_as_list = True
        """Sheet 3: phone-exists returns a list in the documentation, an object in the wild."""
        self.queue_disabled = False
        self.notify_sent_by_me = False

        self.urls: dict[str, str] = dict.fromkeys(URLS_OF_ME, webhook_url)
        self.received_delivery_url = ""
        self.filters: set[str] = set()
        self.queue: list[Queued] = []

        self._files: dict[tuple[str, str], tuple[bytes, str]] = {}
        """By message and file name: bytes and type."""
        self._backlog: list[tuple[Body, ChatMessage | None]] = []
        self._held = False
        self._open = asyncio.Event()
        self._open.set()
        self._working = False

    def _accept(self, body: Body, made: Body) -> ChatMessage:
        """Queue a message (sheet 2). Raises :class:`sends.Bad`."""
        if not self.connected and (self.queue_disabled or len(self.queue) >= CAPACITY):
            raise sends.Bad(NOT_CONNECTED)  # status and text UNCONFIRMED
        message = ChatMessage(
            id=new_id(from_bot=True),
            zaap_id=secrets.token_hex(16).upper(),
            phone=body["phone"],
            at=self.world.clock(),
            from_bot=True,
            reply_to=str(body.get("messageId") or ""),
            status="queued",
            **made,
        )
        queued = Queued(
            message,
            body["phone"],
            typing=body.get("delayTyping", 0),
            delay=body.get("delayMessage", -1),
            edits=str(body.get("editMessageId") or ""),
        )
        self.queue.append(queued)
        if not self._working:
            self._working = True
            self.world.later(self._work())
        return message

    def on_the_way(self) -> list[str]:
        return [queued.address for queued in self.queue]

    # --- the queue ---------------------------------------------------------------------------------------

    def _gate(self) -> None:
        if self.connected and not self._held:
            self._open.set()
        else:
            self._open.clear()

    async def _work(self) -> None:
        """Sheet 2: one after the other, with a pause, typing first."""
        try:
            while self.queue:
                await self._open.wait()
                if not self.queue:
                    break
                queued = self.queue[0]
                if queued.typing:
                    self.world.publish(
                        "typing", {"phone": self._chats.phone_of(queued.address), "seconds": queued.typing}
                    )
                await asyncio.sleep(self.world.pace)
                if self._open.is_set() and queued in self.queue:
                    self.queue.remove(queued)
                    self._hand_over(queued)
        finally:
            self._working = False

    def _hand_over(self, queued: Queued) -> None:
        message = queued.message
        error, code = self._objection(message)
        message.at = self.world.clock()
        message.status, message.failure = ("failed", error) if error else ("sent", "")
        old = self._chats.find(queued.edits) if queued.edits and not error else None
        if old is not None:
            old.text, old.edited = message.text, True
            self._show(old)
        else:
            self._show(message, new=True)
        self.world.later(self._tell(queued, error, code))

    def _objection(self, message: ChatMessage) -> tuple[str, str]:
        """The error of a DeliveryCallback (sheet 9): its text and code."""
        key = self._chats.key(message.phone)
        if key in self.without_whatsapp or key.endswith("@lid"):
            return NO_WHATSAPP, ""
        if self.shadow_ban:
            return SHADOW_BAN, "SHADOW_BAN"
        if message.options_as and not self.buttons_accepted:
            return NO_BUTTONS, ""
        return sends.media_error(message.media), ""

    async def _tell(self, queued: Queued, error: str, code: str) -> None:
        """Sheet 12.2: DeliveryCallback, SENT, our own echo, RECEIVED."""
        message = queued.message
        who, now = (self.instance_id, queued.address), self.world.clock()
        await self._post(callbacks.delivery(*who, message.zaap_id, message.id, now, error, code))
        if error:
            return
        await self._post_status(queued.address, "SENT", [message.id])
        if self.notify_sent_by_me:
            await self._post(self._envelope(message, contents.echo_of(message), from_me=True, from_api=True))
        await asyncio.sleep(self.world.pace)
        if self._chats.key(message.phone) in self._offline or message.status == "read":
            return
        message.status = "received"
        self._show(message)
        await self._post_status(queued.address, "RECEIVED", [message.id])

    # --- webhooks ----------------------------------------------------------------------------------------

    async def _post_status(self, phone: str, name: str, ids: list[str]) -> None:
        await self._post(callbacks.status(self.instance_id, phone, name, ids, self.world.clock()))

    def _url_of(self, kind: str) -> str:
        """Sheet 7, the trap: with sent-by-me on, received messages go to the other URL."""
        if kind == "ReceivedCallback" and self.notify_sent_by_me and self.received_delivery_url:
            return self.received_delivery_url
        return self.urls[kind]

    async def _post(self, body: Body, bubble: ChatMessage | None = None) -> int:
        kind = body["type"]
        if not self.connected and kind != "DisconnectedCallback":
            if kind == "ReceivedCallback" and not body["fromMe"]:
                self._backlog.append((body, bubble))
            return 0
        url = self._url_of(kind)
        if not url or kind in self.filters:
            return 0
        status = await self.world.deliver(
            "zapi", url, json.dumps(body, ensure_ascii=False).encode(), callbacks.headers(self.instance_token)
        )
        if bubble is not None:
            bubble.webhook_status = status
        return status

    def _envelope(
        self,
        bubble: ChatMessage,
        content: Body,
        *,
        from_me: bool = False,
        from_api: bool = False,
        as_lid: bool = False,
    ) -> Body:
        lid = bubble.phone if bubble.phone.endswith("@lid") else self.lid_of(bubble.phone)
        return callbacks.received(
            instance_id=self.instance_id,
            connected_phone=self.connected_phone,
            phone=lid if as_lid else bubble.phone,
            lid=lid,
            message_id=bubble.id,
            moment=bubble.at,
            name=self._names.get(self._chats.key(bubble.phone)) or bubble.phone,
            content=content,
            from_me=from_me,
            from_api=from_api,
        )
