"""Evolution's webhooks for the actions of people."""

from __future__ import annotations

import base64
import secrets
from typing import Any

from sandbox import people
from sandbox.chats import ChatMessage
from sandbox.evolution import contents, events
from sandbox.evolution.instance import Instance
from sandbox.evolution.jids import jid_of
from sandbox.people import Written

Body = dict[str, Any]

RECEIPTS = {"received": "DELIVERY_ACK", "read": "READ"}


class People(Instance, people.People):
    async def _tell_message(self, bubble: ChatMessage, written: Written) -> None:
        if bubble.kind == "waiting":
            return  # source: a message without content is skipped
        if bubble.kind == "call":
            await self._tell_of(bubble, "call", self._call(bubble))
            return
        content = contents.sent_by_person(bubble, written.choice, written.location, written.asked, self.click)
        self._show(bubble, new=True)
        record = {**self.record_of(bubble, content, as_lid=written.as_lid), **written.more}
        await self._tell_of(bubble, "messages.upsert", record)

    async def _tell_edit(self, phone: str, message_id: str, text: str) -> int:
        """The key is written from the person's side, and an empty update follows (source)."""
        now = self.world.clock()
        edit = events.protocol(self.shop_jid, message_id, "MESSAGE_EDIT", now, {"conversation": text})
        status = await self._post("messages.edited", edit)
        update = events.update(jid_of(phone), message_id, "SERVER_ACK", sender=self.shop_jid, from_me=False)
        await self._post("messages.update", update)
        return status

    async def _tell_deletion(self, bubble: ChatMessage) -> int:
        """Reported as an edit without a text, then by its key (source)."""
        await self._post("messages.edited", events.protocol(self.shop_jid, bubble.id, "REVOKE", bubble.at))
        return await self._post("messages.delete", {**self.key_of(bubble), "status": "DELETED"})

    async def _tell_owner(self, bubble: ChatMessage) -> int:
        """Sheet 5: an upsert with fromMe."""
        return await self._post("messages.upsert", self.record_of(bubble))

    async def _tell_group(self, bubble: ChatMessage) -> int:
        record = self.record_of(bubble, {"conversation": bubble.text})
        key = {"remoteJid": "120363000000000001@g.us", "fromMe": False, "id": bubble.id}
        record["key"] = {**key, "participant": self.lid_of(bubble.phone), "participantAlt": jid_of(bubble.phone)}
        return await self._post("messages.upsert", record)

    async def _tell_receipts(self, phone: str, messages: list[ChatMessage], status: str) -> None:
        """One update each."""
        for message in messages:
            await self._post_status(message, RECEIPTS[status])

    async def _tell_connection(self, connected: bool) -> None:
        """Logged out on the phone, or paired again."""
        self.connected = connected
        state: Body = {"instance": self.instance, "state": "close", "statusReason": 401}
        if not connected:
            closed: Body = {"instance": self.instance, "status": "closed", "disconnectionReasonCode": 401}
            await self._post("status.instance", {**closed, "disconnectionAt": self.world.clock().isoformat()})
            await self._post("connection.update", state)
            return
        await self._post("connection.update", {**state, "state": "connecting", "statusReason": 200})
        who = {"wuid": self.shop_jid, "profileName": "AutoPars", "profilePictureUrl": None}
        await self._post("connection.update", {**state, **who, "state": "open", "statusReason": 200})
        backlog, self._backlog = self._backlog, []
        for event, data, bubble in backlog:
            await self._post(event, data, bubble)

    def forget_webhooks(self) -> None:
        """The instance was created again, without its webhook."""
        self.webhook = {}

    def expire_files(self) -> None:
        """WhatsApp keeps files for a while only. All files sent so far expire."""
        self._lost_files |= {m.id for m in self._chats.all() if m.media}

    async def _tell_of(self, bubble: ChatMessage, event: str, data: Body) -> None:
        if not self.connected:
            self._backlog.append((event, data, bubble))
            return
        await self._post(event, data, bubble)

    def _keep(self, bubble: ChatMessage, data: bytes) -> str:
        """Only in the message: the gateway decrypts it on request."""
        return f"data:{bubble.mime_type};base64,{base64.b64encode(data).decode()}"

    def _call(self, bubble: ChatMessage) -> Body:
        """Source: Baileys' own object; the sheet has none."""
        jid = jid_of(bubble.phone)
        call: Body = {"chatId": jid, "from": jid, "id": secrets.token_hex(16).upper(), "status": "offer"}
        return {**call, "date": bubble.at.isoformat(), "offline": False, "isVideo": False, "isGroup": False}
