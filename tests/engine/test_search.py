"""The right part among the first three, as people type, over both databases; more in benchmarks/search.py."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from benchmarks import catalogue
from benchmarks.search import is_right, queries
from bot.conversations.finding import look
from bot.domain.catalogue import Product
from bot.domain.shop import Rules
from bot.storage.database import Database
from bot.storage.shop import SqlShop
from bot.storage.writes import put_products

PARTS = 4000
# Measured over 100,000 parts: see docs/understanding.md. A margin of a few queries is left.
FLOORS = {"build": 0.97, "aside": 0.95, "fresh": 0.88}


@pytest.fixture(params=["database", pytest.param("postgres_database", marks=pytest.mark.postgres)])
def shelf(request: pytest.FixtureRequest) -> Database:
    opened: Database = request.getfixturevalue(request.param)
    return opened


async def test_nine_of_ten_queries_show_the_right_part(shelf: Database) -> None:
    asked = queries()
    made = list(catalogue.products(PARTS, always=[w for q in asked for w in q.wanted]))
    truths = {product.listing: truth for product, truth in made}
    async with shelf.write() as connection:
        await connection.run_sync(put_products, [product for product, _ in made])

    def found(connection: sa.Connection, text: str) -> list[Product]:
        return look(SqlShop(connection, Rules()), text).products

    async with shelf.read() as connection:
        right = {q.text: is_right(q, await connection.run_sync(found, q.text), truths) for q in asked}
    assert len(asked) >= 200
    for split, floor in FLOORS.items():
        some = [q.text for q in asked if q.split == split]
        missed = [text for text in some if not right[text]]
        assert len(missed) <= (1 - floor) * len(some), missed
