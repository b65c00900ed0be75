"""The stand-in of Melhor Envio, spoken to without our client."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.support_melhor_envio import Stand, standing


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    async with standing() as standing_in:
        standing_in.sandbox.auto_generate = False
        yield standing_in
