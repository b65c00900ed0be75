"""Bubbles of one answer over real sockets: gathered in the store, through a death, corrected and deleted on the way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.integrations.http import ProviderHttp
from bot.storage import tables as t
from tests.e2e.house import BUYER, Crash, House

PAUSE = timedelta(seconds=10)


@pytest.fixture(params=["zapi", "evolution"])
async def house(request: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    monkeypatch.setattr(ProviderHttp, "_send", ProviderHttp._send)
    built = House(tmp_path, request.param, BUBBLE_PAUSE_S=str(PAUSE.seconds))
    await built.open()
    yield built
    await built.close()


async def at_who(house: House) -> None:
    for said, heard in (
        ("qto fica o farol do corolla 2015 pro 80010-000?", "Curitiba/PR"),
        ("sim", "Jadlog"),
        ("1", "Boleto"),
        ("pix", "CPF"),
        ("529.982.247-25", "nome completo"),
    ):
        await house.say(BUYER, said)
        await house.hears(BUYER, heard)
    await house.quiet()


async def order_of(house: House) -> tuple[str, str, str]:
    """The label's name and house of the only order."""
    told = await house.hears(BUYER, "Pedido", "criado")
    order = await house.order(int("".join(c for c in told.words.split("#")[1][:5] if c.isdigit())))
    return order.recipient.name, order.destination.number, order.destination.complement


def answers(house: House) -> int:
    return sum(m.from_bot for m in house.sandbox.whatsapp.chat(BUYER))


async def test_bubbles_are_one_answer_as_they_are_in_the_end(house: House) -> None:
    await at_who(house)
    before, people = answers(house), house.sandbox.whatsapp
    await house.say(BUYER, "Mariana Sousa")
    wrong = people.chat(BUYER)[-1].id
    await house.say(BUYER, "não, apaga")
    gone = people.chat(BUYER)[-1].id
    await house.say(BUYER, "210")
    assert await people.user_edits(BUYER, wrong, "Marina Souza") == 200
    assert await people.user_deletes(BUYER, gone) == 200
    await house.say(BUYER, "apto 31")
    await house.quiet()
    assert answers(house) == before, house.transcript()
    house.clock.jump(PAUSE)
    assert await order_of(house) == ("Marina Souza", "210", "apto 31")
    await house.quiet()
    assert await house.rows(sa.select(t.events.c.id).where(t.events.c.status == "failed")) == []


async def test_what_was_gathered_is_answered_after_a_death(house: House) -> None:
    await at_who(house)
    before = answers(house)
    await house.say(BUYER, "Marina Souza")
    await house.say(BUYER, "210")
    await house.quiet()
    await house.kill()
    assert answers(house) == before
    await house.start()
    await house.say(BUYER, "apto 31")
    await house.quiet()
    await house.kill()
    house.clock.jump(PAUSE)  # its moment passes while nobody is there
    await house.start()
    assert await order_of(house) == ("Marina Souza", "210", "apto 31")


@pytest.mark.parametrize("house", ["zapi"], indirect=True)
@pytest.mark.parametrize("at", [1, 2, 3, 5, 7, 9])
async def test_a_death_at_any_moment_of_it_changes_nothing(house: House, at: int) -> None:
    await at_who(house)
    await house.stop()
    await house.start(Crash(at))
    await house.say(BUYER, "Marina Souza")
    await house.say(BUYER, "210 apto 31")
    await house.quiet()
    house.clock.jump(PAUSE)
    assert await order_of(house) == ("Marina Souza", "210", "apto 31")
    orders = await house.rows(sa.select(sa.func.count()).select_from(t.orders))
    assert orders[0][0] == 1
