"""One search box: order, phone, name, CPF or CNPJ, e-mail, tracking code, provider id, root."""

from __future__ import annotations

from aiohttp import web

from bot.console.server import HOME, Console, Visit
from bot.correlation import is_root
from bot.domain.order import Order
from bot.domain.people import Person, Seller


def routes(console: Console) -> list[web.RouteDef]:
    return [console.get("/busca", search)]


async def search(visit: Visit) -> web.Response:
    wanted = visit.word("q")
    if is_root(wanted) and (await visit.desk.records.events(root=wanted, limit=1)).rows:
        return visit.go(f"{HOME}/fio/{wanted}")
    found = await visit.desk.records.search(wanted)
    if len(found.orders) == 1 and not found.people and not found.events:
        return visit.go(f"{HOME}/pedidos/{found.orders[0]['number']}")
    return visit.page(
        "search.html",
        wanted=wanted,
        orders=[Order.model_validate_json(row["body"]) for row in found.orders],
        people=[Person.model_validate_json(row["body"]) for row in found.people],
        shops={row["person_id"]: Seller.model_validate_json(row["body"]) for row in found.shops},
        events=found.events,
    )
