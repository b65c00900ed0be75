"""Whatever a provider tells: a body with one thing changed is understood or ignored, never an error of ours, and what
becomes of it can be stored and read back. Some of the many thousand changes are tried at each run, all of them with
``MUTATIONS=all``.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from bot.domain.events import EVENT, Incoming, PaymentFact
from bot.engine.intake import Told
from bot.integrations.asaas.webhooks import AsaasReceiver
from bot.integrations.cloudflare import StreamReceiver
from bot.integrations.melhor_envio import MelhorEnvioReceiver
from bot.integrations.protocols import OtherAccount, Receiver
from bot.integrations.resend import ResendReceiver
from bot.integrations.whatsapp.echoes import Echoes
from bot.integrations.whatsapp.evolution import EvolutionReceiver
from bot.integrations.whatsapp.zapi import ZapiReceiver
from bot.redaction import Redactor
from bot.webhooks.reading import LONGEST_KEY, Reader
from tests.support_mutation import changes

ALL = os.environ.get("MUTATIONS") == "all"
FIXTURES = Path(__file__).parent / "fixtures"
RECEIVERS: dict[str, tuple[str, Callable[[str], Receiver]]] = {
    "asaas": ("*", lambda _: AsaasReceiver("token")),
    "melhor_envio": ("webhook*", lambda _: MelhorEnvioReceiver("secret")),
    "cloudflare": ("video*", lambda _: StreamReceiver("secret")),
    "resend": ("*", lambda _: ResendReceiver("whsec_a2V5")),
    "zapi": ("*", lambda instance: ZapiReceiver(instance, "token", "secret", echoes=Echoes())),
    "evolution": ("*", lambda instance: EvolutionReceiver(instance, "secret", echoes=Echoes())),
}


@pytest.mark.parametrize("provider", RECEIVERS)
async def test_webhooks_with_one_thing_changed(provider: str) -> None:
    pattern, make = RECEIVERS[provider]
    heard: list[Incoming] = []
    stumbled: list[str] = []

    def keep(incoming: Sequence[Incoming], told: Told) -> None:
        heard.extend(incoming)
        told.set_result([])

    reader = Reader(keep, Redactor(()), stumbled.append)
    seen: set[str] = set()
    found = []
    for path in sorted((FIXTURES / provider).glob(f"{pattern}.json")):
        body = json.loads(path.read_bytes())
        receiver = make(str(body.get("instanceId") or body.get("instance") or ""))
        for place in changes(path.read_bytes()):
            tail = ".".join(place[0].path.split(".")[-2:])
            if tail in seen and not ALL:
                continue
            seen.add(tail)
            for change in place if ALL else [place[(len(seen) + n) % len(place)] for n in (0, len(place) // 2)]:
                heard.clear()
                stumbled.clear()
                with contextlib.suppress(OtherAccount):  # what was changed is the name of the account
                    await reader.read(receiver, {"svix-id": "msg_1"}, change.body)
                wrong = "stumbled" if stumbled else next(filter(None, map(_wrong, heard)), "")
                if wrong:
                    found.append(f"{path.stem} {change.path} {change.how}: {wrong}")
    assert len(seen) > 10
    assert found == []


def _wrong(incoming: Incoming) -> str:
    told = incoming.event.model_dump_json()
    if EVENT.validate_json(told) != incoming.event:
        return "another event when it is read back"
    if not incoming.key or len(incoming.key) > LONGEST_KEY or len(incoming.lane) > 120:
        return f"a key or lane of {len(incoming.key)} and {len(incoming.lane)} characters"
    if "\0" in incoming.key + incoming.lane or "\\u0000" in told:
        return "a character that no database takes"
    if isinstance(incoming.event, PaymentFact) and abs(incoming.event.amount) >= 10**18:
        return f"an amount of {incoming.event.amount}"
    return ""
