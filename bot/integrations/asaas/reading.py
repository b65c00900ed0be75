"""Reading charges: one payment, or the whole plan that it belongs to."""

from __future__ import annotations

from bot.domain.commands import Bill
from bot.integrations.asaas.bills import bill_of
from bot.integrations.asaas.calls import Asaas, Json, at, unreadable


class Part:
    """A part of the client; all share one connection."""

    def __init__(self, asaas: Asaas) -> None:
        self._asaas = asaas


class Reading(Part):
    async def read_charge(self, charge_id: str) -> Bill:
        return await self._bill(await self._read(charge_id))

    async def _read(self, charge_id: str) -> Json:
        return await self._asaas.get(at("payments", charge_id), "charge.read", expect="id")

    async def _bill(self, payment: Json) -> Bill:
        """The bill of a payment; for an instalment, that of the whole plan."""
        return bill_of(await self._plan(payment))

    async def _plan(self, payment: Json) -> list[Json]:
        """All instalments of the plan that a payment belongs to, otherwise the payment itself."""
        plan = payment.get("installment")
        if not plan:
            return [payment]
        path = at("installments", plan, "payments")
        parts = [part async for part in self._asaas.items(path, "charge.installments")]
        if not all(part.get("id") for part in parts) or not (parts or payment.get("deleted") is True):
            raise unreadable("a plan whose instalments are not told")
        return parts or [payment]
