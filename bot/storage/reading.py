"""Base of the classes that read outside of turns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import Database

Row: TypeAlias = Mapping[Any, Any]
Query: TypeAlias = sa.Select[*tuple[Any, ...]]


def plain(column: sa.Column[str]) -> sa.ColumnElement[str]:
    """The column as an expression that no index matches, so that the planner (which has no statistics) uses another,
    narrower index."""
    return column.concat("")


class Reader:
    """Runs reads on a database, one connection per call."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def _one(self, query: Query) -> Row | None:
        async with self._database.read() as connection:
            found: Row | None = (await connection.execute(query)).mappings().one_or_none()
            return found

    async def _all(self, query: Query) -> Sequence[Row]:
        async with self._database.read() as connection:
            return await rows(connection, query)

    async def _values(self, column: sa.Column[str]) -> list[str]:
        """The distinct values of an indexed column that has few: one index step each, all in one statement."""
        found = sa.select(sa.func.min(column).label("value")).cte("anon_values", recursive=True)
        following = sa.select(sa.func.min(column)).where(column > found.c.value).scalar_subquery()
        found = found.union_all(sa.select(following).where(found.c.value.is_not(None)))
        async with self._database.read() as connection:
            query = sa.select(found.c.value).where(found.c.value.is_not(None))
            return [str(value) for value in (await connection.execute(query)).scalars()]


async def rows(connection: AsyncConnection, query: Query) -> Sequence[Row]:
    found: Sequence[Row] = (await connection.execute(query)).mappings().all()
    return found
