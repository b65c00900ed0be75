"""What the Evolution stand-in tells the bot, and whether it is logged in."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from sandbox.evolution.events import local_time
from tests.sandbox.test_evolution_sandbox import REPLY, call, send, stand, told, web
from tests.support_evolution import ANA, INSTANCE, KEY, Stand

__all__ = ["stand", "web"]


# --- webhooks ---------------------------------------------------------------------------------------------


async def test_the_envelope(stand: Stand) -> None:
    # sheet 5
    await stand.evolution.user_sends(ANA, name="Ana", text="oi")
    (body,) = stand.bot.got
    assert body.keys() == {
        "event",
        "instance",
        "data",
        "destination",
        "date_time",
        "sender",
        "server_url",
        "apikey",
    }
    assert (body["event"], body["instance"], body["apikey"]) == ("messages.upsert", INSTANCE, KEY)
    data = body["data"]
    assert data["key"]["remoteJidAlt"] == stand.evolution.lid_of(ANA)
    assert (data["pushName"], data["messageType"], data["message"]) == ("Ana", "conversation", {"conversation": "oi"})
    stand.evolution.exposes_token = False
    await stand.evolution.user_sends(ANA, text="oi")
    assert stand.bot.got[-1]["apikey"] is None


def test_local_time_with_a_z() -> None:
    # sheet 5
    assert local_time(datetime(2026, 6, 1, 12, 30, tzinfo=UTC)) == "2026-06-01T09:30:00.000Z"


async def test_webhooks_are_set_and_found(stand: Stand, web: aiohttp.ClientSession) -> None:
    # sheet 5
    hook = {"enabled": True, "url": stand.hook_url, "headers": {"X-Webhook-Secret": "s"}, "events": ["MESSAGES_UPSERT"]}
    status, _ = await call(stand, web, "POST", "webhook/set", {"webhook": hook})
    assert status == 201
    status, found = await call(stand, web, "GET", "webhook/find")
    assert (status, found["url"], found["events"]) == (200, stand.hook_url, ["MESSAGES_UPSERT"])
    await stand.evolution.set_connected(False)  # not listed
    await stand.evolution.set_connected(True)
    await stand.evolution.user_sends(ANA, text="oi")
    (body,) = stand.bot.got
    assert body["event"] == "messages.upsert"
    assert stand.bot.headers[0]["x-webhook-secret"] == "s"


@pytest.mark.parametrize(
    "hook",
    [{}, {"enabled": True}, {"url": "https://x.example"}, {"enabled": True, "url": "u", "events": ["messages.upsert"]}],
)
async def test_bad_webhooks(stand: Stand, web: aiohttp.ClientSession, hook: dict[str, Any]) -> None:
    assert (await call(stand, web, "POST", "webhook/set", {"webhook": hook}))[0] == 400


async def test_an_empty_list_means_all_and_a_path_an_event(stand: Stand, web: aiohttp.ClientSession) -> None:
    # sheet 5
    hook = {"enabled": True, "url": stand.hook_url, "byEvents": True, "events": []}
    await call(stand, web, "POST", "webhook/set", {"webhook": hook})
    assert len(stand.evolution.webhook["events"]) > 25
    async with stand.world.listen() as news:
        await stand.evolution.user_sends(ANA, text="oi")
        topics = [news.get_nowait() for _ in range(news.qsize())]
    (sent,) = [t for t in topics if t["topic"] == "webhook"]
    assert json.loads(sent["body"])["destination"] == f"{stand.hook_url}/messages-upsert"


async def test_a_bot_that_is_down_is_told_again(stand: Stand) -> None:
    # sheet 5: ten attempts
    stand.bot.status = 503
    sent = await stand.evolution.user_sends(ANA, text="oi")
    assert sent.webhook_status == 503
    stand.bot.status = 200
    assert len(await stand.bot.heard("messages.upsert", 2)) == 2
    assert len({json.dumps(b) for b in stand.bot.got}) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
async def test_some_answers_are_final(stand: Stand, status: int) -> None:
    # sheet 5: not retried
    stand.bot.status = status
    stand.evolution.first_wait = 0
    await stand.evolution.user_sends(ANA, text="oi")
    stand.bot.status = 200
    await stand.evolution.user_sends(ANA, text="de novo")
    assert [b["data"]["message"]["conversation"] for b in stand.bot.got] == ["oi", "de novo"]


@pytest.mark.parametrize(
    ("click", "key"),
    [
        ("template", "templateButtonReplyMessage"),
        ("buttons", "buttonsResponseMessage"),
        ("interactive", "interactiveResponseMessage"),
    ],
)
async def test_a_pressed_button(stand: Stand, web: aiohttp.ClientSession, click: Any, key: str) -> None:
    # sheet 5
    _, asked = await send(stand, web, "sendButtons", title="t", buttons=[REPLY])
    stand.evolution.click = click
    await stand.evolution.user_sends(ANA, choice=("1", "Sim"))
    (data,) = await stand.bot.heard("messages.upsert")
    assert data["messageType"] == key
    assert data["contextInfo"]["stanzaId"] == asked["key"]["id"]


async def test_corrections_and_deletions(stand: Stand) -> None:
    # sheet 5, source: the key is written from the author's side; a deletion is told twice
    sent = await stand.evolution.user_sends(ANA, text="2 faróis")
    await stand.evolution.user_edits(ANA, sent.id, "1 farol")
    await stand.evolution.user_deletes(ANA, sent.id)
    edit, revoke = await stand.bot.heard("messages.edited", 2)
    assert edit["key"] == {"remoteJid": stand.evolution.shop_jid, "fromMe": True, "id": sent.id}
    assert edit["editedMessage"] == {"conversation": "1 farol"}
    assert (revoke["type"], "editedMessage" in revoke) == ("REVOKE", False)
    (deletion,) = await stand.bot.heard("messages.delete")
    assert (deletion["remoteJid"], deletion["id"]) == (f"{ANA}@s.whatsapp.net", sent.id)
    (bubble,) = stand.evolution.chat(ANA)
    assert (bubble.text, bubble.edited, bubble.deleted) == ("1 farol", True, True)


async def test_the_owner_and_groups(stand: Stand) -> None:
    await stand.evolution.owner_sends(ANA, "deixa comigo")
    await stand.evolution.group_noise(ANA)
    owner, group = await stand.bot.heard("messages.upsert", 2)
    assert owner["key"]["fromMe"] is True
    assert group["key"]["remoteJid"].endswith("@g.us")


# --- the instance -----------------------------------------------------------------------------------------


async def test_logged_out_and_back(stand: Stand, web: aiohttp.ClientSession) -> None:
    # sheet 4 and 5; sending meanwhile: source (the look-up of the number fails)
    await stand.evolution.set_connected(False)
    assert (await call(stand, web, "GET", "instance/connectionState"))[1]["instance"]["state"] == "close"
    status, answer = await send(stand, web, "sendText", text="oi")
    assert (status, told(answer)) == (500, ["Connection Closed"])
    _, code = await call(stand, web, "GET", "instance/connect")
    assert code["base64"].startswith("data:image/png;base64,")
    waiting = await stand.evolution.user_sends(ANA, text="alguém?")
    assert waiting.webhook_status == 0
    await stand.evolution.set_connected(True)
    assert waiting.webhook_status == 200
    states = await stand.bot.heard("connection.update", 3)
    assert [(s["state"], s["statusReason"]) for s in states] == [("close", 401), ("connecting", 200), ("open", 200)]
    assert (await call(stand, web, "GET", "instance/connect"))[1]["instance"]["state"] == "open"


async def test_logging_out_by_call(stand: Stand, web: aiohttp.ClientSession) -> None:
    assert (await call(stand, web, "DELETE", "instance/logout"))[0] == 200
    await stand.bot.heard("connection.update", state="close")
