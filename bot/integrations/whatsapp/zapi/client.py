"""Messages out by Z-API: what is sent, what is taken back, and what is looked up after a send without an answer."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain import phone
from bot.domain.commands import Option
from bot.integrations.errors import Unavailable, Uncertain
from bot.integrations.http import Http
from bot.integrations.protocols import Account, File, Link, PixKey, SentKind, Style
from bot.integrations.whatsapp.accounts import Accounts
from bot.integrations.whatsapp.echoes import Echoes
from bot.integrations.whatsapp.texts import LONGEST_CAPTION, split
from bot.integrations.whatsapp.zapi import failures, messages
from bot.integrations.whatsapp.zapi.gateway import Gateway
from bot.integrations.whatsapp.zapi.number import Number

LOOK_S = 10.0
"""How long an echo of a send without an answer is waited for."""


class ZapiMessenger(Number):
    """WhatsApp by one Z-API instance; see :class:`bot.integrations.protocols.Messenger`.

    ``style`` is how options are shown, ``typing_s`` the seconds of "digitando…" before a plain text (0 to 15),
    ``media_timeout`` the deadline of sends that carry a file. ``echoes``: where the receiver of the same process
    notes our own messages; without it only the queue is looked at after an ambiguous send.
    """

    def __init__(
        self,
        http: Http,
        *,
        base_url: str,
        instance_id: str,
        instance_token: str,
        client_token: str,
        style: Style = "text",
        typing_s: int = 1,
        media_timeout: float = 30.0,
        echoes: Echoes | None = None,
        look_s: float = LOOK_S,
    ) -> None:
        super().__init__(
            Gateway(
                http,
                base_url=base_url,
                instance_id=instance_id,
                instance_token=instance_token,
                client_token=client_token,
            )
        )
        self._accounts = Accounts(super().find_account)
        self._style = style
        self._typing_s = max(0, min(typing_s, 15))
        self._media_timeout = media_timeout
        self._echoes = echoes
        self._look_s = look_s

    # --- sending ---------------------------------------------------------------------------------------

    async def send_text(
        self, to: str, text: str, *, options: Sequence[Option] = (), reply_to: str = "", edits: str = ""
    ) -> str:
        pieces = split(text)
        sent = ""
        for number, piece in enumerate(pieces, start=1):
            first, last = number == 1, number == len(pieces)
            endpoint, body = messages.text(
                to,
                piece,
                style=self._style,
                options=options if last else (),
                reply_to=reply_to if first else "",
                edits=edits if first else "",
                typing_s=self._typing_s,
            )
            sent = await self._send_next(endpoint, body, bool(sent))
        return sent

    async def send_image(self, to: str, image: File | str, *, caption: str = "") -> str:
        first, *rest = split(caption, LONGEST_CAPTION)
        return await self._send_file(to, messages.image(to, image, first), "message.image", rest)

    async def send_document(self, to: str, document: File, *, caption: str = "") -> str:
        first, *rest = split(caption, LONGEST_CAPTION)
        return await self._send_file(to, messages.document(to, document, first), "message.document", rest)

    async def send_video(self, to: str, video: File | str, *, caption: str = "") -> str:
        first, *rest = split(caption, LONGEST_CAPTION)
        return await self._send_file(to, messages.video(to, video, first), "message.video", rest)

    async def send_link(self, to: str, text: str, link: Link) -> str:
        return await self._send(*messages.link(to, text, link), "message.link")

    async def send_pix_key(self, to: str, text: str, key: PixKey) -> str:
        first = await self.send_text(to, text)
        await self._send_next(*messages.pix_key(to, key), begun=True)
        return first

    async def _send_file(self, to: str, send: tuple[str, messages.Body], operation: str, rest: Sequence[str]) -> str:
        """A file with the first piece of its caption, then the others as texts."""
        sent = await self._send(*send, operation, self._media_timeout)
        for piece in rest:
            sent = await self._send_next(*messages.text(to, piece), begun=True)
        return sent

    async def _send_next(self, endpoint: str, body: messages.Body, begun: bool) -> str:
        """Send a piece. Once the first has gone out, "nothing was done" is no longer true of the whole."""
        try:
            return await self._send(endpoint, body, "message.text")
        except Unavailable as error:
            if not begun:
                raise
            raise Uncertain(failures.NAME, error.detail, reason="partly_sent", status=error.status) from error

    async def _send(self, endpoint: str, body: messages.Body, operation: str, timeout: float | None = None) -> str:
        answer = await self._gateway.call(
            "POST", endpoint, operation, json=body, timeout=timeout, refusal=failures.refusal_of_send
        )
        sent = failures.message_id(answer.json)
        if self._echoes is not None:
            self._echoes.claim(sent)
        return sent

    # --- messages that are there -----------------------------------------------------------------------

    async def react(self, to: str, message_id: str, emoji: str) -> None:
        endpoint, body = messages.reaction(to, message_id, emoji)
        await self._gateway.call("POST", endpoint, "message.react", json=body, repeat="always")

    async def mark_read(self, to: str, message_id: str) -> None:
        body = {"phone": to, "messageId": message_id}
        await self._gateway.call("POST", "read-message", "message.read", json=body, repeat="always")

    async def delete(self, to: str, message_id: str) -> None:
        which = {"messageId": message_id, "phone": to, "owner": "true"}
        await self._gateway.call("DELETE", "messages", "message.delete", params=which, repeat="always")

    # --- looking up ------------------------------------------------------------------------------------

    async def find_sent(self, to: str, text: str, *, kind: SentKind = "text") -> str | None:
        said = split(text)[-1] if kind == "text" else split(text, LONGEST_CAPTION)[0]
        person = _person(to)
        found = self._echoes.find(person, said, kind) if self._echoes else None
        if found is None and (kind == "text" or said):  # a file without a caption has no name in the queue
            queued = [w for w in await self.queue() if _person(w.to) == person and w.text.strip() == said]
            found = max(queued, key=lambda w: w.created).message_id if queued else None
        if found is None and self._echoes is not None:
            found = await self._echoes.wait(person, said, self._look_s, kind)
        if found is not None and self._echoes is not None:
            self._echoes.claim(found)
        return found

    async def find_account(self, phone: str) -> Account:
        return await self._accounts.find(phone)


def _person(to: str) -> str:
    try:
        return phone.identity(to, "")
    except ValueError:
        return to
