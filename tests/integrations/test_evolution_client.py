"""The Evolution client against its stand-in, over real sockets, faults included. What it shares with the other gateway
is in the contract suite; here is what is Evolution's own."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from bot.domain.commands import Option
from bot.integrations.errors import NotFound, ProviderError, Refused, Unauthorised, Unavailable, Uncertain
from bot.integrations.http import Answer, CallRecord, Http
from bot.integrations.protocols import Connection, File, Messenger
from bot.integrations.whatsapp.echoes import Echoes
from bot.integrations.whatsapp.evolution import EvolutionMedia, EvolutionMessenger, failures, jids, messages
from bot.integrations.whatsapp.evolution.number import EVENTS
from sandbox.chats import ChatMessage
from sandbox.core import Fault
from tests.support import make_http
from tests.support_evolution import ANA, INSTANCE, KEY, SECRET, Stand, stand_in

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
OPTIONS = (Option(id="menu:buy", label="Comprar"), Option(id="menu:help", label="Ajuda"))
BEAUTIFUL = "5531980000001"
"""Of an area code where WhatsApp's own spelling lacks the ninth digit."""


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


def messenger(http: Http, stand: Stand, **changes: Any) -> EvolutionMessenger:
    given: dict[str, Any] = {"base_url": stand.base_url, "instance": INSTANCE, "api_key": KEY}
    return EvolutionMessenger(http, **{**given, **changes})


@pytest.fixture
def ours(http: Http, stand: Stand) -> EvolutionMessenger:
    return messenger(http, stand)


# --- bodies -----------------------------------------------------------------------------------------------


def test_buttons_never_read_undefined() -> None:
    verb, body = messages.text(ANA, "Olá *Ana*\n1) Comprar\n2) Ajuda", style="buttons", options=OPTIONS)
    assert verb == "sendButtons"
    assert (body["title"], body["description"]) == ("Olá Ana", "1) Comprar\n2) Ajuda")
    assert body["buttons"][0] == {"type": "reply", "displayText": "Comprar", "id": "menu:buy"}
    _, body = messages.text(ANA, "1) Comprar 2) Ajuda", style="buttons", options=OPTIONS)
    assert (body["title"], body["description"]) == ("Opções", "1) Comprar 2) Ajuda")


def test_labels_are_shortened_only_where_they_still_differ() -> None:
    long = Option(id="a", label="Farol dianteiro direito do Corolla 2015")
    other = Option(id="b", label="Farol dianteiro direito do Corolla 2016")
    assert messages.text(ANA, "m", style="buttons", options=[long, other])[0] == "sendText"
    verb, body = messages.text(ANA, "m", style="list", options=[long])
    assert verb == "sendList"
    (section,) = body["sections"]
    assert section["rows"] == [{"title": "Farol dianteiro direito…", "rowId": "a", "description": long.label}]
    assert all(body[name] for name in ("title", "footerText", "buttonText"))


def test_files_go_as_bare_base64() -> None:
    _, body = messages.image(ANA, File(PNG, "image/png", ""), "")
    assert body["media"].startswith("iVBORw0KGgo")
    assert "caption" not in body
    assert "fileName" not in body
    _, body = messages.document(ANA, File(b"%PDF", "application/pdf", "../a/b.pdf"), "c")
    assert (body["fileName"], body["caption"]) == (".._a_b.pdf", "c")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Olá *Ana*\n1) Comprar", "*Olá Ana*\n\n1) Comprar\n"),
        ("1) Comprar", "*Opções*\n\n1) Comprar\n"),
        ("1) Comprar", "Opções\n1) Comprar"),
        ("a  b", "a b"),
    ],
)
def test_two_renderings_of_one_text(one: str, other: str) -> None:
    assert messages.plain(one) == messages.plain(other)


def test_addresses() -> None:
    assert jids.read({"remoteJid": "120363@g.us", "remoteJidAlt": f"{ANA}@s.whatsapp.net"}).address == ""
    assert jids.person_of("551187654321") == jids.person_of(ANA) == "1187654321"
    assert jids.person_of("1000@lid") == "lid:1000@lid"
    assert (jids.jid_of(ANA), jids.jid_of("1000@lid")) == (f"{ANA}@s.whatsapp.net", "1000@lid")


# --- sending ----------------------------------------------------------------------------------------------


async def test_a_name_with_blanks_and_accents_stands_in_the_path(stand: Stand, ours: Messenger) -> None:
    await ours.send_text(ANA, "oi")
    assert (await stand.evolution.until(ANA)).text == "oi"
    assert stand.world.calls[-1].path == f"/message/sendText/{INSTANCE}"


async def test_typing_is_shown_and_never_longer_than_the_call_may_take(stand: Stand, http: Http) -> None:
    async with stand.world.listen() as news:
        await messenger(http, stand, typing_s=20).send_text(ANA, "já vejo")
        topics = [news.get_nowait() for _ in range(news.qsize())]
    assert {"topic": "typing", "phone": ANA, "seconds": 3} in topics


async def test_no_link_is_fetched_on_the_way(stand: Stand, ours: Messenger) -> None:
    await ours.send_text(ANA, "veja https://loja.example")
    assert stand.world.calls[-1].body["linkPreview"] is False


async def test_a_number_without_whatsapp_is_known_at_once(stand: Stand, ours: Messenger) -> None:
    stand.evolution.set_on_whatsapp(ANA, False)
    with pytest.raises(Refused) as caught:
        await ours.send_text(ANA, "oi")
    assert caught.value.reason == "no_whatsapp"
    assert ANA not in caught.value.detail
    with pytest.raises(Refused):
        await ours.send_image(ANA, File(PNG, "image/png", "a.png"))


async def test_a_picture_at_an_address_that_evolution_does_not_take(stand: Stand, ours: Messenger) -> None:
    with pytest.raises(Refused) as caught:
        await ours.send_image(ANA, "http://localhost:8080/p/1")
    assert caught.value.reason == "media"


async def test_a_caption_that_is_too_long_goes_on_as_texts(stand: Stand, ours: Messenger) -> None:
    last = await ours.send_document(ANA, File(b"%PDF", "application/pdf", "a.pdf"), caption="palavra " * 200)
    document, rest = [await stand.evolution.until(ANA) for _ in range(2)]
    assert len(document.caption) <= 1024
    assert rest.text.startswith("palavra")
    assert rest.id == last


async def test_a_part_that_did_not_go_out_makes_the_whole_uncertain(stand: Stand, ours: Messenger) -> None:
    async def goes_down(bubble: ChatMessage) -> None:
        stand.evolution.connected = False

    stand.evolution._tell = goes_down  # type: ignore[method-assign]
    with pytest.raises(Uncertain) as caught:
        await ours.send_text(ANA, "palavra " * 1200)
    assert caught.value.reason == "partly_sent"


async def test_a_correction_goes_to_the_address_that_the_database_has(stand: Stand, ours: Messenger) -> None:
    sent = await ours.send_text(BEAUTIFUL, "R$ 10,00")
    await ours.send_text(BEAUTIFUL, "R$ 12,00", edits=sent)
    call = stand.world.calls[-1]
    assert call.body["number"] == "553180000001@s.whatsapp.net"
    (bubble,) = stand.evolution.chat(BEAUTIFUL)
    assert (bubble.id, bubble.text, bubble.edited) == (sent, "R$ 12,00", True)


async def test_a_correction_of_what_is_not_there_is_final(ours: Messenger) -> None:
    with pytest.raises(NotFound) as caught:
        await ours.send_text(ANA, "R$ 12,00", edits="3EB0FFFF")
    assert caught.value.reason == "gone"


# --- when the answer is lost ------------------------------------------------------------------------------


async def lost(stand: Stand, ours: Messenger, text: str, to: str = ANA) -> None:
    stand.world.faults["evolution"] = Fault(mode="drop", times=1)
    with pytest.raises(Uncertain):
        await ours.send_text(to, text)


async def test_without_any_webhook_the_database_tells(stand: Stand, ours: Messenger) -> None:
    stand.evolution.webhook = {}
    await lost(stand, ours, "seu Pix", BEAUTIFUL)
    (bubble,) = stand.evolution.chat(BEAUTIFUL)
    assert await ours.find_sent(BEAUTIFUL, "outro") is None
    assert await ours.find_sent(ANA, "seu Pix") is None
    assert await ours.find_sent(BEAUTIFUL, "seu Pix") == bubble.id


async def test_where_nothing_is_saved_the_echo_tells(stand: Stand, http: Http) -> None:
    stand.evolution.saves_messages = False
    echoes = Echoes()
    ours = messenger(http, stand, echoes=echoes, look_s=5)
    await lost(stand, ours, "seu Pix")
    (bubble,) = stand.evolution.chat(ANA)
    await stand.bot.heard("send.message")
    echoes.note("1187654321", messages.plain("seu Pix"), bubble.id)
    assert await ours.find_sent(ANA, "seu Pix") == bubble.id


async def test_the_same_words_of_long_ago_prove_nothing(stand: Stand, ours: Messenger) -> None:
    await lost(stand, ours, "seu Pix")
    stand.evolution.chat(ANA)[0].at -= timedelta(minutes=10)
    assert await ours.find_sent(ANA, "seu Pix") is None


async def test_a_person_who_said_the_same_is_not_us(stand: Stand, ours: Messenger) -> None:
    await stand.evolution.user_sends(ANA, text="oi")
    assert await ours.find_sent(ANA, "oi") is None


async def test_a_lookup_that_fails_says_so(stand: Stand, ours: Messenger) -> None:
    stand.world.faults["evolution"] = Fault(mode="garbage", only="findMessages")
    with pytest.raises(Unavailable):
        await ours.find_sent(ANA, "oi")


# --- refusals ---------------------------------------------------------------------------------------------


def answer(status: int, message: Any) -> Answer:
    body = {"status": status, "error": "x", "response": {"message": message}}
    return Answer(status, {}, json.dumps(body).encode(), body)


@pytest.mark.parametrize(
    ("status", "message", "error", "reason"),
    [
        (401, "Unauthorized", Unauthorised, "bad_credentials"),
        (403, ["Forbidden"], Unauthorised, "bad_credentials"),
        (404, ['The "loja" instance does not exist'], Unauthorised, "unknown_instance"),
        (404, ["Cannot POST /message/x/loja"], NotFound, "unknown_path"),
        (400, [['instance requires property "text"']], Refused, "invalid_request"),
        (400, [{"jid": "5511900000009@lid", "exists": False, "number": "5511900000009"}], Refused, "no_whatsapp"),
        (400, ["Owned media must be a url or base64"], Refused, "media"),
        (400, ["Maximum of 3 reply buttons allowed"], Refused, "buttons"),
        (400, ["Error: Connection Closed"], Unavailable, "disconnected"),
        (400, ["Error: Timed Out"], Uncertain, "unknown_failure"),
        (400, ["PrismaClientKnownRequestError: …"], Uncertain, "unknown_failure"),
        (400, None, Uncertain, "unknown_failure"),
        (413, ["too large"], Refused, "http_413"),
        (201, [], Uncertain, "unreadable_answer"),
    ],
)
def test_what_a_send_is_told(status: int, message: Any, error: type[ProviderError], reason: str) -> None:
    found = failures.refusal_of_send(answer(status, message))
    assert type(found) is error
    assert found.reason == reason
    assert "5511900000009" not in found.detail


async def test_an_unknown_instance_is_told_before_the_key(stand: Stand, http: Http) -> None:
    with pytest.raises(Unauthorised) as caught:
        await messenger(http, stand, instance="outra", api_key="x" * 20).status()
    assert caught.value.reason == "unknown_instance"


async def test_a_500_while_connected_stays_uncertain(stand: Stand, ours: Messenger) -> None:
    async def fails(_: web.Request) -> web.Response:
        return web.json_response({"status": 500, "error": "x", "response": {"message": "boom"}}, status=500)

    stand.evolution._endpoints["POST", "message/sendText"] = lambda request, _: fails(request)
    with pytest.raises(Uncertain) as caught:
        await ours.send_text(ANA, "oi")
    assert caught.value.reason == "http_500"


# --- the number -------------------------------------------------------------------------------------------


async def test_the_pairing_code_may_come_a_moment_later(stand: Stand, ours: EvolutionMessenger) -> None:
    stand.evolution.connected = False
    assert await ours.status() == Connection(False, "close")

    async def not_yet(*_: Any) -> web.StreamResponse:
        return web.json_response({"count": 0})

    stand.evolution._endpoints["GET", "instance/connect"] = not_yet
    with pytest.raises(Unavailable):
        await ours.qr_code()


async def test_webhooks_are_registered_for_what_we_read(stand: Stand, ours: EvolutionMessenger) -> None:
    stand.evolution.webhook = {}
    assert await ours.webhooks() == dict.fromkeys(EVENTS, "")
    await ours.register_webhooks(stand.hook_url)
    assert await ours.webhooks() == dict.fromkeys(EVENTS, stand.hook_url)
    assert (stand.evolution.webhook["byEvents"], stand.evolution.webhook["base64"]) == (False, False)


async def test_no_secret_is_on_record(stand: Stand, ours: EvolutionMessenger, records: list[CallRecord]) -> None:
    await ours.register_webhooks(stand.hook_url)
    await ours.webhooks()
    await ours.send_text(ANA, "oi")
    assert len(records) == 3
    told = "".join(r.url + r.request + r.response for r in records)
    assert KEY not in told
    assert SECRET not in told
    assert ANA not in told


# --- files ------------------------------------------------------------------------------------------------


class Others:
    """A source of real addresses."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def fetch(self, url: str, *, limit: int) -> File:
        self.asked.append(url)
        return File(b"x", "text/plain", "x.txt")


def media(http: Http, stand: Stand, others: Others | None = None) -> EvolutionMedia:
    return EvolutionMedia(http, base_url=stand.base_url, instance=INSTANCE, api_key=KEY, others=others or Others())


async def test_a_real_address_is_for_others(stand: Stand, http: Http) -> None:
    others = Others()
    assert (await media(http, stand, others).fetch("https://files.example/1", limit=9)).data == b"x"
    assert others.asked == ["https://files.example/1"]


async def test_a_big_file_and_its_record(stand: Stand, http: Http, records: list[CallRecord]) -> None:
    big = PNG + bytes(range(256)) * 8192
    told = await stand.evolution.user_sends(ANA, image=big)
    file = await media(http, stand).fetch(f"evolution:{told.id}", limit=4 * 1024 * 1024)
    assert (file.data, file.mime_type) == (big, "image/png")
    assert len(records[-1].response) < 1000


async def test_a_file_that_is_too_large(stand: Stand, http: Http) -> None:
    told = await stand.evolution.user_sends(ANA, image=PNG * 4000)
    for limit in (len(PNG) * 4000 - 1, 1000):
        with pytest.raises(Refused) as caught:
            await media(http, stand).fetch(f"evolution:{told.id}", limit=limit)
        assert caught.value.reason == "too_large"


async def test_files_that_are_gone(stand: Stand, http: Http) -> None:
    told = await stand.evolution.user_sends(ANA, image=PNG)
    text = await stand.evolution.user_sends(ANA, text="oi")
    stand.evolution.expire_files()
    for message_id in (told.id, text.id, "3A00"):
        with pytest.raises(NotFound) as caught:
            await media(http, stand).fetch(f"evolution:{message_id}", limit=1000)
        assert caught.value.reason == "gone"


async def test_a_gateway_that_is_down_is_asked_again_later(stand: Stand, http: Http) -> None:
    told = await stand.evolution.user_sends(ANA, image=PNG)
    stand.world.faults["evolution"] = Fault(mode="down", times=1)
    assert (await media(http, stand).fetch(f"evolution:{told.id}", limit=1000)).data == PNG
    stand.world.faults["evolution"] = Fault(mode="garbage")
    with pytest.raises(Unavailable):
        await media(http, stand).fetch(f"evolution:{told.id}", limit=1000)


async def test_bad_credentials_are_not_taken_for_a_lost_file(stand: Stand, http: Http) -> None:
    source = EvolutionMedia(http, base_url=stand.base_url, instance=INSTANCE, api_key="x" * 20, others=Others())
    with pytest.raises(Unauthorised):
        await source.fetch("evolution:3A00", limit=1000)
