"""Calls to Z-API. Its token stands in the address, so addresses never leave this folder unredacted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from bot.domain import phone
from bot.domain.commands import Option
from bot.integrations.errors import ProviderError, Unavailable, Uncertain
from bot.integrations.http import Answer, Http, Reader, Repeat
from bot.integrations.protocols import Connection, File, Style
from bot.integrations.whatsapp.echoes import Echoes
from bot.integrations.whatsapp.texts import LONGEST_CAPTION, split
from bot.integrations.whatsapp.zapi import failures, messages

PAGE = 30
"""Most messages of a page of the queue."""
MOST_PAGES = 40
"""The queue holds a thousand messages at most."""
LOOK_S = 10.0
"""How long an echo of a send without an answer is waited for."""


@dataclass(frozen=True)
class Waiting:
    """A message in Z-API's own queue."""

    to: str
    text: str
    message_id: str
    created: int
    """Milliseconds since 1970."""


@dataclass(frozen=True)
class Account:
    """What WhatsApp knows of a phone. ``phone`` is its own spelling, with or without the ninth digit."""

    exists: bool
    phone: str
    lid: str


class ZapiMessenger:
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
        path = f"{base_url.rstrip('/')}/instances/{quote(instance_id, safe='')}/token/{quote(instance_token, safe='')}"
        headers = {"Client-Token": client_token} if client_token else {}
        self._redactor = http.redactor
        self._redactor.hide(instance_token, quote(instance_token, safe=""), client_token)
        self._provider = http.provider(failures.NAME, path, headers, failures.refusal)
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
            sent = await self._send_next(endpoint, body, "message.text", bool(sent))
        return sent

    async def send_image(self, to: str, image: File | str, *, caption: str = "") -> str:
        first, *rest = split(caption, LONGEST_CAPTION)
        endpoint, body = messages.image(to, image, first)
        sent = await self._send(endpoint, body, "message.image", self._media_timeout)
        return await self._send_rest(to, rest, sent)

    async def send_document(self, to: str, document: File, *, caption: str = "") -> str:
        first, *rest = split(caption, LONGEST_CAPTION)
        endpoint, body = messages.document(to, document, first)
        sent = await self._send(endpoint, body, "message.document", self._media_timeout)
        return await self._send_rest(to, rest, sent)

    async def react(self, to: str, message_id: str, emoji: str) -> str:
        """Put an emoji under a message; an empty one takes ours away."""
        body = {"phone": to, "messageId": message_id}
        if not emoji:
            return await self._send("send-remove-reaction", body, "message.react")
        return await self._send("send-reaction", {**body, "reaction": emoji}, "message.react")

    async def read_message(self, to: str, message_id: str) -> None:
        """Show the person that the message was read."""
        body = {"phone": to, "messageId": message_id}
        await self._call("POST", "read-message", "message.read", json=body, repeat="always")

    async def _send_rest(self, to: str, pieces: Sequence[str], sent: str) -> str:
        for piece in pieces:
            endpoint, body = messages.text(to, piece)
            sent = await self._send_next(endpoint, body, "message.text", True)
        return sent

    async def _send_next(self, endpoint: str, body: messages.Body, operation: str, begun: bool) -> str:
        """Send a piece. Once the first has gone out, "nothing was done" is no longer true of the whole."""
        try:
            return await self._send(endpoint, body, operation)
        except Unavailable as error:
            if not begun:
                raise
            raise Uncertain(failures.NAME, error.detail, reason="partly_sent", status=error.status) from error

    async def _send(self, endpoint: str, body: messages.Body, operation: str, timeout: float | None = None) -> str:
        answer = await self._call(
            "POST", endpoint, operation, json=body, timeout=timeout, refusal=failures.refusal_of_send
        )
        sent = failures.message_id(answer.json)
        if self._echoes is not None:
            self._echoes.claim(sent)
        return sent

    # --- looking up ------------------------------------------------------------------------------------

    async def find_sent(self, to: str, text: str) -> str | None:
        last = split(text)[-1]
        person = _person(to)
        found = self._echoes.find(person, last) if self._echoes else None
        if found is None:
            queued = [w for w in await self.queue() if _person(w.to) == person and w.text.strip() == last]
            found = max(queued, key=lambda w: w.created).message_id if queued else None
        if found is None and self._echoes is not None:
            found = await self._echoes.wait(person, last, self._look_s)
        if found is not None and self._echoes is not None:
            self._echoes.claim(found)
        return found

    async def queue(self) -> list[Waiting]:
        """What waits in Z-API's own queue."""
        waiting: list[Waiting] = []
        state: Any = None
        for _ in range(MOST_PAGES):
            answer = await self._call(
                "POST", "queue", "queue.list", json={"pageSize": PAGE, "pagingState": state}, repeat="always"
            )
            body = _object(answer)
            rows = body.get("messages")
            waiting += [_waiting(row) for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
            state = body.get("pagingState")
            if body.get("hasMore") not in (True, "true") or not state:
                break
        return waiting

    async def phone_exists(self, number: str) -> Account:
        """Whether a number is on WhatsApp, and how WhatsApp spells it. Ask once a contact, then remember."""
        answer = await self._call("GET", f"phone-exists/{quote(number, safe='')}", "phone.exists")
        body = answer.json[0] if isinstance(answer.json, list) and answer.json else answer.json
        if not isinstance(body, dict):
            raise Unavailable(failures.NAME, reason="unreadable_answer", status=answer.status)
        exists = str(body.get("exists")).lower() == "true"
        return Account(exists, str(body.get("phone") or number), str(body.get("lid") or ""))

    # --- the number ------------------------------------------------------------------------------------

    async def status(self) -> Connection:
        answer = await self._call("GET", "status", "number.status", refusal=failures.refusal_of_status)
        body = _object(answer)
        if str(body.get("connected")).lower() != "true":
            return Connection(False, failures.clean(str(body.get("error") or "not connected")))
        asleep = str(body.get("smartphoneConnected")).lower() == "false"
        return Connection(True, "the phone itself is offline" if asleep else "")

    async def qr_code(self) -> str | None:
        if (await self.status()).connected:
            return None
        answer = await self._call("GET", "qr-code/image", "number.qr", refusal=failures.refusal_of_status)
        body = _object(answer)
        if str(body.get("connected")).lower() == "true":
            return None
        code = body.get("value")
        if not isinstance(code, str) or not code.startswith("data:image/"):
            raise Unavailable(failures.NAME, reason="unreadable_answer", status=answer.status)
        return code

    async def restart(self) -> None:
        """Start the instance anew, when the pairing code has run out or the session hangs."""
        await self._call("GET", "restart", "number.restart")

    async def register_webhooks(self, url: str) -> None:
        url = url.strip()
        self._redactor.hide(urlsplit(url).path.rpartition("/")[2])  # the secret of our own address
        every = {"value": url, "notifySentByMe": True}
        await self._call("PUT", "update-every-webhooks", "webhooks.register", json=every, repeat="always")
        # what waits there for days would all be sent at once on reconnection: our own queue knows what is stale
        keep_none = {"disableEnqueueWhenDisconnected": True}
        await self._call("PUT", "update-queue-settings", "queue.settings", json=keep_none, repeat="always")

    async def webhooks(self) -> dict[str, str]:
        """Where callbacks go now, by Z-API's own names (``receivedCallbackUrl``, …)."""
        body = _object(await self._call("GET", "me", "webhooks.read"))
        return {k: v for k, v in body.items() if k.endswith("CallbackUrl") and isinstance(v, str)}

    # --- the one way -----------------------------------------------------------------------------------

    async def _call(
        self,
        method: str,
        endpoint: str,
        operation: str,
        *,
        json: Any = None,
        repeat: Repeat | None = None,
        timeout: float | None = None,
        refusal: Reader | None = None,
    ) -> Answer:
        try:
            return await self._provider.call(
                method,
                f"/{endpoint}",
                operation=operation,
                json=json,
                repeat=repeat,
                timeout=timeout,
                refusal=refusal,
            )
        except ProviderError as error:
            error.detail = self._redactor.without_secrets(error.detail)
            raise


def _object(answer: Answer) -> dict[str, Any]:
    if not isinstance(answer.json, dict):
        raise Unavailable(failures.NAME, reason="unreadable_answer", status=answer.status)
    return answer.json


def _waiting(row: dict[str, Any]) -> Waiting:
    text = row.get("Message")
    created = row.get("Created")
    return Waiting(
        to=str(row.get("Phone") or ""),
        text=text if isinstance(text, str) else "",
        message_id=str(row.get("MessageId") or row.get("ZaapId") or ""),
        created=created if isinstance(created, int) else 0,
    )


def _person(to: str) -> str:
    try:
        return phone.identity(to, "")
    except ValueError:
        return to
