"""Outgoing messages in Z-API's format: bodies of sends, options as buttons or a list."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from typing import Any

from bot.domain.commands import Option
from bot.integrations.protocols import File, Link, PixKey, Style
from bot.integrations.whatsapp.texts import (
    LIST_BUTTON,
    LIST_TITLE,
    LONGEST_BUTTON,
    LONGEST_DESCRIPTION,
    LONGEST_ROW,
    MOST_BUTTONS,
    MOST_ROWS,
    distinct,
    short,
)

Body = dict[str, Any]

_KEY_TYPES = {"cpf": "CPF", "cnpj": "CNPJ", "phone": "PHONE", "email": "EMAIL", "random": "EVP"}


def text(
    to: str,
    message: str,
    *,
    style: Style = "text",
    options: Sequence[Option] = (),
    reply_to: str = "",
    edits: str = "",
    typing_s: int = 0,
) -> tuple[str, Body]:
    """The endpoint and body of one text. The message already contains its numbered menu, so buttons and lists are
    optional, and omitted where they do not fit, or where Z-API accepts no quote or edit with them."""
    body: Body = {"phone": to, "message": message}
    if options and not reply_to and not edits:
        if style == "buttons" and len(options) <= MOST_BUTTONS and distinct(options, LONGEST_BUTTON):
            buttons = [{"id": o.id, "label": short(o.label, LONGEST_BUTTON)} for o in options]
            return "send-button-list", {**body, "buttonList": {"buttons": buttons}}
        if style == "list" and len(options) <= MOST_ROWS and distinct(options, LONGEST_ROW):
            rows = [_row(o) for o in options]
            return "send-option-list", {
                **body,
                "optionList": {"title": LIST_TITLE, "buttonLabel": LIST_BUTTON, "options": rows},
            }
    if typing_s:
        body["delayTyping"] = typing_s
    if reply_to:
        body["messageId"] = reply_to
    if edits:
        body["editMessageId"] = edits
    return "send-text", body


def image(to: str, picture: File | str, caption: str) -> tuple[str, Body]:
    """The endpoint and body of a picture, by its bytes or its public URL."""
    body: Body = {"phone": to, "image": picture if isinstance(picture, str) else data_uri(picture)}
    return "send-image", {**body, "caption": caption} if caption else body


def document(to: str, file: File, caption: str) -> tuple[str, Body]:
    """The endpoint and body of a document; Z-API needs its extension in the path."""
    name = file.name.replace("/", "_").replace("\\", "_") or "documento"
    body: Body = {"phone": to, "document": data_uri(file), "fileName": name}
    return f"send-document/{_extension(file)}", {**body, "caption": caption} if caption else body


def video(to: str, film: File | str, caption: str) -> tuple[str, Body]:
    """The endpoint and body of a video. ``async``: answered before it is fetched and converted."""
    body: Body = {"phone": to, "video": film if isinstance(film, str) else data_uri(film), "async": True}
    return "send-video", {**body, "caption": caption} if caption else body


def link(to: str, message: str, page: Link) -> tuple[str, Body]:
    """The endpoint and body of a link with its preview; the message must end with its URL."""
    said = message.strip()
    shown = said if said.endswith(page.url) else f"{said}\n{page.url}".lstrip()
    preview = {"linkUrl": page.url, "title": page.title, "linkDescription": page.description, "image": page.image}
    return "send-link", {"phone": to, "message": shown, **preview}


def pix_key(to: str, key: PixKey) -> tuple[str, Body]:
    """The endpoint and body of a button that copies a Pix key. It has no room for a text."""
    return "send-button-pix", {
        "phone": to,
        "pixKey": key.key,
        "type": _KEY_TYPES[key.kind],
        **({"merchantName": key.owner} if key.owner else {}),
    }


def reaction(to: str, message_id: str, emoji: str) -> tuple[str, Body]:
    """The endpoint and body of an emoji reaction, or of its removal."""
    body: Body = {"phone": to, "messageId": message_id}
    return ("send-reaction", {**body, "reaction": emoji}) if emoji else ("send-remove-reaction", body)


def data_uri(file: File) -> str:
    return f"data:{file.mime_type};base64,{base64.b64encode(file.data).decode('ascii')}"


def _extension(file: File) -> str:
    ending = file.name.rpartition(".")[2].lower() if "." in file.name else file.mime_type.rpartition("/")[2]
    return ending if re.fullmatch(r"[a-z0-9]{1,5}", ending) else "bin"


def _row(option: Option) -> Body:
    row = {"id": option.id, "title": short(option.label, LONGEST_ROW)}
    cut = len(option.label) > LONGEST_ROW
    return {**row, "description": short(option.label, LONGEST_DESCRIPTION)} if cut else row
