"""PostgreSQL: how much faster two workers drain a backlog than one, with server and load on the same cores.

``python -m benchmarks.drain``. The backlog (one message of one person each) is accepted by a web process that works
nothing, then one or two ``autopars worker`` are started. The rate is that from the 50th to the 95th percent of the
replies, so that neither the start of the processes is a part of it nor that of their connections: a server plans a
statement anew for the first five times on each, and two workers have twice as many. The server comes out of a wheel,
with its stock settings; it and the workers run under ``SCHED_BATCH``, as ``docs/production.md`` advises for one host.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import statistics

from aiohttp.test_utils import unused_port

from benchmarks.harness import Figure, Size, alone, environment, postgres, prepare, process, ratio, serving
from benchmarks.messages import message, phones
from benchmarks.people import Heard
from benchmarks.standins import whatsapp
from benchmarks.wire import StandIn, call

BACKLOG = 2000
MOST_S = 180.0


async def measure(size: Size) -> list[Figure]:
    heard, everybody = Heard(), phones(60)
    rates: dict[int, list[float]] = {1: [], 2: []}
    count = size.of(BACKLOG, 40)
    with postgres() as database:
        await prepare(database)
        async with StandIn(whatsapp(heard.note)) as there:
            port = unused_port()
            names = environment(database, port, there.port)
            for _ in range(size.rounds):
                for workers, taken in rates.items():
                    persons = list(itertools.islice(everybody, count))
                    async with serving(["bot", "serve", "--only", "web"], port, names, "/healthz"):
                        await _fill(port, persons)
                    taken.append(await _drain(workers, names, heard, persons))
    faster = ratio(rates[2], rates[1])
    each = " / ".join(f"{statistics.median(rate):.0f}" for rate in rates.values())
    return [
        Figure("PostgreSQL, a backlog drained", "", f"{each} turns a second (one worker / two)"),
        Figure("  two workers × one", "≥ 1.2", f"{faster:.2f}", faster >= 1.2),
    ]


async def _fill(port: int, persons: list[str]) -> None:
    caller = await call(port)
    for person in persons:
        if await caller.ask(message(person, "menu")) != 200:
            raise RuntimeError("the backlog was not accepted")
    caller.hang_up()


async def _drain(workers: int, names: dict[str, str], heard: Heard, persons: list[str]) -> float:
    """Replies a second."""
    async with contextlib.AsyncExitStack() as running:
        for _ in range(workers):
            await running.enter_async_context(process(["bot", "worker"], names))
        async with asyncio.timeout(MOST_S):
            await asyncio.gather(*(heard.until(person, 1) for person in persons))
    at = sorted(itertools.chain.from_iterable(heard.at[person] for person in persons))
    first, last = len(at) // 2, len(at) * 95 // 100 - 1
    return (last - first) / (at[last] - at[first])


if __name__ == "__main__":
    alone(measure)
