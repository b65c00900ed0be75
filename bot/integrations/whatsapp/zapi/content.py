"""The content of a message: Z-API puts each kind under a key of its own."""

from __future__ import annotations

import logging

from bot.domain.events import Media, Message, Sender
from bot.integrations.whatsapp.fields import (
    Body,
    address,
    coordinates,
    file_kind,
    flag,
    moment,
    number,
    part,
    text,
    words,
)

log = logging.getLogger(__name__)

FILES = {
    "image": ("image", "imageUrl"),
    "video": ("video", "videoUrl"),
    "ptv": ("video", "ptvUrl"),
    "document": ("document", "documentUrl"),
    "audio": ("audio", "audioUrl"),
    "sticker": ("sticker", "stickerUrl"),
}
"""Our kind of content, and where the URL of the file is."""

CHOICES = {
    "buttonsResponseMessage": ("buttonId", ("message",)),
    "buttonReply": ("buttonId", ("message",)),  # undocumented; seen in other integrators' code
    "listResponseMessage": ("selectedRowId", ("title", "message")),
}

SHOWN = {
    "hydratedTemplate": "message",
    "buttonsMessage": "message",
    "listMessage": "description",
    "carouselMessage": "text",
}
"""Messages with buttons as displayed: our own echoes, and messages of other bots."""

GESTURES = frozenset(["reaction", "pinMessage", "pollVote", "eventResponse", "reviewOrder"])
"""Contents that need no answer."""

OTHERS = frozenset(
    [
        "poll",
        "pixKeyMessage",
        "requestPayment",
        "sendPayment",
        "product",
        "order",
        "reviewAndPay",
        "event",
        "newsletterAdminInvite",
    ]
)
"""Known, and not for us. Above all WhatsApp's own payments: they are a claim, never a payment."""

KEYS = (*CHOICES, *FILES, "contact", "location", "liveLocation", *GESTURES, *SHOWN, *OTHERS, "text")
"""``text`` comes last, since it accompanies advertisements and quoted statuses."""
_RANKS = {name: rank for rank, name in enumerate(KEYS)}


def key(body: Body) -> str:
    """The key of the content, "" if none is known."""
    known = [name for name in body if name in _RANKS and isinstance(body[name], dict)]
    return min(known, key=_RANKS.__getitem__, default="")


def words_of(body: Body, name: str) -> str:
    """What the person wrote or sees: text, caption, label."""
    held = part(body, name)
    if name in CHOICES:
        found = next((w for w in (words(held, field) for field in CHOICES[name][1]) if w), "")
    elif name in SHOWN:
        found = words(held, SHOWN[name])
    elif name in FILES:
        found = words(held, "caption")
    elif name == "text":
        found = words(held, "message")
    elif name == "contact":
        numbers = held.get("phones")
        phones = [text({"": n}, "") for n in numbers] if isinstance(numbers, list) else []
        found = " ".join(w for w in (words(held, "displayName"), *phones) if w)
    elif name in ("location", "liveLocation"):
        place = (words(held, "name"), words(held, "address"), words(held, "caption"))
        found = " · ".join(w for w in (*place, coordinates(held.get("latitude"), held.get("longitude"))) if w)
    else:
        found = ""
    return found


def shown(body: Body, name: str) -> str:
    """The text of an echo of ours, exactly as it was sent (never stored)."""
    held = part(body, name)
    value = held.get("message" if name == "text" else SHOWN.get(name, "caption"))
    return value if isinstance(value, str) else ""


def sent_kind(name: str) -> str:
    """The kind of an echo of ours: ``text``, ``image``, ``document``, ``video``."""
    return FILES[name][0] if name in FILES else "text"


def read(body: Body, name: str, sender: Sender) -> Message | None:
    """The message in a callback; None for gestures. A file without a URL (view-once, lost) is unreadable, unless it is
    an edit, which brings only the new caption."""
    if name in GESTURES:
        return None
    said, choice, media, kind = words_of(body, name), "", None, "unreadable"
    edited = flag(body, "isEdit")
    if name in CHOICES:
        choice = text(part(body, name), CHOICES[name][0])
        kind = "choice" if choice else "text" if said else "unreadable"
    elif name in FILES:
        kind, field = FILES[name]
        media = _media(part(body, name), field)
        kind = file_kind(kind, media.mime_type if media else "")
        if media is None and not edited:
            kind = "unreadable"
    elif name == "contact":
        kind = "contact"
    elif name in ("location", "liveLocation"):
        kind = "location"
    elif name in SHOWN or name == "text":
        kind = "text" if said else "unreadable"
    elif not name:
        unknown = sorted(str(k)[:40] for k, v in body.items() if isinstance(v, dict))
        log.warning("a Z-API message holds no content that we know, but %s", unknown[:5])
    return Message(
        sender=sender,
        message_id=text(body, "messageId"),
        sent_at=moment(body, "momment", "moment"),
        content=kind,
        text=said,
        choice=choice,
        media=media,
        reply_to=text(body, "referenceMessageId"),
        # which of the two ids is the original's is not confirmed: most likely this one, otherwise the message's own
        edits=(text(body, "editMessageId") or text(body, "messageId")) if edited else "",
    )


def call(body: Body, sender: Sender) -> Message:
    """A call is a message that we cannot take."""
    call_id = text(body, "callId") or text(body, "messageId")
    return Message(sender=sender, message_id=call_id, sent_at=moment(body, "momment", "moment"), content="call")


def _media(held: Body, field: str) -> Media | None:
    url = address(held, field)
    if not url:
        return None
    return Media(
        url=url,
        mime_type=text(held, "mimeType"),
        file_name=words(held, "fileName")[:200],
        seconds=number(held, "seconds"),
    )
