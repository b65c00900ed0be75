"""The whole house over sockets: the stand-ins on one port, the bot on another, which can be killed and started again.

``Crash`` stops the bot in process at a chosen commit or call, as a power cut would: everything after that point never
runs, open transactions are rolled back, and what the providers did stays done.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Mapping
from contextvars import ContextVar
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from aiohttp import web
from aiohttp.test_utils import unused_port
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import importing, settings
from bot.app import Bot
from bot.domain.order import Order
from bot.engine.clock import Clock
from bot.integrations.http import Answer, ProviderHttp
from bot.storage import tables as t
from bot.storage.database import AT_LEISURE_S
from bot.storage.migrate import migrate
from sandbox.app import create_app
from sandbox.chats import ChatMessage
from sandbox.config import SAMPLE_SHOP, SandboxConfig
from sandbox.core import World
from sandbox.stand_ins import Sandbox

BUYER = "5511988880001"
SELLER = "5511977770001"
THE_DEAD_CLOSE_NOTHING = pytest.mark.filterwarnings(
    "ignore:unclosed:ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
"""What a killed process leaves open the system closes; what one that is killed inside of ours leaves open is closed by
the collector, which says so."""
WITHIN = 60.0
"""Seconds until what does not come is believed to hang; no measure of speed."""

T = TypeVar("T")
_life: ContextVar[int] = ContextVar("life", default=0)
_tasks: dict[int, list[asyncio.Task[Any]]] = {}


def in_the_bot() -> bool:
    """Whether what runs is the bot's, and not the test's."""
    return bool(_life.get())


@contextlib.contextmanager
def as_the_bot() -> Iterator[None]:
    """What runs inside counts as the bot's: a job, a page."""
    token = _life.set(1)
    try:
        yield
    finally:
        _life.reset(token)


def _factory(loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> asyncio.Task[Any]:
    task: asyncio.Task[Any] = asyncio.Task(coroutine, loop=loop, **options)
    if _life.get():
        _tasks.setdefault(_life.get(), []).append(task)
    return task


def _gives_back(task: asyncio.Task[Any]) -> bool:
    """Whether it gives a connection back, which the system does for the dead."""
    return getattr(task.get_coro(), "__qualname__", "") == AsyncConnection.close.__qualname__


class Crash:
    """Counts the points of a life; at number ``at``, or at the first one called ``where``, that life ends."""

    def __init__(self, at: int = 0, where: str = "") -> None:
        self.at = at
        self.where = where
        self.points: list[str] = []
        self.happened = asyncio.Event()

    async def point(self, where: str) -> None:
        if not self.happened.is_set():
            self.points.append(where)
            if len(self.points) == self.at or where == self.where:
                self.happened.set()
        if self.happened.is_set():
            await asyncio.Event().wait()  # never again


class House:
    def __init__(self, folder: Path, gateway: str = "zapi", **environment: str) -> None:
        self.config = SandboxConfig(whatsapp=gateway)
        self.sandbox_port, self.bot_port = unused_port(), unused_port()
        self.sandbox_base = f"http://127.0.0.1:{self.sandbox_port}"
        self.bot_base = f"http://127.0.0.1:{self.bot_port}"
        self.clock = Clock()
        self.world = World(clock=self.clock, pace=0.0)
        self.sandbox = Sandbox(self.config, base=self.sandbox_base, bot=self.bot_base, world=self.world)
        self.sandbox.asaas.hooks.delay_factor = 0.001
        self.sandbox.melhor_envio.hooks.wait = 0.05
        self.sandbox.resend.per_second = 0
        names: Mapping[str, str] = {
            **self.config.environment(self.sandbox_base),
            "PUBLIC_URL": self.bot_base,
            "DATABASE_URL": f"sqlite+aiosqlite:///{folder}/house.db",
            "HTTP_RETRY_DELAYS_S": "0,0.01,0.02",
            "HTTP_TIMEOUT_S": "2",
            "BUBBLE_PAUSE_S": "0",
            "LOG_LEVEL": "ERROR",
            **environment,
        }
        self.settings = settings.load(_env_file=None, **{k.lower(): v for k, v in names.items()})
        self.bot: Bot | None = None
        self.crash = Crash()
        self._lives = 0
        self._sandbox_runner: web.AppRunner | None = None
        self._bot_runner: web.AppRunner | None = None

    # --- starting and stopping -------------------------------------------------------------------------

    async def open(self) -> None:
        asyncio.get_running_loop().set_task_factory(_factory)
        application = web.Application(client_max_size=64 * 1024 * 1024)
        application.add_subapp("/sandbox", create_app(self.sandbox))
        self._sandbox_runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._sandbox_runner.setup()
        await web.TCPSite(self._sandbox_runner, "127.0.0.1", self.sandbox_port).start()
        first = Bot(self.settings, clock=self.clock)
        await migrate(first.database)
        await importing.load(first.database, first.rules, importing.read(SAMPLE_SHOP), self.clock())
        await first.database.close()
        await self.start()
        assert self.bot is not None
        await self.bot.providers.messenger.register_webhooks(self.bot.whatsapp_webhook)

    async def start(self, crash: Crash | None = None) -> None:
        """Start a bot on the database that is there."""
        self._lives += 1
        token = _life.set(id(self) + self._lives)
        self.crash = crash or Crash()
        self.bot = bot = Bot(self.settings, clock=self.clock)
        _watch_commits(bot, self.crash)
        self._bot_runner = web.AppRunner(bot.application(), access_log=None, shutdown_timeout=5)
        await self._bot_runner.setup()
        await web.TCPSite(self._bot_runner, "127.0.0.1", self.bot_port).start()
        _life.reset(token)

    async def kill(self) -> None:
        """End the bot's life at once: no clean-up of its own runs to its end."""
        assert self.bot is not None
        assert self._bot_runner is not None
        self.crash.happened.set()
        self.bot.ticker.stop()
        for site in list(self._bot_runner.sites):
            await site.stop()
        server = self._bot_runner.server
        for connection in list(server.connections) if server is not None else []:
            if connection.transport is not None:
                connection.transport.abort()  # the system closes the sockets of the dead
        while tasks := [task for task in _tasks.get(id(self) + self._lives, []) if not task.done()]:
            # again and again: ``wait_for`` of Python 3.11 forgets a cancellation that comes with what it waited for
            for task in tasks:
                if not _gives_back(task):
                    task.cancel()
            await asyncio.wait(tasks, timeout=0.1)
        del _tasks[id(self) + self._lives]

        async def nothing() -> None:
            """The dead finish nothing; only what the system does with their files and sockets is left to do."""

        self.bot.loop.stop = nothing  # type: ignore[method-assign]
        await self._bot_runner.cleanup()
        self.bot = self._bot_runner = None

    async def stop(self) -> None:
        """End the bot as SIGTERM does."""
        if self._bot_runner is not None:
            await self._bot_runner.cleanup()
        self.bot = self._bot_runner = None

    async def close(self) -> None:
        self.crash.at, self.crash.where = 0, ""  # what is committed from here on is no part of the story
        if self.bot is not None and self.crash.happened.is_set():
            await self.kill()  # at a point behind the last that the story waits for: nothing of it would end by itself
        await self.stop()
        if self._sandbox_runner is not None:
            await self._sandbox_runner.cleanup()
        _tasks.clear()
        asyncio.get_running_loop().set_task_factory(None)

    # --- people ----------------------------------------------------------------------------------------

    async def say(self, phone: str, text: str = "", **more: Any) -> None:
        """Write until the bot has taken it: what got no 200 is sent again, as the same message."""
        self.sandbox.whatsapp.skip(phone)
        message_id = f"M{len(self.sandbox.whatsapp.chat(phone))}X{abs(hash((phone, text))) % 10**8}"
        while True:
            bubble = await self._or_crash(
                self.sandbox.whatsapp.user_sends(phone, text=text, message_id=message_id, name="Marina", **more)
            )
            if bubble is not None and bubble.webhook_status == 200:
                return
            await self.revive()

    async def hears(self, phone: str, *parts: str) -> ChatMessage:
        """Wait for a message of the bot that holds all parts."""

        def fits(message: ChatMessage) -> bool:
            return all(part.lower() in message.words.lower() for part in parts)

        try:
            async with asyncio.timeout(WITHIN):
                while True:
                    heard = await self._or_crash(self.sandbox.whatsapp.until(phone, fits, timeout=2 * WITHIN))
                    if heard is not None:
                        return heard
                    await self.revive()
        except TimeoutError:
            raise AssertionError(f"{phone} never heard {parts}; the chats:\n{self.transcript()}") from None

    def transcript(self) -> str:
        lines = []
        for phone in (BUYER, SELLER):
            lines.append(f"--- {phone}")
            chat = self.sandbox.whatsapp.chat(phone)
            lines += [f"{'B' if m.from_bot else 'P'} [{m.kind}] {m.words!r}" for m in chat]
        return "\n".join(lines)

    async def until(self, ready: Callable[[], Any]) -> Any:
        """Wait for something at the stand-ins."""
        try:
            async with asyncio.timeout(WITHIN), self.world.listen() as news:
                while not (found := ready()):
                    await self.revive()
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(news.get(), 0.05)
                return found
        except TimeoutError:
            raise AssertionError(f"it never came; the chats:\n{self.transcript()}") from None

    async def revive(self) -> None:
        """If the planned crash has happened, bury the bot and start another."""
        if self.crash.happened.is_set():
            await self.kill()
            await self.start()

    async def _or_crash(self, work: Coroutine[Any, Any, T]) -> T | None:
        """The result, or None if the bot died meanwhile."""
        task = asyncio.ensure_future(work)
        death = asyncio.ensure_future(self.crash.happened.wait())
        await asyncio.wait({task, death}, return_when=asyncio.FIRST_COMPLETED)
        death.cancel()
        if task.done():
            return task.result()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return None

    # --- what is left ----------------------------------------------------------------------------------

    async def order(self, number: int) -> Order:
        assert self.bot is not None
        async with self.bot.database.read() as connection:
            query = sa.select(t.orders.c.body).where(t.orders.c.number == number)
            return Order.model_validate_json((await connection.execute(query)).scalar_one())

    async def rows(self, query: sa.Select[Any] | sa.CompoundSelect[Any]) -> list[Any]:
        assert self.bot is not None
        async with self.bot.database.read() as connection:
            return list((await connection.execute(query)).all())

    async def quiet(self) -> None:
        """Wait until nothing waits: no event to work, no command that is due, under way, or looked for again in a
        moment, of which nobody is told."""
        events = sa.select(t.events.c.id).where(t.events.c.status == "new")
        commands = sa.select(t.commands.c.id).where(
            sa.or_(
                t.commands.c.status == "doing",
                sa.and_(t.commands.c.status == "parked", ~t.commands.c.told_parked),
                sa.and_(t.commands.c.status == "new", t.commands.c.not_before <= sa.bindparam("now")),
            )
        )
        async with asyncio.timeout(WITHIN):
            while True:
                await self.revive()
                # in one look, since what is open goes over from one table into the other and back; and what was
                # wanted after the clock was read is due too
                soon = self.clock() + timedelta(seconds=1)
                if not await self.rows(sa.union_all(events, commands).params(now=soon)):
                    return
                await asyncio.sleep(0.01)


def _watch_commits(bot: Bot, crash: Crash) -> None:
    original = bot.database.write

    @contextlib.asynccontextmanager
    async def write(within: float | None = AT_LEISURE_S) -> AsyncIterator[AsyncConnection]:
        async with original(within) as connection:
            yield connection
            await crash.point("before a commit")
        await crash.point("after a commit")

    bot.database.write = write  # type: ignore[method-assign]
    together = bot.database.commit

    async def commit(work: Callable[[sa.Connection], T], *, first: bool = False) -> T:
        await crash.point("before a commit")  # work that is never committed leaves what work that was not begun leaves
        done = await together(work, first=first)
        await crash.point("after a commit")
        return done

    bot.database.commit = commit  # type: ignore[method-assign]
    way_out = bot.http

    async def send(
        self: ProviderHttp, method: str, url: str, timeout: float, max_bytes: int, request: Mapping[str, Any]
    ) -> Answer:
        if self.http is not way_out:
            return await bare(self, method, url, timeout, max_bytes, request)
        await crash.point(f"before {self.name} {method}")
        answer = await bare(self, method, url, timeout, max_bytes, request)
        await crash.point(f"after {self.name} {method}")
        return answer

    bare: Callable[..., Awaitable[Answer]] = vars(ProviderHttp._send).get("watched", ProviderHttp._send)
    vars(send)["watched"] = bare
    ProviderHttp._send = send  # type: ignore[method-assign]
