"""Actions of people on their phones, for either gateway: for the page and for tests."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.chats import ChatMessage, new_id
from sandbox.files import sniff
from sandbox.phones import Phones

Body = dict[str, Any]


@dataclass(frozen=True)
class Written:
    """Content that the bubble does not hold."""

    choice: tuple[str, str] | None
    location: tuple[float, float] | None
    asked: ChatMessage | None
    """The message whose options were pressed."""
    as_lid: bool
    more: Body


class People(Phones, ABC):
    """The phones of the customers, and the shop's own. Subclasses implement each gateway's webhooks."""

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

        The arguments decide the content; ``text`` with a file is its caption. ``kind`` selects the rest: ``audio``,
        ``video``, ``document`` (with ``file``), ``contact``, ``reaction`` (``text`` the emoji, ``reply_to`` the
        message), ``waiting`` (not decrypted yet), ``call``, ``unknown``, and kinds that a shop's bot does not use:
        ``poll``, ``poll_vote``, ``product``, ``order``, ``payment``. ``as_lid``: without the phone number. ``more`` is
        merged into the body, for tests of unexpected input.
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
        key = self._chats.key(phone)
        self._names[key] = name or self._names.get(key, "")
        data = image if image is not None else sticker if sticker is not None else file
        if data is not None:
            bubble.kind = "image" if image is not None else "sticker" if sticker is not None else kind or "document"
            bubble.text, bubble.caption, bubble.file_name = "", text, file_name
            bubble.mime_type = mime_type or sniff(data, bubble.kind)
            bubble.media = self._keep(bubble, data)
        elif choice is not None:
            bubble.kind, bubble.text = "choice", choice[1]
        elif location is not None:
            bubble.kind, bubble.text = "location", text or f"{location[0]},{location[1]}"
        asked = next((m for m in reversed(self.chat(phone)) if m.from_bot and m.options), None)
        await self._tell_message(bubble, Written(choice, location, asked, as_lid, more or {}))
        return bubble

    async def user_edits(self, phone: str, message_id: str, text: str) -> int:
        """A person edits a message; returns the bot's response status."""
        old = self._chats.find(message_id)
        if old is not None:
            old.text, old.edited = text, True
            self._show(old)
        return await self._tell_edit(phone, message_id, text)

    async def user_deletes(self, phone: str, message_id: str) -> int:
        """A person deletes a message for everyone."""
        old = self._chats.find(message_id)
        if old is not None:
            old.deleted = True
            self._show(old)
        return await self._tell_deletion(ChatMessage(message_id, phone, "text", self.world.clock(), from_bot=False))

    async def owner_sends(self, phone: str, text: str) -> int:
        """A human types on the shop's own phone."""
        bubble = ChatMessage(new_id(True), phone, "text", self.world.clock(), from_bot=True, by_owner=True, text=text)
        bubble.status = "sent"
        self._show(bubble, new=True)
        return await self._tell_owner(bubble)

    async def group_noise(self, phone: str) -> int:
        """Somebody writes in a group that the number belongs to."""
        return await self._tell_group(
            ChatMessage(new_id(from_bot=False), phone, "text", self.world.clock(), from_bot=False, text="oi")
        )

    async def mark_read(self, phone: str) -> None:
        """The person opens the chat: everything received is read."""
        await self._advance(phone, ("sent", "received"), "read")

    async def set_online(self, phone: str, online: bool) -> None:
        """An offline phone gets its messages, and they their receipts, when it is back."""
        key = self._chats.key(phone)
        if not online:
            self._offline.add(key)
            return
        self._offline.discard(key)
        await self._advance(phone, ("sent",), "received")

    async def _advance(self, phone: str, before: tuple[str, ...], after: str) -> None:
        moved = [m for m in self.chat(phone) if m.from_bot and m.status in before]
        for message in moved:
            message.status = after
            self._show(message)
        if moved:
            await self._tell_receipts(phone, moved, after)

    async def set_connected(self, connected: bool) -> None:
        """Connect or disconnect the shop's number; messages written meanwhile arrive late."""
        if connected != self.connected:
            await self._tell_connection(connected)

    # --- implemented by the gateways ---------------------------------------------------------------------

    @abstractmethod
    def _keep(self, bubble: ChatMessage, data: bytes) -> str:
        """Store the file of a message; returns its URL."""

    @abstractmethod
    async def _tell_message(self, bubble: ChatMessage, written: Written) -> None:
        """Add the bubble and send its webhook; ``waiting`` and ``call`` are not bubbles."""

    @abstractmethod
    async def _tell_edit(self, phone: str, message_id: str, text: str) -> int: ...

    @abstractmethod
    async def _tell_deletion(self, bubble: ChatMessage) -> int: ...

    @abstractmethod
    async def _tell_owner(self, bubble: ChatMessage) -> int: ...

    @abstractmethod
    async def _tell_group(self, bubble: ChatMessage) -> int: ...

    @abstractmethod
    async def _tell_receipts(self, phone: str, messages: list[ChatMessage], status: str) -> None:
        """``status``: received or read."""

    @abstractmethod
    async def _tell_connection(self, connected: bool) -> None: ...
