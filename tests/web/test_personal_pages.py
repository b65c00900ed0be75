"""The pages that e-mails link to, over sockets: an order, and the end of reminders."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from functools import partial

import aiohttp
import pytest
import sqlalchemy as sa
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.decide import decide, poisoned
from bot.domain.links import Links
from bot.domain.order import ChargeState, Method, OrderState, ShipmentState
from bot.domain.people import Person
from bot.domain.shop import Rules
from bot.engine.loop import Loop
from bot.integrations.circuit import Circuits
from bot.pages import personal
from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.shop import SqlShop
from bot.storage.store import SqlStore
from bot.storage.writes import put_order, put_seller, versioned
from tests.conftest import TestClock
from tests.flows.stories import charge, order, shipment
from tests.support_shop import marina, silva, silva_person

LINKS = Links("https://autopars.example", ["a-secret-of-the-tests"])


class Site:
    """The pages over a shop with one order, and a loop that works what they store."""

    def __init__(self, server: TestServer, database: Database, loop: Loop, clock: TestClock) -> None:
        self.server, self.database, self.loop, self.clock = server, database, loop, clock

    async def ask(self, method: str, address: str, **more: object) -> tuple[int, str, aiohttp.typedefs.LooseHeaders]:
        path = address.removeprefix("https://autopars.example")
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, self.server.make_url(path), **more) as answer,  # type: ignore[arg-type]
        ):
            return answer.status, await answer.text(), dict(answer.headers)

    async def get(self, address: str) -> tuple[int, str]:
        status, text, _ = await self.ask("GET", address)
        return status, text

    async def work(self) -> None:
        """Work all that waits, as the loop would."""
        for lane in await self.loop.store.open_lanes(10):
            while await self.loop.store.turn(lane, decide, poisoned, self.clock()):
                pass

    async def person(self, person_id: str) -> Person:
        async with self.database.read() as connection:
            found = await connection.run_sync(lambda c: SqlShop(c, Rules()).person(person_id))
        assert found is not None
        return found

    async def write(self, work: Callable[[sa.Connection], object]) -> None:
        async with self.database.write() as connection:
            await connection.run_sync(work)

    async def events(self) -> int:
        async with self.database.read() as connection:
            return int((await connection.execute(sa.select(sa.func.count()).select_from(t.events))).scalar_one())


def _put_person(connection: sa.Connection, person: Person) -> None:
    columns = {"lane": person.lane, "document": person.document, "email": person.email}
    versioned(connection, t.people, {"id": person.id}, person, columns)


@pytest.fixture
async def site(database: Database, clock: TestClock) -> AsyncIterator[Site]:
    rules = Rules(platform_name="AutoPars")
    loop = Loop(SqlStore(database, rules), decide, poisoned, clock, circuits=Circuits(clock), names={})
    await loop.start()
    app = web.Application()
    app.add_routes(personal.routes(database, rules, LINKS, loop.put))
    server = TestServer(app)
    await server.start_server()
    site = Site(server, database, loop, clock)

    def work(connection: sa.Connection) -> None:
        for person in (marina(), silva_person(), marina(id="p-other", lane="person:9", identifiers=())):
            _put_person(connection, person)
        put_seller(connection, silva())
        travelling = shipment(ShipmentState.POSTED, reference="order-1042-s1")
        put_order(connection, order(1042, OrderState.SHIPPED, shipments=(travelling,)))

    await site.write(work)
    yield site
    await server.close()
    await loop.stop()


async def test_an_order_as_its_buyer_and_its_seller_see_it(site: Site) -> None:
    status, text = await site.get(LINKS.order(1042, "p-marina"))
    assert status == 200
    for part in ("Pedido #1042", "A caminho", "JD123", "1x Farol Corolla", "R$ 480,00", "R$ 512,40", "Curitiba/PR"):
        assert part in text.replace("\u00a0", " "), part
    assert 'aria-current="step">Entregue' in text
    for secret in ("52998224725", "529.982", "Marina", "5541998123456", "XV de Novembro"):
        assert secret not in text, secret
    status, text = await site.get(LINKS.order(1042, "p-silva"))
    assert status == 200
    assert "Venda #1042" in text


async def test_the_way_to_pay_is_shown_to_the_buyer_while_it_can_be_paid(site: Site) -> None:
    ended = charge(Method.PIX, ChargeState.VOID)
    orders = [
        order(7, OrderState.AWAITING_PAYMENT, charges=(charge(Method.PIX),)),
        order(8, OrderState.AWAITING_PAYMENT, charges=(ended,)),
        order(9, OrderState.CANCELLED, charges=(charge(Method.PIX),)),
    ]
    for one in orders:
        await site.write(partial(put_order, order=one))
    shown = [
        (one.number, person)
        for one in orders
        for person in (one.buyer_id, "p-silva")
        if ended.page_url in (await site.get(LINKS.order(one.number, person)))[1]
    ]
    assert shown == [(7, "p-marina")]


async def test_the_parcel_that_is_shown_is_the_one_that_travels(site: Site) -> None:
    replaced = shipment(ShipmentState.CANCELLED, reference="order-7-s1", tracking="JD000")
    sent = shipment(ShipmentState.POSTED, reference="order-7-s2")
    back = shipment(ShipmentState.GENERATED, reference="order-7-r1", tracking="JD999", back="order-7-s2")
    for number, shipments in ((7, (replaced, sent, back)), (8, (replaced,))):
        told = order(number, OrderState.SHIPPED, shipments=shipments)
        await site.write(partial(put_order, order=told))
    pages = [(await site.get(LINKS.order(number, "p-marina")))[1] for number in (7, 8)]
    shown = [[code for code in ("JD000", "JD123", "JD999") if code in page] for page in pages]
    assert shown == [["JD123"], []]


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_what_is_not_theirs_and_what_is_not_ours_look_alike(site: Site, method: str) -> None:
    stranger = Links("https://autopars.example", ["another"])
    addresses = [
        LINKS.order(1042, "p-other"),
        LINKS.order(9999, "p-marina"),
        stranger.order(1042, "p-marina"),
        "https://autopars.example/o/nothing",
        "https://autopars.example/o/a.b",
    ]
    if method == "POST":
        addresses = [LINKS.unsubscribe("p-nobody"), stranger.unsubscribe("p-marina"), "https://autopars.example/u/x"]
    pages = [await site.ask(method, address) for address in addresses]
    assert {status for status, *_ in pages} == {404}
    (text,) = {text for _, text, _ in pages}
    assert "Esse link não abre nada" in text, "and no word of a listing"
    assert await site.events() == 0


async def test_the_pages_are_private(site: Site) -> None:
    for address in (LINKS.order(1042, "p-marina"), LINKS.unsubscribe("p-marina")):
        _, text, headers = await site.ask("GET", address)
        assert isinstance(headers, dict)
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Robots-Tag"] == "noindex"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "form-action 'self'" in headers["Content-Security-Policy"]
        assert "<script" not in text


async def test_only_a_post_ends_reminders(site: Site) -> None:
    address = LINKS.unsubscribe("p-marina")
    for method in ("GET", "HEAD"):
        await site.ask(method, address)
    await site.work()
    assert (await site.person("p-marina")).reminders
    status, text, _ = await site.ask("POST", address)
    assert status == 200
    assert "Pronto" in text
    await site.work()
    assert not (await site.person("p-marina")).reminders
    assert "Pronto" in (await site.get(address))[1]


async def test_one_click_of_a_mail_program(site: Site) -> None:
    body = {"List-Unsubscribe": "One-Click"}
    status, *_ = await site.ask("POST", LINKS.unsubscribe("p-marina"), data=body)
    assert status == 200
    await site.work()
    assert not (await site.person("p-marina")).reminders


async def test_it_may_be_pressed_any_number_of_times_and_again_after_a_return(site: Site) -> None:
    address = LINKS.unsubscribe("p-marina")
    for _ in range(3):
        assert (await site.ask("POST", address))[0] == 200
    assert await site.events() == 1
    await site.work()
    await site.ask("POST", address)
    assert await site.events() == 1
    person = await site.person("p-marina")
    await site.write(lambda c: _put_person(c, person.but(reminders=True)))
    await site.ask("POST", address)
    await site.work()
    assert not (await site.person("p-marina")).reminders
