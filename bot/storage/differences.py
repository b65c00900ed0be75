"""Differences between our books and the providers', as listed by the console."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from bot.storage import tables as t
from bot.storage.reading import Reader, Row

PAGE = 50


class Differences(Reader):
    async def differences(self, *, healed: bool = False, order: int = 0, after: int = 0) -> Sequence[Row]:
        """Open ones, oldest first, or resolved ones, newest first; a page starting at number ``after``."""
        table = t.differences
        query = sa.select(table).where(table.c.healed_at.is_not(None) if healed else table.c.healed_at.is_(None))
        if order:
            # any number may be entered
            query = query.where(table.c.order_number == sa.literal(order, sa.BigInteger()))
        by = table.c.healed_at.desc() if healed else table.c.found_at
        return await self._all(query.order_by(by, table.c.key).limit(PAGE).offset(after))

    async def has_order(self, number: int) -> bool:
        return await self._one(sa.select(t.orders.c.number).where(t.orders.c.number == number)) is not None
