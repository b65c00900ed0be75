"""Every kind of Z-API callback, as the documents and captures show them, and what it becomes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.events import (
    EVENT,
    ChannelState,
    Incoming,
    Media,
    Message,
    MessageDeleted,
    OwnerMessage,
    Receipt,
    Sender,
)
from bot.integrations.protocols import OtherAccount
from bot.integrations.whatsapp.echoes import mark
from bot.integrations.whatsapp.zapi import Echoes, ZapiReceiver, failures

FIXTURES = Path(__file__).parent / "fixtures" / "zapi"
INSTANCE = "3A1B2C3D4E5F60718293A4B5C6D7E8F9"
TOKEN = "A1B2C3D4E5F6A1B2C3D4E5F6"
SECRET = "s" * 40
ANA = "person:1187654321"
FILES = f"https://f004.backblazeb2.com/file/temp-file-download/instances/{INSTANCE}/3A00112233445566778F/"

receiver = ZapiReceiver(INSTANCE, TOKEN, SECRET)


def body(name: str, **changes: Any) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((FIXTURES / f"{name}.json").read_text())
    return {**loaded, **changes}


def events(name: str, **changes: Any) -> list[Incoming]:
    return receiver.events({}, body(name, **changes))


def only(name: str, **changes: Any) -> Incoming:
    (incoming,) = events(name, **changes)
    assert incoming.source == "zapi"
    return incoming


def message(name: str, **changes: Any) -> Message:
    event = only(name, **changes).event
    assert isinstance(event, Message)
    return event


# --- origin -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "secret", "believed"),
    [
        ({}, SECRET, True),
        ({"z-api-token": TOKEN}, SECRET, True),
        ({"Z-Api-Token": TOKEN}, SECRET, True),
        ({"Z-API-TOKEN": "another"}, SECRET, False),
        ({"z-api-token": ""}, SECRET, False),
        ({"z-api-token": TOKEN}, "another", False),
        ({}, "", False),
        ({}, SECRET + "x", False),
        ({}, "segredo-não-ascii", False),
    ],
)
def test_origin(headers: dict[str, str], secret: str, believed: bool) -> None:
    assert ZapiReceiver(INSTANCE, TOKEN, SECRET).authentic(headers, b"{}", secret) is believed


def test_the_token_once_seen_must_come() -> None:
    listening = ZapiReceiver(INSTANCE, TOKEN, SECRET)
    assert listening.authentic({}, b"{}", SECRET)
    assert not listening.authentic({"z-api-token": TOKEN}, b"{}", "another")  # a stranger teaches us nothing
    assert listening.authentic({}, b"{}", SECRET)
    assert listening.authentic({"z-api-token": TOKEN}, b"{}", SECRET)
    assert not listening.authentic({}, b"{}", SECRET)
    assert listening.authentic({"Z-API-Token": TOKEN}, b"{}", SECRET)
    assert ZapiReceiver(INSTANCE, TOKEN, SECRET).authentic({}, b"{}", SECRET)  # another life has to see it again


def test_without_a_secret_of_ours_nobody_is_believed() -> None:
    assert not ZapiReceiver(INSTANCE, TOKEN, "").authentic({}, b"", "")


def test_another_instance_is_another_origin() -> None:
    with pytest.raises(OtherAccount):
        events("text", instanceId="FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF")
    without = body("text")
    del without["instanceId"]
    with pytest.raises(OtherAccount):
        receiver.events({}, without)


# --- messages ---------------------------------------------------------------------------------------------


def test_text() -> None:
    incoming = only("text")
    assert incoming.lane == ANA
    assert incoming.event == Message(
        sender=Sender(chat="5511987654321", phone="5511987654321", lid="100000000000001@lid", nickname="Ana Exemplo"),
        message_id="3A00112233445566778F",
        sent_at=datetime.fromtimestamp(1780000000, UTC),
        content="text",
        text="Oi, quero um farol do Corolla 2015",
    )


def test_the_spelling_without_the_ninth_digit_is_the_same_person_and_is_answered_as_it_came() -> None:
    incoming = only("text_12_digits")
    assert incoming.lane == ANA
    assert isinstance(incoming.event, Message)
    assert incoming.event.sender.chat == "551187654321"
    assert incoming.event.sender.phone == "5511987654321"


def test_a_person_known_by_lid_only() -> None:
    incoming = only("text_lid_only")
    assert incoming.lane == "person:lid:100000000000001@lid"
    assert isinstance(incoming.event, Message)
    assert incoming.event.sender == Sender(
        chat="100000000000001@lid", lid="100000000000001@lid", nickname="100000000000001@lid"
    )


def test_a_lid_that_only_the_chat_tells() -> None:
    named = only("text_lid_only")
    assert only("text_lid_only", chatLid=None, senderLid=None).event == named.event


def test_a_lid_under_its_older_name() -> None:
    changed = body("text", senderLid="100000000000009@lid")
    del changed["chatLid"]
    (incoming,) = receiver.events({}, changed)
    assert isinstance(incoming.event, Message)
    assert incoming.event.sender.lid == "100000000000009@lid"


@pytest.mark.parametrize(
    ("name", "content", "text", "choice", "reply_to"),
    [
        ("text_reply", "text", "esse", "", "3EB0A1B2C3D4E5F60718"),
        ("text_advertisement", "text", "vi o anúncio", "", ""),
        ("button_click", "choice", "Comprar", "menu:buy", "3EB0A1B2C3D4E5F60718"),
        ("list_click", "choice", "Sedex", "offer:1", "3EB0A1B2C3D4E5F60718"),
        ("contact", "contact", "Bia 5511900000003", "", ""),
        ("location", "location", "Oficina do Zé · Rua A, 10 · -23.5,-46.6", "", ""),
        ("live_location", "location", "-23.5,-46.6", "", ""),
        ("template_of_a_robot", "text", "Recebemos sua mensagem!", "", ""),
        ("image_view_once", "unreadable", "", "", ""),
        ("unknown_content", "unreadable", "", "", ""),
        ("poll", "unreadable", "", "", ""),
        ("sent_payment", "unreadable", "", "", ""),
        ("requested_payment", "unreadable", "", "", ""),
        ("pix_key", "unreadable", "", "", ""),
        ("product", "unreadable", "", "", ""),
        ("order", "unreadable", "", "", ""),
        ("event", "unreadable", "", "", ""),
        ("order_card", "unreadable", "", "", ""),
        ("newsletter_invite", "unreadable", "", "", ""),
        ("image_lost", "unreadable", "", "", ""),
        ("carousel_of_a_robot", "text", "Escolha a peça", "", ""),
        ("buttons_of_a_robot", "text", "Posso ajudar?", "", ""),
        ("list_of_a_robot", "text", "Escolha um setor", "", ""),
        ("text_link", "text", "veja https://x.example", "", ""),
        ("call_voice", "call", "", "", ""),
    ],
)
def test_content(name: str, content: str, text: str, choice: str, reply_to: str) -> None:
    event = message(name)
    assert (event.content, event.text, event.choice, event.reply_to) == (content, text, choice, reply_to)
    assert event.media is None


@pytest.mark.parametrize(
    ("name", "content", "text", "media"),
    [
        ("image", "image", "farol direito", Media(url=FILES + "aa11.jpeg", mime_type="image/jpeg")),
        ("video", "video", "funcionando", Media(url=FILES + "aa11.mp4", mime_type="video/mp4", seconds=13)),
        ("round_video", "video", "", Media(url=FILES + "aa11.mp4", mime_type="video/mp4")),
        ("audio", "audio", "", Media(url=FILES + "aa11.ogg", mime_type="audio/ogg; codecs=opus", seconds=42)),
        ("sticker", "sticker", "", Media(url=FILES + "aa11.webp", mime_type="image/webp")),
        (
            "document",
            "document",
            "",
            Media(url=FILES + "aa11.pdf", mime_type="application/pdf", file_name="comprovante.pdf"),
        ),
    ],
)
def test_files(name: str, content: str, text: str, media: Media) -> None:
    event = message(name)
    assert (event.content, event.text, event.media) == (content, text, media)


def test_no_card_number_gets_into_an_event() -> None:
    event = message("text_card_number")
    assert event.text == "meu cartão é [cartão removido] 12/30 cvv 123"
    assert "4111" not in event.model_dump_json()


def test_edits_name_the_message_that_they_correct() -> None:
    event = message("edited_text")
    assert (event.text, event.edits, event.message_id) == (
        "farol ESQUERDO",
        "3A00112233445566778F",
        "3A00112233445566778E",
    )
    caption = message("edited_caption")
    assert (caption.content, caption.text, caption.media) == ("video", "agora sim", None)


@pytest.mark.parametrize(
    "name",
    [
        "group",
        "newsletter",
        "broadcast",
        "status_reply",
        "waiting",
        "owner_reaction",
        "reaction",
        "poll_vote",
        "event_response",
        "pin",
        "order_card_update",
        "encryption_notice",
        "profile_name",
        "status_unknown",
        "payment_declined",
        "label_association",
        "call_outgoing",
        "delivery",
        "status_read_by_me",
        "status_group",
        "presence",
        "proxy",
    ],
)
def test_what_concerns_nobody(name: str) -> None:
    assert events(name) == []


def test_an_unknown_type_concerns_nobody() -> None:
    assert events("text", type="SomethingNewCallback") == []


def test_a_call_is_told_once() -> None:
    ringing, missed = only("call"), only("call_missed")
    assert isinstance(ringing.event, Message)
    assert ringing.event.content == "call"
    assert ringing.lane == "person:lid:100000000000001@lid"
    assert ringing.key == missed.key


def test_a_deletion() -> None:
    incoming = only("revoke")
    assert isinstance(incoming.event, MessageDeleted)
    assert incoming.event.message_id == "3A00112233445566778F"
    assert incoming.lane == ANA
    assert events("revoke", fromMe=True) == []


def test_a_human_on_the_shops_phone() -> None:
    incoming = only("owner")
    assert incoming.lane == ANA
    assert isinstance(incoming.event, OwnerMessage)
    assert incoming.event.text == "Deixa comigo, Ana"
    assert incoming.event.sender.chat == "5511987654321"
    assert incoming.event.sender.nickname == "Ana Exemplo"


# --- keys -------------------------------------------------------------------------------------------------


def test_the_same_body_has_the_same_key() -> None:
    for path in sorted(FIXTURES.glob("*.json")):
        content = json.loads(path.read_text())
        first, second = receiver.events({}, content), receiver.events({}, content)
        assert [i.key for i in first] == [i.key for i in second], path.name
        assert all(len(i.key) <= 300 and len(i.lane) <= 120 for i in first), path.name


def test_facts_about_one_message_have_keys_of_their_own() -> None:
    assert events("waiting") == []  # so it cannot take the key of the message that follows
    named = [only(n).key for n in ("text", "revoke", "edited_text", "image")]
    same_id = only("edited_text", messageId="3A00112233445566778F").key
    later = only("edited_text", momment=1780000010000).key
    elsewhere = only("text", phone="5521987654321", chatLid="100000000000002@lid").key
    assert len({*named, same_id, later, elsewhere}) == 7


def test_keys_hold_no_phone() -> None:
    for path in sorted(FIXTURES.glob("*.json")):
        for incoming in receiver.events({}, json.loads(path.read_text())):
            assert "87654321" not in incoming.key, path.name


def test_a_message_without_an_id_is_told_by_its_time() -> None:
    one, other = only("text", messageId=None), only("text", messageId=None, momment=1780000000001)
    assert one.key != other.key


# --- receipts and state -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "failure"),
    [
        ("delivery_no_whatsapp", "no_whatsapp"),
        ("delivery_shadow_ban", "rejected"),
        ("delivery_buttons", "buttons"),
        ("delivery_media", "media"),
        ("delivery_transient", "transient"),
        ("delivery_permission", "other"),
    ],
)
def test_failed_deliveries(name: str, failure: str) -> None:
    incoming = only(name)
    assert isinstance(incoming.event, Receipt)
    assert (incoming.event.status, incoming.event.failure) == ("failed", failure)
    assert incoming.event.message_id == "3EB0A1B2C3D4E5F60718"
    assert incoming.lane == ANA


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        ("no_whatsapp", "Phone number does not exist"),
        ("no_whatsapp", "Message has not been sent because it got invalid phone number"),
        ("rejected", "Whatsapp rejected sending this message"),
        ("rejected", "Whatsapp did not allow sending this message"),
        ("rejected", "The message was not sent due to a likely shadow ban"),
        ("buttons", "You must accept buttons message terms in panel to send this message."),
        ("media", "Message not send caused by invalid media url"),
        ("media", "Unsupported sticker format: image/bmp"),
        ("transient", "Timeout on send message"),
        ("transient", "Error on send message"),
        ("transient", "It was not possible to send message to queue due to request error."),
        ("other", "Does not have permission to send the message"),
        ("other", "This type of message can only be sent in groups"),
        ("other", "poll not available to channels."),
        ("other", "Message has not been sent because it got invalid request params."),
    ],
)
def test_every_error_of_the_documents_has_a_class(failure: str, error: str) -> None:
    assert failures.failure_of(error) == failures.failure_of(error.upper()) == failure


def test_a_time_in_seconds_is_a_time_too() -> None:
    assert only("disconnected_in_seconds").event == only("disconnected").event


def test_one_receipt_for_each_id() -> None:
    read = events("status_read")
    assert [(i.event.message_id, i.event.status) for i in read if isinstance(i.event, Receipt)] == [
        ("3EB0A1B2C3D4E5F60718", "read"),
        ("3EB0A1B2C3D4E5F60719", "read"),
    ]
    assert len({i.key for i in read + events("status_played") + events("status_sent")}) == 5
    assert {i.lane for i in read} == {ANA}


def test_receipts_by_lid_and_by_nobody() -> None:
    assert {i.lane for i in events("status_received_lid")} == {"person:lid:100000000000001@lid"}
    assert {i.lane for i in events("status_read", phone=None)} == {"system"}


@pytest.mark.parametrize(("name", "connected"), [("connected", True), ("disconnected", False)])
def test_state_of_the_number(name: str, connected: bool) -> None:
    incoming = only(name)
    assert incoming.lane == "system"
    assert isinstance(incoming.event, ChannelState)
    assert incoming.event.connected is connected
    assert only(name, momment=None).key != only(name, momment=None).key


# --- oddities ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", [None, "", "x", -1, 10**30, True, [], 1e400, float("nan")])
def test_without_a_usable_time_it_happened_now(moment: object) -> None:
    assert abs((message("text", momment=moment).sent_at - datetime.now(UTC)).total_seconds()) < 60


def test_times_in_seconds_and_under_the_right_spelling() -> None:
    wanted = datetime.fromtimestamp(1780000000, UTC)
    assert message("text", momment=1780000000).sent_at == wanted
    assert message("text", momment=1780000000000.0).sent_at == wanted
    assert message("text", momment=None, moment=1780000000000).sent_at == wanted


def test_what_no_database_takes_is_left_out() -> None:
    assert message("text", text={"message": "a\x00b\ud800c"}).text == "ab?c"


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
_BODIES = [json.loads(p.read_text()) for p in sorted(FIXTURES.glob("*.json"))]


@given(data=st.data())
def test_no_content_raises(data: st.DataObject) -> None:
    content = dict(data.draw(st.sampled_from(_BODIES)))
    for name in data.draw(st.lists(st.sampled_from(sorted(content)), max_size=4)):
        if name not in ("instanceId", "type"):
            content[name] = data.draw(_VALUES)
    inner = [n for n, v in content.items() if isinstance(v, dict) and v]
    if inner:
        name = data.draw(st.sampled_from(inner))
        field = data.draw(st.sampled_from(sorted(content[name])))
        content[name] = {**content[name], field: data.draw(_VALUES)}
    for incoming in receiver.events({}, content):
        assert incoming.lane
        assert EVENT.validate_json(incoming.event.model_dump_json()) == incoming.event


# --- echoes -----------------------------------------------------------------------------------------------


async def test_echoes_are_found_by_person_and_text_until_they_are_claimed() -> None:
    echoes = Echoes()
    listening = ZapiReceiver(INSTANCE, TOKEN, SECRET, echoes=echoes)
    (stored,) = listening.events({}, body("echo"))
    assert stored.event == Receipt(message_id="3EB0A1B2C3D4E5F60718", status="sent")
    assert stored.key == f"{mark('1187654321', 'Olá! Como posso ajudar? ')}:3EB0A1B2C3D4E5F60718"
    listening.events({}, body("echo_list"))
    assert echoes.find("1187654321", "Escolha o frete") == "3EB0A1B2C3D4E5F60719"
    assert echoes.find("1187654321", "Olá! Como posso ajudar?") == "3EB0A1B2C3D4E5F60718"
    assert echoes.find("2187654321", "Olá! Como posso ajudar?") is None
    echoes.claim("3EB0A1B2C3D4E5F60718")
    assert echoes.find("1187654321", "Olá! Como posso ajudar?") is None
    listening.events({}, body("echo"))  # a repeat of the callback brings nothing back
    assert await echoes.wait("1187654321", "Olá! Como posso ajudar?", 0) is None
