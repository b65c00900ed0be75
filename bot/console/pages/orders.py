"""Orders: the list, and one order with its timeline, ledger and acts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from aiohttp import web

from bot.console import timeline
from bot.console.access import Permit
from bot.console.server import HOME, Console, Visit
from bot.domain import lanes
from bot.domain.events import CancelAsked, Event, NewCodeAsked, PaymentFact, SaleAnswered, ShipmentFact
from bot.domain.order import Order, OrderState
from bot.domain.people import Person
from bot.storage.reading import Row
from bot.storage.shop import SqlShop


def routes(console: Console) -> list[web.RouteDef]:
    return [
        console.get("/pedidos", orders),
        console.get(r"/pedidos/{order:\d{1,9}}", order),
        console.post(r"/pedidos/{order:\d{1,9}}/nota", note, Permit.TALK),
        console.post(r"/pedidos/{order:\d{1,9}}/{wish:[a-z]+}", act, Permit.ORDERS),
    ]


async def orders(visit: Visit) -> web.Response:
    rows = await visit.desk.records.orders(state=visit.word("state"), before=visit.number("before"))
    return visit.page(
        "orders.html",
        orders=[Order.model_validate_json(row["body"]) for row in rows],
        states=[s.value for s in OrderState],
        last=rows[-1]["number"] if rows else 0,
    )


async def order(visit: Visit) -> web.Response:
    desk, number = visit.desk, visit.number("order")
    found = await _order(visit)
    if found is None:
        return visit.missing()
    async with desk.database.read() as connection:
        buyer, seller = await connection.run_sync(
            lambda c: (SqlShop(c, desk.rules).person(found.buyer_id), SqlShop(c, desk.rules).seller(found.seller_id))
        )
    await visit.looked_at(f"order:{number}")
    return visit.page(
        "order.html",
        order=found,
        buyer=buyer or Person(id=found.buyer_id, lane="", chat="", created_at=found.created_at),
        seller=seller,
        lines=await timeline.of_order(desk.records, desk.accounts, number),
        balances=balances(await desk.records.entries(number)),
        acts=acts(found),
    )


async def act(visit: Visit) -> web.Response:
    number, wish = visit.number("order"), visit.word("wish")
    found = await _order(visit)
    event = _event(found, wish, visit) if found is not None and wish in acts(found) else None
    where = f"{HOME}/pedidos/{number}"
    if event is None:
        return visit.go(where, "nothing")
    detail = visit.form.get("reason", "")[:300]
    return visit.go(
        where, await visit.act(lanes.order(number), event, subject=f"order:{number}", what=ACTS[wish], detail=detail)
    )


async def note(visit: Visit) -> web.Response:
    number = visit.number("order")
    text = visit.form.get("text", "").strip()[:2000]
    if text:
        await visit.desk.accounts.note(visit.user.name, "nota", f"order:{number}", text)
    return visit.go(f"{HOME}/pedidos/{number}", "noted" if text else "")


ACTS = {
    "aceitar": "aceitou a venda",
    "recusar": "respondeu que não há a peça",
    "codigo": "pediu novo código",
    "cancelar": "cancelou",
    "pagamento": "mandou conferir o pagamento",
    "etiqueta": "mandou conferir a etiqueta",
}


def acts(order: Order) -> list[str]:
    """What can be asked for now; the order's lane decides again when it is worked."""
    possible = []
    if order.state is OrderState.PAID and not order.disputed:
        possible += ["aceitar", "recusar"]
    if order.state is OrderState.AWAITING_PAYMENT:
        possible.append("codigo")
    if order.state in (OrderState.AWAITING_PAYMENT, OrderState.PAID, OrderState.ACCEPTED):
        possible.append("cancelar")
    if any(c.provider_id for c in order.charges):
        possible.append("pagamento")
    if any(s.provider_id for s in order.shipments):
        possible.append("etiqueta")
    return possible


def balances(entries: Sequence[Row]) -> dict[str, int]:
    """What each account of the order holds, in centavos; the sum is zero."""
    sums: dict[str, int] = defaultdict(int)
    for row in entries:
        sums[row["debit"]] += row["amount"]
        sums[row["credit"]] -= row["amount"]
    return dict(sorted(sums.items()))


def _event(order: Order, wish: str, visit: Visit) -> Event | None:
    by = visit.by
    match wish:
        case "aceitar" | "recusar":
            return SaleAnswered(order=order.number, by=by, has_it=wish == "aceitar")
        case "codigo" if order.charge is not None:
            last = order.charge
            return NewCodeAsked(order=order.number, by=by, method=last.method, installments=last.installments)
        case "cancelar":
            return CancelAsked(order=order.number, by=by, reason="operator")
        case "pagamento":
            charge = next(c for c in reversed(order.charges) if c.provider_id)
            return PaymentFact(charge_id=charge.provider_id, reference=charge.reference, fact="updated")
        case "etiqueta":
            shipment = next(s for s in reversed(order.shipments) if s.provider_id)
            return ShipmentFact(shipment_id=shipment.provider_id, reference=shipment.reference, fact="other")
        case _:
            return None


async def _order(visit: Visit) -> Order | None:
    desk, number = visit.desk, visit.number("order")
    async with desk.database.read() as connection:
        return await connection.run_sync(lambda c: SqlShop(c, desk.rules).order(number))
