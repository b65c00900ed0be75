"""What notices keep beside themselves, on both databases: traffic, consents, the order in which they wait, and what is
called back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.domain.commands import SendText
from bot.domain.consent import Consent
from bot.domain.decision import Decision, Stored
from bot.domain.events import Incoming, Tick
from bot.domain.notice import NoticeStage, NoticeState
from bot.domain.pace import Traffic
from bot.domain.shop import Rules, Shop
from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.shop import SqlShop
from bot.storage.store import SqlStore

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
LANE = "person:1"


@pytest.fixture(params=["database", "postgres_database"])
def db(request: pytest.FixtureRequest) -> Database:
    opened = request.getfixturevalue(request.param)
    assert isinstance(opened, Database)
    return opened


async def turn(store: SqlStore, key: str, wants: list[object], *cancel: str) -> None:
    """One turn that wants these things written and done."""

    def decide(stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
        for want in wants:
            if isinstance(want, SendText):
                decision.do(want, key=f"notice/{key}/0", queue="wa:1")
            else:
                decision.write(want)  # type: ignore[arg-type]
        for one in cancel:
            decision.cancel_command(one)

    await store.accept([Incoming(source="test", key=key, lane=LANE, event=Tick(name="x"))], NOW)
    assert await store.turn(LANE, decide, decide, NOW)


def notice(key: str, minutes: int, stage: NoticeStage = NoticeStage.WAITING) -> NoticeState:
    raised = NOW + timedelta(minutes=minutes)
    return NoticeState(key=key, person_id="p1", name="order_posted", data={}, stage=stage, raised_at=raised)


async def test_they_wait_in_the_order_in_which_they_were_raised(db: Database) -> None:
    store = SqlStore(db, Rules())
    late, soon, sent = notice("a", 9), notice("b", 1), notice("c", 0, NoticeStage.SENT)
    await turn(store, "1", [late, soon, sent])
    async with db.read() as connection:
        waiting = await connection.run_sync(lambda c: SqlShop(c, Rules()).notices_at(NoticeStage.WAITING))
        first = await connection.run_sync(lambda c: SqlShop(c, Rules()).notices_at(NoticeStage.WAITING, 1))
    assert [n.key for n in waiting] == ["b", "a"]
    assert [n.key for n in first] == ["b"]


async def test_traffic_is_one_row_a_name_and_a_consent_is_for_ever(db: Database) -> None:
    store = SqlStore(db, Rules())
    given = Consent(
        event_id=1, purpose="reminders", person_id="p1", given=False, text="x@1", channel="whatsapp", at=NOW
    )
    await turn(store, "1", [Traffic(name="recipients", at=NOW), given])
    later = Traffic(name="recipients", at=NOW + timedelta(hours=1), detail="", seen=NOW)
    await turn(store, "2", [later, given.but(given=True)])
    async with db.read() as connection:
        traffic = await connection.run_sync(lambda c: SqlShop(c, Rules()).traffic())
        rows = (await connection.execute(sa.select(t.consents.c.given, t.consents.c.at))).all()
    assert traffic == {"recipients": later.but(seen=later.at)}
    assert [tuple(row) for row in rows] == [(False, NOW)], "what was said once is not written over"


async def test_what_may_have_gone_out_is_looked_up_and_not_repeated(db: Database) -> None:
    store = SqlStore(db, Rules())
    await turn(store, "a", [SendText(to="x", text="1")])
    await turn(store, "b", [SendText(to="x", text="2")])
    doubtful = sa.update(t.commands).where(t.commands.c.key == "notice/a/0").values(in_doubt=True)
    async with db.write() as connection:
        await connection.execute(doubtful)
    await turn(store, "c", [], "notice/a/0", "notice/b/0")
    async with db.read() as connection:
        query = sa.select(t.commands.c.key, t.commands.c.status, t.commands.c.expires_at).order_by(t.commands.c.id)
        rows = [tuple(row) for row in (await connection.execute(query)).all()]
    assert rows == [("notice/a/0", "new", NOW), ("notice/b/0", "expired", None)]


async def test_what_is_under_way_is_not_tried_again(db: Database) -> None:
    """An e-mail was being handed over when its news became outdated; the provider was away, and got it hours later."""
    store = SqlStore(db, Rules())
    await turn(store, "a", [SendText(to="x", text="1")])
    (waiting,) = await store.waiting_commands(NOW, [], 10)
    assert await store.begin(waiting, in_doubt=False, now=NOW)
    await turn(store, "b", [], "notice/a/0")
    await store.park(waiting, None, "away", NOW + timedelta(seconds=5), in_doubt=False, now=NOW)
    (waiting,) = await store.waiting_commands(NOW + timedelta(minutes=1), [], 10)
    assert waiting.expires_at == NOW
