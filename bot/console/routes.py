"""All routes of the console."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from bot.console.pages import door, house, orders, overview, people, record, search
from bot.console.server import HOME, Console, Desk

PAGES = (door, overview, search, orders, people, record, house)


def routes(desk: Desk) -> list[web.RouteDef]:
    console = Console(desk)
    return [
        web.get(f"{HOME}.css", _style),
        *(route for page in PAGES for route in page.routes(console)),
    ]


async def _style(_: web.Request) -> web.FileResponse:
    return web.FileResponse(Path(__file__).parent / "console.css", headers={"Cache-Control": "max-age=3600"})
