"""Lists of the console: newest first, by keyset pagination.

A page follows one index, that of the narrowest filter. Rows that the other filters exclude are skipped, at most
:data:`WINDOW` per page; then the page ends short and names where to continue. So the cost of a page does not depend on
the size of the history or on how rare the matches are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.halving import first_from
from bot.storage.queues import kinds_of
from bot.storage.reading import Query, Reader, Row, rows

PAGE = 50
WINDOW = 5000
"""Rows that one page may pass over."""

Where = sa.ColumnElement[bool] | sa.TextClause
OPEN = sa.text(t.OPEN_COMMAND)
EVENT_STATUSES = ("new", "done", "failed")
OPEN_STATES, LOST_STATES = ("new", "doing", "parked"), ("refused", "expired", "failed")
COMMAND_STATUSES = ("open", "lost", "new", "doing", "parked", "done", "refused", "expired", "failed")
"""``open`` and ``lost`` (refused, expired, failed) are several at once."""
SHORT = tuple(
    t.events.c[n] for n in ("id", "source", "key", "lane", "kind", "status", "received_at", "done_at", "root")
)
"""An event in a list: without its bodies."""


@dataclass(frozen=True)
class Page:
    """``next``: the ``before`` of the following page, 0 if there is none. A short page may have a next one, if many
    rows were skipped."""

    rows: Sequence[Row]
    next: int = 0


@dataclass(frozen=True)
class Span:
    """A range of time (end exclusive), below an id; unset bounds are open."""

    before: int = 0
    since: datetime | None = None
    until: datetime | None = None


ALL = Span()


class Lists(Reader):
    async def events(
        self,
        span: Span = ALL,
        *,
        source: str = "",
        kind: str = "",
        status: str = "",
        lane: str = "",
        root: str = "",
        limit: int = PAGE,
        whole: bool = False,
    ) -> Page:
        """``whole``: with their bodies."""
        e = t.events.c
        ways: list[list[Where]] = [[]]
        others: list[Where] = []
        # the predicates of the partial indexes must be literal: with a bound value the indexes would not be used
        open_ones, over, failed = sa.text("status = 'new'"), sa.text(t.PAST_EVENT), sa.text("status = 'failed'")
        if root:
            ways = [[e.root == root]]
            others += [column == value for column, value in ((e.lane, lane), (e.status, status)) if value]
        elif lane:
            of_lane = e.lane == lane
            opened: list[list[Where]] = [[of_lane, open_ones]] if status in ("", "new") else []
            ways = opened + ([[of_lane, over]] if status != "new" else [])
            others += [e.status == status] if status not in ("", "new") else []
        elif status == "failed":
            ways = [[failed]]
        elif status == "new":
            ways = [[open_ones]]
        elif status:
            others.append(e.status == status)
        for column, value in ((e.kind, kind), (e.source, source)):
            if value and ways == [[]]:
                ways = [[column == value]]
            elif value:
                others.append(column == value)
        columns = tuple(t.events.c) if whole else SHORT
        return await read_page(self._database, e.id, e.received_at, columns, ways, others, span, limit)

    async def commands(
        self,
        span: Span = ALL,
        *,
        kind: str = "",
        status: str = "",
        lane: str = "",
        needs: str = "",
        limit: int = PAGE,
    ) -> Page:
        """``status``: one of :data:`COMMAND_STATUSES`; ``needs``: a provider's role."""
        c = t.commands.c
        states = {"open": OPEN_STATES, "lost": LOST_STATES}.get(status, (status,))
        ways: list[list[Where]] = [[]]
        others: list[Where] = []
        if lane:
            ways = [[c.lane == lane]]
            others += [c.status.in_(states)] if status else []
            others += [c.needs == needs] if needs else []
        elif states[0] in OPEN_STATES:
            kinds = kinds_of(*states)
            found = await self._all(sa.select(kinds).where(kinds.c.needs.is_not(None)))
            each = [(row["status"], row["needs"]) for row in found if needs in ("", row["needs"])]
            ways = [[OPEN, c.status == one, c.needs == whom] for one, whom in each]
        else:
            ways = [[sa.text(t.LOST_COMMAND)]] if states[0] in LOST_STATES else [[]]
            others += [c.status == status] if status not in ("", "lost") else []
            others += [c.needs == needs] if needs else []
        if kind and ways == [[]]:
            ways = [[c.kind == kind]]
        elif kind:
            others.append(c.kind == kind)
        return await read_page(self._database, c.id, c.created_at, tuple(c), ways, others, span, limit)

    async def calls(
        self,
        span: Span = ALL,
        *,
        provider: str = "",
        operation: str = "",
        failed: bool = False,
        limit: int = PAGE,
    ) -> Page:
        c = t.calls.c
        way: list[Where] = [sa.text(f"({t.FAILED_CALL})")] if failed else []
        others: list[Where] = [c.operation == operation] if operation else []
        if failed:
            others.append(~t.NOTHING_FOUND)
        if provider and not way:
            way = [c.provider == provider]
        elif provider:
            others.append(c.provider == provider)
        return await read_page(self._database, c.id, c.started_at, tuple(c), [way], others, span, limit)

    async def orders(self, span: Span = ALL, *, state: str = "", limit: int = PAGE) -> Page:
        o = t.orders.c
        way: list[Where] = [o.state == state] if state else []
        return await read_page(self._database, o.number, o.created_at, tuple(o), [way], [], span, limit)

    async def products(self, span: Span = ALL, *, seller: str = "", paused: bool = False, limit: int = PAGE) -> Page:
        """Products, newest first."""
        p = t.products.c
        way: list[Where] = [p.seller_id == seller] if seller else []
        others: list[Where] = [~p.active] if paused else []
        return await read_page(self._database, p.listing, None, tuple(p), [way], others, Span(span.before), limit)

    async def sellers(self, after: str) -> Sequence[Row]:
        """Shops by id, with the number of their parts, counted up to a thousand."""
        s, p = t.sellers.c, t.products.c
        some = sa.select(p.listing).where(p.seller_id == s.id).limit(1000).correlate(t.sellers).subquery()
        parts = sa.select(sa.func.count()).select_from(some).scalar_subquery()
        query = sa.select(t.sellers, parts.label("parts")).where(s.id > after).order_by(s.id).limit(PAGE)
        return await self._all(query)

    async def invitations(self) -> Sequence[Row]:
        return await self._all(sa.select(t.invitations).limit(PAGE))

    async def misheard(self, span: Span = ALL, *, flow: str = "", limit: int = PAGE) -> Page:
        """Messages that were not understood, with their events."""
        m, e = t.misheard.c, t.events.c
        others: list[Where] = [m.flow == flow] if flow else []
        page = await read_page(self._database, m.event_id, m.at, tuple(m), [[]], others, span, limit)
        found = {
            row["id"]: row
            for row in await self._all(
                sa.select(e.id, e.lane, e.body).where(e.id.in_([row["event_id"] for row in page.rows]))
            )
        }
        return Page([{**row, "event": found.get(row["event_id"])} for row in page.rows], page.next)


async def read_page(
    database: Database,
    key: sa.Column[int],
    at: sa.Column[datetime] | None,
    columns: Sequence[sa.Column[Any]],
    ways: Sequence[Sequence[Where]],
    others: Sequence[Where],
    span: Span,
    limit: int,
) -> Page:
    """One page of a table. ``ways``: lists of conditions, each served in order by one index; their union is what is
    looked for. ``others``: conditions whose failures are skipped."""
    if not ways:
        return Page(())
    async with database.read() as connection:
        bounds: list[Where] = []
        if span.since is not None and at is not None:
            bounds.append(key >= await first_since(connection, key, at, span.since))
        ends = [span.before] if span.before else []
        if span.until is not None and at is not None:
            ends.append(await first_since(connection, key, at, span.until))
        if ends:
            # with a single bound: given two, SQLite starts at the first and walks to the other. Any number may be
            # entered
            bounds.append(key < sa.literal(min(ends), sa.BigInteger()))
        walks = [walk(key, [*way, *bounds], WINDOW if others else limit + 1) for way in ways]
        found = await rows(connection, filtered(key, columns, walks, others, limit + 1))
        stop = 0
        if others and (len(found) <= limit or len(walks) > 1):
            stop = await _where_it_ended(connection, walks)
        found = [row for row in found if row[key.name] >= stop]  # the rest comes on the next page
        return Page(found[:limit], int(found[limit - 1][key.name]) if len(found) > limit else stop)


def walk(key: sa.Column[int], where: Sequence[Where], most: int) -> Query:
    """The newest ids along one index."""
    return sa.select(key).where(*where).order_by(key.desc()).limit(most)


def filtered(
    key: sa.Column[int],
    columns: Sequence[sa.Column[Any]],
    walks: Sequence[Query],
    others: Sequence[Where],
    most: int,
) -> Query:
    """Those of the rows read that match, newest first."""
    met = [sa.select(walked.subquery().c[key.name]) for walked in walks]
    ids = met[0] if len(met) == 1 else sa.union_all(*met)
    return sa.select(*columns).where(key.in_(ids), *others).order_by(key.desc()).limit(most)


async def _where_it_ended(connection: AsyncConnection, walks: Sequence[Query]) -> int:
    """The newest id at which a walk stopped because it was long enough; 0 if all were complete."""
    stops = [0]
    for walked in walks:
        ids = walked.subquery()
        query = sa.select(sa.func.count(), sa.func.min(next(iter(ids.c))))
        count, last = (await connection.execute(query)).one()
        stops.append(int(last) if count >= WINDOW else 0)
    return max(stops)


async def first_since(
    connection: AsyncConnection, number: sa.Column[int], at: sa.Column[datetime], moment: datetime
) -> int:
    """The first id at or after a moment."""
    return int((await connection.execute(first_from(number, at, moment))).scalar_one())
