"""Differences between our books and the providers', and a form to compare them now."""

from __future__ import annotations

from aiohttp import web

from bot.console.access import Permit
from bot.console.server import HOME, Console, Visit
from bot.domain import lanes
from bot.domain.events import ReconcileAsked
from bot.storage.differences import PAGE, Differences

PATH = "/diferencas"

KINDS = {
    "unknown_charge": "Dinheiro sem pedido",
    "state": "Estado da cobrança",
    "amount": "Valor da cobrança",
    "share": "Repasse",
    "fee": "Tarifa",
    "statement_fee": "Tarifa no extrato",
    "statement_share": "Repasse no extrato",
    "refund": "Devolução que não andou",
    "unknown_label": "Etiqueta sem pedido",
    "second_label": "Segunda etiqueta",
    "unused_label": "Etiqueta paga e não usada",
    "label_cost": "Preço da etiqueta",
    "ledger": "Razão",
    "balance": "Saldo baixo",
    "webhook": "Avisos de pagamento",
}


def routes(console: Console) -> list[web.RouteDef]:
    return [
        console.get(PATH, differences),
        console.get("/differences", differences),
        console.post(PATH, compare, Permit.MONEY),
    ]


async def differences(visit: Visit) -> web.Response:
    healed, after = visit.word("estado") == "resolvidas", visit.number("after")
    rows = await Differences(visit.desk.database).differences(
        healed=healed, order=visit.number("pedido"), after=min(after, 100_000)
    )
    more = after + PAGE if len(rows) == PAGE else 0
    return visit.page("differences.html", rows=rows, kinds=KINDS, healed=healed, more=more)


async def compare(visit: Visit) -> web.Response:
    """Compare all of the last days, or one order."""
    text = visit.form.get("order", "").strip().lstrip("#")
    number = int(text) if text.isdecimal() and len(text) < 10 else 0
    if text and not await Differences(visit.desk.database).has_order(number):
        return visit.go(f"{HOME}{PATH}", "nothing")
    lane = lanes.order(number) if number else lanes.BOOKS
    asked = ReconcileAsked(order=number, by=visit.by, days=7)
    subject = f"order:{number}" if number else "books"
    said = await visit.act(lane, asked, subject=subject, what="pediu a conciliação")
    return visit.go(f"{HOME}{PATH}", said)
