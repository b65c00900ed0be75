"""The jobs by name. Each is safe to run twice, late, or on two hosts; due dates are in the database."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import sqlalchemy as sa

from bot.domain import calendar
from bot.domain.commands import ListMails, TrackLabels
from bot.domain.events import Incoming, Tick
from bot.domain.lanes import SYSTEM
from bot.domain.order import OrderState
from bot.storage import alerts
from bot.storage import tables as t
from bot.storage.reading import plain
from bot.storage.store import SqlStore
from scheduler import books, trimming
from scheduler.job import Job as Job

LABELS = 100
"""Labels per call."""
OPEN = (OrderState.ACCEPTED, OrderState.SHIPPED, OrderState.DELIVERED, OrderState.RETURNING)
"""Order states in which a parcel may move, to the buyer or back."""
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
    """The broker caches its answer for an hour: asking more often brings nothing new."""
    label, order = t.provider_ids.c, t.orders.c
    # by way of the open orders: most labels belong to completed ones
    open_ones = sa.select(order.number).where(order.state.in_(OPEN))
    query = sa.select(label.id).where(label.order_number.in_(open_ones), plain(label.kind) == "shipment")
    async with store.database.read() as connection:
        ids = (await connection.execute(query.order_by(label.id))).scalars().all()
    for batch, first in enumerate(range(0, len(ids), LABELS)):
        command = TrackLabels(shipment_ids=tuple(ids[first : first + LABELS]))
        key = f"track/{now.astimezone(UTC):%Y-%m-%dT%H}/{batch}"
        await store.ask(command, key=key, lane=SYSTEM, now=now, expires_at=now + TRACK_EVERY)
    return f"{len(ids)} labels to look for"


async def _mails(store: SqlStore, now: datetime) -> str:
    """The list repeats for a day what happened to an e-mail; each fact is stored once."""
    key = f"mails/{now.astimezone(UTC):%Y-%m-%dT%H}"
    command = ListMails(since=now - MAILS_BACK)
    await store.ask(command, key=key, lane=SYSTEM, now=now, expires_at=now + TRACK_EVERY)
    return "the e-mails are asked for"


async def _alerts(store: SqlStore, now: datetime) -> str:
    return f"{await alerts.tell(store.database, now, store.rules)} alerts told"


async def _reports(store: SqlStore, now: datetime) -> str:
    """On Monday mornings, for the week before: Monday to Sunday in São Paulo. A repeat changes nothing."""
    local = calendar.local(now)
    if local.weekday() != 0 or local.time() < REPORTS_FROM:
        return "not now"
    first, last = local.date() - timedelta(days=7), local.date() - timedelta(days=1)
    query = sa.select(t.people.c.id, t.people.c.lane).join(t.sellers, t.sellers.c.person_id == t.people.c.id)
    async with store.database.read() as connection:
        sellers = (await connection.execute(query.order_by(t.sellers.c.person_id))).all()
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


def all_jobs(retention_days: int = 90, body_days: int = 180) -> list[Job]:
    """``retention_days``: for raw webhooks and call records; ``body_days``: for the contents of events and commands."""
    return [
        Job("timers", timedelta(seconds=1), "turns timers that are due into events", _timers),
        Job("alerts", timedelta(seconds=5), "tells operators what they are to know, a flood as one digest", _alerts),
        Job("reports", timedelta(minutes=20), "tells sellers of their week, on Mondays from nine", _reports),
        Job("tracking", TRACK_EVERY, "asks where the labels of open orders are", _tracking),
        Job("mails", TRACK_EVERY, "asks which e-mails have not arrived", _mails),
        *books.JOBS,
        Job(
            "trim",
            timedelta(hours=6),
            "trims what is older than RETENTION_DAYS",
            trimming.trim(retention_days, body_days),
        ),
    ]
