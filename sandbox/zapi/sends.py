"""The sending endpoints: required fields, and the resulting message (sheet 4).

Only what a shop's bot may need is here; the others answer as unknown paths.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

Body = dict[str, Any]

_PHONE = re.compile(r"\d{8,15}|\d+@lid|\d+-group|\d+-\d+|\d+@newsletter|\d+@broadcast")
_DATA_URI = re.compile(r"data:[\w.+-]+/[\w.+-]+(;[\w=.+-]+)*;base64,[A-Za-z0-9+/]+=*")

ACCEPTS_TYPING = frozenset(["text", "audio", "link"])
ACCEPTS_REPLY = frozenset(
    ["text", "image", "document", "video", "gif", "ptv", "sticker", "link", "location", "contact", "contacts"]
)
MOST_BUTTONS = 3
MOST_ROWS = 10


class Bad(Exception):
    """The request is refused; the text is the ``error`` of the response."""


def common(body: Body, kind: str) -> None:
    """Checks shared by all sends. Raises :class:`Bad`. Wordings are ours: only ``{"error": "..."}`` is documented."""
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


def contacts(body: Body) -> Body:
    listed = _objects(body, "contacts")
    return {"kind": "contact", "text": " · ".join(_text(one, "name") for one in listed)}


def actions(body: Body) -> Body:
    """Buttons that call, open a page or answer. Mixing the two kinds breaks WhatsApp Web (sheet 4, notes)."""
    rows = _objects(body, "buttonActions")
    kinds = {row.get("type") for row in rows}
    if not kinds <= {"CALL", "URL", "REPLY"}:
        raise Bad("type must be CALL, URL or REPLY")
    if "REPLY" in kinds and len(kinds) > 1:
        raise Bad("REPLY cannot be mixed with other types")  # stricter than known: clients fail, Z-API may not
    for row in rows:
        _text(row, "label")
        if row["type"] == "URL" and not re.match(r"https?://", _text(row, "url")):
            raise Bad("url must be http or https")
        if row["type"] == "CALL":
            _text(row, "phone")
    return {
        "kind": "text",
        "text": _text(body, "message"),
        "options": _labelled(rows, "label"),
        "options_as": "buttons",
    }


def copy_code(body: Body) -> Body:
    label = str(body.get("buttonText") or "Copiar código")
    options = [{"id": _text(body, "code"), "label": label}]
    return {"kind": "text", "text": _text(body, "message"), "options": options, "options_as": "buttons"}


def pix_key(body: Body) -> Body:
    """A Pix key, never a charge: no amount, no text of its own."""
    if body.get("type") not in ("CPF", "CNPJ", "PHONE", "EMAIL", "EVP"):
        raise Bad("type must be CPF, CNPJ, PHONE, EMAIL or EVP")
    options = [{"id": _text(body, "pixKey"), "label": str(body.get("merchantName") or "Pix")}]
    return {"kind": "pix", "text": body["pixKey"], "options": options, "options_as": "buttons"}


def carousel(body: Body) -> Body:
    cards = _objects(body, "carousel")
    options: list[dict[str, str]] = []
    for card in cards:
        _text(card, "image")
        buttons = card.get("buttons") or []
        if not isinstance(buttons, list) or not all(isinstance(one, dict) for one in buttons):
            raise Bad("buttons must be a list")
        options += _labelled(buttons, "label")
    said = "\n".join([_text(body, "message"), *(_text(card, "text") for card in cards)])
    return {"kind": "text", "text": said, "options": options, "options_as": "buttons"}


def poll(body: Body) -> Body:
    """Sheet 4: now for groups only."""
    rows = _objects(body, "poll")
    if not body["phone"].endswith("-group"):
        raise Bad("This type of message can only be sent in groups")
    return {"kind": "poll", "text": _text(body, "message"), "options": _labelled(rows, "name"), "options_as": "list"}


def order(body: Body) -> Body:
    """An order card, for business accounts. Paying through it would bypass the shop's payment provider."""
    held = _object(body, "order")
    _text(held, "currency")
    products = _objects(held, "products")
    for product in products:
        for name in ("value", "quantity"):
            if isinstance(product.get(name), bool) or not isinstance(product.get(name), (int, float)):
                raise Bad(f"{name} is required")
    return {"kind": "order", "text": " · ".join(_text(product, "name") for product in products)}


def media_error(media: str) -> str:
    """Sheet 2: a bad file is reported by the DeliveryCallback, not by the response; "" if it is good."""
    if not media or media.startswith(("https://", "http://")) or _DATA_URI.fullmatch(media):
        return ""
    return "Message not send caused by invalid media url"


SENDS: dict[str, tuple[str, Callable[[Body], Body]]] = {
    "send-text": ("text", text),
    "send-image": ("image", file("image")),
    "send-video": ("video", file("video")),
    "send-gif": ("gif", file("gif")),
    "send-ptv": ("ptv", file("ptv")),
    "send-audio": ("audio", file("audio")),
    "send-sticker": ("sticker", file("sticker")),
    "send-link": ("link", link),
    "send-location": ("location", location),
    "send-contact": ("contact", contact),
    "send-contacts": ("contacts", contacts),
    "send-button-list": ("buttons", buttons),
    "send-button-actions": ("actions", actions),
    "send-button-otp": ("otp", copy_code),
    "send-button-pix": ("pix", pix_key),
    "send-option-list": ("list", option_list),
    "send-carousel": ("carousel", carousel),
    "send-poll": ("poll", poll),
    "send-order": ("order", order),
}
"""By endpoint: the kind for :func:`common`, and the reader. ``send-document/{extension}`` is handled separately."""


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


def _objects(held: Body, name: str) -> list[Body]:
    rows = held.get(name)
    if not isinstance(rows, list) or not rows or not all(isinstance(r, dict) for r in rows):
        raise Bad(f"{name} is required")
    return rows


def _rows(held: Body, name: str, label: str, most: int) -> list[dict[str, str]]:
    rows = _objects(held, name)
    if len(rows) > most:
        raise Bad(f"at most {most} {name}")
    return _labelled(rows, label)


def _labelled(rows: list[Body], label: str) -> list[dict[str, str]]:
    # ids are optional; the position in the list replaces them
    return [{"id": str(r.get("id") or place), "label": _text(r, label)} for place, r in enumerate(rows, start=1)]
