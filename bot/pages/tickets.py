"""Signed words that we hand out and take back: for one purpose, for a while."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.domain.secret import same


class Tickets:
    """A ticket is ``expiry.number.signature``, all of it safe in an address. Whoever takes one must still see to it
    that its number counts once."""

    def __init__(self, secret_key: str, clock: Callable[[], datetime]) -> None:
        self._key = hashlib.sha256(b"autopars tickets\0" + secret_key.encode()).digest()
        self._clock = clock

    def issue(self, purpose: str, lasts: timedelta) -> str:
        text = f"{int((self._clock() + lasts).timestamp())}.{secrets.token_urlsafe(16)}"
        return f"{text}.{self._signature(purpose, text)}"

    def number(self, purpose: str, ticket: str) -> str | None:
        """The number of a ticket of ours that has not run out; None for any other text."""
        text, _, signature = ticket.rpartition(".")
        if not same(signature, self._signature(purpose, text)):
            return None
        expiry, _, number = text.partition(".")
        return number if int(expiry) > self._clock().timestamp() else None

    def _signature(self, purpose: str, text: str) -> str:
        signed = f"{purpose}\0{text}".encode("utf-8", "surrogateescape")
        return hmac.new(self._key, signed, hashlib.sha256).hexdigest()
