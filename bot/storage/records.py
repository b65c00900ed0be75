"""Read queries of the console over events, commands, calls and people. For lists see :mod:`bot.storage.lists`."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain import documents, lanes, phone
from bot.storage import tables as t
from bot.storage.figures import Figures
from bot.storage.lists import PAGE, SHORT, Lists
from bot.storage.names import called
from bot.storage.reading import Row, plain, rows


@dataclass(frozen=True)
class Found:
    """The result of a search."""

    orders: Sequence[Row] = ()
    people: Sequence[Row] = ()
    shops: Sequence[Row] = ()
    """Of the people."""
    events: Sequence[Row] = ()


class Records(Lists, Figures):
    # --- one row ---------------------------------------------------------------------------------------

    async def event(self, event_id: int) -> Row | None:
        return await self._one(sa.select(t.events).where(t.events.c.id == event_id))

    async def is_waiting(self, source: str, key: str) -> bool:
        """Whether an event is stored and still open."""
        query = sa.select(t.events.c.status).where(t.events.c.source == source, t.events.c.key == key)
        row = await self._one(query)
        return row is not None and row["status"] == "new"

    async def event_kinds(self) -> list[str]:
        return await self._values(t.events.c.kind)

    async def event_sources(self) -> list[str]:
        return await self._values(t.events.c.source)

    async def command(self, command_id: int) -> Row | None:
        return await self._one(sa.select(t.commands).where(t.commands.c.id == command_id))

    async def commands_of(self, event_id: int) -> Sequence[Row]:
        """The commands that an event caused."""
        return await self._all(
            sa.select(t.commands).where(t.commands.c.event_id == event_id).order_by(t.commands.c.id).limit(PAGE)
        )

    async def command_kinds(self) -> list[str]:
        return await self._values(t.commands.c.kind)

    async def call(self, call_id: int) -> Row | None:
        return await self._one(sa.select(t.calls).where(t.calls.c.id == call_id))

    async def providers(self) -> list[str]:
        return await self._values(t.calls.c.provider)

    # --- one order, one person -------------------------------------------------------------------------

    async def calls_for(self, keys: Sequence[str]) -> Sequence[Row]:
        """The calls made by commands with these keys."""
        return await self._all(
            sa.select(t.calls).where(t.calls.c.correlation.in_(list(keys))).order_by(t.calls.c.id).limit(1000)
        )

    async def from_root(self, root: str, limit: int = 500) -> tuple[Sequence[Row], Sequence[Row]]:
        """Everything with one correlation id, oldest first: events (without bodies) and commands. Commands are found by
        the events that caused them or report their outcome, so no index of their own is needed."""
        e, c = t.events.c, t.commands.c
        events = await self._all(sa.select(*SHORT).where(e.root == root).order_by(e.id).limit(limit))
        came = [row["key"].rpartition("/")[0] for row in events if row["source"] == "command"]
        mine = sa.or_(c.event_id.in_([row["id"] for row in events]), c.key.in_(came))
        return events, await self._all(sa.select(t.commands).where(mine).order_by(c.id).limit(limit))

    async def written(self, roots: Collection[str], limit: int = 200) -> Sequence[Row]:
        """The messages of people among these correlation roots."""
        e = t.events.c
        mine = sa.select(t.events).where(e.root.in_(roots), plain(e.kind) == "message.received")
        return await self._all(mine.order_by(e.id.desc()).limit(limit))

    async def entries(self, order: int) -> Sequence[Row]:
        return await self._all(sa.select(t.entries).where(t.entries.c.order_number == order).order_by(t.entries.c.at))

    async def notices_about(self, order: int) -> Sequence[Row]:
        """The notices about an order, found by the prefix of their keys."""
        name = f"order-{order}/"
        which = (t.notices.c.key > name) & (t.notices.c.key < name + "\uffff")
        return await self._all(sa.select(t.notices).where(which))

    async def consents(self, person_id: str) -> Sequence[Row]:
        """Consents given and withdrawn by a person, newest first."""
        c = t.consents.c
        return await self._all(sa.select(t.consents).where(c.person_id == person_id).order_by(c.at.desc(), c.purpose))

    async def inbox(self, limit: int = 200) -> Sequence[Row]:
        """Chats that wait for a human, the longest waiting first."""
        c = t.conversations.c
        query = (
            sa.select(c.person_id, c.wanted_since, c.body.label("talk"), t.people.c.body.label("person"))
            .join(t.people, t.people.c.id == c.person_id)
            .where(sa.text("wanted_since IS NOT NULL"))
            .order_by(c.wanted_since)
            .limit(limit)
        )
        return await self._all(query)

    # --- the search ------------------------------------------------------------------------------------

    async def search(self, text: str) -> Found:
        """Search by order number, phone, CPF or CNPJ, e-mail, name, tracking code or a provider's id. A single person
        found comes with their newest orders."""
        wanted = text.strip()
        if not wanted:
            return Found()
        e = t.events.c
        keys = sa.select(*SHORT).where(e.source.in_(await self.event_sources()), e.key == wanted)
        async with self._database.read() as connection:
            people = await self._people_like(connection, wanted)
            orders = await self._orders_like(connection, wanted)
            ids = [row["id"] for row in people]
            if len(ids) == 1 and not orders:
                orders = await self._orders_of(connection, ids[0])
            shops = sa.select(t.sellers.c.id, t.sellers.c.person_id, t.sellers.c.body)
            return Found(
                orders=orders,
                people=people,
                shops=await rows(connection, shops.where(t.sellers.c.person_id.in_(ids))),
                events=await rows(connection, keys),
            )

    async def _orders_like(self, connection: AsyncConnection, wanted: str) -> Sequence[Row]:
        compact = re.sub(r"[\s.-]", "", wanted).upper()  # a tracking code as printed, in groups
        numbers = sa.select(t.provider_ids.c.order_number).where(
            t.provider_ids.c.kind.in_(["charge", "shipment", "tracking"]),
            t.provider_ids.c.id.in_({wanted, wanted.upper(), compact}),
        )
        which: sa.ColumnElement[bool] = t.orders.c.number.in_(numbers)
        plain = wanted.removeprefix("#")
        number = int(plain) if plain.isdecimal() and len(plain) <= 9 else lanes.order_of(wanted)
        if number is not None:
            which = which | (t.orders.c.number == number)
        return await rows(connection, sa.select(t.orders).where(which).limit(PAGE))

    async def _orders_of(self, connection: AsyncConnection, person_id: str) -> Sequence[Row]:
        o, s = t.orders.c, t.sellers.c
        mine = sa.select(s.id).where(s.person_id == person_id).scalar_subquery()
        found: list[Row] = []
        for which in (o.buyer_id == person_id, o.seller_id == mine):  # each has its index
            found += await rows(connection, sa.select(t.orders).where(which).order_by(o.number.desc()).limit(10))
        return sorted(found, key=lambda row: -row["number"])[:10]

    async def _people_like(self, connection: AsyncConnection, wanted: str) -> Sequence[Row]:
        p, known = t.people.c, [wanted, *phone.spellings(wanted)]
        ways = [
            sa.select(p.id).where(p.id == wanted),
            sa.select(t.identifiers.c.person_id).where(t.identifiers.c.value.in_(known)),
            sa.select(t.sent_messages.c.person_id).where(t.sent_messages.c.message_id == wanted),
        ]
        if document := documents.read(wanted):
            ways.append(sa.select(p.id).where(p.document == document))
        if "@" in wanted:
            ways.append(sa.select(p.id).where(p.email == wanted.casefold()))
        people = sa.select(p.id, p.body)
        # each condition by its own index: with "or", PostgreSQL uses none and reads the whole table
        found = list(await rows(connection, people.where(p.id.in_(sa.union(*ways))).limit(PAGE)))
        ids = await called(connection, wanted, PAGE)
        named = {row["id"]: row for row in await rows(connection, people.where(p.id.in_(ids)))}
        found += [named[person_id] for person_id in ids if person_id in named]
        return list({row["id"]: row for row in found}.values())[:PAGE]
