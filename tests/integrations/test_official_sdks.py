"""The providers' own Python SDKs against the stand-ins, over sockets: what they take for an answer is one."""

from __future__ import annotations

import asyncio
import base64
import io
import json
from collections.abc import AsyncIterator
from typing import Any

import cloudflare
import pytest
import resend
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port
from cloudflare import AsyncCloudflare
from PIL import Image

from sandbox.cloudflare import CloudflareSandbox
from sandbox.core import World
from sandbox.resend import ResendSandbox
from tests.support_video import mp4

ACCOUNT, TOKEN, KEY = "0123456789abcdef0123456789abcdef", "token-of-the-shop", "re_key"
SENDER = "Loja <oi@loja.example>"


@pytest.fixture
async def world() -> AsyncIterator[World]:
    made = World(pace=0)
    yield made
    await made.close()


# --- Resend -----------------------------------------------------------------------------------------------


@pytest.fixture
async def mail(world: World, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ResendSandbox]:
    sandbox = ResendSandbox(world, api_key=KEY, sender_domain="loja.example")
    app = web.Application()
    app.add_routes(sandbox.routes())
    async with TestServer(app) as server:
        monkeypatch.setattr(resend, "api_url", str(server.make_url("")).rstrip("/"))
        monkeypatch.setattr(resend, "api_key", KEY)
        yield sandbox


def an_email(**changes: Any) -> Any:
    return {"from": SENDER, "to": ["a@b.dev"], "subject": "Oi", "html": "<p>Oi</p>", **changes}


async def test_resend_sends_an_email_with_an_attachment_once(mail: ResendSandbox) -> None:
    pdf = {"filename": "nota.pdf", "content": base64.b64encode(b"%PDF-1.4").decode(), "content_type": "application/pdf"}
    params = an_email(attachments=[pdf], tags=[{"name": "order", "value": "1001"}])
    first = await resend.Emails.send_async(params, {"idempotency_key": "paid/1001"})
    again = await resend.Emails.send_async(params, {"idempotency_key": "paid/1001"})
    assert first["id"] == again["id"] == mail.mailbox[0].id
    assert len(mail.mailbox) == 1
    assert mail.mailbox[0].attachments[0]["data"] == b"%PDF-1.4"
    read = await resend.Emails.get_async(first["id"])
    assert (read["subject"], read["to"]) == ("Oi", ["a@b.dev"])


async def test_resend_lets_bytes_through_as_a_list(mail: ResendSandbox) -> None:
    await resend.Emails.send_async(an_email(attachments=[{"filename": "a.bin", "content": [1, 2, 255]}]))
    assert mail.mailbox[0].attachments[0]["data"] == bytes([1, 2, 255])


async def test_resend_sends_a_batch(mail: ResendSandbox) -> None:
    sent = await resend.Batch.send_async(
        [an_email(subject="1"), an_email(subject="2")], {"idempotency_key": "reminders/7"}
    )
    assert [m.id for m in mail.mailbox] == [one["id"] for one in sent["data"]]
    assert [m.subject for m in mail.mailbox] == ["1", "2"]


async def test_resend_batches_are_all_or_nothing_unless_asked(mail: ResendSandbox) -> None:
    items = [an_email(), an_email(to="nobody")]
    with pytest.raises(resend.exceptions.ResendError):
        await resend.Batch.send_async(items)
    assert mail.mailbox == []
    sent = await resend.Batch.send_async(items, {"batch_validation": "permissive"})
    assert (len(sent["data"]), sent["errors"][0]["index"]) == (1, 1)
    assert len(mail.mailbox) == 1


async def test_resend_moves_and_cancels_what_is_scheduled(mail: ResendSandbox) -> None:
    soon = (mail.world.clock().replace(microsecond=0)).isoformat()
    sent = await resend.Emails.send_async(an_email(scheduled_at=soon))
    await resend.Emails.update_async({"id": sent["id"], "scheduled_at": soon})
    await resend.Emails.cancel_async(sent["id"])
    assert mail.mailbox[0].last_event == "canceled"
    with pytest.raises(resend.exceptions.ResendError):
        await resend.Emails.cancel_async(sent["id"])


async def test_resend_reads_its_refusals(mail: ResendSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(resend.exceptions.MissingRequiredFieldsError):
        await resend.Emails.send_async(an_email(subject=""))
    mail.spent = "daily"
    with pytest.raises(resend.exceptions.RateLimitError) as refused:
        await resend.Emails.send_async(an_email())
    assert refused.value.error_type == "daily_quota_exceeded"
    monkeypatch.setattr(resend, "api_key", "re_wrong")
    with pytest.raises(resend.exceptions.ResendError):
        await resend.Emails.send_async(an_email())


async def test_resend_reads_the_domain_and_its_records(mail: ResendSandbox) -> None:
    listed = await resend.Domains.list_async()
    (row,) = listed["data"]
    domain = await resend.Domains.get_async(row["id"])
    assert (domain["name"], domain["status"]) == ("loja.example", "verified")
    assert {record["record"] for record in domain["records"] or ()} == {"SPF", "DKIM"}


async def test_resend_verifies_the_signature_of_a_webhook(mail: ResendSandbox) -> None:
    mail.webhook_secret = "whsec_" + base64.b64encode(b"signing key").decode()
    headers = mail.signed("msg_1", b'{"type":"email.sent"}')
    signed: resend.WebhookHeaders = {
        "id": headers["svix-id"],
        "timestamp": headers["svix-timestamp"],
        "signature": headers["svix-signature"],
    }
    secret = mail.webhook_secret
    resend.Webhooks.verify({"payload": '{"type":"email.sent"}', "headers": signed, "webhook_secret": secret})
    with pytest.raises(ValueError, match="signature"):
        resend.Webhooks.verify({"payload": '{"type":"email.bounced"}', "headers": signed, "webhook_secret": secret})


# --- Cloudflare -------------------------------------------------------------------------------------------


class Shelf:
    def __init__(self, sandbox: CloudflareSandbox, client: AsyncCloudflare, base: str) -> None:
        self.sandbox, self.client, self.base = sandbox, client, base


@pytest.fixture
async def shelf(world: World, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Shelf]:
    for name in ("CLOUDFLARE_EMAIL", "CLOUDFLARE_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    port = unused_port()
    base = f"http://127.0.0.1:{port}"
    sandbox = CloudflareSandbox(world, account_id=ACCOUNT, api_token=TOKEN, account_hash="hash", public_base=base)

    async def film(_: web.Request) -> web.Response:
        return web.Response(body=mp4(7), content_type="video/mp4")

    async def picture(_: web.Request) -> web.Response:
        return web.Response(body=jpeg(), content_type="image/jpeg")

    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.add_routes([*sandbox.routes(), web.get("/film.mp4", film), web.get("/a.jpg", picture)])
    async with (
        TestServer(app, port=port),
        AsyncCloudflare(api_token=TOKEN, base_url=f"{base}/client/v4", max_retries=0) as client,
    ):
        yield Shelf(sandbox, client, base)


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 6)).save(out, "JPEG")
    return out.getvalue()


async def test_cloudflare_uploads_and_deletes_an_image(shelf: Shelf) -> None:
    images = shelf.client.images.v1
    made = await images.create(
        account_id=ACCOUNT, file=("a.jpg", jpeg(), "image/jpeg"), id="part/1", metadata=json.dumps({"sku": "A1"})
    )
    assert made is not None
    assert (made.id, made.meta) == ("part/1", {"sku": "A1"})
    assert made.variants == [f"{shelf.base}/imagedelivery/hash/part/1/public"]
    read = await images.get("part/1", account_id=ACCOUNT)
    assert read is not None
    assert read.id == "part/1"
    await images.delete("part/1", account_id=ACCOUNT)
    assert shelf.sandbox.images == {}
    with pytest.raises(cloudflare.NotFoundError) as refused:
        await images.get("part/1", account_id=ACCOUNT)
    assert refused.value.errors[0].code == 5404


async def test_cloudflare_takes_an_image_by_its_address(shelf: Shelf) -> None:
    await shelf.client.images.v1.create(account_id=ACCOUNT, url=f"{shelf.base}/a.jpg", id="part/2")
    assert shelf.sandbox.images["part/2"].data == jpeg()


async def test_cloudflare_lists_the_variants(shelf: Shelf) -> None:
    found = await shelf.client.images.v1.variants.list(account_id=ACCOUNT)
    assert found.variants is not None


async def test_cloudflare_copies_a_video(shelf: Shelf) -> None:
    stream = shelf.client.stream
    async with shelf.sandbox.world.listen() as news:
        made = await stream.copy.create(
            account_id=ACCOUNT, input=f"{shelf.base}/film.mp4", meta={"name": "video.s-1.7"}, creator="s-1"
        )
        assert made is not None
        assert made.uid
        assert made.status is not None
        assert made.status.state == "downloading"
        async with asyncio.timeout(5):
            while (await news.get()).get("state") != "ready":
                pass
    ready = await stream.get(made.uid, account_id=ACCOUNT)
    assert ready is not None
    assert (ready.ready_to_stream, ready.duration, ready.creator) == (True, 7, "s-1")
    listed = [video.uid async for video in stream.list(account_id=ACCOUNT, video_name="video.s-1.7")]
    assert listed == [made.uid]
    await stream.delete(made.uid, account_id=ACCOUNT)
    assert shelf.sandbox.videos == {}


async def test_cloudflare_subscribes_the_webhook(shelf: Shelf) -> None:
    webhooks = shelf.client.stream.webhooks
    await webhooks.update(account_id=ACCOUNT, body_notification_url_2="https://loja.example/hook")
    assert shelf.sandbox.subscription is not None
    assert shelf.sandbox.subscription[0] == "https://loja.example/hook"
    await webhooks.delete(account_id=ACCOUNT)
    assert shelf.sandbox.subscription is None


async def test_cloudflare_reads_its_refusals(shelf: Shelf) -> None:
    shelf.client.api_token = "wrong"
    with pytest.raises(cloudflare.AuthenticationError):
        await shelf.client.images.v1.stats.get(account_id=ACCOUNT)
    shelf.client.api_token = TOKEN
    shelf.sandbox.most = 0
    with pytest.raises(cloudflare.RateLimitError) as refused:
        await shelf.client.images.v1.stats.get(account_id=ACCOUNT)
    assert int(refused.value.response.headers["retry-after"]) > 0
