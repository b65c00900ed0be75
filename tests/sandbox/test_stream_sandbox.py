"""The stand-in of Cloudflare Stream by itself: it refuses what the documents say is refused."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from sandbox.cloudflare import CloudflareSandbox
from sandbox.core import World
from tests.support_video import mp4

STREAM = "/client/v4/accounts/acc/stream"


@pytest.fixture
async def sandbox() -> AsyncIterator[CloudflareSandbox]:
    world = World(pace=0)
    yield CloudflareSandbox(world, account_id="acc", api_token="tok", account_hash="hash", public_base="")
    await world.close()


@pytest.fixture
async def client(sandbox: CloudflareSandbox) -> AsyncIterator[TestClient[Any, Any]]:
    app = web.Application()
    app.add_routes(sandbox.routes())
    async with TestClient(TestServer(app), headers={"Authorization": "Bearer tok"}) as made:
        yield made


async def upload(client: TestClient[Any, Any], data: bytes, **headers: str) -> aiohttp.ClientResponse:
    form = aiohttp.FormData(default_to_multipart=True)
    form.add_field("file", io.BytesIO(data), filename="small.mp4", content_type="video/mp4")
    return await client.post(STREAM, data=form, headers=headers)


async def refused(response: aiohttp.ClientResponse) -> tuple[int, int]:
    body = await response.json()
    assert (body["success"], body["result"]) == (False, None)
    return response.status, body["errors"][0]["code"]


async def test_a_video_from_its_upload_to_its_end(client: TestClient[Any, Any], sandbox: CloudflareSandbox) -> None:
    sandbox.encoding.clear()
    response = await upload(client, mp4(7), **{"Upload-Creator": "s-1"})
    video = (await response.json())["result"]
    assert (response.status, video["readyToStream"], video["duration"]) == (200, False, -1)
    assert (video["meta"], video["creator"]) == ({"name": "small.mp4"}, "s-1")
    assert "preview" not in video
    async with sandbox.world.listen() as news:
        sandbox.encoding.set()
        while (await news.get()).get("state") != "ready":
            pass
    read = (await (await client.get(f"{STREAM}/{video['uid']}")).json())["result"]
    assert (read["readyToStream"], read["status"]["state"], read["status"]["pctComplete"]) == (
        True,
        "ready",
        "100.000000",
    )
    assert (await client.get(f"/customer-sandbox/{video['uid']}/watch")).status == 200
    assert (await client.get(f"/customer-sandbox/{video['uid']}/thumbnails/thumbnail.jpg?height=270")).status == 200
    gone = await client.delete(f"{STREAM}/{video['uid']}")
    assert (gone.status, await gone.read()) == (200, b"")
    assert await refused(await client.get(f"{STREAM}/{video['uid']}")) == (404, 10003)


@pytest.mark.parametrize("data", [b"hello", b"\xff\xd8\xff", b"\x00\x00\x00\x18ftypheic" + bytes(40)])
async def test_what_is_no_video(client: TestClient[Any, Any], data: bytes) -> None:
    assert await refused(await upload(client, data)) == (400, 10059)


async def test_forms_and_bodies(client: TestClient[Any, Any]) -> None:
    assert await refused(await client.post(STREAM, data=mp4(), headers={"Content-Type": "video/mp4"})) == (400, 10005)
    assert await refused(await upload(client, b"")) == (400, 10005)
    for body in ({}, {"input": "file:///etc/passwd"}, {"input": "https://x.example/v.mp4", "creator": "x" * 65}):
        assert await refused(await client.post(f"{STREAM}/copy", json=body)) == (400, 10005)


async def test_a_full_account(client: TestClient[Any, Any], sandbox: CloudflareSandbox) -> None:
    sandbox.full = True
    assert await refused(await upload(client, mp4())) == (413, 10011)


async def test_names_are_sought_exactly(client: TestClient[Any, Any]) -> None:
    await upload(client, mp4(), **{"Upload-Creator": "s-1"})

    async def found(**query: str) -> int:
        return len((await (await client.get(STREAM, params=query)).json())["result"])

    assert await found(video_name="small.mp4") == 1
    assert await found(video_name="small") == 0
    assert await found(search="small") == 1
    assert await found(video_name="small.mp4", creator="s-2") == 0


async def test_one_subscription_an_account(client: TestClient[Any, Any]) -> None:
    assert await refused(await client.get(f"{STREAM}/webhook")) == (404, 10003)
    assert await refused(await client.put(f"{STREAM}/webhook", json={"notificationUrl": "nowhere"})) == (400, 10005)
    made = (await (await client.put(f"{STREAM}/webhook", json={"notificationUrl": "https://a.example/"})).json())[
        "result"
    ]
    again = (await (await client.put(f"{STREAM}/webhook", json={"notification_url": "https://b.example/"})).json())[
        "result"
    ]
    assert (again["notificationUrl"], again["secret"]) == ("https://b.example/", made["secret"])


async def test_the_rate_of_five_minutes(client: TestClient[Any, Any], sandbox: CloudflareSandbox) -> None:
    now = 1000.0
    sandbox.timer = lambda: now
    sandbox.most = 1
    first = await client.get(STREAM)
    assert (first.status, first.headers["Ratelimit"]) == (200, '"default";r=0;t=300')
    assert "retry-after" not in first.headers
    second = await client.get(STREAM)
    assert (second.status, second.headers["retry-after"]) == (429, "300")
    now += 300
    assert (await client.get(STREAM)).status == 200
