"""Calls to Evolution API v2, a gateway of one's own in front of WhatsApp Web.

It has no queue: a send is answered once WhatsApp has taken it, or not at all. What went out stands in its database,
which is where a send without an answer is looked up.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from bot.domain.commands import Option
from bot.integrations.errors import Unavailable, Uncertain
from bot.integrations.http import Http
from bot.integrations.protocols import Connection, File, Style
from bot.integrations.whatsapp.echoes import RECENT_S, Echoes
from bot.integrations.whatsapp.evolution import content, failures, jids, messages
from bot.integrations.whatsapp.evolution.gateway import Gateway, held
from bot.integrations.whatsapp.fields import moment, part, text
from bot.integrations.whatsapp.texts import LONGEST_CAPTION, split

EVENTS = (
    "MESSAGES_UPSERT",
    "MESSAGES_UPDATE",
    "MESSAGES_EDITED",
    "MESSAGES_DELETE",
    "SEND_MESSAGE",
    "CONNECTION_UPDATE",
    "CALL",
)
"""What we want to hear of. ``MESSAGES_SET`` and the like would bring years of history."""
LOOKED_AT = 50
"""Newest messages of ours among which a send is looked up."""
LOOK_S = 10.0
"""How long an echo of a send without an answer is waited for."""
LONGEST_TYPING_S = 3
"""Evolution keeps the call waiting that long, and the call has its own deadline."""


class EvolutionMessenger:
    """WhatsApp by one Evolution instance; see :class:`bot.integrations.protocols.Messenger`.

    ``api_key``: the instance's own token, or the global key. ``style`` is how options are shown, ``typing_s`` the
    seconds of "digitando…" before a text (0 to 3), ``media_timeout`` the deadline of sends that carry a file.
    ``echoes``: where the receiver of the same process notes our own messages.
    """

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
        self._gateway = Gateway(http, base_url=base_url, instance=instance, api_key=api_key)
        self._clock = http.clock
        self._style = style
        self._typing_ms = 1000 * max(0, min(typing_s, LONGEST_TYPING_S))
        self._media_timeout = media_timeout
        self._echoes = echoes or Echoes()
        self._look_s = look_s if echoes else 0.0  # nobody would tell

    # --- sending ---------------------------------------------------------------------------------------

    async def send_text(
        self, to: str, text: str, *, options: Sequence[Option] = (), reply_to: str = "", edits: str = ""
    ) -> str:
        pieces = split(text)
        sent = ""
        for number, piece in enumerate(pieces, start=1):
            first, last = number == 1, number == len(pieces)
            if first and edits:
                sent = await self._edit(to, edits, piece)
                continue
            verb, body = messages.text(
                to,
                piece,
                style=self._style,
                options=options if last else (),
                reply_to=reply_to if first else "",
                typing_ms=self._typing_ms,
            )
            sent = await self._send_next(verb, body, bool(sent))
        return sent

    async def send_image(self, to: str, image: File | str, *, caption: str = "") -> str:
        first, *rest = split(caption, LONGEST_CAPTION)
        verb, body = messages.image(to, image, first)
        sent = await self._send(verb, body, "message.image", self._media_timeout)
        return await self._send_rest(to, rest, sent)

    async def send_document(self, to: str, document: File, *, caption: str = "") -> str:
        first, *rest = split(caption, LONGEST_CAPTION)
        verb, body = messages.document(to, document, first)
        sent = await self._send(verb, body, "message.document", self._media_timeout)
        return await self._send_rest(to, rest, sent)

    async def _send_rest(self, to: str, pieces: Sequence[str], sent: str) -> str:
        for piece in pieces:
            sent = await self._send_next(*messages.text(to, piece), begun=True)
        return sent

    async def _send_next(self, verb: str, body: messages.Body, begun: bool) -> str:
        """Send a piece. Once the first has gone out, "nothing was done" is no longer true of the whole."""
        try:
            return await self._send(verb, body, "message.text")
        except Unavailable as error:
            if not begun:
                raise
            raise Uncertain(failures.NAME, error.detail, reason="partly_sent", status=error.status) from error

    async def _send(self, verb: str, body: messages.Body, operation: str, timeout: float | None = None) -> str:
        try:
            answer = await self._gateway.call(
                "POST", f"message/{verb}", operation, json=body, timeout=timeout, refusal=failures.refusal_of_send
            )
        except Uncertain as error:
            # the number is looked for before anything is sent; without a connection that is where it ends, with a 500
            if error.status == 500 and not (await self.status()).connected:
                raise Unavailable(failures.NAME, error.detail, reason="disconnected", status=500) from error
            raise
        sent = failures.message_id(answer.json)
        self._echoes.claim(sent)
        return sent

    async def _edit(self, to: str, message_id: str, piece: str) -> str:
        """Correct a message. Evolution wants the address under which it went out, which only its database knows."""
        known = await self._records({"id": message_id})
        address = next((text(part(r, "key"), "remoteJid") for r in known), "") or jids.jid_of(to)
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

    # --- looking up ------------------------------------------------------------------------------------

    async def find_sent(self, to: str, text: str) -> str | None:
        person, last = jids.person_of(to), messages.plain(split(text)[-1])
        found = self._echoes.find(person, last) or await self._saved(person, last)
        if found is None and self._look_s:
            found = await self._echoes.wait(person, last, self._look_s)
        if found is not None:
            self._echoes.claim(found)
        return found

    async def _saved(self, person: str, said: str) -> str | None:
        """The newest message of ours in Evolution's database with that text, of just now, that nobody has claimed."""
        oldest = self._clock().timestamp() - RECENT_S
        for record in await self._records({"fromMe": True}):
            key, message_id = part(record, "key"), text(part(record, "key"), "id")
            if not message_id or self._echoes.is_claimed(message_id) or jids.read(key).identity != person:
                continue
            is_recent = moment(record, "messageTimestamp").timestamp() >= oldest
            if is_recent and messages.plain(content.shown(record)) == said:
                return message_id
        return None

    async def _records(self, key: dict[str, Any]) -> list[dict[str, Any]]:
        """Saved messages, newest first. An address is no filter: the database has WhatsApp's own spelling."""
        body = {"where": {"key": key}, "page": 1, "offset": LOOKED_AT}
        answer = await self._gateway.call("POST", "chat/findMessages", "message.find", json=body, repeat="always")
        records = part(held(answer), "messages").get("records")
        return [r for r in records if isinstance(r, dict)] if isinstance(records, list) else []

    # --- the number ------------------------------------------------------------------------------------

    async def status(self) -> Connection:
        answer = await self._gateway.call("GET", "instance/connectionState", "number.status")
        state = text(part(held(answer), "instance"), "state")
        return Connection(True) if state == "open" else Connection(False, state or "not connected")

    async def qr_code(self) -> str | None:
        if (await self.status()).connected:
            return None
        answer = await self._gateway.call("GET", "instance/connect", "number.qr")
        body = held(answer)
        if text(part(body, "instance"), "state") == "open":
            return None
        code = body.get("base64") or part(body, "qrcode").get("base64")
        if not isinstance(code, str) or not code.startswith("data:image/"):
            # asked for a moment too early: the code comes a second or two after the start
            raise Unavailable(failures.NAME, "no pairing code yet", reason="unreadable_answer", status=answer.status)
        return code

    async def register_webhooks(self, url: str) -> None:
        """Evolution keeps nothing for disconnected times, so there is no queue to switch off."""
        url = url.strip()
        self._gateway.hide(urlsplit(url).path.rpartition("/")[2])  # the secret of our own address
        webhook = {"enabled": True, "url": url, "byEvents": False, "base64": False, "events": list(EVENTS)}
        await self._gateway.call("POST", "webhook/set", "webhooks.register", json={"webhook": webhook}, repeat="always")

    async def webhooks(self) -> dict[str, str]:
        """Where each event goes now, by Evolution's own names (``MESSAGES_UPSERT``, …)."""
        answer = await self._gateway.call("GET", "webhook/find", "webhooks.read")
        found = answer.json if isinstance(answer.json, dict) else {}
        events, url = found.get("events"), found.get("url")
        if not found.get("enabled") or not isinstance(url, str) or not isinstance(events, list):
            return {}
        return {event: url for event in events if isinstance(event, str)}
