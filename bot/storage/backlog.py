"""Size and age of what is open. Counts stop at :data:`MOST` per state and need, so that frequent polling stays cheap
while tens of thousands wait."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.storage import tables as t
from bot.storage.queues import kinds_of

MOST = 10_000


def backlog(connection: sa.Connection) -> Mapping[str, Any]:
    """See :meth:`bot.engine.store.Store.backlog`."""
    new = sa.text("status = 'new'")
    events = sa.select(t.events.c.id).where(new).limit(MOST).subquery()
    oldest = sa.select(t.events.c.received_at).where(new).order_by(t.events.c.id).limit(1)
    states: Counter[str] = Counter()
    for row in by_kind(connection):
        states[row["status"]] = min(states[row["status"]] + row["count"], MOST)
    return {
        "events": connection.execute(sa.select(sa.func.count()).select_from(events)).scalar_one(),
        "oldest_event": connection.execute(oldest).scalar_one_or_none(),
        "commands": dict(states),
        "refused": refused(connection),
    }


def refused(connection: sa.Connection) -> dict[str, datetime]:
    """The providers that refuse our credentials, and since when the oldest command that waits for each does."""
    c = t.commands.c
    query = (
        sa.select(c.refused_by, sa.func.min(c.created_at).label("since"))
        .where(sa.text(t.KEPT_OUT))
        .group_by(c.refused_by)
    )
    return {row.refused_by: row.since for row in connection.execute(query)}


def by_kind(connection: sa.Connection) -> list[dict[str, Any]]:
    """Open commands per ``status`` and ``needs``: ``count``, and ``oldest``: since when the oldest of the counted waits
    (those due first are counted)."""
    kinds, c, found = kinds_of("new", "doing", "parked"), t.commands.c, []
    for status, needs in connection.execute(sa.select(kinds).where(kinds.c.needs.is_not(None))).all():
        which = (sa.text(t.OPEN_COMMAND), c.status == status, c.needs == needs)
        some = sa.select(c.created_at).where(*which).order_by(c.not_before, c.id).limit(MOST).subquery()
        count, oldest = connection.execute(sa.select(sa.func.count(), sa.func.min(some.c.created_at))).one()
        found.append({"status": status, "needs": needs, "count": count, "oldest": oldest})
    return found
