"""Providers that take every reply at once and remember it: Z-API's and Telegram's sends, in their own shapes."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from urllib.parse import parse_qs

from benchmarks.wire import Answer

Heard = Callable[[str, str], None]
"""Told of every reply: to whom, and its text."""
_ids = itertools.count(1)


def whatsapp(heard: Heard = lambda to, text: None) -> Answer:
    """Z-API: ``{"zaapId", "messageId", "id"}`` for every send, and an empty queue."""

    def answer(line: bytes, body: bytes) -> bytes:
        if b"/send-" in line:
            sent = json.loads(body)
            heard(sent["phone"], sent["message"])
        if line.split(b" ")[1].endswith(b"/queue"):
            return b'{"messages": [], "pagingState": null, "hasMore": false}'
        name = f"3EB0{next(_ids):012d}"
        return json.dumps({"zaapId": name, "messageId": name, "id": name}).encode()

    return answer


def telegram(heard: Heard) -> Answer:
    """Telegram's Bot API: the message that was sent."""

    def answer(line: bytes, body: bytes) -> bytes:
        fields = parse_qs(body.decode())
        chat, text = fields["chat_id"][0], fields["text"][0]
        heard(chat, text)
        result = {
            "message_id": next(_ids),
            "date": 1780000000,
            "chat": {"id": int(chat), "type": "private"},
            "text": text,
        }
        return json.dumps({"ok": True, "result": result}).encode()

    return answer
