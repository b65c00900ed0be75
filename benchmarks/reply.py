"""How long until a reply reaches the phone, against a bot that stores nothing; and what the demo weighs.

``python -m benchmarks.reply``: rounds of the two, interleaved, over the same stand-in at zero delay. The baseline is an
aiohttp handler that answers the webhook and calls Z-API at once: no event, no decision, no commit.
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

import aiohttp
import psutil
from aiohttp import web
from aiohttp.test_utils import unused_port

from sandbox.config import SandboxConfig
from tests.e2e.house import House

ROUNDS, MESSAGES = 7, 30


async def _baseline(config: SandboxConfig, sandbox_base: str, port: int) -> web.AppRunner:
    names = config.environment(sandbox_base)
    session = aiohttp.ClientSession()
    url = (
        f"{names['ZAPI_BASE_URL']}/instances/{names['ZAPI_INSTANCE_ID']}/token/{names['ZAPI_INSTANCE_TOKEN']}/send-text"
    )
    tasks: set[asyncio.Task[Any]] = set()

    async def answer(phone: str) -> None:
        async with session.post(
            url, json={"phone": phone, "message": "oi"}, headers={"Client-Token": names["ZAPI_CLIENT_TOKEN"]}
        ):
            pass

    async def hook(request: web.Request) -> web.Response:
        body = await request.json()
        if body.get("type") == "ReceivedCallback" and not body.get("fromMe"):
            task = asyncio.create_task(answer(body["phone"]))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        return web.Response()

    async def close(_: web.Application) -> None:
        await session.close()

    app = web.Application()
    app.router.add_post("/{any:.*}", hook)
    app.on_cleanup.append(close)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return runner


async def _round(house: House, hook: str, phones: list[str]) -> list[float]:
    gateway = house.sandbox.whatsapp
    gateway.received_delivery_url = ""
    gateway.urls["ReceivedCallback"] = hook
    took = []
    for phone in phones:
        house.sandbox.whatsapp.skip(phone)
        started = time.perf_counter()
        sending = asyncio.ensure_future(house.sandbox.whatsapp.user_sends(phone, text="menu"))
        await house.sandbox.whatsapp.until(phone, lambda m: m.from_bot, timeout=10)
        took.append((time.perf_counter() - started) * 1000)
        await sending
    return took


async def replies() -> None:
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder))
        await house.open()
        port = unused_port()
        runner = await _baseline(house.config, house.sandbox_base, port)
        ours, bare = [], []
        own = f"{house.bot_base}/webhooks/zapi/{house.config.zapi_webhook_secret}"
        for number in range(ROUNDS):
            phones = [f"55119{number:02d}{n:06d}" for n in range(10, 10 + MESSAGES)]
            ours.append(await _round(house, own, phones))
            bare.append(await _round(house, f"http://127.0.0.1:{port}/x", phones))
        await runner.cleanup()
        await house.close()
    flat = sorted(x for one in ours for x in one)
    ratio = statistics.median(statistics.median(a) / statistics.median(b) for a, b in zip(ours, bare, strict=True))
    sys.stdout.write(
        f"reply at the phone: median {statistics.median(flat):.1f} ms, p99 {flat[int(len(flat) * 0.99)]:.1f} ms; "
        f"bare handler: median {statistics.median(x for one in bare for x in one):.1f} ms; ratio {ratio:.2f}\n"
    )


def demo() -> None:
    """Starts the demo as a newcomer does: seconds until the page is up, and its memory."""
    port = unused_port()
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite+aiosqlite:///{folder}/demo.db"
        for what in ("first start", "second start"):
            started = time.perf_counter()
            process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-m", "bot", "demo", "--port", str(port), "--no-browser", "--database", database],
                stdout=subprocess.DEVNULL,
            )
            while True:
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/sandbox", timeout=1)
                    break
                except OSError:
                    time.sleep(0.02)
            up = time.perf_counter() - started
            memory = psutil.Process(process.pid).memory_info().rss / 1e6
            sys.stdout.write(f"{what}: page up after {up:.2f} s, {memory:.0f} MB\n")
            process.terminate()
            process.wait(10)


if __name__ == "__main__":
    asyncio.run(replies())
    demo()
