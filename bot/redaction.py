"""Redaction of secrets, personal data and card numbers.

One redactor serves call records, raw webhooks and logs. Known secrets are replaced everywhere, fields by their names,
and CPF, CNPJ, e-mail addresses, phones and card numbers by their format.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable
from json.encoder import encode_basestring as _quoted
from typing import Any
from urllib.parse import quote

from bot.domain import documents

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
        "province",
        "addressnumber",
        "bairro",
        "complemento",
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
        "pushname",
        "profilename",
    ]
)
_WORDS = frozenset(["conversation", "caption", "html", "subject", "text", "message"])
"""Fields that contain what people wrote."""
_FILE_FIELDS = frozenset(["base64", "media", "jpegthumbnail"])
"""Whole files as bare base64, if the text is long enough to be one."""
_DIGITS = re.compile(r"(?<![\d_.-])\d(?:[ .\u00a0-]{0,3}\d){12,}(?![\d_])")
_CARD = re.compile(
    r"4\d{12}|3(?:0|6|8|9)\d{12}|3[47]\d{13}"  # 13 to 15 digits: the old Visa, Diners, Amex
    r"|(?:2[2-7]|3[0568]|4\d|5\d|6\d)\d{14}"  # 16 digits: all others used in Brazil
    r"|(?:4\d|50|5[6-8]|6\d)\d{15,17}"  # 17 to 19 digits
)
_NO_CARD = (44, 47, 48)
"""Digits of an NF-e key, a boleto and a utility bill: their groups of four must not be taken for a card."""
_SHAPES = (
    # possessive and anchored at the start of a run, so that the time stays linear in the length of the message
    re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]++\.[\w.-]+"),
    re.compile(r"(?<!\d)\d{3}\.\d{3}\.\d{3}-\d{2}(?!\d)"),
    re.compile(r"(?<![0-9A-Z])[0-9A-Z]{2}\.[0-9A-Z]{3}\.[0-9A-Z]{3}/[0-9A-Z]{4}-\d{2}(?!\d)"),
    re.compile(r"(?<!\d)(?:\+?55[\s.-]?|0)?\(?[1-9]{2}\)?[\s.-]?9?\d{4}[\s.-]?\d{4}(?!\d)"),
)
_TELLING = re.compile(r"@|\d[\d\s()./\u00a0-]{8,}\d|(?<![\w.-])[0-9A-Z]{12}\d\d(?![\w-])|[0-9A-Z]{2}\.[0-9A-Z]{3}\.")
"""Any text without one of these, which are checked first, contains nothing to redact."""
_BARE = re.compile(
    r"(?<![\d_.-])\d{3}[ .]?\d{3}[ .]?\d{3}[ ./-]?\d{2}(?![\d_]|-\d)"
    r"|(?<![\d_.-])\d{2}[ .]?\d{3}[ .]?\d{3}[ /]?\d{4}[ -]?\d{2}(?![\d_])"
    r"|(?<![\w.-])[0-9A-Z]{12}\d{2}(?![\w-])"
)
"""A CPF or CNPJ without its mask, or with part of it; its check digits distinguish it from other numbers."""
_LONG = 512
_SHORT = 64
"""Names and words up to this length recur: their results are cached, up to this many names."""
_NAMES = 4096

_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode


def _luhn(digits: str) -> bool:
    total = 0
    for index, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + index % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _is_card(digits: str) -> bool:
    is_shop = len(digits) == 14 and documents.read(digits) is not None
    return bool(_CARD.fullmatch(digits)) and _luhn(digits) and not is_shop


def _cards(text: str) -> list[tuple[int, int]]:
    """Spans of card numbers: whole groups of a run of digits, so that an expiry date after one hides nothing."""
    found: list[tuple[int, int]] = []
    for run in _DIGITS.finditer(text):
        groups = [(m.start() + run.start(), m.end() + run.start()) for m in re.finditer(r"\d+", run.group())]
        if sum(end - start for start, end in groups) in _NO_CARD:
            continue
        first = 0
        while first < len(groups):
            digits, after = "", 0
            opens_a_card = text[groups[first][0]] in "23456"
            for place in range(first, len(groups) if opens_a_card else first):
                digits += text[slice(*groups[place])]
                if len(digits) > 19:
                    break
                if len(digits) > 12 and _is_card(digits):
                    after = place + 1
            if after:
                found.append((groups[first][0], groups[after - 1][1]))
            first = after or first + 1
    return found


def mask_cards(text: str) -> str:
    """The text with every card number masked. Phones, CNPJs and boletos are kept."""
    cards = _cards(text)
    if not cards:
        return text
    kept, at = [], 0
    for start, end in cards:
        kept += [text[at:start], "[cartão removido]"]
        at = end
    return "".join([*kept, text[at:]])


def storable(text: str) -> str:
    """The text without characters that databases refuse: NUL and lone surrogates (half an emoji)."""
    if "\0" not in text:
        try:
            text.encode("utf-8")
            return text
        except UnicodeEncodeError:
            pass
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")


def storable_json(value: Any) -> Any:
    """A JSON value (not too deep) with all its texts fit to be stored."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(k): storable_json(v) for k, v in value.items()}
    return [storable_json(v) for v in value] if isinstance(value, list) else value


class _Field:
    """How a field is redacted by its name alone, and its fixed replacement, if any."""

    __slots__ = ("false", "file", "hidden", "is_hidden", "null", "personal", "secret", "start", "true", "words")

    def __init__(self, name: str, shown: str) -> None:
        lower = name.lower()
        self.secret = lower in _SECRET_FIELDS
        self.personal = lower in _PERSONAL_FIELDS
        self.is_hidden = self.secret or self.personal
        self.words = lower if lower in _WORDS else ""
        self.file = lower in _FILE_FIELDS
        self.start = f"{_quoted(shown)}:"
        self.null, self.true, self.false = (self.start + word for word in ("null", "true", "false"))
        self.hidden = self.start + _quoted(HIDDEN)


_NAMELESS = _Field("", "")


class Redactor:
    """Hides the given secrets, and everything that the module knows by name or format."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets: list[str] = []
        self._shortest = 0
        self._fields: dict[str, _Field] = {}
        self._word = functools.lru_cache(maxsize=512)(self.text)
        self.hide(*secrets)

    def hide(self, *secrets: str) -> None:
        """Add secrets to hide, for instance those in a provider's URLs."""
        long = [s for s in secrets if len(s) >= 6]
        forms = (*long, *(quote(s, safe="") for s in long), *(json.dumps(s)[1:-1] for s in long))
        self._secrets = sorted({*self._secrets, *forms}, key=len, reverse=True)
        self._shortest = len(self._secrets[-1]) if self._secrets else 0
        self._fields.clear()
        self._word.cache_clear()

    def text(self, text: str) -> str:
        """Free text (log line, URL, error) without secrets, personal data and card numbers."""
        text = self._without_secrets(text)
        if _TELLING.search(text) is None:
            return text
        text = mask_cards(text)
        for shape in _SHAPES:
            text = shape.sub(HIDDEN, text)
        return _BARE.sub(lambda m: HIDDEN if documents.read(m.group()) else m.group(), text)

    def value(self, value: Any) -> Any:
        """A value of a log line, with every text in it as by :meth:`text`."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(str(k)): self.value(v) for k, v in value.items()}
        if isinstance(value, (list, tuple, set)):
            return [self.value(v) for v in value]
        return value if isinstance(value, (int, float, bool)) or value is None else self.text(str(value))

    def _without_secrets(self, text: str) -> str:
        if len(text) >= self._shortest:
            for secret in self._secrets:
                text = text.replace(secret, HIDDEN)
        return text

    def body(self, body: Any, limit: int = 4096, *, answer: bool = False) -> str:
        """A JSON-like body as text for the record, redacted, cut at ``limit`` characters. Messages between people and
        us are left out: they are in the event or command, where every view is logged. ``answer``: a provider's
        response, in which ``message`` is the error."""
        if isinstance(body, (bytes, bytearray)):
            try:
                body = json.loads(body)
            except (ValueError, RecursionError):
                return self.text(bytes(body[:limit]).decode("utf-8", "replace"))
        cleaned = storable(self._written(body, _NAMELESS, _WORDS - {"message"} if answer else _WORDS))
        return cleaned if len(cleaned) <= limit else cleaned[:limit] + "…"

    def _field(self, name: str) -> _Field:
        field = self._fields.get(name) or _Field(name, self.text(name))
        if len(name) <= _SHORT and len(self._fields) < _NAMES:
            self._fields[name] = field
        return field

    def _written(self, value: Any, field: _Field, words: frozenset[str]) -> str:
        """A value as JSON."""
        if isinstance(value, str):
            return _quoted(self._shown(value, field, words))
        if isinstance(value, dict):
            return self._object(value, words)
        if isinstance(value, (list, tuple)):
            return f"[{','.join([self._written(v, field, words) for v in value])}]"
        if value is None or isinstance(value, (int, float)):
            if field.personal and value is not None:
                return _quoted(HIDDEN)
            return str(value) if type(value) is int else _ENCODE(value)
        return _quoted(self.text(str(value)))

    def _object(self, value: dict[Any, Any], words: frozenset[str]) -> str:
        parts, fields = [], self._fields
        for key, v in value.items():
            field = fields.get(key) or self._field(str(key))
            if v is None:
                parts.append(field.null)
            elif v is False:
                parts.append(field.false)
            elif v is True:
                parts.append(field.true)
            elif field.is_hidden and v and isinstance(v, str):
                parts.append(field.hidden)
            else:
                parts.append(field.start + self._written(v, field, words))
        return f"{{{','.join(parts)}}}"

    def _shown(self, text: str, field: _Field, words: frozenset[str]) -> str:
        if field.secret or (field.personal and text):
            return HIDDEN
        if field.words in words and text:
            return f"… ({len(text)} characters)"
        if text.startswith("data:"):  # a whole file: searching megabytes would block the process
            return f"{text.partition(',')[0][:80]},… ({len(text)} characters)"
        if len(text) <= _SHORT:
            return self._word(text)
        if field.file and len(text) > _LONG and "://" not in text[:16]:
            return f"… ({len(text)} characters)"
        cleaned = self.text(text)
        return cleaned if len(cleaned) <= _LONG else cleaned[:_LONG] + "…"
