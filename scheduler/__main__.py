"""``python -m scheduler``: run the jobs; ``list`` them; ``run JOB [--at ISO-8601]`` one of them once."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from datetime import datetime

from bot import logs, settings
from bot.engine.clock import Clock
from bot.redaction import Redactor
from bot.storage.database import Database
from bot.storage.store import SqlStore
from scheduler.jobs import all_jobs
from scheduler.ticker import Ticker


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m scheduler", description=__doc__)
    verbs = parser.add_subparsers(dest="verb")
    verbs.add_parser("list", help="a line a job, its name first")
    one = verbs.add_parser("run", help="run one job once")
    one.add_argument("job")
    one.add_argument("--at", help="as if it were this moment (ISO 8601 with a zone)")
    options = parser.parse_args(arguments)
    try:
        config = settings.load()
    except settings.SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    logs.configure(config.log_level, config.log_format, Redactor(config.secrets()))
    jobs = all_jobs(config.retention_days)
    if options.verb == "list":
        for job in jobs:
            sys.stdout.write(f"{job.name}  every {job.every}  {job.does}\n")
        return 0
    if options.verb == "run":
        chosen = next((j for j in jobs if j.name == options.job), None)
        if chosen is None:
            sys.stderr.write(f"no job {options.job}; there are: {', '.join(j.name for j in jobs)}\n")
            return 2
        at = datetime.fromisoformat(options.at) if options.at else Clock()()
        if at.tzinfo is None:
            sys.stderr.write("--at needs a zone, e.g. 2026-11-25T12:00:00-03:00\n")
            return 2
        return asyncio.run(_once(config, chosen.name, at))
    return asyncio.run(_forever(config))


async def _once(config: settings.Settings, name: str, at: datetime) -> int:
    database = Database(config.database_url)
    try:
        job = next(j for j in all_jobs(config.retention_days) if j.name == name)
        sys.stdout.write(await job.run(SqlStore(database, config.rules()), at) + "\n")
    finally:
        await database.close()
    return 0


async def _forever(config: settings.Settings) -> int:
    database = Database(config.database_url)
    ticker = Ticker(SqlStore(database, config.rules()), all_jobs(config.retention_days), Clock())
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    ticker.start()
    await stop.wait()
    ticker.stop()
    await database.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
