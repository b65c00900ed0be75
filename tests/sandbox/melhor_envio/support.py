"""Requests as Melhor Envio's documents have them."""

from __future__ import annotations

import copy
from typing import Any

from tests.support_melhor_envio import Stand

NFE = "35261111222333000181550010000012341123456780"
QUOTE: dict[str, Any] = {
    "from": {"postal_code": "01310100"},
    "to": {"postal_code": "80010-000"},
    "products": [
        {"id": "a", "width": 35, "height": 30, "length": 60, "weight": 2.4, "insurance_value": 480, "quantity": 1}
    ],
}
SMALL = {"id": "b", "width": 11, "height": 2.6, "length": 16, "weight": 0.1, "insurance_value": "10.00", "quantity": 2}
CART: dict[str, Any] = {
    "service": 1,
    "agency": None,
    "from": {
        "name": "Loja",
        "phone": "11912345678",
        "email": "loja@example.com",
        "company_document": "11222333000181",
        "state_register": "ISENTO",
        "address": "Av. Paulista",
        "number": "1000",
        "district": "Bela Vista",
        "city": "São Paulo",
        "state_abbr": "SP",
        "country_id": "BR",
        "postal_code": "01310100",
    },
    "to": {
        "name": "Marina",
        "phone": "41912345678",
        "email": "m@example.com",
        "document": "52998224725",
        "address": "Rua XV",
        "number": "210",
        "city": "Curitiba",
        "state_abbr": "PR",
        "country_id": "BR",
        "postal_code": "80010000",
    },
    "products": [{"name": "Farol", "quantity": "1", "unitary_value": "480.00"}],
    "volumes": [{"height": 30, "width": 35, "length": 60, "weight": 2.4}],
    "options": {
        "insurance_value": 480,
        "non_commercial": True,
        "tags": [{"tag": "order-1042-s1", "url": "https://x.example"}],
    },
}


def cart(path: str = "", value: Any = None) -> dict[str, Any]:
    """The cart request with one field set, e.g. ``to.state_abbr``."""
    body = copy.deepcopy(CART)
    if path:
        *parents, last = path.split(".")
        place: Any = body
        for name in parents:
            place = place[int(name)] if name.isdecimal() else place[name]
        place[last] = value
    return body


async def bought(stand: Stand, body: dict[str, Any] | None = None) -> str:
    _, order = await stand.call("POST", "/cart", body or CART)
    status, _ = await stand.call("POST", "/shipment/checkout", {"orders": [order["id"]]})
    assert status == 200
    return str(order["id"])


async def generated(stand: Stand) -> str:
    order_id = await bought(stand)
    await stand.call("POST", "/shipment/generate", {"orders": [order_id]})
    await stand.sandbox.finish_generation(order_id)
    return order_id
