"""How long the bot takes from its start to being ready, on a database that is there.

``python -m benchmarks.start``. Beside it the same for Python with the libraries alone, since that is most of it and
no work of ours makes it less.
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from aiohttp.test_utils import unused_port

from benchmarks.harness import Figure, Size, alone, environment, prepare, serving, sqlite

LIBRARIES = "import aiohttp.web, httpx, httpx_aiohttp, pydantic, pydantic_settings, sqlalchemy.ext.asyncio, jinja2, PIL"


async def measure(size: Size) -> list[Figure]:
    ours, bare = [], []
    with tempfile.TemporaryDirectory() as folder:
        database = sqlite(Path(folder))
        await prepare(database)
        for _ in range(size.rounds):
            port = unused_port()
            with serving(["bot", "serve"], port, environment(database, port, port)) as bot:
                ours.append(bot.ready)
            began = time.perf_counter()
            await asyncio.to_thread(subprocess.run, [sys.executable, "-c", LIBRARIES], check=True)
            bare.append(time.perf_counter() - began)
    ready = statistics.median(ours)
    detail = f"{ready:.2f} s (importing the libraries alone: {statistics.median(bare):.2f} s)"
    return [Figure("start to ready", "≤ 1.5 s", detail, ready <= 1.5)]


if __name__ == "__main__":
    alone(measure)
