"""The database is away, locked or full under the running programs: 503 and not silence, nobody dies, all goes on."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import resource
import signal
import sqlite3
import sys
import time
from collections.abc import Iterator

import aiohttp
import psutil
import pytest

from bot.engine.intake import PATIENCE_S
from bot.storage.database import Database
from bot.storage.migrate import migrate
from sandbox.stand_ins import Sandbox
from tests.cli.support import LONGEST, Desk, Serving, ended, serving
from tests.cli.test_serve import HOOK, message, states, until
from tests.support_postgres import OwnServer
from tests.support_way import Way

BUYER = "5511988880001"


async def said(one: Serving, number: int) -> tuple[int, str]:
    """The answer to a message: status and Retry-After."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(one.url + HOOK, json=message(number)) as response,
    ):
        return response.status, response.headers.get("Retry-After", "")


async def said_until_taken(one: Serving, number: int) -> None:
    """As a gateway that repeats what was not taken."""
    async with asyncio.timeout(LONGEST):
        while (await said(one, number))[0] != 200:  # noqa: ASYNC110  (its own pace)
            await asyncio.sleep(0.1)


async def answered(sandbox: Sandbox) -> None:
    await sandbox.whatsapp.until(BUYER, lambda m: bool(m.words), timeout=LONGEST)
    sandbox.whatsapp.skip(BUYER)


@contextlib.contextmanager
def locked(desk: Desk) -> Iterator[None]:
    """Another writer keeps the file."""
    with contextlib.closing(sqlite3.connect(desk.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


# --- PostgreSQL -----------------------------------------------------------------------------------------------


async def _server_away(desk: Desk, sandbox: Sandbox, seconds: float) -> None:
    server = OwnServer()
    try:
        database = Database(server.url)
        await migrate(database)
        await database.close()
        async with serving(desk, "--only", "web", DATABASE_URL=server.url) as web:
            worker = await desk.start("worker", DATABASE_URL=server.url)
            scheduler = await desk.start(module="scheduler", DATABASE_URL=server.url)
            processes = (web.process, worker, scheduler)
            # read all the while: who cannot get rid of what it has to say stands still
            ends = [asyncio.ensure_future(process.communicate()) for process in processes]
            assert await said(web, 1) == (200, "")
            await answered(sandbox)
            if hasattr(os, "SCHED_BATCH"):  # a worker gives way to who is waited for
                assert [os.sched_getscheduler(p.pid) for p in processes] == [
                    os.SCHED_OTHER,
                    os.SCHED_BATCH,
                    os.SCHED_OTHER,
                ]
            server.stop()
            back = time.monotonic() + seconds
            while True:
                assert await said(web, 2) == (503, "5")
                assert (await web.get("/healthz"))[0] == 200
                assert (await web.get("/readyz"))[0] == 503
                if time.monotonic() > back:
                    break
                await asyncio.sleep(0.2)
            server.start()
            await said_until_taken(web, 2)
            await answered(sandbox)
            assert [process.returncode for process in processes] == [None, None, None]
            for process in processes:
                process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(LONGEST):
                await asyncio.gather(*ends)
            assert [process.returncode for process in processes] == [0, 0, 0]
    finally:
        await asyncio.to_thread(server.close)


@pytest.mark.postgres
@pytest.mark.timeout(300)
async def test_the_server_is_stopped_and_started_again(desk: Desk, sandbox: Sandbox) -> None:
    await _server_away(desk, sandbox, 2)


@pytest.mark.soak
@pytest.mark.postgres
async def test_the_server_is_away_for_ten_seconds(desk: Desk, sandbox: Sandbox) -> None:
    await _server_away(desk, sandbox, 10)


@pytest.mark.postgres
@pytest.mark.timeout(300)
async def test_the_way_to_the_server_falls_silent(desk: Desk, sandbox: Sandbox, postgres_database: Database) -> None:
    """Nothing is closed, nothing is answered. Whoever writes meanwhile hears in time that nothing was taken; told to
    end, both programs do."""
    async with (
        Way(postgres_database.url) as way,
        serving(desk, "--only", "web", DATABASE_URL=way.url) as web,
    ):
        worker = await desk.start("worker", DATABASE_URL=way.url)
        ends = [asyncio.ensure_future(process.communicate()) for process in (web.process, worker)]
        assert await said(web, 1) == (200, "")
        await answered(sandbox)
        way.freeze()
        started = time.monotonic()
        assert await said(web, 2) == (503, "5")
        assert time.monotonic() - started < PATIENCE_S + 2
        assert (await web.get("/readyz"))[0] == 503
        way.heal()
        await said_until_taken(web, 2)
        await answered(sandbox)
        way.freeze()
        for process in (web.process, worker):
            process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(30):
            await asyncio.gather(*ends)
        assert [web.process.returncode, worker.returncode] == [0, 0]


# --- SQLite ---------------------------------------------------------------------------------------------------


async def _file_locked(desk: Desk, sandbox: Sandbox, seconds: float) -> None:
    async with serving(desk) as one:
        assert await said(one, 1) == (200, "")
        await answered(sandbox)
        with locked(desk):
            free = time.monotonic() + seconds
            assert await said(one, 2) == (503, "5")
            assert (await one.get("/healthz"))[0] == 200
            await asyncio.sleep(free - time.monotonic())  # the length of the lock is what is tried here
        await said_until_taken(one, 2)
        await answered(sandbox)
        assert (await one.end(signal.SIGTERM, within=30)).code == 0
    assert set(states(desk)) == {"done"}


@pytest.mark.soak
async def test_another_writer_keeps_the_file(desk: Desk, sandbox: Sandbox) -> None:
    """Longer than anything of ours waits for it: ten seconds."""
    await _file_locked(desk, sandbox, 10.5)


@pytest.mark.soak
async def test_the_disk_is_full(desk: Desk, sandbox: Sandbox) -> None:
    """No file may grow beyond where it is; what had no room is taken when there is room again."""
    async with serving(desk) as one:
        assert await said(one, 1) == (200, "")
        await answered(sandbox)
        await until(lambda: set(states(desk)) == {"done"})
        _, hard = resource.prlimit(one.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(one.process.pid, resource.RLIMIT_FSIZE, (4096, hard))
        assert await said(one, 2) == (503, "5")
        assert await said(one, 3) == (503, "5")
        resource.prlimit(one.process.pid, resource.RLIMIT_FSIZE, (hard, hard))
        assert len(states(desk)) == 1
        for number in (2, 3):
            await said_until_taken(one, number)
        await answered(sandbox)
        await until(lambda: states(desk) == ["done"] * 3)
        assert (await one.end(signal.SIGTERM, within=30)).code == 0


async def test_told_to_end_with_a_hundred_in_flight(desk: Desk) -> None:
    """All of them wait for the disk when the signal comes; each is answered, and what was answered is stored."""
    async with serving(desk, "--only", "web") as one:
        with locked(desk):
            asking = [asyncio.create_task(said(one, number)) for number in range(100)]
            await until(lambda: _connected(one) >= 100)
            one.process.send_signal(signal.SIGTERM)
        answers = await asyncio.gather(*asking)
        assert (await ended(one.process, within=30)).code == 0
    assert answers == [(200, "")] * 100
    assert states(desk) == ["new"] * 100


def _connected(one: Serving) -> int:
    return sum(c.status == psutil.CONN_ESTABLISHED for c in psutil.Process(one.process.pid).net_connections())


FOREIGN = """
import sqlite3, sys
other = sqlite3.connect(sys.argv[1], isolation_level=None)
other.execute("BEGIN EXCLUSIVE")
print("begun", flush=True)
sys.stdin.read()
"""


async def test_started_while_another_program_keeps_the_file(desk: Desk, sandbox: Sandbox) -> None:
    """Somebody has it open in a shell of SQLite, and went for lunch."""
    other = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", FOREIGN, str(desk.database)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert other.stdout is not None
    assert await other.stdout.readline() == b"begun\n"
    async with serving(desk) as one:
        assert await said(one, 1) == (503, "5")
        status, why = await one.get("/readyz")
        assert (status, json.loads(why)["database"]) == (503, "SQLITE_BUSY")
        assert (await one.get("/healthz"))[0] == 200
        await other.communicate(b"")
        await said_until_taken(one, 1)
        await answered(sandbox)
        assert (await one.get("/readyz"))[0] == 200
        assert (await one.end(signal.SIGTERM, within=30)).code == 0
    assert set(states(desk)) == {"done"}


async def test_a_file_that_may_only_be_read(desk: Desk, sandbox: Sandbox) -> None:
    """As a copy that was put back by another user; it is mended while the bot runs, which opened it as it was."""
    desk.database.chmod(0o400)
    async with serving(desk, humbly=True) as one:
        assert await said(one, 1) == (503, "5")
        status, why = await one.get("/readyz")
        assert (status, json.loads(why)["database"]) == (503, "SQLITE_READONLY")
        doctor = await ended(await desk.launch("doctor", humbly=True))
        assert (doctor.code, doctor.lines[0]) == (1, "WRONG database: cannot be used (SQLITE_READONLY)")
        assert (await one.get("/healthz"))[0] == 200
        desk.database.chmod(0o600)
        await said_until_taken(one, 1)
        await answered(sandbox)
        assert (await one.get("/readyz"))[0] == 200
        assert (await one.end(signal.SIGTERM, within=30)).code == 0
    assert set(states(desk)) == {"done"}


async def test_a_file_that_cannot_be_opened(desk: Desk) -> None:
    """One line says so, and nothing is begun."""
    desk.database.chmod(0)
    process = await desk.launch("serve", humbly=True)
    out, err = await process.communicate()
    assert process.returncode == 1
    assert b"the database cannot be used (unable to open database file)" in err
    assert b"Traceback" not in out + err


async def test_no_more_files_can_be_opened(desk: Desk, sandbox: Sandbox) -> None:
    """The process has as many as it may: whoever is let in hears 503 or 200, which is kept; all goes on afterwards."""
    async with serving(desk) as one, aiohttp.ClientSession() as session:
        kept = session.post  # by a connection that is there already
        assert (await kept(one.url + HOOK, json=message(1))).status == 200
        await answered(sandbox)
        soft, hard = resource.prlimit(one.process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(one.process.pid, resource.RLIMIT_NOFILE, (psutil.Process(one.process.pid).num_fds(), hard))
        statuses = [(await kept(one.url + HOOK, json=message(number))).status for number in range(2, 6)]
        assert set(statuses) <= {200, 503}
        resource.prlimit(one.process.pid, resource.RLIMIT_NOFILE, (soft, hard))
        for number in range(2, 6):
            await said_until_taken(one, number)
        await until(lambda: states(desk) == ["done"] * 5)
        assert (await one.end(signal.SIGTERM, within=30)).code == 0
