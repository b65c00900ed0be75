"""However many orders are open, a job holds a bounded number of rows at a time, and leaves none out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.decide import decide, poisoned
from bot.domain.commands import COMMAND, TrackLabels
from bot.domain.events import Incoming, ReconcileAsked
from bot.domain.lanes import BOOKS
from bot.domain.order import Charge, ChargeState, Method, Order, OrderState, Shipment, ShipmentState
from bot.domain.shop import Rules
from bot.orders.reconciling import BATCH
from bot.storage import tables as t
from bot.storage import timers
from bot.storage.database import Database
from bot.storage.shop import SqlShop
from bot.storage.store import SqlStore
from bot.storage.writes import put_order
from scheduler.jobs import LABELS, all_jobs
from tests.orders.story import an_order
from tests.support_shop import sample_shop

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
MANY = 2 * BATCH + 50


@pytest.fixture(params=["database", "postgres_database"])
def shelf(request: pytest.FixtureRequest) -> SqlStore:
    database = request.getfixturevalue(request.param)
    assert isinstance(database, Database)
    return SqlStore(database, Rules())


async def fill(store: SqlStore, change: Callable[[Order], Order]) -> None:
    order = an_order(sample_shop()).but(created_at=NOW - timedelta(days=2))
    async with store.database.write() as connection:
        for number in range(5000, 5000 + MANY):
            one = change(order.but(number=number))
            await connection.run_sync(put_order, one)


def with_a_boleto(order: Order) -> Order:
    charge = Charge(
        reference=f"order-{order.number}-a1",
        method=Method.BOLETO,
        amount=512_40,
        state=ChargeState.PENDING,
        provider_id=f"pay_{order.number}",
        due_date=NOW.date(),
    )
    return order.but(charges=(charge,))


async def test_orders_are_compared_a_batch_a_turn(shelf: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    await fill(shelf, with_a_boleto)
    held: list[Sequence[int]] = []
    read = SqlShop.orders_after

    def noted(self: SqlShop, number: int, **more: Any) -> list[Order]:
        orders = read(self, number, **more)
        held.append([order.number for order in orders])
        return orders

    monkeypatch.setattr(SqlShop, "orders_after", noted)
    asked = ReconcileAsked(by="test")
    await shelf.accept([Incoming(source="test", key="run", lane=BOOKS, event=asked)], NOW)
    while turned := await shelf.turn(BOOKS, decide, poisoned, NOW):
        assert not turned.error
    assert [len(batch) for batch in held] == [BATCH, BATCH, 50]
    assert [number for batch in held for number in batch] == list(range(5000, 5000 + MANY))


async def test_timers_fire_a_batch_a_transaction(shelf: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        {"key": f"{i}", "lane": f"order:{i}", "name": "boleto_reminder", "data": "{}", "due_at": NOW, "event_id": 0}
        for i in range(MANY)
    ]
    async with shelf.database.write() as connection:
        await connection.execute(sa.insert(t.timers), rows)
    held: list[int] = []
    fire = timers.fire

    def noted(connection: sa.Connection, now: datetime, limit: int) -> int:
        held.append(fire(connection, now, limit))
        return held[-1]

    monkeypatch.setattr(timers, "fire", noted)
    assert await job(shelf, "timers") == f"{MANY} timers fired"
    assert held == [200, 200, 50]


async def test_labels_are_looked_for_a_page_at_a_time(shelf: SqlStore) -> None:
    def on_its_way(order: Order) -> Order:
        """Two parcels each."""
        parcels = [
            Shipment(
                reference=f"order-{order.number}-s{i}", state=ShipmentState.POSTED, provider_id=f"{order.number}-{i}"
            )
            for i in (1, 2)
        ]
        return order.but(state=OrderState.SHIPPED, shipments=tuple(parcels))

    await fill(shelf, on_its_way)
    assert await job(shelf, "tracking") == f"{2 * MANY} labels to look for"
    async with shelf.database.read() as connection:
        bodies = (await connection.execute(sa.select(t.commands.c.body).order_by(t.commands.c.id))).scalars().all()
    asked = [command for body in bodies if isinstance(command := COMMAND.validate_json(body), TrackLabels)]
    assert [len(command.shipment_ids) for command in asked] == [LABELS] * (2 * MANY // LABELS)
    assert [one for command in asked for one in command.shipment_ids] == [
        f"{number}-{i}" for number in range(5000, 5000 + MANY) for i in (1, 2)
    ]


async def job(store: SqlStore, name: str) -> str:
    return await next(j for j in all_jobs(90) if j.name == name).run(store, NOW)


async def test_orders_that_are_over_for_long_are_passed_by(shelf: SqlStore) -> None:
    """In the order of their numbers, whichever way each of them is found."""
    long_ago, now = NOW - timedelta(days=400), NOW - timedelta(days=2)
    made = {
        1001: (OrderState.CLOSED, long_ago),
        1002: (OrderState.SHIPPED, long_ago),
        1003: (OrderState.RETURNED, long_ago),
        1004: (OrderState.PAID, long_ago),
        1005: (OrderState.CANCELLED, now),
        1006: (OrderState.AWAITING_PAYMENT, now),
        1007: (OrderState.CLOSED, now),
    }
    order = an_order(sample_shop())
    async with shelf.database.write() as connection:
        for number, (state, at) in made.items():
            await connection.run_sync(put_order, order.but(number=number, state=state, created_at=at))

    def after(number: int, limit: int) -> Callable[[sa.Connection], list[int]]:
        def read(connection: sa.Connection) -> list[int]:
            shop = SqlShop(connection, Rules())
            return [o.number for o in shop.orders_after(number, since=NOW - timedelta(days=90), limit=limit)]

        return read

    def sold(connection: sa.Connection) -> list[int]:
        return [o.number for o in SqlShop(connection, Rules()).sales_since(order.seller_id, NOW - timedelta(days=90))]

    wanted = [1002, 1004, 1005, 1006, 1007]
    for limit in (1, 2, 3, 10):
        for number in (0, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 2000):
            assert await shelf.database.look(after(number, limit)) == [n for n in wanted if n > number][:limit]
    assert await shelf.database.look(sold) == [1007, 1006, 1005]
    assert await shelf.database.look(lambda c: SqlShop(c, Rules()).sales_since("nobody", NOW)) == []
