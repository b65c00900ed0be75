"""The ``message`` object of each kind, with the name of its key (sheet 5)."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Literal

from sandbox.chats import ChatMessage

Body = dict[str, Any]
Click = Literal["template", "buttons", "interactive"]
"""Sheet 5: three ways in which a pressed button is reported."""

MEDIA_KEYS = {
    "image": "imageMessage",
    "video": "videoMessage",
    "document": "documentMessage",
    "audio": "audioMessage",
    "sticker": "stickerMessage",
}


OTHERS: dict[str, tuple[str, Body]] = {
    "poll": ("pollCreationMessageV3", {"name": "Qual?", "options": [{"optionName": "A"}], "selectableOptionsCount": 1}),
    "poll_vote": ("pollUpdateMessage", {"pollCreationMessageKey": {"id": "3EB0A1B2C3D4E5F60718"}}),
    "product": ("productMessage", {"product": {"productId": "9000000000000001", "title": "Farol"}}),
    "order": ("orderMessage", {"orderId": "900000000000001", "itemCount": 1, "orderTitle": "Loja"}),
    "payment": ("sendPaymentMessage", {"noteMessage": {"extendedTextMessage": {"text": ""}}}),
}
"""What people can send but a shop's bot does not use: the key of each kind, and its content."""


def sent_by_person(
    bubble: ChatMessage,
    choice: tuple[str, str] | None,
    location: tuple[float, float] | None,
    asked: ChatMessage | None,
    click: Click,
) -> Body:
    """``asked`` is the message whose options were pressed."""
    if choice is not None:
        bubble.reply_to = bubble.reply_to or (asked.id if asked else "")
        return _pressed(*choice, "list" if asked is not None and asked.options_as == "list" else click)
    if location is not None:
        place = {"degreesLatitude": location[0], "degreesLongitude": location[1]}
        return {"locationMessage": {**place, "name": bubble.text, "address": ""}}
    match bubble.kind:
        case "contact":
            card = f"BEGIN:VCARD\nVERSION:3.0\nFN:{bubble.text}\nitem1.TEL;waid=5511900000003:5511900000003\nEND:VCARD"
            return {"contactMessage": {"displayName": bubble.text, "vcard": card}}
        case "reaction":
            meant = {"id": bubble.reply_to, "fromMe": True, "remoteJid": "5511900000000@s.whatsapp.net"}
            return {"reactionMessage": {"key": meant, "text": bubble.text}}
        case kind if kind in OTHERS:
            return {OTHERS[kind][0]: dict(OTHERS[kind][1])}
        case "unknown":
            return {"somethingNewMessage": {"of": "tomorrow"}}
        case kind if kind in MEDIA_KEYS:
            return {MEDIA_KEYS[kind]: media_of(bubble)}
        case _:
            return {"conversation": bubble.text}


def sent_by_shop(bubble: ChatMessage) -> Body:
    """A sent message, as in the response and the webhooks."""
    if bubble.kind == "pix":
        params = json.dumps({"currency": "BRL", "payment_settings": [{"type": "pix_static_code"}]})
        button = {"name": "payment_info", "buttonParamsJson": params}
        shown = {"nativeFlowMessage": {"buttons": [button], "messageParamsJson": "{}"}}
        return {"viewOnceMessage": {"message": {"interactiveMessage": shown}}}
    if bubble.options_as == "buttons":
        buttons = [
            {
                "name": "quick_reply",
                "buttonParamsJson": json.dumps({"display_text": o["label"], "id": o["id"]}, ensure_ascii=False),
            }
            for o in bubble.options
        ]
        shown = {"body": {"text": bubble.text}, "footer": {}, "nativeFlowMessage": {"buttons": buttons}}
        return {"viewOnceMessage": {"message": {"interactiveMessage": shown}}}
    if bubble.options_as == "list":
        title, _, description = bubble.text.partition("\n")
        rows = [{"title": o["label"], "rowId": o["id"]} for o in bubble.options]
        section = {"title": "", "rows": rows}
        return {"listMessage": {"title": title, "description": description, "sections": [section], "listType": 2}}
    if bubble.kind in MEDIA_KEYS:
        return {MEDIA_KEYS[bubble.kind]: media_of(bubble)}
    return {"conversation": bubble.text}


def media_of(bubble: ChatMessage) -> Body:
    """Sheet 6: its URL leads to an encrypted file that nobody can read."""
    digest = hashlib.sha256(bubble.id.encode()).hexdigest()
    path = f"/v/t62.7118-24/{digest[:32]}.enc"
    more: Body = {"caption": bubble.caption} if bubble.caption else {}
    if bubble.kind == "document":
        more |= {"fileName": bubble.file_name or "documento", "title": bubble.file_name}
    if bubble.kind in ("audio", "video"):
        more |= {"seconds": 7, "ptt": bubble.kind == "audio"}
    return {
        "url": f"https://mmg.whatsapp.net{path}",
        "directPath": path,
        "mimetype": bubble.mime_type or "audio/ogg; codecs=opus",
        "fileLength": str(len(bubble.data)),
        "mediaKey": {str(place): int(digest[place], 16) for place in range(32)},
        **more,
    }


def type_of(message: Body) -> str:
    """Sheet 5: the name of the key that holds the content."""
    return next(iter(message), "unknown")


def _pressed(option: str, label: str, as_: str) -> Body:
    if as_ == "list":
        row = {"selectedRowId": option}
        return {"listResponseMessage": {"title": label, "listType": 1, "singleSelectReply": row, "description": ""}}
    if as_ == "buttons":
        return {"buttonsResponseMessage": {"selectedButtonId": option, "selectedDisplayText": label, "type": 1}}
    if as_ == "interactive":
        flow = {"name": "quick_reply", "paramsJson": json.dumps({"id": option}), "version": 3}
        return {"interactiveResponseMessage": {"body": {"text": label}, "nativeFlowResponseMessage": flow}}
    return {"templateButtonReplyMessage": {"selectedId": option, "selectedDisplayText": label, "selectedIndex": 0}}
