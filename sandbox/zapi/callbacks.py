"""Bodies of Z-API's callbacks, in the shapes of its documentation and of real captures (sheets 8 and 9)."""

from __future__ import annotations

import random
from datetime import datetime
from typing import Any

Body = dict[str, Any]

AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",  # noqa: E501
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
)


def headers(instance_token: str) -> dict[str, str]:
    """Sheet 7: the headers on every capture. No signature, no Client-Token, no time."""
    return {
        "Origin": "https://api.z-api.io",
        "Server": "Z-API",
        "z-api-token": instance_token,
        "User-Agent": random.choice(AGENTS),
    }


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def received(
    *,
    instance_id: str,
    connected_phone: str,
    phone: str,
    lid: str | None,
    message_id: str,
    moment: datetime,
    name: str,
    content: Body,
    from_me: bool = False,
    from_api: bool = False,
    **more: Any,
) -> Body:
    """Sheet 8.1: the envelope of a private message, ``content`` under its own key."""
    return {
        "isStatusReply": False,
        "chatLid": lid,
        "connectedPhone": connected_phone,
        "waitingMessage": False,
        "isEdit": False,
        "isGroup": False,
        "isNewsletter": False,
        "instanceId": instance_id,
        "messageId": message_id,
        "phone": phone,
        "fromMe": from_me,
        "momment": milliseconds(moment),
        "status": "SENT" if from_api else "RECEIVED",
        "chatName": name,
        "senderPhoto": None,
        "senderName": "AutoPars" if from_me else name,
        "photo": None,
        "broadcast": False,
        "participantLid": None,
        "messageExpirationSeconds": 0,
        "forwarded": False,
        "type": "ReceivedCallback",
        "fromApi": from_api,
        **more,
        **content,
    }


def waiting(body: Body) -> Body:
    """Sheet 8.6: the same message before it could be decrypted."""
    kept = ("connectedPhone", "isGroup", "isNewsletter", "instanceId", "messageId", "momment", "status", "fromMe")
    names = ("phone", "chatName", "senderName", "senderPhoto", "photo", "broadcast")
    return {
        **{name: body[name] for name in (*kept, *names)},
        "participantPhone": None,
        "participantLid": None,
        "type": "ReceivedCallback",
        "waitingMessage": True,
        "viewOnce": False,
    }


def notification(body: Body, name: str, **more: Any) -> Body:
    """Sheet 8.7: something other than a message: a deletion, a call."""
    without = ("isStatusReply", "waitingMessage", "isEdit", "fromApi", "participantLid", "messageExpirationSeconds")
    return {
        **{key: value for key, value in body.items() if key not in without},
        "expiresAt": None,
        "referenceMessageId": None,
        "externalAdReply": None,
        "notification": name,
        "notificationParameters": [],
        "callId": None,
        "code": None,
        **more,
    }


def delivery(
    instance_id: str, phone: str, zaap_id: str, message_id: str, moment: datetime, error: str = "", code: str = ""
) -> Body:
    """Sheet 9: no ``error`` means handed to WhatsApp, not more."""
    return {
        "phone": phone,
        "zaapId": zaap_id,
        "messageId": message_id,
        "type": "DeliveryCallback",
        "instanceId": instance_id,
        "momment": milliseconds(moment),
        **({"error": error} if error else {}),
        **({"errorCode": code} if code else {}),
    }


def status(instance_id: str, phone: str, name: str, ids: list[str], moment: datetime) -> Body:
    return {
        "instanceId": instance_id,
        "status": name,
        "ids": ids,
        "momment": milliseconds(moment),
        "phoneDevice": 0,
        "phone": phone,
        "type": "MessageStatusCallback",
        "isGroup": False,
    }


def connected(instance_id: str, phone: str, moment: datetime) -> Body:
    return {
        "type": "ConnectedCallback",
        "connected": True,
        "momment": milliseconds(moment),
        "instanceId": instance_id,
        "phone": phone,
        "isBusiness": True,
    }


def disconnected(instance_id: str, moment: datetime) -> Body:
    return {
        "type": "DisconnectedCallback",
        "momment": milliseconds(moment),
        "error": "Device has been disconnected",
        "disconnected": True,
        "instanceId": instance_id,
    }
