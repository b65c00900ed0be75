"""The page's application: files and their headers, the stream of news, what each endpoint does and refuses."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot import settings
from sandbox import api
from sandbox.__main__ import main
from sandbox.app import create_app
from sandbox.config import SandboxConfig
from sandbox.stand_ins import Sandbox
from tests.support_page import MARINA, SILVA, Bench, bench

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


@pytest.fixture
async def table() -> AsyncIterator[Bench]:
    async with bench() as opened:
        yield opened


class Stream:
    """The page's ear: server-sent events, parsed."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def next(self, topic: str, fits: Any = lambda data: True) -> dict[str, Any]:
        """The data of the next event of that topic which fits."""
        async with asyncio.timeout(5):
            while True:
                event, data = "", ""
                while line := (await self._response.content.readline()).decode().rstrip("\n"):
                    key, _, value = line.partition(": ")
                    event, data = (value, data) if key == "event" else (event, value)
                if event == topic:
                    found: dict[str, Any] = json.loads(data)
                    if fits(found):
                        return found


# --- files ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/sandbox", "/sandbox/"])
async def test_the_page_comes_with_a_strict_policy(table: Bench, path: str) -> None:
    async with table.session.get(table.base + path, allow_redirects=False) as response:
        text = await response.text()
        headers = response.headers
    assert response.status == 200
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert '<html lang="pt-BR">' in text
    assert " style=" not in text
    assert "onclick" not in text
    assert "http" not in text.replace("http-equiv", "")  # nothing from elsewhere


async def test_every_file_of_the_page_is_served(table: Bench) -> None:
    assert {path.name for path in api.PAGE.iterdir()} == set(api.FILES)
    for name, kind in api.FILES.items():
        if name == "index.html":
            continue
        async with table.session.get(f"{table.base}/sandbox/{name}") as response:
            assert response.status == 200, name
            assert response.content_type == kind
            assert len(await response.read()) > 100


async def test_no_data_is_ever_written_as_markup() -> None:
    for path in api.PAGE.glob("*.js"):
        text = path.read_text(encoding="utf-8")
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
            assert word not in text, path.name


async def test_what_is_not_there(table: Bench) -> None:
    for path in ("/sandbox/../app.py", "/sandbox/api/mail/x", "/sandbox/api/media/x", "/sandbox/sample_shop.json"):
        async with table.session.get(table.base + path) as response:
            assert response.status == 404


# --- the stream ---------------------------------------------------------------------------------------------


async def test_the_stream_begins_with_all_that_is(table: Bench) -> None:
    table.replies = lambda _: [{"message": "Olá!"}]
    await table.sandbox.say(MARINA, "oi")
    await table.sandbox.zapi.until(MARINA)
    table.sandbox.world.publish("loop", {"step": "decision", "title": "oi", "lane": "person:1", "ms": 3})
    async with table.session.get(f"{table.base}/sandbox/events") as response:
        assert response.content_type == "text/event-stream"
        assert response.headers["Cache-Control"] == "no-store"
        state = await Stream(response).next("state")
    chats = {chat["phone"]: chat["messages"] for chat in state["chats"]}
    assert [(m["mine"], m["text"]) for m in chats[MARINA]] == [(True, "oi"), (False, "Olá!")]
    assert chats[SILVA] == []
    assert [p["name"] for p in state["people"]["sellers"]] == ["Auto Peças Silva", "Casa do Freio"]
    assert state["dials"]["connected"] is True
    assert state["dials"]["can_jump"] is True
    steps = [row["step"] for row in state["log"]]
    assert {"webhook", "call", "decision"} <= set(steps)


async def test_news_follows_as_it_happens(table: Bench) -> None:
    table.replies = lambda _: [{"message": "Olá!"}]
    async with table.session.get(f"{table.base}/sandbox/events") as response:
        stream = Stream(response)
        await stream.next("state")
        assert (await table.post("say", {"phone": MARINA, "text": "oi"}))[0] == 200
        chat = await stream.next(
            "chat", lambda c: len(c["messages"]) == 2 and c["messages"][1]["status"] == "delivered"
        )
        assert [m["status"] for m in chat["messages"]] == ["read", "delivered"]
        assert (await table.post("read", {"phone": MARINA}))[0] == 200
        chat = await stream.next("chat", lambda c: c["messages"][1]["status"] == "read")
        assert chat["phone"] == MARINA
        table.sandbox.world.publish("loop", {"step": "call", "title": "x", "detail": {"provider": "asaas"}, "ms": 7})
        rows = await stream.next("log", lambda log: log["entries"][-1]["title"] == "x")
        assert rows["entries"][-1] | {"id": 0, "at": ""} == {
            "id": 0,
            "kind": "call",
            "step": "call",
            "title": "x",
            "lane": "",
            "provider": "asaas",
            "ms": 7,
            "at": "",
            "detail": {"provider": "asaas"},
            "bad": False,
        }


async def test_a_bot_that_tells_its_calls_is_not_told_twice(table: Bench) -> None:
    board = table.sandbox.board
    async with table.sandbox.world.listen() as queue:
        table.sandbox.world.publish("loop", {"step": "call", "title": "send", "detail": {"provider": "zapi"}, "ms": 1})
        await table.call("send-text", phone=MARINA, message="oi")
        while (await queue.get())["topic"] != "call":
            continue
    await table.sandbox.zapi.until(MARINA)
    assert [row["title"] for row in board.rows if row["kind"] == "call"] == ["send"]


async def test_open_streams_do_not_hold_up_the_end() -> None:
    async with asyncio.timeout(5), aiohttp.ClientSession() as other:
        async with bench() as table:
            response = await other.get(f"{table.base}/sandbox/events")
            await Stream(response).next("state")
        assert await response.content.read() == b""  # it ended, it was not cut
        response.close()


async def test_pictures_in_the_record_are_cut(table: Bench) -> None:
    await table.call("send-image", phone=MARINA, image="data:image/png;base64," + base64.b64encode(PNG * 40).decode())
    message = await table.sandbox.zapi.until(MARINA)
    row = next(row for row in table.sandbox.board.rows if "send-image" in row["title"])
    assert len(row["detail"]["body"]["image"]) < 700
    async with table.session.get(f"{table.base}/sandbox/api/media/{message.id}") as response:
        assert response.content_type == "image/png"
        assert await response.read() == PNG * 40


# --- doing --------------------------------------------------------------------------------------------------


async def test_a_photo_reaches_the_bot_as_an_address_that_it_can_fetch(table: Bench) -> None:
    data = "data:image/png;base64," + base64.b64encode(PNG).decode()
    assert (await table.post("photo", {"phone": SILVA, "data": data, "caption": "lado"}))[0] == 200
    body = await table.heard.get()
    assert body["image"]["caption"] == "lado"
    async with table.session.get(body["image"]["imageUrl"]) as response:
        assert await response.read() == PNG
    shown = table.sandbox.state()["chats"][2]["messages"][0]
    assert shown["url"].startswith("/sandbox/zapi/file/")


async def test_a_choice_is_a_pressed_button(table: Bench) -> None:
    buttons = {"buttons": [{"id": "pay:pix", "label": "Pix"}, {"id": "pay:boleto", "label": "Boleto"}]}
    await table.call("send-button-list", phone=MARINA, message="Como?", buttonList=buttons)
    asked = await table.sandbox.zapi.until(MARINA)
    shown = table.sandbox.show(f"chat:{MARINA}")["messages"][0]
    assert shown["options"] == buttons["buttons"]
    body = {"phone": MARINA, "message_id": asked.id, "id": "pay:pix", "label": "Pix"}
    assert (await table.post("choose", body))[0] == 200
    while "buttonsResponseMessage" not in (heard := await table.heard.get()):
        continue
    assert heard["buttonsResponseMessage"]["buttonId"] == "pay:pix"
    assert heard["referenceMessageId"] == asked.id


async def test_a_number_without_whatsapp(table: Bench) -> None:
    assert await table.post("reachable", {"phone": MARINA, "reachable": False}) == (200, {})
    await table.call("send-text", phone=MARINA, message="oi")
    while (heard := await table.heard.get())["type"] != "DeliveryCallback":
        continue
    assert heard["error"]
    chat = table.sandbox.show(f"chat:{MARINA}")
    assert chat["reachable"] is False
    assert chat["messages"][0]["status"] == "failed"


async def test_the_dials(table: Bench) -> None:
    assert await table.post("fault", {"provider": "asaas", "mode": "drop"}) == (200, {})
    assert await table.post("twice", {"on": True}) == (200, {})
    assert await table.post("whatsapp", {"connected": False}) == (200, {})
    dials = table.sandbox.show("dials")
    assert (dials["faults"]["asaas"]["mode"], dials["twice"], dials["connected"]) == ("drop", True, False)
    assert [(await table.heard.get())["type"] for _ in range(2)] == ["DisconnectedCallback"] * 2


async def test_the_clock_jumps_for_all(table: Bench) -> None:
    before = table.sandbox.world.clock()
    assert await table.post("jump", {"minutes": 90}) == (200, {})
    assert (table.sandbox.world.clock() - before).total_seconds() > 89 * 60


async def test_without_a_bot_nobody_moves_the_clock() -> None:
    outer = web.Application()
    outer.add_subapp("/sandbox", create_app(Sandbox(base="http://127.0.0.1:1")))
    async with TestClient(TestServer(outer)) as client:
        response = await client.post("/sandbox/api/jump", json={"minutes": 30})
        assert response.status == 409
        assert "relógio" in (await response.json())["error"]


async def _charge(table: Bench, way: str = "PIX") -> str:
    environment = table.config.environment(table.base)
    headers = {"access_token": environment["ASAAS_API_KEY"], "User-Agent": "AutoPars"}
    url = environment["ASAAS_BASE_URL"]
    who = {"name": "Marina Souza", "cpfCnpj": "52998224725"}
    async with table.session.post(f"{url}/customers", json=who, headers=headers) as response:
        customer = (await response.json())["id"]
    day = table.sandbox.asaas.today().isoformat()
    body = {"customer": customer, "billingType": way, "value": 512.4, "dueDate": day}
    body["externalReference"] = "order-1042-a1"
    async with table.session.post(f"{url}/payments", json=body, headers=headers) as response:
        assert response.status == 200, await response.text()
        return str((await response.json())["id"])


async def test_a_charge_is_paid_by_hand(table: Bench) -> None:
    charge = await _charge(table)
    (row,) = table.sandbox.show("charges")["charges"]
    assert (row["title"], row["amount"], row["live"]) == ("#1042", 51240, True)
    assert row["actions"][0] == {"do": "pay", "label": "Pagar este Pix"}
    assert await table.post("charge", {"id": charge, "do": "pay"}) == (200, {})
    (row,) = table.sandbox.show("charges")["charges"]
    assert (row["status"], row["live"], row["actions"]) == ("recebida", False, [])
    status, answer = await table.post("charge", {"id": charge, "do": "pay"})
    assert (status, answer["error"]) == (409, "Essa cobrança não aceita isso agora.")
    assert (await table.post("charge", {"id": "pay_x", "do": "pay"}))[0] == 404
    assert (await table.post("label", {"id": "x", "do": "post"}))[0] == 404


async def test_the_hosted_page_sends_back_to_itself(table: Bench) -> None:
    charge = await _charge(table, "CREDIT_CARD")
    page = f"{table.base}/sandbox/asaas/i/{charge}"
    async with table.session.post(page, data={"action": "pay"}, allow_redirects=False) as response:
        assert response.headers["Location"] == f"/sandbox/asaas/i/{charge}"


async def test_an_email_is_shown_in_a_cage(table: Bench) -> None:
    environment = table.config.environment(table.base)
    headers = {"Authorization": f"Bearer {environment['RESEND_API_KEY']}", "User-Agent": "AutoPars"}
    mail = {"from": environment["RESEND_FROM"], "to": ["m@autopars.example"], "subject": "Recibo"}
    body = {**mail, "html": "<p>Oi</p><script>alert(1)</script>"}
    async with table.session.post(f"{environment['RESEND_BASE_URL']}/emails", json=body, headers=headers) as response:
        assert response.status == 200
    (row,) = table.sandbox.show("mails")["mails"]
    assert (row["subject"], row["to"]) == ("Recibo", "m@autopars.example")
    async with table.session.get(f"{table.base}/sandbox/api/mail/{row['id']}") as response:
        assert "<p>Oi</p>" in await response.text()
        policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'")


# --- refusing -----------------------------------------------------------------------------------------------

GOOD = {"phone": MARINA, "text": "oi"}


@pytest.mark.parametrize(
    ("name", "body", "status", "word"),
    [
        ("say", [], 400, "objeto"),
        ("say", {}, 400, "text"),
        ("say", {**GOOD, "text": "   "}, 400, "text"),
        ("say", {**GOOD, "text": 7}, 400, "text"),
        ("say", {**GOOD, "text": "x" * 4001}, 413, "4000"),
        ("say", {**GOOD, "phone": "5511900000009"}, 400, "telefone"),
        ("say", {**GOOD, "phone": None}, 400, "telefone"),
        ("photo", {"phone": MARINA, "data": "data:text/html;base64,eA=="}, 400, "foto"),
        ("photo", {"phone": MARINA, "data": "data:image/png;base64,***"}, 400, "cortada"),
        ("photo", {"phone": MARINA, "data": "data:image/png;base64,"}, 400, "vazia"),
        ("photo", {"phone": MARINA, "data": "data:image/png;base64,eA==", "caption": 1}, 400, "legenda"),
        ("choose", {"phone": MARINA, "id": "1", "label": "um"}, 400, "message_id"),
        ("reachable", {"phone": MARINA, "reachable": "no"}, 400, "reachable"),
        ("charge", {"id": "x"}, 400, "do"),
        ("fault", {"provider": "correios", "mode": "down"}, 400, "Provedor"),
        ("fault", {"provider": ["asaas"], "mode": "down"}, 400, "Provedor"),
        ("fault", {"provider": "asaas", "mode": "explode"}, 400, "Defeito"),
        ("fault", {"provider": "asaas", "mode": "slow", "delay": 1e9}, 400, "demora"),
        ("fault", {"provider": "asaas", "mode": "down", "times": -1}, 400, "vezes"),
        ("fault", {"provider": "asaas", "mode": "down", "only": 3}, 400, "filtro"),
        ("whatsapp", {"connected": 1}, 400, "connected"),
        ("twice", {}, 400, "on"),
        ("jump", {"minutes": -5}, 400, "relógio"),
        ("jump", {"minutes": 1.5}, 400, "relógio"),
        ("jump", {"minutes": True}, 400, "relógio"),
    ],
)
async def test_bad_input_is_refused_in_words(table: Bench, name: str, body: Any, status: int, word: str) -> None:
    answered, answer = await table.post(name, body)
    assert answered == status
    assert word in answer["error"]
    assert table.heard.empty()


async def test_what_is_no_json(table: Bench) -> None:
    url = f"{table.base}/sandbox/api/say"
    for data, kind, status in ((b"{", "application/json", 400), (b"text=oi", "application/x-www-form-urlencoded", 415)):
        async with table.session.post(url, data=data, headers={"Content-Type": kind}) as response:
            assert response.status == status
            assert (await response.json())["error"]


async def test_another_sites_page_may_do_nothing(table: Bench) -> None:
    assert (await table.post("say", GOOD, Origin="https://evil.example"))[0] == 403
    assert (await table.post("say", GOOD, Origin="null"))[0] == 403
    assert (await table.post("say", GOOD, Origin=table.base))[0] == 200


# --- the environment ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("base", ["http://127.0.0.1:9000", "http://127.0.0.1:9000/sandbox/"])
def test_the_environment_is_one_that_the_bot_takes(base: str) -> None:
    config = SandboxConfig()
    environment = config.environment(base)
    loaded = settings.load(_env_file=None, **{name.lower(): value for name, value in environment.items()})
    assert loaded.asaas_base_url == "http://127.0.0.1:9000/sandbox/asaas/v3"
    assert loaded.cloudflare_base_url == "http://127.0.0.1:9000/sandbox/cloudflare/client/v4"
    assert loaded.media_allowed_hosts == ("127.0.0.1:9000",)
    assert loaded.public_url == "http://127.0.0.1:9000"
    assert loaded.platform_wallet_id not in config.seller_wallets
    assert SandboxConfig() == config  # the same at every start


def test_the_environment_is_printed_for_a_bot_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--port", "9001", "--environment"])
    lines = dict(line.split("=", 1) for line in capsys.readouterr().out.splitlines())
    assert lines["ZAPI_BASE_URL"] == "http://127.0.0.1:9001/sandbox/zapi"
    assert lines["PUBLIC_URL"] == "http://127.0.0.1:8080"
    assert lines["ASAAS_API_KEY"].startswith("'$aact_hmlg_")  # quoted: a shell would swallow it
