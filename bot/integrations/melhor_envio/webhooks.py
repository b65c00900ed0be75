"""Melhor Envio's webhooks: origin check, probe, and events.

Signed over the raw bytes, without a time, so the signature does not reveal a replay; a replay changes nothing, since
the event's key consists of the label, the event and its time.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from bot.domain import lanes
from bot.domain.events import Incoming, ShipmentFact
from bot.domain.order import ShipmentState
from bot.domain.secret import one_of, several
from bot.integrations.melhor_envio import labels

SIGNATURE = "x-me-signature"

_EVENTS: dict[str, tuple[ShipmentState, str]] = {
    "created": (ShipmentState.IN_CART, "created_at"),
    "pending": (ShipmentState.IN_CART, "updated_at"),
    "released": (ShipmentState.BOUGHT, "paid_at"),
    "ready-to-print": (ShipmentState.BOUGHT, "paid_at"),
    "generated": (ShipmentState.GENERATED, "generated_at"),
    "received": (ShipmentState.POSTED, "received_at"),
    "posted": (ShipmentState.POSTED, "posted_at"),
    "delivered": (ShipmentState.DELIVERED, "delivered_at"),
    "undelivered": (ShipmentState.UNDELIVERED, "updated_at"),
    "paused": (ShipmentState.STOPPED, "updated_at"),
    "suspended": (ShipmentState.STOPPED, "suspended_at"),
    "cancelled": (ShipmentState.CANCELLED, "canceled_at"),
    "expired": (ShipmentState.EXPIRED, "expired_at"),
}
"""The meaning of an event, and the time that distinguishes it from others of the same name."""


class MelhorEnvioReceiver:
    """``client_secret`` is the application's; several separated by commas during a rotation."""

    source = "melhor-envio"

    def __init__(self, client_secret: str) -> None:
        self._secrets = [one.encode() for one in several(client_secret)]

    def authentic(self, headers: Mapping[str, str], body: bytes, secret_in_path: str) -> bool:
        return one_of(_header(headers, SIGNATURE), [_signature(secret, body) for secret in self._secrets])

    def is_probe(self, body: bytes) -> bool:
        """Whether a body is a probe of the URL, sent at its registration: empty, or without ``data.id``."""
        if not body.strip():
            return True
        try:
            content = json.loads(body)
        except (ValueError, RecursionError):
            return False
        return isinstance(content, dict) and _data(content) is None

    def events(self, headers: Mapping[str, str], body: dict[str, object]) -> list[Incoming]:
        data = _data(body)
        name = body.get("event")
        if data is None or not isinstance(name, str):
            return []
        event = name.removeprefix("order.")
        event = "cancelled" if event == "canceled" else event
        order = labels.read(data)
        if event not in _EVENTS or order is None:
            return []
        fact, time = _EVENTS[event]
        if fact == ShipmentState.BOUGHT and (order.generated_at or order.tracking):
            fact, time = ShipmentState.GENERATED, "generated_at"  # a finished label is often still "released" there
        reference, lane = _lane(order)
        shipment = ShipmentFact(
            shipment_id=order.id,
            reference=reference,
            fact=fact.value,
            tracking=order.code,
            tracking_url=order.page,
        )
        moment = getattr(order, time) or ""
        return [Incoming(source=self.source, key=f"{order.id}:{event}:{moment}", lane=lane, event=shipment)]


def _lane(order: labels.Order) -> tuple[str, str]:
    """Our reference among the tags (the server adds some of its own) and the lane of its order."""
    for tag in order.tags or []:
        number = lanes.order_of(tag.tag)
        if number is not None:
            return tag.tag or "", lanes.order(number)
    return "", lanes.SYSTEM


def _data(content: Mapping[str, Any]) -> dict[str, Any] | None:
    """The part that describes a label, None if there is none."""
    data = content.get("data")
    return data if isinstance(data, dict) and data.get("id") else None


def _signature(secret: bytes, body: bytes) -> bytes:
    return base64.b64encode(hmac.new(secret, body, hashlib.sha256).digest())


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((value for key, value in headers.items() if key.lower() == name), "")
