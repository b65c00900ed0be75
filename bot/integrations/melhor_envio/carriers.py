"""What is known of the carriers' services, by service id: names are not unique there ("Standard" is two services).

From the documents and from integrators' records; what nobody has confirmed is taken so that no label is refused after
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
"""One label carries all volumes, at one price for the whole. Correios, Loggi, J&T and Jadlog's 27 want one each."""

AGENCY_COMPANY = {"18": "8", "27": "2", "35": "8"}
"""Services whose label names the agency where the parcel is handed in, and their carrier."""

_PAC, _SEDEX = "1", "2"
_PAC_INSURES = 300_000

_DECLARED_ONLY_UP_TO = {"3": 100_000, "4": 100_000, "27": 100_000}
"""Centavos that a label without an NF-e may be insured for (E-CRT-0001): seen for Jadlog, while a PAC went above."""


def one_label(service_id: str) -> bool:
    """Whether several volumes go under one label."""
    return service_id in _SEVERAL_VOLUMES


def wants_invoice(service_id: str, volumes: tuple[Volume, ...]) -> bool:
    """Whether the cart would refuse a label for these volumes without an NF-e."""
    most = _DECLARED_ONLY_UP_TO.get(service_id)
    if most is None or not volumes:
        return False
    insured = [v.insured for v in volumes]
    return (sum(insured) if one_label(service_id) else max(insured)) > most


def return_service(volume: Volume) -> str:
    """What brings a parcel back; only Correios do. The dearer one where the cheaper does not insure so much."""
    return _PAC if volume.insured <= _PAC_INSURES else _SEDEX
