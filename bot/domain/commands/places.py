"""Commands that look up addresses."""

from __future__ import annotations

from typing import ClassVar, Literal

from bot.domain.common import Value
from bot.domain.people import Address


class LookUpPostalCode(Value):
    kind: Literal["place.look_up"] = "place.look_up"
    needs: ClassVar[str] = "postal_codes"

    class Place(Value):
        """``address`` is None where no such CEP exists; a city-wide CEP has no street."""

        address: Address | None

    Result: ClassVar[type[Value]] = Place
    postal_code: str


class Street(Value):
    """A street and its CEP. ``numbers``: the house numbers covered, in words ("de 612 a 1510 - lado par")."""

    address: Address
    numbers: str = ""


class FindPostalCode(Value):
    """Find the CEPs of a street. ``state`` is the UF."""

    kind: Literal["place.find"] = "place.find"
    needs: ClassVar[str] = "postal_codes"

    class Found(Value):
        """Closest name first; empty if there is no such street, or the name is too short."""

        streets: tuple[Street, ...] = ()

    Result: ClassVar[type[Value]] = Found
    state: str
    city: str
    street: str
