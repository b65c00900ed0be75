"""The shop's own files for the answer to a dispute: added and removed until they are sent."""

from __future__ import annotations

import asyncio

from aiohttp import web

from bot.console.access import Permit
from bot.console.acts import ACTS
from bot.console.server import HOME, Console, Visit
from bot.domain.disputes import MOST_BYTES, exhibit
from bot.domain.order import Order
from bot.storage.exhibits import Exhibits
from bot.storage.shop import SqlShop

PATH = r"/pedidos/{order:\d{1,9}}/provas"


def routes(console: Console) -> list[web.RouteDef]:
    return [
        console.upload(PATH, add, Permit.MONEY, MOST_BYTES),
        console.post(PATH + r"/{id:\d{1,18}}/apagar", drop, Permit.MONEY),
    ]


def open_to(order: Order) -> bool:
    """Whether a file added now would still be sent."""
    return ACTS["contestar"].possible(order)


async def add(visit: Visit) -> web.Response:
    order = await _order(visit)
    if order is None:
        return visit.missing()
    where = f"{HOME}/pedidos/{order.number}"
    if visit.file is None or not open_to(order):
        return visit.go(where, "nothing")
    try:
        one = await asyncio.to_thread(exhibit, *visit.file)
    except ValueError as error:
        return visit.page("unfit.html", order=order, wrong=f"Não foi guardado: {error}.", status=400)
    if not await Exhibits(visit.desk.database, visit.desk.clock).add(order.number, one, visit.user.name):
        return visit.go(where, "full")
    await visit.desk.accounts.note(visit.user.name, "juntou prova", f"order:{order.number}", one.name)
    return visit.go(where, "added")


async def drop(visit: Visit) -> web.Response:
    order = await _order(visit)
    if order is None:
        return visit.missing()
    gone = ""
    if open_to(order):
        gone = await Exhibits(visit.desk.database, visit.desk.clock).drop(order.number, visit.number("id"))
    if gone:
        await visit.desk.accounts.note(visit.user.name, "tirou prova", f"order:{order.number}", gone)
    return visit.go(f"{HOME}/pedidos/{order.number}", "saved" if gone else "nothing")


async def _order(visit: Visit) -> Order | None:
    desk, number = visit.desk, visit.number("order")
    async with desk.database.read() as connection:
        return await connection.run_sync(lambda c: SqlShop(c, desk.rules).order(number))
