"""A connection of our own to a PostgreSQL server, outside the pool: for what lives as long as the connection does."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from typing import Any

import sqlalchemy as sa

from bot.storage import server

WITHIN = 5.0
"""Seconds for whatever the server is asked here; what takes longer is no connection any more."""
FORGOTTEN_MS = 15_000
"""A line that asks nothing for so long is given up by the server, and its locks are free: whoever holds one asks every
second. Its process is frozen then, or its host is gone."""


class LineDown(Exception):
    """There is no connection, or it gives no answer."""


class HandedOn(LineDown):
    """Connections are not one's own: a pooler in between gives each to whoever comes next, after every transaction."""


def _trouble(error: Exception) -> LineDown:
    handed_on = server.of_a_pooler(error)
    return HandedOn("a pooler hands connections on") if handed_on else LineDown(type(error).__name__)


_OWN: set[str] = set()
"""Addresses whose connections are one's own for as long as they last."""


class Line:
    """Advisory locks that it takes, and channels that it hears, end with it."""

    def __init__(self, driver: Any) -> None:
        """``driver``: asyncpg's own connection, which no pool wants back."""
        self._driver = driver
        self.closed = asyncio.Event()
        self._driver.add_termination_listener(lambda _: self.closed.set())

    @classmethod
    async def open(cls, url: str) -> Line:
        """Raises :class:`LineDown`."""
        if url not in _OWN:
            with ExitStack() as tried:
                one = tried.enter_context(closing(await cls._open(url)))
                other = tried.enter_context(closing(await cls._open(url)))
                await _is_own(one, other)
            _OWN.add(url)
        return await cls._open(url)

    @classmethod
    async def _open(cls, url: str) -> Line:
        engine = server.engine(url, settings={"idle_session_timeout": f"{FORGOTTEN_MS}ms"}, poolclass=sa.NullPool)
        try:
            async with asyncio.timeout(WITHIN):
                connection = await engine.raw_connection()
        except Exception as error:
            raise _trouble(error) from error
        line = cls(connection.driver_connection)
        connection.detach()
        return line

    async def rows(self, statement: str, *values: object) -> Sequence[Any]:
        """What a statement finds, in a transaction of its own. Raises :class:`LineDown`."""
        try:
            async with asyncio.timeout(WITHIN):
                found: Sequence[Any] = await self._driver.fetch(statement, *values)
        except Exception as error:
            raise _trouble(error) from error
        return found

    async def try_lock(self, name: str) -> bool:
        """Take the lock of that name, unless another connection has it."""
        ((taken,),) = await self.rows("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", name)
        return bool(taken)

    async def hear(self, channel: str, call: Callable[[str], None]) -> None:
        """``call`` is told what is said there. Raises :class:`LineDown`."""
        try:
            async with asyncio.timeout(WITHIN):
                await self._driver.add_listener(channel, lambda *said: call(said[-1]))
        except Exception as error:
            raise _trouble(error) from error

    async def lasts(self, seconds: float) -> bool:
        """Whether it is there for so long; returns at once when it is lost."""
        return not await _happens(self.closed, seconds)

    def close(self) -> None:
        """At once: a server that does not answer holds up nobody."""
        self._driver.terminate()


async def _is_own(one: Line, other: Line) -> None:
    """Raises :class:`HandedOn` where what one of them locks is the other's too, or what it would hear is lost, as by
    PgBouncer in transaction mode. There a place has two holders, and a worker's death goes unseen."""
    name, heard = f"autopars_{uuid.uuid4().hex}", asyncio.Event()
    await one.hear(name, lambda _: heard.set())
    if not await one.try_lock(name) or await other.try_lock(name):
        raise HandedOn("a pooler hands connections on")
    await other.rows("SELECT pg_notify($1, '')", name)
    if not await _happens(heard, WITHIN):
        raise HandedOn("nothing is heard by way of a pooler")


async def _happens(event: asyncio.Event, within: float) -> bool:
    """Not by ``wait_for``: before Python 3.12 it loses a cancellation that comes together with the event."""
    try:
        async with asyncio.timeout(within):
            return await event.wait()
    except TimeoutError:
        return False
