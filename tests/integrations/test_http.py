"""The one way out: deadline, tries by class of outcome, circuit, record."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port
from aioresponses import aioresponses

from bot.correlation import correlation
from bot.integrations.circuit import FIRST, THRESHOLD, Circuit, Circuits
from bot.integrations.errors import (
    CircuitOpen,
    NotFound,
    ProviderError,
    RateLimited,
    Refused,
    Unavailable,
    Uncertain,
)
from bot.integrations.http import Answer, CallRecord, Http, Reader
from tests.conftest import TestClock
from tests.support import make_http

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """Answers from a queue of handlers; the last one stays."""

    def __init__(self) -> None:
        self.handlers: list[Handler] = []
        self.calls = 0
        self._server: TestServer | None = None

    async def start(self) -> str:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._server = TestServer(app)
        await self._server.start_server()
        return str(self._server.make_url("")).rstrip("/")

    async def stop(self) -> None:
        if self._server is not None:
            await self._server.close()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.calls += 1
        handler = self.handlers.pop(0) if len(self.handlers) > 1 else self.handlers[0]
        return await handler(request)


def status(code: int, **headers: str) -> Handler:
    async def handler(_: web.Request) -> web.Response:
        return web.json_response({"n": 1.10}, status=code, headers={k.replace("_", "-"): v for k, v in headers.items()})

    return handler


async def cut(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


async def drip(request: web.Request) -> web.StreamResponse:
    """A byte now and then: per-read time-outs never fire."""
    response = web.StreamResponse()
    await response.prepare(request)
    try:
        for _ in range(100):
            await response.write(b" ")
            await asyncio.sleep(0.05)
    except (ConnectionError, asyncio.CancelledError):
        pass
    return response


@pytest.fixture
def records() -> list[CallRecord]:
    return []


@pytest.fixture
async def http(records: list[CallRecord]) -> AsyncIterator[Http]:
    made = make_http(records, secrets=("secret-token-1",))
    yield made
    await made.close()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    made = Server()
    yield made
    await made.stop()


async def test_an_answer_and_its_record(http: Http, server: Server, records: list[CallRecord]) -> None:
    server.handlers = [status(200)]
    token = correlation.set("order-1042-a1/create")
    answer = await http.provider("pay", await server.start(), {"x-key": "secret-token-1"}).call(
        "POST", "/a/secret-token-1", operation="charge.create", json={"cpfCnpj": "52998224725"}
    )
    correlation.reset(token)
    assert answer.json == {"n": "1.1"}  # decimals stay text, never floats
    (record,) = records
    assert (record.provider, record.operation, record.status) == ("pay", "charge.create", 200)
    assert record.correlation == "order-1042-a1/create"
    assert "secret-token-1" not in record.url
    assert "52998224725" not in record.request


@pytest.mark.parametrize("reader", [None, lambda answer: Refused("pay", answer.text)])
async def test_what_a_provider_says_of_a_failure_is_redacted_and_cut(
    http: Http, server: Server, reader: Reader | None
) -> None:
    said = f"CPF 529.982.247-25, marina@example.org, secret-token-1 {'x' * 430} secret-token-1 {'x' * 9000}"

    async def refuse(_: web.Request) -> web.Response:
        return web.Response(status=422, text=said)

    server.handlers = [refuse]
    way = http.provider("pay", await server.start(), refusal=reader)
    with pytest.raises(Refused) as caught:
        await way.call("GET", "/a", operation="x")
    detail = caught.value.detail
    assert len(detail) == 500
    assert not [word for word in ("529", "marina", "secret") if word in detail]


async def test_one_deadline_around_a_dripping_answer(http: Http, server: Server) -> None:
    server.handlers = [drip]
    way = http.provider("pay", await server.start())
    started = asyncio.get_running_loop().time()
    with pytest.raises(Uncertain):
        await way.call("POST", "/", operation="x", json={})
    assert asyncio.get_running_loop().time() - started < 2  # the whole drip would take five seconds
    assert server.calls == 1


async def test_refused_connections_are_surely_not_done_and_tried_three_times(
    http: Http, records: list[CallRecord]
) -> None:
    way = http.provider("pay", f"http://127.0.0.1:{unused_port()}")
    with pytest.raises(Unavailable):
        await way.call("POST", "/", operation="x", json={})
    assert [r.attempt for r in records] == [1, 2, 3]
    assert {r.outcome for r in records} == {"unavailable"}


@pytest.mark.parametrize("handler", [cut, status(500), status(502), status(503), status(504)])
async def test_an_ambiguous_post_is_not_repeated(http: Http, server: Server, handler: Handler) -> None:
    server.handlers = [handler]
    with pytest.raises(Uncertain):
        await http.provider("pay", await server.start()).call("POST", "/", operation="x", json={})
    assert server.calls == 1


@pytest.mark.parametrize("method", ["PUT", "DELETE", "POST"])
async def test_nothing_is_sent_twice_behind_our_back(http: Http, server: Server, method: str) -> None:
    server.handlers = [cut]
    with pytest.raises(Uncertain):
        await http.provider("pay", await server.start()).call(method, "/", operation="x", repeat="unsent")
    assert server.calls == 1


async def test_a_read_that_is_cut_is_tried_three_times_and_each_is_on_record(
    http: Http, server: Server, records: list[CallRecord]
) -> None:
    server.handlers = [cut]
    with pytest.raises(Unavailable):
        await http.provider("pay", await server.start()).call("GET", "/", operation="x")
    assert server.calls == len(records) == 3


async def test_an_ambiguous_read_is_repeated(http: Http, server: Server) -> None:
    server.handlers = [status(500), status(504), status(200)]
    answer = await http.provider("pay", await server.start()).call("GET", "/", operation="x")
    assert answer.ok
    assert server.calls == 3


async def test_too_many_requests_waits_as_told(server: Server) -> None:
    waits: list[float] = []
    http = make_http()

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    http.sleep, http.monotonic = sleep, lambda: sum(waits)
    server.handlers = [status(429, Retry_After="7"), status(503, Retry_After="5"), status(200)]
    await http.provider("pay", await server.start()).call("POST", "/", operation="x", json={})
    assert waits == [1.0, 6.0, 4.0, 1.0]  # 7 = the usual 1 + 6; 5 = the usual 4 + 1
    await http.close()


async def test_a_long_wish_to_wait_parks_instead(http: Http, server: Server) -> None:
    server.handlers = [status(429, Retry_After="120")]
    with pytest.raises(RateLimited) as caught:
        await http.provider("pay", await server.start()).call("GET", "/", operation="x")
    assert caught.value.retry_after == 120
    assert server.calls == 1


async def test_a_busy_answer_is_doubt_where_nobody_promises_that_nothing_was_done(http: Http, server: Server) -> None:
    server.handlers = [status(429, Retry_After="0")] * 2 + [status(200)]
    provider = http.provider("pay", await server.start(), busy_is_doubt=True)
    with pytest.raises(Uncertain):
        await provider.call("POST", "/", operation="x", json={})
    assert server.calls == 1
    assert (await provider.call("GET", "/", operation="x")).status == 200  # what may be repeated is
    assert server.calls == 3


@pytest.mark.parametrize("code", [400, 401, 403, 404, 409, 422])
async def test_any_other_status_is_final(http: Http, server: Server, code: int) -> None:
    server.handlers = [status(code, Location="http://127.0.0.1:1/")]
    with pytest.raises(Refused) as caught:
        await http.provider("pay", await server.start()).call("GET", "/", operation="x")
    assert caught.value.status == code
    assert server.calls == 1


def page(code: int) -> Handler:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=code, text="<html><h1>Sign in to the network</h1></html>", content_type="text/html")

    return handler


@pytest.mark.parametrize("code", [200, 400, 404, 405, 407, 409, 422])
@pytest.mark.parametrize("reader", [None, lambda answer: NotFound("pay") if answer.status == 404 else None])
async def test_a_page_of_a_proxy_neither_grants_nor_refuses(
    http: Http, server: Server, records: list[CallRecord], code: int, reader: Reader | None
) -> None:
    """Whatever it says: what was asked for is in doubt, and what is read is asked again."""
    server.handlers = [page(code)]
    way = http.provider("pay", await server.start(), refusal=reader)
    with pytest.raises(Uncertain) as unclear:
        await way.call("POST", "/a", operation="x", json={})
    assert (unclear.value.reason, unclear.value.status, server.calls) == ("blocked", code, 1)
    with pytest.raises(Unavailable) as away:
        await way.call("GET", "/a", operation="x")
    assert (away.value.reason, server.calls) == ("blocked", 4)
    assert {r.outcome for r in records} == {"uncertain"}
    assert http.circuits.state("pay").is_open


@pytest.mark.parametrize("code", [401, 403, 413])
async def test_a_page_that_keeps_us_out_is_the_readers_to_judge(http: Http, server: Server, code: int) -> None:
    server.handlers = [page(code)]
    with pytest.raises(Refused):
        await http.provider("pay", await server.start()).call("POST", "/a", operation="x", json={})


async def test_a_provider_may_speak_in_pages(http: Http, server: Server) -> None:
    def known(answer: Answer) -> ProviderError | None:
        return ProviderError("pay", reason="there_is_none") if answer.status == 400 else None

    server.handlers = [page(400)]
    with pytest.raises(ProviderError) as said:
        await http.provider("pay", await server.start(), refusal=known).call("GET", "/a", operation="x")
    assert (said.value.reason, server.calls) == ("there_is_none", 1)


async def test_an_answer_over_the_limit_is_refused(http: Http, server: Server) -> None:
    async def long(_: web.Request) -> web.Response:
        return web.Response(text="x" * 5000)

    server.handlers = [long]
    with pytest.raises(Refused) as caught:
        await http.provider("pay", await server.start()).call("GET", "/", operation="x", max_bytes=1000)
    assert caught.value.reason == "too_large"


async def test_the_circuit_opens_is_probed_by_one_call_and_closes(clock: TestClock, server: Server) -> None:
    http = make_http(clock=clock)
    server.handlers = [status(500)]
    way = http.provider("pay", await server.start())
    with pytest.raises(Unavailable):
        await way.call("GET", "/", operation="x")
    with pytest.raises(Unavailable):
        await way.call("GET", "/", operation="x")
    assert server.calls == THRESHOLD
    with pytest.raises(CircuitOpen) as caught:
        await way.call("GET", "/", operation="x")
    assert 0 < caught.value.retry_after <= FIRST.total_seconds()
    assert server.calls == THRESHOLD
    clock.jump(FIRST)
    server.handlers = [status(200)]
    assert (await way.call("GET", "/", operation="x")).ok
    assert not http.circuits.state("pay").is_open
    await http.close()


async def test_a_failed_probe_doubles_the_wait(clock: TestClock) -> None:
    changes: list[Circuit] = []

    async def changed(circuit: Circuit) -> None:
        changes.append(circuit)

    circuits = Circuits(clock)
    circuits.on_change(changed)
    for _ in range(THRESHOLD):
        await circuits.failed("pay")
    clock.jump(FIRST)
    assert circuits.wait("pay") == 0.0
    assert circuits.wait("pay") > 0  # one probe at a time
    await circuits.failed("pay")
    assert circuits.state("pay").wait_s == 2 * FIRST.total_seconds()
    clock.jump(timedelta(minutes=10))
    assert circuits.wait("pay") == 0.0
    await circuits.succeeded("pay")
    assert [c.is_open for c in changes] == [True, True, False]


async def test_too_many_requests_do_not_open_the_circuit(http: Http, server: Server) -> None:
    server.handlers = [status(429)]
    way = http.provider("pay", await server.start())
    for _ in range(3):
        with pytest.raises(RateLimited):
            await way.call("GET", "/", operation="x")
    assert not http.circuits.state("pay").is_open


async def test_aioresponses_catches_what_goes_out(http: Http) -> None:
    with aioresponses() as mocked:
        mocked.get("https://provider.example/v1/x", payload={"ok": True})
        answer = await http.provider("pay", "https://provider.example/v1").call("GET", "/x", operation="x")
    assert answer.json == {"ok": True}


async def test_a_mocked_time_out_is_classed_by_us(http: Http) -> None:
    with aioresponses() as mocked:
        mocked.post("https://provider.example/x", exception=TimeoutError())
        with pytest.raises(Uncertain):
            await http.provider("pay", "https://provider.example").call("POST", "/x", operation="x", json={})


async def test_httpx_stands_in_one_module() -> None:
    from pathlib import Path

    import bot

    users = [p.name for p in Path(bot.__file__).parent.rglob("*.py") if "import httpx" in p.read_text("utf-8")]
    assert users == ["http.py"]


@pytest.mark.parametrize(
    "path",
    [
        "https://elsewhere.example/v3/payments",
        "//elsewhere.example/payments",
        "@elsewhere.example/payments",
        ".elsewhere.example/",
        ":8443/payments",
        "/payments/../customers/cus_1",
        "/payments/..",
        "/payments/pay_1/../../finance/balance",
        "/payments/./x",
        "/payments/pay_1?access_token=x",
        "/payments/pay_1#x",
        "/payments//refund",
        "/payments/pay_1\r\nX: y",
        "/payments/a b",
        "/payments\\..\\x",
    ],
)
async def test_an_id_out_of_a_payload_leads_to_no_other_place(http: Http, server: Server, path: str) -> None:
    way = http.provider("pay", await server.start())
    with pytest.raises(Refused) as caught:
        await way.call("GET", path, operation="x")
    assert caught.value.reason == "bad_address"
    assert server.calls == 0


async def test_no_redirect_is_followed(http: Http, server: Server) -> None:
    """Nor does it say whether anything was done: somebody else than the provider has answered."""

    async def elsewhere(_: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "/other"})

    server.handlers = [elsewhere]
    way = http.provider("pay", await server.start())
    with pytest.raises(Uncertain):
        await way.call("POST", "/x", operation="x", json={})
    assert server.calls == 1
    with pytest.raises(Unavailable):
        await way.call("GET", "/x", operation="x")
