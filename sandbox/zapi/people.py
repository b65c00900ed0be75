"""What people do with their phones, for the page and for tests."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Any

from sandbox.chats import ChatMessage, new_id
from sandbox.files import EXTENSIONS, sniff
from sandbox.zapi import callbacks, contents
from sandbox.zapi.instance import Instance

Body = dict[str, Any]


class People(Instance):
    """The phones of the customers, and that of the shop."""

    async def user_sends(
        self,
        phone: str,
        *,
        text: str = "",
        name: str = "",
        image: bytes | None = None,
        sticker: bytes | None = None,
        file: bytes | None = None,
        mime_type: str = "",
        file_name: str = "",
        choice: tuple[str, str] | None = None,
        location: tuple[float, float] | None = None,
        kind: str = "",
        message_id: str = "",
        moment: datetime | None = None,
        reply_to: str = "",
        as_lid: bool = False,
        more: Body | None = None,
    ) -> ChatMessage:
        """A person writes to the shop; returns when the bot has answered the webhook.

        What is given decides the content; ``text`` beside a file is its caption. ``kind`` names the rest: ``audio``,
        ``video``, ``document`` (with ``file``), ``contact``, ``reaction`` (``text`` the emoji, ``reply_to`` the
        message), ``waiting`` (not decrypted yet), ``call``, ``unknown``. ``as_lid``: the phone is not told. ``more``
        is laid over the body: how a test makes what nobody expects.
        """
        message_id = message_id or new_id(from_bot=False)
        bubble = ChatMessage(
            id=message_id, phone=phone, kind=kind or "text", at=moment or self.world.clock(), from_bot=False
        )
        bubble.reply_to = reply_to
        bubble.text = text
        if image is not None or sticker is not None or file is not None:
            bubble.kind = "image" if image is not None else "sticker" if sticker is not None else kind or "document"
            bubble.text, bubble.caption, bubble.file_name = "", text, file_name
            bubble.mime_type = mime_type or sniff(image or sticker or file or b"", bubble.kind)
            bubble.media = self._keep(message_id, image or sticker or file or b"", bubble.mime_type)
        elif choice is not None:
            bubble.kind, bubble.text = "choice", choice[1]
        elif location is not None:
            bubble.kind, bubble.text = "location", text or f"{location[0]},{location[1]}"
        asked = next((m for m in reversed(self.chat(phone)) if m.from_bot and m.options), None)
        content = contents.sent_by_person(bubble, choice, location, asked)
        if reply_to and bubble.kind != "reaction":
            content["referenceMessageId"] = reply_to
        body = {**self._envelope(bubble, name, content, as_lid=as_lid), **(more or {})}
        if kind == "waiting":
            body = callbacks.waiting(body)
        elif kind == "call":
            call_id = secrets.token_hex(16).upper()
            body = callbacks.notification(
                body, "CALL_RECEIVED", callId=call_id, callDirection="incoming", isVideo=False
            )
        else:
            self._show(bubble, new=True)
        await self._post(body, bubble)
        return bubble

    async def user_edits(self, phone: str, message_id: str, text: str) -> int:
        """A person corrects a message (sheet 8.5); the status that the bot answered."""
        old = self._chats.find(message_id)
        if old is not None:
            old.text, old.edited = text, True
            self._show(old)
        bubble = ChatMessage(new_id(from_bot=False), phone, "text", self.world.clock(), from_bot=False, text=text)
        content = {"text": {"message": text}, "isEdit": True, "editMessageId": message_id}
        return await self._post(self._envelope(bubble, "", content))

    async def user_deletes(self, phone: str, message_id: str) -> int:
        """A person deletes a message for all (sheet 8.7, REVOKE)."""
        old = self._chats.find(message_id)
        if old is not None:
            old.deleted = True
            self._show(old)
        bubble = ChatMessage(message_id, phone, "text", self.world.clock(), from_bot=False)
        return await self._post(callbacks.notification(self._envelope(bubble, "", {}), "REVOKE"))

    async def owner_sends(self, phone: str, text: str) -> int:
        """A human of the shop types on the shop's own phone (sheet 8.1: fromMe without fromApi)."""
        bubble = ChatMessage(new_id(True), phone, "text", self.world.clock(), from_bot=True, by_owner=True, text=text)
        bubble.status = "sent"
        self._show(bubble, new=True)
        return await self._post(self._envelope(bubble, "", {"text": {"message": text}}, from_me=True))

    async def group_noise(self, phone: str, text: str = "oi") -> int:
        """Somebody writes in a group that the number happens to be in (sheet 8.2)."""
        bubble = ChatMessage(new_id(from_bot=False), phone, "text", self.world.clock(), from_bot=False)
        body = self._envelope(bubble, "", {"text": {"message": text}})
        group = {"isGroup": True, "phone": "120363000000000001-group", "chatLid": None, "chatName": "Grupo de peças"}
        return await self._post({**body, **group, "participantPhone": phone, "participantLid": self.lid_of(phone)})

    async def mark_read(self, phone: str) -> None:
        """The person opens the chat: all that has come is read, told in one callback with many ids."""
        unread = [m for m in self.chat(phone) if m.from_bot and m.status in ("sent", "received")]
        for message in unread:
            message.status = "read"
            self._show(message)
        if unread:
            await self._post_status(phone, "READ", [m.id for m in unread])

    async def set_connected(self, connected: bool) -> None:
        """Connect or disconnect the shop's number. Sheet 7: once it is disconnected, only that is told; what people
        wrote meanwhile comes late, and what waited in the queue is all sent."""
        if connected == self.connected:
            return
        now = self.world.clock()
        if not connected:
            self.connected = False
            self._gate()
            await self._post(callbacks.disconnected(self.instance_id, now))
            return
        self.connected = True
        await self._post(callbacks.connected(self.instance_id, self.connected_phone, now))
        backlog, self._backlog = self._backlog, []
        for body, bubble in backlog:
            await self._post(body, bubble)
        self._gate()

    async def set_online(self, phone: str, online: bool) -> None:
        """An offline phone gets its messages, and they their RECEIVED, when it is back."""
        key = self._chats.key(phone)
        if not online:
            self._offline.add(key)
            return
        self._offline.discard(key)
        waiting = [m for m in self.chat(phone) if m.from_bot and m.status == "sent"]
        for message in waiting:
            message.status = "received"
            self._show(message)
        if waiting:
            await self._post_status(phone, "RECEIVED", [m.id for m in waiting])

    def hold_queue(self, held: bool = True) -> None:
        """Keep what is sent in the queue, until it is let go."""
        self._held = held
        self._gate()

    def expire_files(self) -> None:
        """Sheet 10: files live thirty days. All that were sent so far are gone."""
        self._files.clear()

    def _keep(self, message_id: str, data: bytes, mime_type: str) -> str:
        """Sheet 10: the address of a file, which anybody may read who knows it."""
        digest = hashlib.sha256(data).hexdigest()[:24]
        name = f"{digest}.{EXTENSIONS.get(mime_type, 'bin')}"
        path = f"/file/temp-file-download/instances/{self.instance_id}/{message_id}/{name}"
        self._files[message_id, name] = (data, mime_type)
        return f"{self.public_base.rstrip('/')}{path}"
