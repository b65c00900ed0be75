"""A way to a PostgreSQL server that can fall silent, as a pulled cable or a firewall that forgets makes it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

COMMIT = b"COMMIT;"


@dataclass(eq=False)
class _Connection:
    client: asyncio.StreamWriter
    server: asyncio.StreamWriter | None = None
    silent: bool = False
    """Whatever either end says is lost, and neither hears of the other's end."""
    swallowing: bool = False
    """Its commit is on its way to the server, and the answer will be lost."""


class Way:
    """Between clients and their server, until the block ends; ``url`` is the server's address by this way."""

    def __init__(self, server: str) -> None:
        """``server``: the address of a database, by a socket or a port, as SQLAlchemy spells it."""
        self.latency_s = 0.0
        """Of each piece, in either direction."""
        self.slices = 0
        """No piece is of more bytes; 0: as they come."""
        self.in_doubt = 0.0
        """The share of all commits whose connection falls silent, half of them before the server hears of it."""
        self.fell_silent = 0
        self._parts = urlsplit(server)
        self._frozen = False
        self._to_swallow, self._to_lose = 0, 0
        self._last_words = b""
        self._pieces_left = -1
        self._struck = asyncio.Event()
        self._connections: set[_Connection] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._listening = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.url = self._parts._replace(
            netloc=f"postgres:@127.0.0.1:{self._listening.sockets[0].getsockname()[1]}", query=""
        ).geturl()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._listening.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.reset()

    # --- troubles --------------------------------------------------------------------------------------

    def freeze(self) -> None:
        """All connections fall silent for good, and so does each that is made until :meth:`heal`."""
        self._frozen = True
        for one in self._connections:
            one.silent = True

    def heal(self) -> None:
        """New connections pass; those that fell silent stay so."""
        self._frozen = False

    def reset(self) -> None:
        """All connections are cut, at both ends."""
        for one in [*self._connections]:
            self._cut(one)

    def swallow_commit(self) -> None:
        """The next commit is done by the server, and its connection falls silent before the client is told."""
        self._struck.clear()
        self._to_swallow = 1

    def lose_commit(self) -> None:
        """The next commit does not arrive; its connection falls silent."""
        self._struck.clear()
        self._to_lose = 1

    def fall_silent_after(self, words: bytes) -> None:
        """What a client says next with these words arrives; then its connection falls silent."""
        self._last_words = words

    def fall_silent_in(self, pieces: int) -> None:
        """So many further pieces of what clients say arrive; then all connections fall silent, as by :meth:`freeze`."""
        self._struck.clear()
        self._pieces_left = pieces

    async def struck(self) -> None:
        """Until the commit is done that was to be swallowed, or is lost that was to be, or the pieces have arrived that
        were to be the last."""
        await self._struck.wait()

    # --- carrying --------------------------------------------------------------------------------------

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        one = _Connection(writer, silent=self._frozen)
        self._connections.add(one)
        if not one.silent:
            socket = parse_qs(self._parts.query).get("host", [""])[0]
            answers, one.server = await (
                asyncio.open_unix_connection(f"{socket}/.s.PGSQL.5432")
                if socket
                else asyncio.open_connection(self._parts.hostname, self._parts.port or 5432)
            )
            self._begin(self._carry(one, answers, one.server, writer))
        self._begin(self._carry(one, reader, writer, one.server))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(
        self,
        one: _Connection,
        reader: asyncio.StreamReader,
        near: asyncio.StreamWriter,
        far: asyncio.StreamWriter | None,
    ) -> None:
        """What the near end says goes to the far one."""
        with suppress(OSError):
            while piece := await reader.read(65536):
                if near is one.server and one.swallowing:
                    one.swallowing = False
                    self._struck.set()
                if near is one.client and COMMIT in piece and not one.silent and not self._passes(one):
                    continue
                if far is None or (one.silent and not one.swallowing):
                    continue
                for part in self._parted(piece):
                    if self.latency_s:
                        await asyncio.sleep(self.latency_s)
                    far.write(part)
                await far.drain()
                if near is one.client and self._pieces_left > 0:
                    self._pieces_left -= 1
                    if not self._pieces_left:
                        self.freeze()
                        self._struck.set()
                if self._last_words and self._last_words in piece:
                    one.silent, self._last_words = True, b""
        if not one.silent:
            self._cut(one)

    def _passes(self, one: _Connection) -> bool:
        """Whether a commit goes on to the server."""
        by_chance = random.random() < self.in_doubt
        lost = self._to_lose > 0 or (by_chance and random.random() < 0.5)
        swallowed = not lost and (self._to_swallow > 0 or by_chance)
        one.silent, one.swallowing = lost or swallowed, swallowed
        self.fell_silent += one.silent
        if lost:
            self._to_lose = 0
            self._struck.set()
        elif swallowed:
            self._to_swallow = 0
        return not lost

    def _parted(self, piece: bytes) -> list[bytes]:
        size = self.slices or len(piece)
        return [piece[at : at + size] for at in range(0, len(piece), size)]

    def _cut(self, one: _Connection) -> None:
        self._connections.discard(one)
        for end in (one.client, one.server):
            if end is not None:
                end.transport.abort()
