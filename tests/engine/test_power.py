"""The power goes off under a process that stores, works and answers: what was answered 200 is on the disk, the database
is sound, and whoever starts on what the disk held goes on as if nothing had been."""

from __future__ import annotations

import asyncio
import json
import random
import re
import shutil
import signal
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import aiohttp
import pytest

from tests.engine.killable import Killable
from tests.support_power import Call, Disk, calls, can_trace, tracing

FILES = ("test.db", "test.db-wal")
FRAME = 4096 + 24
HEADER = 32


def _keys(folder: Path) -> set[str]:
    """What is stored in a database that is sound."""
    connection = sqlite3.connect(folder / "test.db")
    connection.execute("PRAGMA synchronous=OFF")  # it is looked at once
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return {key for (key,) in connection.execute("SELECT key FROM events WHERE source = 'zapi'")}
    finally:
        connection.close()


def _lay_out(folder: Path, files: dict[str, bytes]) -> Path:
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


# --- what was written but not synced ---------------------------------------------------------------------------


async def test_a_torn_end_of_the_log_takes_nothing_that_was_answered(bot: Killable, tmp_path: Path) -> None:
    """Cut at every frame and anywhere between, or followed by what never was written whole."""
    await _made(bot)
    await bot.start("web")
    wal = bot.directory / "test.db-wal"
    answered: list[tuple[int, str]] = []
    """How long the log was when it was answered."""
    async with aiohttp.ClientSession() as session:
        await bot.first_word(session)
        for _ in range(40):
            assert await bot.say(session, "p")
            answered.append((wal.stat().st_size, "/".join(bot.acknowledged[-1])))
    await bot.end(signal.SIGKILL)
    whole = {name: (bot.directory / name).read_bytes() for name in FILES}
    log = whole["test.db-wal"]
    assert len(log) == answered[-1][0] < 1000 * FRAME  # it was not begun anew meanwhile
    chance = random.Random(7)
    for cut in (*range(HEADER, len(log) + 1, FRAME), *(chance.randrange(len(log)) for _ in range(50))):
        tail = chance.choice((b"", chance.randbytes(3 * FRAME), bytes(2 * FRAME)))
        folder = _lay_out(tmp_path / "image", whole | {"test.db-wal": log[:cut] + tail})
        assert {key for size, key in answered if size <= cut} <= _keys(folder)
    whole |= {"test.db-wal": log + chance.randbytes(FRAME), "effects": (bot.directory / "effects").read_bytes()}
    again = Killable(_lay_out(tmp_path / "again", whole))
    again.acknowledged = bot.acknowledged
    try:
        await _goes_on(again)
    finally:
        await again.leave()


async def _made(bot: Killable) -> None:
    """The database is there, and all of it in its file."""
    await bot.start()
    async with aiohttp.ClientSession() as session:
        await bot.first_word(session)
    await bot.all_worked()
    await bot.forget_the_server()  # whoever closes the file last writes the log into it
    await bot.end(signal.SIGTERM)


async def _goes_on(bot: Killable) -> None:
    await bot.start()
    async with aiohttp.ClientSession() as session:
        await bot.first_word(session, "after")
    await bot.all_worked()
    assert await bot.end(signal.SIGTERM) < 10
    await bot.judge()


# --- what was synced when it was answered ------------------------------------------------------------------------


def _answers(done: Sequence[Call]) -> list[tuple[int, list[tuple[str, str]]]]:
    """The place at which each 200 was about to be sent, and for which words."""
    asked: dict[str, bytes] = {}
    found = []
    for call in done:
        if call.name == "recvfrom" and call.data:
            asked[call.file] = b"" if call.data.startswith(b"POST") else asked.get(call.file, b"")
            asked[call.file] += call.data
        elif call.name == "sendto" and call.data.startswith(b"HTTP/1.1 200"):
            words = json.loads(re.sub(rb"(?s)^.*?\r\n\r\n", b"", asked.pop(call.file)))
            found.append((call.began, [(who, text) for who, text in words]))
    return found


async def _power_cuts(bot: Killable, tmp_path: Path, words: int, started_again: int) -> None:
    await _made(bot)
    before = {name: (bot.directory / name).read_bytes() for name in ("test.db", "effects")}
    said_before = list(bot.acknowledged)

    trace = tmp_path / "trace"
    await bot.start(before=tracing(trace))
    async with aiohttp.ClientSession() as session:
        await bot.first_word(session)

        async def person(who: str) -> None:
            for _ in range(words // 4):
                assert await bot.say(session, who, random.choice((1, 1, 3)))

        await asyncio.gather(*(person(f"p{n}") for n in range(4)))
    assert bot.process is not None
    # strace fills a short number up with blanks
    ended = re.compile(rf"^{bot.process.pid} +\+\+\+ killed by SIGKILL", re.MULTILINE)
    await bot.end(signal.SIGKILL)
    async with asyncio.timeout(60):
        while not ended.search(trace.read_text()[-10_000:]):  # noqa: ASYNC110  (the one who traces writes it)
            await asyncio.sleep(0.05)

    done = calls(trace)
    answers = _answers(done)
    assert len(answers) > words // 2
    disk = Disk(bot.directory, (*FILES, "effects"), before, done)
    chance = random.Random(7)
    for number, (cut, _) in enumerate(answers):
        acknowledged = said_before + [pair for place, pairs in answers if place <= cut for pair in pairs]
        for luck in (None, chance) if number % 5 == 0 else (None,):
            folder = _lay_out(tmp_path / "image", disk.after(cut, luck))
            assert {"/".join(pair) for pair in acknowledged} <= _keys(folder)
    for cut in (*chance.choices([call.began for call in done], k=started_again - 1), done[-1].began):
        acknowledged = said_before + [pair for place, pairs in answers if place <= cut for pair in pairs]
        again = Killable(_lay_out(tmp_path / "again", disk.after(cut, chance)))
        again.acknowledged = acknowledged
        try:
            await _goes_on(again)
        finally:
            await again.leave()


@pytest.mark.skipif(not can_trace(), reason="strace is not here, or may not trace")
@pytest.mark.timeout(300)
async def test_the_power_goes_off(bot: Killable, tmp_path: Path) -> None:
    await _power_cuts(bot, tmp_path, 60, 3)


@pytest.mark.soak
@pytest.mark.skipif(not can_trace(), reason="strace is not here, or may not trace")
@pytest.mark.timeout(1200)
async def test_the_power_goes_off_many_times(bot: Killable, tmp_path: Path) -> None:
    await _power_cuts(bot, tmp_path, 200, 40)
