"""Signed, expiring tickets, each for one purpose."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.domain.secret import same


class Tickets:
    """A ticket is ``expiry.number.signature``, safe in a URL. Whoever accepts one must still make sure that its number
    is used once."""

    def __init__(self, secret_key: str, clock: Callable[[], datetime]) -> None:
        self._key = hashlib.sha256(b"autopars tickets\0" + secret_key.encode()).digest()
        self._clock = clock

    def issue(self, purpose: str, lasts: timedelta) -> str:
        text = f"{int((self._clock() + lasts).timestamp())}.{secrets.token_urlsafe(16)}"
        return f"{text}.{self._signature(purpose, text)}"

    def number(self, purpose: str, ticket: str) -> str | None:
        """The number of a valid ticket of ours; None for any other text."""
        text, _, signature = ticket.rpartition(".")
        if not same(signature, self._signature(purpose, text)):
            return None
        expiry, _, number = text.partition(".")
        return number if int(expiry) > self._clock().timestamp() else None

    def _signature(self, purpose: str, text: str) -> str:
        signed = f"{purpose}\0{text}".encode("utf-8", "surrogateescape")
        return hmac.new(self._key, signed, hashlib.sha256).hexdigest()
