"""Files that document an order in a dispute; kept until they are sent, and then trimmed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import sqlalchemy as sa

from bot.domain.disputes import MOST_EXHIBITS, Exhibit
from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.reading import Reader, Row

X = t.exhibits.c


class Exhibits(Reader):
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        super().__init__(database)
        self._clock = clock

    async def of(self, order: int) -> Sequence[Exhibit]:
        """The files with their bytes, oldest first."""
        mine = sa.select(X.name, X.mime_type, X.data).where(X.order_number == order).order_by(X.id)
        found = await self._all(mine.limit(MOST_EXHIBITS))
        return [Exhibit(row["name"], row["mime_type"], bytes(row["data"])) for row in found]

    async def listed(self, order: int) -> Sequence[Row]:
        """``id``, ``name``, ``size`` (bytes), ``by`` and ``at`` of each."""
        return await self._all(
            sa.select(X.id, X.name, X.size, X.by, X.at).where(X.order_number == order).order_by(X.id)
        )

    async def add(self, order: int, one: Exhibit, by: str) -> bool:
        """Add a file; False if the order has the maximum already."""
        row = {"order_number": order, "name": one.name, "mime_type": one.mime_type, "size": len(one.data)}
        row |= {"data": one.data, "by": by, "at": self._clock()}
        count = sa.select(sa.func.count()).where(X.order_number == order).select_from(t.exhibits)
        async with self._database.write() as connection:
            # serialised per order, also on a server
            await connection.execute(sa.select(t.orders.c.number).where(t.orders.c.number == order).with_for_update())
            if (await connection.execute(count)).scalar_one() >= MOST_EXHIBITS:
                return False
            await connection.execute(sa.insert(t.exhibits).values(row))
            return True

    async def drop(self, order: int, number: int) -> str:
        """Delete a file; returns its name, "" if it did not exist."""
        which = sa.delete(t.exhibits).where(X.order_number == order, X.id == number).returning(X.name)
        async with self._database.write() as connection:
            return str((await connection.execute(which)).scalar_one_or_none() or "")
