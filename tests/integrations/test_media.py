"""Fetching files whose address comes from outside: what is let through, and everything that is not."""

from __future__ import annotations

import asyncio
import io
import socket
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from PIL import Image

from bot.integrations.errors import NotFound, Refused, Unavailable
from bot.integrations.http import CallRecord
from bot.integrations.media import MediaFetcher, is_public, sniff

LIMIT = 100_000


def picture(kind: str = "JPEG") -> bytes:
    import pillow_heif

    pillow_heif.register_heif_opener()
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (200, 20, 20)).save(out, kind)
    return out.getvalue()


class Names(aiohttp.abc.AbstractResolver):
    """Every name leads to the given address: what a hostile name server would answer."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.asked: list[str] = []

    async def resolve(self, host: str, port: int = 0, family: Any = socket.AF_INET) -> list[Any]:
        self.asked.append(host)
        family = socket.AF_INET6 if ":" in self.address else socket.AF_INET
        found = {"hostname": host, "host": self.address, "port": port, "family": family, "proto": 0, "flags": 0}
        return [found]

    async def close(self) -> None:
        return


async def _no_wait(_: float) -> None:
    await asyncio.sleep(0)


class Stage:
    """A file server on this machine; ``answers`` are given in turn, the last one for ever."""

    def __init__(self, server: TestServer) -> None:
        self.server = server
        self.answers: list[Any] = []
        self.seen: list[web.Request] = []
        self.records: list[CallRecord] = []
        self.over = asyncio.Event()

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.server.port}"

    def fetcher(self, *hosts: str, **changes: Any) -> MediaFetcher:
        async def record(call: CallRecord) -> None:
            self.records.append(call)

        given: dict[str, Any] = {"timeout": 2.0, "record": record, "sleep": _no_wait}
        return MediaFetcher(allowed_hosts=hosts or (self.place,), **{**given, **changes})

    async def fetch(self, path: str = "/a.jpg", limit: int = LIMIT) -> Any:
        return await self.fetcher().fetch(f"http://{self.place}{path}", limit=limit)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async def handler(request: web.Request) -> web.StreamResponse:
        here.seen.append(request)
        answer = here.answers.pop(0) if len(here.answers) > 1 else here.answers[0]
        if callable(answer):
            made = await answer(request)
            assert isinstance(made, web.StreamResponse)
            return made
        return web.Response(status=answer.status, body=answer.body, headers=answer.headers)

    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", handler)
    server = TestServer(app, host="127.0.0.1")
    here = Stage(server)
    async with server:
        yield here
        here.over.set()


async def test_a_file_from_an_allowed_host(stage: Stage) -> None:
    data = picture()
    stage.answers = [web.Response(body=data, content_type="text/html")]
    file = await stage.fetch()
    assert (file.data, file.mime_type) == (data, "image/jpeg")
    assert file.name.endswith(".jpg")
    (record,) = stage.records
    assert (record.provider, record.operation, record.status, record.outcome) == (
        "media",
        "media.fetch",
        200,
        "answered",
    )


async def test_no_header_of_ours_goes_along(stage: Stage) -> None:
    stage.answers = [web.Response(body=picture())]
    await stage.fetch()
    assert {name.lower() for name in stage.seen[0].headers} <= {"host", "connection"}


async def test_the_address_is_not_written_down_whole(stage: Stage) -> None:
    stage.answers = [web.Response(body=picture())]
    await stage.fetch("/instances/3C0FFEE/secret-of-the-file/a.jpg?token=abc")
    written = repr(stage.records)
    assert "3C0FFEE" not in written
    assert "token" not in written
    assert "a.jpg" in written


@pytest.mark.parametrize(
    "url",
    [
        "http://files.example/a.jpg",
        "https://files.example:8443/a.jpg",
        "https://files.example.evil.example/a.jpg",
        "https://evil.example/files.example",
        "https://sub.files.example/a.jpg",
        "https://files.example./a.jpg",
        "https://user@files.example/a.jpg",
        "https://user:password@files.example/a.jpg",
        "https://files.example@evil.example/a.jpg",
        "https://evil.example#@files.example/",
        "https://evil.example\\@files.example/",
        "ftp://files.example/a.jpg",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "//files.example/a.jpg",
        "/a.jpg",
        "",
        "https://",
        "https://files.example:99999/",
        "https://127.0.0.1/a.jpg",
        "https://[::1]/a.jpg",
        "https://[::ffff:127.0.0.1]/a.jpg",
        "https://2130706433/a.jpg",
        "https://169.254.169.254/latest/meta-data",
    ],
)
async def test_an_address_that_is_not_on_the_list(stage: Stage, url: str) -> None:
    names = Names("127.0.0.1")
    with pytest.raises(Refused) as refused:
        await stage.fetcher("files.example", stage.place, resolver=names).fetch(url, limit=LIMIT)
    assert refused.value.reason == "not_allowed"
    assert (names.asked, stage.seen) == ([], [])


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - an address to be refused, not one to listen at
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
        "ff02::1",
        "fec0::1",
        "::7f00:1",
        "::ffff:0:7f00:1",
        "5f00::1",
        "192.0.0.8",
        "192.88.99.1",
    ],
)
async def test_an_allowed_name_that_leads_inside_is_refused_when_the_socket_is_made(stage: Stage, address: str) -> None:
    assert not is_public(address)
    names = Names(address)
    with pytest.raises(Refused) as refused:
        await stage.fetcher("files.example", resolver=names).fetch("https://files.example/a.jpg", limit=LIMIT)
    assert refused.value.reason == "not_allowed"
    assert names.asked == ["files.example"]
    assert stage.seen == []


@pytest.mark.parametrize("literal", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]"])
async def test_a_literal_on_the_list_without_port_must_be_public_all_the_same(stage: Stage, literal: str) -> None:
    """Resolvers are not asked for literals; the check at the socket sees them."""
    with pytest.raises(Refused) as refused:
        await stage.fetcher(literal).fetch(f"https://{literal}/a.jpg", limit=LIMIT)
    assert refused.value.reason == "not_allowed"


@pytest.mark.parametrize("address", ["8.8.8.8", "200.160.2.3", "2001:4860:4860::8888", "::ffff:8.8.8.8"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", ["", "localhost", "127.1", "fe80::1%eth0", "0x7f000001"])
def test_what_is_no_plain_public_address(address: str) -> None:
    assert not is_public(address)


async def test_a_host_named_with_its_port_may_be_private_at_that_port_only(stage: Stage) -> None:
    stage.answers = [web.Response(body=picture())]
    names = Names("127.0.0.1")
    fetcher = stage.fetcher(f"Files.Example:{stage.server.port}", resolver=names)
    assert (await fetcher.fetch(f"http://files.example:{stage.server.port}/a", limit=LIMIT)).mime_type == "image/jpeg"
    with pytest.raises(Refused):
        await fetcher.fetch("http://files.example/a", limit=LIMIT)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_redirect_is_followed(stage: Stage, status: int) -> None:
    stage.answers = [web.Response(status=status, headers={"Location": "/b.jpg"})]
    with pytest.raises(Refused) as refused:
        await stage.fetch()
    assert refused.value.reason == "not_allowed"
    assert len(stage.seen) == 1


@pytest.mark.parametrize("status", [404, 410])
async def test_a_file_that_is_gone(stage: Stage, status: int) -> None:
    stage.answers = [web.Response(status=status)]
    with pytest.raises(NotFound) as refused:
        await stage.fetch()
    assert refused.value.reason == "gone"
    assert len(stage.seen) == 1


@pytest.mark.parametrize("status", [204, 206, 400, 401, 403])
async def test_other_answers_are_final(stage: Stage, status: int) -> None:
    stage.answers = [web.Response(status=status)]
    with pytest.raises(Refused) as refused:
        await stage.fetch()
    assert refused.value.reason == f"http_{status}"


async def test_a_server_in_trouble_is_asked_again(stage: Stage) -> None:
    async def cut(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "5000"})
        await response.prepare(request)
        await response.write(picture()[:50])
        assert request.transport is not None
        request.transport.close()
        return response

    stage.answers = [web.Response(status=503), cut, web.Response(body=picture())]
    assert (await stage.fetch()).mime_type == "image/jpeg"
    assert [r.outcome for r in stage.records] == ["unavailable", "unavailable", "answered"]


@pytest.mark.parametrize(("status", "tries"), [(500, 3), (429, 3)])
async def test_and_after_three_tries_it_waits(stage: Stage, status: int, tries: int) -> None:
    stage.answers = [web.Response(status=status)]
    with pytest.raises(Unavailable):
        await stage.fetch()
    assert len(stage.seen) == tries


async def test_a_wish_to_wait_long_ends_the_tries(stage: Stage) -> None:
    stage.answers = [web.Response(status=503, headers={"Retry-After": "60"})]
    with pytest.raises(Unavailable) as refused:
        await stage.fetch()
    assert refused.value.retry_after == 60
    assert len(stage.seen) == 1


async def test_nobody_there(stage: Stage) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{held.getsockname()[1]}"
        with pytest.raises(Unavailable):
            await stage.fetcher(place).fetch(f"http://{place}/", limit=LIMIT)


async def test_a_file_that_says_it_is_too_large_is_not_read(stage: Stage) -> None:
    stage.answers = [web.Response(body=bytes(LIMIT + 1))]
    with pytest.raises(Refused) as refused:
        await stage.fetch()
    assert refused.value.reason == "too_large"


async def test_a_file_that_does_not_say_how_large_it_is(stage: Stage) -> None:
    written = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal written
        response = web.StreamResponse()
        response.enable_chunked_encoding()
        await response.prepare(request)
        try:
            while True:
                await response.write(bytes(10_000))
                written += 10_000
        except (ConnectionError, aiohttp.ClientError):
            return response

    stage.answers = [endless]
    with pytest.raises(Refused) as refused:
        await stage.fetch()
    assert refused.value.reason == "too_large"
    assert written < 10 * 1024 * 1024


async def test_exactly_the_limit_is_let_through(stage: Stage) -> None:
    data = picture()
    stage.answers = [web.Response(body=data)]
    assert (await stage.fetch(limit=len(data))).data == data
    with pytest.raises(Refused):
        await stage.fetch(limit=len(data) - 1)


async def test_drop_by_drop_ends_at_the_deadline(stage: Stage) -> None:
    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "5000"})
        await response.prepare(request)
        await response.write(b"\xff")
        await stage.over.wait()
        return response

    stage.answers = [drip]
    fetcher = stage.fetcher(timeout=0.2)
    started = asyncio.get_running_loop().time()
    with pytest.raises(Unavailable) as refused:
        await fetcher.fetch(f"http://{stage.place}/", limit=LIMIT)
    stage.over.set()
    assert refused.value.reason == "timeout"
    assert asyncio.get_running_loop().time() - started < 1
    assert [r.outcome for r in stage.records] == ["cut"]


async def test_waits_between_tries_count_into_the_deadline(stage: Stage) -> None:
    async def for_ever(_: float) -> None:
        await asyncio.Event().wait()

    stage.answers = [web.Response(status=500)]
    with pytest.raises(Unavailable) as refused:
        await stage.fetcher(timeout=0.1, sleep=for_ever).fetch(f"http://{stage.place}/", limit=LIMIT)
    assert refused.value.reason == "timeout"


async def test_a_packed_body_is_not_unpacked(stage: Stage) -> None:
    import gzip

    packed = gzip.compress(bytes(5_000_000))
    stage.answers = [web.Response(body=packed, headers={"Content-Encoding": "gzip"})]
    assert (await stage.fetch()).data == packed


@pytest.mark.parametrize(
    ("data", "mime_type"),
    [
        (picture("JPEG"), "image/jpeg"),
        (picture("PNG"), "image/png"),
        (picture("WEBP"), "image/webp"),
        (picture("GIF"), "image/gif"),
        (picture("HEIF"), "image/heif"),
        (b"%PDF-1.4\n", "application/pdf"),
        (b"<html><body>", "text/html"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(64), "video/mp4"),
        (b"\x00\x00\x00\x18ftypMSNV\x00\x00\x00\x00MSNVisom" + bytes(64), "video/mp4"),
        (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic" + bytes(64), "image/heif"),
        (b"", "application/octet-stream"),
        (b"?", "application/octet-stream"),
    ],
    ids=[
        "jpeg",
        "png",
        "webp",
        "gif",
        "heic",
        "pdf",
        "html",
        "mp4",
        "mp4 of another brand",
        "heif",
        "empty",
        "unknown",
    ],
)
def test_the_bytes_say_what_it_is(data: bytes, mime_type: str) -> None:
    assert sniff(data)[0] == mime_type
