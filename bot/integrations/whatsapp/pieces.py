"""Sends that WhatsApp's limits split into pieces, for any gateway: long texts, files with long captions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias

from bot.domain.commands import Option
from bot.integrations.errors import Unavailable, Uncertain
from bot.integrations.protocols import File, Link, PixKey
from bot.integrations.whatsapp.texts import LONGEST_CAPTION, split

Body: TypeAlias = dict[str, Any]
Send: TypeAlias = tuple[str, Body]
"""The target within the gateway, and the body."""


class Wording(Protocol):
    """A gateway's bodies, one function per kind of message; its module ``messages``."""

    def text(self, to: str, message: str, /) -> Send: ...
    def image(self, to: str, picture: File | str, caption: str, /) -> Send: ...
    def document(self, to: str, file: File, caption: str, /) -> Send: ...
    def video(self, to: str, film: File | str, caption: str, /) -> Send: ...
    def link(self, to: str, message: str, page: Link, /) -> Send: ...
    def pix_key(self, to: str, key: PixKey, /) -> Send: ...


class Pieces(ABC):
    """The sending half of :class:`bot.integrations.protocols.Messenger`; a gateway implements sending one piece."""

    provider: str
    wording: Wording

    def __init__(self, media_timeout: float) -> None:
        """``media_timeout``: the deadline of sends with a file, in seconds."""
        self._media_timeout = media_timeout

    @abstractmethod
    def _worded(self, to: str, piece: str, options: Sequence[Option], reply_to: str) -> Send:
        """A text in this gateway's format and style."""

    @abstractmethod
    async def _send(self, where: str, body: Body, operation: str, timeout: float | None = None) -> str:
        """Send one piece; returns its id."""

    @abstractmethod
    async def _edit(self, to: str, message_id: str, piece: str) -> str:
        """Edit a message of ours; returns its id."""

    async def send_text(
        self, to: str, text: str, *, options: Sequence[Option] = (), reply_to: str = "", edits: str = ""
    ) -> str:
        first, *rest = split(text)
        if edits:
            sent = await self._edit(to, edits, first)
        else:
            sent = await self._send(*self._worded(to, first, () if rest else options, reply_to), "message.text")
        for number, piece in enumerate(rest, start=1):
            sent = await self._send_next(self._worded(to, piece, options if number == len(rest) else (), ""))
        return sent

    async def send_image(self, to: str, image: File | str, *, caption: str = "") -> str:
        first, *rest = split(caption, LONGEST_CAPTION)
        return await self._send_file(to, self.wording.image(to, image, first), "message.image", rest)

    async def send_document(self, to: str, document: File, *, caption: str = "") -> str:
        first, *rest = split(caption, LONGEST_CAPTION)
        return await self._send_file(to, self.wording.document(to, document, first), "message.document", rest)

    async def send_video(self, to: str, video: File | str, *, caption: str = "") -> str:
        first, *rest = split(caption, LONGEST_CAPTION)
        return await self._send_file(to, self.wording.video(to, video, first), "message.video", rest)

    async def send_link(self, to: str, text: str, link: Link) -> str:
        return await self._send(*self.wording.link(to, text, link), "message.link")

    async def send_pix_key(self, to: str, text: str, key: PixKey) -> str:
        first = await self.send_text(to, text)
        await self._send_next(self.wording.pix_key(to, key))
        return first

    async def _send_file(self, to: str, send: Send, operation: str, rest: Sequence[str]) -> str:
        """A file with the first piece of its caption, then the others as texts."""
        sent = await self._send(*send, operation, self._media_timeout)
        for piece in rest:
            sent = await self._send_next(self.wording.text(to, piece))
        return sent

    async def _send_next(self, send: Send) -> str:
        """Send a further piece. The first was sent, so "nothing was done" is no longer true of the whole."""
        try:
            return await self._send(*send, "message.text")
        except Unavailable as error:
            raise Uncertain(self.provider, error.detail, reason="partly_sent", status=error.status) from error
