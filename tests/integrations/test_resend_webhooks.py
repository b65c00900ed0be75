"""Resend's webhooks: the origin check against the published signatures, and the facts that they become."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.events import MailFact
from bot.integrations.resend import ResendReceiver

SECRET = "whsec_cmVzZW5kLXRlc3QtdmVjdG9yLWtleSEh"


SIGNED_AT = 1767225600


BODY = (
    b'{"type":"email.delivered","created_at":"2026-01-01T00:00:00.000Z","data":{"created_at":"2025-12-31T23:59:58.000Z",'
    b'"email_id":"56761188-7520-42d8-8898-ff6fc54ce618","from":"Loja <pedidos@example.com>",'
    b'"to":["delivered@resend.dev"],"subject":"Pedido #1001","tags":{"order_id":"1001"}}}'
)


HEADERS = {
    "svix-id": "msg_2zVh0000000000000000000001",
    "svix-timestamp": str(SIGNED_AT),
    "svix-signature": "v1,0Ez1jSyWRcxUw5NsOMGUqqL7LD2kbvktcP/1tNnZzLo=",
}


def receiver(secret: str = SECRET, at: int = SIGNED_AT) -> ResendReceiver:
    return ResendReceiver(secret, clock=lambda: datetime.fromtimestamp(at, UTC))


def test_the_published_vectors_verify() -> None:
    assert len(BODY) == 283
    assert receiver().authentic(HEADERS, BODY, "")
    svix = {
        "Svix-Id": "msg_loFOjxBNrRLzqYUf",
        "Svix-Timestamp": "1731705121",
        "Svix-Signature": "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=",
    }
    body = b'{"event_type":"ping","data":{"success":true}}'
    assert receiver("whsec_plJ3nmyCDGBKInavdOK15jsl", 1731705121).authentic(svix, body, "")


@pytest.mark.parametrize(("off", "right"), [(300, True), (-300, True), (301, False), (-301, False)])
def test_five_minutes_either_way(off: int, right: bool) -> None:
    assert receiver(at=SIGNED_AT + off).authentic(HEADERS, BODY, "") is right


@pytest.mark.parametrize(
    "signature",
    [
        "v1,AAAA v1,0Ez1jSyWRcxUw5NsOMGUqqL7LD2kbvktcP/1tNnZzLo=",
        "v1a,0Ez1jSyW v1,0Ez1jSyWRcxUw5NsOMGUqqL7LD2kbvktcP/1tNnZzLo=",
    ],
)
def test_one_right_signature_of_several_is_enough(signature: str) -> None:
    assert receiver().authentic({**HEADERS, "svix-signature": signature}, BODY, "")


@pytest.mark.parametrize(
    "changes",
    [
        {"svix-signature": ""},
        {"svix-signature": "v1,"},
        {"svix-signature": "v1a,0Ez1jSyWRcxUw5NsOMGUqqL7LD2kbvktcP/1tNnZzLo="},
        {"svix-signature": "0Ez1jSyWRcxUw5NsOMGUqqL7LD2kbvktcP/1tNnZzLo="},
        {"svix-signature": "v1,ção\udce9"},
        {"svix-id": "msg_other"},
        {"svix-id": ""},
        {"svix-id": "\udce9"},
        {"svix-timestamp": str(SIGNED_AT + 1)},
        {"svix-timestamp": "now"},
        {"svix-timestamp": "９９"},
        {"svix-timestamp": "9" * 400},
        {"svix-timestamp": ""},
    ],
)
def test_a_wrong_header_is_a_bad_origin_and_never_an_error(changes: dict[str, str]) -> None:
    assert receiver().authentic({**HEADERS, **changes}, BODY, "") is False


def test_headers_may_be_missing_altogether() -> None:
    assert receiver().authentic({}, BODY, "") is False


def test_the_raw_bytes_count() -> None:
    assert receiver().authentic(HEADERS, BODY.replace(b'","', b'", "', 1), "") is False
    assert receiver().authentic(HEADERS, BODY + b"\n", "") is False


def test_two_secrets_are_right_while_one_is_rotated() -> None:
    new = "whsec_" + base64.b64encode(b"quite another key").decode()
    assert receiver(f"{new},{SECRET}").authentic(HEADERS, BODY, "")
    assert receiver(f"{SECRET} {new}").authentic(HEADERS, BODY, "")
    assert receiver(new).authentic(HEADERS, BODY, "") is False


@pytest.mark.parametrize("secret", ["", " , ", "whsec_no base64!"])
def test_a_secret_that_is_none_stops_the_start(secret: str) -> None:
    with pytest.raises(ValueError, match="webhook secret"):
        ResendReceiver(secret)


def facts(kind: str, **data: Any) -> list[MailFact]:
    body: dict[str, object] = {
        "type": kind,
        "created_at": "2026-01-01T00:00:00.000Z",
        "data": {"email_id": "e-1", **data},
    }
    found = receiver().events(HEADERS, body)
    assert all(i.source == "resend" and i.key == HEADERS["svix-id"] and i.lane == "system" for i in found)
    return [i.event for i in found if isinstance(i.event, MailFact)]


@pytest.mark.parametrize(
    ("kind", "data", "fact"),
    [
        ("email.sent", {}, "other"),
        ("email.delivered", {}, "delivered"),
        ("email.delivery_delayed", {}, "other"),
        ("email.bounced", {"bounce": {"type": "Permanent"}}, "bounced"),
        ("email.bounced", {}, "bounced"),
        ("email.bounced", {"bounce": {"type": "Transient", "subType": "MailboxFull"}}, "failed"),
        ("email.complained", {}, "complained"),
        ("email.suppressed", {"suppressed": {"reason": "previous_bounce"}}, "suppressed"),
        ("email.failed", {"failed": {"reason": "reached_daily_quota"}}, "failed"),
        ("email.of_next_year", {}, "other"),
    ],
)
def test_what_became_of_an_email(kind: str, data: dict[str, Any], fact: str) -> None:
    (found,) = facts(kind, to=["marina@loja.example"], **data)
    assert (found.email_id, found.fact, found.address) == ("e-1", fact, "marina@loja.example")
    assert found.detail.startswith(kind.removeprefix("email."))


@pytest.mark.parametrize("code", [["smtp; 550 5.1.1 user unknown"], "smtp; 550 5.1.1 user unknown", None])
def test_the_server_s_own_words_come_in_three_shapes(code: object) -> None:
    (found,) = facts("email.bounced", bounce={"type": "Permanent", "diagnosticCode": code})
    assert ("user unknown" in found.detail) is (code is not None)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"type": "email.delivered"},
        {"type": "email.delivered", "data": []},
        {"type": "email.delivered", "data": {"email_id": 7}},
        {"type": 5, "data": {"email_id": "e"}},
        {"type": "email.received", "data": {"email_id": "e"}},
        {"type": "domain.updated", "data": {"id": "d", "status": "verified"}},
        {"type": "inbox.created", "data": {"email_id": "e"}},
    ],
)
def test_what_concerns_nobody_is_no_event(body: dict[str, object]) -> None:
    assert receiver().events(HEADERS, body) == []
