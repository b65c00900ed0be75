"""Each event and answer of Resend in its documented shape, one file each, and what we make of it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.domain.events import MailFact
from bot.integrations.errors import NotFound, ProviderError, RateLimited, Refused, Unauthorised, Unavailable
from bot.integrations.protocols import Email
from bot.integrations.resend import ResendMailer, ResendReceiver
from tests.support import make_http

FIXTURES = Path(__file__).parent / "fixtures" / "resend"
EMAIL_ID = "56761188-7520-42d8-8898-ff6fc54ce618"
MAIL = Email("marina@loja.example", "Pedido #1042", "<p>Oi</p>", "Oi", tags={"template": "news"})


def fixture(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text("utf-8"))


FACTS = {
    "scheduled": "other",
    "sent": "other",
    "delivered": "delivered",
    "headers_of_a_mail": "delivered",
    "delivery_delayed": "other",
    "bounced": "bounced",
    "bounced_for_now": "failed",
    "bounced_without_a_kind": "bounced",
    "complained": "complained",
    "opened": "other",
    "clicked": "other",
    "failed": "failed",
    "suppressed": "suppressed",
    "unknown_email_event": "other",
}
NOBODYS = ("received", "domain_updated", "suppression_added", "unknown_event")


def test_every_event_stands_here() -> None:
    assert {path.stem for path in FIXTURES.glob("*.json")} == {*FACTS, *NOBODYS}


@pytest.mark.parametrize(("name", "fact"), FACTS.items())
def test_an_event(name: str, fact: str) -> None:
    (incoming,) = ResendReceiver("whsec_a2V5").events({"svix-id": "msg_1"}, fixture(name))
    assert incoming.key == "msg_1"
    event = incoming.event
    assert isinstance(event, MailFact)
    assert (event.email_id, event.fact, event.address) == (EMAIL_ID, fact, "marina@loja.example")


@pytest.mark.parametrize("name", NOBODYS)
def test_an_event_that_concerns_no_email_of_ours(name: str) -> None:
    assert ResendReceiver("whsec_a2V5").events({"svix-id": "msg_1"}, fixture(name)) == []


def test_why_it_did_not_arrive_is_kept() -> None:
    (incoming,) = ResendReceiver("whsec_a2V5").events({"svix-id": "msg_1"}, fixture("bounced"))
    assert isinstance(incoming.event, MailFact)
    assert "550 5.1.1 user unknown" in incoming.event.detail


class Office:
    """Answers with the file it was given, and counts."""

    def __init__(self) -> None:
        self.name = "sent"
        self.asked = 0
        self.mailer: ResendMailer

    async def answer(self, request: web.Request) -> web.Response:
        await request.read()
        self.asked += 1
        body = fixture(f"answers/{self.name}")
        return web.json_response(body, status=body.get("statusCode", 200))


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    office = Office()
    app = web.Application()
    app.router.add_post("/emails", office.answer)
    http = make_http()
    async with TestServer(app) as server:
        office.mailer = ResendMailer(
            http, base_url=str(server.make_url("/")), api_key="re_x", sender="avisos@pedidos.autopars.example"
        )
        yield office
        await http.close()


async def test_an_email_is_taken(office: Office) -> None:
    assert await office.mailer.send(MAIL, idempotency_key="k/1") == "49a3999c-0ce1-4ea6-ab68-afcd6dc2e794"


REFUSALS: dict[str, tuple[type[ProviderError], str, int]] = {
    "invalid_idempotency_key": (Refused, "invalid_idempotency_key", 1),
    "validation_error": (Refused, "validation_error", 1),
    "missing_api_key": (Unauthorised, "bad_key", 1),
    "restricted_api_key": (Unauthorised, "bad_key", 1),
    "suspended_api_key": (Unauthorised, "bad_key", 1),
    "key_of_2026": (Unauthorised, "bad_key", 1),
    "invalid_permission": (Unauthorised, "not_allowed", 1),
    "sender_not_verified": (Refused, "unverified_domain", 1),
    "not_found": (NotFound, "not_found", 1),
    "method_not_allowed": (Refused, "method_not_allowed", 1),
    "invalid_idempotent_request": (Refused, "key_reused", 1),
    "invalid_attachment": (Refused, "invalid_attachment", 1),
    "invalid_parameter": (Refused, "invalid_parameter", 1),
    "missing_required_field": (Refused, "missing_required_field", 1),
    "address_malformed": (Refused, "bad_address", 1),
    "name_of_next_year": (Refused, "a_name_of_next_year", 1),
    "concurrent_idempotent_requests": (Unavailable, "concurrent_idempotent_requests", 3),
    "resource_locked": (Unavailable, "resource_locked", 3),
    "application_error": (Unavailable, "http_500", 3),
    "service_unavailable": (Unavailable, "http_503", 3),
    "rate_limit_exceeded": (RateLimited, "rate_limited", 3),
    # a quota does not come back within seconds: asked once, then left alone for an hour
    "daily_quota_exceeded": (RateLimited, "daily_quota_exceeded", 1),
    "monthly_quota_exceeded": (RateLimited, "monthly_quota_exceeded", 1),
}


def test_every_answer_stands_here() -> None:
    assert {path.stem for path in FIXTURES.glob("answers/*.json")} == {"sent", *REFUSALS}


@pytest.mark.parametrize("name", REFUSALS)
async def test_an_answer(office: Office, name: str) -> None:
    kind, reason, tries = REFUSALS[name]
    office.name = name
    with pytest.raises(kind) as refused:
        await office.mailer.send(MAIL, idempotency_key="k/1")
    assert (type(refused.value), refused.value.reason, office.asked) == (kind, reason, tries)


async def test_a_quota_that_is_used_up_is_left_alone(office: Office) -> None:
    office.name = "daily_quota_exceeded"
    for _ in range(3):
        with pytest.raises(Unavailable) as refused:
            await office.mailer.send(MAIL, idempotency_key="k/1")
        assert refused.value.retry_after > 3500
    assert office.asked == 1
