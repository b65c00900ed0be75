"""How long one reply takes while nothing else happens, against a bot that stores nothing; and what the demo weighs.

``python -m benchmarks.reply``. One person after the other writes *menu*; the baseline is an aiohttp handler that
answers the webhook and calls Z-API at once: no event, no decision, no commit. Both send to the same stand-in at zero
delay.
"""

from __future__ import annotations

import itertools
import statistics
import tempfile
import time
from pathlib import Path

from aiohttp.test_utils import unused_port

from benchmarks.harness import Figure, Size, alone, environment, ms, prepare, ratio, serving, sqlite
from benchmarks.messages import message, phones
from benchmarks.people import Heard
from benchmarks.standins import whatsapp
from benchmarks.wire import StandIn, call

MESSAGES = 50


async def measure(size: Size) -> list[Figure]:
    heard, everybody = Heard(), phones(70)
    took: dict[str, list[list[float]]] = {"bot": [], "bare": []}
    with tempfile.TemporaryDirectory() as folder:
        database = sqlite(Path(folder))
        await prepare(database)
        ports = {name: unused_port() for name in took}
        async with StandIn(whatsapp(heard.note)) as there:
            names = environment(database, ports["bot"], there.port)
            rival = ["benchmarks.rivals.replying", str(ports["bare"]), str(there.port)]
            async with serving(["bot", "serve"], ports["bot"], names), serving(rival, ports["bare"], {}, "/x"):
                for number in range(size.rounds + 1):  # the first warms both
                    for name, port in ports.items():
                        persons = list(itertools.islice(everybody, size.of(MESSAGES, 5)))
                        times = await _one_by_one(port, persons, heard)
                        if number:
                            took[name].append(times)
    medians = [[ms(one, 50) for one in took[name]] for name in took]
    late = statistics.median(ms(one, 99) for one in took["bot"])
    detail = (
        f"{statistics.median(medians[0]):.1f} ms, p99 {late:.0f} ms ({ratio(*medians):.1f} × a handler without a store)"
    )
    return [Figure("one reply, nothing else to do", "", detail), *await _demo(size)]


async def _one_by_one(port: int, persons: list[str], heard: Heard) -> list[float]:
    took, caller = [], await call(port)
    for person in persons:
        request, started = message(person, "menu"), time.perf_counter()
        await caller.ask(request)
        await heard.until(person, 1)
        took.append(heard.at[person][0] - started)
    caller.hang_up()
    return took


async def _demo(size: Size) -> list[Figure]:
    """The demo as a newcomer starts it: bot, scheduler and all stand-ins in one process."""
    ready, memory = [], []
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite+aiosqlite:///{folder}/demo.db"
        for _ in range(min(size.rounds, 3)):
            port = unused_port()
            command = ["bot", "demo", "--port", str(port), "--no-browser", "--database", database]
            async with serving(command, port, {}, "/sandbox") as demo:
                ready.append(demo.ready)
                memory.append(demo.memory)
    return [Figure("demo: page up", "", f"{statistics.median(ready):.2f} s, {statistics.median(memory):.0f} MB")]


if __name__ == "__main__":
    alone(measure)
