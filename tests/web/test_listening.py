"""The end of a process that others call: nobody is refused, and nobody is cut off."""

from __future__ import annotations

import asyncio
import socket

import pytest
from aiohttp import web
from aiohttp.test_utils import unused_port

from bot import listening
from bot.listening import Door

ASK = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


async def door() -> tuple[Door, int, list[str]]:
    """An open one; what its application did is written down."""
    done: list[str] = []

    async def answer(_: web.Request) -> web.Response:
        done.append("answered")
        return web.Response(text="ok")

    async def ended(_: web.Application) -> None:
        done.append("ended")

    application = web.Application()
    application.router.add_get("/", answer)
    application.on_cleanup.append(ended)
    port = unused_port()
    opened = Door(application, "127.0.0.1", port)
    await opened.open()
    return opened, port, done


async def until_it_refuses(port: int) -> None:
    async with asyncio.timeout(5):
        while True:
            with socket.socket() as probe:
                probe.setblocking(False)
                try:
                    await asyncio.get_running_loop().sock_connect(probe, ("127.0.0.1", port))
                except (ConnectionRefusedError, ConnectionResetError):
                    return


async def test_who_has_connected_is_answered_though_the_end_has_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "LINGER_S", 10.0)
    opened, port, done = await door()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    closing = asyncio.create_task(opened.close())
    await until_it_refuses(port)
    async with asyncio.timeout(5):
        writer.write(ASK)
        answer = await reader.read()  # until the other side closes, at once
        await closing
    writer.close()
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"Connection: close" in answer
    assert done == ["answered", "ended"]


async def test_who_has_only_knocked_is_let_in() -> None:
    """Connected by the system, and not accepted yet, at the moment when the end begins."""
    opened, port, done = await door()
    with socket.socket() as knocking:
        knocking.connect(("127.0.0.1", port))  # without a turn of the loop, in which it would be accepted
        knocking.sendall(ASK)
        async with asyncio.timeout(5):
            await opened.close()
        assert knocking.recv(1000).startswith(b"HTTP/1.1 200")
    assert done == ["answered", "ended"]


async def test_who_keeps_a_connection_and_asks_nothing_does_not_hold_up_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(listening, "LINGER_S", 0.05)
    opened, port, done = await door()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    async with asyncio.timeout(5):
        await opened.close()
        assert await reader.read() == b""
    writer.close()
    assert done == ["ended"]
