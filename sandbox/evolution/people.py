"""What people do with their phones, for the page and for tests."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime
from typing import Any

from sandbox.chats import ChatMessage, new_id
from sandbox.evolution import contents, events
from sandbox.evolution.instance import Instance
from sandbox.evolution.jids import jid_of
from sandbox.files import sniff

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
        message), ``waiting`` (not decrypted yet: nobody is told), ``call``, ``unknown``. ``as_lid``: the phone is not
        told. ``more`` is laid over ``data``: how a test makes what nobody expects.
        """
        bubble = ChatMessage(
            id=message_id or new_id(from_bot=False),
            phone=phone,
            kind=kind or "text",
            at=moment or self.world.clock(),
            from_bot=False,
            text=text,
            reply_to=reply_to,
        )
        chat_key = self._chats.key(phone)
        self._names[chat_key] = name or self._names.get(chat_key, "")
        data = image if image is not None else sticker if sticker is not None else file
        if data is not None:
            bubble.kind = "image" if image is not None else "sticker" if sticker is not None else kind or "document"
            bubble.text, bubble.caption, bubble.file_name = "", text, file_name
            bubble.mime_type = mime_type or sniff(data, bubble.kind)
            bubble.media = f"data:{bubble.mime_type};base64,{base64.b64encode(data).decode()}"
        elif choice is not None:
            bubble.kind, bubble.text = "choice", choice[1]
        elif location is not None:
            bubble.kind, bubble.text = "location", text or f"{location[0]},{location[1]}"
        if kind == "waiting":
            return bubble  # source: a message without content is skipped
        if kind == "call":
            await self._tell_of(bubble, "call", self._call(bubble))
            return bubble
        asked = next((m for m in reversed(self.chat(phone)) if m.from_bot and m.options), None)
        content = contents.sent_by_person(bubble, choice, location, asked, self.click)
        self._show(bubble, new=True)
        record = {**self.record_of(bubble, content, as_lid=as_lid), **(more or {})}
        await self._tell_of(bubble, "messages.upsert", record)
        return bubble

    async def user_edits(self, phone: str, message_id: str, text: str) -> int:
        """A person corrects a message; the status that the bot answered. The key is written from the person's side,
        and an update that says nothing follows (source)."""
        old = self._chats.find(message_id)
        if old is not None:
            old.text, old.edited = text, True
            self._show(old)
        now = self.world.clock()
        edit = events.protocol(self.shop_jid, message_id, "MESSAGE_EDIT", now, {"conversation": text})
        status = await self._post("messages.edited", edit)
        update = events.update(jid_of(phone), message_id, "SERVER_ACK", sender=self.shop_jid, from_me=False)
        await self._post("messages.update", update)
        return status

    async def user_deletes(self, phone: str, message_id: str) -> int:
        """A person deletes a message for all: told as an edit without a text, then by its key (source)."""
        old = self._chats.find(message_id)
        if old is not None:
            old.deleted = True
            self._show(old)
        await self._post("messages.edited", events.protocol(self.shop_jid, message_id, "REVOKE", self.world.clock()))
        bubble = ChatMessage(message_id, phone, "text", self.world.clock(), from_bot=False)
        return await self._post("messages.delete", {**self.key_of(bubble), "status": "DELETED"})

    async def owner_sends(self, phone: str, text: str) -> int:
        """A human of the shop types on the shop's own phone (sheet 5: an upsert with fromMe)."""
        bubble = ChatMessage(new_id(True), phone, "text", self.world.clock(), from_bot=True, by_owner=True, text=text)
        bubble.status = "sent"
        self._show(bubble, new=True)
        return await self._post("messages.upsert", self.record_of(bubble))

    async def group_noise(self, phone: str, text: str = "oi") -> int:
        """Somebody writes in a group that the number happens to be in."""
        bubble = ChatMessage(new_id(from_bot=False), phone, "text", self.world.clock(), from_bot=False, text=text)
        record = self.record_of(bubble, {"conversation": text})
        key = {"remoteJid": "120363000000000001@g.us", "fromMe": False, "id": bubble.id}
        record["key"] = {**key, "participant": self.lid_of(phone), "participantAlt": jid_of(phone)}
        return await self._post("messages.upsert", record)

    async def mark_read(self, phone: str) -> None:
        """The person opens the chat: all that has come is read, one update each."""
        unread = [m for m in self.chat(phone) if m.from_bot and m.status in ("sent", "received")]
        for message in unread:
            message.status = "read"
            self._show(message)
        for message in unread:
            await self._post_status(message, "READ")

    async def set_connected(self, connected: bool) -> None:
        """Log the shop's number out on the phone, or pair it again; what people wrote meanwhile comes then."""
        if connected == self.connected:
            return
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

    async def set_online(self, phone: str, online: bool) -> None:
        """An offline phone gets its messages, and they their DELIVERY_ACK, when it is back."""
        key = self._chats.key(phone)
        if not online:
            self._offline.add(key)
            return
        self._offline.discard(key)
        for message in [m for m in self.chat(phone) if m.from_bot and m.status == "sent"]:
            message.status = "received"
            self._show(message)
            await self._post_status(message, "DELIVERY_ACK")

    def expire_files(self) -> None:
        """WhatsApp keeps files for a while only. All that were sent so far are gone."""
        self._lost_files |= {m.id for m in self._chats.all() if m.media}

    async def _tell_of(self, bubble: ChatMessage, event: str, data: Body) -> None:
        if not self.connected:
            self._backlog.append((event, data, bubble))
            return
        await self._post(event, data, bubble)

    def _call(self, bubble: ChatMessage) -> Body:
        """Source: Baileys' own object; the sheet has none."""
        jid = jid_of(bubble.phone)
        call: Body = {"chatId": jid, "from": jid, "id": secrets.token_hex(16).upper(), "status": "offer"}
        return {**call, "date": bubble.at.isoformat(), "offline": False, "isVideo": False, "isGroup": False}
