"""``/p/{listing}`` and ``/privacidade``: plain, server-rendered, readable on a phone."""

from __future__ import annotations

from pathlib import Path

import jinja2
from aiohttp import web

from bot.domain import money
from bot.domain.catalogue import Condition
from bot.domain.shop import Rules
from bot.storage.database import Database
from bot.storage.shop import SqlShop

CONDITIONS = {Condition.NEW: "Nova", Condition.USED: "Usada", Condition.REMANUFACTURED: "Recondicionada"}

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; img-src https: http: data:; style-src 'self'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

environment = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=jinja2.StrictUndefined
)


def routes(database: Database, rules: Rules) -> list[web.RouteDef]:
    def page(name: str, status: int = 200, **data: object) -> web.Response:
        text = environment.get_template(name).render(platform=rules.platform_name, **data)
        return web.Response(text=text, content_type="text/html", headers=HEADERS, status=status)

    async def part(request: web.Request) -> web.Response:
        listing = request.match_info["listing"]
        async with database.read() as connection:
            product = await connection.run_sync(lambda c: SqlShop(c, rules).product(int(listing)))
        if product is None or not product.active:
            return page("missing.html", 404)
        return page(
            "part.html",
            product=product,
            price=money.show(product.price),
            condition=CONDITIONS[product.condition],
        )

    async def privacy(_: web.Request) -> web.Response:
        return page("privacy.html")

    async def style(_: web.Request) -> web.FileResponse:
        return web.FileResponse(Path(__file__).parent / "style.css")

    return [
        web.get(r"/p/{listing:\d{1,9}}", part),
        web.get("/privacidade", privacy),
        web.get("/pages.css", style),
    ]
