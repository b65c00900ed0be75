"""Effects for quotes and labels."""

from __future__ import annotations

from bot.domain.commands import (
    BuyLabel,
    CancelLabel,
    GenerateLabel,
    Label,
    Nothing,
    OrderLabel,
    OrderReturn,
    QuoteFreight,
    ReadLabel,
    TrackLabels,
)
from bot.domain.order import ShipmentState
from bot.domain.states import ON_THE_ROAD
from bot.engine.dispatcher import Effect
from bot.integrations.errors import NotFound
from bot.integrations.protocols import Shipping


def effects(shipping: Shipping) -> dict[str, Effect]:
    async def quote(command: QuoteFreight, _: str) -> QuoteFreight.Quoted:
        offers, refusals = await shipping.quote(
            command.origin, command.destination, command.parcels, invoiced=command.invoiced
        )
        return QuoteFreight.Quoted(offers=tuple(offers), refusals=tuple(refusals))

    async def order(command: OrderLabel, _: str) -> Label:
        return await shipping.order_label(
            reference=command.reference,
            service_id=command.service_id,
            sender=command.sender,
            recipient=command.recipient,
            contents=command.contents,
            volumes=command.volumes,
            nfe_key=command.nfe_key,
        )

    async def order_return(command: OrderReturn, _: str) -> Label:
        return await shipping.order_return(
            reference=command.reference,
            shipment_id=command.shipment_id,
            email=command.email,
            phone=command.phone,
            volume=command.volume,
        )

    async def find(command: OrderLabel | OrderReturn, _: str) -> Label | None:
        return await shipping.find_label(command.reference)

    async def buy(command: BuyLabel, _: str) -> Label:
        return await shipping.buy_label(command.shipment_id)

    async def find_bought(command: BuyLabel, _: str) -> Label | None:
        try:
            label = await shipping.read_label(command.shipment_id)
        except NotFound:
            return None
        # one that is over or gone was perhaps never bought: a new try is told so
        there = label.state in (ShipmentState.BOUGHT, ShipmentState.GENERATED, *ON_THE_ROAD)
        return label.but(unanswered=True) if there else None

    async def generate(command: GenerateLabel, _: str) -> Label:
        return await shipping.generate_label(command.shipment_id)

    async def read(command: ReadLabel, _: str) -> Label:
        return await shipping.read_label(command.shipment_id)

    async def cancel(command: CancelLabel, _: str) -> Nothing:
        await shipping.cancel_label(command.shipment_id, command.reason)
        return Nothing()

    async def find_cancelled(command: CancelLabel, _: str) -> Nothing | None:
        return Nothing() if await shipping.find_cancelled(command.shipment_id) else None

    async def track(command: TrackLabels, _: str) -> TrackLabels.Tracked:
        found = await shipping.tracking(command.shipment_ids)
        return TrackLabels.Tracked(labels=tuple(found.values()))

    return {
        "freight.quote": Effect(quote),
        "label.order": Effect(order, find),
        "label.return": Effect(order_return, find),
        "label.buy": Effect(buy, find_bought),
        "label.generate": Effect(generate),
        "label.read": Effect(read),
        "label.track": Effect(track),
        "label.cancel": Effect(cancel, find_cancelled),
    }
