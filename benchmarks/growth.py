"""What a long history costs: replies with a million finished events and 200,000 orders, against an empty store.

``python -m benchmarks.growth``. Both stores are served at the same time, and the same number of people talk to each in
turn. The history is made by SQL, in the shape that real work leaves behind: an event for every third command, orders of
40,000 buyers, and the index that the queries use.
"""

from __future__ import annotations

import itertools
import sqlite3
import statistics
import tempfile
from collections import defaultdict
from pathlib import Path

from aiohttp.test_utils import unused_port

from benchmarks.harness import Figure, Server, Size, alone, environment, ms, prepare, ratio, serving, sqlite
from benchmarks.messages import phones
from benchmarks.people import Heard, Talked, converse, on_whatsapp
from benchmarks.standins import whatsapp
from benchmarks.wire import StandIn

EVENTS, ORDERS, BUYERS = 1_000_000, 200_000, 40_000
PEOPLE, AT_A_TIME = 40, 4

HISTORY = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :events)
INSERT INTO events (source, key, lane, kind, body, status, received_at, done_at)
SELECT 'zapi', 'old/' || i, 'person:old' || (i % :buyers), 'message.received', :event, 'done', :at, :at FROM n;
"""
COMMANDS = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :events / 3)
INSERT INTO commands (key, kind, needs, queue, lane, body, status, not_before, event_id, created_at, updated_at)
SELECT 'old/' || i, 'message.text', 'messenger', 'old' || (i % :buyers), 'person:old' || (i % :buyers), :command,
       'done', :at, i * 3, :at, :at FROM n;
"""
SALES = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :orders)
INSERT INTO orders (number, version, state, buyer_id, seller_id, body, created_at)
SELECT 2000 + i, 1, 'completed', 'old' || (i % :buyers), 'seller' || (i % 20), :order, :at FROM n;
"""


def grow(file: Path, size: Size) -> None:
    """Put the history into a SQLite store that is not in use."""
    values = {
        "events": size.of(EVENTS),
        "orders": size.of(ORDERS),
        "buyers": size.of(BUYERS),
        "at": "2026-01-01 12:00:00.000000",
        "event": '{"kind": "message.received", "text": "' + "x" * 500 + '"}',
        "command": '{"kind": "message.text", "text": "' + "x" * 300 + '"}',
        "order": '{"filler": "' + "x" * 1500 + '"}',
    }
    connection = sqlite3.connect(file)
    with connection:
        for statement in (HISTORY, COMMANDS, SALES):
            connection.execute(statement, values)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


async def measure(size: Size) -> list[Figure]:
    talked: dict[str, list[Talked]] = defaultdict(list)
    heard, everybody = Heard(), phones(80)
    with tempfile.TemporaryDirectory() as folder:
        stores = {name: sqlite(Path(folder), name) for name in ("empty", "old")}
        for url in stores.values():
            await prepare(url)
        grow(Path(folder) / "old.db", size)
        ports = {name: unused_port() for name in stores}
        async with StandIn(whatsapp(heard.note)) as there:
            environs = {name: environment(url, ports[name], there.port) for name, url in stores.items()}
            with (
                serving(["bot", "serve"], ports["empty"], environs["empty"]) as empty,
                serving(["bot", "serve"], ports["old"], environs["old"]) as old,
            ):
                servers: dict[str, Server] = {"empty": empty, "old": old}
                for number in range(size.rounds + 1):  # the first warms both
                    for name, server in servers.items():
                        persons = list(itertools.islice(everybody, size.of(PEOPLE, 4)))
                        talk = await converse(server.port, on_whatsapp, heard, persons, "at the reply", AT_A_TIME)
                        if number:
                            talked[name].append(talk)
    figures = []
    for percent in (50, 99):
        ours, base = ([ms(one.took, percent) for one in talked[name]] for name in ("old", "empty"))
        change = (ratio(ours, base) - 1) * 100
        each = f"{statistics.median(base):.0f} → {statistics.median(ours):.0f} ms"
        # the p99 of 160 replies a round is one or two of them: it is shown, and the median is judged
        met = change < 20 if percent == 50 else None
        figures.append(
            Figure(
                f"reply p{percent}, 1 M old events",
                "< +20 %" if met is not None else "",
                f"{change:+.0f} % ({each})",
                met,
            )
        )
    return figures


if __name__ == "__main__":
    alone(measure)
