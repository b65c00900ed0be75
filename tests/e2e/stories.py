"""The main job as a story that a test can play, disturbed or not."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa

from bot.storage import tables as t
from tests.e2e.house import BUYER, SELLER, House


def number_in(words: str) -> int:
    """Of the order that a message tells of."""
    found = re.search(r"#(\d+)", words)
    assert found is not None, words
    return int(found[1])


async def order_by_pix(house: House) -> int:
    """From the first message to the code; the order's number."""
    number = await order_by(house, "pix")
    await house.hears(BUYER, "000201")
    return number


async def order_by(house: House, method: str) -> int:
    """From the first message to the yes; the order's number."""
    await house.say(BUYER, "qto fica o farol do corolla 2015 pro 80010-000?")
    await house.hears(BUYER, "Curitiba/PR")
    await house.say(BUYER, "sim")
    await house.hears(BUYER, "Jadlog", "R$")
    await house.say(BUYER, "1")
    await house.hears(BUYER, "Pix", "Boleto")
    await house.say(BUYER, method)
    await house.hears(BUYER, "CPF")
    await house.say(BUYER, "529.982.247-25")
    await house.hears(BUYER, "nome completo")
    await house.say(BUYER, "Marina Souza, 210 apto 31")
    told = await house.hears(BUYER, "Pedido", "#")
    return number_in(told.words)


async def pay(house: House, number: int) -> None:
    """The buyer pays in the bank's app; seller and buyer are told."""
    (payment,) = await house.until(lambda: house.sandbox.asaas.live_by_reference(f"order-{number}-a1"))
    house.sandbox.whatsapp.skip(SELLER)
    await house.sandbox.asaas.pay(payment["id"])
    await house.hears(BUYER, "confirmado")
    await house.hears(SELLER, f"#{number}", "Ainda tem a peça")


async def accept(house: House, number: int) -> str:
    """The seller says yes; the label arrives as a PDF. Returns the label's id at the carrier's broker."""
    await house.say(SELLER, "1")
    label = await house.until(lambda: house.sandbox.melhor_envio.by_tag(f"order-{number}-s1"))

    def came() -> bool:
        return any(m.kind == "document" and m.from_bot for m in house.sandbox.whatsapp.chat(SELLER))

    def doubtful() -> bool:
        return any("Não sei se o PDF" in m.words for m in house.sandbox.whatsapp.chat(SELLER))

    await house.until(lambda: came() or doubtful())
    if not came():  # the bot died in the send: it asks instead of sending a file twice
        await house.say(SELLER, f"etiqueta {number}")
    await house.until(came)
    return str(label["id"])


async def travel(house: House, label_id: str) -> None:
    house.sandbox.whatsapp.skip(BUYER)
    await house.sandbox.melhor_envio.post(label_id)
    await house.hears(BUYER, "postado")
    await house.sandbox.melhor_envio.deliver(label_id)
    await house.hears(BUYER, "entregue")


async def whole_sale(house: House) -> int:
    number = await order_by_pix(house)
    await pay(house, number)
    label_id = await accept(house, number)
    await travel(house, label_id)
    await house.quiet()
    return number


async def what_is_left(house: House, number: int) -> dict[str, Any]:
    """Everything that must come out the same, however often the bot died: at the providers and in our books."""
    order = await house.order(number)
    asaas, freight = house.sandbox.asaas, house.sandbox.melhor_envio
    entries = await house.rows(sa.select(t.entries.c.key, t.entries.c.amount).order_by(t.entries.c.key))
    stock = await house.rows(sa.select(t.products.c.stock).where(t.products.c.listing == order.lines[0].listing))
    failed = await house.rows(sa.select(t.events.c.id, t.events.c.error).where(t.events.c.status == "failed"))
    return {
        "order": order.state,
        "charges": [(c.reference, c.state, c.amount, c.share) for c in order.charges],
        "shipments": [(s.reference, s.state) for s in order.shipments],
        "charges at the provider": len(asaas.payments),
        "customers at the provider": len(asaas.customers),
        "labels at the broker": len(freight.orders),
        "wallet of the broker": freight.balance_cents,
        "ledger": [tuple(row) for row in entries],
        "stock": stock[0][0],
        "poison": [tuple(row) for row in failed],
        "mails": sorted(mail.subject for mail in house.sandbox.resend.mailbox),
    }
