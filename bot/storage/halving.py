"""The position of a moment in a table whose ids grow with time."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa


def first_from(
    number: sa.Column[int], at: sa.Column[datetime], moment: datetime | sa.BindParameter[datetime]
) -> sa.Select[int]:
    """A statement for the first id at or after a moment; one more than the newest if there is none. A binary search in
    one statement, without an index on times."""
    big = sa.BigInteger()
    newest = sa.func.coalesce(sa.func.max(number), 0) + 1
    halves = sa.select(sa.cast(1, big).label("low"), sa.cast(newest, big).label("high")).cte(
        "anon_halves", recursive=True
    )
    low, high = halves.c.low, halves.c.high
    middle = (low + high) // 2
    there = sa.select(number).where(number >= middle).order_by(number).limit(1)
    before = there.with_only_columns(at).scalar_subquery() < moment
    after = sa.case((before, sa.cast(there.scalar_subquery() + 1, big)), else_=low)
    half = sa.select(after, sa.case((before, high), else_=middle)).where(low < high)
    return sa.select(sa.func.max(halves.union_all(half).c.low))
