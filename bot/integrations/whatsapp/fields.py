"""Defensive reading of callback bodies and responses: any key may be missing, null, or of an unexpected type."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.integrations.errors import Unavailable
from bot.integrations.http import LONGEST_ID, Answer
from bot.redaction import mask_cards

Body = Mapping[str, Any]

LONGEST_TEXT = 65_536
LONGEST_NAME = 100
JOINER = "\u200d"
"""Joins the parts of one emoji."""


def held(answer: Answer, provider: str) -> dict[str, Any]:
    """The object of a response. Raises ``Unavailable`` for anything else."""
    if not isinstance(answer.json, dict):
        raise Unavailable(provider, reason="unreadable_answer", status=answer.status)
    return answer.json


def listed(body: Body, name: str, provider: str) -> list[dict[str, Any]]:
    """A list of objects in a response. Raises ``Unavailable`` if there is none: it might contain what is looked for."""
    value = body.get(name)
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise Unavailable(provider, reason="unreadable_answer")
    return value


def verdict(body: Body, name: str, provider: str) -> bool:
    """A required boolean of a response, in some as a word. Raises ``Unavailable`` if it is neither."""
    word = str(body.get(name)).lower()
    if word not in ("true", "false"):
        raise Unavailable(provider, reason="unreadable_answer")
    return word == "true"


def text(body: Body, name: str) -> str:
    """An id, word or number as text, "" for anything else. Cut to the maximum length of an id."""
    value = body.get(name)
    if value is None:
        return ""
    if isinstance(value, str):
        return _storable(value)[:LONGEST_ID].strip()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return f"{value:d}"[:LONGEST_ID] if isinstance(value, int) and not isinstance(value, bool) else ""


def words(body: Body, name: str) -> str:
    """What a person wrote, without card numbers."""
    value = body.get(name)
    return mask_cards(_storable(value[:LONGEST_TEXT])) if isinstance(value, str) else ""


def called(body: Body, name: str) -> str:
    """A person's display name, without card numbers: one line of :data:`LONGEST_NAME`, without invisible characters or
    ones that change the writing direction. It is shown to others, in chats, e-mails and the console."""
    written = words(body, name)[: 4 * LONGEST_NAME]
    seen = "".join(c if c.isprintable() or c == JOINER else " " for c in written)
    return " ".join(seen.split())[:LONGEST_NAME].strip()


def address(body: Body, name: str) -> str:
    """The URL of a file, "" for anything else."""
    value = body.get(name)
    usable = isinstance(value, str) and value.startswith(("https://", "http://")) and len(value) <= 2000
    return _storable(value) if usable and isinstance(value, str) else ""


def flag(body: Body, name: str) -> bool:
    """A boolean; some bodies have it as a word."""
    return body.get(name) in (True, "true")


def number(body: Body, name: str) -> int:
    value = body.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1_000_000 else 0


def part(body: Body, name: str) -> Body:
    """The object under a key, an empty one if there is none."""
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def file_kind(kind: str, mime_type: str) -> str:
    """Our kind of a file: pictures and videos are also sent as documents, so as not to be compressed."""
    shown = mime_type.partition("/")[0].lower()
    return shown if kind == "document" and shown in ("image", "video") else kind


def moment(body: Body, *names: str) -> datetime:
    """When it happened, by the first key that contains it: milliseconds or seconds since 1970; now if none does."""
    for name in names:
        value = body.get(name)
        if type(value) is not int:
            digits = text(body, name)
            value = int(digits) if digits.isascii() and digits.isdigit() else -1
        if 0 <= value < 10**14:
            return datetime.fromtimestamp(value if value < 10**11 else value / 1000, UTC)
    return datetime.now(UTC)


def coordinates(latitude: object, longitude: object) -> str:
    """``-23.5,-46.6``, "" unless both are degrees; decimals may be numbers or text."""
    pair = (latitude, longitude)
    return ",".join(str(v)[:20] for v in pair) if all(_is_degree(v) for v in pair) else ""


def _is_degree(value: object) -> bool:
    try:
        return not isinstance(value, bool) and isinstance(value, (int, float, str)) and abs(float(value)) <= 180
    except (ValueError, OverflowError):
        return False


def _storable(value: str) -> str:
    """Without characters that databases refuse: NUL, and lone surrogates."""
    if value.isascii() and "\0" not in value:
        return value
    return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
