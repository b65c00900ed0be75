"""Connections and transactions: on SQLite one writer and many readers, on PostgreSQL two pools."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.util import greenlet_spawn

from bot.storage import prepared, server
from bot.storage import tables as t
from bot.storage.group import GroupCommit
from bot.storage.write_lock import WriteLock

T = TypeVar("T")

STATEMENTS = 512
"""So many the driver keeps ready: those of a turn, and one more for each length of a list."""
AT_A_TIME = 4
"""Connections for the engine's transactions (turns, outcomes, reads) on a PostgreSQL server. Each is a process there
with caches of its own, so fewer make each statement cheaper. This many keep a worker busy at a round trip of 0.3 ms."""
READ_ONLY = "25006"
"""SQLSTATE of PostgreSQL for a write in a read-only session."""
CONNECTIONS = 16
"""Connections for everything else in a process: accepting events, the console, jobs."""
WITHIN_S = 10.0
"""Seconds for a transaction of the engine on a PostgreSQL server, from waiting for a connection to the commit. A commit
that timed out may have succeeded: whatever is repeated is idempotent."""
AT_LEISURE_S = 300.0
"""The same for console pages, exports and timed jobs."""


STATISTICS = ("sqlite_stat1", "sqlite_stat4")
"""Tables that ANALYZE creates in an SQLite file."""
_WRITES_A_PAGE = sa.text("PRAGMA user_version = 0")
"""Nobody reads it, and SQLite writes it whatever it was: on a full disk a statement without effect would succeed."""
_NO_CHANGE = sa.update(t.circuits).values(failures=0).where(sa.false())
_UNFIT = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR)


def is_trouble(error: BaseException) -> bool:
    """Whether the database failed, so that the same statement may succeed later; False for the fault of a row."""
    if isinstance(error, OSError | sa.exc.TimeoutError):
        return True
    at_fault = (sa.exc.IntegrityError, sa.exc.DataError, sa.exc.ProgrammingError)
    if not isinstance(error, sa.exc.DBAPIError) or isinstance(error, at_fault):
        return False
    cause = error.orig.__cause__ if error.orig else None
    state = str(getattr(error.orig, "sqlstate", None) or "")  # asyncpg's classes 22, 23, 42: data, integrity, syntax
    return state[:2] not in ("22", "23", "42") and not isinstance(cause, ValueError)


def its_name(error: BaseException) -> str:
    """The database's name of an error (``SQLITE_READONLY``, ``TooManyConnectionsError``); holds no data of rows."""
    if not isinstance(error, sa.exc.DBAPIError) or error.orig is None:
        return type(error).__name__
    return str(getattr(error.orig, "sqlite_errorname", "") or type(error.orig.__cause__ or error.orig).__name__)


class Database:
    """Access to one database. ``write()`` is one transaction at a time on SQLite (``BEGIN IMMEDIATE``).

    The engine uses ``commit(work)`` and ``look(work)``. On SQLite their statements run on the event loop's thread, and
    ``commit`` is a group commit: it shares its transaction with other work that waits.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        if self.is_sqlite:
            _private_file(url)
            self._writer = _sqlite_engine(url, "BEGIN IMMEDIATE", pool_size=1)
            self._reader = _sqlite_engine(url, "BEGIN", pool_size=4)
            path = sqlite_path(url)
            self._group = GroupCommit(_on_the_loop(url, "BEGIN IMMEDIATE"), WriteLock(path))
            self._write_lock = WriteLock(path)
            self._looks = _on_the_loop(url, "BEGIN")
            self._looking: sa.Connection | None = None
        else:
            self._writer = _server_engine(url, CONNECTIONS)
            self._turns = _server_engine(url, AT_A_TIME)
            self._quick = self._turns.execution_options(isolation_level="AUTOCOMMIT")
        self._one_at_a_time = asyncio.Lock()

    async def commit(self, work: Callable[[sa.Connection], T], *, first: bool = False) -> T:
        """Run ``work`` atomically and return its result once it is durable. ``work`` may be called more than once, so
        it must have no other effects. ``first``: ahead of other waiting work."""
        if self.is_sqlite:
            done: T = await self._group.run(work, first=first)
            return done
        engine = self._writer if first else self._turns
        async with asyncio.timeout(WITHIN_S):
            return await greenlet_spawn(_in_a_transaction, engine.sync_engine, work)

    async def look(self, work: Callable[[sa.Connection], T]) -> T:
        """Run a read that is fast (found by an index)."""
        if self.is_sqlite:
            await asyncio.sleep(0)  # so that repeated reads do not starve other tasks
            self._looking = self._looking or self._looks.connect()
            try:
                return work(self._looking)
            finally:
                self._looking.rollback()
        async with asyncio.timeout(WITHIN_S):
            return await greenlet_spawn(_with_a_connection, self._quick.sync_engine, work)

    async def may_write(self) -> None:
        """Test that the database accepts writes and has room for them; raises its error if not."""
        test = _WRITES_A_PAGE if self.is_sqlite else _NO_CHANGE
        await self.commit(lambda connection: connection.execute(test), first=True)

    async def forget_statistics(self) -> bool:
        """Delete the statistics of an ANALYZE from an SQLite file; whether there were any. Statements are written for a
        planner without statistics: those of a young shop would have it scan whole tables for years."""
        if not self.is_sqlite or not await self.look(_is_counted):
            return False
        async with self.write() as connection:
            for table in STATISTICS:
                await connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table}")
        await self._writer.dispose()  # who drops them goes on by them
        return True

    @asynccontextmanager
    async def write(self, within: float | None = AT_LEISURE_S) -> AsyncIterator[AsyncConnection]:
        """A transaction: committed durably at the end of the block, rolled back on an error. ``within``: its time-out
        in seconds on a server, None for no limit."""
        if self.is_sqlite:
            async with self._one_at_a_time, self._write_lock.held(), self._writer.begin() as connection:
                yield connection
        else:
            async with self._at_leisure(within) as connection:
                yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        if self.is_sqlite:
            async with self._reader.connect() as connection:
                yield connection
        else:
            async with self._at_leisure(AT_LEISURE_S) as connection:
                yield connection

    @asynccontextmanager
    async def _at_leisure(self, within: float | None) -> AsyncIterator[AsyncConnection]:
        """A transaction on a server with a time-out, for reads too: SQLAlchemy closes a connection in a shielded task,
        which would wait for a silent server to roll back."""
        async with asyncio.timeout(within), self._writer.begin() as connection, server.alive(connection):
            await server.take_time(connection, within)
            yield connection

    async def close(self) -> None:
        if self.is_sqlite:
            await self._group.close()
            self._write_lock.close()
            if self._looking is not None:
                self._looking.close()
            self._looks.dispose()
            await self._writer.dispose()
            await self._reader.dispose()
        else:
            await server.dispose(self._turns)
            await server.dispose(self._writer)


def _is_counted(connection: sa.Connection) -> bool:
    return any(connection.exec_driver_sql(f"PRAGMA table_info({table})").first() for table in STATISTICS)


# the whole of it in one greenlet: SQLAlchemy's asynchronous connection enters one for each step (connect, begin,
# commit, close), which costs as much as a statement


def _in_a_transaction(engine: sa.Engine, work: Callable[[sa.Connection], T]) -> T:
    with engine.begin() as connection:
        return work(connection)


def _with_a_connection(engine: sa.Engine, work: Callable[[sa.Connection], T]) -> T:
    with engine.connect() as connection:
        return work(connection)


def sqlite_path(url: str) -> Path | None:
    """The file of an SQLite URL; None for memory or another database."""
    name = make_url(url).database
    return Path(name) if url.startswith("sqlite") and name and name != ":memory:" else None


def _private_file(url: str) -> None:
    path = sqlite_path(url)
    if path is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))


def _server_engine(url: str, connections: int) -> AsyncEngine:
    """A pool that keeps connections (each caches its prepared statements) and uses the most recently used first."""
    engine = server.engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_use_lifo=True,
        connect_args={"prepared_statement_cache_size": STATEMENTS},
    )

    @sa.event.listens_for(engine.sync_engine, "handle_error")
    def _given_up(error: sa.engine.ExceptionContext) -> None:
        """Discard all idle connections when one times out (they are as dead), or when the server has become a read-only
        replica (a fail-over: the address leads to another server now)."""
        if isinstance(error.original_exception, asyncio.CancelledError):
            error.invalidate_pool_on_disconnect = True
        elif getattr(error.original_exception, "sqlstate", "") == READ_ONLY:
            error.is_disconnect = True

    return engine


def _sqlite_engine(url: str, begin: str, pool_size: int) -> AsyncEngine:
    # hide_parameters: the text of an error goes to the logs, and what is bound is personal
    engine = create_async_engine(url, pool_size=pool_size, max_overflow=0, pool_timeout=30, hide_parameters=True)
    _set_up(engine.sync_engine, begin)
    return engine


def _on_the_loop(url: str, begin: str) -> sa.Engine:
    """The same file by the synchronous driver: one connection, which does not wait for locks."""
    address = make_url(url).set(drivername="sqlite")
    engine = sa.create_engine(
        address,
        poolclass=sa.StaticPool,
        connect_args={"check_same_thread": False, "cached_statements": STATEMENTS},
        hide_parameters=True,
    )
    _set_up(engine, begin, patience_ms=0)
    return engine


def _set_up(engine: sa.Engine, begin: str, patience_ms: int = 10_000) -> None:
    @sa.event.listens_for(engine, "connect")
    def _connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # transactions are begun below, by the statement we choose
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            f"busy_timeout={patience_ms}",
            "foreign_keys=ON",
            "temp_store=MEMORY",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @sa.event.listens_for(engine, "handle_error")
    def _given_up(error: sa.engine.ExceptionContext) -> None:
        """Discard a connection that was opened read-only or lost its disk: it stays unusable when the file is well."""
        if getattr(error.original_exception, "sqlite_errorcode", 0) & 0xFF in _UNFIT:
            error.is_disconnect = True

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        prepared.say(connection, begin)
