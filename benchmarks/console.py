"""How long the console's pages take with a million rows in each list.

``python -m benchmarks.console``. The rows are made by SQL in the shape that work leaves behind; the pages are asked for
over HTTP, signed in, first and far back, with filters that find much, little and nothing.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

import aiohttp
from aiohttp.test_utils import unused_port

from benchmarks.harness import CONFIG, Figure, Size, alone, environment, ms, prepare, serving, sqlite
from bot.domain.catalogue import Condition, Product
from bot.domain.order import Line, Offer, Order, OrderState, Recipient
from bot.domain.people import Address, Person

ROWS = 1_000_000
GOAL_MS = 100
START = "2026-01-01 00:00:00.000000"
BORN = datetime(2026, 1, 1, tzinfo=UTC)
ADDRESS = Address(postal_code="80010000", city="Curitiba", state="PR", street="Rua XV", number="210")

NUMBERS = """CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :rows)
SELECT i, strftime('%Y-%m-%d %H:%M:%f000', :start, '+' || (i * 20) || ' seconds') AS at FROM n"""
MADE = (
    """INSERT INTO events (source, key, lane, kind, body, status, error, received_at, done_at)
    SELECT CASE i % 10 WHEN 0 THEN 'asaas' WHEN 1 THEN 'command' ELSE 'zapi' END, 'old/' || i,
    CASE i % 3 WHEN 0 THEN 'order:' || (i % 50000) ELSE 'person:' || (i % 40000) END,
    CASE i % 10 WHEN 0 THEN 'payment.fact' WHEN 1 THEN 'command.done' ELSE 'message.received' END, :event,
    CASE i % 5000 WHEN 0 THEN 'failed' ELSE 'done' END, '', at, at FROM n""",
    """INSERT INTO commands (key, kind, needs, queue, lane, body, status, not_before, event_id, created_at, updated_at)
    SELECT 'old/' || i, CASE i % 20 WHEN 0 THEN 'charge.create' ELSE 'message.text' END,
    CASE i % 20 WHEN 0 THEN 'payments' ELSE 'messenger' END, '', 'person:' || (i % 40000), :command,
    CASE i % 700 WHEN 0 THEN 'refused' ELSE 'done' END, at, i, at, at FROM n""",
    """INSERT INTO calls (provider, operation, correlation, attempt, method, url, started_at, ms, status, outcome,
    request, response) SELECT CASE i % 20 WHEN 0 THEN 'asaas' ELSE 'zapi' END,
    CASE i % 20 WHEN 0 THEN 'charge.create' ELSE 'message.text' END, 'old/' || i, 1, 'POST', 'https://x.example', at,
    80, CASE i % 900 WHEN 0 THEN 500 ELSE 200 END, 'answered', '{}', '{}' FROM n""",
    """INSERT INTO orders (number, version, state, buyer_id, seller_id, body, created_at)
    SELECT 2000 + i, 1, CASE i % 1000 WHEN 0 THEN 'returning' ELSE 'closed' END, 'p' || (i % 40000),
    's' || (i % 200), replace(:order, '"number":2000', '"number":' || (2000 + i)), at FROM n""",
    """INSERT INTO people (id, version, lane, document, email, body)
    SELECT 'p' || i, 1, 'person:' || i, printf('%011d', i), 'p' || i || '@exemplo.com',
    replace(:person, '"id":"p0"', '"id":"p' || i || '"') FROM n""",
    # everybody is called pessoa, one in ten maria, one in thousand souza, one alone by their number
    "INSERT INTO names (person_id, kind, word) SELECT 'p' || i, 'person', 'pessoa' FROM n",
    "INSERT INTO names (person_id, kind, word) SELECT 'p' || i, 'person', 'n' || i FROM n",
    "INSERT INTO names (person_id, kind, word) SELECT 'p' || i, 'person', 'maria' FROM n WHERE i % 10 = 0",
    "INSERT INTO names (person_id, kind, word) SELECT 'p' || i, 'person', 'souza' FROM n WHERE i % 1000 = 0",
    """INSERT INTO identifiers (value, person_id)
    SELECT '55119' || printf('%08d', 40000000 + i), 'p' || i FROM n""",
    """INSERT INTO audit (at, "by", action, subject, detail)
    SELECT at, CASE i % 50 WHEN 0 THEN 'bia' ELSE 'ana' END, 'viu', 'order:' || (i % 50000), '' FROM n""",
    """INSERT INTO products (listing, version, seller_id, sku, stock, active, words, body)
    SELECT 1000 + i, 1, 's' || (i % 200), 'K' || i, 1, 1, '',
    replace(:product, '"listing":1000', '"listing":' || (1000 + i)) FROM n""",
)
PAGES = {
    "events": "/eventos",
    "events, far back": "/eventos?before=4000",
    "events of a day": "/eventos?since=2026-03-01T00:00&until=2026-03-02T00:00",
    "events of a kind": "/eventos?kind=payment.fact&before=500000",
    "events set aside": "/eventos?status=failed",
    "events of two filters that never meet": "/eventos?source=asaas&kind=message.received",
    "events of a lane": "/eventos?lane=order:7",
    "commands": "/comandos",
    "commands lost": "/comandos?status=lost",
    "commands of a provider": "/comandos?needs=payments&before=500000",
    "calls": "/chamadas",
    "calls that failed": "/chamadas?failed=1&provider=asaas",
    "calls of nothing": "/chamadas?operation=nothing",
    "orders": "/pedidos",
    "orders in a rare state": "/pedidos?state=returning&before=900000",
    "audit": "/auditoria",
    "audit of somebody": "/auditoria?by=bia&before=500000",
    "search by name": "/busca?q=n777",
    "search by two names": "/busca?q=maria+souza",
    "search by names that many share": "/busca?q=pessoa+mar",
    "search by a phone without its area": "/busca?q=94000-0500",
    "search by tracking code": "/busca?q=AA+123+456+789+BR",
    "search by a common name": "/busca?q=pessoa",
    "search by phone": "/busca?q=11+94000-0500",
    "search by number": "/busca?q=2321",
    "an order": "/pedidos/2007",
    "somebody": "/pessoas/p7",
    "overview": "",
}
TIMES = 20


def fill(file: Path, rows: int) -> None:
    """Put a million rows into each table of a SQLite store that is not in use."""
    offer = Offer(service_id="3", carrier="Jadlog", service=".Package", price=3240, cost=3100, days=4)
    line = Line(listing=558, sku="F1", title="Farol dianteiro Corolla 2015", quantity=1, unit_price=48000)
    order = Order(
        number=2000,
        state=OrderState.CLOSED,
        buyer_id="p1",
        seller_id="s1",
        lines=(line,),
        goods=48000,
        freight=3240,
        fee=3840,
        offer=offer,
        destination=ADDRESS,
        recipient=Recipient(name="Marina Souza", document="52998224725"),
        created_at=BORN,
    )
    person = Person(id="p0", lane="person:0", chat="x", name="Pessoa", address=ADDRESS, created_at=BORN)
    product = Product(
        listing=1000,
        seller_id="s1",
        sku="K",
        title="Farol dianteiro",
        price=48000,
        condition=Condition.USED,
        weight_g=900,
        width_cm=20,
        height_cm=20,
        length_cm=20,
        stock=1,
    )
    values = {
        "rows": rows,
        "start": START,
        "event": '{"kind": "message.received", "text": "' + "x" * 200 + '"}',
        "command": '{"kind": "message.text", "text": "' + "x" * 200 + '"}',
        "order": order.model_dump_json(),
        "person": person.model_dump_json(),
        "product": product.model_dump_json(),
    }
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA temp_store=MEMORY")
    with connection:
        for statement in (NUMBERS, *MADE):
            connection.execute(statement, values)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


async def measure(size: Size) -> list[Figure]:
    took: dict[str, list[float]] = {name: [] for name in PAGES}
    with tempfile.TemporaryDirectory() as folder:
        url, port = sqlite(Path(folder)), unused_port()
        await prepare(url)
        fill(Path(folder) / "bot.db", size.of(ROWS))
        base = f"http://127.0.0.1:{port}/console"
        async with (
            serving(["bot", "serve"], port, environment(url, port, unused_port())),
            aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session,
        ):
            door = {"name": "owner", "password": CONFIG.console_password}
            async with session.post(f"{base}/entrar", data=door) as entered:
                entered.raise_for_status()
            for number in range(size.of(TIMES, 2) + 1):  # the first warms the caches
                for name, path in PAGES.items():
                    started = time.perf_counter()
                    async with session.get(base + path) as answer:
                        await answer.read()
                        if answer.status != HTTPStatus.OK:
                            raise RuntimeError(f"{name} answered {answer.status}")
                    if number:
                        took[name].append(time.perf_counter() - started)
    slowest = max(took, key=lambda name: ms(took[name], 50))
    worst = ms(took[slowest], 50)
    figures = [
        Figure(
            "console, a million rows: slowest page, p50",
            f"< {GOAL_MS} ms",
            f"{worst:.0f} ms ({slowest})",
            worst < GOAL_MS,
        )
    ]
    figures += [
        Figure(f"… {name}", "", f"{ms(times, 50):.0f} ms, p95 {ms(times, 95):.0f} ms") for name, times in took.items()
    ]
    return figures


if __name__ == "__main__":
    alone(measure)
