"""Quotes: requests, and the interpretation of responses. No calls are made here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.domain.commands import Parcel
from bot.domain.money import json_number
from bot.domain.order import NoOffer, Offer, Volume
from bot.domain.text import fold
from bot.integrations.melhor_envio import carriers
from bot.integrations.melhor_envio.amounts import Centavos, Cm, Grams, kilos

UNREADABLE = "respondeu algo que não entendi"
NEEDS_INVOICE = "acima de R$ 1.000,00 só leva com nota fiscal"

_REASONS = (
    (re.compile(r"nao atende este trecho"), "não atende esse trecho"),
    (re.compile(r"dimensoes do objeto"), "o pacote passa das medidas que ela leva"),
    (re.compile(r"^peso ultrapassa.* de ([0-9.,]+) ?kg"), r"só leva até \1 kg"),
    (re.compile(r"servico economico indisponivel"), "o serviço econômico não chega nesse endereço"),
    (re.compile(r"valor segurado"), "o valor passa do que ela segura"),
)
"""Their sentences, folded, and our wording after a carrier's name; an unknown sentence is passed on."""


def request(origin: str, destination: str, parcels: Sequence[Parcel], services: Sequence[str] = ()) -> dict[str, Any]:
    """The body of a quote. ``insurance_value`` is per unit: the server multiplies it by ``quantity``."""
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


def read(answer: Any, parcels: Sequence[Parcel], *, invoiced: bool = False) -> tuple[list[Offer], list[NoOffer]] | None:
    """Offers, cheapest first, and the carriers that refuse; None if the response is no quote at all.

    ``invoiced``: the seller issues an NF-e, without which some carriers refuse a valuable parcel at the label. If the
    request names a single service, the response is a bare object instead of a list.
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
            refusals.append(_no_offer(item, _reason(item.error)))
            continue
        offer = _offer(item, item.price, parcels)
        if item.id in carriers.UNSELLABLE:
            refusals.append(_no_offer(item, carriers.UNSELLABLE[item.id]))
        elif not invoiced and carriers.wants_invoice(item.id, offer.volumes):
            refusals.append(_no_offer(item, NEEDS_INVOICE))
        else:
            offers.append(offer)
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
    """``price`` and ``discount`` are not read: Jadlog has none per package."""

    dimensions: _Dimensions
    weight: Grams | None = None
    insurance_value: Centavos | None = None
    products: list[_Packed] | None = None


class _Item(_Head):
    error: str | None = None
    price: Annotated[Centavos, Field(gt=0)] | None = None
    custom_price: Annotated[Centavos, Field(ge=0)] | None = None
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


def _reason(sentence: str | None) -> str:
    folded = fold(sentence or "").strip()
    for pattern, ours in _REASONS:
        match = pattern.search(folded)
        if match:
            return match.expand(ours)
    return (sentence or "").strip() or UNREADABLE


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
        one_label=carriers.one_label(item.id),
    )


def _volumes(packages: Sequence[_Package], parcels: Sequence[Parcel]) -> tuple[Volume, ...]:
    """Every package of the quote; if the service names none, one volume per piece."""
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
    # what a package does not state is derived from its products, or from an even share of the whole
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
