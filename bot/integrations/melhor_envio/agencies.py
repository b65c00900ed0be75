"""Agencies: the counters where a carrier accepts parcels. No calls are made here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.domain.people import Address
from bot.integrations.protocols import Agency


class _Shape(BaseModel):
    model_config = ConfigDict(coerce_numbers_to_str=True, extra="ignore")


class _State(_Shape):
    state_abbr: str


class _City(_Shape):
    city: str
    state: _State


class _Place(_Shape):
    postal_code: str
    address: str | None = None
    number: str | None = None
    complement: str | None = None
    district: str | None = None
    city: _City


class _Phone(_Shape):
    phone: str | None = None


class _Agency(_Shape):
    id: str
    name: str | None = None
    company_name: str | None = None
    status: str = "available"
    address: _Place
    phone: _Phone | None = None


class _Company(_Shape):
    id: str


class _Service(_Shape):
    company: _Company


def company_of(service: Any) -> str:
    """The carrier of a service of the catalogue, empty if there is none."""
    try:
        return _Service.model_validate(service).company.id
    except ValidationError:
        return ""


def read(body: Any) -> list[Agency]:
    """The open agencies, in the given order; malformed ones are skipped."""
    found = []
    for raw in body if isinstance(body, list) else []:
        try:
            one = _Agency.model_validate(raw)
        except ValidationError:
            continue
        if one.status == "available":
            found.append(_agency(one))
    return found


def _agency(one: _Agency) -> Agency:
    place = one.address
    return Agency(
        agency_id=one.id,
        name=one.name or one.company_name or "",
        phone=(one.phone.phone if one.phone else "") or "",
        address=Address(
            postal_code=place.postal_code.replace("-", "").zfill(8),
            city=place.city.city,
            state=place.city.state.state_abbr,
            street=place.address or "",
            number=place.number or "",
            complement=place.complement or "",
            district=place.district or "",
        ),
    )


def nearest(agencies: Sequence[Agency], postal_code: str) -> Agency | None:
    """The nearest by CEP, whose digits go from region to street; only ids that a label can use."""
    usable = [a for a in agencies if a.agency_id.isdecimal() and a.address.postal_code.isdecimal()]
    return min(usable, key=lambda a: abs(int(a.address.postal_code) - int(postal_code)), default=None)
