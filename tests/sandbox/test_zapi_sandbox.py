"""The Z-API stand-in refuses what Z-API refuses. Spoken to without our client; "sheet n" is a chapter of the facts
sheet on Z-API that the project was built from."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from sandbox.chats import ChatMessage
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


# --- the queue and the connection -------------------------------------------------------------------------


async def test_the_queue_is_listed_and_emptied(stand: Stand, web: aiohttp.ClientSession) -> None:
    # sheet 5
    stand.zapi.hold_queue()
    answers = [(await send(stand, web, "send-text", message=f"m{n}", delayTyping=2))[1] for n in range(3)]
    _, first = await call(web, "POST", f"{stand.path}/queue", {"pageSize": 2, "pagingState": None})
    assert [m["Message"] for m in first["messages"]] == ["m0", "m1"]
    assert first["messages"][0]["MessageId"] == answers[0]["messageId"]
    assert (first["messages"][0]["DelayMessage"], first["messages"][0]["DelayTyping"]) == (-1, 2)
    assert first["hasMore"] is True
    _, second = await call(web, "POST", f"{stand.path}/queue", {"pageSize": 2, "pagingState": first["pagingState"]})
    assert ([m["Message"] for m in second["messages"]], second["hasMore"]) == (["m2"], False)
    await call(web, "DELETE", f"{stand.path}/queue/{answers[0]['zaapId']}")
    assert (await call(web, "GET", f"{stand.path}/queue/count"))[1] == {"count": 2}
    await call(web, "DELETE", f"{stand.path}/queue")
    stand.zapi.hold_queue(False)
    assert (await call(web, "GET", f"{stand.path}/queue/count"))[1] == {"count": 0}
    assert stand.zapi.chat(ANA) == []


async def test_disconnected_with_the_queue_left_on(stand: Stand, web: aiohttp.ClientSession) -> None:
    # sheet 2: queued, and all sent on reconnection; sheet 7: webhooks stop but for the DisconnectedCallback
    await stand.zapi.set_connected(False)
    (told,) = stand.bot.got
    assert (told["type"], told["disconnected"]) == ("DisconnectedCallback", True)
    status, _ = await send(stand, web, "send-text", message="velha")
    assert status == 200
    assert len(stand.zapi.queue) == 1
    late = await stand.zapi.user_sends(ANA, text="alguém?")
    assert (late.webhook_status, len(stand.bot.got)) == (0, 1)
    await stand.zapi.set_connected(True)
    await stand.zapi.until(ANA, lambda m: m.text == "velha")
    assert late.webhook_status == 200
    assert [b["type"] for b in stand.bot.got[:3]] == ["DisconnectedCallback", "ConnectedCallback", "ReceivedCallback"]


async def test_disconnected_with_the_queue_switched_off(stand: Stand, web: aiohttp.ClientSession) -> None:
    # sheet 5 and 1: an error body (status UNCONFIRMED)
    settings = {"disableEnqueueWhenDisconnected": True}
    assert await call(web, "PUT", f"{stand.path}/update-queue-settings", settings) == (200, {"success": True})
    await stand.zapi.set_connected(False)
    status, answer = await send(stand, web, "send-text", message="oi")
    assert status == 400
    assert answer["error"]
    # sheet 12.5: /status carries an error text in both states
    _, state = await call(web, "GET", f"{stand.path}/status")
    assert (state["connected"], state["error"]) == (False, "You are not connected.")
    _, code = await call(web, "GET", f"{stand.path}/qr-code/image")
    assert code["value"].startswith("data:image/png;base64,")
    await stand.zapi.set_connected(True)
    _, state = await call(web, "GET", f"{stand.path}/status")
    assert (state["connected"], state["error"]) == (True, "You are already connected.")


async def test_a_full_queue_takes_no_more(stand: Stand, web: aiohttp.ClientSession) -> None:
    # sheet 2: up to 1000, then rejected
    await stand.zapi.set_connected(False)
    await send(stand, web, "send-text", message="oi")
    stand.zapi.queue = stand.zapi.queue * 1000
    assert (await send(stand, web, "send-text", message="uma a mais"))[0] == 400


# --- webhook settings -------------------------------------------------------------------------------------


async def test_the_webhook_precedence_trap(stand: Stand, web: aiohttp.ClientSession) -> None:
    # sheet 7: with sent-by-me on, update-webhook-received is kept but has no effect
    await call(web, "PUT", f"{stand.path}/update-every-webhooks", {"value": stand.hook_url, "notifySentByMe": True})
    await call(web, "PUT", f"{stand.path}/update-webhook-received", {"value": "http://127.0.0.1:9/nobody"})
    await stand.zapi.user_sends(ANA, text="oi")
    assert len(stand.bot.got) == 1
    await call(web, "PUT", f"{stand.path}/update-notify-sent-by-me", {"notifySentByMe": False})
    _, me = await call(web, "GET", f"{stand.path}/me")
    assert me["receivedCallbackUrl"] == "http://127.0.0.1:9/nobody"
    assert me["deliveryCallbackUrl"] == stand.hook_url


async def test_a_webhook_needs_an_address(stand: Stand, web: aiohttp.ClientSession) -> None:
    for value in ("", " https://bot.example/x", "bot.example", None):  # sheet 7: trim blanks
        assert (await call(web, "PUT", f"{stand.path}/update-every-webhooks", {"value": value}))[0] == 400


async def test_listed_filters_suppress(stand: Stand, web: aiohttp.ClientSession) -> None:
    # sheet 7
    body = {"callbackTypeFilters": ["FILTER_DELIVERY_CALLBACK"]}
    assert (await call(web, "PUT", f"{stand.path}/update-filters", body))[0] == 200
    await send(stand, web, "send-text", message="oi")
    await stand.bot.until(1, status="RECEIVED")
    assert await stand.bot.until(0, type="DeliveryCallback") == []


# --- the people -------------------------------------------------------------------------------------------


async def test_a_picture_lies_at_its_address_until_it_expires(stand: Stand, web: aiohttp.ClientSession) -> None:
    # sheet 12.6 and 10: without any header; 404 afterwards
    bubble = await stand.zapi.user_sends(ANA, image=PNG, text="farol")
    (got,) = stand.bot.got
    assert got["image"]["caption"] == "farol"
    url = got["image"]["imageUrl"]
    assert url.startswith(f"{stand.base_url}/file/temp-file-download/instances/{INSTANCE}/{bubble.id}/")
    async with web.get(url) as response:
        assert (await response.read(), response.content_type) == (PNG, "image/png")
    stand.zapi.expire_files()
    async with web.get(url) as response:
        assert response.status == 404


async def test_clicks_come_as_what_was_shown(stand: Stand, web: aiohttp.ClientSession) -> None:
    # sheet 8.3
    _, list_sent = await send(stand, web, "send-option-list", message="m", optionList=ROWS)
    await stand.zapi.until(ANA)
    await stand.zapi.user_sends(ANA, choice=("1", "Sim"))
    (row,) = await stand.bot.until(1, referenceMessageId=list_sent["messageId"])
    assert row["listResponseMessage"]["selectedRowId"] == "1"
    _, sent = await send(stand, web, "send-button-list", message="m", buttonList=BUTTONS)
    await stand.zapi.until(ANA)
    await stand.zapi.user_sends(ANA, choice=("1", "Sim"))
    (button,) = await stand.bot.until(1, referenceMessageId=sent["messageId"])
    assert button["buttonsResponseMessage"] == {"buttonId": "1", "message": "Sim"}


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"sticker": b"webp"}, "sticker"),
        ({"file": b"%PDF-1.7", "file_name": "nota.pdf"}, "document"),
        ({"file": b"ogg", "kind": "audio"}, "audio"),
        ({"file": b"mp4", "kind": "video"}, "video"),
        ({"location": (-23.5, -46.6)}, "location"),
        ({"kind": "contact", "text": "Bia"}, "contact"),
        ({"kind": "reaction", "text": "👍", "reply_to": "3EB0"}, "reaction"),
        ({"kind": "unknown"}, "somethingNew"),
        ({"kind": "waiting"}, "waitingMessage"),
        ({"kind": "call"}, "callId"),
    ],
)
async def test_kinds_of_messages(stand: Stand, given: dict[str, Any], key: str) -> None:
    # sheet 8
    bubble = await stand.zapi.user_sends(ANA, name="Ana", **given)
    (got,) = stand.bot.got
    assert got[key]
    assert (got["type"], got["instanceId"], got["senderName"]) == ("ReceivedCallback", INSTANCE, "Ana")
    assert bubble.webhook_status == 200


async def test_odd_arrivals(stand: Stand) -> None:
    # sheet 12.3: LID as phone, old messages, the same twice, edits, deletions, the owner, groups
    old = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    stand.world.send_twice = True
    bubble = await stand.zapi.user_sends(ANA, text="oi", as_lid=True, moment=old, message_id="3A01")
    assert bubble.id == "3A01"
    assert [(b["phone"], b["momment"], b["messageId"]) for b in stand.bot.got] == [
        (stand.zapi.lid_of(ANA), int(old.timestamp() * 1000), "3A01")
    ] * 2
    stand.world.send_twice = False
    assert await stand.zapi.user_edits(ANA, "3A01", "olá") == 200
    assert await stand.zapi.user_deletes(ANA, "3A01") == 200
    assert await stand.zapi.owner_sends(ANA, "deixa comigo") == 200
    assert await stand.zapi.group_noise(ANA) == 200
    edit, deletion, owner, group = stand.bot.got[2:]
    assert (edit["isEdit"], edit["editMessageId"]) == (True, "3A01")
    assert (deletion["notification"], deletion["messageId"]) == ("REVOKE", "3A01")
    assert (owner["fromMe"], owner["fromApi"], owner["phone"]) == (True, False, ANA)
    assert (group["isGroup"], group["chatLid"]) == (True, None)
    bubble, from_owner = stand.zapi.chat(ANA)
    assert (bubble.text, bubble.edited, bubble.deleted) == ("olá", True, True)
    assert from_owner.by_owner


def says(text: str) -> Callable[[ChatMessage], bool]:
    return lambda bubble: bubble.text == text


async def test_one_chat_for_all_addresses_of_a_phone(stand: Stand, web: aiohttp.ClientSession) -> None:
    for phone in (ANA, "551187654321", stand.zapi.lid_of(ANA)):
        await send(stand, web, "send-text", phone=phone, message=phone)
        await stand.zapi.until(ANA, says(phone))
    assert len(stand.zapi.chat("551187654321")) == 3


async def test_the_page_hears_of_every_bubble(stand: Stand, web: aiohttp.ClientSession) -> None:
    async with stand.world.listen() as news:
        await send(stand, web, "send-text", message="oi")
        await stand.bot.until(1, status="RECEIVED")
        heard = [news.get_nowait() for _ in range(news.qsize())]
    chats = [h for h in heard if h["topic"] == "chat"]
    assert [(c["phone"], c["message"]["text"], c["message"]["status"]) for c in chats] == [
        (ANA, "oi", "sent"),
        (ANA, "oi", "received"),
    ]
    assert json.dumps(chats)


async def test_waiting_for_a_message_tells_what_came_instead(stand: Stand, web: aiohttp.ClientSession) -> None:
    await send(stand, web, "send-text", message="um")
    await send(stand, web, "send-text", message="dois")
    assert (await stand.zapi.until(ANA, lambda m: m.text == "dois")).text == "dois"
    await send(stand, web, "send-text", message="três")
    await stand.bot.until(3, status="SENT")
    with pytest.raises(TimeoutError, match="três"):
        await stand.zapi.until(ANA, lambda m: m.text == "quatro", timeout=0.01)
    stand.zapi.skip(ANA)
    with pytest.raises(TimeoutError):
        await stand.zapi.until(ANA, timeout=0)


async def test_deleting_and_phones(stand: Stand, web: aiohttp.ClientSession) -> None:
    _, sent = await send(stand, web, "send-text", message="oi")
    await stand.zapi.until(ANA)
    assert (await call(web, "DELETE", f"{stand.path}/messages?messageId={sent['messageId']}"))[0] == 400
    query = f"messageId={sent['messageId']}&phone={ANA}&owner=true"
    assert (await call(web, "DELETE", f"{stand.path}/messages?{query}"))[0] == 204
    assert stand.zapi.chat(ANA)[0].deleted
    # sheet 3: the canonical spelling may lack the ninth digit; list form; lid null where there is no WhatsApp
    _, found = await call(web, "GET", f"{stand.path}/phone-exists/5531980000001")
    assert (found[0]["exists"], found[0]["phone"]) == (True, "553180000001")
    stand.zapi.set_on_whatsapp("5511900000002", False)
    _, batch = await call(
        web, "POST", f"{stand.path}/phone-exists-batch", {"phones": ["5531980000001", "5511900000002"]}
    )
    assert [(b["exists"], b["outputPhone"]) for b in batch] == [(True, "553180000001"), (False, "5511900000002")]
    assert batch[1]["lid"] is None
    assert (await call(web, "GET", f"{stand.path}/phone-exists/123")) == (400, {"error": "Invalid phone"})
