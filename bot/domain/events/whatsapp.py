"""Events from WhatsApp."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from bot.domain.common import Value


class Sender(Value):
    """Who wrote. ``chat``: the opaque address to answer to; the other fields identify the person."""

    chat: str
    phone: str = ""
    """Canonical phone (13 digits with 55 and the ninth digit), if there is one."""
    lid: str = ""
    nickname: str = ""


class Media(Value):
    url: str
    mime_type: str = ""
    file_name: str = ""
    seconds: int = 0


class Message(Value):
    """A message of a person. Exactly one of the content fields counts, by ``content``.

    ``content``: text, choice (a button or list row: its id is ``choice``), image, video, document, audio,
    sticker, contact, location, call, unreadable (waiting, view-once, of an unknown kind). A caption is ``text``.
    """

    kind: Literal["message.received"] = "message.received"
    sender: Sender
    message_id: str
    sent_at: datetime
    content: str
    text: str = ""
    choice: str = ""
    media: Media | None = None
    reply_to: str = ""
    edits: str = ""
    """The id of the message that this one edits."""


class MessageDeleted(Value):
    kind: Literal["message.deleted"] = "message.deleted"
    sender: Sender
    message_id: str


class OwnerMessage(Value):
    """A human wrote on the shop's own phone: the bot goes silent in that chat."""

    kind: Literal["message.by_owner"] = "message.by_owner"
    sender: Sender
    text: str = ""


class Receipt(Value):
    """A receipt for a message of ours. ``status``: sent, received, read, failed.

    ``failure`` (with failed): no_whatsapp, rejected, buttons, media, transient, other.
    """

    kind: Literal["message.receipt"] = "message.receipt"
    message_id: str
    status: str
    failure: str = ""
    detail: str = ""


class ChannelState(Value):
    """The WhatsApp number was connected or disconnected."""

    kind: Literal["channel.state"] = "channel.state"
    connected: bool
    detail: str = ""
