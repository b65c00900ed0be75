"""Charges through their lives, over real sockets: another day, late money, money twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain import calendar
from sandbox.core import Fault
from tests.e2e.house import BUYER, Crash, House
from tests.e2e.stories import order_by


async def _boleto(house: House) -> tuple[int, str]:
    number = await order_by(house, "boleto")
    line = await house.hears(BUYER, "461")
    return number, line.words


@pytest.mark.parametrize("trouble", ["none", "no answer", "death"])
async def test_a_boleto_gets_another_day_once(house: House, trouble: str) -> None:
    """One charge, one new line, whatever becomes of the call: what was set is looked up, not set again."""
    number, old_line = await _boleto(house)
    await house.quiet()
    if trouble == "no answer":
        house.world.faults["asaas"] = Fault("drop", times=1, only="PUT /v3/payments")
    if trouble == "death":
        await house.stop()
        await house.start(Crash(where="after asaas PUT"))
    wanted = calendar.add_bank_days(calendar.today(house.clock()), 5)
    await house.say(BUYER, f"muda o vencimento pra {wanted:%d/%m/%Y}")
    await house.hears(BUYER, "Confirmo")
    await house.say(BUYER, "sim")
    await house.hears(BUYER, "Novo boleto", f"{wanted:%d/%m}", "o antigo não vale mais")
    new_line = await house.hears(BUYER, "461")
    assert new_line.words != old_line
    (payment,) = house.sandbox.asaas.live_by_reference(f"order-{number}-a1")
    assert payment["dueDate"] == wanted.isoformat()
    assert house.sandbox.asaas.charges[payment["id"]].revision == 1
    order = await house.order(number)
    assert order.charge is not None
    assert order.charge.due_date == wanted
    assert order.charge.share == house.sandbox.asaas.charges[payment["id"]].share
    if trouble == "death":
        assert house.bot is not None
        assert not house.crash.happened.is_set()


async def test_an_overdue_boleto_gets_another_day_and_is_paid(house: House) -> None:
    number, _ = await _boleto(house)
    house.clock.jump(timedelta(days=6))
    await house.sandbox.asaas.sweep()
    await house.quiet()
    assert (await house.order(number)).charge.state == "overdue"  # type: ignore[union-attr]
    await house.say(BUYER, "o boleto venceu, dá pra mudar pra daqui a 2 dias úteis?")
    await house.hears(BUYER, "Confirmo")
    await house.say(BUYER, "sim")
    await house.hears(BUYER, "Novo boleto")
    (payment,) = house.sandbox.asaas.live_by_reference(f"order-{number}-a1")
    assert payment["status"] == "PENDING"
    await house.sandbox.asaas.pay(payment["id"])
    await house.hears(BUYER, "Pagamento confirmado")
