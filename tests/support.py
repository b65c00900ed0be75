"""Small things that many tests need."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

from bot.integrations.circuit import Circuits
from bot.integrations.http import CallRecord, Http
from bot.redaction import Redactor


async def _no_wait(seconds: float) -> None:
    await asyncio.sleep(0)


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

    return Http(
        record=record,
        circuits=Circuits(clock),
        redactor=Redactor(secrets),
        clock=clock,
        timeout=timeout,
        sleep=_no_wait,
    )
