"""Signed links that let their bearer see or do one thing without a password, for one person and one purpose.

They are in e-mails, so they contain no names or addresses, and give access to little: the page of one order, ending
reminders, and, once, an operator's new password. What they refer to is looked up when they are used.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence

from bot.domain import secret

ORDER, UNSUBSCRIBE, PASSWORD = "o", "u", "console/senha"
SIGNATURE = 16
"""Bytes of the HMAC in the link: 128 bits."""


class Links:
    """``secrets``: the first one signs, all are accepted, so that older links still work."""

    def __init__(self, public_url: str, secrets: Sequence[str]) -> None:
        self._url = public_url
        self._keys = [hashlib.sha256(b"autopars links\0" + one.encode()).digest() for one in secrets]

    def order(self, number: int, person_id: str) -> str:
        """The page of an order, for its buyer or seller."""
        return self._address(ORDER, f"{number}.{person_id}")

    def unsubscribe(self, person_id: str) -> str:
        """The page for ending reminders and news."""
        return self._address(UNSUBSCRIBE, person_id)

    def read_order(self, token: str) -> tuple[int, str] | None:
        """Number and person of :meth:`order`; None for anything that we did not sign."""
        number, _, person_id = (self._read(ORDER, token) or "").partition(".")
        return (int(number), person_id) if number.isdigit() and person_id else None

    def read_unsubscribe(self, token: str) -> str | None:
        return self._read(UNSUBSCRIBE, token)

    def password(self, link: str) -> str:
        """The page where an operator chooses a password, by the id of a stored link (kept as a digest)."""
        return self._address(PASSWORD, link)

    def read_password(self, token: str) -> str | None:
        return self._read(PASSWORD, token)

    def _address(self, purpose: str, subject: str) -> str:
        return f"{self._url}/{purpose}/{_text(subject.encode())}.{_text(_sign(self._keys[0], purpose, subject))}"

    def _read(self, purpose: str, token: str) -> str | None:
        head, _, tail = token.partition(".")
        try:
            subject, signature = _bytes(head).decode(), _bytes(tail)
        except ValueError:
            return None
        ours = [_sign(key, purpose, subject) for key in self._keys]
        return subject if secret.one_of(signature, ours) else None


def _sign(key: bytes, purpose: str, subject: str) -> bytes:
    return hmac.new(key, f"{purpose}\0{subject}".encode(), hashlib.sha256).digest()[:SIGNATURE]


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    """Raises ValueError unless the text is the canonical encoding of some bytes."""
    data = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    if _text(data) != text:
        raise ValueError("another spelling")
    return data
