"""Processes of the toy business, over either database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.engine.killable import Killable


@pytest.fixture
def address(request: pytest.FixtureRequest) -> str:
    """Of the store that they share: an SQLite file, or with the parameter ``postgres`` a server's database."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return ""
    return str(request.getfixturevalue("postgres_database").url)


@pytest.fixture
async def bot(tmp_path: Path, address: str) -> AsyncIterator[Killable]:
    started = Killable(tmp_path, address)
    yield started
    await started.leave()
