"""HTTP at the least cost, so that what is measured is the server: keep-alive connections, a stand-in that answers."""

from __future__ import annotations

import asyncio
import itertools
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self, cast

import aiohttp

HOST = "127.0.0.1"
END_OF_HEAD = b"\r\n\r\n"

Answer = Callable[[bytes, bytes], bytes]
"""Request line and body in, JSON body out."""


class _Messages(asyncio.Protocol, ABC):
    """Cuts the stream into HTTP messages with a ``Content-Length``."""

    def __init__(self) -> None:
        self._seen = b""
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's own is no subclass of it

    def data_received(self, data: bytes) -> None:
        self._seen += data
        while (end := self._seen.find(END_OF_HEAD)) >= 0:
            head = self._seen[:end]
            _, named, rest = head.lower().partition(b"\r\ncontent-length:")
            length = int(rest.partition(b"\r\n")[0]) if named else 0
            stop = end + len(END_OF_HEAD) + length
            if len(self._seen) < stop:
                return
            body, self._seen = self._seen[end + len(END_OF_HEAD) : stop], self._seen[stop:]
            self.message(head, body)

    @abstractmethod
    def message(self, head: bytes, body: bytes) -> None:
        """One whole message has come."""


class Caller(_Messages):
    """One connection; one request at a time."""

    def __init__(self) -> None:
        super().__init__()
        self._answer: asyncio.Future[int] | None = None

    async def ask(self, request: bytes) -> int:
        """Send a request; the status of its answer. ``ConnectionError`` if the server hung up."""
        if self.transport is None or self.transport.is_closing():
            raise ConnectionError("the server hung up")
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self._answer

    def message(self, head: bytes, body: bytes) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(int(head[9:12]))

    def hang_up(self) -> None:
        if self.transport is not None:
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionError("the server hung up"))


async def call(port: int) -> Caller:
    _, caller = await asyncio.get_running_loop().create_connection(Caller, HOST, port)
    return caller


def post(path: str, body: bytes, headers: dict[str, str] | None = None) -> bytes:
    """The bytes of a JSON request."""
    given = {"Host": HOST, "Content-Type": "application/json", "Content-Length": str(len(body)), **(headers or {})}
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items())]
    return "\r\n".join(lines).encode() + END_OF_HEAD + body


class StandIn:
    """``async with StandIn(answer) as there``: a provider that takes everything at once, on ``there.port``."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._server: asyncio.Server | None = None
        self.port = 0

    async def __aenter__(self) -> Self:
        answer = self._answer

        class Taker(_Messages):
            def message(self, head: bytes, body: bytes) -> None:
                reply = answer(head.partition(b"\r\n")[0], body)
                lines = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(reply)
                if self.transport is not None:
                    self.transport.write(lines + reply)

        self._server = await asyncio.get_running_loop().create_server(Taker, HOST, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()


@dataclass
class Load:
    """What a load gave: answers by status, how long each took (seconds), and the time over all."""

    seconds: float = 0.0
    took: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        return self.statuses.get(200, 0) / self.seconds

    def note(self, status: int, started: float) -> None:
        self.took.append(time.perf_counter() - started)
        self.statuses[status] = self.statuses.get(status, 0) + 1


async def in_flight(port: int, requests: Iterator[bytes], count: int, seconds: float) -> Load:
    """Keep ``count`` requests in flight for so long."""
    load, callers = Load(), [await call(port) for _ in range(count)]
    began = time.perf_counter()

    async def one(caller: Caller) -> None:
        while time.perf_counter() - began < seconds:
            started = time.perf_counter()
            load.note(await caller.ask(next(requests)), started)

    await asyncio.gather(*map(one, callers))
    load.seconds = time.perf_counter() - began
    for caller in callers:
        caller.hang_up()
    return load


async def by_aiohttp(port: int, requests: Iterator[bytes], count: int, seconds: float) -> Load:
    """As :func:`in_flight`, by the client that programs use: it costs as much as the servers it asks."""
    load, began = Load(), time.perf_counter()

    async def one(session: aiohttp.ClientSession) -> None:
        while time.perf_counter() - began < seconds:
            head, _, body = next(requests).partition(END_OF_HEAD)
            first, *lines = head.decode().split("\r\n")
            headers = dict(line.split(": ", 1) for line in lines)
            started = time.perf_counter()
            async with session.post(f"http://{HOST}:{port}{first.split()[1]}", data=body, headers=headers) as answer:
                await answer.read()
            load.note(answer.status, started)

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        await asyncio.gather(*(one(session) for _ in range(count)))
    load.seconds = time.perf_counter() - began
    return load


async def paced(port: int, requests: Iterator[bytes], per_second: float, seconds: float, most: int = 200) -> Load:
    """Send at a steady pace, whatever the answers take; time counts from when a request was due."""
    load, free, everybody = Load(), asyncio.Queue[Caller](), []
    for _ in range(most):
        everybody.append(await call(port))
        free.put_nowait(everybody[-1])
    began, tasks = time.perf_counter(), []

    async def one(request: bytes, due: float) -> None:
        caller = await free.get()
        load.note(await caller.ask(request), due)
        free.put_nowait(caller)

    for number in itertools.count():
        due = began + number / per_second
        if due - began > seconds:
            break
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(one(next(requests), due)))
    await asyncio.gather(*tasks)
    load.seconds = time.perf_counter() - began
    for caller in everybody:
        caller.hang_up()
    return load
