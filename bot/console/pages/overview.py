"""The first page: today in figures, the providers' health, and what needs a person."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from aiohttp import web

from bot.console import charts, show
from bot.console.server import Console, Visit

HEALTH_SPAN = timedelta(hours=1)


def routes(console: Console) -> list[web.RouteDef]:
    return [console.get("", overview)]


async def overview(visit: Visit) -> web.Response:
    desk, now = visit.desk, visit.desk.clock()
    start = datetime.combine(now.astimezone(show.ZONE).date(), time(), show.ZONE)
    day = await desk.records.day(start)
    backlog = await desk.store.backlog()
    figures = {row["provider"]: row for row in await desk.records.provider_figures(now - HEALTH_SPAN)}
    circuits = {circuit.provider: circuit for circuit in await desk.store.circuits()}
    return visit.page(
        "overview.html",
        day=day,
        total=sum(day.sales),
        written=sum(day.messages),
        messages=charts.bars(day.messages, title="Mensagens recebidas hoje, por hora"),
        sales=charts.bars(day.sales, title="Vendas pagas hoje, por hora", label=show.reais),
        funnel=charts.funnel(
            [("Cotações", day.quotes), ("Pedidos", day.orders), ("Pagos", day.paid)], title="Da cotação ao pagamento"
        ),
        backlog=backlog,
        providers=[(name, figures.get(name), circuits.get(name)) for name in sorted({*figures, *circuits})],
        waiting=await desk.records.waiting_by_need(),
        channel=await desk.records.channel(),
        wanted=await desk.records.inbox(),
        troubles=await desk.records.troubles(),
    )
