"""Financial jobs: reconciliation with the providers, account balances, the payment provider's webhook."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import sqlalchemy as sa

from bot.domain import calendar
from bot.domain.commands import Command
from bot.domain.commands.accounts import ReadBalance, ReadFreightBalance, TendWebhook
from bot.domain.events import Incoming, ReconcileAsked
from bot.domain.lanes import BOOKS
from bot.storage import tables as t
from bot.storage.store import SqlStore
from scheduler.job import Job

SOURCE = "scheduler"
NIGHT = time(3)
"""São Paulo time; a day's run starts from here on, or later if nothing was running then."""
BALANCES_EVERY = timedelta(minutes=15)
WEBHOOK_EVERY = timedelta(minutes=10)
AGAIN = 2
"""Days before the last run that are read again."""
MOST_DAYS = 60


async def _reconcile(store: SqlStore, now: datetime) -> str:
    """Once a day; after days without a run, the statement is read from the last one on."""
    due = _latest_night(now)
    first = sa.select(t.orders.c.created_at).where(t.orders.c.number > 0).order_by(t.orders.c.number).limit(1)
    last = sa.select(sa.func.max(t.events.c.received_at)).where(
        t.events.c.source == SOURCE, t.events.c.kind == ReconcileAsked.model_fields["kind"].default
    )
    async with store.database.read() as connection:
        oldest: datetime | None = (await connection.execute(first)).scalar_one_or_none()
        before: datetime | None = (await connection.execute(last)).scalar_one()
    if oldest is None or oldest >= due:
        return "nothing to compare yet"
    days = min(MOST_DAYS, AGAIN + (due - (before or oldest)).days + 1)
    asked = ReconcileAsked(by=SOURCE, days=max(AGAIN, days))
    key = f"reconcile/{calendar.local(due).date().isoformat()}"
    (new,) = await store.accept([Incoming(source=SOURCE, key=key, lane=BOOKS, event=asked)], now)
    return f"asked for, {asked.days} days back" if new else "asked for already today"


def _latest_night(now: datetime) -> datetime:
    today = calendar.instant(calendar.today(now), NIGHT)
    return today if today <= now else calendar.instant(calendar.today(now) - timedelta(days=1), NIGHT)


async def _balances(store: SqlStore, now: datetime) -> str:
    await _ask(store, now, BALANCES_EVERY, ReadBalance(), ReadFreightBalance())
    return "the balances are asked for"


async def _webhook(store: SqlStore, now: datetime) -> str:
    await _ask(store, now, WEBHOOK_EVERY, TendWebhook())
    return "the webhook is looked at"


async def _ask(store: SqlStore, now: datetime, every: timedelta, *commands: Command) -> None:
    """Once per span of ``every``, whoever asks; the command expires when the next span begins."""
    slot = int(now.timestamp() // every.total_seconds())
    for command in commands:
        key = f"{command.kind}/{datetime.fromtimestamp(slot * every.total_seconds(), UTC):%Y-%m-%dT%H:%M}"
        await store.ask(command, key=key, lane=BOOKS, now=now, expires_at=now + every)


JOBS = [
    Job("reconcile", timedelta(hours=1), "compares our books with the providers', once a day", _reconcile),
    Job("balances", BALANCES_EVERY, "looks at what is left for refunds and labels", _balances),
    Job("webhook", WEBHOOK_EVERY, "wakes the payment provider's queue where it was paused", _webhook),
]
