"""The record of calls. A call has no key of its own, and an index for one would cost each: where it is not known
whether a commit was done, what it wrote is looked for before it is written again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from bot.integrations.http import CallRecord
from bot.storage import prepared
from bot.storage import tables as t

# built once, as those of :mod:`bot.storage.statements`
RECORD = sa.insert(t.calls)
ONE_AFTER_THE_OTHER = sa.select(
    sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(sa.bindparam("who", type_=sa.String), 2))
)
"""A transaction that nobody hears of any more may still be on its way to its end: what is done again comes after it."""
_KNOWN_BY = ("started_at", "provider", "operation", "correlation", "attempt", "method", "ms", "status", "outcome")
"""What nothing changes afterwards, an erasure neither."""
KEPT = sa.select(*(t.calls.c[name] for name in _KNOWN_BY)).where(
    t.calls.c.started_at.between(sa.bindparam("first"), sa.bindparam("last"))
)


def keep(connection: sa.Connection, who: str, calls: Sequence[CallRecord], *, again: bool) -> None:
    """See :meth:`bot.engine.store.Store.record`. ``who``: the process that made them."""
    if connection.dialect.name != "sqlite":
        prepared.rows(connection, ONE_AFTER_THE_OTHER, {"who": who})
    kept = _kept(connection, calls) if again and calls else Counter()
    rows = []
    for call in calls:
        known = tuple(getattr(call, name) for name in _KNOWN_BY)
        if kept[known]:
            kept[known] -= 1
        else:
            rows.append(call.__dict__)
    prepared.change_each(connection, RECORD, rows)


def _kept(connection: sa.Connection, calls: Sequence[CallRecord]) -> Counter[tuple[Any, ...]]:
    moments = [call.started_at for call in calls]
    return Counter(map(tuple, prepared.rows(connection, KEPT, {"first": min(moments), "last": max(moments)})))
