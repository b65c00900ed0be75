"""Every webhook: the right one is stored once, and nothing else is, over real sockets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from sandbox import samples
from sandbox.config import made_up
from tests.security.conftest import Door, Open, gateway_of

ONE_OF_EACH = (
    "zapi.text",
    "evolution.text",
    "asaas.PAYMENT_RECEIVED",
    "melhor-envio.posted",
    "resend.delivered",
    "cloudflare-stream.ready",
)
SECRETS = {
    "zapi": "ZAPI_WEBHOOK_SECRET",
    "evolution": "EVOLUTION_WEBHOOK_SECRET",
    "asaas": "ASAAS_WEBHOOK_TOKEN",
    "melhor-envio": "MELHOR_ENVIO_CLIENT_SECRET",
    "resend": "RESEND_WEBHOOK_SECRET",
    "cloudflare-stream": "CLOUDFLARE_STREAM_WEBHOOK_SECRET",
}
SIGNED = ("melhor-envio.posted", "resend.delivered", "cloudflare-stream.ready")
TIMED = ("resend.delivered", "cloudflare-stream.ready")
PROOF = ("x-me-signature", "svix-signature", "webhook-signature", "asaas-access-token")
ANOTHER = "whsec_" + "b" * 44


def test_there_is_one_of_each_provider() -> None:
    assert tuple(name.partition(".")[0] for name in ONE_OF_EACH) == samples.PROVIDERS
    assert set(SECRETS) == set(samples.PROVIDERS)


@pytest.mark.parametrize("name", ONE_OF_EACH)
async def test_the_right_one_is_stored_once_however_often_it_comes(open_door: Open, name: str) -> None:
    door = await open_door(gateway_of(name))
    delivery = door.sample(name)
    at_once = await asyncio.gather(*(door.send(delivery) for _ in range(5)))
    assert [*at_once, await door.send(delivery)] == [200] * 6
    assert await door.stored() == 1


Forgery = Callable[[samples.Delivery], dict[str, object]]


def _headers(delivery: samples.Delivery, change: Callable[[str], str | None]) -> dict[str, object]:
    changed = {n: change(v) if n.lower() in PROOF else v for n, v in delivery.headers.items()}
    path = delivery.path
    for gateway in ("/webhooks/zapi/", "/webhooks/evolution/"):
        if path.startswith(gateway):
            path = gateway + (change(path.removeprefix(gateway)) or "x")
    return {"headers": {n: v for n, v in changed.items() if v is not None}, "path": path}


FORGERIES: dict[str, Forgery] = {
    "without any proof": lambda d: _headers(d, lambda _: None),
    "with an empty one": lambda d: _headers(d, lambda _: ""),
    "cut short": lambda d: _headers(d, lambda value: value[:-1]),
    "grown": lambda d: _headers(d, lambda value: value + "0"),
    "with one letter changed": lambda d: _headers(d, lambda v: v[:5] + ("A" if v[5] != "A" else "B") + v[6:]),
    "with letters of no alphabet": lambda d: _headers(d, lambda value: "é" + value[1:]),
    "in upper case": lambda d: _headers(d, lambda value: value.swapcase()),
}


@pytest.mark.parametrize("name", ONE_OF_EACH)
async def test_a_forged_one_is_refused_and_leaves_nothing(open_door: Open, name: str) -> None:
    door = await open_door(gateway_of(name))
    for how, forge in FORGERIES.items():
        delivery = door.sample(name)
        status = await door.send(delivery, **forge(delivery))
        assert (how, status) in ((how, 401), (how, 404))  # 404: an empty secret in the path is another address
    assert await door.stored() == 0


@pytest.mark.parametrize("name", ONE_OF_EACH)
async def test_another_secret_is_refused(open_door: Open, name: str) -> None:
    door = await open_door(gateway_of(name))
    provider = name.partition(".")[0]
    other = ANOTHER if provider == "resend" else made_up("of another shop")
    assert await door.send(door.sample(name, keys={SECRETS[provider]: other})) == 401
    assert await door.stored() == 0


@pytest.mark.parametrize("name", SIGNED)
async def test_the_signature_is_over_the_raw_bytes(door: Door, name: str) -> None:
    delivery = door.sample(name)
    again = json.dumps(json.loads(delivery.body), separators=(",", ":")).encode()
    assert again != delivery.body
    assert await door.send(delivery, body=again) == 401
    assert await door.send(delivery, body=delivery.body + b" ") == 401
    other = samples.body(name, door.keys, door.bot.clock())
    assert await door.send(delivery, body=json.dumps(other).encode()) == 401
    assert await door.stored() == 0


@pytest.mark.parametrize("name", TIMED)
@pytest.mark.parametrize(("seconds", "status"), [(-301, 401), (-299, 200), (299, 200), (301, 401), (10**9, 401)])
async def test_a_stale_one_is_refused(door: Door, name: str, seconds: int, status: int) -> None:
    assert await door.send(door.sample(name, late=timedelta(seconds=seconds))) == status
    assert await door.stored() == (status == 200)


@pytest.mark.parametrize("name", TIMED)
async def test_the_time_is_signed_too(door: Door, name: str) -> None:
    """An old signature with today's time is a forgery."""
    old, new = door.sample(name, late=timedelta(hours=-1)), door.sample(name)
    mixed = {
        n: (f"{new.headers[n].partition(',')[0]},{old.headers[n].partition(',')[2]}" if n == "Webhook-Signature" else v)
        for n, v in old.headers.items()
    }
    if "svix-timestamp" in mixed:
        mixed["svix-timestamp"] = new.headers["svix-timestamp"]
    assert await door.send(old, headers=mixed) == 401
    assert await door.stored() == 0


@pytest.mark.parametrize("name", ONE_OF_EACH)
async def test_two_secrets_are_right_while_one_is_changed(open_door: Open, name: str) -> None:
    setting = SECRETS[name.partition(".")[0]]
    old = (await open_door(gateway_of(name))).keys[setting]
    new = ANOTHER if setting == "RESEND_WEBHOOK_SECRET" else made_up("the new one")
    changing = await open_door(gateway_of(name), **{setting: f"{new},{old}"})
    assert await changing.send(changing.sample(name, keys={setting: new})) == 200
    assert await changing.send(changing.sample(name, keys={setting: old})) == 200
    changed = await open_door(gateway_of(name), **{setting: new})
    assert await changed.send(changed.sample(name, keys={setting: old})) == 401
    assert await changed.send(changed.sample(name, keys={setting: new})) == 200


@pytest.mark.parametrize("name", ["zapi.text", "evolution.text"])
async def test_a_callback_of_another_instance_is_of_another_origin(open_door: Open, name: str) -> None:
    door = await open_door(gateway_of(name))
    setting = "ZAPI_INSTANCE_ID" if name.startswith("zapi") else "EVOLUTION_INSTANCE"
    content = samples.body(name, {**door.keys, setting: "another"}, door.bot.clock())
    assert await door.send(samples.deliver(name, content, door.keys, door.bot.clock())) == 401
    assert await door.stored() == 0


@pytest.mark.parametrize(("check", "statuses"), [("when_seen", [200, 200, 401]), ("always", [401, 200, 401])])
async def test_the_header_that_no_document_names(open_door: Open, check: str, statuses: list[int]) -> None:
    door = await open_door(ZAPI_HEADER=check)
    whole = door.sample("zapi.text")
    bare = {n: v for n, v in whole.headers.items() if n != "z-api-token"}
    assert [await door.send(whole, headers=h) for h in (bare, whole.headers, bare)] == statuses


async def test_the_header_may_be_left_unlooked_at(open_door: Open) -> None:
    door = await open_door(ZAPI_HEADER="never")
    whole = door.sample("zapi.text")
    assert await door.send(whole, headers={**whole.headers, "z-api-token": "of another world"}) == 200


@pytest.mark.parametrize(
    ("name", "setting"), [("zapi.text", "WHATSAPP_ALLOWED_IPS"), ("asaas.PAYMENT_RECEIVED", "ASAAS_ALLOWED_IPS")]
)
async def test_a_list_of_addresses_is_kept_to(open_door: Open, name: str, setting: str) -> None:
    elsewhere = await open_door(**{setting: "203.0.113.7"})
    assert await elsewhere.send(elsewhere.sample(name)) == 401
    assert await elsewhere.stored() == 0
    here = await open_door(**{setting: "203.0.113.7,127.0.0.1"})
    assert await here.send(here.sample(name)) == 200


async def test_a_probe_is_answered_and_stores_nothing(door: Door) -> None:
    plain = {"Content-Type": "application/json"}
    for body in (b"", b"{}", b'{"event":"order.created","data":{}}'):
        assert await door.send(samples.Delivery("/webhooks/melhor-envio", plain, body)) == 200
    assert await door.stored() == 0


async def test_every_sample_is_let_in(open_door: Open) -> None:
    doors = {gateway: await open_door(gateway) for gateway in ("zapi", "evolution")}
    for name in samples.names():
        door = doors[gateway_of(name)]
        assert (name, await door.send(door.sample(name))) == (name, 200)
    for door in doors.values():
        assert "unread" not in {what for _, what in door.bot.webhooks.counts}
