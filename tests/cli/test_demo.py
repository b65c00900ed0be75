"""``autopars demo`` as a process."""

from __future__ import annotations

import asyncio
import signal

import aiohttp
import pytest
from aiohttp.test_utils import unused_port

from sandbox.config import SandboxConfig
from tests.cli.support import LONGEST, Desk


async def started(desk: Desk, port: int, **changed: str) -> tuple[asyncio.subprocess.Process, str]:
    """The demo with the text that it greets with."""
    process = await desk.start("demo", "--no-browser", "--port", str(port), **changed)
    assert process.stdout is not None
    lines: list[bytes] = []
    async with asyncio.timeout(LONGEST):
        while not lines or b"Ctrl-C" not in lines[-1]:
            lines.append(await process.stdout.readline())
            assert lines[-1] or process.returncode is None
    return process, b"".join(lines).decode()


async def ended(process: asyncio.subprocess.Process, number: int) -> None:
    process.send_signal(number)
    async with asyncio.timeout(10):
        _, err = await process.communicate()
    assert (process.returncode, err.decode()) == (0, "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_what_it_prints_is_there_and_it_ends_cleanly(empty_desk: Desk, number: int) -> None:
    port = unused_port()
    process, text = await started(empty_desk, port)
    addresses = [word for word in text.split() if word.startswith("http")]
    assert len(addresses) >= 3
    async with aiohttp.ClientSession() as session:
        for address in addresses:
            async with session.get(address) as response:
                assert response.status == 200, address
    await ended(process, number)
    assert (empty_desk.folder / "var" / "demo.db").exists()


async def test_it_runs_over_evolution_too(empty_desk: Desk) -> None:
    port = unused_port()
    process, _ = await started(empty_desk, port, WHATSAPP_PROVIDER="evolution")
    address = f"http://127.0.0.1:{port}/sandbox/evolution/webhook/find/autopars"
    key = {"apikey": SandboxConfig().evolution_api_key}
    async with aiohttp.ClientSession() as session, session.get(address, headers=key) as response:
        assert (await response.json())["url"].startswith(f"http://127.0.0.1:{port}/webhooks/evolution/")
    await ended(process, signal.SIGINT)


async def test_two_at_once(empty_desk: Desk) -> None:
    """On one port the second says so; on another it has a shop of its own."""
    port, other = unused_port(), unused_port()
    first, _ = await started(empty_desk, port)
    same = await empty_desk.run("demo", "--no-browser", "--port", str(port))
    assert (same.code, same.err) == (1, f"port {port} is taken; try `make demo PORT={port + 1}`\n")
    second, _ = await started(empty_desk, other)
    await ended(second, signal.SIGINT)
    await ended(first, signal.SIGINT)
    assert sorted(path.name for path in (empty_desk.folder / "var").glob("*.db")) == [f"demo-{other}.db", "demo.db"]


@pytest.mark.parametrize("port", ["0", "65536", "http"])
async def test_a_port_that_is_none(empty_desk: Desk, port: str) -> None:
    done = await empty_desk.run("demo", "--port", port)
    assert done.code == 2
    assert "a port is a number from 1 to 65535" in done.err
