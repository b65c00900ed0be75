"""The stand-in of Cloudflare Images by itself: it refuses what the documents say is refused."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from PIL import Image

from sandbox.cloudflare import CloudflareSandbox
from sandbox.core import World

ACCOUNT, TOKEN, HASH = "acc", "tok", "hash"
IMAGES = f"/client/v4/accounts/{ACCOUNT}/images/v1"


def picture(kind: str = "JPEG", size: tuple[int, int] = (8, 6)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size).save(out, kind)
    return out.getvalue()


@pytest.fixture
async def sandbox() -> AsyncIterator[CloudflareSandbox]:
    world = World(pace=0)
    yield CloudflareSandbox(world, account_id=ACCOUNT, api_token=TOKEN, account_hash=HASH, public_base="")
    await world.close()


@pytest.fixture
async def client(sandbox: CloudflareSandbox) -> AsyncIterator[TestClient[Any, Any]]:
    app = web.Application()
    app.add_routes(sandbox.routes())
    async with TestClient(TestServer(app), headers={"Authorization": f"Bearer {TOKEN}"}) as made:
        yield made


async def upload(
    client: TestClient[Any, Any], data: bytes | None = None, kind: str = "image/jpeg", **fields: str
) -> aiohttp.ClientResponse:
    form = aiohttp.FormData(default_to_multipart=True)
    if data is not None:
        form.add_field("file", io.BytesIO(data), filename="p.jpg", content_type=kind)
    for name, value in fields.items():
        form.add_field(name, value)
    return await client.post(IMAGES, data=form)


async def refused(response: aiohttp.ClientResponse) -> tuple[int, int]:
    body = await response.json()
    assert body["success"] is False
    assert body["result"] is None
    return response.status, body["errors"][0]["code"]


async def test_tokens_and_accounts(client: TestClient[Any, Any]) -> None:
    for header in ("", "Bearer other", f"bearer {TOKEN} "):
        assert await refused(await client.get(f"{IMAGES}/stats", headers={"Authorization": header})) == (401, 10000)
    assert await refused(await client.get("/client/v4/accounts/other/images/v1/stats")) == (404, 7003)


async def test_a_raw_body_is_no_form(client: TestClient[Any, Any]) -> None:
    response = await client.post(IMAGES, data=picture(), headers={"Content-Type": "image/jpeg"})
    assert await refused(response) == (415, 5415)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
async def test_kinds_of_pictures(client: TestClient[Any, Any], sandbox: CloudflareSandbox, kind: str) -> None:
    async with sandbox.world.listen() as heard:
        response = await upload(client, picture(kind), id="a/b", metadata=json.dumps({"sku": "A1"}))
        body = await response.json()
        told = await asyncio.wait_for(heard.get(), 5)
    assert (response.status, body["success"], body["errors"]) == (200, True, [])
    assert (body["result"]["id"], body["result"]["meta"]) == ("a/b", {"sku": "A1"})
    (url,) = body["result"]["variants"]
    assert url == "/imagedelivery/hash/a/b/public"
    assert (told["topic"], told["id"], told["type"]) == ("image", "a/b", f"image/{kind.lower()}")
    shown = await client.get(url)
    assert (shown.content_type, await shown.read()) == (f"image/{kind.lower()}", picture(kind))


async def test_a_picture_without_id_gets_one(client: TestClient[Any, Any], sandbox: CloudflareSandbox) -> None:
    body = await (await upload(client, picture())).json()
    assert list(sandbox.images) == [body["result"]["id"]]


@pytest.mark.parametrize(
    ("data", "kind", "fields", "expected"),
    [
        (None, "", {}, (400, 5400)),
        (picture(), "image/jpeg", {"url": "https://x.example/a.jpg"}, (400, 5400)),
        (None, "", {"url": "https://x.example/a.jpg"}, (400, 5454)),
        (picture(), "image/jpeg", {"id": ""}, (400, 5411)),
        (picture(), "image/jpeg", {"id": "/a"}, (400, 5411)),
        (picture(), "image/jpeg", {"id": "a/"}, (400, 5411)),
        (picture(), "image/jpeg", {"id": "a.JPG"}, (400, 5411)),
        (picture(), "image/jpeg", {"id": "2cdc28f0-017a-49c4-9ed7-87056c839010"}, (400, 5411)),
        (picture(), "image/jpeg", {"id": "a" * 1025}, (400, 5411)),
        (picture(), "image/jpeg", {"id": "a", "requireSignedURLs": "true"}, (400, 5400)),
        (picture(), "image/jpeg", {"metadata": "sku=A1"}, (400, 5400)),
        (picture(), "image/jpeg", {"metadata": "[]"}, (400, 5400)),
        (picture(), "image/jpeg", {"metadata": json.dumps({"a": "x" * 1024})}, (400, 5400)),
        (picture(), "application/octet-stream", {}, (415, 5455)),
        (picture("BMP"), "image/jpeg", {}, (415, 5455)),
        (b"%PDF-1.4", "image/jpeg", {}, (415, 5455)),
        (b"", "image/jpeg", {}, (415, 5455)),
        (picture()[:40], "image/jpeg", {}, (400, 9422)),
        (picture("PNG", (12_001, 1)), "image/png", {}, (400, 5443)),
        (picture() + bytes(10 * 1024 * 1024), "image/jpeg", {}, (413, 5413)),
    ],
    ids=lambda value: "file" if isinstance(value, bytes) else None,
)
async def test_uploads_that_are_refused(
    client: TestClient[Any, Any],
    sandbox: CloudflareSandbox,
    data: bytes | None,
    kind: str,
    fields: dict[str, str],
    expected: tuple[int, int],
) -> None:
    assert await refused(await upload(client, data, kind, **fields)) == expected
    assert sandbox.images == {}


async def test_an_id_is_given_once(client: TestClient[Any, Any], sandbox: CloudflareSandbox) -> None:
    assert (await upload(client, picture(), id="a")).status == 200
    assert await refused(await upload(client, picture("PNG"), id="a")) == (409, 5409)
    assert sandbox.images["a"].mime_type == "image/jpeg"


async def test_records(client: TestClient[Any, Any]) -> None:
    await upload(client, picture(), id="a/b")
    read = await (await client.get(f"{IMAGES}/a%2Fb")).json()
    assert read["result"]["id"] == "a/b"
    assert await refused(await client.get(f"{IMAGES}/a/b")) == (404, 7003)
    assert await refused(await client.get(f"{IMAGES}/other")) == (404, 5404)
    assert await (await client.get(f"{IMAGES}/a%2Fb/blob")).read() == picture()
    stats = await (await client.get(f"{IMAGES}/stats")).json()
    assert stats["result"]["count"]["current"] == 1
    gone = await client.delete(f"{IMAGES}/a%2Fb")
    assert (gone.status, (await gone.json())["result"]) == (200, {})
    assert await refused(await client.delete(f"{IMAGES}/a%2Fb")) == (404, 5404)


@pytest.mark.parametrize("path", ["other/a/public", "hash/b/public", "hash/a/thumb", "hash/a"])
async def test_what_is_not_delivered(client: TestClient[Any, Any], path: str) -> None:
    await upload(client, picture(), id="a")
    response = await client.get(f"/imagedelivery/{path}")
    assert (response.status, response.headers["Cf-Resized"]) == (404, "err=9404")
