"""What is run on the driver's own cursor comes out, and fails, as SQLAlchemy itself would have it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa

from bot.storage import prepared
from bot.storage import tables as t
from bot.storage.database import AT_A_TIME, Database


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest) -> Database:
    """The same over both databases."""
    found: Database = request.getfixturevalue("database" if request.param == "sqlite" else "postgres_database")
    return found


AT = datetime(2026, 3, 1, 12, 30, 0, 123, UTC)
COMMANDS = sa.select(t.commands).where(t.commands.c.key.in_(sa.bindparam("names", expanding=True)))
INSERT = sa.insert(t.commands)
TAKE = sa.update(t.commands).where(t.commands.c.in_doubt == sa.bindparam("doubt")).values(status="doing", attempts=3)


def command(key: str, **more: Any) -> dict[str, Any]:
    row = {"key": key, "kind": "k", "needs": "n", "lane": "l", "body": "{}", "not_before": AT, "event_id": 1}
    return row | {"in_doubt": False, "created_at": AT, "updated_at": AT} | more


async def test_values_go_in_and_come_out_as_ever(store: Database) -> None:
    elsewhere = AT.astimezone(timezone(timedelta(hours=-3)))
    rows = [command("a", in_doubt=True, not_before=elsewhere), command("b"), command("ç")]

    def work(connection: sa.Connection) -> None:
        prepared.change_each(connection, INSERT, rows)
        for names in ([], ["a"], ["a", "b", "ç"], ["a", "nobody"]):
            plainly = connection.execute(COMMANDS, {"names": names}).all()
            found = prepared.rows(connection, COMMANDS, {"names": names})
            assert [tuple(row) for row in found] == [tuple(row) for row in plainly]
            assert len(found) == len(set(names) - {"nobody"})
        one = prepared.rows(connection, COMMANDS, {"names": ["a"]})[0]
        assert (one.not_before, one.expires_at, one.in_doubt) == (AT, None, True)
        assert one.not_before.tzinfo is UTC

    await store.commit(work)


async def test_it_counts_what_it_changed(store: Database) -> None:
    again = sa.insert(t.commands).returning(t.commands.c.key, t.commands.c.in_doubt)

    def work(connection: sa.Connection) -> None:
        prepared.change_each(connection, INSERT, [])
        prepared.change_each(connection, INSERT, [command("a"), command("b")])
        assert [tuple(row) for row in prepared.rows(connection, again, command("c", in_doubt=True))] == [("c", True)]
        assert prepared.change(connection, TAKE, {"doubt": False}) == 2
        assert prepared.change(connection, TAKE, {"doubt": True}) == 1
        assert prepared.scalar(connection, sa.select(sa.func.min(t.commands.c.attempts))) == 3
        assert prepared.scalar(connection, COMMANDS, {"names": ["nobody"]}) is None

    await store.commit(work)


async def test_an_error_has_sqlalchemys_name_and_nothing_personal(store: Database) -> None:
    with pytest.raises(sa.exc.IntegrityError) as caught:
        await store.commit(lambda c: prepared.change_each(c, INSERT, [command("a", body="segredo"), command("a")]))
    assert "segredo" not in str(caught.value)
    assert await store.look(lambda c: prepared.scalars(c, COMMANDS, {"names": ["a"]})) == []


async def test_a_time_without_a_zone_is_refused(store: Database) -> None:
    with pytest.raises((ValueError, sa.exc.StatementError), match="without a zone"):
        await store.commit(lambda c: prepared.change(c, INSERT, command("a", not_before=AT.replace(tzinfo=None))))


async def test_who_listens_hears_of_it(store: Database) -> None:
    heard: list[str] = []

    def note(connection: object, cursor: object, statement: str, *_: object) -> None:
        heard.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        await store.look(lambda c: prepared.rows(c, COMMANDS, {"names": ["a"]}))
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    assert any("FROM commands" in statement for statement in heard)


async def test_what_is_cut_short_leaves_no_connection_behind(postgres_database: Database) -> None:
    """A worker that is told to stop cancels what takes too long: nothing of it stays, and nobody waits for it."""
    began, engine = asyncio.Event(), postgres_database._turns
    sleep = sa.select(sa.func.pg_sleep(sa.bindparam("seconds", type_=sa.Float)))

    def work(connection: sa.Connection) -> None:
        prepared.change(connection, INSERT, command("a"))
        began.set()
        prepared.rows(connection, sleep, {"seconds": 60.0})

    for _ in range(AT_A_TIME + 1):
        began.clear()
        cut = asyncio.ensure_future(postgres_database.commit(work))
        await began.wait()
        cut.cancel()
        with pytest.raises(asyncio.CancelledError):
            await cut
    async with asyncio.timeout(10):
        await postgres_database.commit(lambda connection: prepared.change(connection, INSERT, command("a")))
    assert isinstance(engine.pool, sa.QueuePool)
    assert engine.pool.checkedout() == 0
