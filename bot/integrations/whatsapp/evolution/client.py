"""Calls to Evolution API v2, a self-hosted gateway to WhatsApp Web.

It has no queue: a send is answered once WhatsApp has accepted it, or not at all. Sent messages are in its database,
where a send without a response is looked up.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.commands import Option
from bot.integrations.errors import ProviderError, Unavailable, Uncertain
from bot.integrations.http import Http
from bot.integrations.protocols import Account, SentKind, Style
from bot.integrations.whatsapp.accounts import Accounts
from bot.integrations.whatsapp.echoes import RECENT_S, Echoes
from bot.integrations.whatsapp.evolution import content, failures, jids, messages
from bot.integrations.whatsapp.evolution.gateway import Gateway
from bot.integrations.whatsapp.evolution.number import Number
from bot.integrations.whatsapp.fields import held, listed, moment, part, text
from bot.integrations.whatsapp.pieces import Body, Pieces, Send
from bot.integrations.whatsapp.texts import LONGEST_CAPTION, split

LOOKED_AT = 50
"""How many of our newest messages a lookup covers."""
LOOK_S = 10.0
"""How long to wait for the echo of a send without a response."""
LONGEST_TYPING_S = 3
"""Evolution delays the response by this time, and the call has its own deadline."""


class EvolutionMessenger(Pieces, Number):
    """WhatsApp through one Evolution instance; see :class:`bot.integrations.protocols.Messenger`.

    ``api_key``: the instance's own token, or the global key. ``style`` selects how options are shown, ``typing_s`` the
    seconds of "digitando…" before a text (0 to 3), ``media_timeout`` the deadline of sends with a file. ``echoes``:
    where the receiver of the same process records our own messages.
    """

    provider = failures.NAME
    wording = messages

    def __init__(
        self,
        http: Http,
        *,
        base_url: str,
        instance: str,
        api_key: str,
        style: Style = "text",
        typing_s: int = 0,
        media_timeout: float = 30.0,
        echoes: Echoes | None = None,
        look_s: float = LOOK_S,
    ) -> None:
        Pieces.__init__(self, media_timeout)
        Number.__init__(self, Gateway(http, base_url=base_url, instance=instance, api_key=api_key))
        self._accounts = Accounts(super().find_account)
        self._clock = http.clock
        self._style = style
        self._typing_ms = 1000 * max(0, min(typing_s, LONGEST_TYPING_S))
        self._echoes = echoes or Echoes()
        self._look_s = look_s if echoes else 0.0  # there is no receiver to record them

    # --- sending ---------------------------------------------------------------------------------------

    def _worded(self, to: str, piece: str, options: Sequence[Option], reply_to: str) -> Send:
        return messages.text(
            to, piece, style=self._style, options=options, reply_to=reply_to, typing_ms=self._typing_ms
        )

    async def _send(self, where: str, body: Body, operation: str, timeout: float | None = None) -> str:
        try:
            answer = await self._gateway.call(
                "POST", f"message/{where}", operation, json=body, timeout=timeout, refusal=failures.refusal_of_send
            )
        except Uncertain as error:
            # the number is looked up before anything is sent; without a connection that fails with a 500
            if error.status == 500 and await self._is_off():
                raise Unavailable(failures.NAME, error.detail, reason="disconnected", status=500) from error
            raise
        sent = failures.message_id(answer.json)
        self._echoes.claim(sent)
        return sent

    async def _is_off(self) -> bool:
        """Whether the number is certainly disconnected."""
        try:
            return not (await self.status()).connected
        except ProviderError:
            return False

    async def _edit(self, to: str, message_id: str, piece: str) -> str:
        address = await self._sent_to(to, message_id)
        answer = await self._gateway.call(
            "POST",
            "chat/updateMessage",
            "message.edit",
            json={
                "number": address,
                "key": {"id": message_id, "remoteJid": address, "fromMe": True},
                "text": piece,
            },
            repeat="always",
        )
        sent = failures.message_id(answer.json) or message_id
        self._echoes.claim(sent)
        return sent

    # --- sent messages ---------------------------------------------------------------------------------

    async def react(self, to: str, message_id: str, emoji: str) -> None:
        body = {"key": self._theirs(to, message_id), "reaction": emoji}
        await self._gateway.call("POST", "message/sendReaction", "message.react", json=body, repeat="always")

    async def mark_read(self, to: str, message_id: str) -> None:
        body = {"readMessages": [self._theirs(to, message_id)]}
        await self._gateway.call("POST", "chat/markMessageAsRead", "message.read", json=body, repeat="always")

    def _theirs(self, to: str, message_id: str) -> dict[str, Any]:
        return {"id": message_id, "fromMe": False, "remoteJid": jids.jid_of(to)}

    async def delete(self, to: str, message_id: str) -> None:
        body = {"id": message_id, "fromMe": True, "remoteJid": await self._sent_to(to, message_id)}
        await self._gateway.call(
            "DELETE", "chat/deleteMessageForEveryone", "message.delete", json=body, repeat="always"
        )

    async def _sent_to(self, to: str, message_id: str) -> str:
        """The address to which a message of ours was sent, which only Evolution's database knows for certain."""
        known = await self._records({"id": message_id})
        return next((text(part(r, "key"), "remoteJid") for r in known), "") or jids.jid_of(to)

    # --- looking up ------------------------------------------------------------------------------------

    async def find_sent(self, to: str, text: str, *, kind: SentKind = "text") -> str | None:
        said = split(text)[-1] if kind == "text" else split(text, LONGEST_CAPTION)[0]
        person, plain = jids.person_of(to), messages.plain(said)
        found = self._echoes.find(person, plain, kind) or await self._saved(person, plain, kind)
        if found is None and self._look_s:
            found = await self._echoes.wait(person, plain, self._look_s, kind)
        if found is not None:
            self._echoes.claim(found)
        return found

    async def find_account(self, phone: str) -> Account:
        return await self._accounts.find(phone)

    async def _saved(self, person: str, said: str, kind: SentKind) -> str | None:
        """The newest recent message of ours in Evolution's database with that text that is not claimed."""
        oldest = self._clock().timestamp() - RECENT_S
        for record in await self._records({"fromMe": True}):
            key, message_id = part(record, "key"), text(part(record, "key"), "id")
            if not message_id or self._echoes.is_claimed(message_id) or jids.read(key).identity != person:
                continue
            is_recent = moment(record, "messageTimestamp").timestamp() >= oldest
            if is_recent and content.sent_kind(record) == kind and messages.plain(content.shown(record)) == said:
                return message_id
        return None

    async def _records(self, key: dict[str, Any]) -> list[dict[str, Any]]:
        """Saved messages, newest first. The address cannot be filtered: the database uses WhatsApp's own spelling."""
        body = {"where": {"key": key}, "page": 1, "offset": LOOKED_AT}
        answer = await self._gateway.call("POST", "chat/findMessages", "message.find", json=body, repeat="always")
        return listed(part(held(answer, failures.NAME), "messages"), "records", failures.NAME)
