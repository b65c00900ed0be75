"""A backlog on PostgreSQL: what waits is found by its index, however much is over and however few people it is for."""

from __future__ import annotations

import sqlalchemy as sa

from bot.domain.commands import SendText
from bot.domain.shop import Rules
from bot.storage.database import Database
from bot.storage.store import SqlStore
from tests.conftest import TestClock

OVER, OPEN, PEOPLE = 3000, 3000, 4
MADE = """
INSERT INTO commands (key, kind, needs, queue, lane, body, status, not_before, event_id, created_at, updated_at)
SELECT 'k/' || g, 'whatsapp.text', 'messenger', 'wa:' || g % CAST(:people AS int), 'person:x', :body,
       CASE WHEN g <= CAST(:over AS int) THEN 'done' ELSE 'new' END, '2000-01-01', 1, now(), now()
FROM generate_series(1, CAST(:over AS int) + CAST(:open AS int)) g
"""
READ = """
SELECT heap_blks_read + heap_blks_hit + idx_blks_read + idx_blks_hit FROM pg_statio_user_tables
WHERE relname = 'commands'
"""
PAGES = 1500
"""All pages of the table and its indexes several times over; it was 300,000."""


async def pages_read(database: Database) -> int:
    """By all that was asked so far."""
    # the connection that was used last is used next, and counts what it did when it is told to
    await database.look(lambda connection: connection.exec_driver_sql("SELECT pg_stat_force_next_flush()").all())
    return int(await database.look(lambda connection: connection.exec_driver_sql(READ).scalar_one()))


async def test_what_a_few_people_wait_for_is_found_without_reading_all(
    postgres_database: Database, clock: TestClock
) -> None:
    """The planner took the first of many for near: with 5,400 open commands of four people each look walked through
    all that was over, command by command, for 2 s; a soak of deaths had come to stand still by it."""
    store = SqlStore(postgres_database, Rules())
    body = SendText(to="1", text="x").model_dump_json()
    async with postgres_database.write() as connection:
        made = {"people": PEOPLE, "over": OVER, "open": OPEN, "body": body}
        await connection.execute(sa.text(MADE), made)
    async with postgres_database.write() as connection:
        await connection.exec_driver_sql("ANALYZE commands")
    before = await pages_read(postgres_database)
    found = await store.waiting_commands(clock(), [], 100)
    assert sorted(one.queue for one in found) == [f"wa:{n}" for n in range(PEOPLE)]
    assert await pages_read(postgres_database) - before < PAGES
