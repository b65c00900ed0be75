"""Who gets into the console, what each role may do, and what never gets out."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from typing import get_args

import aiohttp
import pytest
import sqlalchemy as sa
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot import console, importing
from bot.console import words
from bot.console.access import FREE_TRIES, PERMITS, Access, Permit, Role
from bot.console.passwords import PasswordLinks
from bot.console.server import COOKIE, Desk, Outline
from bot.conversations.catalogue import CATALOGUE
from bot.domain.commands import Command
from bot.domain.events import EVENT, Event, Incoming, Message, OperatorMessage, Sender
from bot.domain.links import Links
from bot.domain.shop import Rules
from bot.storage import tables as t
from bot.storage.accounts import Accounts
from bot.storage.database import Database
from bot.storage.records import Records
from bot.storage.store import SqlStore
from sandbox.config import SAMPLE_SHOP
from tests.conftest import TestClock

OWNERS = "uma senha de owner"
ANAS = "uma senha da ana!"
LINKS = Links("https://autopars.example", ["a-secret-of-the-tests"])
EVIL = """<script>alert("1")</script>"""


class Office:
    """The console on a socket, with no worker behind it; ``get`` and ``post`` follow no redirect."""

    def __init__(self, database: Database, clock: TestClock) -> None:
        self.clock, self.database = clock, database
        self.store = SqlStore(database, Rules())
        self.accounts = Accounts(database, clock)
        self.access = Access(self.accounts, clock, OWNERS, "s" * 32)
        self.records = Records(database)
        self.server = TestServer(web.Application())
        self.session = aiohttp.ClientSession()

    async def open(self) -> None:
        async def put(incoming: Sequence[Incoming]) -> list[bool]:
            return await self.store.accept(incoming, self.clock())

        self.passwords = PasswordLinks(self.accounts, self.access, LINKS, put, self.clock)

        self.desk = desk = Desk(
            database=self.database,
            records=self.records,
            accounts=self.accounts,
            access=self.access,
            passwords=self.passwords,
            store=self.store,
            put=put,
            clock=self.clock,
            rules=Rules(),
            settings=[("SECRET_KEY", "**********", "ambiente")],
            https=True,
            flows={"buying": Outline("a sua compra", ("part", "cep")), "selling": Outline("a venda", ("price",))},
            providers={"payments": "asaas", "messenger": "zapi"},
            intents={"track_order": "Rastrear", "out_of_scope": "Outra coisa"},
        )
        self.server.app.add_routes(console.routes(desk))
        await self.server.start_server()

    async def get(self, path: str, cookie: str = "") -> tuple[int, str, aiohttp.ClientResponse]:
        headers = {"Cookie": f"{COOKIE}={cookie}"} if cookie else {}
        url = self.server.make_url(f"/console{path}")
        async with self.session.get(url, headers=headers, allow_redirects=False) as answer:
            return answer.status, await answer.text(), answer

    async def post(self, path: str, cookie: str = "", **form: str) -> aiohttp.ClientResponse:
        return await self.send(path, {"Cookie": f"{COOKIE}={cookie}"} if cookie else {}, form)

    async def send(self, path: str, headers: Mapping[str, str], form: Mapping[str, str]) -> aiohttp.ClientResponse:
        url = self.server.make_url(f"/console{path}")
        async with self.session.post(url, headers=headers, data=form, allow_redirects=False) as answer:
            await answer.read()
            return answer

    async def enter(self, name: str, password: str) -> str:
        answer = await self.post("/entrar", name=name, password=password)
        return answer.cookies[COOKIE].value if COOKIE in answer.cookies else ""

    async def token(self, cookie: str) -> str:
        _, text, _ = await self.get("", cookie)
        return found(r'name="token" value="([^"]+)"', text)


def found(pattern: str, page: str) -> str:
    """The first of what the pattern's group stands for in a page."""
    match = re.search(pattern, page)
    assert match is not None, page
    return match[1]


@pytest.fixture
async def office(database: Database, clock: TestClock) -> AsyncIterator[Office]:
    await importing.load(database, Rules(), importing.read(SAMPLE_SHOP), clock())
    made = Office(database, clock)
    await made.open()
    yield made
    await made.session.close()
    await made.server.close()


async def test_nobody_gets_in_without_the_password(office: Office) -> None:
    status, _, answer = await office.get("/pedidos?state=paid")
    assert status == 303
    assert answer.headers["Location"] == "/console/entrar?para=%2Fconsole%2Fpedidos%3Fstate%3Dpaid"
    assert await office.enter("owner", "wrong") == ""
    assert await office.enter("nobody", OWNERS) == ""
    assert (await office.get("", "made up"))[0] == 303
    assert (await office.post("/eventos/repetir", ids="1")).status == 303


async def test_the_cookie_is_for_this_console_only(office: Office) -> None:
    answer = await office.post("/entrar", name="owner", password=OWNERS, back="https://evil.example/")
    assert answer.headers["Location"] == "/console"
    cookie = answer.cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["secure"]
    assert (cookie["samesite"], cookie["path"]) == ("Strict", "/console")
    async with office.database.read() as connection:
        kept = (await connection.execute(sa.select(t.sessions.c.id))).scalars().all()
    assert len(kept) == 1
    assert cookie.value not in kept


async def test_a_session_is_not_taken_over_from_before(office: Office) -> None:
    """Session fixation: what an attacker put into the browser is worth nothing after signing in."""
    planted = "planted-by-somebody-else"
    answer = await office.post("/entrar", planted, name="owner", password=OWNERS)
    assert answer.cookies[COOKIE].value != planted
    assert (await office.get("", planted))[0] == 303


async def test_signing_out_and_the_end_of_the_day(office: Office, clock: TestClock) -> None:
    first, second = await office.enter("owner", OWNERS), await office.enter("owner", OWNERS)
    await office.post("/sair", first, token=await office.token(first))
    assert (await office.get("", first))[0] == 303
    assert (await office.get("", second))[0] == 200
    clock.jump(timedelta(hours=13))
    assert (await office.get("", second))[0] == 303


async def test_who_guesses_has_to_wait(office: Office, clock: TestClock) -> None:
    for _ in range(FREE_TRIES):
        assert await office.enter("owner", "guess") == ""
    assert await office.enter("owner", OWNERS) == "", "the right one too, for a while"
    clock.jump(timedelta(seconds=31))
    assert await office.enter("owner", OWNERS)


async def test_a_new_password_in_the_environment_ends_the_old_sessions(office: Office) -> None:
    old = await office.enter("owner", OWNERS)
    office.access._owner_password = "another one, longer"
    assert await office.enter("owner", "another one, longer")
    assert (await office.get("", old))[0] == 303
    assert await office.enter("owner", OWNERS) == ""


@pytest.mark.parametrize(
    "forged",
    [{"token": ""}, {"token": "x" * 43}, {"token": "é"}],
)
async def test_a_form_needs_its_token(office: Office, forged: dict[str, str]) -> None:
    cookie = await office.enter("owner", OWNERS)
    form = {"name": "eve", "role": "owner", "password": "p" * 20} | forged
    assert (await office.post("/contas", cookie, **form)).status == 403
    assert await office.accounts.account("eve") is None


async def test_a_form_holds_nothing_that_no_database_takes(office: Office) -> None:
    answer = await office.post("/entrar", name="a\0b", password="x" * 20)
    assert answer.status == 401
    assert "a\ufffdb" in await answer.text()


async def test_a_form_of_another_site_is_refused(office: Office) -> None:
    cookie = await office.enter("owner", OWNERS)
    form = {"token": await office.token(cookie), "name": "eve", "role": "owner", "password": "p" * 20}
    foreign = {"Cookie": f"{COOKIE}={cookie}", "Sec-Fetch-Site": "cross-site"}
    assert (await office.send("/contas", foreign, form)).status == 403


async def test_roles(office: Office) -> None:
    """Each act asks for its permit, each role has its own; unknown and forbidden accounts look alike at the door."""
    owner = await office.enter("owner", OWNERS)
    token = await office.token(owner)
    made = await office.post("/contas", owner, token=token, name="Ana", role="reader", password=ANAS)
    assert made.status == 303
    ana = await office.enter("ana", ANAS)
    assert (await office.get("/pedidos", ana))[0] == 200
    assert (await office.get("/contas", ana))[0] == 403
    assert (await office.get("/auditoria", ana))[0] == 403
    token = await office.token(ana)
    for path in ("/eventos/repetir", "/pedidos/1001/cancelar", "/pessoas/x/mensagem", "/contas"):
        assert (await office.post(path, ana, token=token)).status == 403, path
    await office.post("/contas/ana/fechar", owner, token=await office.token(owner))
    assert (await office.get("/pedidos", ana))[0] == 303
    assert (await office.get("/pedidos", owner))[0] == 200, "nobody else's session ends"
    assert await office.enter("ana", ANAS) == ""


def test_nobody_but_the_owner_manages() -> None:
    assert [role for role in Role if Permit.MANAGE in PERMITS[role]] == [Role.OWNER]
    assert PERMITS[Role.READER] == {Permit.SEE}


@pytest.mark.parametrize("password", ["", "short"])
async def test_a_weak_password_is_refused(office: Office, password: str) -> None:
    owner = await office.enter("owner", OWNERS)
    form = {"token": await office.token(owner), "name": "bia", "role": "support", "password": password}
    assert (await office.post("/contas", owner, **form)).status == 400
    assert await office.accounts.account("bia") is None


async def test_passwords_are_kept_as_argon2id(office: Office) -> None:
    await office.enter("owner", OWNERS)
    account = await office.accounts.account("owner")
    assert account is not None
    assert account["password"].startswith("$argon2id$")


async def test_the_headers_let_nothing_in(office: Office) -> None:
    cookie = await office.enter("owner", OWNERS)
    for status, text, answer in [await office.get("/entrar"), await office.get("", cookie)]:
        assert status == 200
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert all("src=" in tag for tag in re.findall("<script[^>]*>", text)), "none stands in the page"
        assert "style=" not in text


async def _written(office: Office, text: str) -> str:
    """A person of the sample shop writes; the lane's address on the page."""
    people = await office.records.search("5511977770001")
    person = people.people[0]["id"]
    async with office.database.read() as connection:
        where = (await connection.execute(sa.select(t.people.c.lane).where(t.people.c.id == person))).scalar_one()
    message = Message(
        sender=Sender(chat="5511977770001"), message_id="m1", sent_at=office.clock(), content="text", text=text
    )
    await office.store.accept([Incoming(source="zapi", key="m1", lane=where, event=message, raw="{}")], office.clock())
    return str(person)


async def test_markup_in_a_message_is_only_text(office: Office) -> None:
    person = await _written(office, EVIL)
    cookie = await office.enter("owner", OWNERS)
    for path in (f"/pessoas/{person}", "/eventos/1", f"/busca?q={EVIL}"):
        status, text, _ = await office.get(path, cookie)
        assert status == 200
        assert EVIL not in text
        assert "&lt;script&gt;" in text


async def test_a_look_at_somebody_is_on_record(office: Office) -> None:
    person = await _written(office, "oi")
    cookie = await office.enter("owner", OWNERS)
    await office.get(f"/pessoas/{person}", cookie)
    (seen,) = await office.accounts.log(subject=f"person:{person}")
    assert (seen["by"], seen["action"]) == ("owner", "viu")


async def test_a_form_sent_twice_acts_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.console.server.LOOKS", 0)  # nobody works here
    person = await _written(office, "oi")
    cookie = await office.enter("owner", OWNERS)
    token = await office.token(cookie)
    for said in ("sent", "twice"):
        answer = await office.post(f"/pessoas/{person}/mensagem", cookie, token=token, act="form-1", text="Olá!")
        assert answer.headers["Location"].endswith(f"said={said}")
    (row,) = (await office.records.events(source="console", whole=True)).rows
    assert EVENT.validate_json(row["body"]) == OperatorMessage(person_id=person, by="operator:owner", text="Olá!")


async def test_the_settings_show_no_secret(office: Office) -> None:
    cookie = await office.enter("owner", OWNERS)
    _, text, _ = await office.get("/ajustes", cookie)
    assert "**********" in text


@pytest.mark.parametrize(
    "path",
    [
        "/pedidos/999999999",
        "/pessoas/../../etc",
        "/pessoas/%00",
        "/eventos/999999999999999999",
        "/comandos/1",
        "/chamadas/1",
    ],
)
async def test_what_is_not_there_is_a_page_too(office: Office, path: str) -> None:
    cookie = await office.enter("owner", OWNERS)
    status, _, _ = await office.get(path, cookie)
    assert status == 404


def test_every_kind_has_a_name() -> None:
    kinds = [get_args(union)[0] for union in (Event, Command)]
    names = {one.model_fields["kind"].default for kind in kinds for one in get_args(kind)}
    assert names - set(words.KINDS) == set()
    assert set(CATALOGUE) - set(words.NOTICES) == set()


async def test_search_by_everything(office: Office) -> None:
    for wanted in ("5511977770001", "(11) 97777-0001", "11 7777-0001"):
        found = await office.records.search(wanted)
        assert len(found.people) == 1, wanted
    assert (await office.records.search("auto pe")).people == (await office.records.search("AUTO PEÇAS")).people
    assert not (await office.records.search("%")).people


async def test_a_long_address_does_not_come_back_longer(office: Office) -> None:
    status, _, answer = await office.get(f"/pessoas/{'%F0%9F%9A%97' * 300}")
    assert status == 303
    assert len(answer.headers["Location"]) < 200
