"""What operators are told: the first at once, a flood as one digest, each exactly once; and sellers their week."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from bot import importing
from bot.domain.commands import COMMAND, Command, SendEmail, SendText
from bot.domain.shop import Rules
from bot.storage import alerts
from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.store import SqlStore
from sandbox.config import SAMPLE_SHOP
from scheduler.jobs import all_jobs
from tests.conftest import TestClock

WHO = ("ana@autopars.example", "rui@autopars.example")
RULES = Rules(operator_emails=WHO)


async def wanted(database: Database) -> list[tuple[str, Command]]:
    async with database.read() as connection:
        rows = (await connection.execute(sa.select(t.commands).order_by(t.commands.c.id))).all()
    return [(row.key, COMMAND.validate_json(row.body)) for row in rows]


async def mails(database: Database) -> list[SendEmail]:
    return [command for _, command in await wanted(database) if isinstance(command, SendEmail)]


async def test_the_first_goes_at_once_and_a_flood_as_one(database: Database, clock: TestClock) -> None:
    book = alerts.AlertBook(database, clock)
    await book.note("outage/asaas", "asaas", "asaas não responde.")
    assert await alerts.tell(database, clock(), RULES) == 1
    (to_ana, to_rui) = await mails(database)
    assert (to_ana.to, to_rui.to) == WHO
    assert to_ana.subject == "[operador] asaas"
    for n in range(40):
        await book.note(f"order-{n}/alert/etiqueta", "etiqueta", f"Pedido #{n}: a etiqueta não saiu.")
    await book.note("order-3/alert/etiqueta", "etiqueta", "the same again")
    await book.note("wallet", "carteira do frete", "Sem saldo.")
    assert await alerts.tell(database, clock(), RULES) == 0, "calm, after an e-mail"
    later = clock() + alerts.CALM
    assert await alerts.tell(database, later, RULES) == 41
    digest = (await mails(database))[-1]
    assert digest.subject == "[operador] 41 alertas"
    assert digest.data["facts"].splitlines() == ["etiqueta: 40x", "carteira do frete: 1x"]
    assert "Pedido #0:" in digest.data["text"]
    assert "E mais 11" in digest.data["text"]
    assert await alerts.tell(database, later + alerts.CALM, RULES) == 0
    assert len(await mails(database)) == 4


async def test_phones_are_told_the_same_in_short(database: Database, clock: TestClock) -> None:
    book = alerts.AlertBook(database, clock)
    rules = Rules(operator_phones=("5511987654321", "5541988123456"))
    await book.note("a", "asaas", "asaas não responde.")
    assert await alerts.tell(database, clock(), rules) == 1
    told = await wanted(database)
    text = "*[operador] asaas*\nasaas não responde."
    assert [command for _, command in told] == [SendText(to=p, text=text) for p in rules.operator_phones]
    assert all("55" not in key for key, _ in told), "a key is shown everywhere: no phone in it"
    for n in range(300):
        await book.note(f"n{n}", f"tema {n}", "x" * 500)
    assert await alerts.tell(database, clock() + alerts.CALM, rules) == 200
    flood = (await wanted(database))[-1][1]
    assert isinstance(flood, SendText)
    assert flood.text.startswith("*[operador] 200 alertas*")
    assert len(flood.text) < 700


async def test_a_clock_that_was_set_back_silences_nobody(database: Database, clock: TestClock) -> None:
    book = alerts.AlertBook(database, clock)
    await book.note("a", "asaas", "asaas não responde.")
    assert await alerts.tell(database, clock(), RULES) == 1
    clock.jump(timedelta(hours=-1))
    told = []
    for name in "bc":
        await book.note(name, "asaas", "asaas voltou.")
        told.append(await alerts.tell(database, clock(), RULES))
    assert told == [1, 0], "and there is calm again"


async def test_without_operators_nothing_is_lost(database: Database, clock: TestClock) -> None:
    await alerts.AlertBook(database, clock).note("k", "asaas", "asaas não responde.")
    assert await alerts.tell(database, clock(), Rules()) == 0
    assert await alerts.tell(database, clock(), RULES) == 1


async def test_sellers_are_told_of_their_week_once_on_monday_morning(database: Database, clock: TestClock) -> None:
    await importing.load(database, Rules(), importing.read(SAMPLE_SHOP), clock())
    store = SqlStore(database, Rules())
    job = next(j for j in all_jobs(90) if j.name == "reports")
    monday = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert await job.run(store, monday - timedelta(minutes=1)) == "not now"
    assert await job.run(store, monday) == "2 weeks are told"
    assert await job.run(store, monday + timedelta(hours=5)) == "0 weeks are told"
    assert await job.run(store, monday + timedelta(days=1)) == "not now"
    assert await job.run(store, monday + timedelta(days=7)) == "2 weeks are told"
    async with database.read() as connection:
        query = sa.select(t.events.c.body).where(t.events.c.source == "report").order_by(t.events.c.id)
        first = (await connection.execute(query)).scalars().first()
    assert first is not None
    assert '"first":"2026-11-16"' in first
    assert '"last":"2026-11-22"' in first
