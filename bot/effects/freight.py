"""Quotes and labels."""

from __future__ import annotations

from bot.domain.commands import (
    BuyLabel,
    CancelLabel,
    GenerateLabel,
    Label,
    Nothing,
    OrderLabel,
    QuoteFreight,
    ReadLabel,
)
from bot.engine.dispatcher import Effect
from bot.integrations.protocols import Shipping


def effects(shipping: Shipping) -> dict[str, Effect]:
    async def quote(command: QuoteFreight, _: str) -> QuoteFreight.Quoted:
        offers, refusals = await shipping.quote(command.origin, command.destination, command.parcels)
        return QuoteFreight.Quoted(offers=tuple(offers), refusals=tuple(refusals))

    async def order(command: OrderLabel, _: str) -> Label:
        return await shipping.order_label(
            reference=command.reference,
            service_id=command.service_id,
            sender=command.sender,
            recipient=command.recipient,
            contents=command.contents,
            volume=command.volume,
            nfe_key=command.nfe_key,
        )

    async def find(command: OrderLabel, _: str) -> Label | None:
        return await shipping.find_label(command.reference)

    async def buy(command: BuyLabel, _: str) -> Label:
        return await shipping.buy_label(command.shipment_id)

    async def find_bought(command: BuyLabel, _: str) -> Label | None:
        label = await shipping.read_label(command.shipment_id)
        return label if label.state not in ("wanted", "in_cart") else None

    async def generate(command: GenerateLabel, _: str) -> Label:
        return await shipping.generate_label(command.shipment_id)

    async def read(command: ReadLabel, _: str) -> Label:
        return await shipping.read_label(command.shipment_id)

    async def cancel(command: CancelLabel, _: str) -> Nothing:
        await shipping.cancel_label(command.shipment_id, command.reason)
        return Nothing()

    return {
        "freight.quote": Effect(quote),
        "label.order": Effect(order, find),
        "label.buy": Effect(buy, find_bought),
        "label.generate": Effect(generate),
        "label.read": Effect(read),
        "label.cancel": Effect(cancel),
    }
