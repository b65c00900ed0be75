"""Acknowledged webhooks a second: durable, origin checked, parsed; against servers that do less.

``python -m benchmarks.accept``. Three servers, each in its own process, take Z-API's callback of a text message: the
bot (web side only), an aiohttp handler that stores nothing, and one that commits a row a request through SQLAlchemy.
Each round loads the three one after the other; a ratio is that of one round. Once more they are asked by aiohttp's own
client, which bounds the quickest of them. Then the whole bot, which works what it
accepts, at 200 messages a second: in one process, and with its worker in another.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

from aiohttp.test_utils import unused_port

from benchmarks.harness import Figure, Server, Size, alone, environment, ms, prepare, process, ratio, serving, sqlite
from benchmarks.messages import message, phones
from benchmarks.standins import whatsapp
from benchmarks.wire import Load, StandIn, by_aiohttp, call, in_flight, paced

LEVELS = (1, 20, 50)
USUAL = 0
"""In place of a level: the most, by aiohttp's client."""
SECONDS = 1.0
PACE, PACED_S = 200, 15.0


def _texts(series: int) -> Iterator[bytes]:
    return (message(phone, "menu") for phone in phones(series))


async def measure(size: Size) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        database = sqlite(Path(folder))
        await prepare(database)
        loads = await _compared(size, Path(folder), database)
        working = {apart: await _while_working(size, database, apart) for apart in (False, True)}
    figures = []
    most = LEVELS[-1]
    for level in LEVELS:
        ours, bare, row = (loads[name, level] for name in ("bot", "bare", "row"))
        rates = [[one.per_second for one in who] for who in (ours, bare, row)]
        to_bare, to_row = ratio(rates[0], rates[1]), ratio(rates[0], rates[2])
        p99 = statistics.median(ms(one.took, 99) for one in ours)
        a_second = " / ".join(f"{statistics.median(rate):.0f}" for rate in rates)
        last = level == most
        figures += [
            Figure(f"accept, {level} in flight", "", f"{a_second} a second (bot / bare / a row a request)"),
            Figure("  × bare aiohttp", "≥ 0.4" if last else "", f"{to_bare:.2f}", to_bare >= 0.4 if last else None),
            Figure("  × a row a request", "≥ 5" if last else "", f"{to_row:.1f}", to_row >= 5 if last else None),
            Figure("  p99", "≤ 30 ms" if last else "", f"{p99:.1f} ms", p99 <= 30 if last else None),
        ]
    usual = {name: [one.per_second for one in loads[name, USUAL]] for name in ("bot", "bare", "row")}
    to_bare, to_row = ratio(usual["bot"], usual["bare"]), ratio(usual["bot"], usual["row"])
    a_second = " / ".join(f"{statistics.median(rate):.0f}" for rate in usual.values())
    figures += [
        Figure(f"accept, {most} in flight by aiohttp's client", "", f"{a_second} a second"),
        Figure("  × bare aiohttp, so asked", "≥ 0.4", f"{to_bare:.2f}", to_bare >= 0.4),
        Figure("  × a row a request, so asked", "≥ 5", f"{to_row:.1f}", to_row >= 5),
    ]
    for apart, load in working.items():
        late, lost = ms(load.took, 99), sum(n for status, n in load.statuses.items() if status != 200)
        where = "by another process" if apart else "too"
        figures += [
            Figure(f"accept at {PACE} a second, turns worked {where}: p99", "≤ 50 ms", f"{late:.1f} ms", late <= 50),
            Figure("  not acknowledged", "0", str(lost), lost == 0),
        ]
    return figures


async def _compared(size: Size, folder: Path, database: str) -> dict[tuple[str, int], list[Load]]:
    loads: dict[tuple[str, int], list[Load]] = defaultdict(list)
    ports = {name: unused_port() for name in ("bot", "bare", "row")}
    rival = "benchmarks.rivals.server"
    environ = environment(database, ports["bot"], ports["bare"])
    async with (
        serving(["bot", "serve", "--only", "web"], ports["bot"], environ) as bot,
        serving([rival, "bare", str(ports["bare"]), "-"], ports["bare"], {}, "/x") as bare,
        serving([rival, "row", str(ports["row"]), f"{folder}/row.db"], ports["row"], {}, "/x") as row,
    ):
        servers: dict[str, Server] = {"bot": bot, "bare": bare, "row": row}
        texts = _texts(1)
        for server in servers.values():
            await in_flight(server.port, texts, 20, size.seconds(0.5))  # warm
        for _ in range(size.rounds):
            for level in LEVELS:
                for name, server in servers.items():
                    loads[name, level].append(await in_flight(server.port, texts, level, size.seconds(SECONDS)))
            for name, server in servers.items():
                loads[name, USUAL].append(await by_aiohttp(server.port, texts, LEVELS[-1], size.seconds(SECONDS)))
    return loads


async def _while_working(size: Size, database: str, apart: bool) -> Load:
    """The events that the first part left are worked meanwhile as well: the worker is never idle."""
    port, working, texts = unused_port(), asyncio.Event(), _texts(2 + apart)
    async with StandIn(whatsapp(lambda to, text: working.set())) as there:
        names = environment(database, port, there.port)
        web = ["bot", "serve", *(["--only", "web"] if apart else [])]
        async with (
            serving(web, port, names, "/healthz") as bot,
            process(["bot", "worker"], names) if apart else nullcontext(),
        ):
            caller = await call(bot.port)
            await caller.ask(next(texts))  # whoever works may have had nothing to do
            await working.wait()
            return await paced(bot.port, texts, PACE, size.seconds(PACED_S))


if __name__ == "__main__":
    alone(measure)
