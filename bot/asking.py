"""What somebody at the command line wants done: an event of its lane, as the console's."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa

from bot.domain import lanes
from bot.domain.events import Incoming, ReconcileAsked
from bot.storage import tables as t
from bot.storage.store import SqlStore

MOST_DAYS = 366


async def reconcile(store: SqlStore, now: datetime, *, order: int = 0, days: int = 7) -> bool:
    """Have our books compared with the providers'; False if there is no such order."""
    if order:
        async with store.database.read() as connection:
            found = await connection.execute(sa.select(t.orders.c.number).where(t.orders.c.number == order))
            if found.scalar_one_or_none() is None:
                return False
    lane = lanes.order(order) if order else lanes.BOOKS
    asked = ReconcileAsked(order=order, by="cli", days=min(days, MOST_DAYS))
    await store.accept([Incoming(source="cli", key=f"reconcile/{uuid.uuid4().hex}", lane=lane, event=asked)], now)
    return True
