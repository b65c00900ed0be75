"""Our video store against the stand-in, over real sockets; every answer of the sheet, and what is told afterwards."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from bot.domain.events import VideoFact
from bot.integrations.cloudflare import CloudflareStream, StreamReceiver
from bot.integrations.cloudflare.stream import stored
from bot.integrations.errors import (
    NotFound,
    ProviderError,
    RateLimited,
    Refused,
    Unauthorised,
    Unavailable,
    Uncertain,
)
from bot.integrations.http import CallRecord, Http
from bot.integrations.protocols import File
from sandbox.cloudflare import CloudflareSandbox
from sandbox.core import World
from tests.support import make_http
from tests.support_video import mp4

ACCOUNT, TOKEN, HASH = "0123456789abcdef0123456789abcdef", "token-of-the-shop", "cheeW4oKsx5ljh8e8BoL2A"
SECRET = "85011ed3a913c6ad5f9cf6c5573cc0a7"
FIXTURES = Path(__file__).with_name("fixtures") / "cloudflare"


def video(data: bytes | None = None) -> File:
    return File(mp4() if data is None else data, "video/mp4", "v.mp4")


def fixture(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FIXTURES / f"{name}.json").read_text("utf-8"))
    return found


class Stage:
    """The stand-in, and a bot that only hears its webhooks: ``told``."""

    def __init__(self, world: World, sandbox: CloudflareSandbox, base: str, http: Http, records: list[CallRecord]):
        self.world, self.sandbox, self.base, self.http, self.records = world, sandbox, base, http, records
        self.told: asyncio.Queue[VideoFact] = asyncio.Queue()

    def stream(self, **changes: Any) -> CloudflareStream:
        given = {"base_url": f"{self.base}/client/v4", "account_id": ACCOUNT, "api_token": TOKEN, "upload_timeout": 0.5}
        return CloudflareStream(self.http, **{**given, **changes})

    async def news(self) -> VideoFact:
        return await asyncio.wait_for(self.told.get(), 5)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    port = unused_port()
    base = f"http://127.0.0.1:{port}"
    world = World(pace=0)
    sandbox = CloudflareSandbox(
        world,
        account_id=ACCOUNT,
        api_token=TOKEN,
        account_hash=HASH,
        public_base=base,
        webhook_url=f"{base}/webhooks/cloudflare-stream",
        webhook_secret=SECRET,
    )
    receiving = StreamReceiver(SECRET)

    async def hook(request: web.Request) -> web.Response:
        body = await request.read()
        if not receiving.authentic(request.headers, body, ""):
            return web.Response(status=401)
        for incoming in receiving.events(request.headers, json.loads(body)):
            assert isinstance(incoming.event, VideoFact)
            here.told.put_nowait(incoming.event)
        return web.Response(text="ok")

    async def film(request: web.Request) -> web.Response:
        return web.Response(body=mp4(7), content_type="video/mp4")

    app = web.Application(client_max_size=300 * 1024 * 1024)
    app.add_routes([*sandbox.routes(), web.post("/webhooks/cloudflare-stream", hook), web.get("/film.mp4", film)])
    records: list[CallRecord] = []
    http = make_http(records, secrets=(TOKEN,))
    here = Stage(world, sandbox, base, http, records)
    async with TestServer(app, port=port):
        yield here
        await world.close()
        await http.close()


async def test_an_upload_is_processed_and_then_told(stage: Stage) -> None:
    stage.sandbox.encoding.clear()
    kept = await stage.stream().upload("video.s-1.7", video(), owner="s-1")
    assert (kept.name, kept.state, kept.seconds, kept.page) == ("video.s-1.7", "processing", 0, "")
    film = stage.sandbox.videos[kept.video_id]
    assert (film.creator, film.name) == ("s-1", "video.s-1.7")
    assert (await stage.stream().read(kept.video_id)).state == "processing"
    stage.sandbox.encoding.set()
    news = await stage.news()
    assert (news.video_id, news.name, news.state, news.seconds) == (kept.video_id, "video.s-1.7", "ready", 5)
    assert news.page.endswith(f"/{kept.video_id}/watch")
    assert news.poster.endswith("/thumbnails/thumbnail.jpg")
    ready = await stage.stream().read(kept.video_id)
    assert (ready.state, ready.page) == ("ready", news.page)
    assert ready.hls.endswith("/manifest/video.m3u8")


async def test_a_copy_of_an_address(stage: Stage) -> None:
    kept = await stage.stream().upload("video.s-1.8", f"{stage.base}/film.mp4", owner="s-1")
    assert kept.state == "processing"
    news = await stage.news()
    assert (news.name, news.state, news.seconds) == ("video.s-1.8", "ready", 7)
    assert stage.sandbox.videos[kept.video_id].creator == "s-1"


async def test_a_copy_of_an_address_that_leads_nowhere_fails_later(stage: Stage) -> None:
    await stage.stream().upload("video.s-1.8", f"{stage.base}/other.mp4", owner="s-1")
    news = await stage.news()
    assert (news.state, news.failure, news.page) == ("failed", "gone", "")


@pytest.mark.parametrize(
    ("data", "failure"),
    [(mp4(moov=False), "broken"), (mp4(0.05), "too_short")],
    ids=["broken", "too short"],
)
async def test_what_turns_out_to_be_no_good(stage: Stage, data: bytes, failure: str) -> None:
    kept = await stage.stream().upload("video.s-1.9", video(data), owner="s-1")
    assert (await stage.news()).failure == failure
    read = await stage.stream().read(kept.video_id)
    assert (read.state, read.failure) == ("failed", failure)


async def test_a_picture_is_refused_at_once(stage: Stage) -> None:
    with pytest.raises(Refused) as refused:
        await stage.stream().upload("v", File(b"\xff\xd8\xff" + bytes(99), "image/jpeg", "a.jpg"), owner="s-1")
    assert (refused.value.reason, refused.value.code) == ("not_a_video", "10059")


async def test_an_account_without_room_waits_for_the_operator(stage: Stage) -> None:
    stage.sandbox.full = True
    with pytest.raises(Unavailable) as refused:
        await stage.stream().upload("v", video(), owner="s-1")
    assert refused.value.reason == "account_full"


async def test_more_than_a_basic_upload_takes(stage: Stage) -> None:
    class Heavy(bytes):
        def __len__(self) -> int:
            return 201 * 1024 * 1024

    with pytest.raises(Refused) as refused:
        await stage.stream().upload("v", video(Heavy()), owner="s-1")
    assert refused.value.reason == "too_large"
    assert stage.records == []


async def test_an_upload_whose_answer_was_lost_is_found_by_its_name(stage: Stage) -> None:
    fault = stage.world.faults["cloudflare"]
    fault.mode, fault.times = "drop", 1
    with pytest.raises(Uncertain):
        await stage.stream().upload("video.s-1.7", video(), owner="s-1")
    assert len(stage.records) == 1
    found = await stage.stream().find("video.s-1.7", owner="s-1")
    assert found is not None
    assert list(stage.sandbox.videos) == [found.video_id]
    assert await stage.stream().find("video.s-1.70", owner="s-1") is None
    assert await stage.stream().find("video.s-1.7", owner="s-2") is None


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("slow", Uncertain), ("garbage", Uncertain), ("down", Uncertain), ("busy", RateLimited), ("drop", Uncertain)],
)
async def test_trouble_while_uploading_is_never_answered_by_a_second_upload(
    stage: Stage, mode: Any, kind: type[ProviderError]
) -> None:
    fault = stage.world.faults["cloudflare"]
    fault.mode, fault.delay = mode, 0.8
    with pytest.raises(kind):
        await stage.stream().upload("video.s-1.7", video(), owner="s-1")
    assert len(stage.records) == (3 if mode == "busy" else 1)
    assert len(stage.sandbox.videos) <= 1


async def test_a_wrong_token(stage: Stage) -> None:
    with pytest.raises(Unauthorised):
        await stage.stream(api_token="other").upload("v", video(), owner="s-1")


async def test_too_many_calls_wait_as_long_as_they_are_told(stage: Stage) -> None:
    stage.sandbox.most = 1
    await stage.stream().find("v", owner="s-1")
    with pytest.raises(RateLimited) as refused:
        await stage.stream().find("v", owner="s-1")
    assert refused.value.retry_after > 10
    assert len(stage.records) == 2


async def test_deleting_twice_is_deleting(stage: Stage) -> None:
    kept = await stage.stream().upload("v", video(), owner="s-1")
    await stage.stream().delete(kept.video_id)
    await stage.stream().delete(kept.video_id)
    assert stage.sandbox.videos == {}
    with pytest.raises(NotFound):
        await stage.stream().read(kept.video_id)


async def test_the_one_subscription(stage: Stage) -> None:
    stream = stage.stream()
    assert await stream.webhook() == (f"{stage.base}/webhooks/cloudflare-stream", SECRET)
    assert await stream.subscribe("https://other.example/hook") == SECRET
    assert await stream.webhook() == ("https://other.example/hook", SECRET)
    stage.sandbox.subscription = None
    assert await stream.webhook() is None


# --- every documented answer, one file each ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "state", "failure", "seconds"),
    [
        ("video_ready", "ready", "", 5.5),
        ("video_ready_at_39_percent", "ready", "", 5.5),
        ("video_downloading", "processing", "", 0),
        ("video_in_progress", "processing", "", 0),
        ("video_failed", "failed", "too_long", 0),
        ("video_failed_as_the_webhook_page_spells_it", "failed", "not_a_video", 0),
        ("video_failed_for_a_new_reason", "failed", "other", 0),
    ],
)
def test_a_video_object(name: str, state: str, failure: str, seconds: float) -> None:
    found = stored(fixture(name))
    assert found is not None
    assert (found.state, found.failure, found.seconds) == (state, failure, seconds)
    assert found.name == "small.mp4"
    assert (found.page.endswith("/watch")) is (state == "ready")


@pytest.mark.parametrize("body", [None, [], {}, {"uid": 7}, {"uid": ""}])
def test_what_is_no_video(body: Any) -> None:
    assert stored(body) is None


# --- the webhook ------------------------------------------------------------------------------------------

SIGNED_AT = 1767225600
BODY = (
    b'{"uid":"6b9e68b07dfee8cc2d116e4c51d6a957","readyToStream":true,"status":{"state":"ready",'
    b'"pctComplete":"100.000000","errorReasonCode":"","errorReasonText":""},"meta":{"name":"small.mp4"}}'
)
SIGNATURE = "d2813ed419fda9aaf0d70ccd1fc5eee650fd12ca50eea2c1f21f224460915213"
BY_HEX_KEY = "784acb8d65711fcdb68afad8c462513071293a50ee52665e7b34ce6bdc05970c"


def receiver(secret: str = SECRET, at: int = SIGNED_AT) -> StreamReceiver:
    return StreamReceiver(secret, clock=lambda: datetime.fromtimestamp(at, UTC))


def signed(value: str) -> dict[str, str]:
    return {"Webhook-Signature": value}


def test_the_published_vector() -> None:
    assert len(BODY) == 187
    assert receiver().authentic(signed(f"time={SIGNED_AT},sig1={SIGNATURE}"), BODY, "")
    assert receiver().authentic({"webhook-signature": f"sig1={SIGNATURE}, time={SIGNED_AT}"}, BODY, "")
    assert receiver(f"another,{SECRET}").authentic(signed(f"time={SIGNED_AT},sig1={SIGNATURE}"), BODY, "")


@pytest.mark.parametrize(("off", "right"), [(300, True), (-300, True), (301, False), (-301, False)])
def test_a_stale_one_is_refused(off: int, right: bool) -> None:
    assert receiver(at=SIGNED_AT + off).authentic(signed(f"time={SIGNED_AT},sig1={SIGNATURE}"), BODY, "") is right


@pytest.mark.parametrize(
    "header",
    [
        "",
        f"time={SIGNED_AT}",
        f"sig1={SIGNATURE}",
        f"time={SIGNED_AT},sig1=",
        f"time={SIGNED_AT},sig1={BY_HEX_KEY}",
        f"time={SIGNED_AT},sig1={SIGNATURE.upper()}",
        f"time={SIGNED_AT + 1},sig1={SIGNATURE}",
        f"time={SIGNED_AT},sig1=ção\udce9",
        f"time=９,sig1={SIGNATURE}",
        f"time={'9' * 400},sig1={SIGNATURE}",
        "nonsense",
    ],
)
def test_a_wrong_signature_is_a_bad_origin_and_never_an_error(header: str) -> None:
    assert receiver().authentic(signed(header), BODY, "") is False


def test_the_raw_bytes_count_and_no_secret_lets_nothing_in() -> None:
    header = signed(f"time={SIGNED_AT},sig1={SIGNATURE}")
    assert receiver().authentic(header, BODY + b"\n", "") is False
    assert receiver("").authentic(header, BODY, "") is False
    assert receiver().authentic({}, BODY, "") is False


def test_the_same_news_twice_have_one_key() -> None:
    (first,) = receiver().events({}, fixture("video_ready"))
    (again,) = receiver().events({}, fixture("video_ready_at_39_percent"))
    assert first.key == again.key == "6b9e68b07dfee8cc2d116e4c51d6a957/ready"
    assert (first.source, first.lane) == ("cloudflare", "system")
    (failed,) = receiver().events({}, fixture("video_failed"))
    assert failed.key.endswith("/failed")
    assert receiver().events({}, fixture("video_in_progress")) == []
    assert receiver().events({}, {"event": "something else"}) == []
