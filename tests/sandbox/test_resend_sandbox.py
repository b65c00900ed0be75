"""The stand-in of Resend by itself: it refuses what the documents say is refused. Our own client is not used."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from sandbox.core import World
from sandbox.resend import ResendSandbox
from tests.conftest import TestClock

KEY = "re_key"
SECRET = "whsec_" + base64.b64encode(b"signing key").decode()
GOOD = {"from": "Loja <oi@loja.example>", "to": ["a@b.dev"], "subject": "Oi", "html": "<p>Oi</p>"}


@pytest.fixture
async def sandbox(clock: TestClock) -> AsyncIterator[ResendSandbox]:
    world = World(clock=clock, pace=0)
    made = ResendSandbox(world, api_key=KEY, sender_domain="loja.example", webhook_secret=SECRET)
    made.retries = ()
    yield made
    await world.close()


@pytest.fixture
async def client(sandbox: ResendSandbox) -> AsyncIterator[TestClient[Any, Any]]:
    app = web.Application()
    app.add_routes(sandbox.routes())
    async with TestClient(TestServer(app), headers={"User-Agent": "t/1", "Authorization": f"Bearer {KEY}"}) as made:
        yield made


async def answer(response: aiohttp.ClientResponse) -> tuple[int, str]:
    body = await response.json()
    assert body["statusCode"] == response.status
    assert isinstance(body["message"], str)
    return response.status, body["name"]


async def send(client: TestClient[Any, Any], key: str = "", **changes: Any) -> aiohttp.ClientResponse:
    body = {k: v for k, v in {**GOOD, **changes}.items() if v is not None}
    return await client.post("/emails", json=body, headers={"Idempotency-Key": key} if key else {})


async def test_a_call_without_user_agent_never_reaches_the_api(sandbox: ResendSandbox) -> None:
    app = web.Application()
    app.add_routes(sandbox.routes())
    async with (
        TestServer(app) as server,
        aiohttp.ClientSession(skip_auto_headers=["User-Agent"]) as session,
        session.post(server.make_url("/emails"), json=GOOD, headers={"Authorization": f"Bearer {KEY}"}) as response,
    ):
        assert response.status == 403
        assert response.content_type == "text/html"
        assert "1010" in await response.text()
    assert sandbox.mailbox == []


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", (401, "missing_api_key")),
        ("Basic abc", (401, "missing_api_key")),
        ("Bearer re_wrong", (401, "validation_error")),
        ("Bearer re_off", (403, "restricted_api_key")),
        ("Bearer re_stopped", (403, "suspended_api_key")),
    ],
)
async def test_keys(
    client: TestClient[Any, Any], sandbox: ResendSandbox, header: str, expected: tuple[int, str]
) -> None:
    sandbox.keys |= {"re_off": "inactive", "re_stopped": "suspended"}
    response = await client.post("/emails", json=GOOD, headers={"Authorization": header})
    assert await answer(response) == expected
    assert "ratelimit-limit" not in response.headers


async def test_a_sending_key_sends_and_reads_nothing(client: TestClient[Any, Any], sandbox: ResendSandbox) -> None:
    sandbox.keys["re_sends"] = "sending_access"
    headers = {"Authorization": "Bearer re_sends"}
    sent = await client.post("/emails", json=GOOD, headers=headers)
    assert sent.status == 200
    read = await client.get(f"/emails/{(await sent.json())['id']}", headers=headers)
    assert await answer(read) == (401, "restricted_api_key")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"from": None}, (422, "missing_required_field")),
        ({"to": None}, (422, "missing_required_field")),
        ({"to": []}, (422, "missing_required_field")),
        ({"subject": ""}, (422, "missing_required_field")),
        ({"html": None}, (422, "missing_required_field")),
        ({"from": "loja"}, (422, "validation_error")),
        ({"to": "nobody"}, (422, "validation_error")),
        ({"to": [7]}, (422, "validation_error")),
        ({"to": "x@example.com"}, (422, "validation_error")),
        ({"cc": "nobody"}, (422, "validation_error")),
        ({"to": ["a@b.dev"] * 51}, (400, "validation_error")),
        ({"from": "oi@sub.loja.example"}, (403, "validation_error")),
        ({"from": "onboarding@resend.dev"}, (403, "validation_error")),
        ({"tags": [{"name": "pedido nº", "value": "1"}]}, (400, "validation_error")),
        ({"tags": [{"name": "a", "value": ""}]}, (400, "validation_error")),
        ({"tags": [{"name": "a", "value": "1"}] * 76}, (400, "validation_error")),
        ({"tags": {"a": "1"}}, (400, "validation_error")),
        ({"attachments": [{"filename": "a.pdf"}]}, (422, "invalid_attachment")),
        ({"attachments": [{"filename": "a.pdf", "content": "%%%"}]}, (422, "invalid_attachment")),
    ],
)
async def test_emails_that_are_refused(
    client: TestClient[Any, Any], sandbox: ResendSandbox, changes: dict[str, Any], expected: tuple[int, str]
) -> None:
    assert await answer(await send(client, **changes)) == expected
    assert sandbox.mailbox == []


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"\xff"])
async def test_a_body_that_is_no_object(client: TestClient[Any, Any], raw: bytes) -> None:
    assert await answer(await client.post("/emails", data=raw)) == (400, "validation_error")


async def test_an_accepted_email_can_be_read(client: TestClient[Any, Any], sandbox: ResendSandbox) -> None:
    response = await send(client, tags=[{"name": "order", "value": "1"}], text="Oi")
    assert response.status == 200
    body = await response.json()
    assert list(body) == ["id"]
    assert (response.headers["ratelimit-limit"], response.headers["ratelimit-remaining"]) == ("10", "9")
    read = await (await client.get(f"/emails/{body['id']}")).json()
    assert (read["object"], read["to"], read["subject"], read["text"]) == ("email", ["a@b.dev"], "Oi", "Oi")
    assert read["tags"] == [{"name": "order", "value": "1"}]


async def test_emails_that_do_not_exist(client: TestClient[Any, Any]) -> None:
    unknown = await client.get("/emails/49a3999c-0ce1-4ea6-ab68-afcd6dc2e794")
    assert await answer(unknown) == (404, "not_found")
    assert await answer(await client.get("/emails/one")) == (422, "invalid_parameter")


async def test_one_key_one_email_for_a_day(
    client: TestClient[Any, Any], sandbox: ResendSandbox, clock: TestClock
) -> None:
    first = await (await send(client, "k")).json()
    assert await (await send(client, "k")).json() == first
    assert await answer(await send(client, "k", subject="Outro")) == (409, "invalid_idempotent_request")
    clock.jump(timedelta(hours=24))
    assert await (await send(client, "k", subject="Outro")).json() != first
    assert len(sandbox.mailbox) == 2


async def test_a_refused_call_does_not_use_its_key_up(client: TestClient[Any, Any]) -> None:
    assert (await send(client, "k", subject="")).status == 422
    assert (await send(client, "k")).status == 200


async def test_a_key_has_a_length(client: TestClient[Any, Any]) -> None:
    assert await answer(await send(client, "k" * 257)) == (400, "invalid_idempotency_key")
    empty = await client.post("/emails", json=GOOD, headers={"Idempotency-Key": ""})
    assert await answer(empty) == (400, "invalid_idempotency_key")
    assert (await send(client, "k" * 256)).status == 200


async def test_a_second_call_while_the_first_runs(client: TestClient[Any, Any], sandbox: ResendSandbox) -> None:
    sandbox.gate.clear()
    first = asyncio.create_task(send(client, "k"))
    await asyncio.wait_for(sandbox.at_gate.wait(), 5)
    assert await answer(await send(client, "k")) == (409, "concurrent_idempotent_requests")
    sandbox.gate.set()
    assert (await first).status == 200
    assert len(sandbox.mailbox) == 1


async def test_the_rate_is_of_a_second(client: TestClient[Any, Any], sandbox: ResendSandbox) -> None:
    sandbox.timer = lambda: 1.5
    statuses = [(await send(client)).status for _ in range(10)]
    assert set(statuses) == {200}
    response = await send(client)
    assert await answer(response) == (429, "rate_limit_exceeded")
    assert (response.headers["retry-after"], response.headers["ratelimit-remaining"]) == ("1", "0")
    sandbox.timer = lambda: 2.0
    assert (await send(client)).status == 200


@pytest.mark.parametrize(
    ("to", "types"),
    [
        ("a@b.dev", ["email.sent", "email.delivered"]),
        ("delivered@resend.dev", ["email.sent", "email.delivered"]),
        ("bounced+7@resend.dev", ["email.sent", "email.bounced"]),
        ("complained@resend.dev", ["email.sent", "email.delivered", "email.complained"]),
        ("suppressed@resend.dev", ["email.suppressed"]),
    ],
)
async def test_what_becomes_of_an_email_is_told_and_signed(
    client: TestClient[Any, Any], sandbox: ResendSandbox, clock: TestClock, to: str, types: list[str]
) -> None:
    received: asyncio.Queue[tuple[dict[str, str], bytes]] = asyncio.Queue()

    async def hook(request: web.Request) -> web.Response:
        received.put_nowait((dict(request.headers), await request.read()))
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", hook)
    async with TestServer(app) as server:
        sandbox.webhook_url = str(server.make_url("/hook"))
        email_id = (await (await send(client, to=to, tags=[{"name": "a", "value": "1"}])).json())["id"]
        ids = set()
        for wanted in types:
            headers, raw = await asyncio.wait_for(received.get(), 5)
            body = json.loads(raw)
            assert body["type"] == wanted
            assert (body["data"]["email_id"], body["data"]["tags"]) == (email_id, {"a": "1"})
            assert headers["svix-timestamp"] == str(int(clock.now.timestamp()))
            content = f"{headers['svix-id']}.{headers['svix-timestamp']}.".encode() + raw
            digest = hmac.new(b"signing key", content, hashlib.sha256).digest()
            assert headers["svix-signature"] == "v1," + base64.b64encode(digest).decode()
            ids.add(headers["svix-id"])
        assert len(ids) == len(types)
    assert sandbox.mailbox[0].last_event == types[-1].removeprefix("email.")


async def test_an_unanswered_webhook_comes_again_under_its_id(sandbox: ResendSandbox) -> None:
    seen: list[str] = []

    async def hook(request: web.Request) -> web.Response:
        seen.append(request.headers["svix-id"])
        return web.Response(status=503 if len(seen) < 3 else 204)

    app = web.Application()
    app.router.add_post("/hook", hook)
    sandbox.retries = (0.0, 0.0, 0.0)
    async with TestServer(app) as server:
        sandbox.webhook_url = str(server.make_url("/hook"))
        assert await sandbox.send_webhook(b'{"type":"domain.updated"}') == 204
    assert len(seen) == 3
    assert len(set(seen)) == 1


async def test_the_domain_is_listed(client: TestClient[Any, Any]) -> None:
    body = await (await client.get("/domains")).json()
    assert [(d["name"], d["status"]) for d in body["data"]] == [("loja.example", "verified")]
