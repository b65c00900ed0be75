"""The content of a callback for each kind of message (sheet 8.3)."""

from __future__ import annotations

from typing import Any

from sandbox.chats import ChatMessage
from sandbox.zapi.callbacks import milliseconds

Body = dict[str, Any]

MEDIA_NAMES = {"image": "imageUrl", "video": "videoUrl", "document": "documentUrl", "audio": "audioUrl"}


_PAID = {"receiverPhone": "5511900000000", "value": 1, "currencyCode": "BRL", "status": "COMPLETE"}
_ITEM = {"productId": "9000000000000001", "retailerId": "42", "currencyCode": "BRL", "price": 2000}

OTHERS: dict[str, tuple[str, Body]] = {
    "poll": ("poll", {"question": "Qual?", "pollMaxOptions": 1, "options": [{"name": "A"}, {"name": "B"}]}),
    "poll_vote": ("pollVote", {"pollMessageId": "3EB0A1B2C3D4E5F60718", "options": [{"name": "A"}]}),
    "product": ("product", {**_ITEM, "businessOwnerJid": "5511900000000", "title": "Farol", "description": ""}),
    "order": (
        "order",
        {
            "itemCount": 1,
            "orderId": "900000000000001",
            "message": "",
            "orderTitle": "Loja",
            "sellerJid": "5511900000000",
            "currency": "BRL",
            "total": 2000,
            "subTotal": 2000,
            "products": [{**_ITEM, "name": "Farol", "quantity": 1}],
        },
    ),
    "payment": ("sendPayment", {"paymentInfo": {**_PAID, "transactionStatus": "SUCCESS"}}),
}
"""What people can send but a shop's bot does not use: the key of each kind, and its content."""


def sent_by_person(
    bubble: ChatMessage,
    choice: tuple[str, str] | None,
    location: tuple[float, float] | None,
    asked: ChatMessage | None,
) -> Body:
    """The content under the key of its kind. ``asked`` is the message whose options were pressed."""
    kind, url, mime_type = bubble.kind, bubble.media or None, bubble.mime_type
    if choice is not None:
        bubble.reply_to = bubble.reply_to or (asked.id if asked else "")
        if asked is not None and asked.options_as == "list":
            row = {"message": "", "title": choice[1], "selectedRowId": choice[0]}
            return {"listResponseMessage": row, "referenceMessageId": bubble.reply_to}
        pressed = {"buttonId": choice[0], "message": choice[1]}
        return {"buttonsResponseMessage": pressed, "referenceMessageId": bubble.reply_to}
    if location is not None:
        place = {"longitude": location[1], "latitude": location[0], "name": bubble.text, "address": "", "url": ""}
        return {"location": place}
    size = {"width": 0, "height": 0}
    match kind:
        case "image":
            more = {"thumbnailUrl": url, "viewOnce": False, "downloadError": None, **size}
            return {"image": {"imageUrl": url, "caption": bubble.caption, "mimeType": mime_type, **more}}
        case "sticker":
            return {"sticker": {"stickerUrl": url, "mimeType": mime_type, **size}}
        case "video":
            more = {"seconds": 13, "viewOnce": False, "isGif": False, **size}
            return {"video": {"videoUrl": url, "caption": bubble.caption, "mimeType": mime_type, **more}}
        case "audio":
            more = {"ptt": True, "seconds": 7, "viewOnce": False}
            return {"audio": {"audioUrl": url, "mimeType": mime_type or "audio/ogg; codecs=opus", **more}}
        case "document":
            named = {"fileName": bubble.file_name, "title": "", "pageCount": 0, "caption": bubble.caption or None}
            return {"document": {"documentUrl": url, "mimeType": mime_type, **named}}
        case "contact":
            card = {"displayName": bubble.text, "vCard": "BEGIN:VCARD\nEND:VCARD", "phones": ["5511900000003"]}
            return {"contact": card}
        case "reaction":
            meant = {"messageId": bubble.reply_to, "fromMe": True, "phone": bubble.phone, "participant": None}
            time = milliseconds(bubble.at)
            return {
                "reaction": {
                    "value": bubble.text,
                    "time": time,
                    "reactionBy": bubble.phone,
                    "referencedMessage": meant,
                }
            }
        case kind if kind in OTHERS:
            return {OTHERS[kind][0]: dict(OTHERS[kind][1])}
        case "unknown":
            return {"somethingNew": {"of": "tomorrow"}}
        case "call":
            return {}
        case _:
            return {"text": {"message": bubble.text}}


def echo_of(message: ChatMessage) -> Body:
    """A message of ours as an echo: buttons as displayed, not as a click."""
    if message.options_as == "buttons":
        buttons = [{"buttonId": o["id"], "type": 1, "buttonText": {"displayText": o["label"]}} for o in message.options]
        return {"buttonsMessage": {"imageUrl": None, "videoUrl": None, "message": message.text, "buttons": buttons}}
    if message.options_as == "list":
        rows = [{"title": o["label"], "description": "", "rowId": o["id"]} for o in message.options]
        section = {"title": "", "options": rows}
        shown = {"description": message.text, "footerText": "", "title": "", "buttonText": "", "sections": [section]}
        return {"listMessage": shown}
    if message.kind in MEDIA_NAMES:
        url = message.media if message.media.startswith("http") else None
        file = {MEDIA_NAMES[message.kind]: url, "caption": message.caption, "mimeType": message.mime_type}
        return {message.kind: file}
    return {"text": {"message": message.text}}
