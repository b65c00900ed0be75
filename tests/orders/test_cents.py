"""Not a centavo is lost or made: splits, instalments and the ledger of ten thousand random amounts add up."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime

import pytest

from bot.domain import split
from bot.domain.order import Charge, ChargeState, Method, Order, SplitState
from bot.orders import books
from sandbox.asaas import fees
from tests.orders.story import an_order
from tests.support_shop import sample_shop

NOW = datetime(2026, 11, 23, tzinfo=UTC)
TYPES = {Method.PIX: "PIX", Method.BOLETO: "BOLETO", Method.CARD: "CREDIT_CARD"}


@pytest.mark.parametrize("method", list(Method))
def test_ten_thousand_amounts(method: Method) -> None:
    dice = random.Random(f"cents of {method}")
    order = an_order(sample_shop())
    for number in range(10_000):
        goods, freight = dice.choice([dice.randint(1, 2_000), dice.randint(2_000, 5_000_000)]), dice.randint(0, 60_000)
        percent = dice.choice(["0", "8", "7.5", "12.3456", str(dice.randint(0, 30))])
        count = dice.randint(1, 21) if method is Method.CARD else 1
        total = goods + freight
        if total < 500 * count:
            continue
        amounts = fees.parts(total, count)
        net = sum(fees.net_of(TYPES[method], amount, count) for amount in amounts)
        fee = split.fee(goods, percent)
        share = split.share(net, freight, fee)
        assert sum(amounts) == total
        assert share + fee + freight + (total - net) == total
        if share < 1:
            continue
        assert sum(fees.parts(share, count)) == share
        order = order.but(goods=goods, freight=freight, fee=fee)
        charge = Charge(
            reference=f"order-1042-a{number}",
            method=method,
            installments=count,
            amount=total,
            received=total,
            net=net,
            share=share,
            state=ChargeState.SETTLED,
            due_date=date(2026, 11, 26),
        )
        _booked(order.but(charges=(charge,)), charge, {"buyer": -total, "seller:s-silva": share})
        refunded = charge.but(state=ChargeState.REFUNDED)
        _booked(order.but(charges=(refunded,)), refunded, {})
        part = dice.randint(1, total - 1)
        back = split.share_back(share, part, total)
        given = charge.but(refunded=part, share_back=back)
        _booked(order.but(charges=(given,)), given, {"buyer": part - total, "seller:s-silva": share - back})
        by_transfer = given.but(share_back=0, split=SplitState.TRANSFERRED)
        owes = {"buyer": part - total, "seller:s-silva": share - back, "owed:s-silva": back}
        _booked(order.but(charges=(by_transfer,)), by_transfer, owes)
        all_of_it = by_transfer.but(state=ChargeState.REFUNDED, refunded=0)
        _booked(order.but(charges=(all_of_it,)), all_of_it, {"owed:s-silva": share})
        kept = split.withheld(share, dice.randint(0, 2 * share))
        assert 0 <= 2 * kept <= share
        paying = charge.but(share=share - kept, withheld=kept)
        pays = {"buyer": -total, "seller:s-silva": share, "owed:s-silva": -kept}
        _booked(order.but(charges=(paying,)), paying, pays)
        undone = paying.but(state=ChargeState.REFUNDED)
        _booked(order.but(charges=(undone,)), undone, {})


def _booked(order: Order, charge: Charge, expected: dict[str, int]) -> None:
    entries = books.of_charge(order, None, charge, "test", 1, NOW)
    balances = books.balances(entries)
    assert sum(balances.values()) == 0
    assert balances == books.expected(order)
    assert all(entry.amount > 0 for entry in entries)
    nothing = {"buyer": 0, "seller:s-silva": 0, "owed:s-silva": 0}
    assert {account: balances.get(account, 0) for account in nothing} == nothing | expected
