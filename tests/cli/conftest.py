"""A desk to work at; one with a shop on it is made once and copied."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.cli.support import Desk


@pytest.fixture
async def empty_desk(tmp_path: Path) -> AsyncIterator[Desk]:
    made = Desk(tmp_path)
    yield made
    await made.leave()


@pytest.fixture(scope="session")
def shop_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    desk = Desk(tmp_path_factory.mktemp("shop"))
    asyncio.run(desk.shop())
    return desk.database


@pytest.fixture
def desk(empty_desk: Desk, shop_file: Path) -> Desk:
    shutil.copy(shop_file, empty_desk.database)
    return empty_desk
