"""``python -m scheduler``: run the jobs; ``list`` them; ``run JOB [--at ISO-8601]`` runs one once."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import sys
from datetime import datetime

from bot import looping, settings
from bot.cli.arguments import moment
from bot.cli.terminal import configured, plainly, up_to_date
from bot.engine.clock import Clock
from bot.storage.database import Database
from bot.storage.process_lock import process_lock
from bot.storage.store import SqlStore
from scheduler.jobs import all_jobs
from scheduler.standing import stand_by
from scheduler.ticker import Ticker

log = logging.getLogger("scheduler")


def main(arguments: list[str] | None = None) -> int:
    """Run the jobs; the exit code is 0 for success, 1 for a failure, 2 for wrong usage or settings."""
    options = _parser().parse_args(arguments)
    return plainly(lambda: _run(options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scheduler", description="The timed jobs; without a verb, all of them."
    )
    verbs = parser.add_subparsers(dest="verb", metavar="VERB")
    verbs.add_parser("list", help="a line a job, its name first", description="A line a job, its name first.")
    one = verbs.add_parser("run", help="run one job once", description="Run one job once.")
    one.add_argument("job", choices=[job.name for job in all_jobs()], metavar="JOB", help="a name out of `list`")
    one.add_argument("--at", type=moment, help="as if it were this moment (ISO 8601 with a zone)")
    return parser


def _run(options: argparse.Namespace) -> int:
    if options.verb == "list":
        for job in all_jobs():
            sys.stdout.write(f"{job.name}  every {job.every}  {job.does}\n")
        return 0
    config = configured()
    if options.verb == "run":
        return looping.run(_once(config, options.job, options.at or Clock()()))
    return looping.run(_forever(config))


async def _once(config: settings.Settings, name: str, at: datetime) -> int:
    database = Database(config.database_url)
    try:
        await up_to_date(database)
        job = next(j for j in all_jobs(config.retention_days, config.body_retention_days) if j.name == name)
        sys.stdout.write(await job.run(SqlStore(database, config.rules()), at) + "\n")
    finally:
        await database.close()
    return 0


async def _forever(config: settings.Settings) -> int:
    stop = looping.told_to_end()
    database = Database(config.database_url)
    try:
        await up_to_date(database)
        jobs, store, clock = (
            all_jobs(config.retention_days, config.body_retention_days),
            SqlStore(database, config.rules()),
            Clock(),
        )
        standing = asyncio.create_task(
            stand_by(process_lock(database, "scheduler"), lambda: Ticker(store, jobs, clock))
        )
        outdated = asyncio.create_task(store.fence.shut_out())
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({standing, stopping, outdated}, return_when=asyncio.FIRST_COMPLETED)
        code = 1 if outdated.done() else 0
        for task in (stopping, outdated, standing):
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await standing
    finally:
        await database.close()
    log.info("ended")
    return code


if __name__ == "__main__":
    sys.exit(main())
