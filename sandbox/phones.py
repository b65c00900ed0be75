"""The phones on both sides of a WhatsApp gateway, as page and tests use them with any stand-in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.chats import ChatMessage, Chats
from sandbox.core import World


class Phones:
    """The chats, who is reachable, and the shop's own number."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.connected = True
        self.connected_phone = "5511900000000"
        self.without_whatsapp: set[str] = set()
        """Chat keys of numbers that are not on WhatsApp; see :meth:`set_on_whatsapp`."""
        self._chats = Chats()
        self._names: dict[str, str] = {}
        self._offline: set[str] = set()

    def lid_of(self, phone: str) -> str:
        """The LID of a phone, always the same."""
        return self._chats.lid_of(phone)

    def chat(self, phone: str) -> list[ChatMessage]:
        """The messages in the chat of a phone, oldest first."""
        return self._chats.of(phone)

    def on_the_way(self) -> list[str]:
        """The addresses that queued messages go to; empty without a queue."""
        return []

    async def until(
        self, phone: str, predicate: Callable[[ChatMessage], bool] = lambda _: True, timeout: float = 5.0
    ) -> ChatMessage:
        """Wait for the first new message of the bot to ``phone`` that satisfies ``predicate``: new since the last
        call's result. Raises TimeoutError."""
        return await self._chats.until(phone, predicate, timeout)

    def skip(self, phone: str) -> None:
        """:meth:`until` ignores everything up to now."""
        self._chats.skip(phone)

    def shown(self, phone: str) -> list[dict[str, Any]]:
        """The chat as JSON values, for a page that was just opened."""
        return [m.public() for m in self.chat(phone)]

    def set_on_whatsapp(self, phone: str, there: bool) -> None:
        """Whether the number is on WhatsApp at all."""
        (self.without_whatsapp.discard if there else self.without_whatsapp.add)(self._chats.key(phone))

    def _read(self, message_id: str) -> None:
        """The shop has read a person's message."""
        bubble = self._chats.find(message_id)
        if bubble is not None and not bubble.from_bot:
            bubble.status = "read"
            self._show(bubble)

    def _show(self, bubble: ChatMessage, *, new: bool = False) -> None:
        if new:
            self._chats.add(bubble)
        self.world.publish("chat", {"phone": self._chats.phone_of(bubble.phone), "message": bubble.public()})
