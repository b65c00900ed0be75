"""The sending endpoints: required fields, and the resulting message (sheet 2).

Only what a shop's bot may need is here; the others answer as unknown routes. Messages of the schema are those of the
validator that Evolution uses; the rest are its own texts.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from typing import Any

from sandbox.files import sniff

Body = dict[str, Any]

MEDIA_TYPES = ("image", "document", "video", "audio")
_URL = re.compile(r"https?://([\w-]+(?:\.[\w-]+)+)(?::\d+)?(/\S*)?")
"""Sheet 2: a host without a dot (localhost, a container's name) is not accepted as a URL."""


class Bad(Exception):
    """The request is refused: status, and the content of ``response.message``."""

    def __init__(self, message: Any, status: int = 400) -> None:
        super().__init__(str(message))
        self.message = message if isinstance(message, list) else [message]
        self.status = status


def schema(*problems: str) -> Bad:
    """Sheet 1: a violation of the schema comes as a list in a list."""
    return Bad([[f"instance{p}" for p in problems]])


def common(body: Body) -> None:
    """Checks shared by all sends. Raises :class:`Bad`."""
    text(body, "number", empty=True)
    delay = body.get("delay", 0)
    if isinstance(delay, bool) or not isinstance(delay, int):
        raise schema(".delay is not of a type(s) integer")
    quoted = body.get("quoted")
    if quoted is not None:
        key = quoted.get("key") if isinstance(quoted, dict) else None
        if not isinstance(key, dict):
            raise schema(".quoted.key is not of a type(s) object")
        if not isinstance(key.get("id"), str) or not key["id"]:
            raise schema('.quoted.key requires property "id"')


def plain_text(body: Body) -> Body:
    if "textMessage" in body or "options" in body:  # sheet 2: the format of v1
        raise schema(' requires property "text"')
    preview = body.get("linkPreview", True)
    if not isinstance(preview, bool):
        raise schema(".linkPreview is not of a type(s) boolean")
    return {"kind": "text", "text": text(body, "text")}


def media(body: Body) -> Body:
    kind, source = text(body, "mediatype"), text(body, "media")
    if kind not in MEDIA_TYPES:
        raise schema(f".mediatype is not one of enum values: {','.join(MEDIA_TYPES)}")
    name, caption = text(body, "fileName", needed=False), text(body, "caption", needed=False)
    mime_type = text(body, "mimetype", needed=False)
    made = {"kind": kind, "caption": caption, "file_name": name, "mime_type": mime_type}
    if _URL.fullmatch(source):
        return {**made, "media": source}
    try:
        data = base64.b64decode(source, validate=True) if len(source) % 4 == 0 else b""
    except (binascii.Error, ValueError):
        data = b""
    if not data:
        raise Bad("Owned media must be a url or base64")
    if kind == "document" and not name:
        raise Bad("For base64 the file name must be informed.")
    mime_type = mime_type or sniff(data, kind)
    return {**made, "mime_type": mime_type, "media": f"data:{mime_type};base64,{source}"}


def buttons(body: Body) -> Body:
    rows = body.get("buttons")
    if not isinstance(rows, list) or not all(isinstance(r, dict) for r in rows):
        raise schema(".buttons is not of a type(s) array")
    for row in rows:
        if row.get("type") not in ("reply", "copy", "url", "call", "pix"):
            raise schema(".buttons[0].type is not one of enum values: reply,copy,url,call,pix")
        for name in ("id", "url", "phoneNumber"):
            if row.get(name) == "":
                raise schema(f".buttons[0].{name} does not meet minimum length of 1")
    if not rows:
        raise Bad("At least one button is required")
    kinds = {r["type"] for r in rows}
    if "reply" in kinds and len(rows) > 3:
        raise Bad("Maximum of 3 reply buttons allowed")
    if "reply" in kinds and kinds - {"reply", "pix"}:
        raise Bad("Reply buttons cannot be mixed with other button types")
    if "pix" in kinds and len(rows) > 1:
        raise Bad("Only one PIX button is allowed")
    if "pix" in kinds:
        return _pix(rows[0])
    title, description = body.get("title", "undefined"), text(body, "description", needed=False)
    shown = f"*{title}*" + (f"\n\n{description}\n" if description else "")  # source: how it composes them
    options = [{"id": str(r.get("id") or ""), "label": str(r.get("displayText") or "")} for r in rows]
    return {"kind": "text", "text": shown, "options": options, "options_as": "buttons"}


def _pix(button: Body) -> Body:
    """A Pix key to copy: nothing else of the message is shown (source)."""
    for name in ("currency", "name", "keyType", "key"):
        text(button, name)
    if button["keyType"] not in ("phone", "email", "cpf", "cnpj", "random"):
        raise schema(".buttons[0].keyType is not one of enum values: phone,email,cpf,cnpj,random")
    options = [{"id": button["key"], "label": button["name"]}]
    return {"kind": "pix", "text": button["key"], "options": options, "options_as": "buttons"}


def choice_list(body: Body) -> Body:
    title, description = text(body, "title"), text(body, "description", needed=False)
    for name in ("footerText", "buttonText"):
        text(body, name, empty=True)
    sections = body.get("sections")
    if not isinstance(sections, list) or not sections:
        raise schema(".sections does not meet minimum length of 1")
    options = []
    for section in sections:
        rows = section.get("rows") if isinstance(section, dict) else None
        if not isinstance(rows, list) or not rows or not section.get("title"):
            raise schema('.sections[0] requires property "title"')
        for row in rows:
            if row.get("description") == "":
                raise schema(".sections[0].rows[0].description does not meet minimum length of 1")
            options.append({"id": text(row, "rowId"), "label": text(row, "title")})
    shown = f"{title}\n{description}" if description else title
    return {"kind": "text", "text": shown, "options": options, "options_as": "list"}


def location(body: Body) -> Body:
    for name in ("latitude", "longitude"):
        if isinstance(body.get(name), bool) or not isinstance(body.get(name), (int, float)):
            raise schema(f".{name} is not of a type(s) number")
    return {"kind": "location", "text": f"{text(body, 'name')} · {text(body, 'address')}"}


def contact(body: Body) -> Body:
    cards = body.get("contact")
    if not isinstance(cards, list) or not cards or not all(isinstance(c, dict) for c in cards):
        raise schema(".contact does not meet minimum length of 1")
    return {"kind": "contact", "text": " ".join(f"{text(c, 'fullName')} {text(c, 'phoneNumber')}" for c in cards)}


SENDS: dict[str, Callable[[Body], Body]] = {
    "sendText": plain_text,
    "sendMedia": media,
    "sendButtons": buttons,
    "sendList": choice_list,
    "sendLocation": location,
    "sendContact": contact,
}


def text(body: Body, name: str, *, needed: bool = True, empty: bool = False) -> str:
    """A text field of the body, or the schema's error."""
    value = body.get(name)
    if value is None:
        if needed:
            raise schema(f' requires property "{name}"')
        return ""
    if not isinstance(value, str):
        raise schema(f".{name} is not of a type(s) string")
    if needed and not empty and not value:
        raise schema(f".{name} does not meet minimum length of 1")
    return value
