from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.integrations.http import ProviderHttp
from tests.e2e.house import House


@pytest.fixture
async def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    monkeypatch.setattr(ProviderHttp, "_send", ProviderHttp._send)  # put back after the crash points were hung in
    built = House(tmp_path)
    await built.open()
    yield built
    await built.close()
