"""Webhooks: what is told, to whom, how often."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sandbox.asaas.hooks import LADDER
from tests.conftest import TestClock
from tests.sandbox.asaas.raw import Raw
from tests.support_asaas import SELLER, TOKEN


@pytest.mark.parametrize(
    "token",
    ["short", "x" * 32, "a1" * 128, "abcd 1234 efgh 5678 ijkl 9012 mnop", "12345-Kq7mZ2pX9vB4nR6tY8wE3sD5fG1hJ0aL"],
)
async def test_tokens_that_are_too_weak(raw: Raw, token: str) -> None:
    """Webhook: 32-255 characters, no white space, no runs of digits, no character four times."""
    body = {"name": "a", "url": "https://bot.example/hook", "authToken": token, "events": ["PAYMENT_CREATED"]}
    assert (await raw.code("POST", "/webhooks", body))[0] == 400


async def test_webhook_configurations(raw: Raw) -> None:
    """Webhook: up to ten; events by their names; the token is never shown."""
    body = {"name": "a", "url": "https://bot.example/hook", "authToken": TOKEN, "events": ["PAYMENT_CREATED"]}
    assert (await raw.code("POST", "/webhooks", body | {"events": ["PAYMENT_MADE_UP"]}))[0] == 400
    assert (await raw.code("POST", "/webhooks", body | {"sendType": "SOMEHOW"}))[0] == 400
    assert (await raw.code("POST", "/webhooks", body | {"url": "bot.example"}))[0] == 400
    assert (await raw.code("POST", "/webhooks", body | {"apiVersion": 2}))[0] == 400
    nine = [(await raw("POST", "/webhooks", body))[1] for _ in range(9)]
    made = nine[-1]
    assert all(one["hasAuthToken"] is True and "authToken" not in one for one in nine)
    assert (await raw.code("POST", "/webhooks", body))[0] == 400
    assert (await raw("DELETE", f"/webhooks/{made['id']}"))[1] == {"deleted": True, "id": made["id"]}


async def test_the_envelope(raw: Raw) -> None:
    """Webhook: envelope, header, sender; the id is the MD5 of the event's name and a number."""
    await raw.charge(split=[{"walletId": SELLER, "fixedValue": 80}])
    await raw.stand.account.delivered()
    (body,), (headers,) = raw.stand.ear.bodies, raw.stand.ear.headers
    assert body["id"].startswith("evt_05b708f961d739ea7eba7e4db318f621&")
    assert (body["event"], body["dateCreated"]) == ("PAYMENT_CREATED", "2026-11-23 12:00:00")
    assert body["account"]["ownerId"] is None
    assert body["payment"]["split"][0]["totalValue"] == 80
    assert headers["asaas-access-token"] == TOKEN
    assert headers["User-Agent"] == "Java/1.8.0_282"


async def test_the_story_of_each_way_of_paying(raw: Raw) -> None:
    """Sequences: Pix without CONFIRMED; boleto and card CONFIRMED, then RECEIVED; late ones OVERDUE before."""
    account, ear = raw.stand.account, raw.stand.ear

    async def story(*steps: Any, **charge: Any) -> list[str]:
        made = await raw.charge(**charge)
        for step in steps:
            await step(made["id"])
        await account.delivered()
        events = [event.removeprefix("PAYMENT_") for event in ear.events]
        ear.bodies.clear()
        return events

    assert await story(account.pay) == ["CREATED", "RECEIVED"]
    assert await story(account.overdue, account.pay) == ["CREATED", "OVERDUE", "RECEIVED"]
    assert await story(account.pay, account.settle, billingType="BOLETO") == ["CREATED", "CONFIRMED", "RECEIVED"]
    card = {"billingType": "CREDIT_CARD"}
    assert await story(account.refuse_card, account.pay, **card) == [
        "CREATED",
        "CREDIT_CARD_CAPTURE_REFUSED",
        "CONFIRMED",
    ]
    assert await story(account.pay, account.chargeback, account.lose_chargeback, **card) == [
        "CREATED",
        "CONFIRMED",
        "CHARGEBACK_REQUESTED",
        "REFUNDED",
    ]
    assert await story(account.pay, account.chargeback, account.win_chargeback, **card) == [
        "CREATED",
        "CONFIRMED",
        "CHARGEBACK_REQUESTED",
        "AWAITING_CHARGEBACK_REVERSAL",
        "CONFIRMED",
    ]
    assert await story(account.review, account.reprove, **card) == [
        "CREATED",
        "AWAITING_RISK_ANALYSIS",
        "REPROVED_BY_RISK_ANALYSIS",
    ]
    assert await story(account.pay, **card, totalValue=100, installmentCount=2) == [
        "CREATED",
        "CREATED",
        "CONFIRMED",
        "CONFIRMED",
    ]
    split = [{"walletId": SELLER, "fixedValue": 80}]
    assert await story(account.pay, split=split) == ["CREATED", "RECEIVED", "SPLIT_DONE"]
    assert await story(account.cancel_split, split=split) == ["CREATED", "SPLIT_CANCELLED"]


async def test_the_sandbox_s_own_calls(raw: Raw) -> None:
    """Sandbox: confirm and overdue; a state that does not allow it is refused."""
    pix, card = await raw.charge(), await raw.charge(billingType="CREDIT_CARD")
    _, late = await raw("POST", f"/sandbox/payment/{pix['id']}/overdue", {})
    assert late["status"] == "OVERDUE"
    assert (await raw.code("POST", f"/sandbox/payment/{pix['id']}/overdue", {}))[1] == "invalid_action"
    assert (await raw("POST", f"/sandbox/payment/{pix['id']}/confirm", {}))[1]["status"] == "RECEIVED"
    assert (await raw.code("POST", f"/sandbox/payment/{pix['id']}/confirm", {}))[1] == "invalid_action"
    _, paid = await raw("POST", f"/sandbox/payment/{card['id']}/confirm", {})
    # Settlement: 32 days after 2026-11-23 is Christmas, a Friday; the stand-in knows weekends only.
    assert (paid["status"], paid["creditDate"], paid["paymentDate"]) == ("CONFIRMED", "2026-12-25", None)


async def test_the_daily_run(raw: Raw, clock: TestClock) -> None:
    due, later = await raw.charge(), await raw.charge(dueDate="2026-11-25")
    clock.jump(timedelta(days=1))
    await raw.stand.account.sweep()
    assert [raw.stand.account.payments[p["id"]]["status"] for p in (due, later)] == ["OVERDUE", "PENDING"]


@pytest.mark.parametrize("status", [201, 204, 302, 500])
async def test_only_200_counts_and_15_failures_pause(raw: Raw, status: int) -> None:
    """Queue: every other answer is a failure; after the 15th the queue is paused, events wait."""
    stand = raw.stand
    stand.ear.status = status
    await raw.charge()
    await stand.account.delivered()
    _, listed = await raw("GET", "/webhooks")
    (hook,) = listed["data"]
    assert (hook["interrupted"], hook["penalizedRequestsCount"], len(stand.ear.bodies)) == (True, 15, 15)
    assert len({body["id"] for body in stand.ear.bodies}) == 1  # sequential: nothing overtakes it
    await raw.charge()
    await stand.account.delivered()
    assert len(stand.ear.bodies) == 15
    stand.ear.status = 200
    stand.ear.bodies.clear()
    _, awake = await raw("PUT", f"/webhooks/{hook['id']}", {"interrupted": False})
    assert awake["interrupted"] is False
    await stand.account.delivered()
    assert stand.ear.events == ["PAYMENT_CREATED", "PAYMENT_CREATED"]


async def test_one_bad_event_blocks_only_a_sequential_queue(raw: Raw) -> None:
    """Kinds of sending: strict order with blocking, or any order without."""
    stand = raw.stand
    (hook,) = stand.account.hooks.hooks.values()
    await raw("PUT", f"/webhooks/{hook.id}", {"sendType": "NON_SEQUENTIALLY"})
    stand.account.hooks.delay_factor, stand.ear.status = 1000.0, 500
    async with stand.world.listen() as told:

        async def delivered() -> int:
            while (item := await told.get())["topic"] != "webhook":
                pass
            return int(item["status"])

        await raw.charge()
        assert await delivered() == 500
        stand.ear.status = 200
        await raw.charge(externalReference="order-1043-a1")
        assert await delivered() == 200
    assert [body["payment"]["externalReference"] for body in stand.ear.bodies] == ["order-1042-a1", "order-1043-a1"]
    # removeBackoff skips the waiting
    assert (await raw("POST", f"/webhooks/{hook.id}/removeBackoff", {}))[0] == 204
    await stand.account.delivered()
    assert stand.ear.bodies[-1]["payment"]["externalReference"] == "order-1042-a1"


def test_the_ladder() -> None:
    """Queue: 15 tries over about 13 hours."""
    assert len(LADDER) == 15
    assert 12 < sum(LADDER) / 3600 < 14


async def test_events_are_kept_for_14_days(raw: Raw, clock: TestClock) -> None:
    """Paused queue: events are deleted for good after 14 days."""
    stand = raw.stand
    stand.ear.status = 500
    await raw.charge()
    await stand.account.delivered()
    clock.jump(timedelta(days=15))
    stand.ear.status = 200
    stand.ear.bodies.clear()
    (hook,) = stand.account.hooks.hooks
    await raw("PUT", f"/webhooks/{hook}", {"interrupted": False})
    await stand.account.delivered()
    assert stand.ear.bodies == []


async def test_a_duplicate_carries_the_same_id(raw: Raw) -> None:
    """Delivery: at least once."""
    raw.stand.world.send_twice = True
    await raw.charge()
    await raw.stand.account.delivered()
    first, second = raw.stand.ear.bodies
    assert first["id"] == second["id"]


async def test_the_webhook_may_come_before_the_answer(raw: Raw) -> None:
    """Delivery: PAYMENT_CREATED can arrive before one's own transaction has committed (as reported)."""
    raw.stand.account.webhook_first = True
    charge = await raw.charge()
    assert raw.stand.ear.bodies[0]["payment"]["id"] == charge["id"]
