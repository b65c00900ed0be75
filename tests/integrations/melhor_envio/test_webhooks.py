"""What Melhor Envio's webhooks say, and who may say it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.events import Incoming, ShipmentFact
from bot.integrations.melhor_envio import MelhorEnvioReceiver
from tests.support_melhor_envio import SECRET, fixture, inbox, standing

VECTOR = (
    b'{"event":"order.posted","data":{"id":"3f0c1d2e-0000-4000-8000-000000000001",'
    b'"protocol":"ORD-202610000123","status":"posted"}}'
)
SIGNATURE = "hZixUYZ2lvz1aMId0/0McgFKNcxvK7gvUPsb6SVZUU4="
LABEL = "3f0c1d2e-0000-4000-8000-000000000001"


@pytest.fixture
def receiver() -> MelhorEnvioReceiver:
    return MelhorEnvioReceiver(SECRET)


def one(receiver: MelhorEnvioReceiver, event: str, **data: Any) -> tuple[Incoming, ShipmentFact]:
    body = fixture("webhook_posted")
    body["event"] = event
    body["data"].update(data)
    incoming = receiver.events({}, body)
    assert len(incoming) == 1
    fact = incoming[0].event
    assert isinstance(fact, ShipmentFact)
    return incoming[0], fact


# --- origin ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["X-ME-Signature", "x-me-signature"])
def test_the_known_signature(receiver: MelhorEnvioReceiver, name: str) -> None:
    assert receiver.authentic({name: SIGNATURE}, VECTOR, "")


@pytest.mark.parametrize(
    "change",
    [
        lambda: hmac.new(SECRET.encode(), VECTOR, hashlib.sha256).hexdigest(),
        lambda: "sha256=" + SIGNATURE,
        lambda: SIGNATURE.rstrip("="),
        lambda: base64.b64encode(hmac.new(b"another", VECTOR, hashlib.sha256).digest()).decode(),
        lambda: "",
        lambda: "é" * 44,
        lambda: "\udcff" * 44,
    ],
    ids=["hex", "prefix", "padding", "another secret", "empty", "not ascii", "raw bytes"],
)
def test_other_signatures_are_refused(receiver: MelhorEnvioReceiver, change: Callable[[], str]) -> None:
    assert not receiver.authentic({"x-me-signature": change()}, VECTOR, "")


def test_the_raw_bytes_count(receiver: MelhorEnvioReceiver) -> None:
    assert not receiver.authentic({"x-me-signature": SIGNATURE}, json.dumps(json.loads(VECTOR)).encode(), "")
    assert not receiver.authentic({}, VECTOR, "")


def test_an_empty_secret_opens_nothing() -> None:
    empty = base64.b64encode(hmac.new(b"", VECTOR, hashlib.sha256).digest()).decode()
    assert not MelhorEnvioReceiver("").authentic({"x-me-signature": empty}, VECTOR, "")


def test_two_secrets_while_one_is_changed() -> None:
    assert MelhorEnvioReceiver(f"the-new-one,{SECRET}").authentic({"x-me-signature": SIGNATURE}, VECTOR, "")
    assert not MelhorEnvioReceiver("the-new-one").authentic({"x-me-signature": SIGNATURE}, VECTOR, "")


@pytest.mark.parametrize(
    "body", [b"", b"  ", b"{}", b'{"event":"x"}', b'{"event":"x","data":{}}', b'{"data":{"id":""}}', b'{"data":5}']
)
def test_probes(receiver: MelhorEnvioReceiver, body: bytes) -> None:
    assert receiver.is_probe(body)


@pytest.mark.parametrize("body", [VECTOR, b"ops", b"[]", b"\xff", b"[" * 100_000])
def test_no_probes(receiver: MelhorEnvioReceiver, body: bytes) -> None:
    assert not receiver.is_probe(body)


# --- meaning --------------------------------------------------------------------------------------------


def test_a_documented_body(receiver: MelhorEnvioReceiver) -> None:
    incoming = receiver.events({}, fixture("webhook_posted"))
    assert incoming == [
        Incoming(
            source="melhor-envio",
            key=f"{LABEL}:posted:2026-10-01T18:00:00+00:00",
            lane="order:1042",
            event=ShipmentFact(
                shipment_id=LABEL,
                reference="order-1042-s1",
                fact="posted",
                tracking="ME26000ABC1BR",
                tracking_url="https://www.melhorrastreio.com.br/rastreio/ME26000ABC1BR",
            ),
        )
    ]


@pytest.mark.parametrize(
    ("event", "fact"),
    [
        ("order.created", "in_cart"),
        ("order.pending", "in_cart"),
        ("order.generated", "generated"),
        ("order.received", "posted"),
        ("order.posted", "posted"),
        ("order.delivered", "delivered"),
        ("order.undelivered", "undelivered"),
        ("order.paused", "stopped"),
        ("order.suspended", "stopped"),
        ("order.cancelled", "cancelled"),
        ("order.canceled", "cancelled"),
    ],
)
def test_facts(receiver: MelhorEnvioReceiver, event: str, fact: str) -> None:
    assert one(receiver, event)[1].fact == fact


@pytest.mark.parametrize("event", ["order.released", "order.ready-to-print"])
def test_released_of_a_finished_label_means_generated(receiver: MelhorEnvioReceiver, event: str) -> None:
    early, bought = one(receiver, event, generated_at=None, tracking=None, self_tracking=None, tracking_url=None)
    late, made = one(receiver, event, status="released")
    assert (bought.fact, made.fact) == ("bought", "generated")
    assert early.key != late.key


def test_generated_may_carry_the_status_released(receiver: MelhorEnvioReceiver) -> None:
    assert one(receiver, "order.generated", status="released")[1].fact == "generated"


def test_repeats_have_one_key(receiver: MelhorEnvioReceiver) -> None:
    first, _ = one(receiver, "order.cancelled", canceled_at="2026-10-02T00:00:00+00:00")
    second, _ = one(receiver, "order.canceled", canceled_at="2026-10-02T00:00:00+00:00", tracking=None)
    other, _ = one(receiver, "order.cancelled", canceled_at="2026-10-03T00:00:00+00:00")
    assert first.key == second.key != other.key


def test_their_own_code_stands_in_for_the_carriers(receiver: MelhorEnvioReceiver) -> None:
    _, fact = one(receiver, "order.posted", tracking=None, tracking_url=None)
    assert fact.tracking == "ME26000ABC1BR"
    assert fact.tracking_url == "https://www.melhorrastreio.com.br/rastreio/ME26000ABC1BR"
    _, bare = one(receiver, "order.posted", tracking=None, self_tracking=None, tracking_url=None)
    assert (bare.tracking, bare.tracking_url) == ("", "")


@pytest.mark.parametrize(
    ("tags", "reference", "lane"),
    [
        ([{"tag": "printed", "url": "x"}, {"tag": "order-7-s2", "url": None}], "order-7-s2", "order:7"),
        ([{"tag": "pedido-123"}], "", "system"),
        ([], "", "system"),
        (None, "", "system"),
        ("order-7-s2", "", "system"),
        ([5, None, {"tag": None}, {"tag": ["order-7-s2"]}], "", "system"),
    ],
)
def test_lanes(receiver: MelhorEnvioReceiver, tags: Any, reference: str, lane: str) -> None:
    incoming, fact = one(receiver, "order.posted", tags=tags)
    assert (fact.reference, incoming.lane) == (reference, lane)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"event": "order.posted"},
        {"event": "order.posted", "data": None},
        {"event": "order.posted", "data": {"id": None}},
        {"event": "order.posted", "data": {"id": ["x"]}},
        {"event": "order.flown", "data": {"id": "x"}},
        {"event": 5, "data": {"id": "x"}},
        {"data": {"id": "x"}},
        {"event": "balance.low", "data": {"id": "x"}},
    ],
)
def test_what_concerns_nobody(receiver: MelhorEnvioReceiver, body: dict[str, Any]) -> None:
    assert receiver.events({}, body) == []


def test_odd_values_never_raise(receiver: MelhorEnvioReceiver) -> None:
    _, fact = one(receiver, "order.posted", tracking={"x": 1}, status=[], posted_at=7, tracking_url=3.5)
    assert fact.fact == "posted"


async def test_the_stand_ins_webhooks_are_understood(receiver: MelhorEnvioReceiver) -> None:
    async with inbox() as box, standing(webhook_url=box.url) as stand:
        body = {
            "service": 1,
            "from": {**PARTY, "document": "52998224725"},
            "to": {**PARTY, "document": "11144477735"},
            "products": [{"name": "Caneca", "quantity": "1", "unitary_value": "10.00"}],
            "volumes": [{"height": 8, "width": 12, "length": 17, "weight": 0.6}],
            "options": {"non_commercial": True, "insurance_value": 10, "tags": [{"tag": "order-1042-s1"}]},
        }
        _, order = await stand.call("POST", "/cart", body)
        await stand.call("POST", "/shipment/checkout", {"orders": [order["id"]]})
        await stand.call("POST", "/shipment/generate", {"orders": [order["id"]]})
        await stand.sandbox.finish_generation(order["id"])
        await stand.sandbox.post(order["id"])
        await stand.sandbox.deliver(order["id"])
        facts, keys = [], set()
        for _ in range(6):
            headers, raw = await box.next()
            assert receiver.authentic(headers, raw, "")
            assert not receiver.is_probe(raw)
            for incoming in receiver.events(headers, json.loads(raw)):
                assert isinstance(incoming.event, ShipmentFact)
                assert incoming.lane == "order:1042"
                facts.append(incoming.event.fact)
                keys.add(incoming.key)
        assert facts == ["in_cart", "bought", "bought", "generated", "posted", "delivered"]
        assert len(keys) == 6


PARTY = {
    "name": "Fulano",
    "address": "Rua X",
    "number": "10",
    "city": "São Paulo",
    "state_abbr": "SP",
    "postal_code": "01310100",
}
