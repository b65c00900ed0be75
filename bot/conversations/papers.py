"""Papers that are sent as PDFs."""

from __future__ import annotations

from bot.domain.commands import SendBoleto
from bot.domain.order import Charge
from bot.domain.people import Person


def boleto(person: Person, number: int, charge: Charge) -> SendBoleto:
    """The boleto of an order, beside its line."""
    return SendBoleto(
        to=person.chat,
        charge_id=charge.provider_id,
        file_name=f"boleto-{number}.pdf",
        caption=f"Boleto do pedido #{number}",
    )
