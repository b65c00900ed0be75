"""Our client of Asaas against its stand-in, over real sockets: what all of these tests share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.integrations.asaas import AsaasPayments
from bot.integrations.http import CallRecord, Http
from tests.conftest import TestClock
from tests.support import make_http
from tests.support_asaas import KEY, TOKEN, Stand, asaas


@pytest.fixture
async def stand(clock: TestClock) -> AsyncIterator[Stand]:
    async with asaas(clock) as opened:
        yield opened


@pytest.fixture
def records() -> list[CallRecord]:
    return []


@pytest.fixture
async def http(records: list[CallRecord]) -> AsyncIterator[Http]:
    opened = make_http(records, secrets=(KEY, TOKEN))
    yield opened
    await opened.close()


@pytest.fixture
def payments(http: Http, stand: Stand) -> AsaasPayments:
    return AsaasPayments(http, base_url=stand.base_url, api_key=KEY)
