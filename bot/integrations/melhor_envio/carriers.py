"""Properties of the carriers' services, by service id: names are not unique there ("Standard" is two services).

From the documentation and integrators' records; unconfirmed properties are assumed such that no label is refused after
the buyer has paid.
"""

from __future__ import annotations

from bot.domain.order import Volume

UNSELLABLE = {
    "12": "pede o CNAE do vendedor, que não temos",
    "15": "não vende etiquetas por integração",
    "16": "não vende etiquetas por integração",
    "22": "só leva com nota fiscal e agência definida",
}
"""Services that are quoted, but whose label could not be bought after the buyer has paid."""

_SEVERAL_VOLUMES = frozenset({"3", "4", "18", "35"})
"""One label carries all volumes, at one price for the whole. Correios, Loggi, J&T and Jadlog's 27 need one each."""

AGENCY_COMPANY = {"18": "8", "27": "2", "35": "8"}
"""Services whose label names the agency where the parcel is handed in, with their carrier."""

_PAC, _SEDEX = "1", "2"
_PAC_INSURES = 300_000

_DECLARED_ONLY_UP_TO = {"3": 100_000, "4": 100_000, "27": 100_000}
"""Centavos up to which a label without an NF-e may be insured (E-CRT-0001): seen for Jadlog, while a PAC exceeded
it."""


def one_label(service_id: str) -> bool:
    """Whether several volumes share one label."""
    return service_id in _SEVERAL_VOLUMES


def wants_invoice(service_id: str, volumes: tuple[Volume, ...]) -> bool:
    """Whether the cart would refuse a label for these volumes without an NF-e."""
    most = _DECLARED_ONLY_UP_TO.get(service_id)
    if most is None or not volumes:
        return False
    insured = [v.insured for v in volumes]
    return (sum(insured) if one_label(service_id) else max(insured)) > most


def return_service(volume: Volume) -> str:
    """The service for returns, always of Correios: the more expensive one if the cheaper does not insure enough."""
    return _PAC if volume.insured <= _PAC_INSURES else _SEDEX
