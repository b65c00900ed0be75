"""Our own messages as another process was told of them, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.decision import SentMessage
from bot.domain.events import Incoming, Receipt
from bot.domain.shop import Rules
from bot.storage.echoes import StoredEchoes
from bot.storage.store import SqlStore
from tests.engine.test_notices_store import turn

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest) -> SqlStore:
    name = "database" if request.param == "sqlite" else "postgres_database"
    return SqlStore(request.getfixturevalue(name), Rules())


def echo(message_id: str, mark: str = "a1b2", source: str = "echo") -> Incoming:
    receipt = Receipt(message_id=message_id, status="sent")
    return Incoming(source=source, key=f"{mark}:{message_id}", lane="person:x", event=receipt)


async def test_recent_ones_with_the_mark_that_no_send_accounts_for(store: SqlStore) -> None:
    now = NOW
    echoes = StoredEchoes(store.database, lambda: now, "echo")
    assert await echoes.find("a1b2") == []
    await store.accept([echo("old")], NOW - timedelta(minutes=3))
    await store.accept([echo("first"), echo("other", "c3d4"), echo("id:with:colons"), echo("no", source="zapi")], NOW)
    await store.accept([echo("answered"), echo("first")], NOW)
    await turn(store, "1", [SentMessage("answered", "p-1", text="um texto")])
    assert await echoes.find("a1b2") == ["id:with:colons", "first"]
    now = NOW + timedelta(minutes=2, seconds=1)
    assert await echoes.find("a1b2") == []
