"""``/healthz``, ``/readyz``, ``/metrics`` over sockets."""

from __future__ import annotations

import asyncio
import hmac
import resource
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot import health
from bot.domain.commands import AlertOperator
from bot.domain.events import Incoming, PaymentFact
from bot.integrations.circuit import Circuit
from bot.redaction import Redactor
from bot.storage.database import Database
from bot.storage.store import SqlStore
from bot.webhooks.receive import Webhooks
from tests.conftest import TestClock

TOKEN = "a-token-for-the-scraper"

Open = Callable[..., Awaitable[TestServer]]
Got = tuple[int, str, dict[str, str]]


async def get(server: TestServer, path: str, **headers: str) -> Got:
    async with aiohttp.ClientSession() as session, session.get(server.make_url(path), headers=headers) as answer:
        return answer.status, await answer.text(), dict(answer.headers.items())


@pytest.fixture
async def open_house(store: SqlStore, clock: TestClock) -> AsyncIterator[Open]:
    started: list[TestServer] = []

    async def open_one(token: str = "", database: Database | None = None) -> TestServer:
        hooks = Webhooks(store.accept, Redactor())  # type: ignore[arg-type]
        hooks.counts = {("asaas", "stored"): 3, ("asaas", "refused_401"): 1}
        app = web.Application()
        asked = SqlStore(database, store.rules) if database else store
        app.add_routes(health.routes(asked, asked.database, hooks, clock, token))
        server = TestServer(app)
        await server.start_server()
        started.append(server)
        return server

    yield open_one
    for server in started:
        await server.close()


async def _accept(store: SqlStore, clock: TestClock) -> None:
    fact = PaymentFact(charge_id="pay_1", fact="paid")
    await store.accept([Incoming(source="asaas", key="e1", lane="order:1", event=fact)], clock())


async def _ready(server: TestServer) -> tuple[int, Any]:
    async with aiohttp.ClientSession() as session, session.get(server.make_url("/readyz")) as answer:
        return answer.status, await answer.json()


async def test_alive(open_house: Open) -> None:
    status, text, _ = await get(await open_house(), "/healthz")
    assert (status, text) == (200, "ok")


async def test_ready_with_the_parts(open_house: Open, store: SqlStore, clock: TestClock) -> None:
    await _accept(store, clock)
    clock.jump(timedelta(seconds=60))
    circuit = Circuit("asaas", failures=4, opened_at=clock(), probe_at=clock(), wait_s=10)
    await store.save_circuit(circuit, AlertOperator(topic="asaas", text="x"), clock())
    assert await _ready(await open_house()) == (
        200,
        {
            "ready": True,
            "schema": "current",
            "database": "ok",
            "events_waiting": 1,
            "oldest_event_s": 60.0,
            "credentials_refused": [],
            "circuits_open": ["asaas"],
        },
    )


async def test_a_backlog_that_is_too_old_is_not_ready(open_house: Open, store: SqlStore, clock: TestClock) -> None:
    await _accept(store, clock)
    clock.jump(timedelta(seconds=61))
    status, parts = await _ready(await open_house())
    assert status == 503
    assert (parts["ready"], parts["oldest_event_s"]) == (False, 61.0)


async def test_a_full_disk_is_not_ready_though_nobody_writes(open_house: Open) -> None:
    """No file may grow beyond where it is: at night nothing else would tell until the first message was turned away."""
    house = await open_house()
    assert (await _ready(house))[0] == 200
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        told = await _ready(house)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    # EFBIG; a disk without room is SQLITE_FULL
    assert told == (503, {"ready": False, "schema": "current", "database": "SQLITE_IOERR_WRITE"})
    assert (await _ready(house))[0] == 200


@pytest.mark.parametrize(("revision", "told"), [("0001", "autopars migrate"), ("9999_future", "newer release")])
async def test_another_schema_is_not_ready(open_house: Open, store: SqlStore, revision: str, told: str) -> None:
    async with store.database.write() as connection:
        await connection.execute(sa.text("UPDATE alembic_version SET version_num = :at"), {"at": revision})
    status, parts = await _ready(await open_house())
    assert status == 503
    assert told in parts["schema"]


async def test_a_database_that_is_gone_is_not_ready_and_tells_no_address(open_house: Open) -> None:
    gone = Database("postgresql+asyncpg://u:hidden-pass@127.0.0.1:9/x")
    status, text, _ = await get(await open_house(database=gone), "/readyz")
    await gone.close()
    assert status == 503
    assert '"ready": false' in text
    assert "hidden-pass" not in text


async def test_what_a_process_has_counted_is_told_while_the_database_is_away(open_house: Open) -> None:
    """Every figure was missing while it mattered, also how many webhooks could not be stored."""
    gone = Database("postgresql+asyncpg://u:hidden-pass@127.0.0.1:9/x")
    status, text, _ = await get(await open_house(database=gone), "/metrics")
    await gone.close()
    assert status == 200
    lines = text.splitlines()
    assert "autopars_database_up 0.0" in lines
    assert 'autopars_webhooks_total{result="stored",source="asaas"} 3.0' in lines
    assert not [line for line in lines if line.startswith("autopars_events_waiting")]


async def test_figures_for_prometheus(open_house: Open, store: SqlStore, clock: TestClock) -> None:
    await _accept(store, clock)
    await store.save_circuit(Circuit("zapi"), AlertOperator(topic="zapi", text="x"), clock())
    status, text, headers = await get(await open_house(), "/metrics")
    assert status == 200
    assert headers["Content-Type"].startswith("text/plain; version=0.0.4")
    lines = text.splitlines()
    for line in (
        'autopars_webhooks_total{result="stored",source="asaas"} 3.0',
        'autopars_webhooks_total{result="refused_401",source="asaas"} 1.0',
        "autopars_database_up 1.0",
        "autopars_events_waiting 1.0",
        'autopars_circuit_open{provider="zapi"} 0.0',
    ):
        assert line in lines


async def test_the_scraper_needs_its_token(open_house: Open) -> None:
    server = await open_house(TOKEN)
    for wrong in ({}, {"Authorization": TOKEN}, {"Authorization": f"Bearer {TOKEN}x"}, {"Authorization": "Bearer "}):
        status, text, _ = await get(server, "/metrics", **wrong)
        assert (status, text) == (401, "unauthorised")
    assert (await get(server, "/metrics", Authorization=f"Bearer {TOKEN}"))[0] == 200
    assert (await get(server, "/healthz"))[0] == 200
    assert (await get(server, "/readyz"))[0] == 200


async def test_bytes_that_are_no_text_are_a_wrong_token(open_house: Open) -> None:
    server = await open_house(TOKEN)
    assert server.port is not None
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"GET /metrics HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \xff\xfe\r\nConnection: close\r\n\r\n")
    assert b" 401 " in await asyncio.wait_for(reader.readline(), 5)
    writer.close()


async def test_the_token_is_compared_in_constant_time(open_house: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []

    def compare(given: bytes, wanted: bytes) -> bool:
        compared.append((given, wanted))
        return given == wanted

    server = await open_house(TOKEN)
    monkeypatch.setattr(hmac, "compare_digest", compare)
    assert (await get(server, "/metrics", Authorization="Bearer x"))[0] == 401
    assert compared == [(b"Bearer x", f"Bearer {TOKEN}".encode())]
