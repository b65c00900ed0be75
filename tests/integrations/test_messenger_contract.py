"""What every WhatsApp gateway of ours does, whichever it is: one suite, both clients, both receivers, both stand-ins.

Nothing here names a provider but the fixture that builds it; what differs between them has its own test files.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from bot.domain.commands import Option
from bot.domain.events import Event, Incoming, Message, Receipt
from bot.integrations.errors import RateLimited, Unauthorised, Unavailable, Uncertain
from bot.integrations.http import CallRecord, Http
from bot.integrations.media import MediaFetcher
from bot.integrations.protocols import (
    File,
    Link,
    MediaSource,
    Messenger,
    PixKey,
    Receiver,
    SentKind,
    Style,
)
from bot.integrations.whatsapp.echoes import Echoes
from bot.integrations.whatsapp.evolution import EvolutionMedia, EvolutionMessenger, EvolutionReceiver
from bot.integrations.whatsapp.zapi import ZapiMessenger, ZapiReceiver
from sandbox.core import Fault, World
from sandbox.evolution import EvolutionSandbox
from sandbox.zapi import ZapiSandbox
from tests.support import make_http

ANA = "5511987654321"
LANE = "person:1187654321"
SECRET = "hook-secret-hook-secret-hook-secret-0001"
INSTANCE, TOKEN, ACCOUNT = "3A1B2C3D4E5F60718293A4B5C6D7E8F9", "A1B2C3D4E5F6A1B2C3D4E5F6", "F0123456789abcdefS"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
OPTIONS = (Option(id="menu:buy", label="Comprar"), Option(id="menu:help", label="Ajuda"))


@dataclass
class House:
    """A gateway, our half of it, and what our half has heard."""

    provider: str
    world: World
    phones: Any
    """The stand-in: ``user_sends``, ``until``, ``mark_read``, …"""
    echoes: Echoes
    receiver: Receiver
    make: Callable[..., Messenger]
    """With ``style=`` and ``base_url=``."""
    media: MediaSource
    records: list[CallRecord]
    incoming: list[Incoming] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def messenger(self) -> Messenger:
        return self.make()

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        if not self.receiver.authentic(request.headers, body, request.match_info["secret"]):
            return web.Response(status=401)
        self.incoming += self.receiver.events(request.headers, json.loads(body))
        self.news.set()
        return web.Response()

    async def hears(self, *wanted: Event) -> None:
        """Wait until all of these have been heard."""
        async with asyncio.timeout(5):
            while True:
                self.news.clear()
                if all(event in [i.event for i in self.incoming] for event in wanted):
                    return
                await self.news.wait()

    def fault(self, fault: Fault) -> None:
        self.world.faults[self.provider] = fault

    def only(self) -> Event:
        (incoming,) = self.incoming
        assert incoming.source == self.provider
        assert incoming.lane == LANE
        return incoming.event

    def message(self) -> Message:
        event = self.only()
        assert isinstance(event, Message)
        return event


def _zapi(http: Http, echoes: Echoes, base_url: str) -> Callable[..., Messenger]:
    def make(style: Style = "text", base_url: str = base_url, token: str = TOKEN) -> Messenger:
        return ZapiMessenger(
            http,
            base_url=base_url,
            instance_id=INSTANCE,
            instance_token=token,
            client_token=ACCOUNT,
            style=style,
            echoes=echoes,
            look_s=0.2,
        )

    return make


def _evolution(http: Http, echoes: Echoes, base_url: str) -> Callable[..., Messenger]:
    def make(style: Style = "text", base_url: str = base_url, token: str = TOKEN) -> Messenger:
        return EvolutionMessenger(
            http,
            base_url=base_url,
            instance=INSTANCE,
            api_key=token,
            style=style,
            echoes=echoes,
            look_s=0.2,
        )

    return make


@asynccontextmanager
async def a_house(provider: str) -> AsyncIterator[House]:
    world, echoes, records = World(pace=0), Echoes(), list[CallRecord]()
    zapi = ZapiSandbox(world, instance_id=INSTANCE, instance_token=TOKEN, client_token=ACCOUNT)
    evolution = EvolutionSandbox(world, instance=INSTANCE, api_key=TOKEN)
    phones: Any = {"zapi": zapi, "evolution": evolution}[provider]
    receiver: Receiver = (
        ZapiReceiver(INSTANCE, TOKEN, SECRET, echoes=echoes)
        if provider == "zapi"
        else EvolutionReceiver(INSTANCE, SECRET, echoes=echoes)
    )
    app, receiving = web.Application(client_max_size=32 * 1024 * 1024), web.Application()
    app.add_routes(phones.routes())
    http = make_http(records)
    try:
        async with TestServer(app) as server:
            base_url = str(server.make_url("")).rstrip("/")
            zapi.public_base = base_url
            plain = MediaFetcher([base_url.partition("://")[2]], delays=(0.0,))
            by_key = EvolutionMedia(http, base_url=base_url, instance=INSTANCE, api_key=TOKEN, others=plain)
            media: MediaSource = plain if provider == "zapi" else by_key
            build = _zapi if provider == "zapi" else _evolution
            make = build(http, echoes, base_url)
            house = House(provider, world, phones, echoes, receiver, make, media, records)
            receiving.router.add_post("/webhooks/{provider}/{secret}", house.take)
            async with TestServer(receiving) as listener:
                url = str(listener.make_url(f"/webhooks/{provider}/{SECRET}"))
                await house.messenger.register_webhooks(url)
                yield house
                await world.close()
    finally:
        await world.close()
        await http.close()


@pytest.fixture(params=["zapi", "evolution"])
async def house(request: pytest.FixtureRequest) -> AsyncIterator[House]:
    async with a_house(request.param) as opened:
        yield opened


# --- what we send -----------------------------------------------------------------------------------------


async def test_a_text_appears_under_the_id_that_its_receipts_name(house: House) -> None:
    sent = await house.messenger.send_text(ANA, "Olá *Ana*\n1) Comprar")
    bubble = await house.phones.until(ANA)
    assert (bubble.id, bubble.text, bubble.kind) == (sent, "Olá *Ana*\n1) Comprar", "text")
    await house.hears(*(Receipt(message_id=sent, status=s) for s in ("sent", "received")))
    await house.phones.mark_read(ANA)
    await house.hears(Receipt(message_id=sent, status="read"))
    assert {i.lane for i in house.incoming} == {LANE}
    assert {type(i.event) for i in house.incoming} == {Receipt}  # our own echo is no event


async def test_a_text_that_is_too_long_is_cut_and_named_by_its_last_piece(house: House) -> None:
    paragraphs = [f"{n} " + "x" * 1500 for n in range(5)]
    last = await house.messenger.send_text(ANA, "\n\n".join(paragraphs))
    bubbles = [await house.phones.until(ANA) for _ in range(3)]
    assert [b.text for b in bubbles] == ["\n\n".join(paragraphs[:2]), "\n\n".join(paragraphs[2:4]), paragraphs[4]]
    assert bubbles[-1].id == last


async def test_a_person_known_by_lid_only_is_answered(house: House) -> None:
    lid = house.phones.lid_of(ANA)
    await house.phones.user_sends(ANA, text="oi", as_lid=True)
    (incoming,) = house.incoming
    assert isinstance(incoming.event, Message)
    assert incoming.event.sender.chat == lid
    await house.messenger.send_text(incoming.event.sender.chat, "oi!")
    assert (await house.phones.until(ANA)).text == "oi!"


async def test_a_message_is_quoted_and_corrected(house: House) -> None:
    told = await house.phones.user_sends(ANA, text="quanto é?")
    sent = await house.messenger.send_text(ANA, "R$ 10,00", reply_to=told.id)
    assert (await house.phones.until(ANA)).reply_to == told.id
    async with house.world.listen() as news, asyncio.timeout(3):
        await house.messenger.send_text(ANA, "R$ 12,00", edits=sent)
        while not house.phones.chat(ANA)[1].edited:
            await news.get()
    _, bubble = house.phones.chat(ANA)
    assert (bubble.id, bubble.text) == (sent, "R$ 12,00")


@pytest.mark.parametrize(
    ("style", "count", "shown_as"),
    [("text", 2, ""), ("buttons", 3, "buttons"), ("buttons", 4, ""), ("list", 10, "list"), ("list", 11, "")],
)
async def test_options_decorate_where_they_fit(house: House, style: Style, count: int, shown_as: str) -> None:
    options = [Option(id=f"o:{n}", label=f"Opção {n}") for n in range(count)]
    await house.make(style=style).send_text(ANA, "1) … 2) …", options=options)
    bubble = await house.phones.until(ANA)
    assert "1) … 2) …" in bubble.text
    assert "undefined" not in bubble.text
    assert bubble.options_as == shown_as
    assert bubble.options == ([{"id": o.id, "label": o.label} for o in options] if shown_as else [])


async def test_a_picture_by_its_bytes_and_by_its_address(house: House) -> None:
    await house.messenger.send_image(ANA, File(PNG, "image/png", "pix.png"), caption="QR")
    bubble = await house.phones.until(ANA)
    assert (bubble.kind, bubble.data, bubble.mime_type, bubble.caption) == ("image", PNG, "image/png", "QR")
    await house.messenger.send_image(ANA, "https://imagedelivery.example/h/p1/public")
    assert (await house.phones.until(ANA)).media == "https://imagedelivery.example/h/p1/public"


async def test_a_document(house: House) -> None:
    label = File(b"%PDF-1.7 etiqueta", "application/pdf", "etiqueta-1042.pdf")
    sent = await house.messenger.send_document(ANA, label, caption="Sua etiqueta")
    bubble = await house.phones.until(ANA)
    assert (bubble.id, bubble.kind, bubble.data, bubble.file_name) == (sent, "document", label.data, label.name)
    assert (bubble.caption, bubble.mime_type) == ("Sua etiqueta", "application/pdf")


async def test_a_video_by_its_bytes_and_by_its_address(house: House) -> None:
    sent = await house.messenger.send_video(ANA, File(b"mp4!", "video/mp4", "vela.mp4"), caption="Assim se troca")
    bubble = await house.phones.until(ANA)
    assert (bubble.id, bubble.kind, bubble.data, bubble.caption) == (sent, "video", b"mp4!", "Assim se troca")
    await house.messenger.send_video(ANA, "https://videos.autopars.example/vela.mp4")
    assert (await house.phones.until(ANA)).media == "https://videos.autopars.example/vela.mp4"


async def test_a_link_stands_at_the_end_of_its_text_once(house: House) -> None:
    page = Link("https://autopars.example/p/501", "Farol Corolla", "R$ 480,00", "https://img.example/501.jpg")
    for said in ("Veja o farol:", "Veja o farol:\nhttps://autopars.example/p/501"):
        sent = await house.messenger.send_link(ANA, said, page)
        bubble = await house.phones.until(ANA)
        assert (bubble.id, bubble.text) == (sent, "Veja o farol:\nhttps://autopars.example/p/501")


@pytest.mark.parametrize("owner", ["Auto Peças Silva", ""])
async def test_a_pix_key_is_a_text_and_a_button(house: House, owner: str) -> None:
    key = PixKey("random", "7f3c1b9e-0000-4000-8000-000000000001", owner)
    sent = await house.messenger.send_pix_key(ANA, f"Chave Pix: {key.key}", key)
    text, button = [await house.phones.until(ANA) for _ in range(2)]
    assert (text.id, text.text) == (sent, f"Chave Pix: {key.key}")
    assert (button.kind, button.text, button.options[0]["label"]) == ("pix", key.key, owner or "Pix")


async def test_an_emoji_comes_and_goes(house: House) -> None:
    told = await house.phones.user_sends(ANA, text="obrigada!")
    await house.messenger.react(ANA, told.id, "👍")
    assert told.reaction == "👍"
    await house.messenger.react(ANA, told.id, "")
    assert told.reaction == ""


async def test_a_message_is_shown_as_read(house: House) -> None:
    told = await house.phones.user_sends(ANA, text="oi")
    await house.messenger.mark_read(ANA, told.id)
    assert told.status == "read"


async def test_a_message_of_ours_is_taken_back(house: House) -> None:
    sent = await house.messenger.send_text(ANA, "R$ 10,00")
    bubble = await house.phones.until(ANA)
    await house.messenger.delete(ANA, sent)
    assert bubble.deleted


async def test_what_may_be_repeated_is_repeated(house: House) -> None:
    told = await house.phones.user_sends(ANA, text="oi")
    house.fault(Fault(mode="drop", times=1))
    await house.messenger.react(ANA, told.id, "👍")
    assert told.reaction == "👍"


async def test_a_picture_does_not_flood_the_record(house: House) -> None:
    await house.messenger.send_image(ANA, File(PNG * 200, "image/png", "pix.png"))
    assert len(house.records[-1].request) < 500
    assert all(TOKEN not in r.url + r.request + r.response for r in house.records)


# --- when the answer is lost ------------------------------------------------------------------------------


@pytest.mark.parametrize("style", ["text", "buttons", "list"])
async def test_a_send_without_an_answer_is_found(house: House, style: Style) -> None:
    ours = house.make(style=style)
    house.fault(Fault(mode="drop", times=1))
    with pytest.raises(Uncertain):
        await ours.send_text(ANA, "Seu Pix:\n*R$ 10,00*\nem 30 min", options=OPTIONS)
    bubble = await house.phones.until(ANA)
    assert await ours.find_sent(ANA, "Seu Pix:\n*R$ 10,00*\nem 30 min") == bubble.id
    assert await ours.find_sent(ANA, "Seu Pix:\n*R$ 10,00*\nem 30 min") is None  # found once, it is accounted for


@pytest.mark.parametrize(("kind", "caption"), [("image", "QR do seu Pix"), ("image", ""), ("document", "Etiqueta")])
async def test_a_file_without_an_answer_is_found(house: House, kind: SentKind, caption: str) -> None:
    ours = house.messenger
    await ours.send_text(ANA, "QR do seu Pix")  # the same words in a text are another message
    await house.phones.until(ANA)
    house.fault(Fault(mode="drop", times=1))
    file = File(PNG, "image/png", "pix.png") if kind == "image" else File(b"%PDF", "application/pdf", "etiqueta.pdf")
    send = ours.send_image if kind == "image" else ours.send_document
    with pytest.raises(Uncertain):
        await send(ANA, file, caption=caption)
    bubble = await house.phones.until(ANA)
    assert await ours.find_sent(ANA, caption, kind=kind) == bubble.id
    assert await ours.find_sent(ANA, caption, kind=kind) is None


async def test_too_many_calls_are_no_send(house: House) -> None:
    house.fault(Fault(mode="busy"))
    with pytest.raises(RateLimited):
        await house.messenger.send_text(ANA, "oi")
    assert house.phones.chat(ANA) == []


async def test_what_did_not_go_out_is_not_found(house: House) -> None:
    await house.messenger.send_text(ANA, "oi")  # the same words, answered and accounted for
    await house.phones.until(ANA)
    house.fault(Fault(mode="down", times=1))
    with pytest.raises(Uncertain):
        await house.messenger.send_text(ANA, "oi")
    assert await house.messenger.find_sent(ANA, "oi") is None
    assert len(house.phones.chat(ANA)) == 1


async def test_nobody_at_the_address(house: House) -> None:
    nowhere = house.make(base_url=f"http://127.0.0.1:{unused_port()}")
    with pytest.raises(Unavailable):
        await nowhere.send_text(ANA, "oi")


async def test_bad_credentials_are_final(house: House) -> None:
    with pytest.raises(Unauthorised) as caught:
        await house.make(token="another-another-another").send_text(ANA, "oi")
    assert "another" not in str(caught.value) + caught.value.detail


@pytest.mark.parametrize("mode", ["garbage", "slow"])
async def test_an_answer_that_tells_nothing_is_no_success(house: House, mode: Any) -> None:
    house.fault(Fault(mode=mode, times=1, delay=2))
    with pytest.raises(Uncertain):
        await house.messenger.send_text(ANA, "oi")
