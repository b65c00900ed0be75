"""The people of the Z-API stand-in: what they send, and what they see."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from sandbox.chats import ChatMessage
from tests.sandbox.test_zapi_sandbox import BUTTONS, PNG, ROWS, call, send, stand, web
from tests.support_zapi import ANA, INSTANCE, Stand

__all__ = ["stand", "web"]


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
