"""The copy and the end of what the store knows of somebody, on both databases."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.decide import decide
from bot.domain.commands import SendText, Sent
from bot.domain.disputes import exhibit
from bot.domain.events import AccountRecovered, Done, ForgetAsked, Incoming, Message, OrderPlaced, Receipt, Sender
from bot.domain.order import OrderState
from bot.domain.shop import Rules
from bot.engine.store import Waiting
from bot.integrations.http import CallRecord
from bot.storage import privacy
from bot.storage import tables as t
from bot.storage.alerts import AlertBook, tell
from bot.storage.database import Database
from bot.storage.exhibits import Exhibits
from bot.storage.privacy import Privacy
from bot.storage.shop import SqlShop
from bot.storage.store import SqlStore
from bot.storage.writes import put_order, put_product, put_seller, versioned
from tests.conftest import TestClock
from tests.engine.support import nothing
from tests.flows.stories import order
from tests.support_shop import headlight, marina, silva, silva_person

LANE = "person:4198123456"
TRACES = ("4198123456", "41998123456", "Marina", "marina@", "XV de Novembro", "segredo", "52998224725")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest) -> SqlStore:
    name = "database" if request.param == "sqlite" else "postgres_database"
    return SqlStore(request.getfixturevalue(name), Rules())


async def turns(store: SqlStore, clock: TestClock) -> None:
    while lanes := await store.open_lanes(10):
        for lane in lanes:
            turned = await store.turn(lane, decide, nothing, clock())
            assert turned is None or turned.decision is not None, turned.error


async def hears(store: SqlStore, clock: TestClock, text: str, key: str) -> None:
    sender = Sender(chat="5541998123456@c.us", phone="5541998123456", nickname="Marina")
    message = Message(sender=sender, message_id=key, sent_at=clock(), content="text", text=text)
    raw = json.dumps({"phone": "5541998123456", "text": text})
    await store.accept([Incoming(source="zapi", key=key, lane=LANE, event=message, raw=raw)], clock())
    await turns(store, clock)


async def carry_out(store: SqlStore, clock: TestClock) -> None:
    """Everything that waits for WhatsApp is sent, and each sending leaves a call record."""
    for waiting in await store.waiting_commands(clock(), [], 50):
        await said(store, clock, waiting)
    await turns(store, clock)


async def said(store: SqlStore, clock: TestClock, waiting: Waiting) -> None:
    assert await store.begin(waiting, in_doubt=True, now=clock())
    body = waiting.command.model_dump_json()
    await store.record(
        [
            CallRecord(
                "zapi",
                "send",
                waiting.key,
                1,
                "POST",
                "https://x",
                clock(),
                1,
                200,
                "answered",
                body,
                body,
            )
        ]
    )
    result = Sent(message_id=f"out-{waiting.id}").model_dump() if isinstance(waiting.command, SendText) else {}
    done = Done(key=waiting.key, command=waiting.command, result=result)
    await store.finish(waiting, "done", done, "", clock())


async def lived(store: SqlStore, clock: TestClock, state: OrderState = OrderState.CLOSED) -> None:
    """Marina has bought once and talked since; Silva's shop too is there."""
    person = marina(email="marina@exemplo.com", email_confirmed=True, version=0)

    def write(connection: sa.Connection) -> None:
        for one in (person, silva_person()):
            versioned(connection, t.people, {"id": one.id}, one, {"lane": one.lane, "name": "marina"})
            for value in one.identifiers:
                connection.execute(sa.insert(t.identifiers).values(value=value, person_id=one.id))
        put_seller(connection, silva())
        put_product(connection, headlight())
        put_order(connection, order(1001, state))

    async with store.database.write() as connection:
        await connection.run_sync(write)
    await hears(store, clock, "oi, aqui é a Marina, meu segredo é ...", "m1")
    await carry_out(store, clock)
    await hears(store, clock, "asdf qwerty", "m2")
    await carry_out(store, clock)


async def everything(store: SqlStore) -> dict[str, str]:
    """All tables as text, to look for traces in."""
    found = {}
    async with store.database.read() as connection:
        for table in t.metadata.sorted_tables:
            rows = (await connection.execute(sa.select(table))).all()
            found[table.name] = "\n".join(str(tuple(row)) for row in rows)
    return found


async def ask_to_forget(store: SqlStore, clock: TestClock, person: str = "p-marina", lane: str = LANE) -> None:
    event = ForgetAsked(person_id=person, by="person")
    await store.accept([Incoming(source="bot", key=f"forget/{person}", lane=lane, event=event)], clock())
    await turns(store, clock)


async def test_a_copy_holds_both_sides_and_the_orders(
    store: SqlStore, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lived(store, clock)
    text = await Privacy(store.database).copy_of("p-marina")
    assert text is not None
    copy = json.loads(text)
    assert copy["você"]["CPF/CNPJ"] == "52998224725"
    assert [line["quem"] for line in copy["conversa"]][:2] == ["você", "nós"]
    assert "segredo" in copy["conversa"][0]["texto"]
    assert [o["número"] for o in copy["pedidos"]] == [1001]
    assert "loja" not in copy
    assert await Privacy(store.database).copy_of("p-nobody") is None
    monkeypatch.setattr(privacy, "MANY", 1)
    newest = await Privacy(store.database).copy_of("p-marina")
    assert newest is not None
    assert [line["texto"] for line in json.loads(newest)["conversa"]] == [
        [line["texto"] for line in copy["conversa"] if line["quem"] == who][-1] for who in ("você", "nós")
    ]


async def test_a_shops_copy_tells_nothing_of_its_buyers(store: SqlStore, clock: TestClock) -> None:
    await lived(store, clock)
    text = await Privacy(store.database).copy_of("p-silva")
    assert text is not None
    assert json.loads(text)["vendas"][0]["número"] == 1001
    assert [part["título"] for part in json.loads(text)["anúncios"]] == [headlight().title]
    assert not [trace for trace in TRACES if trace in text]


async def test_a_copy_that_is_sent_again_is_the_same(store: SqlStore, clock: TestClock) -> None:
    await lived(store, clock)
    privacy = Privacy(store.database)
    first = await privacy.copy_of("p-marina", until=3)
    await hears(store, clock, "mais uma coisa", "m3")
    assert "mais uma coisa" not in str(await privacy.copy_of("p-marina", until=3))
    assert first is not None


async def test_nothing_is_left_but_what_the_law_keeps(store: SqlStore, clock: TestClock) -> None:
    await lived(store, clock)
    before = await everything(store)
    assert "segredo" in before["events"]
    assert "segredo" in before["conversations"]
    await ask_to_forget(store, clock)
    clock.now += timedelta(minutes=1)
    await carry_out(store, clock)  # the last word
    receipt, raw = Receipt(message_id="out-9", status="received"), json.dumps({"phone": "5541998123456"})
    await store.accept([Incoming(source="zapi", key="r9", lane=LANE, event=receipt, raw=raw)], clock())
    await turns(store, clock)
    clock.now += timedelta(days=1, minutes=1)
    assert await store.fire_timers(clock()) >= 1
    await turns(store, clock)
    after = await everything(store)
    for name, rows in after.items():
        kept = ("52998224725", "Marina", "XV de Novembro") if name == "orders" else ()
        assert not [trace for trace in TRACES if trace in rows and trace not in kept], name
    assert "p-marina" not in after["orders"]
    async with store.database.read() as connection:
        shop = await connection.run_sync(lambda c: SqlShop(c, Rules()).order(1001))
    assert shop is not None
    assert (shop.buyer_id.partition("-")[0], shop.recipient.name, shop.recipient.phone) == (
        "erased",
        "Marina Souza",
        "",
    )
    counts = [len(rows.splitlines()) for rows in (before["calls"], after["calls"])]
    assert counts[1] >= counts[0]  # the record has no holes
    assert await store.accept(
        [Incoming(source="zapi", key="m1", lane=LANE, event=OrderPlaced(order=1, method="pix"))], clock()
    ) == [False]  # a repeated webhook is still recognised


async def test_neither_copy_nor_end_reads_what_others_have_said(database: Database, clock: TestClock) -> None:
    """An erasure is a turn: with a million events it kept everybody waiting for as long as it takes to read them."""
    store, seen = SqlStore(database, Rules()), dict[str, Any]()
    await lived(store, clock)

    def note(_: object, __: object, statement: str, values: Any, *___: object) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            seen.setdefault(statement, values)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        await Privacy(database).copy_of("p-marina")
        await ask_to_forget(store, clock)
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    assert any("DELETE FROM people" in statement for statement in seen)
    whole = re.compile(r"(events|commands|calls) .*(kind=|rowid<)|SCAN (events|commands|calls)\b")
    async with database.read() as connection:
        for statement, values in seen.items():
            for row in await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", tuple(values)):
                assert not whole.search(str(row[-1])) or "ix_events_waiting" in str(row[-1]), (row[-1], statement)


async def test_what_the_shop_kept_for_a_dispute_goes_with_its_buyer(store: SqlStore, clock: TestClock) -> None:
    """A receipt has their signature on it. That of another's order stays."""
    await lived(store, clock)
    exhibits, receipt = Exhibits(store.database, clock), exhibit("recibo.pdf", b"%PDF-1.7")
    for number in (1001, 7):
        assert await exhibits.add(number, receipt, "ana")
    await ask_to_forget(store, clock)
    assert (await exhibits.of(1001), await exhibits.of(7)) == ([], [receipt])


async def test_what_operators_were_told_goes_too(store: SqlStore, clock: TestClock) -> None:
    """The letter that left, what came of it, and the one that has not: what else is in that is told anew."""
    await lived(store, clock)
    rules = Rules(operator_emails=("op@exemplo.com",), operator_phones=("55119",))
    book = AlertBook(store.database, clock)
    async with store.database.read() as connection:
        keys = (await connection.execute(sa.select(t.commands.c.key).where(t.commands.c.lane == LANE))).scalars().all()
    for number, key in enumerate(keys[:2], start=1):
        await book.note(f"other/{number}", "estoque", f"outra coisa {number}")
        await book.note(key, "atendimento", "Marina (p-marina) pede uma pessoa. Meu segredo é ...")
        clock.now += timedelta(hours=1)
        assert await tell(store.database, clock(), rules) == 2
        if number == 1:
            await carry_out(store, clock)
    assert "segredo" in (await everything(store))["commands"]
    await ask_to_forget(store, clock)
    after = await everything(store)
    assert not [name for name, rows in after.items() if "segredo" in rows]
    assert "outra coisa 2" in after["alerts"]
    clock.now += timedelta(hours=1)
    assert await tell(store.database, clock(), rules) == 1, "the other one of the letter that did not leave"
    assert "outra coisa 2" in (await everything(store))["commands"]


@pytest.mark.parametrize(("person", "lane"), [("p-marina", LANE), ("p-silva", "person:1187654321")])
async def test_an_open_order_stands_against_it_for_buyer_and_seller(
    store: SqlStore, clock: TestClock, person: str, lane: str
) -> None:
    await lived(store, clock, OrderState.SHIPPED)
    await ask_to_forget(store, clock, person, lane)
    assert person in (await everything(store))["people"]


async def test_who_comes_back_is_somebody_new_and_stays(store: SqlStore, clock: TestClock) -> None:
    await lived(store, clock)
    await ask_to_forget(store, clock)
    await hears(store, clock, "meus pedidos", "m9")
    clock.now += timedelta(days=2)
    await store.fire_timers(clock())
    await turns(store, clock)
    rows = await everything(store)
    assert "p-marina" not in rows["people"]
    assert "meus pedidos" in rows["events"]
    assert "4198123456" in rows["people"]


async def test_a_shop_that_has_sold_stays_in_the_books_without_its_contact(store: SqlStore, clock: TestClock) -> None:
    await lived(store, clock)
    await ask_to_forget(store, clock, "p-silva", "person:1187654321")
    async with store.database.read() as connection:
        shop = await connection.run_sync(lambda c: SqlShop(c, Rules()))
        seller, product = await connection.run_sync(lambda _: (shop.seller("s-silva"), shop.product(558)))
    assert seller is not None
    assert product is not None
    assert (seller.document, seller.phone, seller.wallet_id, seller.active) == ("11222333000181", "", "", False)
    assert not product.active
    assert seller.person_id.startswith("erased-")


async def test_a_recovered_account_is_found_by_its_new_number_only(store: SqlStore, clock: TestClock) -> None:
    await lived(store, clock)
    new = Sender(chat="5541977776666@c.us", phone="5541977776666", lid="888@lid", nickname="Má")
    lane = "person:4177776666"
    hello = Message(sender=new, message_id="n1", sent_at=clock(), content="text", text="oi")
    await store.accept([Incoming(source="zapi", key="n1", lane=lane, event=hello)], clock())
    await turns(store, clock)

    def look(connection: sa.Connection) -> tuple[str, str, list[str]]:
        shop = SqlShop(connection, Rules())
        ids = [p.id for n in ("5541977776666", "5541998123456", "888@lid") for p in shop.people_known_as([n])]
        asker = shop.person_known_as(["5541977776666"])
        return asker.id if asker else "", ",".join(p.id for p in shop.people_with_email("Marina@exemplo.com")), ids

    async with store.database.read() as connection:
        asker, owner, _ = await connection.run_sync(look)
    assert owner == "p-marina"
    event = AccountRecovered(person_id=asker, account="p-marina")
    await store.accept([Incoming(source="bot", key="r1", lane=lane, event=event)], clock())
    await turns(store, clock)
    async with store.database.read() as connection:
        _, _, ids = await connection.run_sync(look)
    assert ids == ["p-marina", "p-marina"]  # the old phone leads nowhere
    again = Message(sender=new, message_id="n2", sent_at=clock(), content="text", text="menu")
    await store.accept([Incoming(source="zapi", key="n2", lane=lane, event=again)], clock())
    await turns(store, clock)
    stranger = Sender(chat="5541998123456@c.us", phone="5541998123456", nickname="Outra")
    other = Message(sender=stranger, message_id="n3", sent_at=clock(), content="text", text="meus pedidos")
    await store.accept([Incoming(source="zapi", key="n3", lane=LANE, event=other)], clock())
    await turns(store, clock)
    async with store.database.read() as connection:
        _, _, ids = await connection.run_sync(look)
    assert len(set(ids)) == 2
