"""Connections to a PostgreSQL server that detect a dead peer.

After a power failure, a cut cable or a dropped firewall state nobody closes the connection: by default a client waits
for minutes, and the server for two hours with all its locks. Here TCP keep-alives on both sides detect that without
cutting long statements, and the server ends idle transactions by itself, also those of a frozen client.
"""

from __future__ import annotations

import asyncio
import errno
import json
import socket
import weakref
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

CONNECTED_WITHIN_S = 5.0
ASKED_AFTER_S, ASKED_EVERY_S, ASKED_TIMES = 5, 2, 3
"""A peer that is silent for this long is probed, this often, this many times: detected as dead within 11 s."""
GIVEN_UP_S = 10.0
"""A transaction of the loop that is open for this long is abandoned with its connection, which releases its locks. A
server before PostgreSQL 17 enforces it only between statements, so not for a client that falls silent while sending
one."""

_SETTINGS = {
    "tcp_keepalives_idle": str(ASKED_AFTER_S),
    "tcp_keepalives_interval": str(ASKED_EVERY_S),
    "tcp_keepalives_count": str(ASKED_TIMES),
    "tcp_user_timeout": f"{ASKED_AFTER_S + ASKED_EVERY_S * ASKED_TIMES}s",
    "client_connection_check_interval": f"{ASKED_AFTER_S}s",  # while a statement runs, or waits for a lock
}
# by a statement, since a pooler in front of the server rejects unknown settings at the start of a connection; and only
# settings that the server knows: some are new in PostgreSQL 14
_SET = "SELECT set_config(name, $1::jsonb ->> name, false) FROM pg_settings WHERE $1::jsonb ? name"


_CONNECTIONS: weakref.WeakKeyDictionary[sa.Engine, weakref.WeakSet[Any]] = weakref.WeakKeyDictionary()


def engine(url: str, *, settings: Mapping[str, str] | None = None, **options: Any) -> AsyncEngine:
    """An engine for this URL. ``settings``: server settings of each session."""

    async def connect(*where: Any, **how: Any) -> Any:
        connection = await _connect(where, how, settings or {})
        _CONNECTIONS.setdefault(made.sync_engine, weakref.WeakSet()).add(connection)
        return connection

    arguments = {"async_creator_fn": connect, "timeout": CONNECTED_WITHIN_S, **options.pop("connect_args", {})}
    made = create_async_engine(url, connect_args=arguments, hide_parameters=True, **options)
    return made


async def dispose(of: AsyncEngine) -> None:
    """Close all connections without waiting for the server."""
    for connection in _CONNECTIONS.pop(of.sync_engine, ()):
        connection.terminate()
    await of.dispose()


async def take_time(connection: AsyncConnection, within: float | None) -> None:
    """Set the time-outs of the current transaction, and of idling in it, in seconds. None: no limit, and five minutes
    for what is computed between two statements."""
    limit = int(1000 * (within or 0))
    wanted = [("idle_in_transaction_session_timeout", limit or 300_000)]
    if int((connection.dialect.server_version_info or (0,))[0]) >= 17:
        # a timer that runs can be stopped, but is never moved
        wanted += [("transaction_timeout", 0), ("transaction_timeout", limit)]
    changes = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in wanted)
    await connection.exec_driver_sql(f"SELECT {changes}")


@asynccontextmanager
async def alive(connection: AsyncConnection) -> AsyncIterator[None]:
    """Raise ``ConnectionResetError`` in the block when the connection is lost. asyncpg does not notify a task that is
    still sending and waits for buffer space: it would wait for ever. A task interrupted this way discards the
    connection, since closing it properly would need another response."""
    driver: Any = (await connection.get_raw_connection()).driver_connection
    loop, end = asyncio.get_running_loop(), asyncio.timeout(None)

    def gone(_: Any) -> None:
        with suppress(RuntimeError):  # it has ended already, with the error of a statement
            end.reschedule(loop.time())

    driver.add_termination_listener(gone)
    try:
        async with end:
            try:
                yield
            except asyncio.CancelledError:
                driver.remove_termination_listener(gone)
                await connection.invalidate()
                raise
    except TimeoutError as error:
        if not end.expired():
            raise
        raise ConnectionResetError(errno.ECONNRESET, "the server is gone") from error
    finally:
        driver.remove_termination_listener(gone)


def of_a_pooler(error: BaseException | None) -> bool:
    """Whether the error shows a pooler in transaction mode: prepared statements are missing, or are another
    client's."""
    while error is not None:
        if type(error).__name__ in ("DuplicatePreparedStatementError", "InvalidSQLStatementNameError"):
            return True
        error = error.__cause__
    return False


async def _connect(where: Any, how: Any, settings: Mapping[str, str]) -> Any:
    import asyncpg  # only used with such a server

    connection = await asyncpg.connect(*where, **how)
    try:
        _ask_when_silent(connection._transport.get_extra_info("socket"))
        given_up = f"{int(GIVEN_UP_S * 1000)}ms"
        limits = {"idle_in_transaction_session_timeout": given_up, "transaction_timeout": given_up}
        wanted = {**_SETTINGS, **limits, **settings}
        await connection.fetch(_SET, json.dumps(wanted), timeout=CONNECTED_WITHIN_S)
    except BaseException:
        connection.terminate()
        raise
    return connection


def _ask_when_silent(end: socket.socket) -> None:
    if end.family == socket.AF_UNIX:
        return
    end.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (
        ("TCP_KEEPIDLE", ASKED_AFTER_S),
        ("TCP_KEEPINTVL", ASKED_EVERY_S),
        ("TCP_KEEPCNT", ASKED_TIMES),
        ("TCP_USER_TIMEOUT", 1000 * (ASKED_AFTER_S + ASKED_EVERY_S * ASKED_TIMES)),
    ):
        if hasattr(socket, name):  # not every system has all of them
            end.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
