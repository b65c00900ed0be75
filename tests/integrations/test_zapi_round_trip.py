"""The stand-in's webhooks are read by our receiver as what the person did."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest

from bot.domain.events import Event, Message, MessageDeleted, OwnerMessage, Receipt
from bot.integrations.protocols import Receiver
from bot.integrations.whatsapp.zapi import ZapiReceiver
from tests.support_zapi import ANA, INSTANCE, SECRET, TOKEN, Stand, stand_in


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    async with stand_in() as opened:
        yield opened


def heard(stand: Stand) -> list[Event]:
    receiver: Receiver = ZapiReceiver(INSTANCE, TOKEN, SECRET)
    found: list[Event] = []
    for headers, body in zip(stand.bot.headers, stand.bot.got, strict=True):
        assert receiver.authentic(headers, json.dumps(body).encode(), SECRET)
        incoming = receiver.events(headers, body)
        assert {i.lane for i in incoming} <= {"person:1187654321"}
        found += [i.event for i in incoming]
    return found


async def test_what_people_do(stand: Stand) -> None:
    zapi = stand.zapi
    await zapi.user_sends(ANA, name="Ana", text="farol corolla")
    await zapi.user_sends(ANA, image=b"\x89PNG", text="este")
    await zapi.user_sends(ANA, choice=("menu:buy", "Comprar"))
    await zapi.user_sends(ANA, sticker=b"webp")
    await zapi.user_sends(ANA, file=b"ogg", kind="audio")
    await zapi.user_sends(ANA, location=(-23.5, -46.6))
    await zapi.user_sends(ANA, kind="contact", text="Bia")
    await zapi.user_sends(ANA, kind="call")
    await zapi.user_sends(ANA, kind="unknown")
    await zapi.user_sends(ANA, kind="waiting")
    await zapi.user_sends(ANA, kind="reaction", text="👍", reply_to="3EB0")
    await zapi.group_noise(ANA)
    events = heard(stand)
    assert [e.content for e in events if isinstance(e, Message)] == [
        "text",
        "image",
        "choice",
        "sticker",
        "audio",
        "location",
        "contact",
        "call",
        "unreadable",
    ]
    first, picture, choice = events[:3]
    assert isinstance(first, Message)
    assert (first.text, first.sender.chat, first.sender.nickname) == ("farol corolla", ANA, "Ana")
    assert isinstance(picture, Message)
    assert picture.media is not None
    assert picture.media.url.startswith(stand.base_url)
    assert isinstance(choice, Message)
    assert (choice.choice, choice.text) == ("menu:buy", "Comprar")


async def test_corrections_deletions_and_the_owner(stand: Stand) -> None:
    told = await stand.zapi.user_sends(ANA, text="2 faróis")
    await stand.zapi.user_edits(ANA, told.id, "1 farol")
    await stand.zapi.user_deletes(ANA, told.id)
    await stand.zapi.owner_sends(ANA, "deixa comigo")
    first, edit, deletion, owner = heard(stand)
    assert isinstance(first, Message)
    assert isinstance(edit, Message)
    assert (edit.edits, edit.text) == (first.message_id, "1 farol")
    assert isinstance(deletion, MessageDeleted)
    assert deletion.message_id == first.message_id
    assert isinstance(owner, OwnerMessage)
    assert owner.text == "deixa comigo"


async def test_receipts(stand: Stand) -> None:
    sent = stand.zapi._accept({"phone": ANA}, {"kind": "text", "text": "oi"})
    stand.zapi.notify_sent_by_me = True
    await stand.bot.until(1, status="RECEIVED", type="MessageStatusCallback")
    await stand.zapi.mark_read(ANA)
    await stand.bot.until(1, status="READ")
    told = [event for event in heard(stand) if isinstance(event, Receipt)]
    assert {event.message_id for event in told} == {sent.id}
    assert sorted(event.status for event in told) == ["read", "received", "sent", "sent"], (
        "as its status, and as an echo"
    )
