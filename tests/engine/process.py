"""A real process around the toy business, to be killed: ``python -m tests.engine.process DIRECTORY PORT [ROLE …]``.

Its roles are ``web``, ``worker`` and ``scheduler``, by default all; ``STORE`` is the database's address, by default a
file in the directory. The web receives ``POST /say`` (a JSON list of ``[who, text]``) and answers 200 once all of it
is durable. The worker's one effect writes a line ``who text key`` to ``effects`` in the directory, which outlives it.
A text that ends with 7 sets a timer, which is due at once and says ``…t``. SIGTERM ends the process in good order.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from aiohttp import web

from bot.domain.commands import SendText, Sent
from bot.domain.decision import Decision, Stored
from bot.domain.events import Message, Tick
from bot.domain.shop import Rules, Shop
from bot.engine.clock import Clock
from bot.engine.intake import Full
from bot.engine.loop import Loop
from bot.engine.store import StoreDown
from bot.integrations.circuit import Circuits
from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.storage.store import SqlStore
from bot.storage.turnstile import turnstile
from scheduler.jobs import all_jobs
from scheduler.standing import stand_by
from scheduler.ticker import Ticker
from tests.engine.support import echo, effect, nothing, said

SLOW = float(os.environ.get("EFFECT_S", "0.002"))
ROLES = ("web", "worker", "scheduler")


def decide(stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
    echo(stored, shop, now, decision)
    event = stored.event
    if isinstance(event, Message) and event.text.endswith("7"):
        decision.timer(f"timer/{stored.id}", "toy", now, who=event.sender.chat, text=event.text)
    elif isinstance(event, Tick):
        text = SendText(to=event.data["who"], text=f"{event.data['text']}t")
        decision.do(text, key=f"tick/{stored.id}", queue=stored.lane)


async def main(directory: Path, port: int, roles: Sequence[str]) -> None:
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    log = os.open(directory / "effects", os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o600)

    async def send(command: SendText, key: str) -> Sent:
        await asyncio.sleep(SLOW)  # the way there: a death now leaves no effect
        os.write(log, f"{command.to} {command.text} {key}\n".encode())
        await asyncio.sleep(SLOW)  # the way back: a death now leaves an effect that nobody knows of
        return Sent(message_id=key)

    async def find(command: SendText, key: str) -> Sent | None:
        lines = (directory / "effects").read_text().splitlines()
        return Sent(message_id=key) if any(line.endswith(f" {key}") for line in lines) else None

    database = Database(os.environ.get("STORE", f"sqlite+aiosqlite:///{directory}/test.db"))
    await migrate(database)
    clock, store = Clock(), SqlStore(database, Rules())
    circuits = Circuits(clock)
    loop = Loop(store, decide, nothing, clock, circuits=circuits, names={"messenger": "toy"})
    await loop.start()

    async def say(request: web.Request) -> web.Response:
        try:
            await loop.put([said(text, who=who) for who, text in await request.json()])
        except (Full, StoreDown):
            return web.Response(status=503, headers={"Retry-After": "1"})
        return web.Response(text="ok")

    app = web.Application()
    app.add_routes([web.post("/say", say)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    jobs = [
        job for job in all_jobs(90) if job.name in ("timers", "alerts", "trim")
    ]  # no providers are there to be asked
    place, ticker = turnstile(database, "worker"), Ticker(store, [], clock)

    async def live() -> None:
        if "worker" in roles:
            if database.is_sqlite:
                await place.enter()
            await loop.work(effect(send, find))
            ticker.add("loop", 0.5, loop.tick)
            ticker.add("heartbeat", 5, loop.heartbeat)
            ticker.start()
        if "scheduler" in roles:
            await stand_by(turnstile(database, "scheduler"), lambda: Ticker(store, jobs, clock))

    if "web" in roles:
        await web.TCPSite(runner, "127.0.0.1", port, reuse_port=True).start()
    living = asyncio.create_task(live())
    await told.wait()
    living.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await living
    ticker.stop()
    await ticker.ended()
    await runner.cleanup()
    await loop.stop()
    await place.leave()
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:] or ROLES))
