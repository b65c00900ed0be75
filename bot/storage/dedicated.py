"""A PostgreSQL connection outside the pool, for what is bound to a session: advisory locks and ``LISTEN``."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from typing import Any

import sqlalchemy as sa

from bot.storage import server

WITHIN = 5.0
"""Timeout of every statement here, in seconds; after that the connection counts as lost."""
FORGOTTEN_MS = 15_000
"""``idle_session_timeout``: the server closes a connection after this idle time (its process hangs, or its host is
gone) and so releases its locks. The holder of a lock sends a statement every second."""


class ConnectionLost(Exception):
    """The server cannot be reached, or does not answer in time."""


class Pooled(ConnectionLost):
    """A pooler in transaction mode (PgBouncer) is in between: statements of one client may use different sessions, so
    advisory locks and ``LISTEN`` do not work."""


def _trouble(error: Exception) -> ConnectionLost:
    handed_on = server.of_a_pooler(error)
    return (
        Pooled("a pooler hands connections on")
        if handed_on
        else ConnectionLost(type(error.__cause__ or error).__name__)
    )


_CHECKED: set[str] = set()
"""Addresses that were found to have no such pooler in between."""


class DedicatedConnection:
    """Its advisory locks and its ``LISTEN`` registrations end with it."""

    def __init__(self, driver: Any) -> None:
        """``driver``: asyncpg's connection, detached from its pool."""
        self._driver = driver
        self.closed = asyncio.Event()
        self._driver.add_termination_listener(lambda _: self.closed.set())

    @classmethod
    async def open(cls, url: str) -> DedicatedConnection:
        """Raises :class:`ConnectionLost`, or :class:`Pooled` if session features do not work."""
        if url not in _CHECKED:
            with ExitStack() as tried:
                one = tried.enter_context(closing(await cls._open(url)))
                other = tried.enter_context(closing(await cls._open(url)))
                await _refuse_pooler(one, other)
            _CHECKED.add(url)
        return await cls._open(url)

    @classmethod
    async def _open(cls, url: str) -> DedicatedConnection:
        engine = server.engine(url, settings={"idle_session_timeout": f"{FORGOTTEN_MS}ms"}, poolclass=sa.NullPool)
        try:
            async with asyncio.timeout(WITHIN):
                connection = await engine.raw_connection()
        except Exception as error:
            raise _trouble(error) from error
        made = cls(connection.driver_connection)
        connection.detach()
        return made

    async def rows(self, statement: str, *values: object) -> Sequence[Any]:
        """The rows of a statement, in a transaction of its own. Raises :class:`ConnectionLost`."""
        try:
            async with asyncio.timeout(WITHIN):
                found: Sequence[Any] = await self._driver.fetch(statement, *values)
        except Exception as error:
            raise _trouble(error) from error
        return found

    async def try_lock(self, name: str) -> bool:
        """Take the advisory lock of that name; False if another session holds it."""
        ((taken,),) = await self.rows("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", name)
        return bool(taken)

    async def listen(self, channel: str, call: Callable[[str], None]) -> None:
        """``LISTEN``: ``call`` gets the payload of every notification. Raises :class:`ConnectionLost`."""
        try:
            async with asyncio.timeout(WITHIN):
                await self._driver.add_listener(channel, lambda *said: call(said[-1]))
        except Exception as error:
            raise _trouble(error) from error

    async def lives_for(self, seconds: float) -> bool:
        """Wait that long; False, at once, when the connection is lost."""
        return not await _happens(self.closed, seconds)

    def close(self) -> None:
        """Without waiting for the server."""
        self._driver.terminate()


async def _refuse_pooler(one: DedicatedConnection, other: DedicatedConnection) -> None:
    """Raises :class:`Pooled` if the two connections do not exclude each other from a lock, or if a notification is
    lost."""
    name, heard = f"autopars_{uuid.uuid4().hex}", asyncio.Event()
    await one.listen(name, lambda _: heard.set())
    if not await one.try_lock(name) or await other.try_lock(name):
        raise Pooled("a pooler hands connections on")
    await other.rows("SELECT pg_notify($1, '')", name)
    if not await _happens(heard, WITHIN):
        raise Pooled("nothing is heard by way of a pooler")


async def _happens(event: asyncio.Event, within: float) -> bool:
    """Not with ``wait_for``: before Python 3.12 it loses a cancellation that coincides with the event."""
    try:
        async with asyncio.timeout(within):
            return await event.wait()
    except TimeoutError:
        return False
