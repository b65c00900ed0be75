"""Our own messages as reported back by the gateway: the proof that a send without a response was delivered.

Kept in memory for as long as anybody may ask. Those received by another process, or before the start of this one, are
in the store (:mod:`bot.storage.echoes`).
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict

from bot.integrations.whatsapp.origin import digest

MOST = 1000
RECENT_S = 120.0
"""An older echo does not prove a recent send: the same words may have been sent before."""


def mark(person: str, text: str, kind: str = "text") -> str:
    """Stands for a message in the key of its stored echo: keys are logged, so they must not contain people or texts."""
    return digest(f"{person}\n{kind}\n{text.strip()}")


class Echoes:
    """Shared by the receiver, which records echoes, and the messenger, which looks for what it sent."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, tuple[str, str, str, float]] = OrderedDict()
        self._claimed: OrderedDict[str, None] = OrderedDict()
        self._news = asyncio.Event()

    def note(self, person: str, text: str, message_id: str, kind: str = "text") -> None:
        """``person`` is the identity of the chat (:func:`bot.domain.phone.identity`); for a file, ``text`` is the
        caption."""
        if message_id and message_id not in self._claimed:
            self._seen[message_id] = (person, kind, text.strip(), time.monotonic())
            _trim(self._seen)
            self._news.set()
            self._news = asyncio.Event()

    def claim(self, message_id: str) -> None:
        """Mark a message as accounted for: it is never taken for another one with the same text."""
        self._seen.pop(message_id, None)
        self._claimed[message_id] = None
        _trim(self._claimed)

    def is_claimed(self, message_id: str) -> bool:
        """Whether it was sent, or looked up, by this process."""
        return message_id in self._claimed

    def is_ours(self, message_id: str) -> bool:
        """Whether the bot sent it, as far as this process knows."""
        return message_id in self._claimed or message_id in self._seen

    def find(self, person: str, text: str, kind: str = "text") -> str | None:
        """The newest unclaimed message with that text."""
        wanted, oldest = (person, kind, text.strip()), time.monotonic() - RECENT_S
        for message_id, (who, what, words, at) in reversed(self._seen.items()):
            if (who, what, words) == wanted and at >= oldest:
                return message_id
        return None

    async def wait(self, person: str, text: str, seconds: float, kind: str = "text") -> str | None:
        """Like :meth:`find`, waiting for it to arrive."""
        try:
            async with asyncio.timeout(seconds):
                while (found := self.find(person, text, kind)) is None:
                    await self._news.wait()
        except TimeoutError:
            return None
        return found


def _trim(kept: OrderedDict[str, tuple[str, str, str, float]] | OrderedDict[str, None]) -> None:
    while len(kept) > MOST:
        kept.popitem(last=False)
