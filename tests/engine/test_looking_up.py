"""Who and what is found by the console's one search box, over both databases."""

from __future__ import annotations

import random

import pytest
import sqlalchemy as sa

from bot import importing
from bot.domain import lanes, phone
from bot.domain.people import Address, Person, Seller
from bot.domain.shop import Rules
from bot.storage import names
from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.people import write_identifiers
from bot.storage.records import Found, Records
from bot.storage.writes import put_person, put_seller
from sandbox.config import SAMPLE_SHOP
from tests.conftest import TestClock
from tests.engine.support import NOON

ADDRESS = Address(postal_code="80010000", city="Curitiba", state="PR")
FIRST = ("Ana", "Maria", "Mariana", "José", "João", "Marcos")
LAST = ("Souza", "de Souza", "Sousa", "Silva", "D'Ávila", "Araújo-Silva")


@pytest.fixture(params=["database", pytest.param("postgres_database", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest) -> Database:
    opened: Database = request.getfixturevalue(request.param)
    return opened


def somebody(number: int, name: str = "", **more: str) -> Person:
    mobile = f"55119{80000000 + number}"
    lane = lanes.person(phone.identity(mobile, ""))
    return Person(id=f"p{number}", lane=lane, chat=mobile, identifiers=(mobile,), name=name, created_at=NOON, **more)


async def keep(place: Database, *people: Person) -> None:
    def write(connection: sa.Connection) -> None:
        for person in people:
            put_person(connection, person)
            write_identifiers(connection, person)

    async with place.write() as connection:
        await connection.run_sync(write)


def ids(found: Found) -> list[str]:
    return [row["id"] for row in found.people]


async def test_any_word_of_a_name_however_it_begins(place: Database) -> None:
    await keep(
        place,
        somebody(1, "Marina Souza de Araújo", nickname="Nina 🚗"),
        somebody(2, "Mariana Souza"),
        somebody(3, "João D'Ávila"),
    )
    records = Records(place)
    for wanted, expected in {
        "marina": ["p1"],
        "souza": ["p1", "p2"],
        "araujo": ["p1"],
        "ARAÚ": ["p1"],
        "souza mari": ["p1", "p2"],
        "souza marina": ["p1"],
        "nina": ["p1"],
        "avila": ["p3"],
        "d'ávila": ["p3"],
        "marina marina": ["p1"],
        "marina silva": [],
        "arina": [],
        "🚗": [],
        "%": [],
        "m": [],
        "' OR 1=1 --": [],
    }.items():
        assert ids(await records.search(wanted)) == expected, wanted


async def test_who_is_called_exactly_so_comes_first(place: Database) -> None:
    await keep(place, somebody(1, "Anabela"), somebody(2, "Ananias"), somebody(3, "Ana"))
    assert ids(await Records(place).search("ana"))[0] == "p3"


async def test_as_if_everybody_had_been_asked(place: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The walk along the rarest word finds who a look at all of them finds."""
    monkeypatch.setattr(names, "WINDOW", 40)
    dice = random.Random(3)
    people = [somebody(n, f"{dice.choice(FIRST)} {dice.choice(LAST)}") for n in range(120)]
    await keep(place, *people)
    records, some = Records(place), 0
    for first in ("ana", "mar", "mariana", "jo", "x"):
        for last in ("s", "so", "souza", "silva", "avila", "de souza", ""):
            asked = names.words_of(f"{first} {last}")
            expected = {
                p.id for p in people if all(any(w.startswith(a) for w in names.words_of(p.name)) for a in asked)
            }
            found = ids(await records.search(f"{first} {last}"))
            assert set(found) <= expected, asked
            # two words that many share: as many of them as a walk along one of them meets
            assert len(found) == len(expected) or len(asked) > 1 or len(found) >= 40, asked
            some += bool(found)
    assert some > 20


async def test_a_new_name_takes_the_place_of_the_old_one(place: Database) -> None:
    await keep(place, somebody(1, "Marina Souza"))
    await keep(place, somebody(1, "Marina Lima").but(version=1))
    records = Records(place)
    assert ids(await records.search("souza")) == []
    assert ids(await records.search("lima")) == ["p1"]


async def test_a_shop_by_its_name_and_its_document(place: Database) -> None:
    shop = Seller(
        id="s1", person_id="p1", name="Auto Peças Silva", document="11222333000181", phone="", wallet_id="",
        address=ADDRESS,
    )  # fmt: skip
    await keep(place, somebody(1, "Zé"), somebody(2, "Silvana"))
    async with place.write() as connection:
        await connection.run_sync(put_seller, shop)
    records = Records(place)
    for wanted in ("auto peças", "pecas silva", "11.222.333/0001-81", "11222333000181"):
        found = await records.search(wanted)
        assert (ids(found), [row["id"] for row in found.shops]) == (["p1"], ["s1"]), wanted
    assert ids(await records.search("silva")) == ["p1", "p2"]


async def test_who_was_imported_is_found_as_well(place: Database, clock: TestClock) -> None:
    await importing.load(place, Rules(), importing.read(SAMPLE_SHOP), clock())
    records = Records(place)
    (seller,) = (await records.search("silva")).shops
    assert seller["id"] == "s1177770001"
    mail = importing.read(SAMPLE_SHOP)[0].email
    assert mail
    assert len(ids(await records.search(mail.upper()))) == 1


@pytest.mark.parametrize(
    "typed",
    [
        "5511980000007", "+55 (11) 98000-0007", "11 98000-0007", "(11)980000007", "011 98000 0007", "1180000007",
        "0 15 11 98000-0007", "5511980000007@c.us", "98000-0007", "8000-0007", "980000007", "9 8000.0007",
    ],
)  # fmt: skip
async def test_a_phone_in_any_spelling(database: Database, typed: str) -> None:
    await keep(database, somebody(7), somebody(8))
    assert ids(await Records(database).search(typed)) == ["p7"], typed


async def test_a_tracking_code_as_it_is_printed(database: Database) -> None:
    order = {"number": 1042, "version": 1, "state": "shipped", "buyer_id": "p1", "seller_id": "s1", "body": "{}"}
    async with database.write() as connection:
        await connection.execute(sa.insert(t.orders).values(**order, created_at=NOON))
        for kind, name in (("tracking", "AA123456789BR"), ("charge", "pay_080225913252"), ("shipment", "9b1c-x")):
            await connection.execute(sa.insert(t.provider_ids).values(kind=kind, id=name, order_number=1042))
    records = Records(database)
    for wanted in ("AA123456789BR", "aa 123 456 789 br", "AA-123456789-BR", "pay_080225913252", "9b1c-x", "#1042"):
        assert [row["number"] for row in (await records.search(wanted)).orders] == [1042], wanted
    assert not (await records.search("AA123456780BR")).orders


async def test_a_message_by_the_gateways_id_and_who_is_found_alone_with_their_orders(database: Database) -> None:
    await keep(database, somebody(1, "Marina"), somebody(2, "Zé"))
    order = {"version": 1, "state": "paid", "body": "{}", "created_at": NOON}
    sent = {"message_id": "3EB0ABC", "person_id": "p2", "notice_key": "", "text": "oi"}
    seller = Seller(id="s1", person_id="p2", name="Z", document="", phone="", wallet_id="", address=ADDRESS)
    async with database.write() as connection:
        await connection.execute(sa.insert(t.sent_messages).values(sent))
        await connection.run_sync(put_seller, seller)
        for number in range(1, 15):
            await connection.execute(
                sa.insert(t.orders).values(**order, number=number, buyer_id="p1", seller_id=f"s{number % 2}")
            )
    records = Records(database)
    found = await records.search("3EB0ABC")
    assert (ids(found), [row["number"] for row in found.orders]) == (["p2"], [13, 11, 9, 7, 5, 3, 1])
    assert [row["number"] for row in (await records.search("marina")).orders] == list(range(14, 4, -1))
