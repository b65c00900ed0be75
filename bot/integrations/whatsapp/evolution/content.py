"""The content of a message: WhatsApp's own message object, whose keys name its kind."""

from __future__ import annotations

import json
import logging
import re
from datetime import datetime
from typing import Any

from bot.domain.events import Media, Message, Sender
from bot.integrations.whatsapp.evolution.media import address_of
from bot.integrations.whatsapp.fields import Body, coordinates, file_kind, flag, moment, number, part, text, words

log = logging.getLogger(__name__)

WRAPPERS = (
    "ephemeralMessage",
    "documentWithCaptionMessage",
    "viewOnceMessage",
    "viewOnceMessageV2",
    "viewOnceMessageV2Extension",
    "editedMessage",
)
"""They wrap a whole message under ``message``."""

FILES = {
    "imageMessage": "image",
    "videoMessage": "video",
    "ptvMessage": "video",
    "documentMessage": "document",
    "audioMessage": "audio",
    "stickerMessage": "sticker",
}
CHOICES = frozenset(
    ["buttonsResponseMessage", "templateButtonReplyMessage", "listResponseMessage", "interactiveResponseMessage"]
)
PLACES = frozenset(["locationMessage", "liveLocationMessage"])
CONTACTS = frozenset(["contactMessage", "contactsArrayMessage"])
SHOWN = frozenset(["interactiveMessage", "listMessage", "buttonsMessage", "templateMessage"])
"""Messages with buttons as displayed: our own echoes, and messages of other bots."""

GESTURES = frozenset(
    [
        "reactionMessage",
        "encReactionMessage",
        "pollUpdateMessage",
        "pinInChatMessage",
        "keepInChatMessage",
        "encEventResponseMessage",
        "albumMessage",
        "protocolMessage",
        "senderKeyDistributionMessage",
    ]
)
"""Contents that need no answer. The pictures of an album follow one by one."""

OTHERS = frozenset(
    [
        "pollCreationMessage",
        "pollCreationMessageV2",
        "pollCreationMessageV3",
        "productMessage",
        "orderMessage",
        "invoiceMessage",
        "requestPaymentMessage",
        "sendPaymentMessage",
        "paymentInviteMessage",
        "groupInviteMessage",
        "eventMessage",
    ]
)
"""Known, and not for us. Above all WhatsApp's own payments: they are a claim, never a payment."""

TEXTS = ("conversation", "extendedTextMessage")
KNOWN = (*sorted(CHOICES), *FILES, *sorted(CONTACTS | PLACES | SHOWN | OTHERS), *TEXTS, *sorted(GESTURES))
"""Gestures come last, since a key for groups may accompany a real content."""

_PHONE_OF_CARD = re.compile(r"TEL[^:\r\n]*:([^\r\n]{3,30})")


def of(data: Body) -> Body:
    """The innermost message of a callback or a saved record."""
    message = part(data, "message")
    for _ in range(4):
        inner = next((part(part(message, name), "message") for name in WRAPPERS if part(message, name)), None)
        if not inner:
            break
        message = inner
    return message


def key(message: Body) -> str:
    """The key of the content, "" if none is known."""
    return next((name for name in KNOWN if message.get(name) not in (None, "")), "")


def words_of(message: Body) -> str:
    """What the person wrote or sees: text, caption, label."""
    name = key(message)
    held = part(message, name)
    if name == "conversation":
        found = words(message, name)
    elif name == "extendedTextMessage":
        found = words(held, "text")
    elif name in FILES:
        found = words(held, "caption")
    elif name in CHOICES:
        found = _choice(held, name)[1]
    elif name in SHOWN:
        found = words({"": _shown(held, name)}, "")
    elif name in CONTACTS:
        found = " ".join(w for one in _cards(held, name) for w in _card(one) if w)
    elif name in PLACES:
        place = (words(held, "name"), words(held, "address"), words(held, "caption"))
        where = coordinates(held.get("degreesLatitude"), held.get("degreesLongitude"))
        found = " · ".join(w for w in (*place, where) if w)
    else:
        found = ""
    return found


def shown(data: Body) -> str:
    """The text of a message of ours, as it was sent (never stored)."""
    message = of(data)
    name = key(message)
    held = part(message, name)
    if name in SHOWN:
        return _shown(held, name)
    value = message.get(name) if name == "conversation" else held.get("text", held.get("caption"))
    return value if isinstance(value, str) else ""


def sent_kind(data: Body) -> str:
    """The kind of a message of ours: ``text``, ``image``, ``document``, ``video``."""
    return FILES.get(key(of(data)), "text")


def read(data: Body, sender: Sender, message_id: str) -> Message | None:
    """The message in a callback; None for gestures. View-once content is unreadable."""
    message = of(data)
    name = key(message)
    if name in GESTURES:
        return None
    held = part(message, name)
    said, choice, media, kind = words_of(message), "", None, "unreadable"
    if name in CHOICES:
        choice = _choice(held, name)[0]
        kind = "choice" if choice else "text" if said else "unreadable"
    elif name in FILES:
        if message_id and not _is_view_once(data, held):
            media = _media(held, message_id)
            kind = file_kind(FILES[name], media.mime_type)
    elif name in CONTACTS:
        kind = "contact"
    elif name in PLACES:
        kind = "location"
    elif name in SHOWN or name in TEXTS:
        kind = "text" if said else "unreadable"
    elif not name:
        unknown = sorted(str(k)[:40] for k, v in message.items() if v is not None)
        log.warning("an Evolution message holds no content that we know, but %s", unknown[:5])
    return Message(
        sender=sender,
        message_id=message_id,
        sent_at=sent_at(data),
        content=kind,
        text=said,
        choice=choice,
        media=media,
        reply_to=text(part(data, "contextInfo"), "stanzaId") or text(part(held, "contextInfo"), "stanzaId"),
    )


def sent_at(data: Body) -> datetime:
    """``messageTimestamp`` in seconds; older versions split it into the two halves of a 64-bit number."""
    return moment({**data, "low": part(data, "messageTimestamp").get("low")}, "messageTimestamp", "low")


def _choice(held: Body, name: str) -> tuple[str, str]:
    """Id and label of the selected option."""
    if name == "listResponseMessage":
        return text(part(held, "singleSelectReply"), "selectedRowId"), words(held, "title")
    if name == "interactiveResponseMessage":
        pressed = _json(part(held, "nativeFlowResponseMessage").get("paramsJson"))
        label = words(part(held, "body"), "text") or words(pressed, "display_text")
        return text(pressed, "id"), label
    chosen = text(held, "selectedButtonId") or text(held, "selectedId")
    return chosen, words(held, "selectedDisplayText")


def _shown(held: Body, name: str) -> str:
    if name == "interactiveMessage":
        value = part(held, "body").get("text")
    elif name == "listMessage":
        said = [held.get("title"), held.get("description")]
        value = "\n".join(s for s in said if isinstance(s, str) and s)
    elif name == "buttonsMessage":
        value = held.get("contentText")
    else:
        value = part(held, "hydratedTemplate").get("hydratedContentText")
    return value if isinstance(value, str) else ""


def _media(held: Body, message_id: str) -> Media:
    return Media(
        url=address_of(message_id),
        mime_type=text(held, "mimetype"),
        file_name=words(held, "fileName")[:200],
        seconds=number(held, "seconds"),
    )


def _is_view_once(data: Body, held: Body) -> bool:
    outer = part(data, "message")
    return flag(held, "viewOnce") or any(name.startswith("viewOnce") and outer[name] for name in outer)


def _cards(held: Body, name: str) -> list[Body]:
    listed: Any = held.get("contacts") if name == "contactsArrayMessage" else [held]
    return [one for one in listed[:10] if isinstance(one, dict)] if isinstance(listed, list) else []


def _card(held: Body) -> list[str]:
    card = words(held, "vcard")[:4000]
    return [words(held, "displayName"), *(re.sub(r"[^0-9]", "", n) for n in _PHONE_OF_CARD.findall(card)[:3])]


def _json(value: object) -> Body:
    try:
        parsed = json.loads(value) if isinstance(value, str) and len(value) < 10_000 else None
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}
