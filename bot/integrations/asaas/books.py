"""What Asaas has on record, page by page: charges, the statement, the balance."""

from __future__ import annotations

from datetime import date

from bot.domain.bills import Movement, Objection
from bot.domain.commands.accounts import ListCharges, ListDisputes, ListMovements
from bot.integrations.asaas.bills import bill_of, cents, day_of
from bot.integrations.asaas.calls import Json
from bot.integrations.asaas.disputes import dispute_of
from bot.integrations.asaas.reading import Part

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
    async def charges(self, day: date, page: int = 0) -> ListCharges.Listed:
        made = {"dateCreated[ge]": day.isoformat(), "dateCreated[le]": day.isoformat()}
        found, more = await self._asaas.page("/payments", "charge.list", made, page)
        return ListCharges.Listed(bills=tuple(bill_of([one]) for one in found if one.get("id")), more=more)

    async def statement(self, day: date, page: int = 0) -> ListMovements.Listed:
        asked = {"startDate": day.isoformat(), "finishDate": day.isoformat(), "order": "asc"}
        found, more = await self._asaas.page("/financialTransactions", "statement.list", asked, page)
        return ListMovements.Listed(movements=tuple(_movement(one) for one in found if one.get("id")), more=more)

    async def objections(self, since: date, until: date, page: int = 0) -> ListDisputes.Listed:
        days = {"originDisputeDate[ge]": since.isoformat(), "originDisputeDate[le]": until.isoformat()}
        found, more = await self._asaas.page("/chargebacks/", "dispute.list", days, page)
        disputes = [dispute_of(one) for one in found if one.get("id")]
        return ListDisputes.Listed(
            objections=tuple(Objection(charge_id=d.charge_id, status=d.status) for d in disputes), more=more
        )

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
