"""Chargebacks, and the documents to contest them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from bot.integrations.asaas.bills import day_of, hint
from bot.integrations.asaas.calls import NAME, Json, at, reading_back
from bot.integrations.asaas.reading import Part
from bot.integrations.errors import NotFound, Refused
from bot.integrations.payments import Dispute
from bot.integrations.protocols import File

MOST_DOCUMENTS = 11

_STATUSES: dict[str, Literal["open", "contested", "won", "lost", "closed"]] = {
    "REQUESTED": "open",
    "IN_DISPUTE": "contested",
    "REVERSED": "won",
    "DISPUTE_LOST": "lost",
    "DONE": "closed",
}
_REASONS = {
    "not_received": "SERVICE_NOT_RECEIVED",
    "not_as_agreed": "COMMERCIAL_DISAGREEMENT SERVICE_DISAGREEMENT_OR_DEFECTIVE_PRODUCT",
    "cancelled": "SALE_CANCELED RECURRENCE_CANCELED",
    "wrong_charge": (
        "INCORRECT_TRANSACTION_VALUE INVALID_CURRENCY INVALID_DATA PROCESS_ERROR SPLIT_SALE LATE_PRESENTATION "
        "DIFFERENT_PAY_METHOD CREDIT_OR_DEBIT_PRESENTATION_ERROR"
    ),
}


def reason_of(word: Any) -> str:
    """Our class of their reason for a dispute; "" if none is given."""
    theirs = str(word or "")
    if not theirs:
        return ""
    found = next((ours for ours, words in _REASONS.items() if theirs in words.split()), "")
    return found or ("fraud" if "FRAUD" in theirs else "other")


class CardDisputes(Part):
    async def find_dispute(self, charge_id: str) -> Dispute | None:
        try:
            found = await self._asaas.get(at("payments", charge_id, "chargeback"), "dispute.read", expect="id")
        except NotFound:
            return None
        return dispute_of(found)

    async def contest(self, charge_id: str, documents: Sequence[File]) -> Dispute:
        dispute = await self.find_dispute(charge_id)
        if dispute is None:
            raise Refused(NAME, "nobody objects to this charge", reason="no_dispute")
        if dispute.status != "open":
            return dispute
        if not 1 <= len(documents) <= MOST_DOCUMENTS:
            raise Refused(NAME, f"1 to {MOST_DOCUMENTS} documents", reason="wrong_documents")
        path = at("chargebacks", dispute.dispute_id, "dispute")
        await self._asaas.upload(path, "dispute.contest", documents, expect="chargebackId")
        with reading_back():
            return await self.find_dispute(charge_id) or dispute


def dispute_of(found: Json) -> Dispute:
    return Dispute(
        dispute_id=str(found["id"]),
        charge_id=str(found.get("payment") or ""),
        amount=hint(found.get("value")),
        status=_STATUSES.get(str(found.get("status")), "other"),
        reason=reason_of(found.get("reason")),
        answer_by=day_of(found.get("deadlineToSendDisputeDocuments")),
    )
