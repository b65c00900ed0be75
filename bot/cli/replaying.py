"""``autopars replay``: stored events are put back to work, by their ids or by what fits."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime

from bot.cli.terminal import say, with_database
from bot.engine.clock import Clock
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.lists import Lists, Span
from bot.storage.store import SqlStore

AT_A_TIME = 200


def run(options: argparse.Namespace) -> int:
    fitting = (options.source, options.kind, options.lane, options.root, options.status, options.since, options.until)
    if bool(options.event) == any(fitting):
        sys.stderr.write("replay: name events by their ids, or say what fits; see replay --help\n")
        return 2
    return with_database(lambda config, database: _replay(config, database, options))


async def _replay(config: Settings, database: Database, options: argparse.Namespace) -> int:
    """The exit code: 0 if all that was named is back to work, or all that fits."""
    store, now = SqlStore(database, config.rules()), Clock()()
    if options.event:
        count = await store.replay(options.event, now)
        say(f"{count} of {len(options.event)} events are back to work")
        return 0 if count == len(options.event) else 1
    say(f"{await _what_fits(store, now, options)} events are back to work")
    return 0


async def _what_fits(store: SqlStore, now: datetime, options: argparse.Namespace) -> int:
    lists, before, ids = Lists(store.database), 0, list[int]()
    while True:
        page = await lists.events(
            Span(before, options.since, options.until),
            source=options.source,
            kind=options.kind,
            lane=options.lane,
            root=options.root,
            status=options.status or "failed",
            limit=AT_A_TIME,
        )
        ids += [int(row["id"]) for row in page.rows]
        if not page.next:
            return sum([await store.replay(ids[n : n + AT_A_TIME], now) for n in range(0, len(ids), AT_A_TIME)])
        before = page.next
