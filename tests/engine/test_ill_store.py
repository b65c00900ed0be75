"""A store that is ill, slow, or given what it cannot hold: what a review found, one test a defect."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.domain.commands import SendText, Sent
from bot.domain.decision import Decision, Stored
from bot.domain.events import Done, Incoming
from bot.domain.shop import Rules, Shop
from bot.engine import dispatcher as dispatching
from bot.engine.intake import Intake
from bot.engine.loop import Loop
from bot.engine.store import StoreDown
from bot.integrations.circuit import THRESHOLD, Circuits
from bot.redaction import Redactor
from bot.storage import tables as t
from bot.storage.database import Database, is_trouble
from bot.storage.store import SqlStore
from scheduler.jobs import all_jobs
from tests.conftest import TestClock
from tests.engine.support import NOON, Watcher, call, echo, effect, loop_over, nothing, results, said, sent

# --- a store that is ill ------------------------------------------------------------------------------


class Ill(SqlStore):
    """Fails some writes, as a locked or full database does."""

    def __init__(self, store: SqlStore) -> None:
        super().__init__(store.database, store.rules)
        self.owner = store.owner
        self.failing = 0

    async def finish(self, *args: object, **more: object) -> None:
        if self.failing:
            self.failing -= 1
            raise StoreDown("locked")
        await super().finish(*args, **more)  # type: ignore[arg-type]

    async def park(self, *args: object, **more: object) -> None:
        if self.failing:
            self.failing -= 1
            raise StoreDown("locked")
        await super().park(*args, **more)  # type: ignore[arg-type]


async def test_what_came_of_a_call_is_written_when_the_store_is_well_again(
    store: SqlStore, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was left as being done for ever: neither due, nor recovered before the next start, and its queue behind it."""
    monkeypatch.setattr(dispatching, "POLL", 0.01)
    ill, watcher, arrived = Ill(store), Watcher(), []

    async def send(command: SendText, key: str) -> Sent:
        arrived.append(command.text)
        return Sent(message_id=key)

    loop = loop_over(ill, clock, watcher)
    await loop.start()
    ill.failing = 3
    await loop.work(effect(send, sent))
    await loop.put([said("1")])
    await loop.put([said("2")])
    await watcher.until(lambda: len(results(watcher, Done)) == 2)
    await loop.stop()
    assert arrived == ["1", "2"]


async def test_a_locked_database_fails_a_batch_once_not_row_by_row(store: SqlStore, clock: TestClock) -> None:
    """Each row waited for the lock again: hundreds of times ten seconds."""
    tries = 0

    class Locked(SqlStore):
        async def accept(self, incoming: object, now: object) -> list[bool]:
            nonlocal tries
            tries += 1
            raise StoreDown("locked")

    intake = Intake(Locked(store.database, Rules()), clock, lambda _: None)
    waiting = [asyncio.ensure_future(intake.put([said(str(n))])) for n in range(50)]
    await asyncio.sleep(0)
    intake.start()
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    await intake.stop()
    assert all(isinstance(outcome, StoreDown) for outcome in outcomes)
    assert tries == 1


async def test_an_ill_database_is_told_from_a_bad_row(store: SqlStore, clock: TestClock) -> None:
    class Lost(Exception):
        sqlstate = "57P01"  # the server is shutting down

    class TooLong(Exception):
        sqlstate = "22001"

    assert is_trouble(sa.exc.OperationalError("x", {}, Exception("database is locked")))
    assert is_trouble(sa.exc.DBAPIError("x", {}, Lost()))
    assert is_trouble(sa.exc.TimeoutError("no connection is free"))
    assert is_trouble(ConnectionRefusedError())
    assert not is_trouble(sa.exc.DBAPIError("x", {}, TooLong()))
    assert not is_trouble(sa.exc.IntegrityError("x", {}, Exception()))
    assert not is_trouble(ValueError("a decision's own"))


@pytest.mark.parametrize(
    "trouble",
    [
        sa.exc.DBAPIError("x", {}, Exception("the connection was cut"), connection_invalidated=True),
        sa.exc.TimeoutError("no connection is free"),
        ConnectionRefusedError(),
    ],
)
async def test_an_event_is_not_poison_because_the_database_was_away(
    store: SqlStore, clock: TestClock, trouble: Exception
) -> None:
    def away(stored: Stored, shop: Shop, now: object, decision: Decision) -> None:
        raise trouble

    await store.accept([said("oi")], clock())
    with pytest.raises(StoreDown):
        await store.turn("person:1", away, nothing, clock())
    assert await store.open_lanes(10) == ["person:1"]


async def test_errors_of_the_database_name_no_values(database: Database) -> None:
    """SQLAlchemy prints what was bound: message texts and documents, into the logs."""
    with pytest.raises(sa.exc.IntegrityError) as raised:
        async with database.write() as connection:
            await connection.execute(
                sa.insert(t.tokens), {"name": "x", "value": "52998224725", "seed": None, "at": NOON}
            )
    assert "52998224725" not in str(raised.value)


async def test_a_circuit_that_cannot_be_stored_fails_no_call(store: SqlStore, clock: TestClock) -> None:
    class Away(SqlStore):
        async def save_circuit(self, *_: object) -> None:
            raise StoreDown("locked")

    circuits = Circuits(clock)
    Loop(Away(store.database, Rules()), echo, nothing, clock, circuits=circuits, names={})
    for _ in range(THRESHOLD):
        await circuits.failed("zapi")
    assert circuits.state("zapi").is_open


# --- cost, and what is written ------------------------------------------------------------------------


async def test_looking_for_commands_does_not_read_the_history(database: Database, clock: TestClock) -> None:
    """Every poll read the whole table of commands, all that were ever done."""
    statements: list[tuple[str, object]] = []
    store = SqlStore(database, Rules())

    def note(connection: object, cursor: object, statement: str, parameters: object, *_: object) -> None:
        statements.append((statement, parameters))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    await store.waiting_commands(clock(), [1, 2], 10, ["messenger"])
    sa.event.remove(sa.Engine, "before_cursor_execute", note)
    statement, parameters = next(s for s in statements if "older" in s[0])
    async with database.read() as connection:
        rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)  # type: ignore[arg-type]
        plan = [str(row) for row in rows]
    assert any("SEARCH due USING COVERING INDEX ix_commands_open" in step for step in plan), plan
    read_whole = ("SCAN commands", "SCAN due", "SCAN one", "SCAN older")
    assert not any(words in step for step in plan for words in read_whole), plan


async def test_trimming_reads_without_the_writer(store: SqlStore, clock: TestClock) -> None:
    """The scan of the whole history held the only writer, and every webhook waited for it."""
    incoming = [replace(said(str(n)), raw="{}") for n in range(5)]
    await store.accept(incoming, clock())
    while await store.turn("person:1", nothing, nothing, clock()):
        continue
    await store.record([call()])
    written: list[str] = []

    def note(connection: object, cursor: object, statement: str, *_: object) -> None:
        written.append(statement)

    sa.event.listen(store.database._writer.sync_engine, "before_cursor_execute", note)
    said_what = await next(j for j in all_jobs(90) if j.name == "trim").run(store, clock() + timedelta(days=91))
    assert said_what == "5 raw bodies, 1 call records, bodies of 0 events and 0 commands trimmed"
    assert not [s for s in written if s.lstrip().startswith("SELECT")]


@pytest.mark.parametrize("text", ["a." * 30_000, "a-" * 30_000, "1 1 1a" * 10_000, "1 " * 30_000 + "x", "@a" * 30_000])
def test_a_long_message_does_not_stop_the_process(text: str) -> None:
    """The time of the search for e-mail addresses grew with the square: one message of a stranger, half a minute."""
    started = time.process_time()
    Redactor(["a secret of ours"]).text(text)
    assert time.process_time() - started < 2


@pytest.mark.parametrize("private", ["11144477735", "11222333000181", "ana.maria+x@casa.com.br", "12ABC34501DE35"])
def test_numbers_without_a_mask_are_hidden_too(private: str) -> None:
    redactor = Redactor()
    assert private not in redactor.text(f"doc {private}, por favor")
    assert private not in redactor.body({"note": f"doc {private}."})


def test_the_record_of_half_a_character_can_be_stored() -> None:
    body = json.dumps({"text": "\ud83d and \0"}).encode()
    assert Redactor().body(body).encode("utf-8")
    assert "\0" not in Redactor().body(body)


async def test_a_start_that_fails_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process went on accepting, and worked nothing, without a word."""
    from bot import app

    monkeypatch.setattr(app, "START_AGAIN_S", 0)
    troubles = [StoreDown("locked"), OSError("no locks")]

    async def start() -> None:
        if troubles:
            raise troubles.pop()

    await app._until_it_succeeds(start, "x")
    assert troubles == []


async def test_incoming_keeps_its_order_over_a_burst(store: SqlStore, clock: TestClock) -> None:
    intake = Intake(store, clock, lambda _: None)
    intake.start()
    one: list[Incoming] = [said(f"{n:03}") for n in range(300)]
    await asyncio.gather(*(intake.put([i]) for i in one))
    await intake.stop()
    async with store.database.read() as connection:
        keys = (await connection.execute(sa.select(t.events.c.key).order_by(t.events.c.id))).scalars().all()
    assert keys == [i.key for i in one]
