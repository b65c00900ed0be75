"""The Evolution stand-in refuses what Evolution refuses. Spoken to without our client; "sheet n" is a chapter of the
facts sheet on Evolution API v2 that the project was built from, "source" that of 2.3.6."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest

from sandbox.core import World
from sandbox.evolution import EvolutionSandbox
from sandbox.evolution.jids import jid_of
from tests.support_evolution import ANA, INSTANCE, KEY, Stand, stand_in

GOOD = {"apikey": KEY}
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
RAW = "iVBORw0KGgo="


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    async with stand_in() as opened:
        yield opened


@pytest.fixture
async def web() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def call(
    stand: Stand,
    web: aiohttp.ClientSession,
    method: str,
    verb: str,
    body: Any = None,
    *,
    headers: dict[str, str] | None = None,
    instance: str = INSTANCE,
) -> tuple[int, Any]:
    url = f"{stand.base_url}/{verb}/{quote(instance)}"
    async with web.request(method, url, json=body, headers=GOOD if headers is None else headers) as response:
        return response.status, await response.json()


async def send(stand: Stand, web: aiohttp.ClientSession, verb: str, **body: Any) -> tuple[int, Any]:
    return await call(stand, web, "POST", f"message/{verb}", {"number": ANA, **body})


def told(answer: Any) -> Any:
    return answer["response"]["message"]


# --- credentials and manners ------------------------------------------------------------------------------


async def test_the_welcome_needs_no_key(stand: Stand, web: aiohttp.ClientSession) -> None:
    # sheet 1
    async with web.get(f"{stand.base_url}/") as response:
        assert (await response.json())["version"] == "2.3.7"


async def test_the_instance_is_looked_for_before_the_key(stand: Stand, web: aiohttp.ClientSession) -> None:
    # sheet 1: 404 even with a bad key, then 401
    status, body = await call(stand, web, "GET", "instance/connectionState", headers={}, instance="outra")
    assert (status, told(body)) == (404, ['The "outra" instance does not exist'])
    for headers in ({}, {"apikey": "nope"}):
        status, body = await call(stand, web, "GET", "instance/connectionState", headers=headers)
        assert (status, body) == (
            401,
            {"status": 401, "error": "Unauthorized", "response": {"message": "Unauthorized"}},
        )


@pytest.mark.parametrize(
    ("method", "verb"), [("POST", "message/sendTxt"), ("GET", "message/sendText"), ("GET", "chat/x")]
)
async def test_an_unknown_route(stand: Stand, web: aiohttp.ClientSession, method: str, verb: str) -> None:
    # sheet 1: "Cannot POST /x"
    status, body = await call(stand, web, method, verb)
    assert status == 404
    assert told(body)[0].startswith(f"Cannot {method} /{verb}")


async def test_a_body_that_is_no_json(stand: Stand, web: aiohttp.ClientSession) -> None:
    url = f"{stand.base_url}/message/sendText/{quote(INSTANCE)}"
    async with web.post(url, data=b"{", headers={**GOOD, "Content-Type": "application/json"}) as response:
        assert response.status == 400
    async with web.post(url, data=b"number=1", headers={**GOOD, "Content-Type": "text/plain"}) as response:
        assert response.status == 400


# --- bodies of sends --------------------------------------------------------------------------------------

ROW = {"title": "Sim", "rowId": "1"}
LIST = {"title": "t", "footerText": "f", "buttonText": "b", "sections": [{"title": "s", "rows": [ROW]}]}
REPLY = {"type": "reply", "displayText": "Sim", "id": "1"}


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("sendText", {}),  # sheet 2: text is required
        ("sendText", {"text": ""}),
        ("sendText", {"text": 5}),
        ("sendText", {"text": "oi", "number": None}),
        ("sendText", {"text": "oi", "number": 5511987654321}),
        ("sendText", {"textMessage": {"text": "oi"}}),  # sheet 2: the form of v1 is rejected
        ("sendText", {"text": "oi", "options": {"delay": 1}}),
        ("sendText", {"text": "oi", "delay": "1000"}),  # sheet 2: int
        ("sendText", {"text": "oi", "quoted": {"key": {}}}),
        ("sendText", {"text": "oi", "quoted": "3A"}),
        ("sendMedia", {"media": RAW}),  # sheet 2: mediatype is required
        ("sendMedia", {"mediatype": "picture", "media": RAW}),
        ("sendMedia", {"mediatype": "image", "media": f"data:image/png;base64,{RAW}"}),  # sheet 2: no data URI
        ("sendMedia", {"mediatype": "image", "media": "http://localhost/1.png"}),  # sheet 2: no host without a dot
        ("sendMedia", {"mediatype": "image", "media": "http://minio:9000/1.png"}),
        ("sendMedia", {"mediatype": "document", "media": RAW}),  # sheet 2: fileName for base64 documents
        ("sendButtons", {"title": "t"}),
        ("sendButtons", {"title": "t", "buttons": []}),
        ("sendButtons", {"title": "t", "buttons": [REPLY] * 4}),  # sheet 2: three of kind reply
        ("sendButtons", {"title": "t", "buttons": [REPLY, {"type": "url", "url": "https://x.example"}]}),
        ("sendButtons", {"title": "t", "buttons": [{"type": "pix"}, {"type": "pix"}]}),
        ("sendButtons", {"title": "t", "buttons": [{**REPLY, "id": ""}]}),  # sheet 2: no empty strings
        ("sendButtons", {"title": "t", "buttons": [{"displayText": "Sim"}]}),
        ("sendList", {**LIST, "title": None}),
        ("sendList", {**LIST, "footerText": None}),
        ("sendList", {**LIST, "buttonText": None}),
        ("sendList", {**LIST, "sections": []}),
        ("sendList", {**LIST, "sections": [{"rows": [ROW]}]}),
        ("sendList", {**LIST, "sections": [{"title": "s", "rows": [{"title": "Sim"}]}]}),
        ("sendList", {**LIST, "sections": [{"title": "s", "rows": [{**ROW, "description": ""}]}]}),
        ("sendLocation", {"name": "n", "address": "a", "latitude": "1", "longitude": 2}),  # sheet 2: numbers
        ("sendContact", {"contact": [{"fullName": "Bia"}]}),
    ],
)
async def test_bad_arguments(stand: Stand, web: aiohttp.ClientSession, verb: str, body: dict[str, Any]) -> None:
    status, answer = await send(stand, web, verb, **body)
    assert status == 400
    assert told(answer)
    assert stand.evolution.chat(ANA) == []


async def test_a_violation_of_the_schema_is_a_list_in_a_list(stand: Stand, web: aiohttp.ClientSession) -> None:
    # sheet 1
    _, answer = await send(stand, web, "sendText")
    assert told(answer) == [['instance requires property "text"']]


@pytest.mark.parametrize(
    ("verb", "body", "kind", "type_"),
    [
        ("sendText", {"text": "oi"}, "text", "conversation"),
        ("sendMedia", {"mediatype": "image", "media": RAW}, "image", "imageMessage"),
        ("sendMedia", {"mediatype": "image", "media": "https://i.example/1.png"}, "image", "imageMessage"),
        ("sendMedia", {"mediatype": "image", "media": "http://127.0.0.1:8080/1.png"}, "image", "imageMessage"),
        ("sendMedia", {"mediatype": "document", "media": RAW, "fileName": "a.pdf"}, "document", "documentMessage"),
        ("sendButtons", {"title": "t", "buttons": [REPLY]}, "text", "viewOnceMessage"),
        ("sendList", LIST, "text", "listMessage"),
        ("sendLocation", {"name": "n", "address": "a", "latitude": 1.5, "longitude": 2}, "location", "conversation"),
        ("sendContact", {"contact": [{"fullName": "Bia", "phoneNumber": "5511900000003"}]}, "contact", "conversation"),
    ],
)
async def test_what_is_taken(
    stand: Stand, web: aiohttp.ClientSession, verb: str, body: dict[str, Any], kind: str, type_: str
) -> None:
    # sheet 2: 201, and the message as it went out
    status, answer = await send(stand, web, verb, **body)
    assert status == 201
    assert (answer["status"], answer["messageType"], answer["pushName"]) == ("PENDING", type_, "Você")
    assert answer["key"]["remoteJid"] == f"{ANA}@s.whatsapp.net"
    bubble = await stand.evolution.until(ANA)
    assert (bubble.id, bubble.kind) == (answer["key"]["id"], kind)


async def test_a_message_with_buttons_but_without_a_title_reads_undefined(
    stand: Stand, web: aiohttp.ClientSession
) -> None:
    # source
    await send(stand, web, "sendButtons", description="1) Sim", buttons=[REPLY])
    assert (await stand.evolution.until(ANA)).text == "*undefined*\n\n1) Sim\n"


async def test_buttons_that_appear_nowhere(stand: Stand, web: aiohttp.ClientSession) -> None:
    # sheet 2: known trouble
    stand.evolution.shows_buttons = False
    status, _ = await send(stand, web, "sendButtons", title="t", buttons=[REPLY])
    assert status == 201
    await stand.bot.heard("send.message")
    assert stand.evolution.chat(ANA) == []


async def test_a_quote_of_what_the_database_does_not_hold_is_dropped(stand: Stand, web: aiohttp.ClientSession) -> None:
    # sheet 2
    sent = await stand.evolution.user_sends(ANA, text="oi")
    await send(stand, web, "sendText", text="a", quoted={"key": {"id": sent.id}})
    await send(stand, web, "sendText", text="b", quoted={"key": {"id": "3A00"}})
    stand.evolution.saves_messages = False
    await send(stand, web, "sendText", text="c", quoted={"key": {"id": sent.id}})
    assert [(await stand.evolution.until(ANA)).reply_to for _ in range(3)] == [sent.id, "", ""]


async def test_a_delay_is_shown_as_typing_and_kept_waiting_for(stand: Stand, web: aiohttp.ClientSession) -> None:
    # sheet 2: milliseconds, blocks the call
    stand.world.pace = 0.001
    started = asyncio.get_running_loop().time()
    await send(stand, web, "sendText", text="oi", delay=60)
    assert asyncio.get_running_loop().time() - started >= 0.06


# --- numbers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "jid"),
    [
        ("5511987654321", "5511987654321@s.whatsapp.net"),
        ("5531980000001", "553180000001@s.whatsapp.net"),
        ("5531960000001", "5531960000001@s.whatsapp.net"),
        ("553180000001", "553180000001@s.whatsapp.net"),
        ("+55 (31) 98000-0001", "553180000001@s.whatsapp.net"),
        ("1000@lid", "1000@lid"),
        ("5511987654321:3@s.whatsapp.net", "5511987654321@s.whatsapp.net"),
    ],
)
def test_jids(number: str, jid: str) -> None:
    # sheet 3: the Brazilian rule
    assert jid_of(number) == jid


async def test_a_number_without_whatsapp(stand: Stand, web: aiohttp.ClientSession) -> None:
    # sheet 1: at once, as an object
    stand.evolution.set_on_whatsapp(ANA, False)
    status, answer = await send(stand, web, "sendText", text="oi")
    assert status == 400
    assert told(answer) == [{"jid": f"{ANA}@s.whatsapp.net", "exists": False, "number": ANA}]
    other = "5531980000001"
    status, rows = await call(stand, web, "POST", "chat/whatsappNumbers", {"numbers": [other, ANA]})
    assert status == 200
    assert [(r["jid"], r["exists"]) for r in rows] == [
        ("553180000001@s.whatsapp.net", True),
        (f"{ANA}@s.whatsapp.net", False),
    ]
    assert rows[0]["lid"] == stand.evolution.lid_of(other)
    assert (await call(stand, web, "POST", "chat/whatsappNumbers", {"numbers": []}))[0] == 400


async def test_a_lid_that_nobody_has(stand: Stand, web: aiohttp.ClientSession) -> None:
    assert (await send(stand, web, "sendText", text="oi", number="42@lid"))[0] == 400
    assert (await send(stand, web, "sendText", text="oi", number=stand.evolution.lid_of(ANA)))[0] == 201
    assert (await stand.evolution.until(ANA)).text == "oi"


# --- what follows a send ----------------------------------------------------------------------------------


async def test_echo_and_receipts(stand: Stand, web: aiohttp.ClientSession) -> None:
    # sheet 5: send.message, then one update a state with keyId; messageId is the trap
    _, answer = await send(stand, web, "sendText", text="oi")
    sent = answer["key"]["id"]
    await stand.bot.heard("messages.update", status="DELIVERY_ACK")
    await stand.evolution.mark_read(ANA)
    updates = await stand.bot.heard("messages.update", 3)
    assert [(u["keyId"], u["status"], u["fromMe"]) for u in updates] == [
        (sent, "SERVER_ACK", True),
        (sent, "DELIVERY_ACK", True),
        (sent, "READ", True),
    ]
    assert all(u["messageId"] != sent for u in updates)
    (echo,) = await stand.bot.heard("send.message")
    assert (echo["key"]["id"], echo["message"]) == (sent, {"conversation": "oi"})


async def test_a_phone_that_is_off(stand: Stand, web: aiohttp.ClientSession) -> None:
    await stand.evolution.set_online(ANA, False)
    await send(stand, web, "sendText", text="oi")
    await stand.bot.heard("messages.update", status="SERVER_ACK")
    assert stand.evolution.chat(ANA)[0].status == "sent"
    await stand.evolution.set_online(ANA, True)
    await stand.bot.heard("messages.update", status="DELIVERY_ACK")


# --- messages and files -----------------------------------------------------------------------------------


async def test_saved_messages(stand: Stand, web: aiohttp.ClientSession) -> None:
    # source: newest first, by key, in pages
    await stand.evolution.user_sends(ANA, text="oi", moment=datetime(2026, 6, 1, tzinfo=UTC))
    ids = [(await send(stand, web, "sendText", text=str(n)))[1]["key"]["id"] for n in range(3)]
    where = {"where": {"key": {"fromMe": True}}, "page": 1, "offset": 2}
    status, body = await call(stand, web, "POST", "chat/findMessages", where)
    found = body["messages"]
    assert (status, found["total"], found["pages"], found["currentPage"]) == (200, 3, 2, 1)
    assert {r["key"]["id"] for r in found["records"]} <= set(ids)
    _, body = await call(stand, web, "POST", "chat/findMessages", {"where": {"key": {"id": ids[0]}}})
    assert [r["message"] for r in body["messages"]["records"]] == [{"conversation": "0"}]
    stand.evolution.saves_messages = False
    _, body = await call(stand, web, "POST", "chat/findMessages", {})
    assert body["messages"]["records"] == []


async def test_corrections_of_ours(stand: Stand, web: aiohttp.ClientSession) -> None:
    # sheet 2: 200; source: the number must be that of the message
    _, answer = await send(stand, web, "sendText", text="R$ 10")
    key = answer["key"]
    edit = {"number": ANA, "key": key, "text": "R$ 12"}
    status, body = await call(stand, web, "POST", "chat/updateMessage", {**edit, "number": "5511900000009"})
    assert (status, told(body)) == (400, ["RemoteJid does not match"])
    assert (await call(stand, web, "POST", "chat/updateMessage", {**edit, "text": ""}))[0] == 400
    unknown = {**edit, "key": {**key, "id": "3EB0"}}
    assert (await call(stand, web, "POST", "chat/updateMessage", unknown))[0] == 400
    status, body = await call(stand, web, "POST", "chat/updateMessage", edit)
    assert (status, body["key"]["fromMe"]) == (200, True)
    (bubble,) = stand.evolution.chat(ANA)
    assert (bubble.text, bubble.edited) == ("R$ 12", True)


async def test_reading_reacting_deleting(stand: Stand, web: aiohttp.ClientSession) -> None:
    sent = await stand.evolution.user_sends(ANA, text="oi")
    key = {"id": sent.id, "remoteJid": f"{ANA}@s.whatsapp.net", "fromMe": False}
    assert (await call(stand, web, "POST", "chat/markMessageAsRead", {"readMessages": [key]}))[0] == 201
    assert (await call(stand, web, "POST", "chat/markMessageAsRead", {}))[0] == 400
    assert (await call(stand, web, "POST", "message/sendReaction", {"key": key, "reaction": "👍"}))[0] == 201
    assert sent.reaction == "👍"
    assert (await call(stand, web, "POST", "message/sendReaction", {"reaction": "👍"}))[0] == 400
    assert (await call(stand, web, "DELETE", "chat/deleteMessageForEveryone", key))[0] == 201
    assert sent.deleted
    presence = {"number": ANA, "presence": "composing", "delay": 1000}
    assert (await call(stand, web, "POST", "chat/sendPresence", presence))[0] == 201


async def test_files(stand: Stand, web: aiohttp.ClientSession) -> None:
    # sheet 6: encrypted addresses, and a call that decrypts what is saved
    sent = await stand.evolution.user_sends(ANA, image=PNG, text="este")
    text = await stand.evolution.user_sends(ANA, text="oi")
    data, _ = await stand.bot.heard("messages.upsert", 2)
    assert ".enc" in data["message"]["imageMessage"]["url"]

    async def base64(message_id: str) -> tuple[int, Any]:
        wanted = {"message": {"key": {"id": message_id}}, "convertToMp4": False}
        return await call(stand, web, "POST", "chat/getBase64FromMediaMessage", wanted)

    status, answer = await base64(sent.id)
    assert (status, answer["mimetype"], answer["mediaType"]) == (201, "image/png", "imageMessage")
    assert answer["caption"] == "este"
    assert told((await base64("3A00"))[1]) == ["Message not found"]
    assert told((await base64(text.id))[1]) == ["The message is not of the media type"]
    stand.evolution.expire_files()
    assert (await base64(sent.id))[0] == 400
    stand.evolution.saves_messages = False
    assert told((await base64(sent.id))[1]) == ["Message not found"]


def test_it_brings_its_own_dial() -> None:
    world = World()
    EvolutionSandbox(world, instance="loja", api_key="k", webhook_url="https://bot.example/hook")
    assert world.faults["evolution"].mode == "none"
