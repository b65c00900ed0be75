"""The Z-API stand-in refuses what Z-API refuses. Spoken to without our client; "sheet n" is a chapter of the facts
sheet on Z-API that the project was built from."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.support_zapi import ANA, CLIENT_TOKEN, INSTANCE, TOKEN, Stand, stand_in

JSON = {"Content-Type": "application/json"}
GOOD = {"Client-Token": CLIENT_TOKEN}
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    async with stand_in() as opened:
        yield opened


@pytest.fixture
async def web() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def call(
    web: aiohttp.ClientSession, method: str, url: str, body: Any = None, headers: dict[str, str] | None = None
) -> tuple[int, Any]:
    sent = {**(GOOD if headers is None else headers)}
    data = None
    if body is not None:
        sent, data = {**JSON, **sent}, json.dumps(body)
    async with web.request(method, url, data=data, headers=sent) as response:
        text = await response.text()
        return response.status, json.loads(text) if text.startswith(("{", "[")) else text


async def send(stand: Stand, web: aiohttp.ClientSession, endpoint: str, **body: Any) -> tuple[int, Any]:
    return await call(web, "POST", f"{stand.path}/{endpoint}", {"phone": ANA, **body})


# --- credentials and manners ------------------------------------------------------------------------------


@pytest.mark.parametrize(("instance", "token"), [("F" * 32, TOKEN), (INSTANCE, "F" * 24), (INSTANCE, TOKEN.lower())])
async def test_wrong_instance_or_token(stand: Stand, web: aiohttp.ClientSession, instance: str, token: str) -> None:
    # sheet 12.1 and 1: an error body; status and words are UNCONFIRMED
    status, body = await call(web, "GET", f"{stand.base_url}/instances/{instance}/token/{token}/status")
    assert status >= 400
    assert body["error"]


async def test_no_client_token(stand: Stand, web: aiohttp.ClientSession) -> None:
    # sheet 1 [FIELD]: header absent, newer behaviour, reads too
    status, body = await call(web, "GET", f"{stand.path}/status", headers={})
    assert (status, body) == (400, {"error": "your client-token is not configured"})


async def test_a_wrong_client_token_is_repeated(stand: Stand, web: aiohttp.ClientSession) -> None:
    # sheet 1 [FIELD]: 403 that echoes the secret
    status, body = await call(web, "GET", f"{stand.path}/status", headers={"Client-Token": "nope"})
    assert (status, body) == (403, {"error": "Client-Token nope not allowed"})


async def test_an_unknown_path(stand: Stand, web: aiohttp.ClientSession) -> None:
    # sheet 12.1: 200 with a NOT_FOUND body in one mode, 404 in another
    wanted = {"error": "NOT_FOUND", "message": "Unable to find matching target resource method"}
    assert await send(stand, web, "send-txt", message="oi") == (200, wanted)
    stand.zapi.not_found_status = 404
    assert await send(stand, web, "send-txt", message="oi") == (404, wanted)


async def test_wrong_method(stand: Stand, web: aiohttp.ClientSession) -> None:
    # sheet 1: 405, body unspecified
    assert (await call(web, "GET", f"{stand.path}/send-text"))[0] == 405
    assert (await call(web, "POST", f"{stand.path}/status", {}))[0] == 405


@pytest.mark.parametrize("headers", [{}, {"Content-Type": "text/plain"}])
async def test_no_json_content_type(stand: Stand, web: aiohttp.ClientSession, headers: dict[str, str]) -> None:
    # sheet 1: no or incorrect Content-Type is a 415
    data = json.dumps({"phone": ANA, "message": "oi"}).encode()
    async with web.post(f"{stand.path}/send-text", data=data, headers={**GOOD, **headers}) as response:
        assert response.status == 415


@pytest.mark.parametrize("data", ["{", "[]", '"oi"', ""])
async def test_a_bad_body(stand: Stand, web: aiohttp.ClientSession, data: str) -> None:
    # sheet 1: bad body is a 400 with {"error": "..."}
    async with web.post(f"{stand.path}/send-text", data=data, headers={**GOOD, **JSON}) as response:
        assert response.status == 400
        assert (await response.json())["error"]


# --- bodies of sends --------------------------------------------------------------------------------------

BUTTONS = {"buttons": [{"id": "1", "label": "Sim"}]}
PAY = {"type": "URL", "label": "Pagar", "url": "https://loja.example/p/1"}
ITEM = {"name": "Farol", "value": 480.0, "quantity": 1}
ROWS = {"title": "t", "buttonLabel": "b", "options": [{"id": "1", "title": "Sim"}]}


@pytest.mark.parametrize(
    ("endpoint", "body"),
    [
        ("send-text", {}),  # sheet 4: message is required
        ("send-text", {"message": ""}),
        ("send-text", {"message": 5}),
        ("send-text", {"message": "oi", "phone": ""}),  # sheet 4: all need phone
        ("send-text", {"message": "oi", "phone": 5511987654321}),  # sheet 4: a string
        ("send-text", {"message": "oi", "phone": "+5511987654321"}),  # sheet 3: no +, no mask
        ("send-text", {"message": "oi", "phone": "(11) 98765-4321"}),
        ("send-text", {"message": "oi", "delayTyping": 0}),  # sheet 4: int 1-15
        ("send-text", {"message": "oi", "delayTyping": 16}),
        ("send-text", {"message": "oi", "delayMessage": "2"}),
        ("send-image", {}),  # sheet 4: image is required
        ("send-image", {"image": "https://i.example/1", "delayTyping": 2}),  # sheet 4: no T
        ("send-document/pdf", {"fileName": "a.pdf"}),  # sheet 4: document is required
        (
            "send-link",
            {"message": "sem o endereço", "image": "i", "linkUrl": "u", "title": "t", "linkDescription": "d"},
        ),
        ("send-location", {"title": "t", "address": "a", "latitude": "1"}),
        ("send-contact", {"contactName": "Bia"}),
        ("send-button-list", {"message": "", "buttonList": BUTTONS}),  # sheet 4: non-empty
        ("send-button-list", {"message": "m"}),
        ("send-button-list", {"message": "m", "buttonList": {"buttons": []}}),
        ("send-button-list", {"message": "m", "buttonList": {"buttons": [{"id": "1"}]}}),  # sheet 4: label
        ("send-button-list", {"message": "m", "buttonList": {"buttons": [{"label": "a"}] * 4}}),
        ("send-button-list", {"message": "m", "buttonList": BUTTONS, "messageId": "3A"}),  # sheet 4: no R
        ("send-option-list", {"message": "m", "optionList": {**ROWS, "title": ""}}),
        ("send-option-list", {"message": "m", "optionList": {**ROWS, "options": [{"id": "1"}]}}),
        ("send-option-list", {"message": "m", "optionList": ROWS, "phone": "120363000000000001-group"}),
        ("send-reaction", {"messageId": "3A"}),  # sheet 4: reaction and messageId
        ("send-remove-reaction", {}),
        ("send-contacts", {"contacts": []}),
        ("send-button-actions", {"message": "m", "buttonActions": [{"type": "OTHER", "label": "x"}]}),
        ("send-button-actions", {"message": "m", "buttonActions": [{"type": "URL", "label": "x", "url": "ftp://x"}]}),
        ("send-button-actions", {"message": "m", "buttonActions": [PAY, {"type": "REPLY", "label": "x"}]}),  # notes
        ("send-button-otp", {"message": "m"}),
        ("send-button-pix", {"pixKey": "k", "type": "OTHER"}),
        ("send-button-pix", {"type": "EVP"}),
        ("send-carousel", {"message": "m", "carousel": [{"text": "t"}]}),
        ("send-poll", {"message": "m", "poll": [{"name": "A"}]}),  # sheet 4: groups only
        ("send-order", {"order": {"currency": "BRL", "products": [{"name": "Farol"}]}}),
        ("read-message", {}),
        ("queue", {"pageSize": 31}),  # sheet 5: max 30
    ],
)
async def test_bad_arguments(stand: Stand, web: aiohttp.ClientSession, endpoint: str, body: dict[str, Any]) -> None:
    # sheet 1: bad argument is a 400 with {"error": "..."}
    status, answer = await send(stand, web, endpoint, **body)
    assert status == 400
    assert answer["error"]
    assert stand.zapi.chat(ANA) == []


@pytest.mark.parametrize(
    ("endpoint", "body", "kind"),
    [
        ("send-text", {"message": "oi"}, "text"),
        ("send-image", {"image": "https://i.example/1"}, "image"),
        ("send-video", {"video": "https://i.example/1"}, "video"),
        ("send-audio", {"audio": "https://i.example/1"}, "audio"),
        ("send-sticker", {"sticker": "https://i.example/1"}, "sticker"),
        ("send-document/pdf", {"document": "data:application/pdf;base64,JVBERg=="}, "document"),
        (
            "send-link",
            {"message": "veja u", "image": "i", "linkUrl": "u", "title": "t", "linkDescription": "d"},
            "link",
        ),
        ("send-location", {"title": "t", "address": "a", "latitude": "1", "longitude": "2"}, "location"),
        ("send-contact", {"contactName": "Bia", "contactPhone": "5511900000003"}, "contact"),
        ("send-button-list", {"message": "m", "buttonList": BUTTONS}, "text"),
        ("send-option-list", {"message": "m", "optionList": ROWS}, "text"),
        ("send-gif", {"gif": "https://i.example/1"}, "gif"),
        ("send-contacts", {"contacts": [{"name": "Bia", "phones": ["5511900000003"]}]}, "contact"),
        ("send-button-actions", {"message": "m", "buttonActions": [PAY]}, "text"),
        ("send-button-otp", {"message": "m", "code": "K7Q2M9"}, "text"),
        ("send-button-pix", {"pixKey": "a@b.example", "type": "EMAIL"}, "pix"),
        ("send-carousel", {"message": "m", "carousel": [{"text": "t", "image": "https://i.example/1"}]}, "text"),
        ("send-order", {"order": {"currency": "BRL", "products": [ITEM]}}, "order"),
    ],
)
async def test_what_is_taken(
    stand: Stand, web: aiohttp.ClientSession, endpoint: str, body: dict[str, Any], kind: str
) -> None:
    # sheet 2: 200 and the triple; id repeats messageId
    status, answer = await send(stand, web, endpoint, **body)
    assert status == 200
    assert answer.keys() == {"zaapId", "messageId", "id"}
    assert answer["id"] == answer["messageId"]
    bubble = await stand.zapi.until(ANA)
    assert (bubble.id, bubble.kind, bubble.zaap_id) == (answer["messageId"], kind, answer["zaapId"])


# --- what follows a send ----------------------------------------------------------------------------------


async def test_delivery_receipts_and_echo(stand: Stand, web: aiohttp.ClientSession) -> None:
    # sheet 12.2: DeliveryCallback, then SENT, RECEIVED, READ with ids, and the echo when sent-by-me is on
    stand.zapi.notify_sent_by_me = True
    _, answer = await send(stand, web, "send-text", message="oi")
    sent = answer["messageId"]
    await stand.bot.until(1, status="RECEIVED", type="MessageStatusCallback")
    assert [b.get("status") if b["type"] == "MessageStatusCallback" else b["type"] for b in stand.bot.got] == [
        "DeliveryCallback",
        "SENT",
        "ReceivedCallback",
        "RECEIVED",
    ]
    delivery, first, echo, _ = stand.bot.got
    assert "error" not in delivery
    assert (delivery["messageId"], delivery["zaapId"]) == (sent, answer["zaapId"])
    assert first["ids"] == [sent]
    assert (echo["fromMe"], echo["fromApi"], echo["text"]) == (True, True, {"message": "oi"})
    assert stand.zapi.chat(ANA)[0].status == "received"


async def test_one_callback_for_all_that_is_read(stand: Stand, web: aiohttp.ClientSession) -> None:
    for text in ("um", "dois"):
        await send(stand, web, "send-text", message=text)
    await stand.bot.until(2, status="RECEIVED")
    await stand.zapi.mark_read(ANA)
    await stand.zapi.mark_read(ANA)
    (read,) = await stand.bot.until(1, status="READ")
    assert read["ids"] == [m.id for m in stand.zapi.chat(ANA)]


async def test_webhooks_carry_what_captures_carry(stand: Stand) -> None:
    # sheet 12.4 and 7: these headers, a browser's name, no signature
    await stand.zapi.user_sends(ANA, text="oi")
    (headers,) = stand.bot.headers
    assert headers["z-api-token"] == TOKEN
    assert headers["origin"] == "https://api.z-api.io"
    assert headers["server"] == "Z-API"
    assert headers["user-agent"].startswith("Mozilla/5.0")
    assert headers["content-type"] == "application/json"
    assert "client-token" not in headers


@pytest.mark.parametrize(
    ("dial", "endpoint", "body", "error", "code"),
    [
        ("no_whatsapp", "send-text", {"message": "oi"}, "Phone number does not exist", None),
        ("", "send-text", {"message": "oi", "phone": "999@lid"}, "Phone number does not exist", None),
        (
            "shadow_ban",
            "send-text",
            {"message": "oi"},
            "The message was not sent due to a likely shadow ban",
            "SHADOW_BAN",
        ),
        (
            "buttons",
            "send-button-list",
            {"message": "m", "buttonList": BUTTONS},
            "You must accept buttons message terms in panel to send this message.",
            None,
        ),
        ("", "send-image", {"image": "iVBORw0KGgo="}, "Message not send caused by invalid media url", None),
        (
            "",
            "send-image",
            {"image": "data:image/png;base64,%%%"},
            "Message not send caused by invalid media url",
            None,
        ),
    ],
)
async def test_failures_are_told_afterwards(
    stand: Stand,
    web: aiohttp.ClientSession,
    dial: str,
    endpoint: str,
    body: dict[str, Any],
    error: str,
    code: str | None,
) -> None:
    # sheet 2 and 9: the answer is the usual triple, the DeliveryCallback has the error
    if dial == "no_whatsapp":
        stand.zapi.set_on_whatsapp(ANA, False)
    stand.zapi.shadow_ban = dial == "shadow_ban"
    stand.zapi.buttons_accepted = dial != "buttons"
    status, answer = await send(stand, web, endpoint, **body)
    assert status == 200
    (delivery,) = await stand.bot.until(1, messageId=answer["messageId"])
    assert (delivery["error"], delivery.get("errorCode")) == (error, code)
    assert stand.zapi.chat(body.get("phone", ANA))[0].status == "failed"
    assert await stand.bot.until(0, type="MessageStatusCallback") == []
    with pytest.raises(TimeoutError):
        await stand.zapi.until(ANA, timeout=0)


async def test_an_offline_phone(stand: Stand, web: aiohttp.ClientSession) -> None:
    await stand.zapi.set_online(ANA, False)
    await send(stand, web, "send-text", message="oi")
    await stand.bot.until(1, status="SENT")
    assert (await stand.zapi.until(ANA)).status == "sent"
    await stand.zapi.set_online(ANA, True)
    await stand.bot.until(1, status="RECEIVED")
