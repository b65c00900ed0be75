"""The chats of people with the shop."""

from __future__ import annotations

import asyncio
import base64
import re
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

_LID_BASE = 100_000_000_000_000


@dataclass
class ChatMessage:
    """One message. ``status`` of the bot's: sent, received, read, failed; of the person's own: received."""

    id: str
    phone: str
    kind: str
    """text, image, document, video, audio, sticker, contact, location, link, choice, call, …"""
    at: datetime
    from_bot: bool
    """From the shop's number."""
    text: str = ""
    caption: str = ""
    options: list[dict[str, str]] = field(default_factory=list)
    """``{"id", "label"}`` of each button or row."""
    options_as: str = ""
    """``buttons`` or ``list``."""
    media: str = ""
    """A data URI or a URL."""
    mime_type: str = ""
    file_name: str = ""
    reply_to: str = ""
    status: str = "received"
    failure: str = ""
    """The gateway's error text, with ``failed``."""
    edited: bool = False
    deleted: bool = False
    reaction: str = ""
    zaap_id: str = ""
    """Z-API's own id of a send."""
    by_owner: bool = False
    """A human typed it on the shop's phone."""
    webhook_status: int = 0
    """The bot's response to the webhook of a person's message; 0: no webhook was sent."""

    @property
    def words(self) -> str:
        """The readable text: the message, or the caption of a file."""
        return self.text or self.caption

    @property
    def data(self) -> bytes:
        """The bytes of a file that came as a data URI."""
        return base64.b64decode(self.media.partition(",")[2]) if self.media.startswith("data:") else b""

    def public(self) -> dict[str, Any]:
        """As JSON values, for the page."""
        return {**asdict(self), "at": self.at.isoformat()}


def new_id(from_bot: bool) -> str:
    """An id in the format of WhatsApp: phones and linked devices differ."""
    return ("3EB0" + secrets.token_hex(8) if from_bot else "3A" + secrets.token_hex(9)).upper()


class Chats:
    """All chats, found by phone (with or without the ninth digit) or LID."""

    def __init__(self) -> None:
        self._chats: dict[str, list[ChatMessage]] = {}
        self._lids: dict[str, str] = {}
        self._phones: dict[str, str] = {}
        self._next: dict[str, int] = {}
        self._news = asyncio.Event()

    def key(self, address: str) -> str:
        """The key of a phone: area code and last eight digits; an unknown LID is its own key."""
        if address.endswith("@lid"):
            return self._lids.get(address, address)
        digits = re.sub(r"\D", "", address)
        return digits[2:4] + digits[-8:] if digits.startswith("55") and len(digits) in (12, 13) else digits

    def lid_of(self, phone: str) -> str:
        """The LID of a phone: always the same, and known as a chat address from now on."""
        key = self.key(phone)
        lid = f"{_LID_BASE + int(key[-13:] or 0)}@lid"
        self._lids[lid] = key
        return lid

    def phone_of(self, address: str) -> str:
        """The phone of a chat address, as it was first spelt; the address itself if none is known."""
        return self._phones.get(self.key(address), address)

    def of(self, phone: str) -> list[ChatMessage]:
        """The messages of a chat, oldest first."""
        return self._chats.setdefault(self.key(phone), [])

    def all(self) -> list[ChatMessage]:
        """The messages of all chats."""
        return [message for chat in self._chats.values() for message in chat]

    def find(self, message_id: str) -> ChatMessage | None:
        """The message with that id, in any chat."""
        return next((m for chat in self._chats.values() for m in reversed(chat) if m.id == message_id), None)

    def add(self, message: ChatMessage) -> None:
        if not message.phone.endswith("@lid"):
            self._phones.setdefault(self.key(message.phone), message.phone)
        self.of(message.phone).append(message)
        self._news.set()
        self._news = asyncio.Event()

    def skip(self, phone: str) -> None:
        """Have :meth:`until` ignore what is in the chat so far."""
        self._next[self.key(phone)] = len(self.of(phone))

    async def until(self, phone: str, predicate: Callable[[ChatMessage], bool], timeout: float) -> ChatMessage:
        """Wait for the bot's next message that satisfies ``predicate``, after the one returned last. The TimeoutError
        lists what came instead."""
        key = self.key(phone)
        first = self._next.get(key, 0)
        at = first
        try:
            async with asyncio.timeout(timeout):
                while True:
                    news, chat = self._news, self.of(phone)
                    while at < len(chat):
                        message = chat[at]
                        at += 1
                        if _is_reply(message) and predicate(message):
                            self._next[key] = at
                            return message
                    await news.wait()
        except TimeoutError:
            came = [m.words or m.kind for m in self.of(phone)[first:] if _is_reply(m)]
            raise TimeoutError(f"no such message within {timeout} s; the bot said {came}") from None


def _is_reply(message: ChatMessage) -> bool:
    return message.from_bot and not message.by_owner and message.status != "failed"
