"""Z-API's webhooks for the actions of people."""

from __future__ import annotations

import hashlib
import secrets

from sandbox import people
from sandbox.chats import ChatMessage, new_id
from sandbox.files import EXTENSIONS
from sandbox.people import Written
from sandbox.zapi import callbacks, contents
from sandbox.zapi.instance import Instance


class People(Instance, people.People):
    async def _tell_message(self, bubble: ChatMessage, written: Written) -> None:
        content = contents.sent_by_person(bubble, written.choice, written.location, written.asked)
        if bubble.reply_to and bubble.kind != "reaction":
            content["referenceMessageId"] = bubble.reply_to
        body = {**self._envelope(bubble, content, as_lid=written.as_lid), **written.more}
        if bubble.kind == "waiting":
            body = callbacks.waiting(body)
        elif bubble.kind == "call":
            call = {"callId": secrets.token_hex(16).upper(), "callDirection": "incoming", "isVideo": False}
            body = callbacks.notification(body, "CALL_RECEIVED", **call)
        else:
            self._show(bubble, new=True)
        await self._post(body, bubble)

    async def _tell_edit(self, phone: str, message_id: str, text: str) -> int:
        """Sheet 8.5."""
        bubble = ChatMessage(new_id(from_bot=False), phone, "text", self.world.clock(), from_bot=False, text=text)
        content = {"text": {"message": text}, "isEdit": True, "editMessageId": message_id}
        return await self._post(self._envelope(bubble, content))

    async def _tell_deletion(self, bubble: ChatMessage) -> int:
        """Sheet 8.7, REVOKE."""
        return await self._post(callbacks.notification(self._envelope(bubble, {}), "REVOKE"))

    async def _tell_owner(self, bubble: ChatMessage) -> int:
        """Sheet 8.1: fromMe without fromApi."""
        return await self._post(self._envelope(bubble, {"text": {"message": bubble.text}}, from_me=True))

    async def _tell_group(self, bubble: ChatMessage) -> int:
        """Sheet 8.2."""
        body = self._envelope(bubble, {"text": {"message": bubble.text}})
        group = {"isGroup": True, "phone": "120363000000000001-group", "chatLid": None, "chatName": "Grupo de peças"}
        who = {"participantPhone": bubble.phone, "participantLid": self.lid_of(bubble.phone)}
        return await self._post({**body, **group, **who})

    async def _tell_receipts(self, phone: str, messages: list[ChatMessage], status: str) -> None:
        """Sheet 9: one callback with many ids."""
        await self._post_status(phone, status.upper(), [m.id for m in messages])

    async def _tell_connection(self, connected: bool) -> None:
        """Sheet 7: after disconnecting, only that is reported; the queued messages are all sent afterwards."""
        now = self.world.clock()
        self.connected = connected
        if not connected:
            self._gate()
            await self._post(callbacks.disconnected(self.instance_id, now))
            return
        await self._post(callbacks.connected(self.instance_id, self.connected_phone, now))
        backlog, self._backlog = self._backlog, []
        for body, bubble in backlog:
            await self._post(body, bubble)
        self._gate()

    def hold_queue(self, held: bool = True) -> None:
        """Keep sent messages in the queue until it is released."""
        self._held = held
        self._gate()

    def forget_webhooks(self) -> None:
        """Somebody emptied the webhook URLs in the panel."""
        self.urls = dict.fromkeys(self.urls, "")
        self.received_delivery_url, self.notify_sent_by_me = "", False

    def expire_files(self) -> None:
        """Sheet 10: files live thirty days. All files sent so far expire."""
        self._files.clear()

    def _keep(self, bubble: ChatMessage, data: bytes) -> str:
        """Sheet 10: the URL of a file; whoever knows it can read the file."""
        digest = hashlib.sha256(data).hexdigest()[:24]
        name = f"{digest}.{EXTENSIONS.get(bubble.mime_type, 'bin')}"
        path = f"/file/temp-file-download/instances/{self.instance_id}/{bubble.id}/{name}"
        self._files[bubble.id, name] = (data, bubble.mime_type)
        return f"{self.public_base.rstrip('/')}{path}"
