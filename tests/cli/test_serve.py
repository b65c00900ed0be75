"""``serve`` as a process: it answers, ends cleanly, and hands over."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.config import SandboxConfig
from tests.cli.support import LONGEST, Desk, Serving, log_lines, serving

CONFIG = SandboxConfig()
HOOK = f"/webhooks/zapi/{CONFIG.zapi_webhook_secret}"


def message(number: int, text: str = "oi") -> dict[str, object]:
    return {
        "type": "ReceivedCallback",
        "instanceId": CONFIG.zapi_instance_id,
        "messageId": f"3EB0{number:016d}",
        "phone": "5511988880001",
        "fromMe": False,
        "momment": 1_795_600_000_000 + number,
        "status": "RECEIVED",
        "chatName": "Marina",
        "senderName": "Marina",
        "isGroup": False,
        "text": {"message": text},
    }


def states(desk: Desk) -> list[str]:
    """Of the messages stored, in order."""
    with sqlite3.connect(desk.database) as database:
        rows = database.execute("SELECT status FROM events WHERE source = 'zapi' ORDER BY id").fetchall()
    return [row[0] for row in rows]


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(LONGEST):
        while not true():  # noqa: ASYNC110  (another process does it)
            await asyncio.sleep(0.02)


STARTED = (b"listening on", b"working events", b"the timed jobs run here")
HASTY = (
    "import sys, {0}.__main__, bot.storage.schema as schema; schema.OUTDATED_S = 0; "
    "sys.exit({0}.__main__.main(sys.argv[1:]))"
)


@pytest.mark.parametrize("words", [["serve"], ["worker"], []])
async def test_a_release_that_was_left_running_ends_for_the_new_one_to_be_started(desk: Desk, words: list[str]) -> None:
    """Migrated, and not restarted: it answered nobody for the rest of the night."""
    code = HASTY.format("bot" if words else "scheduler")
    process = await desk.start(*words, code=code, PORT="0", LOG_LEVEL="INFO")
    assert process.stderr is not None
    async with asyncio.timeout(LONGEST):
        line = b"not started"
        while line and not any(words in line for words in STARTED):
            line = await process.stderr.readline()
        assert line, "it ended without saying so"
        with sqlite3.connect(desk.database) as database:
            database.execute("UPDATE alembic_version SET version_num = '9999_future'")
        _, said = await process.communicate()
    assert process.returncode == 1
    told = [line["event"] for line in log_lines(said.decode())]
    assert [line for line in told if line.startswith("this process works nothing more: the database is of a newer")]
    assert "this process ends, so that what is installed now is started" in told


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
async def test_it_answers_and_ends_cleanly(desk: Desk, number: int) -> None:
    async with serving(desk) as one:
        assert await one.get("/healthz") == (200, "ok")
        assert await _at_rest(one) == {
            "ready": True,
            "schema": "current",
            "database": "ok",
            "events_waiting": 0,
            "oldest_event_s": 0.0,
            "credentials_refused": [],
            "circuits_open": [],
        }
        done = await one.end(number)
    assert (done.code, done.out) == (0, "")
    lines = log_lines(done.err)
    assert any("listening on" in line["event"] for line in lines)
    assert lines[-1]["event"] == "ended"
    # no provider answers here, which the jobs that begin with the start may have met
    assert {line["level"] for line in lines} <= {"info", "warning"}


async def _at_rest(one: Serving) -> dict[str, Any]:
    """What readiness says when the events of the jobs that begin with the start are worked."""
    async with asyncio.timeout(LONGEST):
        while True:
            status, text = await one.get("/readyz")
            assert status == 200
            ready: dict[str, Any] = json.loads(text)
            if not ready["events_waiting"]:
                return ready


async def test_secrets_that_will_not_do_outside_are_told_at_the_start(desk: Desk) -> None:
    async with serving(desk, SECRET_KEY="short", CONSOLE_PASSWORD="admin") as one:
        done = await one.end(signal.SIGTERM)
    told = [line["event"] for line in log_lines(done.err) if line["level"] == "warning"]
    assert told == [
        "only for this machine: SECRET_KEY: needs at least 32 characters",
        "only for this machine: CONSOLE_PASSWORD: needs at least 12 characters",
    ]


async def test_it_ends_while_someone_keeps_a_connection(desk: Desk) -> None:
    async with serving(desk) as one:
        port = int(one.url.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b" 200 " in await reader.readline()
        done = await one.end(signal.SIGTERM)
        writer.close()
    assert done.code == 0
    assert {line["level"] for line in log_lines(done.err)} == {"info"}


async def test_web_alone_accepts_and_works_nothing(desk: Desk) -> None:
    async with serving(desk, "--only", "web") as one:
        assert await one.post(HOOK, message(1)) == 200
        assert await one.post(HOOK, message(1)) == 200
        assert states(desk) == ["new"]
        assert (await one.end(signal.SIGTERM)).code == 0
    assert states(desk) == ["new"]


async def test_a_second_one_accepts_and_works_when_the_first_has_gone(desk: Desk) -> None:
    async with serving(desk) as first:
        assert await first.post(HOOK, message(1)) == 200
        await until(lambda: states(desk) == ["done"])
        async with serving(desk) as second:
            first.process.send_signal(signal.SIGSTOP)  # it holds the lock still, and does nothing
            assert await second.post(HOOK, message(2)) == 200
            assert (await second.get("/readyz"))[0] == 200
            await second.says("another process works")
            assert states(desk) == ["done", "new"]
            first.process.kill()
            await until(lambda: states(desk) == ["done", "done"])
            assert (await second.end(signal.SIGTERM, within=30)).code == 0


async def test_a_hand_over_on_one_port_refuses_nobody(desk: Desk) -> None:
    """A new release starts beside the old one, on the same address; then the old one is told to end."""
    async with serving(desk) as old:
        port = old.url.rpartition(":")[2]
        new = Serving(await desk.start("serve", PORT=port), old.url)
        await new.says("listening on")
        sent, ending = 0, asyncio.create_task(old.end(signal.SIGTERM, within=30))
        while sent < 40 or not ending.done():
            sent += 1
            assert await old.post(HOOK, message(sent)) == 200
        assert ending.result().code == 0
        await until(lambda: states(desk) == ["done"] * sent)
        assert (await new.end(signal.SIGTERM, within=30)).code == 0


async def test_a_socket_that_systemd_holds_outlives_a_restart(desk: Desk) -> None:
    """Stopped first, started afterwards, as ``systemctl restart`` does: who calls meanwhile waits, and is answered."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen(100)
        url = f"http://127.0.0.1:{held.getsockname()[1]}"
        old = Serving(await desk.launch("serve", listener=held), url)
        await old.says("listening on")
        assert await old.post(HOOK, message(1)) == 200
        ended = await old.end(signal.SIGTERM, within=30)
        assert ended.code == 0
        waiting = [asyncio.create_task(old.post(HOOK, message(number))) for number in range(2, 12)]
        new = Serving(await desk.launch("serve", listener=held), url)
        assert await asyncio.gather(*waiting) == [200] * 10
        await until(lambda: states(desk) == ["done"] * 11)
        assert (await new.end(signal.SIGTERM, within=30)).code == 0


async def test_a_port_that_is_taken(desk: Desk) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = await desk.run("serve", PORT=port)
    assert done.code == 1
    assert "Traceback" not in done.err
    assert done.err.splitlines()[-1].startswith(f"cannot listen on 127.0.0.1:{port}")


@pytest.mark.parametrize(("module", "words"), [("bot", ["worker"]), ("scheduler", [])])
async def test_the_other_programs_end_cleanly_too(desk: Desk, module: str, words: list[str]) -> None:
    process = await desk.start(*words, module=module)
    assert process.stderr is not None
    async with asyncio.timeout(LONGEST):
        started = await process.stderr.readline()
    process.terminate()
    async with asyncio.timeout(10):
        _, err = await process.communicate()
    assert process.returncode == 0
    assert {line["level"] for line in log_lines((started + err).decode())} == {"info"}
