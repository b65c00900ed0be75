"""An instance of the Z-API stand-in: its queue, its connection, where it tells."""

from __future__ import annotations

import aiohttp

from tests.sandbox.test_zapi_sandbox import call, send, stand, web
from tests.support_zapi import ANA, Stand

__all__ = ["stand", "web"]


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
