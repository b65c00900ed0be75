"""The ticker: a work that is under way when the process ends is not cut, and the clock may be set back."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import datetime, timedelta, tzinfo
from itertools import count
from typing import Self

import pytest
from apscheduler.schedulers import base

from bot.engine import pump
from bot.storage.store import SqlStore
from scheduler import ticker as module
from scheduler.jobs import Job
from scheduler.ticker import Ticker
from tests.conftest import TestClock


def ticker_over(store: SqlStore, clock: TestClock, *jobs: Job) -> Ticker:
    return Ticker(store, list(jobs), clock)


async def test_what_is_under_way_at_the_end_is_not_cut(
    store: SqlStore, clock: TestClock, caplog: pytest.LogCaptureFixture
) -> None:
    begun, go_on, written = asyncio.Event(), asyncio.Event(), []

    async def work() -> None:
        begun.set()
        await go_on.wait()
        written.append(await store.next_due())

    ticker = ticker_over(store, clock)
    ticker.add("slow", 0.01, work)
    ticker.start()
    async with asyncio.timeout(5):
        await begun.wait()
        ticker.stop()
        ending = asyncio.create_task(ticker.ended())
        await asyncio.sleep(0)
        assert not ending.done()
        go_on.set()
        await ending
    assert written == [None]
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.mark.parametrize("deaf", [False, True])
async def test_what_never_ends_does_not_hold_up_the_end(
    store: SqlStore, clock: TestClock, monkeypatch: pytest.MonkeyPatch, deaf: bool
) -> None:
    """``deaf``: it does not even end when it is cut, as what waits for a silent server in a task of the driver's."""
    begun, cut, free = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            cut.set()
            if deaf:
                await free.wait()

    monkeypatch.setattr(module, "WITHIN", 0.05)
    monkeypatch.setattr(pump, "CUT_WITHIN_S", 0.05)
    ticker = ticker_over(store, clock)
    ticker.add("endless", 0.01, work)
    ticker.start()
    async with asyncio.timeout(5):
        await begun.wait()
        ticker.stop()
        await ticker.ended()
    assert cut.is_set()
    free.set()


async def test_a_fault_ends_no_ticking(store: SqlStore, clock: TestClock, caplog: pytest.LogCaptureFixture) -> None:
    numbers, third = count(1), asyncio.Event()

    async def run(_: SqlStore, __: object) -> str:
        if next(numbers) == 3:
            third.set()
        raise RuntimeError("once more")

    ticker = ticker_over(store, clock, Job("faulty", timedelta(seconds=0.01), "fails", run))
    ticker.start()
    async with asyncio.timeout(5):
        await third.wait()
    ticker.stop()
    await ticker.ended()
    assert "faulty failed" in caplog.text


async def test_a_work_is_never_beside_itself(store: SqlStore, clock: TestClock) -> None:
    at_once, most, ticks, enough = 0, 0, count(1), asyncio.Event()

    async def slow() -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0.03)  # longer than its interval: that is what is tried
        at_once -= 1
        if next(ticks) == 3:
            enough.set()

    ticker = ticker_over(store, clock)
    ticker.add("slow", 0.01, slow)
    ticker.start()
    async with asyncio.timeout(5):
        await enough.wait()
    ticker.stop()
    await ticker.ended()
    assert most == 1


async def test_an_end_without_a_start(store: SqlStore, clock: TestClock) -> None:
    ticker = ticker_over(store, clock)
    ticker.stop()
    await ticker.ended()


async def test_it_ticks_on_when_the_clock_is_set_back(
    store: SqlStore, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = timedelta()

    class Wall(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return super().now(tz) - back

    ticked = asyncio.Event()

    async def tick() -> None:
        ticked.set()

    real = time.time
    monkeypatch.setattr(module, "LOOK", 0.05)
    monkeypatch.setattr(time, "time", lambda: real() - back.total_seconds())
    monkeypatch.setattr(base, "datetime", Wall)
    monkeypatch.setattr(module, "datetime", Wall)
    ticker = ticker_over(store, clock)
    ticker.add("tick", 0.01, tick)
    ticker.start()
    async with asyncio.timeout(5):
        await ticked.wait()
        back = timedelta(hours=1)
        for _ in range(3):
            ticked.clear()
            await ticked.wait()
    ticker.stop()
    await ticker.ended()
