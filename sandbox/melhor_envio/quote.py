"""``POST /shipment/calculate`` (sheet 4)."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Any

from sandbox.melhor_envio.answers import Json, cents, chosen, grams, invalid, number, required
from sandbox.melhor_envio.places import digits
from sandbox.melhor_envio.tariff import SERVICES, Box, Service, offer


def calculate(body: Json, enabled: Container[int], *, markup: int, extra_days: int) -> list[Json] | Json:
    """The response; raises a refusal of shape C. If one service is requested, it is a bare object."""
    errors: dict[str, str] = {}
    for side in ("from", "to"):
        given = body.get(side)
        cep = given.get("postal_code") if isinstance(given, dict) else None
        if not cep:
            errors[f"{side}.postal_code"] = required(f"{side}.postal_code")
        elif not digits(cep):
            errors[f"{side}.postal_code"] = chosen(f"{side}.postal_code")
    products, volumes = body.get("products"), body.get("volumes")
    if bool(products) == bool(volumes):  # sheet 4: either, never both
        errors["products"] = required("products")
    elif products:
        errors |= _missing(products, "products", ("id", "width", "height", "length", "weight", "insurance_value"))
        errors |= _missing(products, "products", ("quantity",))
    else:
        errors |= _missing(volumes, "volumes", ("width", "height", "length", "weight"))
    if errors:
        raise invalid(errors)
    origin, destination = digits(body["from"]["postal_code"]), digits(body["to"]["postal_code"])
    pieces = _pieces(products) if products else _volumes(volumes or [], body.get("options"))
    services = _asked(body.get("services"), enabled)
    offers = [
        offer(s, origin, destination, pieces, packed=bool(products), markup=markup, extra_days=extra_days)
        for s in services
    ]
    return offers[0] if len(offers) == 1 else offers


def _missing(items: Any, name: str, fields: Sequence[str]) -> dict[str, str]:
    if not isinstance(items, list):
        return {name: required(name)}
    keys = [(f"{name}.{i}.{f}", f, item) for i, item in enumerate(items) for f in fields]
    return {
        key: required(key)
        for key, field, item in keys
        if not isinstance(item, dict) or item.get(field) is None or (field != "id" and number(item[field]) is None)
    }


def _asked(services: Any, enabled: Container[int]) -> list[Service]:
    """Sheet 4: a comma-separated text; without it, every service of the account."""
    if services is None or services == "":
        return [service for service in SERVICES.values() if service.id in enabled]
    ids = {int(part) for part in str(services).split(",") if part.strip().isdecimal()}
    return [service for service in SERVICES.values() if service.id in ids]


def _pieces(products: Sequence[Json]) -> list[Box]:
    """Every single piece: ``insurance_value`` is per unit (sheet 4)."""
    return [
        Box(*_sides(p), grams(p["weight"]), cents(p["insurance_value"]), ((str(p["id"]), 1),))
        for p in products
        for _ in range(int(number(p["quantity"]) or 0))
    ]


def _volumes(volumes: Sequence[Json], options: Any) -> list[Box]:
    """Sheet 4: the key is ``insurance``; ``options.insurance_value`` applies to the first volume only."""
    first = options.get("insurance_value") if isinstance(options, dict) else None
    return [
        Box(*_sides(v), grams(v["weight"]), cents(v.get("insurance") or (first if index == 0 else None)))
        for index, v in enumerate(volumes)
    ]


def _sides(thing: Json) -> tuple[Any, Any, Any]:
    height, width, length = (number(thing[side]) for side in ("height", "width", "length"))
    return height, width, length
