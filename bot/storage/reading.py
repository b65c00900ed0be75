"""Reading rows outside of turns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import Database

Row: TypeAlias = Mapping[Any, Any]
Query: TypeAlias = sa.Select[*tuple[Any, ...]]


class Reader:
    """Has a database, and reads from it with a connection of its own."""

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
        """The values of an indexed column that has few: each is found by one step in the index."""
        values: list[str] = []
        async with self._database.read() as connection:
            while True:
                next_one = sa.select(sa.func.min(column)).where(column > (values[-1] if values else ""))
                value = (await connection.execute(next_one)).scalar_one_or_none()
                if value is None:
                    return values
                values.append(value)


async def rows(connection: AsyncConnection, query: Query) -> Sequence[Row]:
    found: Sequence[Row] = (await connection.execute(query)).mappings().all()
    return found
