"""Files from people: Evolution has no URL for them, only a call that decrypts and returns one.

The receiver writes ``evolution:<message id>`` in place of a URL; this source resolves it, and leaves real URLs to the
next one.
"""

from __future__ import annotations

import base64
import binascii
import hashlib

from bot.integrations.errors import NotFound, Refused, Unavailable
from bot.integrations.http import Http
from bot.integrations.media import sniff
from bot.integrations.protocols import File, MediaSource
from bot.integrations.whatsapp.evolution import failures
from bot.integrations.whatsapp.evolution.gateway import Gateway
from bot.integrations.whatsapp.fields import held

SCHEME = "evolution:"
_ROOM = 64 * 1024
"""Room for what surrounds the base64 in a response."""
_SNIFFED = 64 * 1024

_GONE = ("gone", "not_found", "http_400")
"""WhatsApp's own errors for a download come as a 400 with free text."""


def address_of(message_id: str) -> str:
    """How an event names the file of a message."""
    return f"{SCHEME}{message_id}"


class EvolutionMedia:
    """A :class:`~bot.integrations.protocols.MediaSource`.

    ``others``: fetches real URLs. ``timeout``: seconds per fetch, above five, since Evolution itself retries after
    five. Evolution must save new messages (``DATABASE_SAVE_DATA_NEW_MESSAGE``).
    """

    def __init__(
        self,
        http: Http,
        *,
        base_url: str,
        instance: str,
        api_key: str,
        others: MediaSource,
        timeout: float = 30.0,
    ) -> None:
        self._gateway = Gateway(http, base_url=base_url, instance=instance, api_key=api_key)
        self._others = others
        self._timeout = timeout

    async def fetch(self, url: str, *, limit: int) -> File:
        """``Refused`` with reason ``too_large`` or ``gone`` (a ``NotFound``), besides what the next source raises."""
        if not url.startswith(SCHEME):
            return await self._others.fetch(url, limit=limit)
        try:
            answer = await self._gateway.call(
                "POST",
                "chat/getBase64FromMediaMessage",
                "media.fetch",
                json={"message": {"key": {"id": url.removeprefix(SCHEME)}}, "convertToMp4": False},
                repeat="always",
                timeout=self._timeout,
                max_bytes=limit * 4 // 3 + _ROOM,
            )
        except Refused as error:
            if error.reason not in _GONE:
                raise
            raise NotFound(failures.NAME, error.detail, reason="gone", status=error.status) from error
        return _file(held(answer, failures.NAME).get("base64"), limit)


def _file(encoded: object, limit: int) -> File:
    if not isinstance(encoded, str) or not encoded:
        raise Unavailable(failures.NAME, "no file in the answer", reason="unreadable_answer")
    try:
        data = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unavailable(failures.NAME, "no base64 in the answer", reason="unreadable_answer") from error
    if len(data) > limit:
        raise Refused(failures.NAME, f"more than {limit} bytes", reason="too_large")
    mime_type, ending = sniff(data[:_SNIFFED])
    return File(data, mime_type, f"{hashlib.sha256(data).hexdigest()[:16]}{ending}")
