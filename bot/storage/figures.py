"""Figures of the console's overview: the day by hour, providers' last hour, backlog, newest answers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.storage import tables as t
from bot.storage.backlog import by_kind
from bot.storage.lists import first_since
from bot.storage.reading import Reader, Row

MOST = 1000
"""Counts stop here."""


@dataclass(frozen=True)
class Day:
    """Figures of one day. Lists have one entry per hour."""

    messages: list[int] = field(default_factory=lambda: [0] * 24)
    sales: list[int] = field(default_factory=lambda: [0] * 24)
    """Centavos that buyers paid, by the hour in which we learnt of it."""
    quotes: int = 0
    """People who got a freight quote."""
    orders: int = 0
    paid: int = 0
    """Orders paid on this day, whenever they were placed."""


@dataclass(frozen=True)
class Answer:
    """The outcome of the newest command of a kind. ``status`` is the command's."""

    status: str
    at: datetime
    result: dict[str, Any]
    error: str = ""


class Figures(Reader):
    async def day(self, start: datetime) -> Day:
        """The 24 hours from ``start``; reads only these."""
        day, end = Day(), start + timedelta(days=1)
        e, c, o, money = t.events.c, t.commands.c, t.orders.c, t.entries.c
        async with self._database.read() as connection:
            written = e.kind == "message.received", e.id >= await first_since(connection, e.id, e.received_at, start)
            hour = self._hour(e.received_at)
            for at, count in await connection.execute(sa.select(hour, sa.func.count()).where(*written).group_by(hour)):
                _count(day.messages, start, at, count)
            quoted = (
                c.kind == "freight.quote",
                c.status == "done",
                c.id >= await first_since(connection, c.id, c.created_at, start),
            )
            quotes = sa.select(sa.func.count(sa.distinct(c.lane))).where(*quoted)
            first = await first_since(connection, o.number, o.created_at, start)
            came_in = money.at >= start, money.at < end, money.credit == "buyer", money.key.contains("/payment/")
            hour = self._hour(money.at)
            sales = sa.select(hour, sa.func.sum(money.amount)).where(*came_in).group_by(hour)
            for at, amount in await connection.execute(sales):
                _count(day.sales, start, at, int(amount))
            paid = sa.select(sa.func.count(sa.distinct(money.order_number))).where(*came_in)
            figures = [
                int((await connection.execute(query)).scalar_one())
                for query in (quotes, sa.select(sa.func.count()).where(o.number >= first), paid)
            ]
        return Day(day.messages, day.sales, *figures)

    def _hour(self, at: sa.Column[datetime]) -> sa.ColumnElement[Any]:
        """The UTC hour of a moment: São Paulo's offset is a whole number of hours."""
        if self._database.is_sqlite:
            return sa.func.strftime("%Y-%m-%dT%H:00:00+00:00", at)
        return sa.func.to_char(sa.func.timezone("UTC", at), 'YYYY-MM-DD"T"HH24:00:00+00:00')

    async def steps(self, since: date) -> Sequence[Row]:
        """Counts per flow, step and outcome from that day on."""
        c = t.steps.c
        query = sa.select(c.flow, c.step, c.what, sa.func.sum(c.count).label("count")).where(c.day >= since)
        return await self._all(query.group_by(c.flow, c.step, c.what))

    async def provider_figures(self, since: datetime) -> Sequence[Row]:
        """Calls, failures and mean milliseconds per provider since a moment; one index range per provider."""
        c = t.calls.c
        failures = sa.func.sum(sa.case((sa.and_(sa.text(f"({t.FAILED_CALL})"), ~t.NOTHING_FOUND), 1), else_=0))
        figures = sa.func.count(), failures, sa.func.avg(c.ms), sa.func.max(c.ms)
        found = []
        providers = await self._values(c.provider)
        async with self._database.read() as connection:
            first = await first_since(connection, c.id, c.started_at, since)
            for provider in providers:
                query = sa.select(*figures).where(c.provider == provider, c.id >= first)
                calls, failed, mean, longest = (await connection.execute(query)).one()
                if calls:
                    row = {"calls": calls, "failures": failed, "mean_ms": mean, "max_ms": longest}
                    found.append({"provider": provider, **row})
        return found

    async def waiting_by_need(self) -> Sequence[Row]:
        """Open commands per provider role, how many of them are parked, and since when the oldest waits."""
        async with self._database.read() as connection:
            kinds = await connection.run_sync(by_kind)
        found: dict[str, dict[str, Any]] = {}
        for kind in kinds:
            row = found.setdefault(kind["needs"], {**kind, "count": 0, "parked": 0})
            row["count"] += kind["count"]
            row["parked"] += kind["count"] if kind["status"] == "parked" else 0
            row["oldest"] = min(row["oldest"], kind["oldest"])
        return list(found.values())

    async def troubles(self) -> dict[str, int]:
        """Counts, capped: ``events`` set aside as poison, ``commands`` refused, expired or failed, undeliverable
        ``notices``, open ``differences``."""
        found = {}
        async with self._database.read() as connection:
            for name, key, which in (
                ("events", t.events.c.id, sa.text("status = 'failed'")),
                ("commands", t.commands.c.id, sa.text(t.LOST_COMMAND)),
                ("notices", t.notices.c.key, t.notices.c.stage == "parked"),
                ("differences", t.differences.c.key, t.differences.c.healed_at.is_(None)),
            ):
                some = sa.select(key).where(which).limit(MOST).subquery()
                found[name] = int((await connection.execute(sa.select(sa.func.count()).select_from(some))).scalar_one())
        return found

    async def parked_notices(self) -> Sequence[Row]:
        """Notices that could not be delivered, with their recipients."""
        n, p = t.notices.c, t.people.c
        query = sa.select(n.body, p.id, p.body.label("person")).join(t.people, p.id == n.person_id)
        return await self._all(query.where(n.stage == "parked").limit(200))

    async def channel(self) -> Row | None:
        return await self._one(sa.select(t.channel).where(t.channel.c.id == 1))

    async def answer(self, kind: str, *, done: bool = False) -> Answer | None:
        """The outcome of the newest command of a kind; with ``done``, of the newest that succeeded."""
        c, e = t.commands.c, t.events.c
        query = sa.select(c.key, c.status, c.error, c.updated_at).where(c.kind == kind).order_by(c.id.desc()).limit(1)
        row = await self._one(query.where(c.status == "done") if done else query)
        if row is None:
            return None
        told = sa.select(e.body).where(e.source == "command", e.key == f"{row['key']}/done")
        event = await self._one(told) if row["status"] == "done" else None
        result = json.loads(event["body"])["result"] if event is not None else {}
        return Answer(row["status"], row["updated_at"], result, row["error"])


def _count(hours: list[int], start: datetime, at: str, amount: int) -> None:
    place = int((datetime.fromisoformat(at) - start) / timedelta(hours=1))
    if 0 <= place < len(hours):
        hours[place] += amount
