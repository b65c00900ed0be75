"""The records of Asaas, page by page: charges, the statement, the balance."""

from __future__ import annotations

from datetime import date

from bot.domain.bills import Movement, Objection
from bot.domain.commands import Bill
from bot.domain.commands.accounts import ListCharges, ListDisputes, ListMovements
from bot.integrations.asaas.bills import bill_of, cents, day_of, hint
from bot.integrations.asaas.calls import Json
from bot.integrations.asaas.disputes import dispute_of
from bot.integrations.asaas.reading import Part
from bot.integrations.errors import Uncertain

# The first of these contained in their type.
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
        return ListCharges.Listed(bills=tuple(_listed(one) for one in found if one.get("id")), more=more)

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


def _listed(payment: Json) -> Bill:
    """A charge in a list. One that cannot be read, perhaps not even ours, does not block the others: it gets an unknown
    state, which is reported to the operator if it is ours."""
    try:
        return bill_of([payment])
    except Uncertain:
        reference = str(payment.get("externalReference") or "")
        return Bill(charge_id=str(payment["id"]), reference=reference, status="other", amount=0, net=0)


def _movement(entry: Json) -> Movement:
    theirs = str(entry.get("type") or "")
    return Movement(
        movement_id=str(entry["id"]),
        day=day_of(entry.get("date")),
        kind=next((kind for part, kind in _KINDS if part in theirs), "other"),
        amount=hint(entry.get("value")),
        balance=hint(entry.get("balance")),
        charge_id=str(entry.get("paymentId") or ""),
        transfer_id=str(entry.get("transferId") or ""),
        text=str(entry.get("description") or ""),
    )
