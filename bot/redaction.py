"""What may never be written anywhere readable: secrets, personal numbers, card numbers.

One redactor serves the record of calls, the raw webhooks and the logs. Known secrets are replaced wherever they
stand, fields by their names, and what looks like a CPF, CNPJ, e-mail, phone or card by its shape.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

HIDDEN = "•••"

_SECRET_FIELDS = frozenset(
    [
        "access_token",
        "refresh_token",
        "client_secret",
        "authorization",
        "token",
        "apikey",
        "api_key",
        "authtoken",
        "client-token",
        "password",
        "secret",
        "encodedimage",
    ]
)
_PERSONAL_FIELDS = frozenset(
    [
        "cpfcnpj",
        "document",
        "company_document",
        "state_register",
        "email",
        "phone",
        "mobilephone",
        "phones",
        "to",
        "from_phone",
        "address",
        "street",
        "number",
        "location_number",
        "complement",
        "district",
        "postal_code",
        "postalcode",
        "cep",
        "logradouro",
        "name",
        "fullname",
        "sendername",
        "chatname",
        "participantphone",
        "connectedphone",
        "phone_number",
        "senderphoto",
        "photo",
        "vcard",
    ]
)
_CARD = re.compile(r"(?<![\w.])(?:\d[ -]?){12,18}\d(?![\w.])")
_SHAPES = (
    re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.-]+\b"),
    re.compile(r"\b\d{3}\.\d{3}\.\d{3}-\d{2}\b"),
    re.compile(r"\b[0-9A-Z]{2}\.[0-9A-Z]{3}\.[0-9A-Z]{3}/[0-9A-Z]{4}-\d{2}\b"),
    re.compile(r"(?<!\d)(?:\+?55\s?)?\(?[1-9]{2}\)?\s?9?\d{4}-?\d{4}(?!\d)"),
)
_LONG = 512


def _luhn(digits: str) -> bool:
    total = 0
    for index, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + index % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_card_number(text: str) -> bool:
    """Whether a text holds 13 to 19 digits in a row (blanks and hyphens allowed) that pass the Luhn check."""
    return any(_luhn(re.sub(r"\D", "", m.group())) for m in _CARD.finditer(text))


def mask_cards(text: str) -> str:
    """The text with every card number replaced, before it is stored anywhere."""
    return _CARD.sub(lambda m: "[cartão removido]" if _luhn(re.sub(r"\D", "", m.group())) else m.group(), text)


class Redactor:
    """Hides the given secrets, and everything that the module knows by name or shape."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = sorted((s for s in secrets if len(s) >= 6), key=len, reverse=True)

    def text(self, text: str) -> str:
        """A free text (log line, URL, error) without secrets, personal data or card numbers."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        text = mask_cards(text)
        for shape in _SHAPES:
            text = shape.sub(HIDDEN, text)
        return text

    def without_secrets(self, text: str) -> str:
        """Only the secrets hidden, for addresses where shapes would hide too much."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return text

    def body(self, body: Any, limit: int = 4096) -> str:
        """A JSON-like body as text for the record, redacted, cut at ``limit`` characters."""
        if isinstance(body, (bytes, bytearray)):
            try:
                body = json.loads(body)
            except ValueError:
                return self.text(bytes(body[:limit]).decode("utf-8", "replace"))
        cleaned = json.dumps(self._clean(body), ensure_ascii=False, separators=(",", ":"), default=str)
        return cleaned if len(cleaned) <= limit else cleaned[:limit] + "…"

    def _clean(self, value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {k: self._clean(v, str(k).lower()) for k, v in value.items()}
        if isinstance(value, list):
            return [self._clean(v, name) for v in value]
        if isinstance(value, str):
            if name in _SECRET_FIELDS or (name in _PERSONAL_FIELDS and value):
                return HIDDEN
            cleaned = self.text(value)
            return cleaned if len(cleaned) <= _LONG else cleaned[:_LONG] + "…"
        if isinstance(value, (int, float)) and not isinstance(value, bool) and name in _PERSONAL_FIELDS:
            return HIDDEN
        return value
