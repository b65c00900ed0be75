"""All routes of the console."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.console.pages import (
    differences,
    door,
    exhibits,
    house,
    orders,
    overview,
    people,
    record,
    search,
    shops,
    talks,
    wishes,
)
from bot.console.server import HOME, Console, Desk

PAGES = (door, overview, search, orders, exhibits, people, talks, shops, wishes, record, differences, house)


def routes(desk: Desk) -> list[web.RouteDef]:
    console = Console(desk)
    return [
        *(web.get(f"{HOME}.{kind}", _file(f"console.{kind}")) for kind in ("css", "js")),
        *(route for page in PAGES for route in page.routes(console)),
    ]


def _file(name: str) -> Handler:
    path = Path(__file__).parent / name

    async def send(_: web.Request) -> web.StreamResponse:
        return web.FileResponse(path, headers={"Cache-Control": "max-age=3600", "X-Content-Type-Options": "nosniff"})

    return send
