"""How long the bot takes from its start to being ready, on a database that is there; and to go on with what a death
left it.

``python -m benchmarks.start``. Beside the first the same for Python with the libraries alone, since that is most of it
and no work of ours makes it less. For the second a bot is killed (``kill -9``) in the middle of its call to Z-API, and
after it a web side that has stored messages; time runs from the start of the next process to its first reply, to its
last, and to the second try of the call that was cut, which is looked for before.
"""

from __future__ import annotations

import asyncio
import itertools
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from aiohttp.test_utils import unused_port

from benchmarks.harness import Figure, Server, Size, alone, environment, prepare, serving, sqlite
from benchmarks.messages import message, phones
from benchmarks.people import Heard
from benchmarks.standins import whatsapp
from benchmarks.wire import StandIn, call

LIBRARIES = "import aiohttp.web, httpx, httpx_aiohttp, pydantic, pydantic_settings, sqlalchemy.ext.asyncio, jinja2, PIL"
LEFT = 20
"""Messages of as many people that are stored and not worked."""


async def measure(size: Size) -> list[Figure]:
    return [await _ready(size), *await _recovery(size)]


async def _ready(size: Size) -> Figure:
    ours, bare = [], []
    with tempfile.TemporaryDirectory() as folder:
        database = sqlite(Path(folder))
        await prepare(database)
        for _ in range(size.rounds):
            port = unused_port()
            async with serving(["bot", "serve"], port, environment(database, port, port)) as bot:
                ours.append(bot.ready)
            began = time.perf_counter()
            await asyncio.to_thread(subprocess.run, [sys.executable, "-c", LIBRARIES], check=True)
            bare.append(time.perf_counter() - began)
    ready = statistics.median(ours)
    detail = f"{ready:.2f} s (importing the libraries alone: {statistics.median(bare):.2f} s)"
    return Figure("start to ready", "≤ 1.5 s", detail, ready <= 1.5)


async def _recovery(size: Size) -> list[Figure]:
    everybody, took = phones(75), []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(size.rounds):
            database = sqlite(Path(folder), f"bot{number}")
            await prepare(database)
            took.append(await _one_recovery(database, everybody))
    first, last, doubt = (statistics.median(times) for times in zip(*took, strict=True))
    return [
        Figure("kill -9 to first reply, from the start", "≤ 2 s", f"{first:.2f} s", first <= 2),
        Figure(f"  … to the last of {LEFT}", "", f"{last:.2f} s"),
        Figure("  … what was cut is tried again", "", f"{doubt:.1f} s"),
    ]


async def _one_recovery(database: str, everybody: Iterator[str]) -> tuple[float, float, float]:
    heard, dying = Heard(), asyncio.Event()
    bot: Server | None = None

    def note(to: str, text: str) -> None:
        heard.note(to, text)
        if bot is not None and not dying.is_set():
            bot.process.kill()
            dying.set()

    async with StandIn(whatsapp(note)) as there:
        port = unused_port()
        names = environment(database, port, there.port)
        cut, *left = itertools.islice(everybody, LEFT + 1)
        async with serving(["bot", "serve"], port, names) as bot:
            await _say(port, [cut])
            await dying.wait()
        async with serving(["bot", "serve", "--only", "web"], port, names) as web:
            await _say(port, left)
            web.process.kill()
        began = time.perf_counter()
        async with serving(["bot", "serve"], port, names):
            async with asyncio.timeout(60):
                for person in left:
                    await heard.until(person, 1)
                await heard.until(cut, 2)
    replies = [heard.at[person][0] for person in left]
    return min(replies) - began, max(replies) - began, heard.at[cut][1] - began


async def _say(port: int, people: list[str]) -> None:
    caller = await call(port)
    for person in people:
        if await caller.ask(message(person, "menu")) != 200:
            raise RuntimeError("a message was not taken")
    caller.hang_up()


if __name__ == "__main__":
    alone(measure)
