"""What people do arrives as the same events from either gateway."""

from __future__ import annotations

import pytest

from bot.domain.events import Message, MessageDeleted, OwnerMessage, Receipt, Sender
from bot.integrations.protocols import (
    OtherAccount,
    Style,
)
from tests.integrations.test_messenger_contract import ANA, LANE, OPTIONS, PNG, House, house

__all__ = ["house"]


# --- what we hear -----------------------------------------------------------------------------------------


async def test_a_text(house: House) -> None:
    told = await house.phones.user_sends(ANA, name="Ana", text="farol corolla 4111 1111 1111 1111")
    heard = house.message()
    assert told.webhook_status == 200
    lid = house.phones.lid_of(ANA)
    assert heard.sender == Sender(chat=ANA, phone=ANA, lid=lid, nickname="Ana")
    assert (heard.message_id, heard.content, heard.choice, heard.media) == (told.id, "text", "", None)
    assert heard.text.startswith("farol corolla")
    assert "4111" not in heard.text
    assert abs(heard.sent_at - told.at).total_seconds() < 1


async def test_a_name_is_one_line_that_is_what_it_looks_like(house: House) -> None:
    await house.phones.user_sends(ANA, name="Ana\n\n*Pedido pago*\u202e\u200b 👩‍🔧 " + "x" * 20_000, text="oi")
    nickname = house.message().sender.nickname
    assert nickname.startswith("Ana *Pedido pago* 👩‍🔧 xxx")
    assert len(nickname) == 100


async def test_a_message_told_twice_has_one_key(house: House) -> None:
    house.world.send_twice = True
    await house.phones.user_sends(ANA, text="oi")
    await house.phones.user_sends(ANA, text="oi")
    assert len(house.incoming) == 4
    assert len({i.key for i in house.incoming}) == 2
    assert all(ANA not in i.key for i in house.incoming)


@pytest.mark.parametrize("style", ["buttons", "list"])
async def test_a_choice(house: House, style: Style) -> None:
    asked = await house.make(style=style).send_text(ANA, "1) Comprar", options=OPTIONS)
    await house.phones.until(ANA)
    await house.hears(Receipt(message_id=asked, status="received"))
    house.incoming.clear()
    await house.phones.user_sends(ANA, choice=("menu:buy", "Comprar"))
    heard = house.message()
    assert (heard.content, heard.choice, heard.text, heard.reply_to) == ("choice", "menu:buy", "Comprar", asked)


async def test_a_picture_and_its_bytes(house: House) -> None:
    await house.phones.user_sends(ANA, image=PNG, text="este")
    heard = house.message()
    assert (heard.content, heard.text) == ("image", "este")
    assert heard.media is not None
    assert heard.media.mime_type == "image/png"
    file = await house.media.fetch(heard.media.url, limit=1024)
    assert (file.data, file.mime_type) == (PNG, "image/png")
    assert file.name.endswith(".png")


async def test_every_kind_of_content(house: House) -> None:
    told = await house.phones.user_sends(ANA, text="oi")
    await house.phones.user_sends(ANA, sticker=b"webp")
    await house.phones.user_sends(ANA, file=b"ogg", kind="audio")
    await house.phones.user_sends(ANA, file=b"mp4", kind="video", text="veja")
    await house.phones.user_sends(ANA, file=b"%PDF-1.7", file_name="nota.pdf")
    await house.phones.user_sends(ANA, location=(-23.5, -46.6))
    await house.phones.user_sends(ANA, kind="contact", text="Bia")
    await house.phones.user_sends(ANA, kind="call")
    await house.phones.user_sends(ANA, kind="unknown")
    await house.phones.user_sends(ANA, kind="waiting")
    await house.phones.user_sends(ANA, kind="reaction", text="👍", reply_to=told.id)
    await house.phones.user_sends(ANA, kind="poll_vote")
    for kind in ("poll", "product", "order", "payment"):
        await house.phones.user_sends(ANA, kind=kind)
    await house.phones.group_noise(ANA)
    await house.phones.user_sends(ANA, text="sim", reply_to=told.id)
    heard = [i.event for i in house.incoming if isinstance(i.event, Message)]
    assert len(heard) == len(house.incoming)
    assert [m.content for m in heard] == [
        "text",
        "sticker",
        "audio",
        "video",
        "document",
        "location",
        "contact",
        "call",
        "unreadable",  # of a kind that nobody knows
        *["unreadable"] * 4,  # polls, goods and payments of WhatsApp's own: known, and not for us
        "text",
    ]
    _, _, audio, video, document, place, contact, *_, reply = heard
    assert audio.media is not None
    assert audio.media.seconds == 7
    assert video.text == "veja"
    assert document.media is not None
    assert document.media.file_name == "nota.pdf"
    assert "-23.5,-46.6" in place.text
    assert contact.text == "Bia 5511900000003"
    assert reply.reply_to == told.id


async def test_a_picture_sent_as_a_document_is_a_picture(house: House) -> None:
    await house.phones.user_sends(ANA, file=PNG, file_name="foto.png", kind="document")
    heard = house.message()
    assert heard.content == "image"
    assert heard.media is not None
    assert heard.media.file_name == "foto.png"


async def test_corrections_deletions_and_the_owner(house: House) -> None:
    told = await house.phones.user_sends(ANA, text="2 faróis")
    await house.phones.user_edits(ANA, told.id, "1 farol")
    await house.phones.user_deletes(ANA, told.id)
    await house.phones.owner_sends(ANA, "deixa comigo")
    assert {i.lane for i in house.incoming} == {LANE}
    first, edit, deletion, owner = [i.event for i in house.incoming]
    assert isinstance(first, Message)
    assert isinstance(edit, Message)
    assert (edit.content, edit.edits, edit.text) == ("text", told.id, "1 farol")
    assert edit.sender.chat == ANA
    assert isinstance(deletion, MessageDeleted)
    assert (deletion.message_id, deletion.sender.chat) == (told.id, ANA)
    assert isinstance(owner, OwnerMessage)
    assert (owner.sender.chat, owner.text) == (ANA, "deixa comigo")


async def test_what_comes_from_elsewhere_is_not_believed(house: House) -> None:
    assert not house.receiver.authentic({}, b"{}", "another")
    assert not house.receiver.authentic({}, b"{}", "")
    for body in ({}, {"type": "ReceivedCallback", "event": "messages.upsert", "instance": "x"}):
        with pytest.raises(OtherAccount):
            house.receiver.events({}, dict[str, object](body))
