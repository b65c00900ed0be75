"""Outgoing messages through Z-API: sending, deleting, and looking up a send without a response."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from bot.domain import phone
from bot.domain.commands import Option
from bot.integrations.http import Http
from bot.integrations.protocols import Account, SentKind, Style
from bot.integrations.whatsapp.accounts import Accounts
from bot.integrations.whatsapp.echoes import Echoes, mark
from bot.integrations.whatsapp.pieces import Body, Pieces, Send
from bot.integrations.whatsapp.texts import LONGEST_CAPTION, split
from bot.integrations.whatsapp.zapi import failures, messages
from bot.integrations.whatsapp.zapi.gateway import Gateway
from bot.integrations.whatsapp.zapi.number import Number

LOOK_S = 10.0
"""How long to wait for the echo of a send without a response."""
GLANCE_S = 1.0
"""How long until the store is checked for an echo that another process received."""


class ZapiMessenger(Pieces, Number):
    """WhatsApp through one Z-API instance; see :class:`bot.integrations.protocols.Messenger`.

    ``style`` selects how options are shown, ``typing_s`` the seconds of "digitando…" before a plain text (0 to 15),
    ``media_timeout`` the deadline of sends with a file. ``echoes``: where the receiver of the same process records our
    own messages, ``stored`` finds those that another process received (ids by their mark, newest first); without both,
    only the queue is checked after an ambiguous send.
    """

    provider = failures.NAME
    wording = messages

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
        stored: Callable[[str], Awaitable[list[str]]] | None = None,
        look_s: float = LOOK_S,
    ) -> None:
        Pieces.__init__(self, media_timeout)
        Number.__init__(
            self,
            Gateway(
                http,
                base_url=base_url,
                instance_id=instance_id,
                instance_token=instance_token,
                client_token=client_token,
            ),
        )
        self._accounts = Accounts(super().find_account)
        self._style = style
        self._typing_s = max(0, min(typing_s, 15))
        self._echoes = echoes
        self._stored = stored
        self._look_s = look_s

    # --- sending ---------------------------------------------------------------------------------------

    def _worded(self, to: str, piece: str, options: Sequence[Option], reply_to: str) -> Send:
        return messages.text(to, piece, style=self._style, options=options, reply_to=reply_to, typing_s=self._typing_s)

    async def _edit(self, to: str, message_id: str, piece: str) -> str:
        return await self._send(*messages.text(to, piece, edits=message_id), "message.text")

    async def _send(self, where: str, body: Body, operation: str, timeout: float | None = None) -> str:
        answer = await self._gateway.call(
            "POST", where, operation, json=body, timeout=timeout, refusal=failures.refusal_of_send
        )
        sent = failures.message_id(answer.json)
        if self._echoes is not None:
            self._echoes.claim(sent)
        return sent

    # --- sent messages ---------------------------------------------------------------------------------

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
        found = found or await self._told_elsewhere(person, said, kind)
        if found is None and (kind == "text" or said):  # a file without a caption cannot be identified in the queue
            queued = [w for w in await self.queue() if _person(w.to) == person and w.text.strip() == said]
            found = max(queued, key=lambda w: w.created).message_id if queued else None
        if found is None and self._echoes is not None:
            found = await self._told_soon(self._echoes, person, said, kind)
        if found is not None and self._echoes is not None:
            self._echoes.claim(found)
        return found

    async def _told_soon(self, echoes: Echoes, person: str, said: str, kind: SentKind) -> str | None:
        left = self._look_s
        while left > 0:
            told_here = await echoes.wait(person, said, min(left, GLANCE_S), kind)
            if found := told_here or await self._told_elsewhere(person, said, kind):
                return found
            left -= GLANCE_S
        return None

    async def _told_elsewhere(self, person: str, said: str, kind: SentKind) -> str | None:
        ids = await self._stored(mark(person, said, kind)) if self._stored else []
        return next((i for i in ids if self._echoes is None or not self._echoes.is_claimed(i)), None)

    async def find_account(self, phone: str) -> Account:
        return await self._accounts.find(phone)


def _person(to: str) -> str:
    try:
        return phone.identity(to, "")
    except ValueError:
        return to
