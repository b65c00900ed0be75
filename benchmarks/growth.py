"""What a long history costs: replies with a million finished events and 200,000 orders, against an empty store.

``python -m benchmarks.growth``, on SQLite and on PostgreSQL. Both stores of a kind are served at the same time, and the
same number of people talk to each in turn. The history is made by SQL, in the shape that real work leaves behind: an
event for every third command, a call and a sent message for each command, orders and talks of 40,000 buyers, and the
indexes that the queries use.
"""

from __future__ import annotations

import asyncio
import itertools
import statistics
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import sqlalchemy as sa
from aiohttp.test_utils import unused_port
from sqlalchemy.ext.asyncio import create_async_engine

from benchmarks.harness import Figure, Server, Size, alone, environment, ms, postgres, prepare, ratio, serving, sqlite
from benchmarks.messages import phones
from benchmarks.people import Heard, Talked, converse, on_whatsapp
from benchmarks.standins import whatsapp
from benchmarks.wire import StandIn

EVENTS, COMMANDS, ORDERS, BUYERS = 1_000_000, 333_000, 200_000, 40_000
PEOPLE, AT_A_TIME = 40, 4

# literals stand in the statements where a parameter would have a type of its own on PostgreSQL; MOMENT is a month ago,
# or what trims the record would be at work all the time
HISTORY = (
    """
INSERT INTO events (source, key, lane, kind, body, status, received_at, done_at)
SELECT 'zapi', 'old/' || i, 'person:old' || (i % :buyers), 'message.received', :body, 'done',
       'MOMENT', 'MOMENT' FROM n
""",
    """
INSERT INTO commands (key, kind, needs, queue, lane, body, status, not_before, event_id, created_at, updated_at)
SELECT 'old/' || i, 'message.text', 'messenger', 'wa:old' || (i % :buyers), 'person:old' || (i % :buyers), :body,
       'done', 'MOMENT', i * 3, 'MOMENT', 'MOMENT' FROM n
""",
    """
INSERT INTO calls (provider, operation, correlation, attempt, method, url, started_at, ms, status, outcome, request,
                   response)
SELECT 'zapi', 'text.send', 'old/' || i, 1, 'POST', 'https://example.org/send-text', 'MOMENT', 80,
       200, 'answered', :body, '{}' FROM n
""",
    """
INSERT INTO sent_messages (message_id, person_id, notice_key, text)
SELECT 'OLD' || i, 'old' || (i % :buyers), '', :body FROM n
""",
    """
INSERT INTO orders (number, version, state, buyer_id, seller_id, body, created_at)
SELECT 2000 + i, 1, 'closed', 'old' || (i % :buyers), 'seller' || (i % 20), :body,
       '2025-01-01 12:00:00.000000' FROM n
""",
    "INSERT INTO people (id, version, lane, body) SELECT 'old' || i, 1, 'person:old' || i, :body FROM n",
    "INSERT INTO identifiers (value, person_id) SELECT 'phone:5599' || (90000000 + i), 'old' || i FROM n",
    "INSERT INTO conversations (person_id, version, body) SELECT 'old' || i, 4, :body FROM n",
)
ROWS = (EVENTS, COMMANDS, COMMANDS, COMMANDS, ORDERS, BUYERS, BUYERS, BUYERS)
LENGTHS = (500, 300, 300, 200, 1500, 300, 0, 500)
"""Of the text of each row."""


async def grow(url: str, size: Size) -> None:
    """Put the history into a store that is not in use."""
    engine, moment = create_async_engine(url), f"{datetime.now(UTC) - timedelta(days=30):%Y-%m-%d} 12:00:00.000000"
    for statement, rows, length in zip(HISTORY, ROWS, LENGTHS, strict=True):
        numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :rows)"
        values = {"rows": size.of(rows), "buyers": size.of(BUYERS), "body": f'{{"filler": "{"x" * length}"}}'}
        filled = sa.text(numbers + statement.replace("MOMENT", moment))
        async with engine.begin() as connection:
            await connection.execute(filled, {name: values[name] for name in filled.compile().params})
    if engine.dialect.name != "sqlite":  # a server counts by itself what is there, within minutes; SQLite never
        async with engine.begin() as connection:
            await connection.execute(sa.text("ANALYZE"))
    await engine.dispose()


async def measure(size: Size) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        on_sqlite = await _compared(size, [sqlite(Path(folder), name) for name in ("empty", "old")], phones(80))
    with postgres() as server:
        on_postgres = await _compared(size, [server, await _another(server)], phones(81))
    return [*_figures("", *on_sqlite), *_figures(", PostgreSQL", *on_postgres)]


async def _another(server: str) -> str:
    """The address of a second database there."""
    engine = create_async_engine(server, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(sa.text("CREATE DATABASE old"))
    await engine.dispose()
    return sa.make_url(server).set(database="old").render_as_string(hide_password=False)


async def _compared(size: Size, stores: list[str], everybody: Iterator[str]) -> list[list[Talked]]:
    """What people had of the empty store, and of the one with the history."""
    heard = Heard()
    talked: list[list[Talked]] = [[], []]
    for url in stores:
        await prepare(url)
    await grow(stores[1], size)
    async with StandIn(whatsapp(heard.note)) as there:
        ports = [unused_port() for _ in stores]
        environs = [environment(url, port, there.port) for url, port in zip(stores, ports, strict=True)]
        async with (
            serving(["bot", "serve"], ports[0], environs[0]) as empty,
            serving(["bot", "serve"], ports[1], environs[1]) as old,
        ):
            for server in (empty, old):
                await _at_rest(server)
            for number in range(size.rounds + 1):  # the first warms both
                for server, taken in zip((empty, old), talked, strict=True):
                    persons = list(itertools.islice(everybody, size.of(PEOPLE, 4)))
                    talk = await converse(server.port, on_whatsapp, heard, persons, "at the reply", AT_A_TIME)
                    if number:
                        taken.append(talk)
    return talked


async def _at_rest(server: Server) -> None:
    """Wait for what is done once at a start, which is not what a turn costs."""
    process, before = psutil.Process(server.process.pid), -1.0
    for _ in range(60):
        used = sum(process.cpu_times()[:2])
        if 0 <= before > used - 0.1:
            return
        before = used
        await asyncio.sleep(1)


def _figures(where: str, empty: list[Talked], old: list[Talked]) -> list[Figure]:
    figures = []
    for percent in (50, 99):
        ours, base = ([ms(one.took, percent) for one in talks] for talks in (old, empty))
        change = (ratio(ours, base) - 1) * 100
        result = f"{change:+.0f} % ({statistics.median(base):.0f} → {statistics.median(ours):.0f} ms)"
        # the p99 of 160 replies a round is one or two of them: it is shown, and the median is judged
        met = change < 20 if percent == 50 else None
        goal = "< +20 %" if met is not None else ""
        figures.append(Figure(f"reply p{percent}, 1 M old events{where}", goal, result, met))
    return figures


if __name__ == "__main__":
    alone(measure)
