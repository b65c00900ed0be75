"""Orders: the list, and one order with its timeline, ledger and actions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from aiohttp import web

from bot.console import acts, timeline, words
from bot.console.access import Permit
from bot.console.acts import ACTS, Act
from bot.console.listing import Filter, Listing, fixed
from bot.console.pages import exhibits
from bot.console.server import HOME, Console, Handler, Visit
from bot.console.standing import standing
from bot.domain import lanes
from bot.domain.events import NoticeAgain
from bot.domain.notice import NoticeState
from bot.domain.order import Method, Order, OrderState
from bot.domain.people import Person
from bot.storage.exhibits import Exhibits
from bot.storage.reading import Row
from bot.storage.shop import SqlShop

UNDONE = ("new", "doing", "parked", "failed")
"""States of a command that is not done; the newest fifty of an order are shown."""


def routes(console: Console) -> list[web.RouteDef]:
    return [
        console.get("/pedidos", ORDERS.page),
        console.get(r"/pedidos/{order:\d{1,9}}", order),
        console.post(r"/pedidos/{order:\d{1,9}}/nota", note, Permit.TALK),
        console.post(r"/pedidos/{order:\d{1,9}}/reenviar", resend, Permit.TALK),
        *(console.post(rf"/pedidos/{{order:\d{{1,9}}}}/{act.name}", asking(act), act.permit) for act in ACTS.values()),
    ]


ORDERS = Listing(
    "orders.html",
    lambda desk, span, wanted: desk.records.orders(span, **wanted),
    (Filter("state", "Estado", fixed(*OrderState)),),
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
    commands = (await desk.records.commands(lane=lanes.order(number))).rows
    names = {found.buyer_id: "comprador", **({seller.person_id: "vendedor"} if seller else {})}
    return visit.page(
        "order.html",
        order=found,
        buyer=buyer or Person(id=found.buyer_id, lane="", chat="", created_at=found.created_at),
        seller=seller,
        now_lines=standing(found),
        open_ones=[row for row in commands if row["status"] in UNDONE],
        lines=await timeline.of_order(desk.records, desk.accounts, number, names),
        balances=balances(await desk.records.entries(number)),
        acts=acts.possible(found, visit.user),
        takes_exhibits=exhibits.open_to(found) and visit.may("money"),
        exhibits=await Exhibits(desk.database, desk.clock).listed(number) if found.dispute else (),
        methods=[m.value for m in Method],
        told=[NoticeState.model_validate_json(row["body"]) for row in await desk.records.notices_about(number)],
    )


def asking(act: Act) -> Handler:
    async def ask(visit: Visit) -> web.Response:
        number, found = visit.number("order"), await _order(visit)
        if found is None:
            return visit.missing()
        where = f"{HOME}/pedidos/{number}"
        if "reason" in act.asks and not visit.form.get("reason", "").strip():
            return visit.go(where, "why")
        event = act.make(found, visit.by, visit.form) if act.possible(found) else None
        if event is None:
            return visit.go(where, "nothing")
        subject, detail = f"order:{number}", acts.detail(act, visit.form)
        return visit.go(
            where, await visit.act(lanes.order(number), event, subject=subject, what=act.noted, detail=detail)
        )

    return ask


async def resend(visit: Visit) -> web.Response:
    """Send a notice of this order again."""
    number, key = visit.number("order"), visit.form.get("key", "")
    rows = await visit.desk.records.notices_about(number)
    told = next((NoticeState.model_validate_json(row["body"]) for row in rows if row["key"] == key), None)
    where = f"{HOME}/pedidos/{number}"
    if told is None:
        return visit.missing()
    desk = visit.desk
    async with desk.database.read() as connection:
        person = await connection.run_sync(lambda c: SqlShop(c, desk.rules).person(told.person_id))
    if person is None:
        return visit.go(where, "nothing")
    event = NoticeAgain(key=told.key, person_id=person.id, by=visit.by)
    said = await visit.act(
        person.lane, event, subject=f"order:{number}", what="mandou de novo", detail=words.notice(told.name)
    )
    return visit.go(where, said)


async def note(visit: Visit) -> web.Response:
    number = visit.number("order")
    text = visit.form.get("text", "").strip()[:2000]
    if text:
        await visit.desk.accounts.note(visit.user.name, "nota", f"order:{number}", text)
    return visit.go(f"{HOME}/pedidos/{number}", "noted" if text else "")


def balances(entries: Sequence[Row]) -> dict[str, int]:
    """The balance of each account of the order, in centavos; the sum is zero."""
    sums: dict[str, int] = defaultdict(int)
    for row in entries:
        sums[row["debit"]] += row["amount"]
        sums[row["credit"]] -= row["amount"]
    return dict(sorted(sums.items()))


async def _order(visit: Visit) -> Order | None:
    desk, number = visit.desk, visit.number("order")
    async with desk.database.read() as connection:
        return await connection.run_sync(lambda c: SqlShop(c, desk.rules).order(number))
