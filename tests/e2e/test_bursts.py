"""Several bubbles at once over real sockets: one answer to one saying, and the order that it leads to."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from bot.domain.events import Message
from bot.storage import tables as t
from tests.e2e.house import BUYER, House


async def test_a_burst_is_answered_once_and_leads_to_the_order(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    bot = house.bot
    assert bot is not None
    bubbles = ("oi", "queria um farol", "do corolla 2015", "pra 80010-000")
    look, free = bot.loop.store.open_lanes, asyncio.Event()

    async def when_free(limit: int, busy: Sequence[str] = ()) -> list[str]:
        await free.wait()  # they come while the worker is busy
        return await look(limit, busy)

    monkeypatch.setattr(bot.loop.store, "open_lanes", when_free)
    for bubble in bubbles:
        await house.say(BUYER, bubble)
    assert [m for m in house.sandbox.whatsapp.chat(BUYER) if m.from_bot] == []
    free.set()
    await house.hears(BUYER, "Farol", "Corolla 2015", "Curitiba/PR")
    await house.quiet()
    answers = [m for m in house.sandbox.whatsapp.chat(BUYER) if m.from_bot]
    assert sum("Curitiba/PR" in m.words for m in answers) == 1
    assert not any("Posso:" in m.words for m in answers), house.transcript()
    kind = Message.model_fields["kind"].default
    rows = await house.rows(sa.select(t.events.c.status).where(t.events.c.kind == kind))
    assert [row.status for row in rows] == ["done"] * len(bubbles)

    for answer, heard in (("sim", "Jadlog"), ("1", "Boleto"), ("pix", "CPF"), ("529.982.247-25", "nome completo")):
        await house.say(BUYER, answer)
        await house.hears(BUYER, heard)
    await asyncio.gather(*(house.say(BUYER, line) for line in ("Marina Souza, 210", "apto 31")))
    await house.hears(BUYER, "Pedido", "#")
    await house.hears(BUYER, "000201")
