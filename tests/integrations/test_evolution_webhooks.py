"""Every kind of Evolution webhook, as the source of 2.3 makes them, and what it becomes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.events import ChannelState, Incoming, Media, Message, MessageDeleted, OwnerMessage, Receipt, Sender
from bot.integrations.protocols import OtherAccount
from bot.integrations.whatsapp.echoes import Echoes
from bot.integrations.whatsapp.evolution import EvolutionReceiver, messages
from bot.redaction import Redactor

FIXTURES = Path(__file__).parent / "fixtures" / "evolution"
SECRET = "s" * 40
ANA = "person:1187654321"
LID = "100000000000001@lid"
MESSAGE = "3A00112233445566778F"
OURS = "3EB0A1B2C3D4E5F60718"


def body(name: str, **changes: Any) -> dict[str, Any]:
    """A fixture; ``changes`` are laid over its ``data``."""
    loaded: dict[str, Any] = json.loads((FIXTURES / f"{name}.json").read_text())
    return {**loaded, "data": {**loaded["data"], **changes}}


def events(name: str, receiver: EvolutionReceiver | None = None, **changes: Any) -> list[Incoming]:
    return (receiver or EvolutionReceiver("loja", SECRET)).events({}, body(name, **changes))


def only(name: str, receiver: EvolutionReceiver | None = None, **changes: Any) -> Incoming:
    (incoming,) = events(name, receiver, **changes)
    assert incoming.source == "evolution"
    return incoming


def message(name: str, **changes: Any) -> Message:
    event = only(name, **changes).event
    assert isinstance(event, Message)
    return event


# --- origin -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("secret", "believed"), [(SECRET, True), ("another", False), ("", False), (SECRET + "x", False), ("não", False)]
)
def test_origin(secret: str, believed: bool) -> None:
    assert EvolutionReceiver("loja", SECRET).authentic({}, b"{}", secret) is believed


def test_without_a_secret_of_ours_nobody_is_believed() -> None:
    assert not EvolutionReceiver("loja", "").authentic({}, b"", "")


@pytest.mark.parametrize("ours", ["outra", ""])
def test_another_instance_is_another_origin(ours: str) -> None:
    with pytest.raises(OtherAccount):
        EvolutionReceiver(ours, SECRET).events({}, {**body("text"), "instance": ours and "loja"})


def test_the_token_in_the_body_is_not_kept() -> None:
    assert "INSTANCE-TOKEN" not in Redactor().body(body("text"))
    assert "Ana Exemplo" not in Redactor().body(body("text"))
    assert "5511987654321" not in Redactor().body(body("text"))


@pytest.mark.parametrize("event", ["messages.upsert", "MESSAGES_UPSERT", "messages-upsert"])
def test_the_spellings_of_an_event(event: str) -> None:
    assert len(EvolutionReceiver("loja", SECRET).events({}, {**body("text"), "event": event})) == 1


# --- messages ---------------------------------------------------------------------------------------------


def test_text() -> None:
    incoming = only("text")
    assert incoming.lane == ANA
    assert incoming.event == Message(
        sender=Sender(chat="5511987654321", phone="5511987654321", lid=LID, nickname="Ana Exemplo"),
        message_id=MESSAGE,
        sent_at=datetime.fromtimestamp(1780000000, UTC),
        content="text",
        text="Oi, quero um farol do Corolla 2015",
    )


def test_the_spelling_without_the_ninth_digit_is_the_same_person_and_is_answered_as_it_came() -> None:
    incoming = only("text_12_digits")
    assert incoming.lane == ANA
    assert isinstance(incoming.event, Message)
    assert (incoming.event.sender.chat, incoming.event.sender.phone) == ("551187654321", "5511987654321")


@pytest.mark.parametrize("name", ["text_lid_first", "text_lid_old", "text_device"])
def test_the_phone_is_preferred_wherever_it_stands(name: str) -> None:
    incoming = only(name)
    assert incoming.lane == ANA
    assert isinstance(incoming.event, Message)
    assert incoming.event.sender.but(nickname="") == Sender(chat="5511987654321", phone="5511987654321", lid=LID)


def test_a_person_known_by_lid_only() -> None:
    incoming = only("text_lid_only")
    assert incoming.lane == f"person:lid:{LID}"
    assert isinstance(incoming.event, Message)
    assert incoming.event.sender.but(nickname="") == Sender(chat=LID, lid=LID)


@pytest.mark.parametrize("name", ["text_long_timestamp", "text_text_timestamp"])
def test_the_time_in_other_versions(name: str) -> None:
    assert message(name).sent_at == datetime.fromtimestamp(1780000000, UTC)


def test_replies() -> None:
    reply = message("text_reply")
    assert (reply.content, reply.text, reply.reply_to) == ("text", "sim", OURS)
    extended = message("text_extended")
    assert (extended.content, extended.text, extended.reply_to) == ("text", "veja https://loja.example", OURS)


def test_disappearing_messages_are_read() -> None:
    assert message("text_ephemeral").text == "some em 24h"


def test_card_numbers_are_never_kept() -> None:
    assert "4111" not in message("text_card_number").text


@pytest.mark.parametrize(
    ("name", "content", "text", "media"),
    [
        ("image", "image", "este aqui", Media(url=f"evolution:{MESSAGE}", mime_type="image/jpeg")),
        ("video", "video", "barulho", Media(url=f"evolution:{MESSAGE}", mime_type="video/mp4", seconds=13)),
        ("round_video", "video", "", Media(url=f"evolution:{MESSAGE}", mime_type="video/mp4", seconds=5)),
        ("audio", "audio", "", Media(url=f"evolution:{MESSAGE}", mime_type="audio/ogg; codecs=opus", seconds=7)),
        ("sticker", "sticker", "", Media(url=f"evolution:{MESSAGE}", mime_type="image/webp")),
        (
            "document",
            "document",
            "",
            Media(url=f"evolution:{MESSAGE}", mime_type="application/pdf", file_name="nota.pdf"),
        ),
        (
            "document_with_caption",
            "document",
            "a nota",
            Media(url=f"evolution:{MESSAGE}", mime_type="application/pdf", file_name="nota.pdf"),
        ),
        ("image_view_once", "unreadable", "", None),
        ("image_view_once_flag", "unreadable", "", None),
        ("location", "location", "Oficina · Rua Exemplo, 1 · -23.5,-46.6", None),
        ("live_location", "location", "a caminho · -23.5,-46.6", None),
        ("contact", "contact", "Bia 5511900000003", None),
        ("contacts", "contact", "Bia 5511900000003 Caio 5511900000004", None),
        ("poll", "unreadable", "", None),
        ("requested_payment", "unreadable", "", None),
        ("template_of_a_robot", "text", "Sua fatura chegou", None),
        ("unknown_content", "unreadable", "", None),
    ],
)
def test_contents(name: str, content: str, text: str, media: Media | None) -> None:
    heard = message(name)
    assert (heard.content, heard.text, heard.media) == (content, text, media)


@pytest.mark.parametrize("name", ["button_click", "template_click", "list_click", "flow_click"])
def test_choices(name: str) -> None:
    heard = message(name)
    assert (heard.content, heard.choice, heard.text, heard.reply_to) == ("choice", "menu:buy", "Comprar", OURS)


def test_a_choice_without_its_id_is_what_it_says() -> None:
    heard = message("flow_click_broken")
    assert (heard.content, heard.choice, heard.text) == ("text", "", "Comprar")


@pytest.mark.parametrize("name", ["reaction", "poll_vote", "album", "group", "status_story", "newsletter"])
def test_what_is_none_of_our_business(name: str) -> None:
    assert events(name) == []


@pytest.mark.parametrize("name", ["qrcode", "status_instance", "connecting"])
def test_news_of_the_server_that_say_nothing(name: str) -> None:
    assert events(name) == []


def test_a_message_without_content_leaves_no_trace() -> None:
    assert events("text", message=None) == []


def test_keys_tell_messages_apart_and_repeats_not() -> None:
    assert only("text").key == only("text").key
    other = body("text")
    other["data"]["key"]["id"] = "3A01"
    (told,) = EvolutionReceiver("loja", SECRET).events({}, other)
    assert told.key != only("text").key
    assert only("text").key != only("deleted").key
    assert "5511987654321" not in only("text").key


# --- corrections and deletions ----------------------------------------------------------------------------


def test_a_correction_is_of_whoever_wrote_the_message() -> None:
    receiver = EvolutionReceiver("loja", SECRET)
    first = only("text", receiver).event
    edit = only("edited_text", receiver)
    assert isinstance(first, Message)
    assert edit.lane == ANA
    assert edit.event == first.but(
        text="quero DOIS faróis", edits=MESSAGE, sent_at=datetime.fromtimestamp(1780000060, UTC)
    )
    caption = only("edited_caption", receiver).event
    assert isinstance(caption, Message)
    assert (caption.content, caption.text, caption.edits) == ("image", "este mesmo", MESSAGE)
    assert len({edit.key, only("edited_caption", receiver).key, only("text").key}) == 3


def test_a_correction_of_a_message_that_nobody_knows_is_not_guessed() -> None:
    assert events("edited_text") == []


def test_a_correction_that_names_its_author_needs_no_memory() -> None:
    key = {"remoteJid": "5511987654321@s.whatsapp.net", "fromMe": False, "id": MESSAGE}
    assert only("edited_text", key=key).lane == ANA


def test_a_deletion() -> None:
    receiver = EvolutionReceiver("loja", SECRET)
    sender = Sender(chat="5511987654321", phone="5511987654321", lid=LID)
    assert events("edited_by_revoke", receiver) == []  # comes first, and says less
    incoming = only("deleted", receiver)
    assert incoming.lane == ANA
    assert incoming.event == MessageDeleted(sender=sender, message_id=MESSAGE)
    assert events("deleted", receiver, fromMe=True) == []


# --- ourselves --------------------------------------------------------------------------------------------


def test_the_owner_speaks() -> None:
    incoming = only("owner")
    assert incoming.lane == ANA
    sender = Sender(chat="5511987654321", phone="5511987654321", lid=LID)
    assert incoming.event == OwnerMessage(sender=sender, text="deixa comigo")
    assert events("owner_reaction") == []


def test_our_own_messages_are_noted_and_are_no_events() -> None:
    echoes = Echoes()
    receiver = EvolutionReceiver("loja", SECRET, echoes=echoes)
    assert events("echo", receiver) == []
    assert events("echo_buttons", receiver) == []
    assert echoes.find("1187654321", messages.plain("Olá *Ana*")) == OURS
    assert echoes.find("1187654321", messages.plain("1) Comprar 2) Ajuda")) == "3EB0A1B2C3D4E5F60719"
    # should it come by the other event as well, it is not taken for the owner's
    again = {**body("echo"), "event": "messages.upsert"}
    assert receiver.events({}, again) == []


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("SERVER_ACK", "sent"),
        ("DELIVERY_ACK", "received"),
        ("READ", "read"),
        ("PLAYED", "read"),
        ("ERROR", "failed"),
        ("PENDING", ""),
        ("DELETED", ""),
        ("EDITED", ""),
        (None, ""),
    ],
)
def test_receipts(theirs: str | None, ours: str) -> None:
    heard = events("update", status=theirs)
    wanted = [Receipt(message_id=OURS, status=ours, failure="other" if ours == "failed" else "")] if ours else []
    assert [i.event for i in heard] == wanted
    assert {i.lane for i in heard} <= {ANA}


def test_receipts_of_others() -> None:
    assert events("update", fromMe=False) == []
    assert events("update", remoteJid="120363000000000001@g.us") == []
    assert only("update", remoteJid="").lane == "system"
    assert only("update", remoteJid=LID).lane == f"person:lid:{LID}"


# --- the number -------------------------------------------------------------------------------------------


def test_the_number() -> None:
    up, down, refused = only("connected"), only("disconnected"), only("refused")
    assert {up.lane, down.lane, refused.lane} == {"system"}
    assert up.event == ChannelState(connected=True)
    assert down.event == ChannelState(connected=False, detail="logged out on the phone")
    assert isinstance(refused.event, ChannelState)
    assert not refused.event.connected
    assert len({up.key, down.key, refused.key}) == 3
    assert down.key == only("disconnected").key


def test_a_call_is_answered_once() -> None:
    heard = message("call")
    assert (heard.content, heard.message_id, heard.sender.chat) == ("call", "CALL0001", "5511987654321")
    assert events("call", status="timeout") == []
    assert events("call", isGroup=True) == []


# --- anything ---------------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=8,
)
NAMES = sorted(p.stem for p in FIXTURES.glob("*.json"))


@given(st.sampled_from(NAMES), st.data())
def test_nothing_raises(name: str, data: st.DataObject) -> None:
    loaded = body(name)
    inner: dict[str, Any] = loaded["data"]
    for _ in range(data.draw(st.integers(1, 3))):
        place = inner
        while nested := [k for k, v in place.items() if isinstance(v, dict) and v]:
            if not data.draw(st.booleans()):
                break
            place = place[data.draw(st.sampled_from(nested))]
        if place:
            place[data.draw(st.sampled_from(sorted(place)))] = data.draw(JSON)
    receiver = EvolutionReceiver("loja", SECRET, echoes=Echoes())
    receiver.events({}, body("text"))
    for incoming in receiver.events({}, loaded):
        assert incoming.key
        assert incoming.lane
        assert incoming.event.model_dump_json()


def test_every_fixture_is_of_use() -> None:
    source = Path(__file__).read_text()
    assert [n for n in NAMES if f'"{n}"' not in source] == []
