"""Outgoing messages in Evolution's format: endpoints and bodies of sends, options as buttons or a list.

Media are sent as bare base64, since data URIs are refused. Buttons and lists are answered with 201 but do not always
appear on the phone (a known problem of the WhatsApp Web protocol), so ``text`` is the safe style here.
"""

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

LONGEST_TITLE = 60
LIST_FOOTER = "Toque para escolher"

Body = dict[str, Any]


def text(
    to: str,
    message: str,
    *,
    style: Style = "text",
    options: Sequence[Option] = (),
    reply_to: str = "",
    typing_ms: int = 0,
) -> tuple[str, Body]:
    """The endpoint and body of one text. The message already contains its numbered menu, so buttons and lists are
    optional, and omitted where they do not fit."""
    body: Body = {"number": to}
    if reply_to:
        body["quoted"] = {"key": {"id": reply_to}}  # a message missing in its database is not quoted
    if typing_ms:
        body["delay"] = typing_ms
    if style == "buttons" and 0 < len(options) <= MOST_BUTTONS and distinct(options, LONGEST_BUTTON):
        buttons = [{"type": "reply", "displayText": short(o.label, LONGEST_BUTTON), "id": o.id} for o in options]
        return "sendButtons", {**body, **_headed(message), "buttons": buttons}
    if style == "list" and 0 < len(options) <= MOST_ROWS and distinct(options, LONGEST_ROW):
        section = {"title": LIST_TITLE, "rows": [_row(o) for o in options]}
        shown = {"buttonText": LIST_BUTTON, "footerText": LIST_FOOTER, "sections": [section]}
        return "sendList", {**body, **_headed(message), **shown}
    return "sendText", {**body, "text": message, "linkPreview": False}


def image(to: str, picture: File | str, caption: str) -> tuple[str, Body]:
    """The endpoint and body of a picture, by its bytes or its public URL."""
    return _media(to, "image", picture, caption)


def video(to: str, film: File | str, caption: str) -> tuple[str, Body]:
    """The endpoint and body of a video, by its bytes or its public URL."""
    return _media(to, "video", film, caption)


def _media(to: str, kind: str, file: File | str, caption: str) -> tuple[str, Body]:
    body: Body = {"number": to, "mediatype": kind}
    if isinstance(file, str):
        body["media"] = file
    else:
        body |= {"media": bare_base64(file), "mimetype": file.mime_type}
        body |= {"fileName": file.name} if file.name else {}
    return "sendMedia", {**body, "caption": caption} if caption else body


def link(to: str, message: str, page: Link) -> tuple[str, Body]:
    """The endpoint and body of a link with its preview, which Evolution generates from the URL."""
    said = message.strip()
    shown = said if said.endswith(page.url) else f"{said}\n{page.url}".lstrip()
    return "sendText", {"number": to, "text": shown, "linkPreview": True}


def pix_key(to: str, key: PixKey) -> tuple[str, Body]:
    """The endpoint and body of a button that copies a Pix key; it must be the only one."""
    button = {"type": "pix", "currency": "BRL", "name": key.owner or "Pix", "keyType": key.kind, "key": key.key}
    return "sendButtons", {"number": to, "buttons": [button]}


def document(to: str, file: File, caption: str) -> tuple[str, Body]:
    """The endpoint and body of a document; its name is compulsory."""
    name = file.name.replace("/", "_").replace("\\", "_") or "documento"
    body: Body = {"number": to, "mediatype": "document", "media": bare_base64(file), "fileName": name}
    body["mimetype"] = file.mime_type
    return "sendMedia", {**body, "caption": caption} if caption else body


def bare_base64(file: File) -> str:
    return base64.b64encode(file.data).decode("ascii")


def plain(shown: str) -> str:
    """The common part of two renderings of one text: Evolution puts a bold title above a message with buttons."""
    words = re.sub(r"[*\s]+", " ", shown).strip()
    return words.removeprefix(f"{LIST_TITLE} ")


def _headed(message: str) -> Body:
    """A message as title and description: both are shown, and without a title it would read *undefined*."""
    first, _, rest = message.partition("\n")
    title = first.replace("*", "").strip()
    if rest.strip() and 0 < len(title) <= LONGEST_TITLE:
        return {"title": title, "description": rest.strip("\n")}
    return {"title": LIST_TITLE, "description": message}


def _row(option: Option) -> Body:
    row = {"title": short(option.label, LONGEST_ROW), "rowId": option.id}
    cut = len(option.label) > LONGEST_ROW
    return {**row, "description": short(option.label, LONGEST_DESCRIPTION)} if cut else row
