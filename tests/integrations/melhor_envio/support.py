"""Parties, parcels and the way to the stand-in, for the tests of Melhor Envio's client."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from yarl import URL

from bot.domain.commands import Content, Label, Parcel, Party
from bot.domain.order import Volume
from bot.domain.people import Address
from bot.integrations.http import Http
from bot.integrations.media import MediaFetcher
from bot.integrations.melhor_envio import (
    MelhorEnvioShipping,
    Tokens,
)
from tests.support_melhor_envio import CLIENT_ID, REFRESH, SECRET, TOKEN, Stand

SHOP = Party(
    name="Auto Peças Silva",
    document="11222333000181",
    email="silva@autopars.example",
    phone="5511977770001",
    state_register="110042490114",
    address=Address(
        postal_code="01310100",
        street="Av. Paulista",
        number="1000",
        district="Bela Vista",
        city="São Paulo",
        state="SP",
    ),
)
CONTACT = "contato@autopars.example"
BUYER = Party(
    name="Marina Souza",
    document="52998224725",
    email="marina@example.org",
    phone="5541987654321",
    address=Address(
        postal_code="80010000", street="Rua XV", number="210", complement="apto 31", city="Curitiba", state="PR"
    ),
)
HEADLIGHT = Parcel(sku="FAR-COR-15D", width_cm=35, height_cm=30, length_cm=60, weight_g=2400, value=48_000)
BOX = Volume(width_cm=35, height_cm=30, length_cm=60, weight_g=2400, insured=48_000)
NFE = "35261111222333000181550010000012341123456780"
REFERENCE = "order-1042-s1"


class Vault:
    """Keeps pairs as the bot's own does; ``broken`` refuses to save."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], dict[str, str]] = {}
        self.broken = False
        self.asked = asyncio.Event()

    async def load(self, name: str, seed: str) -> Mapping[str, str] | None:
        self.asked.set()
        return self.kept.get((name, seed))

    async def save(self, name: str, seed: str, values: Mapping[str, str]) -> None:
        if self.broken:
            raise OSError("disk full")
        self.kept[name, seed] = dict(values)


def make_tokens(http: Http, base: str, **changes: Any) -> Tokens:
    fields = {"access_token": TOKEN, "refresh_token": REFRESH, "client_id": CLIENT_ID, "client_secret": SECRET}
    return Tokens(http, base_url=base, **{**fields, **changes})


def make_shipping(http: Http, base: str, *, tokens: Tokens | None = None, **more: Any) -> MelhorEnvioShipping:
    return MelhorEnvioShipping(
        http,
        base_url=base,
        tokens=tokens or make_tokens(http, base),
        files=MediaFetcher([URL(base).authority], timeout=5, delays=(0.0, 0.0)),
        contact_email="ops@autopars.example",
        platform_name="AutoPars",
        url_of_order=lambda reference: f"https://autopars.example/{reference}",
        **more,
    )


async def order_label(shipping: MelhorEnvioShipping, **changes: Any) -> Label:
    fields: dict[str, Any] = {
        "reference": REFERENCE,
        "service_id": "3",
        "sender": SHOP,
        "recipient": BUYER,
        "contents": [Content(name="Farol Corolla", quantity=1, unit_value=48_000)],
        "volumes": (BOX,),
        "nfe_key": "",
    }
    return await shipping.order_label(**{**fields, **changes})


async def bought_label(shipping: MelhorEnvioShipping) -> Label:
    return await shipping.buy_label((await order_label(shipping)).shipment_id)


async def generated_label(shipping: MelhorEnvioShipping, stand: Stand) -> Label:
    stand.sandbox.auto_generate = False
    bought = await bought_label(shipping)
    await shipping.generate_label(bought.shipment_id)
    await stand.sandbox.finish_generation(bought.shipment_id)
    return await shipping.read_label(bought.shipment_id)
