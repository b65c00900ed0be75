"""No statement of a whole sale reads more than it needs, however long the history: each is held against its plan."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.storage.database import Database
from tests.e2e.house import House, in_the_bot
from tests.e2e.stories import whole_sale

SMALL = {"circuits", "channel", "traffic", "tokens"}
"""Tables of a few rows: one a provider, or one in all."""
FEW = {"ix_events_waiting", "ix_events_open", "ix_commands_open", "ix_commands_queue", "ix_sellers_paused"}
"""Partial indexes of what is open, or out of use for a while: the others are in none of them."""


@contextmanager
def statements() -> Iterator[dict[str, Any]]:
    """What the bot asks its database, each with the values of the first time."""
    found: dict[str, Any] = {}

    def note(connection: object, cursor: object, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if in_the_bot() and statement.lstrip().startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
            rows = many and not isinstance(parameters[0], str)  # else the values of one statement of many rows
            found.setdefault(statement, parameters[0] if rows else parameters)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


async def sold(folder: Path, **environment: str) -> dict[str, Any]:
    house = House(folder, **environment)
    with statements() as found:
        await house.open()
        try:
            await whole_sale(house)
        finally:
            await house.close()
    found = {statement: values for statement, values in found.items() if "alembic_version" not in statement}
    assert len(found) > 50, "the whole sale asks more than that"
    for words in ("INSERT INTO events", "UPDATE events", "SELECT commands", "UPDATE commands", "timers"):
        assert any(words in statement for statement in found), words
    return found


async def test_sqlite_uses_its_indexes(tmp_path: Path) -> None:
    found = await sold(tmp_path)
    database, bad = Database(f"sqlite+aiosqlite:///{tmp_path}/house.db"), []
    async with database.read() as connection:
        for statement, values in found.items():
            rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", tuple(values))
            for step in [str(row[-1]) for row in rows]:
                # what a statement has put together itself has such a name
                scan = re.match(
                    r"SCAN (?!anon_)(\w+)(?: USING (?:COVERING )?INDEX (\w+)| VIRTUAL TABLE INDEX 0:(M))?", step
                )
                full_text = scan and scan[3]  # what matches
                if scan and scan[1] not in SMALL and scan[2] not in FEW and not full_text and "CONSTANT" not in step:
                    bad.append((step, statement))
    await database.close()
    assert not bad, "\n".join(f"{what}: {statement}" for what, statement in bad)


@pytest.mark.postgres
async def test_postgresql_uses_its_indexes(tmp_path: Path, postgres_database: Database) -> None:
    """By the plan that serves any values, as a prepared statement gets it: there a partial index whose words are bound
    is of no use. With tables so small the planner must be kept from reading them whole."""
    found = await sold(tmp_path, DATABASE_URL=postgres_database.url)
    bad = []
    async with postgres_database.read() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        await driver.execute("SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan")
        for statement in found:
            await driver.execute(f"PREPARE one AS {statement}")
            values = ", ".join(["NULL"] * len(set(re.findall(r"\$\d+", statement))))
            explained = f"EXPLAIN (FORMAT JSON) EXECUTE one{f'({values})' if values else ''}"
            plan = await driver.fetchval(explained)  # SQLAlchemy has taught it to read JSON
            bad += [(what, statement) for what in whole_reads(plan[0]["Plan"])]
            await driver.execute("DEALLOCATE one")
    assert not bad, "\n".join(f"{what}: {statement}" for what, statement in bad)


def whole_reads(node: dict[str, Any], above: str = "") -> Iterator[str]:
    """The nodes of a plan that read a table, or an index of all of it, from end to end."""
    kind, table, index = node["Node Type"], node.get("Relation Name", ""), node.get("Index Name", "")
    if above == "Limit" and "Index" in kind and "Filter" not in node:
        return  # the first or last entry: a smallest or greatest value
    if kind == "Seq Scan" and table not in SMALL:
        yield f"{kind} on {table}"
    if "Index" in kind and "Index Cond" not in node and index not in FEW and table not in SMALL:
        yield f"{kind} by {index} without a condition"
    for below in node.get("Plans", []):
        yield from whole_reads(below, kind)
