"""``autopars replay``: replays events, or commands that were set aside, by ids or by filters."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from bot.cli.terminal import say, with_database
from bot.engine.clock import Clock
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.lists import Lists, Page, Span
from bot.storage.store import SqlStore

AT_A_TIME = 200


def run(options: argparse.Namespace) -> int:
    fitting = (options.source, options.kind, options.lane, options.root, options.status, options.since, options.until)
    if bool(options.event) == any(fitting):
        sys.stderr.write("replay: name events by their ids, or say what fits; see replay --help\n")
        return 2
    if options.commands and (options.source or options.root or options.status == "done"):
        sys.stderr.write("replay: commands are found by --kind, --lane, --since and --until; what is done stays done\n")
        return 2
    return with_database(lambda config, database: _replay(config, database, options))


async def _replay(config: Settings, database: Database, options: argparse.Namespace) -> int:
    """The exit code: 0 if everything that was named, or found, is replayed."""
    store, what = SqlStore(database, config.rules()), "commands" if options.commands else "events"

    async def put_back(ids: Sequence[int]) -> int:
        return await (store.hurry(ids, Clock()()) if options.commands else store.replay(ids))

    if options.event:
        count = await put_back(options.event)
        say(f"{count} of {len(options.event)} {what} are back to work")
        return 0 if count == len(options.event) else 1
    ids = await _what_fits(Lists(database), options)
    count = sum([await put_back(ids[n : n + AT_A_TIME]) for n in range(0, len(ids), AT_A_TIME)])
    say(f"{count} {what} are back to work")
    return 0


async def _what_fits(lists: Lists, options: argparse.Namespace) -> list[int]:
    before, ids = 0, list[int]()
    while True:
        page = await _page(lists, Span(before, options.since, options.until), options)
        ids += [int(row["id"]) for row in page.rows]
        if not page.next:
            return ids
        before = page.next


async def _page(lists: Lists, span: Span, options: argparse.Namespace) -> Page:
    kind, lane, status = options.kind, options.lane, options.status or "failed"
    if options.commands:
        return await lists.commands(span, kind=kind, lane=lane, status=status, limit=AT_A_TIME)
    return await lists.events(
        span, source=options.source, kind=kind, lane=lane, root=options.root, status=status, limit=AT_A_TIME
    )
