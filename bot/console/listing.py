"""Generic list pages: filters, one page of rows, and the start of the next page. All lists use this."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.console import show
from bot.console.server import Desk, Visit
from bot.storage.lists import Page, Span

Values = Callable[[Desk], Awaitable[Sequence[str]]]


@dataclass(frozen=True)
class Filter:
    """One field above a list. ``values`` makes it a choice that accepts nothing else."""

    name: str
    label: str
    values: Values | None = None
    words: Callable[[str], str] = show.state
    hint: str = ""
    flag: bool = False
    """A checkbox."""


@dataclass(frozen=True)
class Field:
    """A filter as shown on the page."""

    filter: Filter
    value: str
    options: Sequence[str] = ()


Fetch = Callable[[Desk, Span, dict[str, Any]], Awaitable[Page]]


@dataclass(frozen=True)
class Listing:
    """``fetch`` gets the filters' values as keyword arguments by name; a flag as a bool."""

    template: str
    fetch: Fetch
    filters: Sequence[Filter]
    more: Callable[[Desk], dict[str, Any]] = field(default=lambda _: {})
    looked: str = ""
    """The audit log's entry for viewing this list, if it shows what people wrote."""

    async def fields(self, visit: Visit) -> list[Field]:
        found = []
        for one in self.filters:
            value = visit.word(one.name)
            options = await one.values(visit.desk) if one.values else ()
            found.append(Field(one, value if not one.values or value in options else "", options))
        return found

    def wanted(self, fields: Sequence[Field]) -> dict[str, Any]:
        return {f.filter.name: f.value == "1" if f.filter.flag else f.value for f in fields if f.value}

    async def page(self, visit: Visit) -> web.Response:
        fields = await self.fields(visit)
        span = Span(visit.number("before"), moment(visit.word("since")), moment(visit.word("until")))
        if self.looked:
            await visit.looked_at(self.looked)
        page = await self.fetch(visit.desk, span, self.wanted(fields))
        return visit.page(self.template, page=page, fields=fields, **self.more(visit.desk))


def moment(text: str) -> datetime | None:
    """The value of a date-time field, in São Paulo time; None if empty or invalid."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    try:
        return found.replace(tzinfo=show.ZONE) if found.tzinfo is None else found
    except (OverflowError, ValueError):
        return None


def fixed(*values: str) -> Values:
    async def known(_: Desk) -> Sequence[str]:
        return values

    return known
