"""Bodies of Evolution's webhooks (sheet 5)."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

Body = dict[str, Any]

INSTANCE_ID = "00000000-0000-4000-8000-000000000001"
LOCAL = timezone(timedelta(hours=-3))

EVENTS = frozenset(
    [
        "APPLICATION_STARTUP",
        "QRCODE_UPDATED",
        "MESSAGES_SET",
        "MESSAGES_UPSERT",
        "MESSAGES_EDITED",
        "MESSAGES_UPDATE",
        "MESSAGES_DELETE",
        "SEND_MESSAGE",
        "SEND_MESSAGE_UPDATE",
        "CONTACTS_SET",
        "CONTACTS_UPSERT",
        "CONTACTS_UPDATE",
        "PRESENCE_UPDATE",
        "CHATS_SET",
        "CHATS_UPSERT",
        "CHATS_UPDATE",
        "CHATS_DELETE",
        "GROUPS_UPSERT",
        "GROUP_UPDATE",
        "GROUP_PARTICIPANTS_UPDATE",
        "CONNECTION_UPDATE",
        "LABELS_EDIT",
        "LABELS_ASSOCIATION",
        "CALL",
        "TYPEBOT_START",
        "TYPEBOT_CHANGE_STATUS",
        "REMOVE_INSTANCE",
        "LOGOUT_INSTANCE",
        "INSTANCE_CREATE",
        "INSTANCE_DELETE",
        "STATUS_INSTANCE",
    ]
)
"""Source: the allowed values of ``events``."""


def local_time(moment: datetime) -> str:
    """Sheet 5: local time of the server with a Z appended."""
    return moment.astimezone(LOCAL).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def envelope(
    event: str, instance: str, data: Body, *, url: str, sender: str, moment: datetime, api_key: str | None
) -> Body:
    return {
        "event": event,
        "instance": instance,
        "data": data,
        "destination": url,
        "date_time": local_time(moment),
        "sender": sender,
        "server_url": "http://localhost:8080",
        "apikey": api_key,
    }


def message(
    *,
    key: Body,
    name: str | None,
    content: Body,
    kind: str,
    moment: datetime,
    status: str,
    context: Body | None = None,
    source: str = "android",
) -> Body:
    """The shape of ``messages.upsert``, ``send.message``, saved records and the response of a send."""
    return {
        "key": key,
        "pushName": name,
        "status": status,
        "message": content,
        "contextInfo": context,
        "messageType": kind,
        "messageTimestamp": int(moment.timestamp()),
        "instanceId": INSTANCE_ID,
        "source": source,
    }


def update(jid: str, message_id: str, status: str, *, sender: str, from_me: bool = True) -> Body:
    """``messageId`` is the trap: a key of Evolution's database."""
    return {
        "messageId": f"cm{abs(hash(message_id)) % 10**12:012d}",
        "keyId": message_id,
        "remoteJid": jid,
        "fromMe": from_me,
        "participant": sender,
        "status": status,
        "instanceId": INSTANCE_ID,
    }


def protocol(shop_jid: str, message_id: str, kind: str, moment: datetime, edited: Body | None = None) -> Body:
    """WhatsApp's protocol message as received: its key is written from the author's side."""
    return {
        "key": {"remoteJid": shop_jid, "fromMe": True, "id": message_id},
        "type": kind,
        "timestampMs": str(int(moment.timestamp() * 1000)),
        **({"editedMessage": edited} if edited else {}),
    }
