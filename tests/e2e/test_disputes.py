"""A chargeback over real sockets: told, contested with papers, won, and nothing shipped twice."""

from __future__ import annotations

import pytest

from sandbox.core import Fault
from tests.e2e.house import BUYER, SELLER, House
from tests.e2e.stories import accept, order_by


@pytest.mark.parametrize("trouble", ["none", "no answer"])
async def test_contested_with_papers_and_won(house: House, trouble: str) -> None:
    number = await order_by(house, "cartao em 1x")
    await house.hears(BUYER, "página do Asaas")
    (payment,) = house.sandbox.asaas.live_by_reference(f"order-{number}-a1")
    await house.sandbox.asaas.pay(payment["id"])
    await house.hears(SELLER, f"Venda #{number}")
    label_id = await accept(house, number)
    await house.sandbox.melhor_envio.post(label_id)
    await house.hears(BUYER, "foi postado")
    await house.sandbox.asaas.chargeback(payment["id"])
    await house.hears(SELLER, "contest", f"#{number}")
    if trouble == "no answer":
        house.world.faults["asaas"] = Fault("drop", times=1, only="/dispute")
    await house.say(SELLER, f"contestar {number}")
    await house.hears(SELLER, "acrescentar")
    await house.say(SELLER, "foi postado com rastreio")
    await house.hears(SELLER, "foram entregues")
    chargeback = house.sandbox.asaas.charges[payment["id"]].chargeback
    assert chargeback is not None
    assert chargeback["status"] == "IN_DISPUTE"
    sent = [c for c in house.world.calls if c.method == "POST" and c.path.endswith("/dispute")]
    assert len(sent) == 1, "what gave no answer was looked up"
    await house.sandbox.asaas.win_chargeback(payment["id"])
    await house.hears(SELLER, "ganha")
    await house.quiet()
    order = await house.order(number)
    assert (order.state, order.disputed, order.charges[0].state) == ("shipped", False, "paid")
    assert len(house.sandbox.melhor_envio.orders) == 1
