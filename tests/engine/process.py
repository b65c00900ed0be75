"""A real process around the toy business, to be killed: ``python -m tests.engine.process DIRECTORY PORT [ROLE …]``.

Its roles are ``web``, ``worker`` and ``scheduler``, by default all; ``STORE`` is the database's address, by default a
file in the directory. The web receives ``POST /say`` (a JSON list of ``[who, text]``) and answers 200 once all of it
is durable. The worker's one effect writes a line ``who text key`` to ``effects`` in the directory, which outlives it;
while a file ``down`` is there, nobody can be reached. A text that ends with 7 sets a timer, due at once, which says
``…t``. SIGTERM ends the process in good order; SIGUSR1 sets its clock back an hour.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from aiohttp import web
from apscheduler.schedulers import base as apscheduler

from bot.domain.commands import SendText, Sent
from bot.domain.decision import Decision, Stored
from bot.domain.events import Message, Tick
from bot.domain.shop import Rules, Shop
from bot.engine import clock as engine_clock
from bot.engine.clock import Clock
from bot.engine.intake import Full
from bot.engine.loop import Loop
from bot.engine.store import StoreDown
from bot.integrations import errors
from bot.integrations.circuit import Circuits
from bot.storage import database as storage
from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.storage.process_lock import process_lock
from bot.storage.store import SqlStore
from scheduler import ticker as ticking
from scheduler.jobs import all_jobs
from scheduler.standing import stand_by
from scheduler.ticker import Ticker
from tests.engine.support import echo, effect, nothing, said

SLOW = float(os.environ.get("EFFECT_S", "0.002"))
storage.WITHIN_S = float(os.environ.get("WITHIN_S", storage.WITHIN_S))
ROLES = ("web", "worker", "scheduler")


class Wall(datetime):
    """The time of day of this process, wherever it is read."""

    back = timedelta()

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return datetime.now(tz) - cls.back

    @classmethod
    def hang(cls) -> None:
        """Put it on the wall."""
        real = time.time
        time.time = lambda: real() - cls.back.total_seconds()
        for module in (engine_clock, ticking, apscheduler):
            vars(module)["datetime"] = cls

    @classmethod
    def an_hour_back(cls) -> None:
        cls.back += timedelta(hours=1)


def decide(stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
    echo(stored, shop, now, decision)
    event = stored.event
    if isinstance(event, Message) and event.text.endswith("7"):
        decision.timer(f"timer/{stored.id}", "toy", now, who=event.sender.chat, text=event.text)
    elif isinstance(event, Tick):
        text = SendText(to=event.data["who"], text=f"{event.data['text']}t")
        decision.do(text, key=f"tick/{stored.id}", queue=stored.lane)


def say_what_is_waited_for() -> None:
    """Of who was told to end and has not, for whoever reads a failed test."""
    for task in asyncio.all_tasks():
        task.print_stack(file=sys.stderr)


async def main(directory: Path, port: int, roles: Sequence[str]) -> None:
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, Wall.an_hour_back)
    log = os.open(directory / "effects", os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o600)

    async def send(command: SendText, key: str) -> Sent:
        if (directory / "down").exists():
            raise errors.Unavailable("toy", reason="down")
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
    place, ticker = process_lock(database, "worker"), Ticker(store, [], clock)

    async def live() -> None:
        if "worker" in roles:
            if database.is_sqlite:
                await place.acquire()
            while True:  # as the bot itself does
                try:
                    await loop.work(effect(send, find))
                    break
                except StoreDown:
                    await asyncio.sleep(0.1)
            ticker.add("loop", 0.5, loop.tick)
            ticker.add("heartbeat", 5, loop.heartbeat)
            ticker.start()
        if "scheduler" in roles:
            await stand_by(process_lock(database, "scheduler"), lambda: Ticker(store, jobs, clock))

    if "web" in roles:
        await web.TCPSite(runner, "127.0.0.1", port, reuse_port=True).start()
    living = asyncio.create_task(live())
    (directory / f"up-{os.getpid()}").touch()
    await told.wait()
    asyncio.get_running_loop().call_later(20, say_what_is_waited_for)
    living.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await living
    ticker.stop()
    await ticker.ended()
    await runner.cleanup()
    await loop.stop()
    await place.release()
    await database.close()


if __name__ == "__main__":
    Wall.hang()
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:] or ROLES))
