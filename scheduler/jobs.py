"""The jobs by name. Each is safe to run twice, late, or on two hosts; due dates live in the database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, time, timedelta

import sqlalchemy as sa

from bot.domain import calendar
from bot.domain.commands import ListMails, TrackLabels
from bot.domain.events import Incoming, Tick
from bot.domain.lanes import SYSTEM
from bot.domain.order import OrderState
from bot.storage import alerts
from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.store import SqlStore
from scheduler import books
from scheduler.job import Job as Job

BATCH = 1000
LABELS = 100
"""Asked for in one call."""
OPEN = (OrderState.ACCEPTED, OrderState.SHIPPED, OrderState.DELIVERED, OrderState.RETURNING)
"""While an order is in one of these a parcel of it may move, to the buyer or back."""
TRACK_EVERY = timedelta(hours=1)
MAILS_BACK = timedelta(days=2)
REPORTS_FROM = time(9)


async def _timers(store: SqlStore, now: datetime) -> str:
    fired = 0
    while True:
        some = await store.fire_timers(now)
        fired += some
        if not some:
            return f"{fired} timers fired"


async def _tracking(store: SqlStore, now: datetime) -> str:
    """The broker's answer is kept there for an hour: asking more often tells nothing."""
    label = t.provider_ids.c
    query = (
        sa.select(label.id)
        .join(t.orders, t.orders.c.number == label.order_number)
        .where(label.kind == "shipment", label.id > sa.bindparam("last"), t.orders.c.state.in_(OPEN))
        .order_by(label.id)  # as the index has them, so that a page costs no more for those before and after it
        .limit(LABELS)
    )
    asked, batch, last = 0, 0, ""
    while True:
        async with store.database.read() as connection:
            ids = (await connection.execute(query, {"last": last})).scalars().all()
        if not ids:
            return f"{asked} labels to look for"
        command = TrackLabels(shipment_ids=tuple(ids))
        key = f"track/{now.astimezone(UTC):%Y-%m-%dT%H}/{batch}"
        await store.ask(command, key=key, lane=SYSTEM, now=now, expires_at=now + TRACK_EVERY)
        asked, batch, last = asked + len(ids), batch + 1, ids[-1]


async def _mails(store: SqlStore, now: datetime) -> str:
    """What was told of an e-mail is told again by the list for a day, and heard once."""
    key = f"mails/{now.astimezone(UTC):%Y-%m-%dT%H}"
    command = ListMails(since=now - MAILS_BACK)
    await store.ask(command, key=key, lane=SYSTEM, now=now, expires_at=now + TRACK_EVERY)
    return "the e-mails are asked for"


async def _alerts(store: SqlStore, now: datetime) -> str:
    return f"{await alerts.tell(store.database, now, store.rules)} alerts told"


async def _reports(store: SqlStore, now: datetime) -> str:
    """On Monday mornings, of the week before: Monday to Sunday, by São Paulo's days. Asked for again it is the same."""
    local = calendar.local(now)
    if local.weekday() != 0 or local.time() < REPORTS_FROM:
        return "not now"
    first, last = local.date() - timedelta(days=7), local.date() - timedelta(days=1)
    query = sa.select(t.people.c.id, t.people.c.lane).join(t.sellers, t.sellers.c.person_id == t.people.c.id)
    async with store.database.read() as connection:
        sellers = (await connection.execute(query.order_by(t.people.c.id))).all()
    week = f"{first:%G-W%V}"
    asked = [
        Incoming(
            source="report",
            key=f"{seller.id}/{week}",
            lane=seller.lane,
            event=Tick(
                name="weekly_report",
                data={"person": seller.id, "week": week, "first": first.isoformat(), "last": last.isoformat()},
            ),
        )
        for seller in sellers
    ]
    new = sum(await store.accept(asked, now)) if asked else 0
    return f"{new} weeks are told"


def _trim(days: int, body_days: int) -> Callable[[SqlStore, datetime], Awaitable[str]]:
    async def trim(store: SqlStore, now: datetime) -> str:
        """What came in raw and what was called goes first, what we made of it later. Rows stay, with key, kind, lane
        and times: a late repeat is still recognised, the timeline still told. Orders and ledger are documents of their
        own. What was set aside, or waits, is kept until somebody has seen to it."""
        e, c = t.events.c, t.commands.c
        old, older = now - timedelta(days=days), now - timedelta(days=body_days)
        raw = await _in_batches(
            store.database,
            lambda ids: sa.update(t.events).where(e.id.in_(ids)).values(raw=""),
            e.id,
            sa.and_(e.status == "done", e.raw != "", e.done_at < old),
        )
        calls = await _in_batches(
            store.database,
            lambda ids: sa.delete(t.calls).where(t.calls.c.id.in_(ids)),
            t.calls.c.id,
            t.calls.c.started_at < old,
        )
        bodies = await _in_batches(
            store.database,
            lambda ids: sa.update(t.events).where(e.id.in_(ids)).values(body="", raw=""),
            e.id,
            sa.and_(e.status == "done", e.body != "", e.done_at < older),
        )
        wanted = await _in_batches(
            store.database,
            lambda ids: sa.update(t.commands).where(c.id.in_(ids)).values(body=""),
            c.id,
            sa.and_(c.status.in_(["done", "refused", "expired"]), c.body != "", c.updated_at < older),
        )
        return f"{raw} raw bodies, {calls} call records, bodies of {bodies} events and {wanted} commands trimmed"

    return trim


async def _in_batches(
    database: Database,
    change: Callable[[Sequence[int]], sa.Executable],
    key: sa.Column[int],
    which: sa.ColumnElement[bool],
) -> int:
    """Change what ``which`` finds, a batch a transaction. It is looked for by a reader, each row once, so that nobody
    waits for the writer meanwhile, however long the history is."""
    total, last = 0, 0
    while True:
        async with database.read() as connection:
            query = sa.select(key).where(key > last, which).order_by(key).limit(BATCH)
            ids = (await connection.execute(query)).scalars().all()
        if not ids:
            return total
        async with database.write() as connection:
            await connection.execute(change(ids))
        total, last = total + len(ids), ids[-1]


def all_jobs(retention_days: int, body_days: int = 180) -> list[Job]:
    """``retention_days``: of raw webhooks and records of calls; ``body_days``: of events and commands themselves."""
    does = f"trims what is older than {retention_days} days, events and commands after {body_days}"
    return [
        Job("timers", timedelta(seconds=1), "turns timers that are due into events", _timers),
        Job("alerts", timedelta(seconds=5), "tells operators what they are to know, a flood as one digest", _alerts),
        Job("reports", timedelta(minutes=20), "tells sellers of their week, on Mondays from nine", _reports),
        Job("tracking", TRACK_EVERY, "asks where the labels of open orders are", _tracking),
        Job("mails", TRACK_EVERY, "asks which e-mails have not arrived", _mails),
        *books.JOBS,
        Job("trim", timedelta(hours=6), does, _trim(retention_days, body_days)),
    ]
