"""Our own messages as reported back by the gateway to any process: the proof that a send without a response was
delivered.

The process that receives webhooks need not be the one that sent, and a newly started one has received nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.reading import Reader

RECENT = timedelta(minutes=2)
"""An older echo does not prove a recent send: the same words may have been sent before."""
MOST = 200
"""More than one number can send in the relevant time."""


class StoredEchoes(Reader):
    def __init__(self, database: Database, clock: Callable[[], datetime], source: str) -> None:
        super().__init__(database)
        self._clock = clock
        self._newest = (
            sa.select(t.events.c.key, t.events.c.received_at)
            .where(t.events.c.source == source)
            .order_by(t.events.c.id.desc())
            .limit(MOST)
        )

    async def find(self, mark: str) -> list[str]:
        """Ids of the messages that ``mark`` stands for, newest first, without those of sends that got a response."""
        since = self._clock() - RECENT
        keys = [row["key"].partition(":") for row in await self._all(self._newest) if row["received_at"] >= since]
        shown = [message_id for seen, _, message_id in keys if seen == mark]
        if not shown:
            return []
        known = sa.select(t.sent_messages.c.message_id).where(t.sent_messages.c.message_id.in_(shown))
        answered = {row["message_id"] for row in await self._all(known)}
        return [message_id for message_id in shown if message_id not in answered]
