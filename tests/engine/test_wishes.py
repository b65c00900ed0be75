"""What people wait for, as both databases keep it: written over, forgotten, counted, merged, erased, copied."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.domain.decision import Unwished
from bot.domain.shop import Rules
from bot.domain.wish import Wish
from bot.storage import tables as t
from bot.storage.people import merge_wishes
from bot.storage.privacy import Privacy
from bot.storage.shop import SqlShop
from bot.storage.store import SqlStore
from tests.conftest import TestClock
from tests.engine.test_notices_store import turn
from tests.engine.test_privacy import ask_to_forget, hears, lived

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest) -> SqlStore:
    name = "database" if request.param == "sqlite" else "postgres_database"
    return SqlStore(request.getfixturevalue(name), Rules())


def wish(words: str, person: str = "p-marina", minutes: int = 0, listing: int = 0) -> Wish:
    return Wish(person_id=person, words=words, listing=listing, asked_at=NOW + timedelta(minutes=minutes))


async def of(store: SqlStore, person: str) -> list[Wish]:
    async with store.database.read() as connection:
        return await connection.run_sync(lambda c: SqlShop(c, Rules()).wishes_of(person))


async def test_they_are_kept_once_in_order_and_counted(store: SqlStore) -> None:
    await turn(store, "1", [wish("farol Gol", minutes=2), wish("motor Kombi"), wish("farol Gol", "p-2")])
    again = wish("motor Kombi", minutes=5, listing=558)
    await turn(store, "2", [again])
    assert await of(store, "p-marina") == [wish("farol Gol", minutes=2), again]
    async with store.database.read() as connection:
        most = await connection.run_sync(lambda c: SqlShop(c, Rules()).most_wished(1))
    assert most == [("farol Gol", 2)]
    await turn(store, "3", [Unwished("p-marina", "farol Gol"), Unwished("p-marina", "never")])
    assert await of(store, "p-marina") == [again]


async def test_two_rows_that_are_one_person_wait_once(store: SqlStore) -> None:
    mine = wish("farol Gol", "p-1")
    await turn(store, "1", [mine, wish("farol Gol", "p-2", 3), wish("motor Kombi", "p-2", 4)])
    async with store.database.write() as connection:
        await connection.run_sync(merge_wishes, "p-2", "p-1")
    assert await of(store, "p-1") == [mine, wish("motor Kombi", "p-1", 4)]
    assert await of(store, "p-2") == []


async def test_a_talk_keeps_them_a_copy_shows_them_and_an_end_ends_them(store: SqlStore, clock: TestClock) -> None:
    await lived(store, clock)
    await hears(store, clock, "me avisa quando tiver motor do gol g5", "w1")
    (kept,) = await of(store, "p-marina")
    assert kept.words == "motor Gol G5"
    copy = json.loads(await Privacy(store.database).copy_of("p-marina") or "")
    assert [one["peça"] for one in copy["peças que espera"]] == ["motor Gol G5"]
    await ask_to_forget(store, clock)
    async with store.database.read() as connection:
        left = (await connection.execute(sa.select(sa.func.count()).select_from(t.wishes))).scalar_one()
        timers = (await connection.execute(sa.select(t.timers.c.key).where(t.timers.c.key.like("wishes/%")))).all()
    assert (left, list(timers)) == (0, [])
