"""SQLite: what an operator's ANALYZE has counted leads no statement astray. Of 275 statements of a sale, a shop's
questions, every job and every list, 31 read a table whole by what was counted while the shop was young, the nightly
comparison among them; with nothing counted none does (``tests/e2e/test_history.py``)."""

from __future__ import annotations

import asyncio
import secrets
import sqlite3

import sqlalchemy as sa

from bot.domain.shop import Rules
from bot.storage.database import STATISTICS, Database, sqlite_path
from bot.storage.store import SqlStore
from tests.conftest import TestClock
from tests.support_history import past

COMPARED = """
SELECT id FROM provider_ids WHERE order_number IN (SELECT number FROM orders WHERE state IN ('paid', 'accepted'))
AND (kind || '') = 'charge'
"""


def by_hand(database: Database, *statements: str) -> list[str]:
    """What an operator does with the file, and which of ANALYZE's tables are in it then."""
    path = sqlite_path(database.url)
    assert path is not None
    connection = sqlite3.connect(path)
    try:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        return [name for name in STATISTICS if connection.execute(f"PRAGMA table_info({name})").fetchall()]
    finally:
        connection.close()


async def plans(database: Database) -> list[str]:
    """By each way in: how the orders' ids are found. What is asked first shows a connection what others changed, and a
    plan that is kept would not be made anew."""
    new = secrets.token_hex(4)

    def plan(connection: sa.Connection) -> str:
        connection.exec_driver_sql("SELECT count(*) FROM orders").all()
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {COMPARED} -- {new}").all()
        return next(str(row[3]).split()[0] for row in rows if "provider_ids" in str(row[3]))

    async with database.read() as reading:
        found = [await reading.run_sync(plan)]
    async with database.write() as writing:
        found.append(await writing.run_sync(plan))
    return [*found, await database.look(plan), await database.commit(plan)]


async def test_what_was_counted_of_a_young_shop_is_forgotten(database: Database, clock: TestClock) -> None:
    store, other = SqlStore(database, Rules()), Database(database.url)  # another process, the scheduler
    assert await plans(database) == await plans(other) == ["SEARCH"] * 4
    young = "INSERT INTO sqlite_stat1 VALUES ('provider_ids', NULL, '4'), ('orders', NULL, '4')"
    assert await asyncio.to_thread(by_hand, database, *past(1, clock()), "ANALYZE", young) != []
    await asyncio.to_thread(by_hand, database, "CREATE TABLE unread (x)", "DROP TABLE unread")  # all look again
    assert await plans(database) == await plans(other) == ["SCAN"] * 4, "it does lead astray"
    await store.recover(clock())
    assert await asyncio.to_thread(by_hand, database) == []
    assert await plans(database) == await plans(other) == ["SEARCH"] * 4
    await other.close()
