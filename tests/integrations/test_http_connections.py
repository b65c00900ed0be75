"""The connections below the one way out: none is lost whatever happens to a call."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.integrations import http as module
from bot.integrations.errors import ProviderError, Unavailable, Uncertain
from bot.integrations.http import CallRecord, Http, ProviderHttp
from tests.support import make_http

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[ProviderHttp]]


@pytest.fixture
def records() -> list[CallRecord]:
    return []


@pytest.fixture
async def http(records: list[CallRecord], monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Http]:
    """One connection in all: one that is not given back stops whatever comes next."""

    def session() -> aiohttp.ClientSession:
        made = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1))
        made._retry_connection = False
        return made

    monkeypatch.setattr(module, "_session", session)
    made = make_http(records, timeout=20)
    yield made
    await made.close()


@pytest.fixture
async def serve(http: Http) -> AsyncIterator[Serve]:
    servers: list[TestServer] = []

    async def serve(handler: Handler) -> ProviderHttp:
        app = web.Application()
        app.router.add_route("*", "/x", handler)
        app.router.add_route("*", "/well", _well)
        server = TestServer(app)
        await server.start_server()
        servers.append(server)
        return http.provider("pay", str(server.make_url("")))

    yield serve
    for server in servers:
        await server.close()


async def _well(request: web.Request) -> web.Response:
    assert request.transport is not None
    return web.json_response({"from": request.transport.get_extra_info("peername")[1]})


async def _silent(_: web.Request) -> web.Response:
    await asyncio.Event().wait()
    raise AssertionError


async def _half(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    response.content_length = 100
    await response.prepare(request)
    await response.write(b"{")
    assert request.transport is not None
    request.transport.close()
    return response


async def _cut(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


async def _dripping(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    await response.write(b"{")
    await asyncio.Event().wait()
    return response


async def _endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b"x" * 5000)


async def _bomb(_: web.Request) -> web.Response:
    return web.Response(body=gzip.compress(b"x" * 5_000_000), headers={"Content-Encoding": "gzip"})


async def _garbled(_: web.Request) -> web.Response:
    return web.Response(body=b"no gzip at all", headers={"Content-Encoding": "gzip"})


async def _sent(_: web.Request) -> web.Response:
    return web.Response(status=302, headers={"Location": "/well"}, body=b"x" * 1000)


@pytest.mark.parametrize(
    ("handler", "error", "reason"),
    [
        (_silent, Uncertain, "timeout"),
        (_dripping, Uncertain, "timeout"),
        (_cut, Uncertain, "cut"),
        (_half, Uncertain, "cut"),
        (_garbled, Uncertain, "cut"),
        (_endless, Uncertain, "too_large"),
        (_bomb, Uncertain, "too_large"),
        (_sent, Uncertain, "http_302"),
    ],
)
async def test_no_connection_is_lost_to_a_call_that_fails(
    serve: Serve, handler: Handler, error: type[ProviderError], reason: str
) -> None:
    way = await serve(handler)
    deadline = 0.2 if reason == "timeout" else None
    for _ in range(2):
        with pytest.raises(error) as caught:
            await way.call("POST", "/x", operation="x", json={}, max_bytes=1000, timeout=deadline)
        assert (type(caught.value), caught.value.reason) == (error, reason)
        assert (await way.call("GET", "/well", operation="x")).ok


@pytest.mark.parametrize("answering", [False, True])
async def test_no_connection_is_lost_to_a_call_that_is_given_up(serve: Serve, answering: bool) -> None:
    asked = asyncio.Event()

    async def hanging(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        if answering:
            await response.prepare(request)
            await response.write(b"{")
        asked.set()
        await asyncio.Event().wait()
        return response

    way = await serve(hanging)
    call = asyncio.create_task(way.call("POST", "/x", operation="x", json={}))
    await asked.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert (await way.call("GET", "/well", operation="x")).ok


async def test_a_connection_is_used_again_and_again(serve: Serve) -> None:
    way = await serve(_silent)
    used = {(await way.call("GET", "/well", operation="x")).json["from"] for _ in range(5)}
    assert len(used) == 1


async def test_what_was_packed_is_read_unpacked(serve: Serve, records: list[CallRecord]) -> None:
    async def packed(request: web.Request) -> web.Response:
        assert request.headers.getall("Accept-Encoding") == ["gzip, deflate"]
        return web.Response(body=gzip.compress(b'{"n": 1.10}'), headers={"Content-Encoding": "gzip"})

    answer = await (await serve(packed)).call("GET", "/x", operation="x")
    assert (answer.body, answer.json) == (b'{"n": 1.10}', {"n": "1.10"})
    assert records[0].response == '{"n":"1.10"}'


async def test_waiting_for_a_connection_in_vain_is_surely_not_done(serve: Serve) -> None:
    asked = asyncio.Event()

    async def hanging(_: web.Request) -> web.Response:
        asked.set()
        return await _silent(_)

    way = await serve(hanging)
    first = asyncio.create_task(way.call("POST", "/x", operation="x", json={}))
    await asked.wait()
    with pytest.raises(Unavailable) as caught:
        await way.call("POST", "/x", operation="x", json={}, timeout=0.1)
    assert caught.value.reason == "unreachable"
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_a_name_that_is_looked_up_in_vain_is_surely_not_done(
    http: Http, records: list[CallRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def endless(*_: object, **__: object) -> list[object]:
        await asyncio.Event().wait()
        return []

    monkeypatch.setattr(aiohttp.ThreadedResolver, "resolve", endless)
    http.delays = (0.0,)
    with pytest.raises(Unavailable) as caught:  # 0.3 s between the two deadlines, for a busy machine
        await http.provider("pay", "http://provider.example").call("POST", "/x", operation="x", json={}, timeout=1.5)
    assert caught.value.reason == "unreachable"
    assert [r.outcome for r in records] == ["unavailable"]


@pytest.mark.parametrize(
    ("method", "given", "said"),
    [
        ("POST", {"json": {"a": "é😀"}}, ("application/json", "14", '{"a":"é😀"}')),
        ("PUT", {"json": [1.5], "params": {"b": "c d"}}, ("application/json", "5", "[1.5]")),
        ("POST", {"json": {}}, ("application/json", "2", "{}")),
        ("POST", {"data": {"a": "é"}}, ("application/x-www-form-urlencoded", "8", "a=%C3%A9")),
        ("GET", {"params": {"b": "c d"}}, ("", "", "")),
    ],
)
async def test_what_is_sent_and_how_it_is_named(
    serve: Serve, method: str, given: dict[str, Any], said: tuple[str, str, str]
) -> None:
    async def told(request: web.Request) -> web.Response:
        headers = [request.headers.get(name, "") for name in ("Content-Type", "Content-Length")]
        agents = request.headers.getall("User-Agent")
        return web.json_response([*headers, await request.text(), dict(request.query), agents])

    answer = await (await serve(told)).call(method, "/x", operation="x", **given)
    assert answer.json == [*said, given.get("params", {}), ["AutoPars Bot"]]


async def test_headers_of_a_call_stand_for_those_of_the_provider_however_they_are_written(
    http: Http, serve: Serve
) -> None:
    async def told(request: web.Request) -> web.Response:
        names = ("accept", "x-key", "x-other", "cookie")
        said = {name: request.headers.getall(name, []) for name in names}
        answer = web.json_response(said)
        answer.set_cookie("visit", "1")
        return answer

    base = (await serve(told)).base_url
    way = http.provider("pay", base, {"accept": "application/json", "X-Key": "a", "X-Other": "b"})
    for _ in range(2):  # nor is a cookie kept
        answer = await way.call("GET", "/x", operation="x", headers={"x-key": "c"})
        assert answer.json == {"accept": ["application/json"], "x-key": ["c"], "x-other": ["b"], "cookie": []}
    assert (await way.call("GET", "/x", operation="x")).json["x-key"] == ["a"]


async def test_the_name_of_a_shop_may_have_accents(http: Http, serve: Serve) -> None:
    """It goes along as UTF-8: Melhor Envio wants the shop's name in every call."""

    async def told(request: web.Request) -> web.Response:
        return web.json_response(request.headers["User-Agent"])

    name = "Auto Peças São João (contato@loja.example)"
    way = http.provider("pay", (await serve(told)).base_url, {"User-Agent": name})
    assert (await way.call("GET", "/x", operation="x")).json == name
