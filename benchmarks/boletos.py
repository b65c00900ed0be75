"""Fifty thousand open boletos: the reminders of a morning, and the nightly comparison of them all with the provider.

``python -m benchmarks.boletos``. The orders, their buyers and timers are made by SQL. Each task runs in a process of
its own, with few boletos and with all of them, so that its peak of memory can be compared; what the provider is asked
is counted, and how long its limits make that last is reckoned with the pace that is kept at the one way out. The
provider itself answers at once here: its own time comes on top.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.harness import Figure, Size, alone, prepare, sqlite
from bot import looping
from bot.decide import decide, poisoned
from bot.domain.bills import Bill
from bot.domain.commands import AlertOperator
from bot.domain.commands.accounts import ListCharges, ListDisputes, ListLabels, ListMovements
from bot.domain.common import Value
from bot.domain.events import Done, Incoming, ReconcileAsked
from bot.domain.lanes import BOOKS
from bot.domain.order import Charge, ChargeState, Line, Method, Offer, Order, Recipient
from bot.domain.people import Address, Person
from bot.domain.shop import Rules
from bot.engine.dispatcher import Effect
from bot.engine.loop import Loop
from bot.engine.store import Turned
from bot.integrations.asaas.calls import LIMITS
from bot.integrations.circuit import Circuits
from bot.integrations.limits import Gate
from bot.storage.database import Database
from bot.storage.store import SqlStore
from scheduler.jobs import all_jobs

BOLETOS, FEW = 50_000, 5_000
WORKED = 2_000
"""Reminders that are worked to the end, for the pace of it."""
PAGE = 100
"""The most that the provider lists at once."""
DAYS = 15
"""So many days back they were made."""
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
"""Nine in the morning in São Paulo."""
N = 7_000_000
"""Stands for the number of an order where one is made by SQL."""

NUMBERS = """
CREATE TEMP TABLE numbers AS
WITH RECURSIVE n(number) AS (SELECT 7000000 UNION ALL SELECT number + 1 FROM n WHERE number < 6999999 + :count)
SELECT number FROM n
"""
ORDERS = """
INSERT INTO orders (number, version, state, buyer_id, seller_id, body, created_at)
SELECT number, 1, 'awaiting_payment', 'p-' || number, 's-silva', replace(:order, '7000000', number), :at FROM numbers
"""
CHARGES = """
INSERT INTO provider_ids (kind, id, order_number) SELECT 'charge', 'pay_' || number, number FROM numbers
"""
PEOPLE = """
INSERT INTO people (id, version, lane, body)
SELECT 'p-' || number, 1, 'person:' || number, replace(:person, '7000000', number) FROM numbers
"""
TIMERS = """
INSERT INTO timers (key, lane, name, data, due_at, event_id)
SELECT 'order-' || number || '-a1/remind/today', 'order:' || number, 'boleto_reminder',
       replace(:data, '7000000', number), :due, 0 FROM numbers
"""


def an_order() -> Order:
    """One that waits for its boleto to be paid; due today."""
    return Order(
        number=N,
        version=1,
        buyer_id=f"p-{N}",
        seller_id="s-silva",
        lines=(Line(listing=558, sku="FAR", title="Farol direito Corolla 2015", quantity=1, unit_price=480_00),),
        goods=480_00,
        freight=32_40,
        fee=38_40,
        offer=Offer(service_id="3", carrier="Jadlog", service=".Package", price=32_40, cost=31_00, days=4),
        destination=Address(postal_code="80010000", city="Curitiba", state="PR"),
        recipient=Recipient(name="Marina Souza", document="52998224725"),
        created_at=NOW - timedelta(days=4),
        charges=(
            Charge(
                reference=f"order-{N}-a1",
                method=Method.BOLETO,
                amount=512_40,
                share=439_61,
                state=ChargeState.PENDING,
                provider_id=f"pay_{N}",
                due_date=NOW.date(),
                line="4" * 47,
                facts=("pending",),
            ),
        ),
    )


def fill(file: Path, count: int) -> None:
    """Put so many open boletos into a SQLite store that is not in use."""
    person = Person(
        id=f"p-{N}",
        version=1,
        lane=f"person:{N}",
        chat=f"554199{N}@c.us",
        name="Marina Souza",
        greeted=True,
        address=Address(postal_code="80010000", city="Curitiba", state="PR"),
        created_at=NOW,
    )
    values = {
        "count": count,
        "order": an_order().model_dump_json(),
        "person": person.model_dump_json(),
        "data": json.dumps({"reference": f"order-{N}-a1", "when": "today"}),
        "at": f"{NOW - timedelta(days=4):%Y-%m-%d %H:%M:%S.000000}",
        "due": f"{NOW:%Y-%m-%d %H:%M:%S.000000}",
    }
    connection = sqlite3.connect(file)
    with connection:
        for statement in (NUMBERS, ORDERS, CHARGES, PEOPLE, TIMERS):
            connection.execute(statement, values)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


# --- the tasks, each in a process of its own ----------------------------------------------------------------


async def remind(store: SqlStore, count: int) -> dict[str, float]:
    """All timers fire; some of the reminders are worked until they are on their way to the buyer."""
    timers = next(job for job in all_jobs(90) if job.name == "timers")
    began = time.perf_counter()
    said = await timers.run(store, NOW)
    fired = time.perf_counter() - began
    if said != f"{count} timers fired":
        raise RuntimeError(said)
    began = time.perf_counter()
    worked = min(count, WORKED)
    for number in range(N, N + worked):
        for lane in (f"order:{number}", f"person:{number}"):
            turned = await store.turn(lane, decide, poisoned, NOW)
            if turned is None or turned.error:
                raise RuntimeError(f"{lane}: {turned.error if turned else 'nothing to work'}")
    return {"fired_s": fired, "each_ms": (time.perf_counter() - began) / worked * 1000}


async def compare(store: SqlStore, count: int) -> dict[str, float]:
    """A whole run of the comparison: the charges of the days, page by page, and a look at each order of ours."""
    calls: Counter[str] = Counter()
    read, looked = asyncio.Event(), asyncio.Event()

    def watch(step: str, what: object) -> None:
        """The provider's last list is worked, and so is our last batch of orders."""
        if step != "turn" or not isinstance(what, Turned) or what.decision is None:
            return
        event, more = what.stored.event, [e for e in what.decision.events if isinstance(e.event, ReconcileAsked)]
        if isinstance(event, ReconcileAsked) and not more:
            looked.set()
        elif isinstance(event, Done) and isinstance(event.command, ListLabels):
            read.set()

    async def charges(page: ListCharges, _: str) -> ListCharges.Listed:
        calls[page.kind] += 1
        each = -(-count // DAYS)
        day = (page.until - page.day).days
        first, last = day * each + page.page * PAGE, min((day + 1) * each, count)
        numbers = range(N + first, N + min(first + PAGE, last)) if 0 <= day < DAYS else range(0)
        return ListCharges.Listed(bills=tuple(map(_bill, numbers)), more=first + PAGE < last and day < DAYS)

    async def movements(page: ListMovements, _: str) -> ListMovements.Listed:
        calls[page.kind] += 1
        return ListMovements.Listed()

    async def disputes(page: ListDisputes, _: str) -> ListDisputes.Listed:
        calls[page.kind] += 1
        return ListDisputes.Listed()

    async def labels(page: ListLabels, _: str) -> ListLabels.Listed:
        return ListLabels.Listed()

    async def alert(command: AlertOperator, _: str) -> Value:
        raise RuntimeError(f"nothing differs, and yet: {command.text}")

    kinds = (("charges", charges), ("movements", movements), ("disputes", disputes), ("labels", labels))
    effects = {f"books.{name}": Effect(run) for name, run in kinds} | {"operator.alert": Effect(alert)}
    names = {"payments": "asaas", "shipping": "melhor_envio"}
    loop = Loop(store, decide, poisoned, lambda: NOW, circuits=Circuits(lambda: NOW), names=names, watch=watch)
    await loop.start()
    began = time.perf_counter()
    await loop.work(effects)
    await loop.put([Incoming(source="bench", key="run", lane=BOOKS, event=ReconcileAsked(by="bench", days=3))])
    await read.wait()
    await looked.wait()
    took = time.perf_counter() - began
    await loop.stop()
    return {"took_s": took, "calls": sum(calls.values())}


def _bill(number: int) -> Bill:
    return Bill(
        charge_id=f"pay_{number}",
        reference=f"order-{number}-a1",
        status="pending",
        amount=512_40,
        net=0,
        share=439_61,
        due_date=NOW.date(),
    )


TASKS = {"remind": remind, "compare": compare}


async def _task(name: str, url: str, count: int) -> None:
    database = Database(url)
    found = await TASKS[name](SqlStore(database, Rules()), count)
    await database.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    sys.stdout.write(json.dumps(found | {"peak_mb": peak}))


# --- what comes of them -------------------------------------------------------------------------------------


async def measure(size: Size) -> list[Figure]:
    few, many = size.of(FEW, 300), size.of(BOLETOS, 1000)
    found = {task: {count: await _run(task, count) for count in (few, many)} for task in TASKS}
    figures = []
    for task, does in (("remind", "reminders raised"), ("compare", "compared with the provider")):
        small, large = (found[task][count]["peak_mb"] for count in (few, many))
        grown = (large / small - 1) * 100
        figures.append(Figure(f"{many:,} boletos {does}, peak", "< +20 %", f"{small:.0f} → {large:.0f} MB", grown < 20))
    reminded, compared = found["remind"][many], found["compare"][many]
    each = reminded["each_ms"]
    figures += [
        Figure("  timers into events", "", f"{reminded['fired_s']:.1f} s"),
        Figure("  one reminder worked, order and person", "", f"{each:.1f} ms, all: {each * many / 60000:.1f} min"),
        Figure("  the whole comparison", "", f"{compared['took_s']:.0f} s of our own"),
    ]
    calls = round(compared["calls"])
    most = LIMITS.calls
    paced = f"{calls}, {_lasts(calls)} by the pace"
    return [
        *figures,
        Figure("  calls to the provider for it", f"≤ {most:,} in 12 h", paced, calls <= most),
        Figure(f"  {many:,} charges ended or read one by one", "", f"{_lasts(many)} by the pace"),
    ]


async def _run(task: str, count: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        url = sqlite(Path(folder))
        await prepare(url)
        fill(Path(folder) / "bot.db", count)
        command = [sys.executable, "-m", "benchmarks.boletos", "task", task, url, str(count)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE)  # noqa: ASYNC221, S603 - all wait for it
        result: dict[str, float] = json.loads(done.stdout)
        return result


def _lasts(calls: int) -> str:
    """How long so many calls take, by the pace at the way out alone, with one process that works."""
    now = 0.0
    gate = Gate(LIMITS, 1, lambda: now)
    for _ in range(calls):
        now += gate.wait(float("inf"))
    return f"{now / 3600:.1f} h" if now > 3600 else f"{now:.0f} s"


if __name__ == "__main__":
    if sys.argv[1:2] == ["task"]:
        looping.run(_task(sys.argv[2], sys.argv[3], int(sys.argv[4])))
    else:
        alone(measure)
