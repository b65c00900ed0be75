"""``/o/{signed}`` and ``/u/{signed}``: pages linked from e-mails. The signed link is the only credential.

Viewing an order changes nothing, and neither does opening the page that ends reminders, because mail programs and
scanners open every link. Only its form does, or the mail program's own one-click POST (RFC 8058).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import sqlalchemy as sa
from aiohttp import web

from bot.domain import money, progress
from bot.domain.events import Incoming, Unsubscribed
from bot.domain.links import Links
from bot.domain.order import Order, OrderState, ShipmentState
from bot.domain.people import Person
from bot.domain.shop import Rules
from bot.domain.states import PAYABLE
from bot.pages.routes import HEADERS, environment
from bot.storage.database import Database
from bot.storage.shop import SqlShop

PRIVATE = {
    **HEADERS,
    "Content-Security-Policy": HEADERS["Content-Security-Policy"] + "; form-action 'self'",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}
STATES = {
    "awaiting_payment": "Aguardando pagamento",
    "paid": "Pago, com o vendedor",
    "accepted": "Sendo preparado para o envio",
    "shipped": "A caminho",
    "delivered": "Entregue",
    "returning": "Voltando ao vendedor",
    "returned": "Devolvido ao vendedor",
    "closed": "Concluído",
    "cancelled": "Cancelado",
}

Put = Callable[[Sequence[Incoming]], Awaitable[list[bool]]]


def routes(database: Database, rules: Rules, links: Links, put: Put) -> list[web.RouteDef]:
    def page(name: str, status: int = 200, **data: object) -> web.Response:
        text = environment.get_template(name).render(platform=rules.platform_name, **data)
        return web.Response(text=text, content_type="text/html", headers=PRIVATE, status=status)

    async def order(request: web.Request) -> web.Response:
        read = links.read_order(request.match_info["token"])
        found = await _order(database, rules, *read) if read else None
        if found is None:
            return page("missing.html", 404, link=True)
        told, to_seller = found
        charge, parcel = told.charge, told.parcel
        payable = told.state is OrderState.AWAITING_PAYMENT and charge is not None and charge.state in PAYABLE
        moving = parcel and parcel.tracking and parcel.state not in (ShipmentState.CANCELLED, ShipmentState.EXPIRED)
        return page(
            "order.html",
            order=told,
            to_seller=to_seller,
            state=STATES[told.state],
            steps=progress.steps(told.state),
            items=[(f"{i.quantity}x {i.title}", money.show(i.quantity * i.unit_price)) for i in told.lines],
            freight=money.show(told.freight),
            total=money.show(told.total),
            parcel=parcel if moving else None,
            pay=charge.page_url if charge and payable and not to_seller else "",
        )

    async def ask(request: web.Request) -> web.Response:
        person = await _person(database, rules, links.read_unsubscribe(request.match_info["token"]))
        if person is None:
            return page("missing.html", 404, link=True)
        return page("unsubscribe.html", done=not person.reminders)

    async def stop(request: web.Request) -> web.Response:
        person = await _person(database, rules, links.read_unsubscribe(request.match_info["token"]))
        if person is None:
            return page("missing.html", 404, link=True)
        if person.reminders:
            # repeated clicks are one request, until the person wants reminders again
            key = f"{person.id}/{person.version}"
            event = Unsubscribed(person_id=person.id)
            await put([Incoming(source="unsubscribe", key=key, lane=person.lane, event=event)])
        return page("unsubscribe.html", done=True)

    return [
        web.get(r"/o/{token:[\w.-]{1,200}}", order),
        web.get(r"/u/{token:[\w.-]{1,200}}", ask),
        web.post(r"/u/{token:[\w.-]{1,200}}", stop),
    ]


async def _person(database: Database, rules: Rules, person_id: str | None) -> Person | None:
    if person_id is None:
        return None
    async with database.read() as connection:
        return await connection.run_sync(lambda c: SqlShop(c, rules).person(person_id))


async def _order(database: Database, rules: Rules, number: int, person_id: str) -> tuple[Order, bool] | None:
    """The order, and whether its seller is viewing it; None if it is not (or no longer) that person's."""
    async with database.read() as connection:

        def look(its: sa.Connection) -> tuple[Order, bool] | None:
            shop = SqlShop(its, rules)
            person, order = shop.person(person_id), shop.order(number)
            if person is None or order is None:
                return None
            seller = shop.seller(order.seller_id)
            sells = seller is not None and seller.person_id == person.id
            return (order, sells) if sells or order.buyer_id == person.id else None

        return await connection.run_sync(look)
