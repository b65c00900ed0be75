"""A signed sample of every webhook: for ``autopars trigger`` and for testing receivers.

The JSON files in this folder are shaped like real bodies; values that must be fresh (ids, times, the instance) are
inserted here. ``keys`` is the bot's environment, with upper-case names.
"""

from __future__ import annotations

import functools
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sandbox import signing
from sandbox.evolution.events import local_time
from sandbox.zapi import callbacks

Json = dict[str, Any]
Keys = Mapping[str, str]

PROVIDERS = ("zapi", "evolution", "asaas", "melhor-envio", "resend", "cloudflare-stream")


@dataclass(frozen=True)
class Delivery:
    """One webhook as it is sent: POST it to the bot's URL with ``path``."""

    path: str
    headers: Mapping[str, str]
    body: bytes


def names() -> list[str]:
    """All events: ``zapi.text``, ``asaas.PAYMENT_RECEIVED``, …"""
    return [f"{provider}.{event}" for provider in PROVIDERS for event in _bodies(provider)]


def body(name: str, keys: Keys, moment: datetime) -> Json:
    """A new body as of ``moment``. Raises ``KeyError`` for an unknown name."""
    provider, _, event = name.partition(".")
    if provider not in PROVIDERS:
        raise KeyError(name)
    found: Json = json.loads(json.dumps(_bodies(provider)[event]))
    _FRESH[provider](found, keys, moment)
    return found


def deliver(name: str, content: Json | bytes, keys: Keys, moment: datetime) -> Delivery:
    """A body signed as its provider does; of the name only the provider counts. Of two secrets separated by a comma,
    the first signs."""
    provider = name.partition(".")[0]
    raw = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
    path, headers = _sign(provider, raw, {name: value.replace(",", " ") for name, value in keys.items()}, moment)
    return Delivery(path, {"Content-Type": "application/json", **headers}, raw)


def put(content: Json, path: str, value: Any) -> None:
    """Set the value at ``path`` (``payment.value``, ``ids.0``); missing steps are created. Raises ``ValueError``."""
    at: Any = content
    *steps, last = path.split(".")
    for step in steps:
        at = at[int(step)] if isinstance(at, list) and step.isdecimal() and int(step) < len(at) else _into(at, step)
    if isinstance(at, list) and last.isdecimal() and int(last) < len(at):
        at[int(last)] = value
    elif isinstance(at, dict):
        at[last] = value
    else:
        raise ValueError(f"{path} leads to nothing that can be set")


def _into(at: Any, step: str) -> Any:
    if not isinstance(at, dict):
        raise ValueError(f"there is no {step} to go into")
    if not isinstance(at.get(step), (dict, list)):
        at[step] = {}
    return at[step]


@functools.cache
def _bodies(provider: str) -> dict[str, Json]:
    found: dict[str, Json] = json.loads(Path(__file__).with_name(f"{provider}.json").read_text("utf-8"))
    return found


def _first(keys: Keys, name: str) -> str:
    return next(iter(keys.get(name, "").split()), "")


def _sign(provider: str, raw: bytes, keys: Keys, moment: datetime) -> tuple[str, Mapping[str, str]]:
    match provider:
        case "zapi":
            headers = callbacks.headers(keys["ZAPI_INSTANCE_TOKEN"])
            return f"/webhooks/zapi/{_first(keys, 'ZAPI_WEBHOOK_SECRET')}", headers
        case "evolution":
            return f"/webhooks/evolution/{_first(keys, 'EVOLUTION_WEBHOOK_SECRET')}", {"User-Agent": "axios/1.7.9"}
        case "asaas":
            return "/webhooks/asaas", signing.asaas(_first(keys, "ASAAS_WEBHOOK_TOKEN"))
        case "melhor-envio":
            headers = dict(signing.melhor_envio(_first(keys, "MELHOR_ENVIO_CLIENT_SECRET"), raw))
            return "/webhooks/melhor-envio", headers
        case "resend":
            secret, message_id = _first(keys, "RESEND_WEBHOOK_SECRET"), f"msg_{uuid.uuid4().hex}"
            return "/webhooks/resend", signing.resend(secret, message_id, moment, raw)
        case _:
            secret = _first(keys, "CLOUDFLARE_STREAM_WEBHOOK_SECRET")
            return "/webhooks/cloudflare-stream", signing.stream(secret, moment, raw)


def _zapi(found: Json, keys: Keys, moment: datetime) -> None:
    found["instanceId"] = keys["ZAPI_INSTANCE_ID"]
    found["momment"] = callbacks.milliseconds(moment)
    if "messageId" in found:
        found["messageId"] = f"3A{uuid.uuid4().hex[:18].upper()}"


def _evolution(found: Json, keys: Keys, moment: datetime) -> None:
    found["instance"] = keys["EVOLUTION_INSTANCE"]
    found["date_time"] = local_time(moment)
    data = found["data"]
    key = data.get("key")
    if isinstance(key, dict):
        key["id"] = f"3A{uuid.uuid4().hex[:18].upper()}"
    if "messageTimestamp" in data:
        data["messageTimestamp"] = int(moment.timestamp())


def _asaas(found: Json, keys: Keys, moment: datetime) -> None:
    kind = str(found["id"]).partition("&")[0]
    found["id"] = f"{kind}&{uuid.uuid4().int % 10**9}"
    found["dateCreated"] = moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def _melhor_envio(found: Json, keys: Keys, moment: datetime) -> None:
    found["data"]["id"] = str(uuid.uuid4())


def _resend(found: Json, keys: Keys, moment: datetime) -> None:
    found["created_at"] = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    found["data"]["email_id"] = str(uuid.uuid4())


def _stream(found: Json, keys: Keys, moment: datetime) -> None:
    found["uid"] = uuid.uuid4().hex


_FRESH: dict[str, Callable[[Json, Keys, datetime], None]] = {
    "zapi": _zapi,
    "evolution": _evolution,
    "asaas": _asaas,
    "melhor-envio": _melhor_envio,
    "resend": _resend,
    "cloudflare-stream": _stream,
}
