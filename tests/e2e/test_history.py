"""No statement's work grows with what is over: a sale, a shop's questions, every job and every list of the record, each
statement counted in a store with a short past and in one with a long. A plan does not tell: an index that is walked
from one end to the other is an index too."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from bot.storage import figures, lists, names
from bot.storage.accounts import Accounts
from bot.storage.database import Database
from bot.storage.lists import Span
from bot.storage.records import Records
from scheduler import jobs, trimming
from tests.conftest import new_database
from tests.e2e.house import BUYER, SELLER, House, as_the_bot
from tests.e2e.stories import whole_sale
from tests.e2e.test_plans import statements
from tests.engine.test_lists import WALKS
from tests.support_history import past, work

SHORT, LONG = 100, 900
"""Orders that are over, each with its events, commands, calls, messages and entries."""
HARDLY = 60
"""Tens of instructions more, whatever the past: a step deeper into each index."""
HARDLY_A_ROW = 60
"""The same in rows on PostgreSQL."""
MONDAY = datetime(2026, 11, 30, 15, tzinfo=UTC)
"""When shops are told of their week."""


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Less than the short past has, so that what is bounded is bounded in both."""
    for module, most in ((lists, "WINDOW"), (names, "WINDOW"), (figures, "MOST"), (trimming, "BATCH")):
        monkeypatch.setattr(module, most, 50)


async def lived(house: House, orders: int, walks: Iterable[str]) -> dict[str, Any]:
    """What was asked of a store with such a past, with the values of the first time. ``walks``: which lists are read,
    too."""
    with statements() as found:
        await house.open()
        try:
            assert house.bot is not None
            async with house.bot.database.write() as connection:
                for statement in past(orders, house.clock()):
                    await connection.exec_driver_sql(statement)
            number = await whole_sale(house)
            for who, said, heard in (
                (SELLER, "quanto vendi esse mês?", "R$"),
                (SELLER, "meus pedidos", f"#{number}"),
                (BUYER, "meus pedidos", f"#{number}"),
            ):
                house.sandbox.whatsapp.skip(who)
                await house.say(who, said)
                await house.hears(who, heard)
            await _jobs_and_lists(house, house.bot.database, walks)
        finally:
            await house.close()
    return found


async def _jobs_and_lists(house: House, database: Database, walks: Iterable[str]) -> None:
    assert house.bot is not None
    now = house.clock()
    with as_the_bot():
        for job in jobs.all_jobs(90):
            await job.run(house.bot.store, MONDAY if job.name == "reports" else now)
    await house.quiet()
    records, accounts = Records(database), Accounts(database, house.clock)
    today = Span(since=now - timedelta(days=1), until=now + timedelta(days=1))
    with as_the_bot():
        for span in (Span(), today, Span(before=10**9, until=now - timedelta(days=200))):
            for name in walks:
                await WALKS[name](records, accounts, span)


async def test_no_work_grows_with_what_is_over(tmp_path_factory: pytest.TempPathFactory) -> None:
    asked, files = [], []
    for orders in (SHORT, LONG):
        folder = tmp_path_factory.mktemp("past")
        asked.append(await lived(House(folder), orders, WALKS))
        files.append(folder / "house.db")
    grown = []
    for statement in asked[0].keys() & asked[1].keys():
        before, after = (work(file, statement, found[statement]) for file, found in zip(files, asked, strict=True))
        if after > before + HARDLY:
            grown.append(f"{before} -> {after}: {statement} {asked[1][statement]}")
    assert not grown, "\n\n".join(grown)


@pytest.mark.postgres
async def test_nor_on_postgresql(tmp_path: Path, postgres: str) -> None:
    """The rows that are looked at, row by row and with an index for whatever has one: tables so small would be read
    whole. Of the lists only the search: how rare rows are found the planner decides by how large a table is."""
    asked, read, searches = [], [], [name for name in WALKS if name.startswith("search")]
    for orders in (SHORT, LONG):
        async with new_database(postgres) as database:
            asked.append(await lived(House(tmp_path, DATABASE_URL=database.url), orders, searches))
            read.append(await _rows(database, asked[-1]))
    grown = [
        f"{read[0][statement]} -> {after}: {statement} {asked[1][statement]}"
        for statement, after in read[1].items()
        if after > read[0].get(statement, after) + HARDLY_A_ROW
    ]
    assert not grown, "\n\n".join(grown)


async def _rows(database: Database, asked: dict[str, Any]) -> dict[str, int]:
    """How many rows each statement looks at, in all steps of its plan."""
    found = {}
    async with database.write() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        await driver.execute("ANALYZE; SET LOCAL enable_seqscan = off")
        await driver.execute("SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off")
        for statement, values in asked.items():
            with contextlib.suppress(asyncpg.UniqueViolationError):  # what it adds is there
                async with driver.transaction():
                    explain = f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}"
                    plan = await driver.fetchval(explain, *values)  # SQLAlchemy has taught it to read JSON
                    found[statement] = _looked_at(plan[0]["Plan"])
        await connection.rollback()
    return found


def _looked_at(node: dict[str, Any]) -> int:
    here = sum(node.get(name, 0) for name in ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck"))
    return int(round(here * node["Actual Loops"]) + sum(map(_looked_at, node.get("Plans", []))))
