"""The Z-API client against its stand-in, over real sockets, faults included."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp.test_utils import unused_port

from bot.domain.commands import Option
from bot.integrations.errors import NotFound, ProviderError, Refused, Unauthorised, Unavailable, Uncertain
from bot.integrations.http import Answer, CallRecord, Http
from bot.integrations.protocols import Account, Connection, File, Messenger
from bot.integrations.whatsapp import texts
from bot.integrations.whatsapp.echoes import mark
from bot.integrations.whatsapp.zapi import Echoes, ZapiMessenger, ZapiReceiver, failures, messages
from sandbox.core import Fault
from sandbox.zapi import ChatMessage
from tests.support import make_http
from tests.support_zapi import ANA, CLIENT_TOKEN, INSTANCE, SECRET, TOKEN, Stand, stand_in

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
OPTIONS = (Option(id="menu:buy", label="Comprar"), Option(id="menu:help", label="Ajuda"))


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    async with stand_in() as opened:
        yield opened


@pytest.fixture
def records() -> list[CallRecord]:
    return []


@pytest.fixture
async def http(records: list[CallRecord]) -> AsyncIterator[Http]:
    # no secret is given on purpose: the messenger has to see to its own
    opened = make_http(records)
    yield opened
    await opened.close()


def messenger(http: Http, stand: Stand, **changes: Any) -> ZapiMessenger:
    given: dict[str, Any] = {
        "base_url": stand.base_url,
        "instance_id": INSTANCE,
        "instance_token": TOKEN,
        "client_token": CLIENT_TOKEN,
        "look_s": 0.2,
    }
    return ZapiMessenger(http, **{**given, **changes})


@pytest.fixture
def ours(http: Http, stand: Stand) -> ZapiMessenger:
    return messenger(http, stand)


async def shown(stand: Stand) -> ChatMessage:
    return await stand.zapi.until(ANA, timeout=3)


# --- sending ----------------------------------------------------------------------------------------------


async def test_a_text_arrives_and_is_named_by_its_whatsapp_id(stand: Stand, ours: Messenger) -> None:
    sent = await ours.send_text(ANA, "Olá *Ana*\n1) Comprar")
    bubble = await shown(stand)
    assert (bubble.id, bubble.text, bubble.kind) == (sent, "Olá *Ana*\n1) Comprar", "text")


async def test_typing_is_shown_before_a_text(stand: Stand, http: Http) -> None:
    async with stand.world.listen() as news:
        await messenger(http, stand, typing_s=2).send_text(ANA, "já vejo")
        await shown(stand)
        topics = [news.get_nowait() for _ in range(news.qsize())]
    assert {"topic": "typing", "phone": ANA, "seconds": 2} in topics


async def test_quotes_and_edits(stand: Stand, ours: Messenger) -> None:
    sent = await ours.send_text(ANA, "R$ 10,00", reply_to="3A00112233445566778F")
    assert (await shown(stand)).reply_to == "3A00112233445566778F"
    await ours.send_text(ANA, "R$ 12,00", edits=sent)
    await stand.bot.until(2, type="DeliveryCallback")
    (bubble,) = stand.zapi.chat(ANA)
    assert (bubble.text, bubble.edited) == ("R$ 12,00", True)


async def test_a_long_text_is_cut_at_paragraphs(stand: Stand, ours: Messenger) -> None:
    paragraphs = [f"{n} " + "x" * 1500 for n in range(5)]
    last = await ours.send_text(ANA, "\n\n".join(paragraphs), options=OPTIONS, reply_to="3A1")
    bubbles = [await shown(stand) for _ in range(3)]
    assert [b.text for b in bubbles] == ["\n\n".join(paragraphs[:2]), "\n\n".join(paragraphs[2:4]), paragraphs[4]]
    assert [b.reply_to for b in bubbles] == ["3A1", "", ""]
    assert bubbles[-1].id == last


def test_splitting_loses_nothing_and_keeps_to_the_limit() -> None:
    assert texts.split("") == [""]
    assert texts.split("curto") == ["curto"]
    assert texts.split("aa\nbb cc", 5) == ["aa", "bb cc"]
    assert texts.split("aa bb cc", 5) == ["aa bb", "cc"]
    assert texts.split("x" * 12, 5) == ["xxxxx", "xxxxx", "xx"]
    assert max(map(len, texts.split("uma frase. " * 2000))) <= 4096


@pytest.mark.parametrize(
    ("style", "count", "shown_as"),
    [("text", 2, ""), ("buttons", 3, "buttons"), ("buttons", 4, ""), ("list", 10, "list"), ("list", 11, "")],
)
async def test_options_decorate_where_they_fit(stand: Stand, http: Http, style: str, count: int, shown_as: str) -> None:
    options = [Option(id=f"o:{n}", label=f"Opção {n}") for n in range(count)]
    await messenger(http, stand, style=style).send_text(ANA, "1) … 2) …", options=options)
    bubble = await shown(stand)
    assert bubble.text == "1) … 2) …"
    assert bubble.options_as == shown_as
    assert bubble.options == ([{"id": o.id, "label": o.label} for o in options] if shown_as else [])


def test_labels_are_shortened_only_where_they_still_differ() -> None:
    long = Option(id="a", label="Farol dianteiro direito do Corolla 2015")
    other = Option(id="b", label="Farol dianteiro direito do Corolla 2016")
    endpoint, body = messages.text(ANA, "m", style="buttons", options=[long])
    assert endpoint == "send-button-list"
    assert body["buttonList"]["buttons"] == [{"id": "a", "label": "Farol dianteiro dir…"}]
    assert messages.text(ANA, "m", style="buttons", options=[long, other])[0] == "send-text"
    _, body = messages.text(ANA, "m", style="list", options=[long])
    (row,) = body["optionList"]["options"]
    assert row == {"id": "a", "title": "Farol dianteiro direito…", "description": long.label}
    assert messages.text(ANA, "m", style="list", options=[long], edits="3EB0")[0] == "send-text"


async def test_a_picture_by_its_bytes_and_by_its_address(stand: Stand, ours: Messenger) -> None:
    await ours.send_image(ANA, File(PNG, "image/png", "pix.png"), caption="QR")
    bubble = await shown(stand)
    assert (bubble.kind, bubble.data, bubble.mime_type, bubble.caption) == ("image", PNG, "image/png", "QR")
    await ours.send_image(ANA, "https://imagedelivery.example/h/p1/public")
    assert (await shown(stand)).media == "https://imagedelivery.example/h/p1/public"


async def test_a_long_caption_goes_on_as_text(stand: Stand, ours: Messenger) -> None:
    last = await ours.send_image(ANA, "https://i.example/1", caption="a " * 600)
    picture, rest = await shown(stand), await shown(stand)
    assert len(picture.caption) <= 1024
    assert rest.id == last
    assert (picture.caption + " " + rest.text) == ("a " * 600).strip()


async def test_a_document_with_its_extension_in_the_path(stand: Stand, ours: Messenger) -> None:
    await ours.send_document(ANA, File(b"%PDF-1.7", "application/pdf", "etiqueta-1042.pdf"), caption="Imprima")
    bubble = await shown(stand)
    assert (bubble.kind, bubble.data, bubble.file_name) == ("document", b"%PDF-1.7", "etiqueta-1042.pdf")
    assert stand.world.calls[-1].path.endswith("/send-document/pdf")
    assert messages.document(ANA, File(b"", "application/pdf", "../sem-ponto/"), "")[0].endswith("/bin")
    assert messages.document(ANA, File(b"", "application/pdf", "sem-ponto"), "")[0].endswith("/pdf")


async def test_a_picture_is_not_copied_into_the_record(
    stand: Stand, ours: Messenger, records: list[CallRecord]
) -> None:
    await ours.send_image(ANA, File(b"\x89PNG" + b"\x01" * 200_000, "image/png", "grande.png"))
    assert "data:image/png;base64" in records[-1].request
    assert len(records[-1].request) < 300


async def test_reactions_and_reading(stand: Stand, ours: ZapiMessenger) -> None:
    told = await stand.zapi.user_sends(ANA, text="oi")
    await ours.react(ANA, told.id, "👍")
    assert told.reaction == "👍"
    await ours.react(ANA, told.id, "")
    assert told.reaction == ""
    await ours.mark_read(ANA, told.id)  # 204 with an empty body is a success
    assert stand.world.calls[-1].status == 204


# --- looking up -------------------------------------------------------------------------------------------


async def test_an_ambiguous_send_is_found_in_the_queue(stand: Stand, ours: Messenger) -> None:
    stand.zapi.hold_queue()
    stand.world.faults["zapi"] = Fault("drop", times=1)
    with pytest.raises(Uncertain):
        await ours.send_text(ANA, "um texto")
    (queued,) = stand.zapi.queue
    assert await ours.find_sent("551187654321", "um texto") == queued.message.id
    assert await ours.find_sent(ANA, "outro texto") is None
    assert await ours.find_sent("5521987654321", "um texto") is None


async def test_the_whole_queue_is_read(stand: Stand, ours: ZapiMessenger) -> None:
    stand.zapi.hold_queue()
    for number in range(65):
        await ours.send_text(ANA, f"texto {number}")
    assert [w.text for w in await ours.queue()] == [f"texto {n}" for n in range(65)]
    assert await ours.find_sent(ANA, "texto 64") == stand.zapi.queue[64].message.id


async def test_what_waits_there_is_counted_and_dropped(stand: Stand, ours: ZapiMessenger) -> None:
    stand.zapi.hold_queue()
    for number in range(3):
        await ours.send_text(ANA, f"texto {number}")
    assert await ours.waiting() == 3
    await ours.drop_waiting()
    assert (await ours.waiting(), stand.zapi.queue) == (0, [])


async def test_a_filter_that_keeps_callbacks_from_us_is_lifted(stand: Stand, ours: ZapiMessenger) -> None:
    stand.zapi.filters = {"ReceivedCallback"}
    await ours.register_webhooks(stand.hook_url)
    await stand.zapi.user_sends(ANA, text="oi")
    assert len(stand.bot.got) == 1


async def test_without_our_own_messages_told_back_something_is_wrong(stand: Stand, ours: ZapiMessenger) -> None:
    await ours.register_webhooks(stand.hook_url)
    stand.zapi.notify_sent_by_me = False
    assert (await ours.webhooks())["receiveCallbackSentByMe"] == ""


async def test_an_ambiguous_send_is_known_by_its_echo(stand: Stand, http: Http) -> None:
    echoes = Echoes()
    ours = messenger(http, stand, echoes=echoes, look_s=3)
    receiver = ZapiReceiver(INSTANCE, TOKEN, SECRET, echoes=echoes)
    stand.zapi.notify_sent_by_me = True
    await ours.send_text(ANA, "um texto")
    (first,) = await stand.bot.until(1, fromApi=True)
    receiver.events({}, first)
    stand.world.faults["zapi"] = Fault("drop", times=1)
    with pytest.raises(Uncertain):
        await ours.send_text(ANA, "um texto")
    second = (await stand.bot.until(2, fromApi=True))[1]
    receiver.events({}, second)
    assert await ours.find_sent(ANA, "um texto") == second["messageId"] != first["messageId"]
    assert len(stand.zapi.chat(ANA)) == 2


async def test_an_ambiguous_send_is_known_by_the_echo_that_another_process_was_told(stand: Stand, http: Http) -> None:
    told: dict[str, list[str]] = {mark("1198765432", "um texto"): ["3EB0A", "3EB0B"]}

    async def stored(wanted: str) -> list[str]:
        return told.get(wanted, [])

    ours = messenger(http, stand, echoes=Echoes(), stored=stored, look_s=0.05)
    found = [await ours.find_sent("5511998765432", said) for said in ("outro", "um texto", "um texto", "um texto")]
    assert found == [None, "3EB0A", "3EB0B", None]


async def test_what_left_the_queue_unheard_is_not_found(stand: Stand, http: Http) -> None:
    ours = messenger(http, stand, echoes=Echoes(), look_s=0.05)
    assert await ours.find_sent(ANA, "nunca dito") is None


async def test_phones(stand: Stand, ours: ZapiMessenger) -> None:
    lid = stand.zapi.lid_of("5547996321478")
    wanted = Account(True, "554796321478", lid)
    assert await ours.find_account("5547996321478") == wanted
    stand.zapi.exists_as_list = False
    assert await ours.find_account("5547996321478") == wanted
    stand.zapi.set_on_whatsapp(ANA, False)
    assert await ours.find_account(ANA) == Account(False, ANA, "")
    with pytest.raises(Refused) as refused:
        await ours.find_account("123")
    assert refused.value.reason == "no_whatsapp"


# --- the number -------------------------------------------------------------------------------------------


async def test_connected_in_spite_of_an_error_text(stand: Stand, ours: Messenger) -> None:
    assert await ours.status() == Connection(True)
    assert await ours.qr_code() is None
    await stand.zapi.set_connected(False)
    assert await ours.status() == Connection(False, "You are not connected.")
    code = await ours.qr_code()
    assert code is not None
    assert code.startswith("data:image/png;base64,")


async def test_webhooks_are_registered_and_the_foreign_queue_switched_off(
    stand: Stand, ours: ZapiMessenger, records: list[CallRecord]
) -> None:
    await ours.register_webhooks(f" {stand.hook_url} ")
    assert set(stand.zapi.urls.values()) == {stand.hook_url}
    assert stand.zapi.notify_sent_by_me
    assert stand.zapi.queue_disabled
    assert set((await ours.webhooks()).values()) == {stand.hook_url}
    assert "receivedCallbackUrl" in await ours.webhooks()
    assert SECRET not in repr(records)
    await ours.restart()


async def test_a_disconnected_number_takes_nothing(stand: Stand, ours: Messenger) -> None:
    await ours.register_webhooks(stand.hook_url)
    await stand.zapi.set_connected(False)
    with pytest.raises(Unavailable) as refused:
        await ours.send_text(ANA, "oi")
    assert refused.value.reason == "disconnected"
    assert stand.zapi.queue == []


# --- refusals ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "kind", "reason"),
    [
        ({"client_token": "wrong-client-token"}, Unauthorised, "bad_credentials"),
        ({"client_token": ""}, Unauthorised, "bad_credentials"),
        ({"instance_token": "FFFFFFFFFFFFFFFFFFFFFFFF"}, Unauthorised, "bad_credentials"),
        ({"instance_id": "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"}, Unauthorised, "bad_credentials"),
    ],
)
async def test_wrong_credentials(
    stand: Stand,
    http: Http,
    records: list[CallRecord],
    changes: dict[str, str],
    kind: type[ProviderError],
    reason: str,
) -> None:
    with pytest.raises(kind) as refused:
        await messenger(http, stand, **changes).send_text(ANA, "oi")
    assert refused.value.reason == reason
    assert len(stand.world.calls) == 1
    told = repr(records) + refused.value.detail + str(refused.value)
    for secret in {TOKEN, CLIENT_TOKEN, *changes.values()} - {"", "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"}:
        assert secret not in told


async def test_what_z_api_finds_wrong_is_final(stand: Stand, ours: Messenger) -> None:
    with pytest.raises(Refused) as refused:
        await ours.send_text("+55 (11) 98765-4321", "oi")
    assert refused.value.reason == "no_whatsapp"
    with pytest.raises(Refused) as refused:
        await ours.send_text(ANA, "  ")
    assert refused.value.reason == "invalid_request"


def answer(status: int, body: Any) -> Answer:
    return Answer(status, {}, json.dumps(body).encode() if body is not None else b"", body)


@pytest.mark.parametrize(
    ("status", "body", "kind", "reason"),
    [
        (200, {"error": "NOT_FOUND", "message": "Unable to find…"}, NotFound, "unknown_path"),
        (404, {"error": "NOT_FOUND"}, NotFound, "unknown_path"),
        (404, None, NotFound, "unknown_path"),
        (400, {"error": "your client-token is not configured"}, Unauthorised, "bad_credentials"),
        (400, {"error": "null not allowed"}, Unauthorised, "bad_credentials"),
        (403, {"error": "Client-Token abc not allowed"}, Unauthorised, "bad_credentials"),
        (403, {"error": "203.0.113.9 not allowed"}, Unauthorised, "bad_credentials"),
        (200, {"error": "203.0.113.9 not allowed"}, Unauthorised, "ip_not_allowed"),
        (200, {"error": "You need to restore the session."}, Unavailable, "disconnected"),
        (200, {"error": "Timeout on send message"}, Uncertain, "transient"),
        (400, {"error": "Phone is wrong"}, Refused, "no_whatsapp"),
        (400, {"error": "message is required"}, Refused, "invalid_request"),
        (200, {"value": False}, Refused, "refused"),
        (200, {}, Uncertain, "unreadable_answer"),
        (200, {"messageId": ""}, Uncertain, "unreadable_answer"),
        (200, [], Uncertain, "unreadable_answer"),
        (405, None, Refused, "http_405"),
        (415, None, Refused, "http_415"),
    ],
)
def test_answers_to_a_send(status: int, body: Any, kind: type[ProviderError], reason: str) -> None:
    objection = failures.refusal_of_send(answer(status, body))
    assert type(objection) is kind
    assert objection.reason == reason
    assert "abc" not in objection.detail


def test_a_send_is_a_success_with_either_id() -> None:
    assert failures.refusal_of_send(answer(200, {"messageId": "3EB0", "zaapId": "01"})) is None
    assert failures.refusal_of_send(answer(200, {"zaapId": "01"})) is None
    assert failures.message_id({"zaapId": "01"}) == "01"
    assert failures.message_id({"messageId": "3EB0", "zaapId": "01"}) == "3EB0"


# --- faults -----------------------------------------------------------------------------------------------


async def test_down(stand: Stand, ours: Messenger) -> None:
    stand.world.faults["zapi"] = Fault("down")
    with pytest.raises(Unavailable):
        await ours.status()
    assert len(stand.world.calls) == 3
    with pytest.raises(Uncertain):  # a 503 without Retry-After may have done it: not tried again unseen
        await ours.send_text(ANA, "oi")
    assert len(stand.world.calls) == 4


async def test_nobody_there(http: Http, records: list[CallRecord]) -> None:
    ours = ZapiMessenger(
        http,
        base_url=f"http://127.0.0.1:{unused_port()}",
        instance_id=INSTANCE,
        instance_token=TOKEN,
        client_token=CLIENT_TOKEN,
    )
    with pytest.raises(Unavailable) as failed:
        await ours.send_text(ANA, "oi")
    assert len(records) == 3
    assert TOKEN not in repr(records) + failed.value.detail + str(failed.value) + str(failed.value.__cause__)


async def test_an_address_that_is_none_betrays_nothing(http: Http, records: list[CallRecord]) -> None:
    ours = ZapiMessenger(
        http, base_url="ftp:/x y", instance_id=INSTANCE, instance_token=TOKEN, client_token=CLIENT_TOKEN
    )
    with pytest.raises(Refused) as failed:
        await ours.status()
    assert TOKEN not in repr(records) + failed.value.detail + str(failed.value)


async def test_cut_after_the_work_was_done(stand: Stand, ours: Messenger) -> None:
    stand.world.faults["zapi"] = Fault("drop")
    with pytest.raises(Uncertain):
        await ours.send_text(ANA, "oi")
    assert (await shown(stand)).text == "oi"
    assert len(stand.world.calls) == 1


async def test_too_slow(stand: Stand, ours: Messenger) -> None:
    stand.world.faults["zapi"] = Fault("slow", delay=1.0)
    with pytest.raises(Uncertain):
        await ours.send_text(ANA, "oi")
    assert len(stand.world.calls) == 1


async def test_files_have_more_time(stand: Stand, http: Http) -> None:
    stand.world.faults["zapi"] = Fault("slow", delay=0.7)
    await messenger(http, stand, media_timeout=5.0).send_image(ANA, File(PNG, "image/png", "p.png"))
    assert (await shown(stand)).data == PNG


async def test_garbage_proves_nothing(stand: Stand, ours: Messenger) -> None:
    stand.world.faults["zapi"] = Fault("garbage")
    with pytest.raises(Uncertain) as failed:
        await ours.send_text(ANA, "oi")
    assert failed.value.reason == "unreadable_answer"
    with pytest.raises(Unavailable):
        await ours.status()


async def test_busy_is_tried_again(stand: Stand, ours: Messenger) -> None:
    stand.world.faults["zapi"] = Fault("busy", times=2)
    await ours.send_text(ANA, "oi")
    assert (await shown(stand)).text == "oi"
    assert [c.status for c in stand.world.calls] == [429, 429, 200]


async def test_half_a_text_is_in_doubt_not_undone(stand: Stand, http: Http) -> None:
    ours = messenger(http, stand)
    text = "a" * 4000 + "\n\n" + "b" * 4000
    await ours.register_webhooks(stand.hook_url)
    handed_over = stand.zapi._accept

    def cut_off(body: dict[str, Any], made: dict[str, Any]) -> ChatMessage:
        message = handed_over(body, made)
        stand.zapi.connected = False
        return message

    stand.zapi._accept = cut_off  # type: ignore[method-assign]
    with pytest.raises(Uncertain) as failed:
        await ours.send_text(ANA, text)
    assert failed.value.reason == "partly_sent"
