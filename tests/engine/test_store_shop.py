"""The shop in the store: stock and debts that are guarded, parts that are searched, shops that are opened."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from bot.domain.catalogue import Condition, Product
from bot.domain.conversation import Conversation
from bot.domain.decision import DebtMove, Decision, Merged, StockMove, Stored
from bot.domain.events import Tick
from bot.domain.invitation import Invitation
from bot.domain.people import Person, Seller
from bot.domain.shop import AllOf, AnyOf, Rules, Shop, Words
from bot.engine.store import Conflict, Decide
from bot.storage import people
from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.shop import SqlShop
from bot.storage.store import SqlStore
from bot.storage.writes import apply, put_product, put_seller, versioned
from tests.conftest import TestClock
from tests.engine.support import NOON, nothing, said
from tests.engine.test_store import store
from tests.support_shop import marina, silva, silva_person

__all__ = ["store"]


def _part(stock: int = 1) -> Product:
    return Product(
        listing=501,
        seller_id="s1",
        sku="A",
        title="Farol direito Corolla 2015",
        price=48000,
        condition=Condition.USED,
        weight_g=2400,
        width_cm=35,
        height_cm=30,
        length_cm=60,
        stock=stock,
        fits=("Corolla 2016",),
    )


async def test_stock_never_falls_below_zero(store: SqlStore, clock: TestClock) -> None:
    decision = Decision(Stored(1, "person:1", Tick(name="x"), clock()))
    decision.write(StockMove(501, 1))
    async with store.database.write() as connection:
        await connection.run_sync(put_product, _part())
        await connection.run_sync(apply, decision._stored, decision, clock())
    with pytest.raises(Conflict):
        async with store.database.write() as connection:
            await connection.run_sync(apply, decision._stored, decision, clock())


async def test_a_debt_never_falls_below_zero(store: SqlStore, clock: TestClock) -> None:
    async def move(*amounts: int) -> int:
        decision = Decision(Stored(1, "order:1", Tick(name="x"), clock()))
        decision.write(*(DebtMove("s-silva", amount) for amount in amounts))
        async with store.database.write() as connection:
            await connection.run_sync(apply, decision._stored, decision, clock())
            return await connection.run_sync(lambda c: SqlShop(c, store.rules).debt("s-silva"))

    assert await move(43961) == 43961
    assert await move(-40000, 1) == 3962
    with pytest.raises(Conflict):
        await move(-3963)
    assert await move(-3962) == 0


async def test_search_asks_for_words_and_hides_what_is_gone(store: SqlStore) -> None:
    def found(connection: sa.Connection, wanted: Words) -> list[int]:
        return [p.listing for p in SqlShop(connection, store.rules).search(wanted, 10)]

    async with store.database.write() as connection:
        await connection.run_sync(put_product, _part())
        other = _part().but(listing=502, sku="B", title="Pastilha Corolla 2015")
        await connection.run_sync(put_product, other)
        gone = _part(stock=0).but(listing=503, sku="C")
        await connection.run_sync(put_product, gone)
    async with store.database.read() as connection:
        for wanted, listings in (
            (AllOf(["corolla", "2015"]), [501, 502]),
            (AllOf(["corolla", AnyOf(["pastilha", "lona"])]), [502]),
            (AllOf(["corolla", AnyOf([AllOf(["farol", "2015"]), "lona"])]), [501]),
            ("_farol", [501]),
            ("%", []),
            ("a' | 'b", []),
            ('a" OR "farol', []),
            ("\\", []),
        ):
            assert await connection.run_sync(found, wanted) == listings


async def test_the_search_follows_a_changed_title(store: SqlStore) -> None:
    def found(connection: sa.Connection) -> list[str]:
        shop = SqlShop(connection, store.rules)
        return [f"{p.listing} {word}" for word in ("farol", "lanterna") for p in shop.search(word, 10)]

    async with store.database.write() as connection:
        await connection.run_sync(put_product, _part())
        await connection.run_sync(put_product, _part().but(version=1, title="Lanterna Corolla 2015"))
        assert await connection.run_sync(found) == ["501 lanterna"]
        await connection.execute(sa.delete(t.products))
        assert await connection.run_sync(found) == []


async def test_misspelt_words_meet_those_of_the_catalogue(store: SqlStore) -> None:
    async with store.database.write() as connection:
        await connection.run_sync(put_product, _part())
        near = await connection.run_sync(lambda c: SqlShop(c, store.rules).spellings({"corolla", "corola", "faroo"}))
    assert near["corolla"] == ["corolla"]
    assert "corolla" in near["corola"]
    assert "farol" in near["faroo"]


@pytest.mark.postgres
async def test_without_pg_trgm_words_with_the_same_first_letter_are_held_against(postgres_database: Database) -> None:
    """SQLite brings its own trigrams."""
    store = SqlStore(postgres_database, Rules())
    async with store.database.write() as connection:
        await connection.run_sync(put_product, _part())
        await connection.exec_driver_sql("DROP EXTENSION pg_trgm CASCADE")
        near = await connection.run_sync(lambda c: SqlShop(c, store.rules).spellings({"corola", "xarol"}))
    assert "corolla" in near["corola"]
    assert near["xarol"] == []


async def test_a_shop_goes_with_its_owner_whose_rows_become_one(store: SqlStore, clock: TestClock) -> None:
    owner, later = silva_person(), marina(version=0)

    def become_one(connection: sa.Connection) -> tuple[Seller | None, Seller | None]:
        for one in (owner, later):
            versioned(connection, t.people, {"id": one.id}, one, {"lane": one.lane})
        put_seller(connection, silva())
        people.merge(
            connection, Merged(owner.but(version=1), Conversation(person_id=owner.id), later.but(version=1), queues=())
        )
        shop = SqlShop(connection, Rules())
        return shop.seller_of(later.id), shop.seller_of(owner.id)

    async with store.database.write() as connection:
        assert await connection.run_sync(become_one) == (silva().but(person_id=later.id), None)


async def test_a_phone_has_one_owner_and_an_address_the_latest(store: SqlStore) -> None:
    phone, address = "5541998123456", "marina1990@exemplo.com"

    def known_as(person: Person, *identifiers: str) -> Callable[[sa.Connection], None]:
        return lambda connection: people.write_identifiers(connection, person.but(version=0, identifiers=identifiers))

    async with store.database.write() as connection:
        await connection.run_sync(known_as(marina(), phone, address))
        await connection.run_sync(known_as(silva_person(), address))
    with pytest.raises(Conflict):
        async with store.database.write() as connection:
            await connection.run_sync(known_as(silva_person(), phone))
    async with store.database.read() as connection:
        rows = (await connection.execute(sa.select(t.identifiers.c.value, t.identifiers.c.person_id))).all()
    assert {(phone, "p-marina"), (address, "p-silva")} <= {tuple(row) for row in rows}


async def test_an_invitation_opens_one_shop(store: SqlStore, clock: TestClock) -> None:
    def opens(shop: str) -> Decide:
        def decide(stored: Stored, view: Shop, now: object, decision: Decision) -> None:
            invitation = view.invitation("d1")
            assert invitation is not None
            if invitation.used_by:
                return
            decision.write(seller(shop), invitation.but(used_by=shop))

        return decide

    def invites(stored: Stored, view: Shop, now: object, decision: Decision) -> None:
        decision.write(Invitation(id="i1", digest="d1", created_at=NOON, expires_at=NOON))

    await store.accept([said("convida", who="0"), said("a", who="1"), said("b", who="2")], clock())
    for lane, decide in (("person:0", invites), ("person:1", opens("s1")), ("person:2", opens("s2"))):
        turned = await store.turn(lane, decide, nothing, clock())
        assert turned is not None
        assert turned.decision is not None, turned.error
    async with store.database.read() as connection:
        shop = await connection.run_sync(lambda c: SqlShop(c, Rules()))
        first, second, used = await connection.run_sync(
            lambda _: (shop.seller("s1"), shop.seller("s2"), shop.invitation("d1"))
        )
    assert first is not None
    assert second is None
    assert used is not None
    assert (used.used_by, used.version) == ("s1", 2)


def seller(name: str) -> Seller:
    return silva(id=name, person_id=f"p-{name}")
