"""Our e-mail client against the stand-in, over real sockets."""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.domain.events import MailFact
from bot.integrations.errors import ProviderError, RateLimited, Refused, Unauthorised, Unavailable
from bot.integrations.http import CallRecord, Http
from bot.integrations.protocols import Email, File
from bot.integrations.resend import ResendMailer, ResendReceiver
from bot.integrations.resend.client import safe_key
from sandbox.core import World
from sandbox.resend import ResendSandbox
from tests.support import make_http

KEY = "re_secret_of_the_shop"
DOMAIN = "pedidos.autopars.example"
SENDER = f"AutoPars <avisos@{DOMAIN}>"
WEBHOOK_SECRET = "whsec_" + base64.b64encode(b"a key for the signatures").decode()


def email(to: str = "marina@loja.example", **changes: Any) -> Email:
    given: dict[str, Any] = {"subject": "Pedido #1042", "html": "<p>Oi</p>", "text": "Oi", "tags": {"template": "news"}}
    return Email(to, **{**given, **changes})


class Stage:
    def __init__(self, world: World, sandbox: ResendSandbox, server: TestServer, http: Http, records: list[CallRecord]):
        self.world, self.sandbox, self.server, self.http, self.records = world, sandbox, server, http, records

    def mailer(self, *, api_key: str = KEY, sender: str = SENDER) -> ResendMailer:
        return ResendMailer(self.http, base_url=str(self.server.make_url("/")), api_key=api_key, sender=sender)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    world = World(pace=0)
    sandbox = ResendSandbox(world, api_key=KEY, sender_domain=DOMAIN, webhook_secret=WEBHOOK_SECRET)
    app = web.Application()
    app.add_routes(sandbox.routes())
    records: list[CallRecord] = []
    http = make_http(records, secrets=(KEY,))
    server = TestServer(app)
    async with server:
        yield Stage(world, sandbox, server, http, records)
        await world.close()
        await http.close()


@pytest.fixture
async def answering() -> AsyncIterator[Any]:
    """A server that gives the prepared answer to everything, and the mailer that talks to it."""
    answers: list[web.Response] = []
    seen: list[web.Request] = []

    async def handler(request: web.Request) -> web.Response:
        await request.read()
        seen.append(request)
        return answers.pop(0) if len(answers) > 1 else _copy(answers[0])

    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", handler)
    http = make_http()
    async with TestServer(app) as server:
        mailer = ResendMailer(http, base_url=str(server.make_url("/")), api_key=KEY, sender=SENDER)
        yield mailer, answers, seen
        await http.close()


def _copy(response: web.Response) -> web.Response:
    return web.Response(status=response.status, body=response.body, headers=response.headers)


def refusal(status: int, name: str, message: str = "", **headers: str) -> web.Response:
    return web.json_response({"statusCode": status, "name": name, "message": message}, status=status, headers=headers)


async def test_an_email_arrives_as_it_was_written(stage: Stage) -> None:
    pdf = File(b"%PDF-1.4 label", "application/pdf", "etiqueta.pdf")
    wanted = email(tags={"template": "news", "pedido nº": "1042 ção"}, attachments=[pdf], subject="Pedido\n #1042")
    email_id = await stage.mailer().send(wanted, idempotency_key="notice/paid/1042")
    (mail,) = stage.sandbox.mailbox
    assert mail.id == email_id
    assert (mail.sender, mail.to, mail.subject) == (SENDER, ["marina@loja.example"], "Pedido #1042")
    assert (mail.html, mail.text) == ("<p>Oi</p>", "Oi")
    assert mail.tags == [{"name": "pedido_n_", "value": "1042___o"}, {"name": "template", "value": "news"}]
    assert mail.attachments == [
        {"filename": "etiqueta.pdf", "content_type": "application/pdf", "content_id": None, "data": pdf.data}
    ]
    assert mail.idempotency_key == "notice/paid/1042"


async def test_the_same_key_is_the_same_email(stage: Stage) -> None:
    mailer = stage.mailer()
    first = await mailer.send(email(tags={"b": "2", "a": "1"}), idempotency_key="k/1")
    again = await mailer.send(email(tags={"a": "1", "b": "2"}), idempotency_key="k/1")
    assert first == again
    assert len(stage.sandbox.mailbox) == 1


async def test_another_email_under_a_used_key_is_refused(stage: Stage) -> None:
    mailer = stage.mailer()
    await mailer.send(email(), idempotency_key="k/1")
    with pytest.raises(Refused) as refused:
        await mailer.send(email(subject="Outro"), idempotency_key="k/1")
    assert (refused.value.reason, refused.value.code) == ("key_reused", "invalid_idempotent_request")


async def test_an_answer_that_never_came_is_asked_for_again_without_a_second_email(stage: Stage) -> None:
    fault = stage.world.faults["resend"]
    fault.mode, fault.times = "drop", 1
    email_id = await stage.mailer().send(email(), idempotency_key="k/1")
    assert [m.id for m in stage.sandbox.mailbox] == [email_id]
    assert [r.outcome for r in stage.records] == ["uncertain", "answered"]


async def test_while_the_first_call_still_runs_a_second_waits_its_turn(stage: Stage) -> None:
    stage.sandbox.gate.clear()
    async with stage.world.listen() as heard:
        slow = asyncio.create_task(stage.mailer().send(email(), idempotency_key="k/1"))
        await asyncio.wait_for(stage.sandbox.at_gate.wait(), 5)
        with pytest.raises(Unavailable) as refused:
            await stage.mailer().send(email(), idempotency_key="k/1")
        assert refused.value.code == "concurrent_idempotent_requests"
        stage.sandbox.gate.set()
        email_id = await slow
        assert (await asyncio.wait_for(_next(heard, "mail"), 5))["id"] == email_id
    assert len(stage.sandbox.mailbox) == 1


async def _next(heard: asyncio.Queue[dict[str, Any]], topic: str) -> dict[str, Any]:
    while True:
        told = await heard.get()
        if told["topic"] == topic:
            return told


@pytest.mark.parametrize("mode", ["down", "slow", "garbage", "busy", "drop"])
async def test_a_provider_in_trouble_is_unavailable_and_nothing_is_sent_twice(stage: Stage, mode: Any) -> None:
    fault = stage.world.faults["resend"]
    fault.mode, fault.delay = mode, 0.8
    with pytest.raises(Unavailable):
        await stage.mailer().send(email(), idempotency_key="k/1")
    assert len(stage.records) == 3
    fault.mode = "none"
    email_id = await stage.mailer().send(email(), idempotency_key="k/1")
    assert [m.id for m in stage.sandbox.mailbox] == [email_id]


@pytest.mark.parametrize("status", [400, 401, 403])
async def test_a_wrong_key_is_told_from_a_wrong_email(stage: Stage, status: int) -> None:
    stage.sandbox.bad_key_status = status
    with pytest.raises(Unauthorised) as refused:
        await stage.mailer(api_key="re_wrong").send(email(), idempotency_key="k/1")
    assert refused.value.reason == "bad_key"
    assert len(stage.records) == 1


@pytest.mark.parametrize("kind", ["inactive", "suspended"])
async def test_a_key_that_was_taken_back(stage: Stage, kind: str) -> None:
    stage.sandbox.keys["re_old"] = kind
    with pytest.raises(Unauthorised) as refused:
        await stage.mailer(api_key="re_old").send(email(), idempotency_key="k/1")
    assert refused.value.reason == "bad_key"


async def test_a_sender_of_another_domain(stage: Stage) -> None:
    with pytest.raises(Refused) as refused:
        await stage.mailer(sender="AutoPars <oi@autopars.example>").send(email(), idempotency_key="k/1")
    assert refused.value.reason == "unverified_domain"
    assert not isinstance(refused.value, Unauthorised)


@pytest.mark.parametrize("to", ["no address", "somebody@example.com"])
async def test_an_address_that_cannot_be(stage: Stage, to: str) -> None:
    with pytest.raises(Refused) as refused:
        await stage.mailer().send(email(to), idempotency_key="k/1")
    assert refused.value.reason == "bad_address"
    assert to not in refused.value.detail + str(refused.value)


async def test_too_many_calls_a_second_are_slowed_down(stage: Stage) -> None:
    stage.sandbox.per_second = 2
    stage.sandbox.timer = lambda: 1.0
    mailer = stage.mailer()
    for number in range(2):
        await mailer.send(email(), idempotency_key=f"k/{number}")
    with pytest.raises(RateLimited) as refused:
        await mailer.send(email(), idempotency_key="k/2")
    assert refused.value.retry_after == 1
    assert [r.status for r in stage.records] == [200, 200, 429, 429, 429]
    stage.sandbox.timer = lambda: 2.0
    await mailer.send(email(), idempotency_key="k/2")


@pytest.mark.parametrize(
    ("answer", "kind", "reason"),
    [
        (refusal(422, "missing_required_field", "Missing `to` field."), Refused, "missing_required_field"),
        (refusal(422, "invalid_attachment"), Refused, "invalid_attachment"),
        (refusal(400, "a_name_of_next_year", "new"), Refused, "a_name_of_next_year"),
        (refusal(403, "invalid_permission"), Unauthorised, "not_allowed"),
        (refusal(403, "invalid_api_key", "API key is invalid"), Unauthorised, "bad_key"),
        (refusal(409, "resource_locked"), Unavailable, "resource_locked"),
        (refusal(500, "application_error"), Unavailable, "http_500"),
        (refusal(503, "service_unavailable"), Unavailable, "http_503"),
        (web.Response(status=403, text="error code: 1010", content_type="text/html"), Unavailable, "blocked"),
        (web.Response(status=502, text="<html>bad gateway</html>", content_type="text/html"), Unavailable, "http_502"),
        (web.Response(status=404), Unavailable, "blocked"),
        (web.json_response({"id": ""}), Unavailable, "unreadable"),
        (web.json_response(["no object"]), Unavailable, "unreadable"),
        (web.json_response({"id": 7}), Unavailable, "unreadable"),
    ],
    ids=lambda v: v.status if isinstance(v, web.Response) else None,
)
async def test_every_answer_has_its_class(
    answering: Any, answer: web.Response, kind: type[ProviderError], reason: str
) -> None:
    mailer, answers, seen = answering
    answers.append(answer)
    with pytest.raises(kind) as refused:
        await mailer.send(email(), idempotency_key="k/1")
    assert type(refused.value) is kind
    assert refused.value.reason == reason
    assert len(seen) == (1 if isinstance(refused.value, Refused) else 3)


async def test_repeats_carry_the_same_bytes_under_the_same_key(answering: Any) -> None:
    mailer, answers, seen = answering
    answers += [
        web.Response(status=502),
        refusal(409, "concurrent_idempotent_requests"),
        web.json_response({"id": "e"}),
    ]
    assert await mailer.send(email(tags={"z": "1", "a": "2"}), idempotency_key="k/1") == "e"
    assert len({await request.read() for request in seen}) == 1
    assert {request.headers["Idempotency-Key"] for request in seen} == {"k/1"}
    assert {request.headers["User-Agent"] for request in seen} == {"AutoPars Bot"}


async def test_attachments_beyond_what_goes_into_an_email(stage: Stage) -> None:
    heavy = File(bytes(31 * 1024 * 1024), "application/pdf", "a.pdf")
    with pytest.raises(Refused) as refused:
        await stage.mailer().send(email(attachments=[heavy]), idempotency_key="k/1")
    assert refused.value.reason == "too_large"
    assert stage.records == []


async def test_the_record_holds_neither_key_nor_address(stage: Stage) -> None:
    await stage.mailer().send(email(), idempotency_key="k/1")
    (record,) = stage.records
    written = repr(record)
    assert record.operation == "email.send"
    assert KEY not in written
    assert "marina@" not in written


async def test_check_takes_both_kinds_of_key_and_no_other(stage: Stage) -> None:
    stage.sandbox.keys["re_only_sends"] = "sending_access"
    await stage.mailer().check()
    await stage.mailer(api_key="re_only_sends").check()
    with pytest.raises(Unauthorised):
        await stage.mailer(api_key="re_wrong").check()


@pytest.mark.parametrize(
    ("key", "same"),
    [
        ("notice/paid/1042", True),
        ("x" * 256, True),
        ("x" * 257, False),
        ("pedido-ção", False),
        ("", False),
        ("a\nb", False),
    ],
)
def test_keys_fit_into_a_header(key: str, same: bool) -> None:
    made = safe_key(key)
    assert 1 <= len(made) <= 256
    assert made.isascii()
    assert (made == key) is same
    assert made == safe_key(key)


async def test_the_stand_in_and_the_receiver_agree(stage: Stage) -> None:
    """The whole way: mail out, signed webhooks back, each once under its own id."""
    receiving = ResendReceiver(WEBHOOK_SECRET)
    told: asyncio.Queue[MailFact] = asyncio.Queue()

    async def webhook(request: web.Request) -> web.Response:
        body = await request.read()
        if not receiving.authentic(request.headers, body, ""):
            return web.Response(status=401)
        for incoming in receiving.events(request.headers, await request.json()):
            assert isinstance(incoming.event, MailFact)
            told.put_nowait(incoming.event)
        return web.Response(text="ok")

    app = web.Application()
    app.router.add_post("/webhooks/resend", webhook)
    async with TestServer(app) as bot:
        stage.sandbox.webhook_url = str(bot.make_url("/webhooks/resend"))
        email_id = await stage.mailer().send(email("bounced+1042@resend.dev"), idempotency_key="k/1")
        sent = await asyncio.wait_for(told.get(), 5)
        bounced = await asyncio.wait_for(told.get(), 5)
    assert (sent.email_id, sent.fact) == (email_id, "other")
    assert (bounced.email_id, bounced.fact) == (email_id, "bounced")
    assert "550" in bounced.detail


# --- what became of them, without a webhook ----------------------------------------------------------------


async def test_what_did_not_arrive_is_read_page_by_page(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.integrations.resend.client.PAGE", 2)
    mailer, since = stage.mailer(), datetime.now(UTC) - timedelta(days=1)
    wanted = {}
    for number, name in enumerate(["bounced", "delivered", "complained", "suppressed", "delivered"]):
        address = f"{name}+{number}@resend.dev"
        wanted[await mailer.send(email(address), idempotency_key=f"k/{number}")] = (name, address)
    async with asyncio.timeout(5), stage.world.listen() as news:
        while not all(m.last_event in (*wanted[m.id], "delivered") for m in stage.sandbox.mailbox):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(news.get(), 0.05)
    found = await mailer.unhappy(since)
    assert {(m.email_id, m.fact, m.address) for m in found} == {
        (email_id, name, address) for email_id, (name, address) in wanted.items() if name != "delivered"
    }
    lists = [record for record in stage.records if record.operation == "email.list"]
    assert len(lists) == 3
    later = await mailer.unhappy(datetime.now(UTC) + timedelta(days=1))
    assert [m.fact for m in later] == ["suppressed"], "one page is enough where all on it are older"


async def test_a_key_that_may_only_send_sees_none(stage: Stage) -> None:
    stage.sandbox.keys["re_only_sends"] = "sending_access"
    assert await stage.mailer(api_key="re_only_sends").unhappy(datetime.now(UTC)) == []
