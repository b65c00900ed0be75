"""Records of calls to providers. They have no unique key (its index would cost every call): after an ambiguous commit,
rows are compared with those stored before they are written again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from bot.integrations.http import CallRecord
from bot.storage import prepared
from bot.storage import tables as t

# built once, like the statements in :mod:`bot.storage.statements`
RECORD = sa.insert(t.calls)
ONE_AFTER_THE_OTHER = sa.select(
    sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(sa.bindparam("who", type_=sa.String), 2))
)
"""Serialises with an earlier transaction of ours that may still be committing."""
_KNOWN_BY = ("started_at", "provider", "operation", "correlation", "attempt", "method", "ms", "status", "outcome")
"""Columns by which a record is recognised: nothing changes them later, not even an erasure."""
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
