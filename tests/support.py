"""Small things that many tests need."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime

from bot.integrations.circuit import Circuits
from bot.integrations.http import CallRecord, Http
from bot.redaction import Redactor


def make_http(
    records: list[CallRecord] | None = None,
    *,
    timeout: float = 0.5,
    secrets: tuple[str, ...] = (),
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Http:
    """The way out with a short deadline and no waits between tries; calls are put into ``records``. Close it."""

    async def record(call: CallRecord) -> None:
        if records is not None:
            records.append(call)

    slept = 0.0

    async def no_wait(seconds: float) -> None:
        nonlocal slept
        slept += seconds
        await asyncio.sleep(0)

    return Http(
        record=record,
        circuits=Circuits(clock),
        redactor=Redactor(secrets),
        clock=clock,
        timeout=timeout,
        sleep=no_wait,
        monotonic=lambda: time.monotonic() + slept,
    )
