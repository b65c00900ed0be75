"""The sending endpoints: what each wants, and the bubble that it makes (sheet 4).

Only what a shop's bot may want is here; the others answer as unknown paths.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

Body = dict[str, Any]

_PHONE = re.compile(r"\d{8,15}|\d+@lid|\d+-group|\d+-\d+|\d+@newsletter|\d+@broadcast")
_DATA_URI = re.compile(r"data:[\w.+-]+/[\w.+-]+(;[\w=.+-]+)*;base64,[A-Za-z0-9+/]+=*")

ACCEPTS_TYPING = frozenset(["text", "audio", "link"])
ACCEPTS_REPLY = frozenset(["text", "image", "document", "video", "sticker", "link", "location", "contact"])
MOST_BUTTONS = 3
MOST_ROWS = 10


class Bad(Exception):
    """The request is turned down; the text is the ``error`` of the answer."""


def common(body: Body, kind: str) -> None:
    """What all sends share. Raises :class:`Bad`. Wordings are ours: only ``{"error": "..."}`` is documented."""
    phone = body.get("phone")
    if not isinstance(phone, str) or not phone:
        raise Bad("Phone is required")
    if not _PHONE.fullmatch(phone):  # sheet 3: digits only, no +, no mask; or one of the other address forms
        raise Bad("Phone is wrong")
    for name in ("delayMessage", "delayTyping"):
        value = body.get(name)
        if name in body and (not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 15):
            raise Bad(f"{name} must be between 1 and 15")  # sheet 4: int 1 to 15; the refusal is UNCONFIRMED
    if "delayTyping" in body and kind not in ACCEPTS_TYPING:
        raise Bad("delayTyping is not accepted here")  # stricter than known: sheet 4 lists it without T
    if "messageId" in body and kind not in ACCEPTS_REPLY and kind != "reaction":
        raise Bad("messageId is not accepted here")  # stricter than known: sheet 4 lists it without R


def text(body: Body) -> Body:
    return {"kind": "text", "text": _text(body, "message")}


def file(kind: str) -> Callable[[Body], Body]:
    """A picture, document, video, audio or sticker under the key of its kind."""

    def read(body: Body) -> Body:
        source = _text(body, kind)
        caption = body.get("caption") or ""
        if not isinstance(caption, str):
            raise Bad("caption must be a string")
        mime_type = source[5:].partition(";")[0] if source.startswith("data:") else ""
        return {
            "kind": kind,
            "media": source,
            "caption": caption,
            "mime_type": mime_type,
            "file_name": str(body.get("fileName") or ""),
        }

    return read


def link(body: Body) -> Body:
    message, url = _text(body, "message"), _text(body, "linkUrl")
    for name in ("image", "title", "linkDescription"):
        _text(body, name)
    if not message.endswith(url):
        raise Bad("message must end with linkUrl")
    return {"kind": "link", "text": message}


def location(body: Body) -> Body:
    parts = [_text(body, name) for name in ("title", "address", "latitude", "longitude")]
    return {"kind": "location", "text": " · ".join(parts)}


def contact(body: Body) -> Body:
    return {"kind": "contact", "text": f"{_text(body, 'contactName')} {_text(body, 'contactPhone')}"}


def buttons(body: Body) -> Body:
    """No limit is documented; more than WhatsApp's own (sheet 4) is refused here so that it is noticed."""
    rows = _rows(_object(body, "buttonList"), "buttons", "label", MOST_BUTTONS)
    return {"kind": "text", "text": _text(body, "message"), "options": rows, "options_as": "buttons"}


def option_list(body: Body) -> Body:
    held = _object(body, "optionList")
    for name in ("title", "buttonLabel"):
        _text(held, name)
    if "-" in body["phone"]:
        raise Bad("Option list can only be used in private chats")
    rows = _rows(held, "options", "title", MOST_ROWS)
    return {"kind": "text", "text": _text(body, "message"), "options": rows, "options_as": "list"}


def media_error(media: str) -> str:
    """Sheet 2: a bad file is not told by the answer but by the DeliveryCallback; "" if it is good."""
    if not media or media.startswith(("https://", "http://")) or _DATA_URI.fullmatch(media):
        return ""
    return "Message not send caused by invalid media url"


SENDS: dict[str, tuple[str, Callable[[Body], Body]]] = {
    "send-text": ("text", text),
    "send-image": ("image", file("image")),
    "send-video": ("video", file("video")),
    "send-audio": ("audio", file("audio")),
    "send-sticker": ("sticker", file("sticker")),
    "send-link": ("link", link),
    "send-location": ("location", location),
    "send-contact": ("contact", contact),
    "send-button-list": ("buttons", buttons),
    "send-option-list": ("list", option_list),
}
"""By endpoint: the kind for :func:`common`, and the reader. ``send-document/{extension}`` has one of its own."""


def _text(body: Body, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Bad(f"{name} is required")
    return value


def _object(body: Body, name: str) -> Body:
    value = body.get(name)
    if not isinstance(value, dict):
        raise Bad(f"{name} is required")
    return value


def _rows(held: Body, name: str, label: str, most: int) -> list[dict[str, str]]:
    rows = held.get(name)
    if not isinstance(rows, list) or not rows or not all(isinstance(r, dict) for r in rows):
        raise Bad(f"{name} is required")
    if len(rows) > most:
        raise Bad(f"at most {most} {name}")
    # ids are optional there; then the place in the list stands for it
    return [{"id": str(r.get("id") or place), "label": _text(r, label)} for place, r in enumerate(rows, start=1)]
