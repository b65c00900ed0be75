"""What Asaas has on record, page by page: charges, the statement, the balance."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Literal

from bot.domain.commands import Bill
from bot.integrations.asaas.bills import STATUSES, bill_of, cents, day_of
from bot.integrations.asaas.calls import Json
from bot.integrations.asaas.reading import Part
from bot.integrations.payments import Movement

_DAYS = {"created": "dateCreated", "due": "dueDate", "paid": "paymentDate"}
# The first of these that a type of theirs holds.
_KINDS = (
    ("CHARGEBACK", "dispute"),
    ("FEE", "fee"),
    ("PAYMENT_RECEIVED", "charge"),
    ("PAYMENT_REVERSAL", "refund"),
    ("PAYMENT_REFUND", "refund"),
    ("REFUND_REQUEST", "refund"),
    ("TRANSFER", "transfer"),
)


class AccountBooks(Part):
    async def charges(
        self, since: date, until: date, *, by: Literal["created", "due", "paid"] = "created", status: str = ""
    ) -> AsyncIterator[Bill]:
        days = {f"{_DAYS[by]}[ge]": since.isoformat(), f"{_DAYS[by]}[le]": until.isoformat()}
        theirs = [word for word, ours in STATUSES.items() if ours == status]
        for asked in [{"status": word} for word in theirs] if status else [{}]:
            async for payment in self._asaas.items("/payments", "charge.list", days | asked, pages=None):
                if payment.get("id"):
                    yield bill_of([payment])

    async def statement(self, since: date, until: date) -> AsyncIterator[Movement]:
        asked = {"startDate": since.isoformat(), "finishDate": until.isoformat(), "order": "asc"}
        async for entry in self._asaas.items("/financialTransactions", "statement.list", asked, pages=None):
            if entry.get("id"):
                yield _movement(entry)

    async def balance(self) -> int:
        answer = await self._asaas.get("/finance/balance", "balance.read", expect="balance")
        return cents(answer["balance"])


def _movement(entry: Json) -> Movement:
    theirs = str(entry.get("type") or "")
    return Movement(
        movement_id=str(entry["id"]),
        day=day_of(entry.get("date")),
        kind=next((kind for part, kind in _KINDS if part in theirs), "other"),
        amount=cents(entry.get("value")),
        balance=cents(entry.get("balance")),
        charge_id=str(entry.get("paymentId") or ""),
        transfer_id=str(entry.get("transferId") or ""),
        text=str(entry.get("description") or ""),
    )
