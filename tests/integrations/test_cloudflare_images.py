"""Our picture store against the stand-in, over real sockets."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port
from PIL import Image

from bot.integrations.cloudflare import CloudflareImages
from bot.integrations.errors import NotFound, ProviderError, RateLimited, Refused, Unauthorised, Unavailable
from bot.integrations.http import CallRecord, Http
from bot.integrations.protocols import File
from sandbox.cloudflare import CloudflareSandbox
from sandbox.core import World
from tests.support import make_http

ACCOUNT, TOKEN, HASH = "0123456789abcdef0123456789abcdef", "token-of-the-shop", "cheeW4oKsx5ljh8e8BoL2A"


def jpeg(size: tuple[int, int] = (8, 6)) -> File:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 20, 20)).save(out, "JPEG")
    return File(out.getvalue(), "image/jpeg", "photo.jpg")


class Stage:
    def __init__(self, world: World, sandbox: CloudflareSandbox, base: str, http: Http, records: list[CallRecord]):
        self.world, self.sandbox, self.base, self.http, self.records = world, sandbox, base, http, records

    def images(self, **changes: Any) -> CloudflareImages:
        given = {
            "base_url": f"{self.base}/client/v4",
            "account_id": ACCOUNT,
            "api_token": TOKEN,
            "account_hash": HASH,
            "variant": "public",
            "upload_timeout": 0.5,
        }
        return CloudflareImages(self.http, **{**given, **changes})


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    port = unused_port()
    base = f"http://127.0.0.1:{port}"
    world = World(pace=0)
    sandbox = CloudflareSandbox(world, account_id=ACCOUNT, api_token=TOKEN, account_hash=HASH, public_base=base)
    app = web.Application()
    app.add_routes(sandbox.routes())
    records: list[CallRecord] = []
    http = make_http(records, secrets=(TOKEN,))
    async with TestServer(app, port=port):
        yield Stage(world, sandbox, base, http, records)
        await world.close()
        await http.close()


@pytest.fixture
async def answering() -> AsyncIterator[Any]:
    """A server that gives the prepared answer to everything."""
    answers: list[tuple[int, Any]] = []
    seen: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        await request.read()
        seen.append(f"{request.method} {request.raw_path}")
        status, body = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(body, str):
            return web.Response(status=status, text=body, content_type="text/html")
        return web.json_response(body, status=status)

    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", handler)
    http = make_http()
    async with TestServer(app) as server:
        images = CloudflareImages(
            http,
            base_url=str(server.make_url("/client/v4")),
            account_id=ACCOUNT,
            api_token=TOKEN,
            account_hash=HASH,
            variant="shop",
        )
        yield images, answers, seen
        await http.close()


def refusal(code: int) -> dict[str, Any]:
    return {"result": None, "success": False, "errors": [{"code": code, "message": "no"}], "messages": []}


async def test_a_picture_is_kept_and_shown(stage: Stage) -> None:
    photo = jpeg()
    stored = await stage.images().upload("listing-558-1", photo, owner="seller-1")
    assert stored.image_id == "listing-558-1"
    kept = stage.sandbox.images["listing-558-1"]
    assert (kept.data, kept.mime_type, kept.meta) == (photo.data, "image/jpeg", {"owner": "seller-1"})
    async with aiohttp.ClientSession() as session, session.get(stored.url) as response:
        assert (response.status, response.content_type) == (200, "image/jpeg")
        assert await response.read() == photo.data


@pytest.mark.parametrize("image_id", ["shop/558/1", "50%-off", "peça #1?", "a b"])
async def test_any_id_comes_back_as_it_went(stage: Stage, image_id: str) -> None:
    images = stage.images()
    stored = await images.upload(image_id, jpeg(), owner="s")
    assert list(stage.sandbox.images) == [image_id]
    assert await images.find(image_id) == stored
    async with aiohttp.ClientSession() as session, session.get(stored.url) as response:
        assert response.status == 200
    await images.delete(image_id)
    assert stage.sandbox.images == {}


@pytest.mark.parametrize("image_id", ["", "/a", "a/", "..", "a/../b", "./a", "a" * 1025])
async def test_an_id_that_would_make_another_address(stage: Stage, image_id: str) -> None:
    for call in (stage.images().find, stage.images().delete):
        with pytest.raises(Refused) as refused:
            await call(image_id)
        assert refused.value.reason == "bad_id"
    assert stage.records == []


async def test_the_same_id_again_returns_what_is_there(stage: Stage) -> None:
    first = await stage.images().upload("p-1", jpeg(), owner="s")
    again = await stage.images().upload("p-1", jpeg((20, 20)), owner="s")
    assert again == first
    assert len(stage.sandbox.images) == 1


async def test_an_answer_that_never_came_is_found_again(stage: Stage) -> None:
    fault = stage.world.faults["cloudflare"]
    fault.mode, fault.times = "drop", 1
    stored = await stage.images().upload("p-1", jpeg(), owner="s")
    assert list(stage.sandbox.images) == ["p-1"]
    assert stored.url.endswith(f"/imagedelivery/{HASH}/p-1/public")
    assert [r.operation for r in stage.records] == ["image.upload", "image.upload", "image.find"]


@pytest.mark.parametrize("mode", ["down", "slow", "garbage", "busy"])
async def test_a_provider_in_trouble_is_unavailable(stage: Stage, mode: Any) -> None:
    fault = stage.world.faults["cloudflare"]
    fault.mode, fault.delay = mode, 0.8
    with pytest.raises(Unavailable):
        await stage.images().upload("p-1", jpeg(), owner="s")
    fault.mode = "none"
    assert (await stage.images().upload("p-1", jpeg(), owner="s")).image_id == "p-1"
    assert list(stage.sandbox.images) == ["p-1"]


async def test_a_look_up_that_is_cut_every_time_is_unavailable(stage: Stage) -> None:
    stage.world.faults["cloudflare"].mode = "drop"
    with pytest.raises(Unavailable):
        await stage.images().find("p-1")
    assert len(stage.records) == 3


async def test_find_and_delete_what_is_not_there(stage: Stage) -> None:
    assert await stage.images().find("p-1") is None
    await stage.images().delete("p-1")


async def test_a_picture_of_several_megabytes_goes_through(stage: Stage) -> None:
    photo = jpeg()
    heavy = File(photo.data + bytes(9 * 1024 * 1024), "image/jpeg", "photo.jpg")
    await stage.images(upload_timeout=10).upload("p-1", heavy, owner="s")
    assert len(stage.sandbox.images["p-1"].data) == len(heavy.data)


async def test_what_is_too_large_is_not_even_sent(stage: Stage) -> None:
    with pytest.raises(Refused) as refused:
        await stage.images().upload("p-1", File(bytes(10 * 1024 * 1024 + 1), "image/jpeg", "p.jpg"), owner="s")
    assert refused.value.reason == "too_large"
    assert stage.records == []


@pytest.mark.parametrize(
    ("image_id", "file", "reason"),
    [
        ("p-1", File(b"<html>", "image/jpeg", "p.jpg"), "unsupported"),
        ("p-1", File(jpeg().data, "application/octet-stream", "p.jpg"), "unsupported"),
        ("p-1", File(b"\xff\xd8\xff\xe0 broken", "image/jpeg", "p.jpg"), "broken"),
        ("photo.jpg", jpeg(), "bad_id"),
        ("2cdc28f0-017a-49c4-9ed7-87056c839010", jpeg(), "bad_id"),
        ("/p", jpeg(), "bad_id"),
        ("", jpeg(), "bad_id"),
    ],
)
async def test_uploads_that_are_refused(stage: Stage, image_id: str, file: File, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        await stage.images().upload(image_id, file, owner="s")
    assert refused.value.reason == reason
    assert stage.sandbox.images == {}


async def test_credentials(stage: Stage) -> None:
    await stage.images().check()
    with pytest.raises(Unauthorised):
        await stage.images(api_token="another").check()
    with pytest.raises(Refused) as refused:
        await stage.images(account_id="f" * 32).find("p-1")
    assert refused.value.reason == "wrong_account"
    assert not isinstance(refused.value, NotFound)
    assert TOKEN not in repr(stage.records)


@pytest.mark.parametrize(
    ("status", "body", "kind", "reason"),
    [
        (200, refusal(5413), Refused, "too_large"),
        (200, {"success": False}, Unavailable, "unreadable"),
        (200, {"result": {}}, Unavailable, "unreadable"),
        (200, "<html>", Unavailable, "unreadable"),
        (400, refusal(10000), Unauthorised, "not_allowed"),
        (403, refusal(5403), Unauthorised, "not_allowed"),
        (403, "<html>", Unauthorised, "not_allowed"),
        (404, refusal(7003), Refused, "wrong_account"),
        (415, refusal(5550), Unavailable, "server_error"),
        (400, refusal(5540), Unavailable, "server_error"),
        (402, refusal(5453), Unavailable, "account_full"),
        (400, refusal(12345), Refused, "code_12345"),
        (400, {"success": False, "errors": ["?"]}, Refused, "http_400"),
        (413, "too large", Refused, "too_large"),
        (429, refusal(971), RateLimited, "rate_limited"),
        (502, "<html>", Unavailable, "http_502"),
    ],
)
async def test_every_answer_has_its_class(
    answering: Any, status: int, body: Any, kind: type[ProviderError], reason: str
) -> None:
    images, answers, _ = answering
    answers.append((status, body))
    with pytest.raises(kind) as refused:
        await images.upload("p-1", jpeg(), owner="s")
    assert type(refused.value) is kind
    assert refused.value.reason == reason


async def test_an_id_that_exists_but_cannot_be_found_waits(answering: Any) -> None:
    images, answers, seen = answering
    answers += [(409, refusal(5409)), (404, refusal(5404))]
    with pytest.raises(Unavailable):
        await images.upload("shop/1", jpeg(), owner="s")
    assert seen[-1] == f"GET /client/v4/accounts/{ACCOUNT}/images/v1/shop%2F1"


@pytest.mark.parametrize(
    ("result", "url"),
    [
        ({"variants": ["https://x/a/p%25/public", "https://x/a/p%25/shop"]}, "https://x/a/p%25/shop"),
        ({"variants": ["https://x/a/p%25/public"]}, f"https://imagedelivery.net/{HASH}/p%25/shop"),
        ({}, f"https://imagedelivery.net/{HASH}/p%25/shop"),
        (None, f"https://imagedelivery.net/{HASH}/p%25/shop"),
    ],
)
async def test_where_a_picture_is_shown_from(answering: Any, result: Any, url: str) -> None:
    images, answers, _ = answering
    answers.append((200, {"success": True, "result": result}))
    assert (await images.upload("p%", jpeg(), owner="s")).url == url


async def test_a_draft_is_no_picture_yet(answering: Any) -> None:
    images, answers, _ = answering
    answers.append((200, {"success": True, "result": {"id": "p-1", "draft": True}}))
    assert await images.find("p-1") is None


async def test_a_picture_by_its_address(stage: Stage) -> None:
    await stage.images().upload("part/1", jpeg(), owner="s-1")
    copied = await stage.images().upload("part/2", f"{stage.base}/imagedelivery/{HASH}/part/1/public", owner="s-1")
    assert copied.url.endswith("/part/2/public")
    assert stage.sandbox.images["part/2"].data == jpeg().data
    assert stage.sandbox.images["part/2"].meta == {"owner": "s-1"}


async def test_an_address_that_cannot_be_fetched(stage: Stage) -> None:
    with pytest.raises(Refused) as refused:
        await stage.images().upload("part/3", f"{stage.base}/nothing.jpg", owner="s-1")
    assert refused.value.reason == "gone"
