"""What is older than the retention is gone; that it was stays, and so does what waits for somebody."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.console.pages.people import bubbles
from bot.domain.events import Done
from bot.domain.people import Person
from bot.domain.shop import Rules
from bot.integrations.http import CallRecord
from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.privacy import Privacy
from bot.storage.shop import SqlShop
from bot.storage.store import SqlStore
from bot.storage.writes import versioned
from scheduler.jobs import all_jobs
from tests.conftest import TestClock
from tests.engine.support import NOON, echo, nothing, said

RAW, BODIES = 90, 180
DAY = timedelta(days=1)
WORDS = "meu endereço é Rua das Palmeiras, 210"


async def filled(database: Database, clock: TestClock) -> SqlStore:
    """Worked: one message and its answer. Set aside: one. Waiting: one message, and one answer."""
    store = SqlStore(database, Rules())
    texts = {"1": WORDS, "2": "poison", "3": "for an answer that waits"}
    await store.accept([replace(said(text, who=who), raw='{"a":1}') for who, text in texts.items()], clock())
    for who in texts:
        await store.turn(f"person:{who}", echo, nothing, clock())
    (answer, waits) = await store.waiting_commands(clock(), [], 10)
    assert waits.lane == "person:3"
    await store.begin(answer, in_doubt=False, now=clock())
    await store.finish(answer, "done", Done(key=answer.key, command=answer.command, result={}), "", clock())
    await store.turn("person:1", nothing, nothing, clock())
    await store.accept([replace(said(WORDS, who="4"), raw='{"a":1}')], clock())
    call = CallRecord("zapi", "x", answer.key, 1, "GET", "http://x", NOON, 1, 200, "answered", "{}", "{}")
    await store.record([call])
    return store


@pytest.fixture
async def history(database: Database, clock: TestClock) -> SqlStore:
    return await filled(database, clock)


async def trim(store: SqlStore, clock: TestClock, days: int) -> str:
    job = next(j for j in all_jobs(RAW, BODIES) if j.name == "trim")
    return await job.run(store, clock() + timedelta(days=days))


async def rows(store: SqlStore, table: sa.Table) -> list[sa.Row[tuple[object, ...]]]:
    async with store.database.read() as connection:
        return list((await connection.execute(sa.select(table).order_by(table.c[0]))).all())


async def test_in_time_everything_is_there(history: SqlStore, clock: TestClock) -> None:
    before = [await rows(history, table) for table in (t.events, t.commands, t.calls)]
    assert await trim(history, clock, RAW - 1) == (
        "0 raw bodies, 0 call records, bodies of 0 events and 0 commands trimmed"
    )
    assert [await rows(history, table) for table in (t.events, t.commands, t.calls)] == before


async def test_first_what_came_in_raw_and_the_calls(history: SqlStore, clock: TestClock) -> None:
    assert await trim(history, clock, RAW + 1) == (
        "2 raw bodies, 1 call records, bodies of 0 events and 0 commands trimmed"
    )
    kept = {row.lane: bool(row.raw) for row in await rows(history, t.events) if row.source == "zapi"}
    assert kept == {"person:1": False, "person:2": True, "person:3": False, "person:4": True}
    assert all(row.body for row in await rows(history, t.events))


async def test_then_what_we_made_of_it(history: SqlStore, clock: TestClock) -> None:
    before = await rows(history, t.events)
    assert await trim(history, clock, BODIES + 1) == (
        "2 raw bodies, 1 call records, bodies of 3 events and 1 commands trimmed"
    )
    events, commands = await rows(history, t.events), await rows(history, t.commands)
    unchanged = ("id", "source", "key", "lane", "kind", "status", "received_at", "done_at")
    told = [[[getattr(row, n) for n in unchanged] for row in found] for found in (before, events)]
    assert told[0] == told[1]
    assert {row.status for row in events if row.body} == {"failed", "new"}
    assert [bool(row.body) for row in commands] == [False, True]
    assert not [row for row in (*events, *commands) if row.status == "done" and WORDS in f"{row.body}"]
    assert await trim(history, clock, BODIES + 1) == (
        "0 raw bodies, 0 call records, bodies of 0 events and 0 commands trimmed"
    )


async def test_what_is_trimmed_is_still_known_and_never_worked_again(history: SqlStore, clock: TestClock) -> None:
    await trim(history, clock, BODIES + 1)
    assert await history.accept([said(WORDS, who="1")], clock()) == [False]
    events = await rows(history, t.events)
    gone = [int(row.id) for row in events if not row.body]
    assert await history.replay(gone) == 0
    failed = [int(row.id) for row in events if row.status == "failed"]
    assert await history.replay(failed) == 1


async def test_a_chat_shows_what_is_left_of_it(history: SqlStore, clock: TestClock) -> None:
    await trim(history, clock, BODIES + 1)
    events = [row._asdict() for row in await rows(history, t.events)]
    commands = [row._asdict() for row in await rows(history, t.commands)]
    assert {b.text for b in bubbles(events, commands)} == {"poison", "for an answer that waits", WORDS}


async def test_on_postgresql_too(postgres_database: Database, clock: TestClock) -> None:
    store = await filled(postgres_database, clock)
    assert await trim(store, clock, BODIES + 1) == (
        "2 raw bodies, 1 call records, bodies of 3 events and 1 commands trimmed"
    )


async def first_left(store: SqlStore) -> dict[str, int]:
    return {str(row.name): int(row.first) for row in await rows(store, t.trims)}


async def test_what_was_seen_to_later_is_trimmed_too(history: SqlStore, clock: TestClock) -> None:
    """What is done with is not looked at again; what was set aside holds that place until somebody has seen to it."""
    events = {row.lane: int(row.id) for row in await rows(history, t.events) if row.source == "zapi"}
    await trim(history, clock, BODIES + 1)
    left = await first_left(history)
    assert left["raw"] == left["events"] == events["person:2"], "the one that was set aside"
    assert await history.replay([events["person:2"]]) == 1
    await history.turn("person:2", nothing, nothing, clock())
    await history.turn("person:4", nothing, nothing, clock())
    assert await trim(history, clock, BODIES + 1) == (
        "2 raw bodies, 0 call records, bodies of 2 events and 0 commands trimmed"
    )
    assert (await first_left(history))["raw"] > max(events.values())
    assert not [row for row in await rows(history, t.events) if row.raw or row.body]


async def test_what_is_left_of_a_talk_is_given_out_and_is_evidence(history: SqlStore, clock: TestClock) -> None:
    """A copy that somebody asks for (LGPD), and what a disputed payment is answered with, after half a year."""
    person = Person(id="p1", lane="person:1", chat="1@c.us", identifiers=("1",), created_at=NOON)

    async def told() -> tuple[list[str], list[str]]:
        copy = await Privacy(history.database).copy_of(person.id)
        assert copy is not None
        async with history.database.read() as connection:
            talk = await connection.run_sync(lambda c: SqlShop(c, Rules()).talk(person.id, NOON, clock() + RAW * DAY))
        return [line["texto"] for line in json.loads(copy)["conversa"]], [said.text for said in talk]

    async with history.database.write() as connection:
        await connection.run_sync(
            lambda c: versioned(c, t.people, {"id": person.id}, person, {"lane": person.lane, "name": ""})
        )
    before, evidence = await told()
    assert WORDS in before
    assert WORDS in evidence
    await trim(history, clock, BODIES + 1)
    assert await told() == ([], [])
