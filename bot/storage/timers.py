"""Turns due timers into events of their lanes."""

from __future__ import annotations

import json
from datetime import datetime

import sqlalchemy as sa

from bot.correlation import new_root
from bot.domain.events import Tick
from bot.storage import prepared
from bot.storage import tables as t
from bot.storage.upsert import insert_new

FIRST = sa.select(sa.func.min(t.timers.c.due_at))
DUE = (
    sa.select(t.timers)
    .where(t.timers.c.due_at <= sa.bindparam("now"))
    .order_by(t.timers.c.due_at)
    .limit(sa.bindparam("most"))
)
# only if unchanged since it was read: another worker may have fired it, or a turn moved it
TAKE = sa.delete(t.timers).where(
    t.timers.c.key == sa.bindparam("its_key"),
    t.timers.c.due_at == sa.bindparam("due"),
    t.timers.c.event_id == sa.bindparam("cause"),
)


def fire(connection: sa.Connection, now: datetime, limit: int) -> int:
    """Fire at most ``limit`` due timers; returns how many."""
    fired = 0
    for row in prepared.rows(connection, DUE, {"now": now, "most": limit}):
        seen = {"its_key": row.key, "due": row.due_at, "cause": row.event_id}
        if prepared.change(connection, TAKE, seen) != 1:
            continue
        fired += 1
        event = Tick(name=row.name, data=json.loads(row.data))
        values = {
            "source": "timer",
            # a replay of the event that set it must not fire it twice, another event may
            "key": f"{row.key}@{row.due_at.isoformat()}/{row.event_id}",
            "lane": row.lane,
            "kind": event.kind,
            "body": event.model_dump_json(),
            "received_at": now,
            "root": row.root or new_root(),
        }
        insert_new(connection, t.events, [values])
    return fired
