"""A real process around the toy business, to be killed: ``python -m tests.engine.process DIRECTORY PORT``.

It receives ``POST /say`` (a JSON list of ``[who, text]``), answers 200 once all of it is durable, and its one effect
writes a line ``who text key`` to ``effects`` in the directory, which outlives it. SIGTERM ends it in good order.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from aiohttp import web

from bot.domain.commands import SendText, Sent
from bot.domain.shop import Rules
from bot.engine.clock import Clock
from bot.engine.loop import Loop
from bot.integrations.circuit import Circuits
from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.storage.store import SqlStore
from bot.storage.turnstile import FileTurnstile
from tests.engine.support import echo, effect, nothing, said

SLOW = float(os.environ.get("EFFECT_S", "0.002"))


async def main(directory: Path, port: int) -> None:
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

    database = Database(f"sqlite+aiosqlite:///{directory}/test.db")
    await migrate(database)
    clock = Clock()
    loop = Loop(SqlStore(database, Rules()), echo, nothing, clock, circuits=Circuits(clock), names={"messenger": "toy"})
    await loop.start()

    async def say(request: web.Request) -> web.Response:
        await loop.put([said(text, who=who) for who, text in await request.json()])
        return web.Response(text="ok")

    app = web.Application()
    app.add_routes([web.post("/say", say)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, reuse_port=True).start()
    turnstile = FileTurnstile("worker", directory / "worker.lock")
    await turnstile.enter()
    await loop.work(effect(send, find))
    await told.wait()
    await runner.cleanup()
    await loop.stop()
    await turnstile.leave()
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
