"""A shop that has run an older release starts today's on its database.

``tests/data/release_0004.json`` was written by the release of 25 November 2026 itself, which was killed in the midst of
real conversations with the stand-ins: people at all kinds of open questions, orders in five states, commands that were
begun, parked and new, events that nobody had worked.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from bot.decide import decide, poisoned
from bot.domain.conversation import Conversation
from bot.domain.events import Incoming, Message, Sender
from bot.domain.order import Order
from bot.domain.people import Person
from bot.domain.shop import Rules
from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.storage.records import Records
from bot.storage.schema import VERSIONS, newest, what_is_wrong
from bot.storage.store import SqlStore
from bot.storage.types import Utc
from tests.conftest import TestClock

OLD = "0004_finding"
THEN = datetime(2026, 11, 30, 14, 0, tzinfo=UTC)
"""When it was killed."""
RULES = Rules(public_url="https://autopars.example", platform_wallet_id="wallet")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    if request.param == "sqlite":
        return Database(f"sqlite+aiosqlite:///{tmp_path}/old.db")
    made: Database = request.getfixturevalue("postgres_database")
    return made


@pytest.fixture
async def database(any_database: Database) -> AsyncIterator[Database]:
    """As the old release left it."""
    async with any_database.write(within=None) as connection:
        if not any_database.is_sqlite:
            await connection.execute(sa.text("DROP SCHEMA public CASCADE"))
            await connection.execute(sa.text("CREATE SCHEMA public"))
        await connection.run_sync(_as_it_was)
    yield any_database
    await any_database.close()


def _as_it_was(connection: sa.Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(VERSIONS.parent))
    config.attributes["connection"] = connection
    command.upgrade(config, OLD)
    kept = json.loads((Path(__file__).parents[1] / "data" / "release_0004.json").read_text("utf-8"))
    for name, held in kept.items():
        columns = held["columns"]
        table = sa.table(name, *(sa.column(column, _type(name, column)) for column in columns))
        rows = [
            [_value(name, column, value) for column, value in zip(columns, row, strict=True)] for row in held["rows"]
        ]
        connection.execute(sa.insert(table), [dict(zip(columns, row, strict=True)) for row in rows])
        if "id" in columns and connection.dialect.name == "postgresql" and isinstance(rows[0][0], int):
            connection.execute(sa.text(f"SELECT setval('{name}_id_seq', (SELECT max(id) FROM {name}))"))  # noqa: S608


def _type(table: str, column: str) -> Any:
    """That of today; a column that is gone was text."""
    there = t.metadata.tables[table].c.get(column)
    return sa.Text() if there is None else there.type


def _value(table: str, column: str, value: Any) -> Any:
    kind = _type(table, column)
    if column == "lease_until":
        return THEN  # on a server; SQLite's worker had none
    if isinstance(kind, sa.Boolean):
        return bool(value)
    return datetime.fromisoformat(value + "+00:00") if isinstance(kind, Utc) and value else value


async def scalars(database: Database, query: sa.Select[Any]) -> list[Any]:
    async with database.read() as connection:
        return list((await connection.execute(query)).scalars())


async def failed(database: Database) -> list[Any]:
    return await scalars(database, sa.select(t.events.c.error).where(t.events.c.status == "failed"))


async def work(store: SqlStore, clock: TestClock) -> None:
    while lanes := await store.open_lanes(40):
        for lane in lanes:
            while await store.turn(lane, decide, poisoned, clock()):
                pass


async def test_it_goes_on_where_it_was(database: Database, clock: TestClock) -> None:
    clock.now = THEN
    states = sa.select(t.orders.c.state).order_by(t.orders.c.number)
    before = await scalars(database, states)
    begun = await scalars(database, sa.select(t.commands.c.key).where(t.commands.c.status == "doing"))
    assert begun
    assert await migrate(database) == newest()
    assert not await what_is_wrong(database)
    assert await scalars(database, states) == before

    store = SqlStore(database, RULES)
    await store.recover(clock(), starting=True)
    waiting = await store.waiting_commands(clock(), [], 100)
    assert {w.key for w in waiting if w.cut_off} == set(begun)  # what is looked up before it is done again
    await work(store, clock)
    assert await failed(database) == []
    clock.jump(timedelta(hours=1))
    assert len(await store.waiting_commands(clock(), [], 100)) >= 6
    assert "unreadable" not in await scalars(database, sa.select(t.commands.c.error))

    for model, table in ((Person, t.people), (Conversation, t.conversations), (Order, t.orders)):
        for body in await scalars(database, sa.select(table.c.body)):
            model.model_validate_json(body)
    found = await Records(database).search("marina souza")
    assert len(found.people) > 1, "names are found by their words"


@pytest.mark.parametrize("words", ["sim", "1", "oi"])
async def test_whoever_was_asked_something_may_answer(database: Database, clock: TestClock, words: str) -> None:
    clock.now = THEN
    await migrate(database)
    store = SqlStore(database, RULES)
    await work(store, clock)
    people = [Person.model_validate_json(body) for body in await scalars(database, sa.select(t.people.c.body))]
    clock.jump(timedelta(minutes=1))
    for person in people:
        phone = next(one for one in person.identifiers if one.isdecimal())
        sender = Sender(chat=f"{phone}@c.us", phone=phone, nickname="X")
        message = Message(sender=sender, message_id=f"new-{person.id}", sent_at=clock(), content="text", text=words)
        await store.accept([Incoming(source="zapi", key=message.message_id, lane=person.lane, event=message)], clock())
    last = max(await scalars(database, sa.select(t.commands.c.id)))
    await work(store, clock)
    clock.jump(timedelta(seconds=30))  # an answer that may come in several bubbles
    await store.fire_timers(clock())
    await work(store, clock)
    assert await failed(database) == []
    # told something, or asked for what has to be known first (freight); but who has a person of the shop to talk with
    heeded = set(await scalars(database, sa.select(t.commands.c.lane).where(t.commands.c.id > last)))
    wanted = sa.select(t.people.c.lane).join(t.conversations, t.conversations.c.person_id == t.people.c.id)
    heeded |= set(await scalars(database, wanted.where(t.conversations.c.wanted_since.is_not(None))))
    assert {person.lane for person in people} <= heeded


async def test_every_timer_that_was_set_fires(database: Database, clock: TestClock) -> None:
    clock.now = THEN
    await migrate(database)
    store = SqlStore(database, RULES)
    await work(store, clock)
    set_then = len(await scalars(database, sa.select(t.timers.c.key)))
    assert set_then > 20
    fired = 0
    for _ in range(60):
        clock.jump(timedelta(days=1))
        fired += await store.fire_timers(clock())
        await work(store, clock)
    assert fired >= set_then
    assert await failed(database) == []
