"""The jobs of the money: once in their span whoever runs them, late rather than never, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.domain.events import EVENT, ReconcileAsked
from bot.domain.shop import Rules
from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.store import SqlStore
from bot.storage.writes import put_order
from scheduler.jobs import all_jobs
from tests.orders.story import an_order
from tests.support_shop import sample_shop

MONDAY = datetime(2026, 11, 23, 21, 35, tzinfo=UTC)


async def run(store: SqlStore, name: str, at: datetime) -> str:
    return await next(job for job in all_jobs(90) if job.name == name).run(store, at)


async def with_an_order(store: SqlStore) -> None:
    order = an_order(sample_shop()).but(created_at=MONDAY)
    async with store.database.write() as connection:
        await connection.run_sync(lambda c: put_order(c, order))


async def asked(store: SqlStore) -> list[ReconcileAsked]:
    async with store.database.read() as connection:
        bodies = (await connection.execute(sa.select(t.events.c.body).order_by(t.events.c.id))).scalars()
    events = [EVENT.validate_json(body) for body in bodies]
    assert all(isinstance(event, ReconcileAsked) for event in events)
    return [event for event in events if isinstance(event, ReconcileAsked)]


async def test_a_house_without_orders_compares_nothing(store: SqlStore) -> None:
    assert await run(store, "reconcile", MONDAY) == "nothing to compare yet"
    await with_an_order(store)
    assert await run(store, "reconcile", MONDAY + timedelta(hours=1)) == "nothing to compare yet"
    assert await asked(store) == []


async def compared_once_a_night(store: SqlStore) -> None:
    await with_an_order(store)
    tuesday = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)  # 03:00 in São Paulo
    assert await run(store, "reconcile", tuesday - timedelta(minutes=1)) == "nothing to compare yet"
    for later in (timedelta(), timedelta(seconds=1), timedelta(hours=20), timedelta(hours=23, minutes=59)):
        await run(store, "reconcile", tuesday + later)
    assert len(await asked(store)) == 1
    await run(store, "reconcile", tuesday + timedelta(days=1))
    assert [event.days for event in await asked(store)] == [3, 4]
    # the host was off for nine days: one run, that reaches back to the last one
    await run(store, "reconcile", tuesday + timedelta(days=10, hours=5))
    assert [event.days for event in await asked(store)][2:] == [12]


async def test_compared_once_a_night(store: SqlStore) -> None:
    await compared_once_a_night(store)


async def test_compared_once_a_night_on_postgres(postgres_database: Database) -> None:
    await compared_once_a_night(SqlStore(postgres_database, Rules()))


@pytest.mark.parametrize(("name", "commands", "every"), [("balances", 2, 15), ("webhook", 1, 10)])
async def test_looks_are_asked_for_once_in_their_span(store: SqlStore, name: str, commands: int, every: int) -> None:
    at = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)
    for minutes in (0, 1, every - 1):
        await run(store, name, at + timedelta(minutes=minutes))
    async with store.database.read() as connection:
        rows = (await connection.execute(sa.select(t.commands.c.lane, t.commands.c.expires_at))).all()
    assert len(rows) == commands
    assert {row.lane for row in rows} == {"books"}
    assert all(row.expires_at == at + timedelta(minutes=every) for row in rows)
    await run(store, name, at + timedelta(minutes=every))
    async with store.database.read() as connection:
        assert len((await connection.execute(sa.select(t.commands.c.id))).all()) == 2 * commands
