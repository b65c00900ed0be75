"""Raw requests to Asaas' stand-in, without our client: what all of these tests share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.conftest import TestClock
from tests.sandbox.asaas.raw import Raw
from tests.support_asaas import CPF, Stand, asaas


@pytest.fixture
async def stand(clock: TestClock) -> AsyncIterator[Stand]:
    async with asaas(clock, hooked=True, delay_factor=0.0) as opened:
        yield opened


@pytest.fixture
async def raw(stand: Stand) -> AsyncIterator[Raw]:
    async with aiohttp.ClientSession() as session:
        call = Raw(session, stand)
        _, customer = await call("POST", "/customers", {"name": "Maria Exemplo", "cpfCnpj": CPF})
        call.customer = customer["id"]
        yield call
