"""``import``: all or nothing, a line per problem, the same file again updates."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot import importing
from bot.domain.shop import Rules
from bot.importing import ImportRefused
from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.shop import SqlShop
from tests.conftest import TestClock

SAMPLE = Path(__file__).parent.parent.parent / "sandbox" / "sample_shop.json"

CSV = Path(__file__).parent.parent / "data" / "shop.csv"


async def _count(database: Database, table: sa.Table) -> int:
    async with database.read() as connection:
        return (await connection.execute(sa.select(sa.func.count()).select_from(table))).scalar_one()


async def test_the_sample_shop_twice(database: Database, clock: TestClock) -> None:
    for _ in range(2):
        done = await importing.load(database, Rules(), importing.read(SAMPLE), clock())
        assert (done.sellers, done.products) == (2, 13)
    assert await _count(database, t.sellers) == 2
    assert await _count(database, t.products) == 13
    async with database.read() as connection:
        part = await connection.run_sync(lambda c: SqlShop(c, Rules()).product(501))
    assert part is not None
    assert (part.price, part.weight_g, part.stock) == (48000, 2400, 2)


async def test_again_updates_price_and_stock(database: Database, clock: TestClock, tmp_path: Path) -> None:
    await importing.load(database, Rules(), importing.read(SAMPLE), clock())
    data = json.loads(SAMPLE.read_text("utf-8"))
    data["sellers"][0]["products"][0] |= {"price": "499.90", "stock": 7}
    changed = tmp_path / "again.json"
    changed.write_text(json.dumps(data), "utf-8")
    await importing.load(database, Rules(), importing.read(changed), clock())
    async with database.read() as connection:
        part = await connection.run_sync(lambda c: SqlShop(c, Rules()).product(501))
    assert part is not None
    assert (part.price, part.stock) == (49990, 7)


async def test_csv_has_one_product_a_line(database: Database, clock: TestClock) -> None:
    done = await importing.load(database, Rules(), importing.read(CSV), clock())
    assert (done.sellers, done.products) == (1, 2)


async def test_every_problem_has_its_line_and_nothing_is_imported(tmp_path: Path) -> None:
    data = json.loads(SAMPLE.read_text("utf-8"))
    first = data["sellers"][0]
    first["document"] = "11222333000180"
    first["products"][0]["price"] = "grátis"
    first["products"][1]["weight_kg"] = "-1"
    first["products"][2].pop("title")
    data["sellers"][1]["phone"] = "12"
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(data), "utf-8")
    with pytest.raises(ImportRefused) as caught:
        importing.read(path)
    text = "\n".join(caught.value.problems)
    for part in ("document", "products.0.price", "products.1.weight_kg", "products.2.title", "seller 2", "phone"):
        assert part in text
    assert len(caught.value.problems) == 5


async def test_the_platforms_own_wallet_is_refused(database: Database, clock: TestClock) -> None:
    rows = importing.read(SAMPLE)
    with pytest.raises(ImportRefused, match="own wallet"):
        await importing.load(database, Rules(platform_wallet_id=rows[0].asaas_wallet_id), rows, clock())
    assert await _count(database, t.sellers) == 0


@pytest.mark.parametrize("text", ["", "[]", "{", '{"shops": []}'])
def test_another_form_is_refused_with_a_reason(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text, "utf-8")
    with pytest.raises(ImportRefused, match="not JSON of the form"):
        importing.read(path)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("phone,sku,title,price,stock\n5511988887777,A1,Farol,10.00,9223372036854775808\n", "from 0 to 1000000"),
        ("phone,sku,title,price,stock\n5511988887777,A1," + "x" * 140_000 + ",10.00,1\n", "line 2"),
    ],
)
def test_what_no_database_holds_is_refused_with_a_reason(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "shop.csv"
    file.write_text(text)
    with pytest.raises(ImportRefused, match=told):
        importing.read(file)
