"""A desk to work at; one with a shop on it is made once and copied."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import unused_port

from sandbox.app import create_app
from sandbox.stand_ins import Sandbox
from tests.cli.support import Desk
from tests.support_dns import NameServer


@pytest.fixture
async def empty_desk(tmp_path: Path) -> AsyncIterator[Desk]:
    made = Desk(tmp_path)
    yield made
    await made.leave()


@pytest.fixture(scope="session")
def shop_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    desk = Desk(tmp_path_factory.mktemp("shop"))
    asyncio.run(desk.shop())
    return desk.database


@pytest.fixture
def desk(empty_desk: Desk, shop_file: Path) -> Desk:
    shutil.copy(shop_file, empty_desk.database)
    return empty_desk


@pytest.fixture
async def sandbox(desk: Desk) -> AsyncIterator[Sandbox]:
    """All stand-ins on a port of their own; the desk is pointed to them."""
    port = unused_port()
    desk.base = f"http://127.0.0.1:{port}"
    made = Sandbox(base=desk.base)
    names = desk.names = await NameServer(good_records(made)).start()
    application = web.Application()
    application.add_subapp("/sandbox", create_app(made))
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield made
    await runner.cleanup()
    names.stop()


def good_records(sandbox: Sandbox) -> dict[tuple[str, str], list[str]]:
    """DNS of the sender's domain as its owner should have set it up."""
    found: dict[tuple[str, str], list[str]] = {("_dmarc.autopars.example", "TXT"): ['"v=DMARC1; p=none"']}
    for record in sandbox.resend.records():
        value = f"{record['priority']} {record['value']}." if record["type"] == "MX" else record["value"]
        found[f"{record['name']}.autopars.example", record["type"]] = [value]
    return found
