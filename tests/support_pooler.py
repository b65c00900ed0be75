"""PgBouncer in transaction mode, as far as it concerns who wants a connection of their own: all clients share one to
the server, each for a transaction at a time. Statements that one client has prepared are there for the others too,
under names that they want for their own, as before PgBouncer 1.21."""

from __future__ import annotations

import asyncio
import struct
from typing import Self
from urllib.parse import parse_qs, urlsplit

READY = b"Z"
IDLE = b"I"
SSL_REQUEST = 80877103


class Pooler:
    """``url`` is the server's address by it."""

    def __init__(self, server: str) -> None:
        self._parts = urlsplit(server)
        self._mine = asyncio.Lock()
        self._greeting = b""
        """What the server said when it was greeted: all clients are told the same."""
        self._writers: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Self:
        socket = parse_qs(self._parts.query).get("host", [""])[0]
        self._from, self._to = await (
            asyncio.open_unix_connection(f"{socket}/.s.PGSQL.5432")
            if socket
            else asyncio.open_connection(self._parts.hostname, self._parts.port or 5432)
        )
        self._listening = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self._listening.sockets[0].getsockname()[1]
        self.url = self._parts._replace(netloc=f"postgres:@127.0.0.1:{port}", query="").geturl()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._listening.close()
        for writer in (*self._writers, self._to):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            await self._greet(reader, writer)
            while True:
                kind, message = await _message(reader)
                if kind == b"X":
                    break
                async with self._mine:
                    await self._transaction(reader, writer, message)
        except (OSError, asyncio.IncompleteReadError):
            pass
        writer.transport.abort()

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head = await reader.readexactly(8)
            length, code = struct.unpack("!ii", head)
            rest = await reader.readexactly(length - 8)
            if code != SSL_REQUEST:
                break
            writer.write(b"N")
        async with self._mine:
            if not self._greeting:
                self._to.write(head + rest)
                kind = b""
                while kind != READY:
                    kind, message = await _message(self._from)
                    self._greeting += message
        writer.write(self._greeting)

    async def _transaction(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, first: bytes) -> None:
        """Carry both ways until the server is in no transaction."""
        self._to.write(first)

        async def there() -> None:
            while True:
                self._to.write((await _message(reader))[1])

        carrying = asyncio.create_task(there())
        try:
            while True:
                kind, message = await _message(self._from)
                writer.write(message)
                if kind == READY and message[-1:] == IDLE:
                    return
        finally:
            carrying.cancel()
            await asyncio.gather(carrying, return_exceptions=True)


async def _message(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Its kind, and all of it."""
    head = await reader.readexactly(5)
    return head[:1], head + await reader.readexactly(struct.unpack("!i", head[1:])[0] - 4)
