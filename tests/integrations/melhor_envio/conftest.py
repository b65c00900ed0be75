"""Melhor Envio's client against the stand-in over real sockets."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.integrations.http import CallRecord, Http
from bot.integrations.melhor_envio import (
    MelhorEnvioShipping,
)
from tests.conftest import TestClock
from tests.integrations.melhor_envio.support import make_shipping
from tests.support import make_http
from tests.support_melhor_envio import Stand, standing


@pytest.fixture
def records() -> list[CallRecord]:
    return []


@pytest.fixture
async def http(records: list[CallRecord], clock: TestClock) -> AsyncIterator[Http]:
    made = make_http(records, clock=clock)
    yield made
    await made.close()


@pytest.fixture
async def stand(clock: TestClock) -> AsyncIterator[Stand]:
    async with standing() as standing_in:
        standing_in.world.clock = clock
        yield standing_in


@pytest.fixture
def shipping(http: Http, stand: Stand) -> MelhorEnvioShipping:
    return make_shipping(http, stand.base)
