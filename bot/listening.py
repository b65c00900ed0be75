"""Listening sockets, so that a new release takes over without a refused connection.

Several processes may listen on one address. One that ends accepts the connections that are pending, closes its
listener, and then serves its open connections, including requests still in transit; it asks the clients not to reuse
them.
"""

from __future__ import annotations

import asyncio
import os
import socket

from aiohttp import web

LINGER_S = 1.0
"""How long a connection without a request may stay open at the end."""
SHUTDOWN_S = 10.0
"""How long running requests may take at the end."""
POLL_S = 0.02
FIRST_FD = 3
"""The first file descriptor that systemd passes."""


class Door:
    """Opens the listener and the application; closing ends both."""

    def __init__(self, application: web.Application, host: str, port: int) -> None:
        self._address = host, port
        self._ending = False
        self._listener: socket.socket | None = None
        application.on_response_prepare.append(self._last_answer)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=SHUTDOWN_S)

    async def open(self) -> None:
        """Start the application, then listen. Raises ``OSError`` if the address is not available."""
        await self._runner.setup()
        try:
            listener = _held_by_systemd() or _bound(*self._address)
            self._listener = listener.dup()  # a second handle, since the server closes the first as soon as it stops
            self._listener.setblocking(False)
            await web.SockSite(self._runner, listener).start()
        except OSError:
            await self._runner.cleanup()
            raise

    async def close(self) -> None:
        self._ending = True
        for site in list(self._runner.sites):
            await site.stop()
        await self._let_in()
        await self._until_they_leave()
        await self._runner.cleanup()

    async def _until_they_leave(self) -> None:
        """aiohttp would close every idle connection, including those with a request in transit."""
        clock = asyncio.get_running_loop().time
        patience = clock() + LINGER_S
        while True:
            if self._runner.server is None or not self._runner.server.connections or clock() > patience:
                return
            await asyncio.sleep(POLL_S)

    async def _let_in(self) -> None:
        """Accept pending connections, which would be cut off with the listener."""
        server, listener, waiting = self._runner.server, self._listener, []
        if server is None or listener is None:
            return
        while True:
            try:
                waiting.append(listener.accept()[0])
            except OSError:
                break
        listener.close()
        for connection in waiting:
            connection.setblocking(False)
            await asyncio.get_running_loop().connect_accepted_socket(server, connection)

    async def _last_answer(self, _: web.Request, response: web.StreamResponse) -> None:
        if self._ending:
            response.headers["Connection"] = "close"
            response.force_close()


def _bound(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind(address)
    except OSError:
        listener.close()
        raise
    return listener


def _held_by_systemd() -> socket.socket | None:
    """The socket of a ``.socket`` unit (see ``sd_listen_fds(3)``), which outlives the processes that use it."""
    if os.environ.get("LISTEN_PID") != str(os.getpid()) or os.environ.get("LISTEN_FDS") != "1":
        return None
    return socket.socket(fileno=FIRST_FD)
