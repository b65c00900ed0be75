"""The overview: today in figures, the providers' health, balances, and what needs a person; and the WhatsApp number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from aiohttp import web

from bot.console import charts, show, words
from bot.console.access import Permit
from bot.console.outages import outages
from bot.console.server import HOME, Console, Visit
from bot.domain.events import PairingAsked
from bot.domain.lanes import SYSTEM
from bot.storage.figures import Answer
from bot.storage.reading import Row

HEALTH_SPAN = timedelta(hours=1)
CODE_LASTS = timedelta(seconds=20)
BALANCES = {"balance.read": "Conta de pagamentos", "freight.balance": "Carteira de etiquetas"}


def routes(console: Console) -> list[web.RouteDef]:
    return [
        console.get("", overview),
        console.get("/whatsapp", number),
        console.post("/whatsapp/parear", pair, Permit.MANAGE),
    ]


@dataclass(frozen=True)
class Health:
    """One provider: the last hour's calls, whether its circuit is open, whether it refuses our credentials, and what
    waits for it."""

    name: str
    calls: Row | None
    down_since: datetime | None
    refused_since: datetime | None
    waiting: int
    parked: int
    oldest: datetime | None


@dataclass(frozen=True)
class Balance:
    """Centavos, and when they were read."""

    name: str
    left: int
    at: datetime


async def overview(visit: Visit) -> web.Response:
    desk, now = visit.desk, visit.desk.clock()
    start = datetime.combine(now.astimezone(show.ZONE).date(), time(), show.ZONE)
    day = await desk.records.day(start)
    channel, backlog = await desk.records.channel(), await desk.store.backlog()
    providers = await health(visit, backlog["refused"])
    return visit.page(
        "overview.html",
        outages=await outages(visit, providers, channel, backlog),
        day=day,
        total=sum(day.sales),
        written=sum(day.messages),
        messages=charts.bars(day.messages, title="Mensagens recebidas hoje, por hora"),
        sales=charts.bars(day.sales, title="Vendas pagas hoje, por hora", label=show.reais),
        funnel=charts.funnel(
            [("Cotações", day.quotes), ("Pedidos", day.orders), ("Pagos", day.paid)], title="Da cotação ao pagamento"
        ),
        backlog=backlog,
        providers=providers,
        balances=await balances(visit),
        channel=channel,
        wanted=await desk.records.inbox(),
        troubles=await desk.records.troubles(),
    )


async def health(visit: Visit, refused: Mapping[str, datetime]) -> list[Health]:
    """Every provider that was called, is down, or is waited for."""
    desk = visit.desk
    calls = {row["provider"]: row for row in await desk.records.provider_figures(desk.clock() - HEALTH_SPAN)}
    down = {circuit.provider: circuit.opened_at for circuit in await desk.store.circuits() if circuit.is_open}
    waiting: dict[str, list[Row]] = {}
    for row in await desk.records.waiting_by_need():
        waiting.setdefault(desk.providers.get(row["needs"]) or words.need(row["needs"]), []).append(row)
    return [
        Health(
            name,
            calls.get(name),
            down.get(name),
            refused.get(name),
            sum(row["count"] for row in waiting.get(name, ())),
            sum(row["parked"] for row in waiting.get(name, ())),
            min((row["oldest"] for row in waiting.get(name, ())), default=None),
        )
        for name in sorted({*calls, *down, *refused, *waiting, *desk.providers.values()})
    ]


async def balances(visit: Visit) -> Sequence[Balance]:
    """The last readings; a scheduled job makes them."""
    found: list[tuple[str, Answer | None]] = [
        (name, await visit.desk.records.answer(kind, done=True)) for kind, name in BALANCES.items()
    ]
    return [
        Balance(name, int(answer.result["left"]), answer.at)
        for name, answer in found
        if answer is not None and "left" in answer.result
    ]


async def number(visit: Visit) -> web.Response:
    """The shop's number, with a fresh pairing code on request."""
    desk = visit.desk
    asked = await desk.records.answer("channel.pairing") if visit.may("manage") else None
    fresh = asked is not None and desk.clock() - asked.at < CODE_LASTS
    picture = str(asked.result.get("picture", "")) if asked is not None and fresh else ""
    return visit.page(
        "whatsapp.html",
        channel=await desk.records.channel(),
        asked=asked,
        fresh=fresh,
        picture=picture if picture.startswith("data:image/png;base64,") else "",
        lasts=int(CODE_LASTS.total_seconds()),
    )


async def pair(visit: Visit) -> web.Response:
    said = await visit.act(SYSTEM, PairingAsked(by=visit.by), subject="whatsapp", what="pediu código de pareamento")
    return visit.go(f"{HOME}/whatsapp?live=1", "" if said == "asked" else said)
