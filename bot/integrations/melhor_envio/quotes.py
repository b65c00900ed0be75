"""Quotes: what is asked, and what the answer means. No call is made here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.domain.commands import Parcel
from bot.domain.money import json_number
from bot.domain.order import NoOffer, Offer, Volume
from bot.integrations.melhor_envio.amounts import Centavos, Cm, Grams, kilos

UNSELLABLE = {
    "12": "A LATAM Cargo exige o CNAE do vendedor, que não temos.",
    "15": "A Azul não vende etiquetas por integração.",
    "16": "A Azul não vende etiquetas por integração.",
    "22": "A Buslog só aceita com nota fiscal e agência definida.",
}
"""Services that are quoted, but whose label could not be bought after the buyer has paid."""

UNREADABLE = "A transportadora respondeu algo que não entendi."


def request(origin: str, destination: str, parcels: Sequence[Parcel], services: Sequence[str] = ()) -> dict[str, Any]:
    """The body of a quote. ``insurance_value`` is that of one unit: the server multiplies it by ``quantity``."""
    body: dict[str, Any] = {
        "from": {"postal_code": origin},
        "to": {"postal_code": destination},
        "products": [
            {
                "id": p.sku,
                "width": p.width_cm,
                "height": p.height_cm,
                "length": p.length_cm,
                "weight": kilos(p.weight_g),
                "insurance_value": json_number(p.value),
                "quantity": p.quantity,
            }
            for p in parcels
        ],
        "options": {"receipt": False, "own_hand": False},
    }
    return body | ({"services": ",".join(services)} if services else {})


def read(answer: Any, parcels: Sequence[Parcel]) -> tuple[list[Offer], list[NoOffer]] | None:
    """Offers, cheapest first, and who does not take it; None if the answer is no quote at all.

    A single service in the request makes the answer a bare object instead of a list.
    """
    items = [answer] if isinstance(answer, dict) else answer
    if not isinstance(items, list):
        return None
    offers: list[Offer] = []
    refusals: list[NoOffer] = []
    for raw in items:
        try:
            item = _Item.model_validate(raw)
        except ValidationError:
            head = _head(raw)
            if head is None:
                return None
            refusals.append(_no_offer(head, UNREADABLE))
            continue
        if item.error or item.price is None:
            refusals.append(_no_offer(item, item.error or UNREADABLE))
        elif item.id in UNSELLABLE:
            refusals.append(_no_offer(item, UNSELLABLE[item.id]))
        else:
            offers.append(_offer(item, item.price, parcels))
    return sorted(offers, key=lambda o: (o.price, o.days, o.service_id)), refusals


class _Shape(BaseModel):
    model_config = ConfigDict(coerce_numbers_to_str=True, extra="ignore")


class _Company(_Shape):
    name: str = ""


class _Head(_Shape):
    id: str
    name: str = ""
    company: _Company = _Company()


class _Dimensions(_Shape):
    height: Cm
    width: Cm
    length: Cm


class _Packed(_Shape):
    id: str
    quantity: int = 1


class _Package(_Shape):
    """``price`` and ``discount`` are not read: Jadlog has none by package."""

    dimensions: _Dimensions
    weight: Grams | None = None
    insurance_value: Centavos | None = None
    products: list[_Packed] | None = None


class _Item(_Head):
    error: str | None = None
    price: Centavos | None = None
    custom_price: Centavos | None = None
    delivery_time: int | None = None
    custom_delivery_time: int | None = None
    packages: list[_Package] | None = None


def _head(raw: Any) -> _Head | None:
    try:
        return _Head.model_validate(raw)
    except ValidationError:
        return None


def _no_offer(item: _Head, reason: str) -> NoOffer:
    return NoOffer(service_id=item.id, carrier=item.company.name, service=item.name, reason=reason)


def _offer(item: _Item, price: int, parcels: Sequence[Parcel]) -> Offer:
    days = item.custom_delivery_time if item.custom_delivery_time is not None else item.delivery_time
    return Offer(
        service_id=item.id,
        carrier=item.company.name,
        service=item.name,
        price=price if item.custom_price is None else item.custom_price,
        cost=price,
        days=days or 0,
        volumes=_volumes(item.packages or [], parcels),
    )


def _volumes(packages: Sequence[_Package], parcels: Sequence[Parcel]) -> tuple[Volume, ...]:
    """Every package of the quote; where the service names none, one volume a piece."""
    if not packages:
        return tuple(
            Volume(
                width_cm=p.width_cm,
                height_cm=p.height_cm,
                length_cm=p.length_cm,
                weight_g=p.weight_g,
                insured=p.value,
            )
            for p in parcels
            for _ in range(p.quantity)
        )
    # what a package does not say of itself follows from its products, or from an even share of the whole
    weights = _share(sum(p.weight_g * p.quantity for p in parcels), len(packages))
    values = _share(sum(p.value * p.quantity for p in parcels), len(packages))
    known = {p.sku: p for p in parcels}
    volumes = []
    for package, weight, value in zip(packages, weights, values, strict=True):
        inside = [(known[i.id], i.quantity) for i in package.products or [] if i.id in known]
        if inside:
            weight = sum(p.weight_g * n for p, n in inside)
            value = sum(p.value * n for p, n in inside)
        volumes.append(
            Volume(
                width_cm=package.dimensions.width,
                height_cm=package.dimensions.height,
                length_cm=package.dimensions.length,
                weight_g=package.weight or weight,
                insured=value if package.insurance_value is None else package.insurance_value,
            )
        )
    return tuple(volumes)


def _share(total: int, parts: int) -> list[int]:
    each, rest = divmod(total, parts)
    return [each + (1 if i < rest else 0) for i in range(parts)]
