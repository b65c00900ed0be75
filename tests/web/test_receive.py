"""Receivers over real sockets: what is answered, and that nothing from a bad origin is stored."""

from __future__ import annotations

import asyncio
import gzip
import hmac
import io
import json
from collections.abc import AsyncIterator, Mapping, Sequence

import aiohttp
import pytest
import sqlalchemy as sa
from aiohttp import web
from aiohttp.test_utils import TestServer
from multidict import CIMultiDict

from bot.domain.events import Incoming, PaymentFact
from bot.engine.intake import Full, Told
from bot.engine.store import StoreDown
from bot.integrations.melhor_envio import MelhorEnvioReceiver
from bot.redaction import Redactor
from bot.webhooks import receive
from bot.webhooks.reading import DEEPEST
from bot.webhooks.receive import Webhooks

HOOKS = web.AppKey("hooks", Webhooks)
TOKEN = "a-token-of-our-own-that-is-long-enough"


class Receiver:
    source = "pay"

    def authentic(self, headers: Mapping[str, str], body: bytes, secret_in_path: str) -> bool:
        return hmac.compare_digest(headers.get("x-token", "").encode(), TOKEN.encode())

    def events(self, headers: Mapping[str, str], body: dict[str, object]) -> list[Incoming]:
        if "id" not in body:
            return []
        fact = PaymentFact(charge_id="pay_1", fact="paid")
        return [Incoming(source="pay", key=str(body["id"]), lane="order:1", event=fact)]


class Probed(Receiver):
    """As a provider's that tries the address first."""

    is_probe = MelhorEnvioReceiver("").is_probe


class Put:
    def __init__(self) -> None:
        self.stored: list[Incoming] = []
        self.trouble: Exception | None = None

    def __call__(self, incoming: Sequence[Incoming], told: Told) -> None:
        if self.trouble:
            raise self.trouble
        news = [i.key not in {s.key for s in self.stored} for i in incoming]
        self.stored += [i for i, new in zip(incoming, news, strict=True) if new]
        told.set_result(news)


@pytest.fixture
def put() -> Put:
    return Put()


@pytest.fixture
async def server(put: Put) -> AsyncIterator[TestServer]:
    app = web.Application()
    hooks = app[HOOKS] = Webhooks(put, Redactor([TOKEN]))
    app.add_routes([*hooks.route("/pay", Receiver()), *hooks.probed_route("/probed", Probed())])
    app.add_routes(hooks.route("/listed", Receiver(), allowed_ips=["10.0.0.1"]))
    started = TestServer(app)
    await started.start_server()
    yield started
    await started.close()


async def post(server: TestServer, body: bytes | object, path: str = "/pay", **headers: str) -> tuple[int, str]:
    data = io.BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
    sent = {"Content-Type": "application/json", "x-token": TOKEN, **headers}
    async with (
        aiohttp.ClientSession() as session,
        session.post(server.make_url(path), data=data, headers=sent) as response,
    ):
        return response.status, await response.text()


async def test_stored_then_200_and_a_repeat_too(server: TestServer, put: Put) -> None:
    for _ in range(3):
        assert await post(server, {"id": "e1"}) == (200, "ok")
    assert [i.key for i in put.stored] == ["e1"]
    await post(server, {"nothing": "of interest"})
    await post(server, b"{")
    counts = {"stored": 1, "repeated": 2, "ignored": 1, "refused_400": 1}
    assert server.app[HOOKS].counts == {("pay", what): count for what, count in counts.items()}


async def test_a_bad_origin_gets_401_and_leaves_nothing(server: TestServer, put: Put) -> None:
    assert (await post(server, {"id": "e1"}, **{"x-token": "wrong"}))[0] == 401
    assert (await post(server, {"id": "e1"}, **{"x-token": ""}))[0] == 401
    assert (await post(server, {"id": "e1"}, "/listed"))[0] == 401
    assert put.stored == []


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[1]", b'"text"', b"\xff\xfe", json.dumps({"a": None}).encode()[:-2], b"[" * 100_000]
)
async def test_an_unreadable_body_gets_400(server: TestServer, put: Put, body: bytes) -> None:
    assert (await post(server, body))[0] == 400
    assert put.stored == []


async def test_too_deep_is_unreadable(server: TestServer, put: Put) -> None:
    for wrap in (lambda inner: {"d": inner}, lambda inner: ["flat", inner]):
        deep: object = "x"
        for _ in range(DEEPEST - 1):  # the body itself is one more
            deep = wrap(deep)
        assert (await post(server, {"id": "e", "deep": deep, "flat": [{}] * DEEPEST}))[0] == 200
        assert (await post(server, {"id": "e", "deep": wrap(deep)}))[0] == 400


async def test_over_one_mebibyte_gets_413(server: TestServer, put: Put) -> None:
    body = json.dumps({"id": "e", "x": ""}).encode()
    most = body.replace(b'""', b'"%s"' % (b"y" * (1024 * 1024 - len(body))))
    assert (await post(server, most + b" "))[0] == 413
    assert put.stored == []
    assert (await post(server, most))[0] == 200


async def test_compressed_or_not_json_gets_415(server: TestServer, put: Put) -> None:
    assert (await post(server, {"id": "e"}, **{"Content-Encoding": "gzip"}))[0] == 415
    assert (await post(server, {"id": "e"}, **{"Content-Type": "text/plain"}))[0] == 415
    assert put.stored == []


async def test_a_second_header_packs_nothing(server: TestServer, put: Put) -> None:
    sent = [("Content-Type", "application/json"), ("x-token", TOKEN), ("Content-Encoding", "identity")]
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            server.make_url("/pay"),
            data=gzip.compress(b'{"id": "e"}'),
            headers=CIMultiDict([*sent, ("Content-Encoding", "gzip")]),
        ) as response,
    ):
        assert response.status == 415
    assert put.stored == []


async def test_other_methods_get_405(server: TestServer) -> None:
    async with aiohttp.ClientSession() as session, session.get(server.make_url("/pay")) as response:
        assert response.status == 405


async def test_a_body_that_does_not_come_gets_408(
    server: TestServer, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receive, "SLOWEST_BODY", 0.2)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"POST /pay HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{")
    await writer.drain()
    assert b" 408 " in await asyncio.wait_for(reader.readline(), 5)
    writer.close()
    assert put.stored == []


@pytest.mark.parametrize(
    "trouble", [Full(), StoreDown(), sa.exc.OperationalError("x", {}, OSError()), OSError(28, "full")]
)
async def test_what_cannot_be_stored_gets_503(server: TestServer, put: Put, trouble: Exception) -> None:
    put.trouble = trouble
    async with (
        aiohttp.ClientSession() as session,
        session.post(server.make_url("/pay"), json={"id": "e"}, headers={"x-token": TOKEN}) as response,
    ):
        assert response.status == 503
        assert response.headers["Retry-After"] == "5"


async def test_what_concerns_nobody_gets_200(server: TestServer, put: Put) -> None:
    assert await post(server, {"other": 1}) == (200, "ok")
    assert put.stored == []


@pytest.mark.parametrize("body", [b"", b"{}", b'{"data":{}}', b'{"event":"ping","data":{"id":""}}'])
async def test_a_probe_is_answered_without_an_origin(server: TestServer, put: Put, body: bytes) -> None:
    assert (await post(server, body, "/probed", **{"x-token": ""}))[0] == 200
    assert put.stored == []


async def test_a_probe_may_be_a_get_and_a_real_body_is_checked(server: TestServer, put: Put) -> None:
    async with aiohttp.ClientSession() as session, session.get(server.make_url("/probed")) as response:
        assert response.status == 200
    assert (await post(server, {"data": {"id": "x"}}, "/probed", **{"x-token": "wrong"}))[0] == 401


async def test_the_raw_body_is_redacted_before_it_is_stored(server: TestServer, put: Put) -> None:
    body = {"id": "e9", "payment": {"cpfCnpj": "52998224725", "note": f"{TOKEN} 529.982.247-25 ana@x.com.br"}}
    await post(server, body)
    raw = put.stored[0].raw
    for private in (TOKEN, "52998224725", "529.982.247-25", "ana@x.com.br"):
        assert private not in raw


async def test_half_a_character_is_stored_not_refused(server: TestServer, put: Put) -> None:
    """An emoji cut in two is legal JSON, and no database takes it: a message that is sent once would be gone."""
    body = b'{"id": "e\\ud83d", "nul": "\\u0000"}'
    assert await post(server, body) == (200, "ok")
    assert put.stored[0].key == "e?"
    assert put.stored[0].raw.encode("utf-8")
    assert "\0" not in put.stored[0].raw


@pytest.mark.parametrize("half", [b"\xed\xa0\xbd", b"\xed\xb3\xbf", b"\xff", b"\xc3"])
async def test_bytes_that_are_no_text_are_stored_not_refused(server: TestServer, put: Put, half: bytes) -> None:
    """Half a character as bytes: an error would bring the same body again and again."""
    assert await post(server, b'\xef\xbb\xbf{"id": "1", "name": "a' + half + b'"}') == (200, "ok")
    (stored,) = put.stored
    assert stored.raw.encode()


async def test_what_is_no_number_is_nothing(server: TestServer, put: Put) -> None:
    """An event that holds one could be stored, and never be read again."""
    assert await post(server, b'{"id": "1", "a": NaN, "b": -Infinity, "c": 1e999, "d": 1.5}') == (200, "ok")
    assert json.loads(put.stored[0].raw) == {"id": "1", "a": None, "b": None, "c": None, "d": 1.5}


async def test_a_body_that_its_receiver_stumbles_over_is_stored_for_the_operator(
    server: TestServer, put: Put, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A 500 is sent again until the sender gives up on everything behind it."""

    def stumble(self: Receiver, headers: object, body: object) -> list[Incoming]:
        raise KeyError("ana@casa.com.br")

    monkeypatch.setattr(Receiver, "events", stumble)
    for _ in range(2):
        assert await post(server, {"id": "e1", "note": "x"}) == (200, "ok")
    assert [(i.source, i.lane, i.event.kind) for i in put.stored] == [("pay", "system", "timer")]
    assert "e1" in put.stored[0].raw
    assert "ana@casa" not in caplog.text
