"""Parts of a payment go back, over sockets: ledger and wallets at the provider say the same after each of them."""

from __future__ import annotations

import random

import pytest
import sqlalchemy as sa

from bot.domain import lanes
from bot.domain.events import Incoming, RefundAsked
from bot.domain.order import Order
from bot.orders import books
from bot.storage import tables as t
from sandbox.asaas.charges import Charge
from sandbox.core import Fault
from tests.e2e.house import House
from tests.e2e.stories import order_by_pix, pay


async def _gives_back(house: House, number: int, amount: int, name: str) -> Order:
    assert house.bot is not None
    event = RefundAsked(order=number, by="operator:ana", amount=amount)
    asked = Incoming(source="cli", key=f"refund/{name}", lane=lanes.order(number), event=event)
    await house.bot.store.accept([asked], house.clock())
    await house.quiet()
    await house.sandbox.asaas.delivered()
    await house.quiet()
    return await house.order(number)


async def _ledger(house: House) -> dict[str, int]:
    entries = await house.rows(sa.select(t.entries.c.debit, t.entries.c.credit, t.entries.c.amount))
    sums: dict[str, int] = {}
    for debit, credit, amount in entries:
        sums[debit] = sums.get(debit, 0) + amount
        sums[credit] = sums.get(credit, 0) - amount
    assert sum(sums.values()) == 0
    return {account: amount for account, amount in sorted(sums.items()) if amount}


def _theirs(house: House, charge: Charge, before: int) -> dict[str, int]:
    """What Asaas says of the same accounts: the seller's wallet, what the buyer has paid, and what we keep."""
    asaas = house.sandbox.asaas
    return {
        "buyer": -(charge.value - charge.refunded),
        "seller": asaas.wallet_balances[charge.split[0].wallet_id],
        "ours": asaas.balance - before,
    }


def _our_own(order: Order, ledger: dict[str, int]) -> dict[str, int]:
    return {
        "buyer": ledger.get("buyer", 0),
        "seller": ledger.get(f"seller:{order.seller_id}", 0),
        "ours": ledger.get("platform", 0) + ledger.get("freight", 0),
    }


@pytest.mark.parametrize("seed", range(3))
async def test_random_parts_and_then_the_rest(house: House, seed: int) -> None:
    dice = random.Random(f"parts {seed}")
    number = await order_by_pix(house)
    before = house.sandbox.asaas.balance
    await pay(house, number)
    await house.quiet()
    (payment,) = house.sandbox.asaas.live_by_reference(f"order-{number}-a1")
    charge = house.sandbox.asaas.charges[payment["id"]]
    gone = 0
    for turn in range(6):
        part = dice.choice([1, 2, dice.randint(1, 1_000), dice.randint(1, charge.value // 6)])
        part = min(part, charge.value - gone - 1)
        if turn == 2:  # the answer is lost: looked up, not done twice and not taken for the earlier one
            house.world.faults["asaas"] = Fault("drop", times=1, only=f"POST /v3/payments/{charge.id}/refund")
        if turn == 4:  # it was not done: not taken for done
            house.world.faults["asaas"] = Fault("down", times=1, only=f"POST /v3/payments/{charge.id}/refund")
        order = await _gives_back(house, number, part, f"{seed}/{turn}")
        gone += part
        assert charge.refunded == gone
        assert order.charge is not None
        assert order.charge.refunded == gone
        assert order.charge.share_back == charge.split[0].back
        ledger = await _ledger(house)
        assert ledger == books.expected(order)
        assert _our_own(order, ledger) == _theirs(house, charge, before)
    order = await _gives_back(house, number, 0, f"{seed}/rest")
    assert order.charge is not None
    assert order.charge.state == "refunded"
    assert (charge.status, charge.split[0].back) == ("REFUNDED", charge.split[0].total)
    ledger = await _ledger(house)
    assert ledger == books.expected(order)
    assert _our_own(order, ledger) == _theirs(house, charge, before)
