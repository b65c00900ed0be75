"""Reading of accepted webhooks: bodies in, events handed to the store.

Requests that arrive together are read in one go, one body after another, instead of each between its own HTTP steps:
repeating the same steps costs the processor a fifth less per request.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import math
from codecs import BOM_UTF8
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.correlation import root, working
from bot.domain.events import Incoming, Tick
from bot.domain.lanes import SYSTEM
from bot.engine.intake import Told
from bot.integrations.protocols import OtherAccount, Receiver
from bot.redaction import Redactor, storable_json

log = logging.getLogger(__name__)

DEEPEST = 32
LONGEST_KEY = 300
"""Characters of a key that the inbox holds: a longer one would fail for ever, with all that is stored along."""

HandIn = Callable[[Sequence[Incoming], Told], None]
"""See :meth:`bot.engine.loop.Loop.hand_in`."""


class Unreadable(Exception):
    """The body is not a JSON object, or is nested too deeply."""


@dataclass(slots=True)
class _Body:
    receiver: Receiver
    headers: Mapping[str, str]
    body: bytes
    told: Told
    root: str


class Reader:
    """``unread`` counts, by source, the bodies on which a receiver raised an error."""

    def __init__(self, hand_in: HandIn, redactor: Redactor, unread: Callable[[str], None]) -> None:
        self._hand_in = hand_in
        self._redactor = redactor
        self._unread = unread
        self._waiting: list[_Body] = []

    def read(self, receiver: Receiver, headers: Mapping[str, str], body: bytes) -> Told:
        """For each event of a body, whether it was new, once it is durable. Raises :class:`Unreadable`,
        :class:`OtherAccount`, or the error that prevented storing it."""
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._read_all)
        told: Told = loop.create_future()
        self._waiting.append(_Body(receiver, headers, body, told, root.get()))
        return told

    def _read_all(self) -> None:
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            working(one.root)
            try:
                self._hand_in(self._events(one), one.told)
            except Exception as error:
                if not one.told.done():
                    one.told.set_exception(error)

    def _events(self, one: _Body) -> Sequence[Incoming]:
        body = one.body
        try:
            content = _DECODE(body.removeprefix(BOM_UTF8).decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            raise Unreadable from None
        if not isinstance(content, dict) or _is_too_deep(content, body):
            raise Unreadable
        if b"\\u" in body:
            content = storable_json(content)
        raw = self._redactor.body(content, limit=16_384)
        incoming = self._understood(one, content)
        for event in incoming:
            event.raw = raw
            if len(event.key) > LONGEST_KEY:  # made of what the sender calls it
                event.key = f"long/{hashlib.sha256(event.key.encode()).hexdigest()}"
        return incoming

    def _understood(self, one: _Body, content: dict[str, Any]) -> Sequence[Incoming]:
        """The receiver's events for a body. If the receiver raises, the body is stored for the operator all the same:
        an error would be sent again and again, until the sender gives up on everything behind it."""
        source = one.receiver.source
        try:
            return one.receiver.events(one.headers, content)
        except OtherAccount:
            raise
        except Exception as error:  # its text may be personal
            log.error("a webhook of %s could not be read: %s", source, type(error).__name__)
            self._unread(source)
            key = f"unreadable/{hashlib.sha256(one.body).hexdigest()}"
            return [Incoming(source=source, key=key, lane=SYSTEM, event=Tick(name="unreadable"))]


def _no_number(_: str) -> None:
    """``NaN`` and ``Infinity`` are not JSON, and an event that holds one cannot be read back."""


def _number(text: str) -> float | None:
    value = float(text)
    return value if math.isfinite(value) else None


_DECODE = json.JSONDecoder(parse_constant=_no_number, parse_float=_number).decode


def _is_too_deep(value: Any, body: bytes) -> bool:
    """Whether more than ``DEEPEST`` objects and lists are nested; checked without recursion.

    Few bodies need the full check: nothing is nested deeper than it has brackets.
    """
    if body.count(b"{") + body.count(b"[") <= DEEPEST:
        return False
    waiting = [(value, 1)]
    while waiting:
        one, depth = waiting.pop()
        if depth > DEEPEST:
            return True
        children = one.values() if isinstance(one, dict) else one
        waiting += [(child, depth + 1) for child in children if isinstance(child, (dict, list))]
    return False
