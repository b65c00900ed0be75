"""Wish list: which parts people wait for, how many people, and who they are."""

from __future__ import annotations

from aiohttp import web

from bot.console.server import Console, Visit
from bot.domain.people import Person
from bot.domain.wish import LONGEST
from bot.storage.wishes import PAGE, Wishes

FURTHEST = 100_000


def routes(console: Console) -> list[web.RouteDef]:
    return [console.get("/esperas", wishes)]


async def wishes(visit: Visit) -> web.Response:
    found, after = Wishes(visit.desk.database), min(visit.number("after"), FURTHEST)
    part = visit.word("peca")[:LONGEST]
    if part:
        await visit.looked_at("wishes")
        rows = await found.who(part, after)
        people = [(Person.model_validate_json(row["body"]), row["asked_at"]) for row in rows]
        more = after + PAGE if len(rows) == PAGE else 0
        return visit.page("waiting.html", part=part, people=people, more=more)
    rows = await found.by_words(visit.word("procura")[:LONGEST], after)
    more = after + PAGE if len(rows) == PAGE else 0
    return visit.page("wishes.html", rows=rows, more=more)
