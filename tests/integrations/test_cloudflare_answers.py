"""Each answer of Cloudflare Images in its documented shape, one file each, and what we make of it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.integrations.cloudflare import CloudflareImages
from bot.integrations.errors import NotFound, ProviderError, RateLimited, Refused, Unauthorised, Unavailable
from bot.integrations.protocols import File
from tests.support import make_http

FIXTURES = Path(__file__).parent / "fixtures" / "cloudflare" / "answers"
HASH = "cheeW4oKsx5ljh8e8BoL2A"
PART = "part/558/1"
PHOTO = File(b"\xff\xd8\xff a picture", "image/jpeg", "photo.jpg")


class Account:
    """Answers with the file it was given, under the status it was given."""

    def __init__(self) -> None:
        self.name, self.status, self.asked = "image", 200, 0
        self.kept = ""  # what a look-up finds, where that is another file
        self.images: CloudflareImages

    async def answer(self, request: web.Request) -> web.Response:
        await request.read()
        self.asked += 1
        name, status = (self.kept, 200) if self.kept and request.method == "GET" else (self.name, self.status)
        return web.json_response(json.loads((FIXTURES / f"{name}.json").read_text("utf-8")), status=status)


@pytest.fixture
async def account() -> AsyncIterator[Account]:
    account = Account()
    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", account.answer)
    http = make_http()
    async with TestServer(app) as server:
        account.images = CloudflareImages(
            http,
            base_url=str(server.make_url("/client/v4")),
            account_id="0" * 32,
            api_token="t",
            account_hash=HASH,
            variant="shop",
        )
        yield account
        await http.close()


@pytest.mark.parametrize("name", ["image", "image_metadata_spelling", "image_without_variants"])
async def test_a_picture_is_shown_in_our_variant(account: Account, name: str) -> None:
    account.name = name
    url = f"https://imagedelivery.net/{HASH}/{PART}/shop"
    assert (await account.images.upload(PART, PHOTO, owner="s-1")).url == url
    found = await account.images.find(PART)
    assert found is not None
    assert (found.image_id, found.url) == (PART, url)


async def test_a_draft_is_no_picture_yet(account: Account) -> None:
    account.name = "image_draft"
    assert await account.images.find(PART) is None


async def test_gone_is_gone(account: Account) -> None:
    account.name = "image_deleted"
    await account.images.delete(PART)
    account.name, account.status = "error_5404", 404
    await account.images.delete(PART)
    assert account.asked == 2


async def test_the_account_answers(account: Account) -> None:
    account.name = "stats"
    await account.images.check()


ERRORS: dict[str, tuple[int, type[ProviderError], str, int]] = {
    "error_10000": (401, Unauthorised, "not_allowed", 1),
    "error_5403": (403, Unauthorised, "not_allowed", 1),
    "error_5404": (404, NotFound, "not_found", 1),
    "error_5411": (400, Refused, "bad_id", 1),
    "error_5413": (413, Refused, "too_large", 1),
    "error_7011": (413, Refused, "too_large", 1),
    "error_5443": (400, Refused, "too_large", 1),
    "error_5454": (400, Refused, "gone", 1),
    "error_5455": (415, Refused, "unsupported", 1),
    "error_9422": (400, Refused, "broken", 1),
    "error_7003": (404, Refused, "wrong_account", 1),
    "error_12345": (400, Refused, "code_12345", 1),
    "error_5408": (408, Unavailable, "server_error", 3),
    "error_5450": (400, Unavailable, "server_error", 3),
    "error_5503": (503, Unavailable, "http_503", 3),
    "error_5540": (400, Unavailable, "server_error", 3),
    # room must be made by a person; the picture waits
    "error_5453": (402, Unavailable, "account_full", 3),
    "error_971": (429, RateLimited, "rate_limited", 3),
}
SEEN_ELSEWHERE = {
    "image",
    "image_metadata_spelling",
    "image_without_variants",
    "image_draft",
    "image_deleted",
    "stats",
    "error_5409",
}


def test_every_answer_stands_here() -> None:
    assert {path.stem for path in FIXTURES.glob("*.json")} == {*ERRORS, *SEEN_ELSEWHERE}


@pytest.mark.parametrize("name", ERRORS)
async def test_a_refusal(account: Account, name: str) -> None:
    status, kind, reason, tries = ERRORS[name]
    account.name, account.status = name, status
    with pytest.raises(kind) as refused:
        await account.images.upload(PART, PHOTO, owner="s-1")
    assert (type(refused.value), refused.value.reason, account.asked) == (kind, reason, tries)


@pytest.mark.parametrize("status", [400, 409])
async def test_what_exists_already_is_taken_for_what_it_is(account: Account, status: int) -> None:
    """Under an id of our own a refused repeat means that the first try went through; the look-up says so."""
    account.name, account.status, account.kept = "error_5409", status, "image"
    stored = await account.images.upload(PART, PHOTO, owner="s-1")
    assert (stored.image_id, account.asked) == (PART, 2)
