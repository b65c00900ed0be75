"""Z-API's callbacks as the bytes of requests: one message of one person each, no two the same."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from benchmarks.harness import CONFIG
from benchmarks.wire import post
from sandbox.zapi import callbacks

PATH = f"/webhooks/zapi/{CONFIG.zapi_webhook_secret}"
HEADERS = callbacks.headers(CONFIG.zapi_instance_token)
_numbers = itertools.count(1)
_run = f"{time.time_ns():X}"


def message(phone: str, text: str, number: int = 0) -> bytes:
    """The webhook of a text that a person wrote just now. ``number`` of those written at once: nobody writes two in one
    millisecond, and the provider's time is what tells which came first."""
    body = callbacks.received(
        instance_id=CONFIG.zapi_instance_id,
        connected_phone=CONFIG.shop_phone,
        phone=phone,
        lid=None,
        message_id=f"{_run}{next(_numbers):08d}",
        moment=datetime.now(UTC) + timedelta(milliseconds=number),
        name="Marina Souza",
        content={"text": {"message": text}},
    )
    return post(PATH, json.dumps(body).encode(), HEADERS)


def phones(series: int) -> Iterator[str]:
    """Mobile numbers nobody has used before in this series (0 to 99)."""
    return (f"5511{9}{series:02d}{number:06d}" for number in itertools.count())
