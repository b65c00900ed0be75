"""Decisions are pure: worked again from the stored events alone, a whole sale leaves the same state, byte for byte."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.decide import decide, poisoned
from bot.storage.database import Database
from bot.storage.store import SqlStore
from tests.e2e.house import House
from tests.e2e.stories import whole_sale

STATE = (
    "channel",
    "conversations",
    "entries",
    "identifiers",
    "misheard",
    "names",
    "notices",
    "orders",
    "people",
    "products",
    "provider_ids",
    "sent_messages",
    "steps",
    "timers",
    "traffic",
)
"""What decisions write. Counters that number themselves are compared without their numbers."""
WANTED = "SELECT key, kind, needs, lane, body, expires_at, event_id FROM commands WHERE event_id > 0 ORDER BY key"


def content(database: sqlite3.Connection, table: str) -> list[Any]:
    names = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
    kept = ", ".join(f'"{name}"' for name in names if not (table == "misheard" and name == "id"))
    return sorted(database.execute(f"SELECT {kept} FROM {table}"), key=repr)  # noqa: S608


def begin_anew(past: Path, before: Path, again: Path) -> list[tuple[int, str, str, str, str]]:
    """A database with the state of before and the events of the past, all of them worked; and those in the order in
    which they were: id, lane, source, key, when."""
    shutil.copy(past, again)
    with closing(sqlite3.connect(again)) as database, database:
        database.execute("ATTACH ? AS before", (str(before),))
        for table in (*STATE, "commands"):
            database.execute(f"DELETE FROM main.{table}")  # noqa: S608
            database.execute(f"INSERT INTO main.{table} SELECT * FROM before.{table}")  # noqa: S608
        order = "SELECT id, lane, source, key, done_at FROM events WHERE status = 'done' ORDER BY done_at, id"
        return database.execute(order).fetchall()


async def work_again(again: Path, house: House, events: list[tuple[int, str, str, str, str]]) -> None:
    database = Database(f"sqlite+aiosqlite:///{again}")
    store = SqlStore(database, house.settings.rules())
    for event_id, lane, source, key, at in events:
        with closing(sqlite3.connect(again)) as by_hand, by_hand:
            if source == "timer":  # the sweep took it away
                by_hand.execute("DELETE FROM timers WHERE key = ?", (key.rpartition("@")[0],))
            by_hand.execute("UPDATE events SET status = 'new' WHERE id = ?", (event_id,))
        now = datetime.fromisoformat(at).replace(tzinfo=UTC)
        while True:
            turned = await store.turn(lane, decide, poisoned, now)
            assert turned is not None
            assert turned.decision is not None, turned.error
            if not turned.decision.again:
                break
    await database.close()


async def test_a_sale_decided_again(tmp_path: Path) -> None:
    house, past = House(tmp_path), tmp_path / "house.db"
    await house.open()
    await house.stop()
    shutil.copy(past, tmp_path / "before.db")
    await house.start()
    await whole_sale(house)
    await house.close()
    events = begin_anew(past, tmp_path / "before.db", tmp_path / "again.db")
    assert len(events) > 50
    await work_again(tmp_path / "again.db", house, events)
    with closing(sqlite3.connect(past)) as one, closing(sqlite3.connect(tmp_path / "again.db")) as other:
        for table in ("orders", "people", "conversations", "entries", "notices", "sent_messages"):
            assert content(one, table), table
        for table in STATE:
            assert content(other, table) == content(one, table), table
        assert other.execute(WANTED).fetchall() == one.execute(WANTED).fetchall()
        newest = "SELECT max(id) FROM events"
        assert other.execute(newest).fetchone() == one.execute(newest).fetchone()  # no event that was not there before
