"""Transfers to a seller's wallet, for shares that no split can carry any more."""

from __future__ import annotations

from typing import Literal

from bot.domain import money
from bot.integrations.asaas.bills import hint, id_of
from bot.integrations.asaas.calls import Json
from bot.integrations.asaas.reading import Part
from bot.integrations.payments import Transfer

_STATUSES: dict[str, Literal["pending", "done", "failed"]] = {
    "DONE": "done",
    "CANCELLED": "failed",
    "FAILED": "failed",
}


class Transfers(Part):
    async def transfer(self, wallet_id: str, amount: int, reference: str) -> Transfer:
        """Not repeatable. The same amount to the same wallet within 15 minutes is ``Uncertain`` with reason
        ``duplicate``: look it up by reference."""
        body = {"value": money.json_number(amount), "walletId": wallet_id, "externalReference": reference}
        return _transfer(await self._asaas.send("POST", "/transfers/", "transfer.create", body, expect="id"))

    async def find_transfer(self, reference: str) -> Transfer | None:
        """The list cannot be filtered by reference: it is read newest first, in the worst case to its end."""
        async for item in self._asaas.items("/transfers", "transfer.find", pages=None):
            if item.get("externalReference") == reference:
                return _transfer(item)
        return None


def _transfer(item: Json) -> Transfer:
    return Transfer(
        transfer_id=id_of(item),
        reference=str(item.get("externalReference") or ""),
        wallet_id=str(item.get("walletId") or ""),
        amount=hint(item.get("value")),
        status=_STATUSES.get(str(item.get("status")), "pending"),
    )
