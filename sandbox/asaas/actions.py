"""Actions of buyers, banks and time on the account."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from sandbox.asaas.answers import reais
from sandbox.asaas.books import Books
from sandbox.asaas.charges import UNPAID

CARD_DAYS = timedelta(days=32)


class Actions(Books):
    """The account, with what happens to it from outside."""

    # --- buyers and banks ------------------------------------------------------------------------------

    async def pay(self, payment_id: str, *, late: bool = False) -> None:
        """The buyer pays: Pix is RECEIVED at once, boleto and card are CONFIRMED (all instalments of a card).

        ``late`` also pays a removed charge, like a payment that was already on its way; its split is gone.
        ValueError if it cannot be paid.
        """
        for charge in self.plan(payment_id):
            if charge.deleted and late:
                charge.deleted, charge.split = False, []
            if charge.deleted or charge.status not in UNPAID:
                raise ValueError(f"{charge.id} cannot be paid: {'removed' if charge.deleted else charge.status}")
            charge.confirmed = charge.client_paid = self.today()
            if charge.billing_type in ("PIX", "UNDEFINED"):
                # Sheet 4 and 7.5: Pix is RECEIVED without CONFIRMED.
                charge.billing_type, charge.pix_transaction = "PIX", str(uuid.uuid4())
                self.receive(charge)
                continue
            charge.status = "CONFIRMED"
            wait = CARD_DAYS * max(1, charge.number) if charge.is_card else timedelta(days=1)
            charge.credit = _next_workday(self.today() + wait)  # sheet 4
            self.tell("PAYMENT_CONFIRMED", charge)

    async def settle(self, payment_id: str) -> None:
        """The money of a CONFIRMED charge arrives: RECEIVED, and its split is paid out."""
        charge = self.charges[payment_id]
        if charge.status != "CONFIRMED":
            raise ValueError(f"{charge.id} is {charge.status}")
        self.receive(charge)

    async def view(self, payment_id: str) -> None:
        """The buyer opens the invoice page."""
        charge = self.charges[payment_id]
        charge.viewed = self.local_time()
        self.tell("PAYMENT_CHECKOUT_VIEWED", charge)

    async def refuse_card(self, payment_id: str) -> None:
        """The bank declines the card on the invoice page; the charge stays payable."""
        self.tell("PAYMENT_CREDIT_CARD_CAPTURE_REFUSED", self.charges[payment_id])

    async def review(self, payment_id: str) -> None:
        """A card payment goes to manual review."""
        self.change(self.plan(payment_id), "AWAITING_RISK_ANALYSIS", "PAYMENT_AWAITING_RISK_ANALYSIS")

    async def reprove(self, payment_id: str) -> None:
        """The review declines the payment; the charge is payable again."""
        self.change(self.plan(payment_id), "PENDING", "PAYMENT_REPROVED_BY_RISK_ANALYSIS")

    async def chargeback(self, payment_id: str) -> None:
        """The card holder disputes the charge."""
        for charge in self.plan(payment_id):
            charge.chargeback = {
                "id": str(uuid.uuid4()),
                "payment": charge.id,
                "installment": charge.installment or None,
                "customerAccount": charge.customer,
                "status": "REQUESTED",
                "reason": "COMMERCIAL_DISAGREEMENT",
                "disputeStartDate": self.today().isoformat(),
                "value": reais(charge.value),
                "paymentDate": None,
                "creditCard": {"number": "8829", "brand": "MASTERCARD"},
                "disputeStatus": None,
                "deadlineToSendDisputeDocuments": (self.today() + timedelta(days=15)).isoformat(),
            }
        self.change(self.plan(payment_id), "CHARGEBACK_REQUESTED", "PAYMENT_CHARGEBACK_REQUESTED")

    async def win_chargeback(self, payment_id: str) -> None:
        """The shop wins: AWAITING_CHARGEBACK_REVERSAL, then CONFIRMED or RECEIVED once more (sheet 7.5)."""
        plan = self.plan(payment_id)
        self.change(plan, "AWAITING_CHARGEBACK_REVERSAL", "PAYMENT_AWAITING_CHARGEBACK_REVERSAL")
        for charge in plan:
            charge.chargeback = (charge.chargeback or {}) | {"status": "REVERSED"}
            word = "RECEIVED" if charge.paid else "CONFIRMED"
            self.change([charge], word, f"PAYMENT_{word}")

    async def lose_chargeback(self, payment_id: str) -> None:
        for charge in self.plan(payment_id):
            charge.chargeback = (charge.chargeback or {}) | {"status": "DISPUTE_LOST"}
            self.take_back(charge, charge.value - charge.refunded, "Chargeback", "CHARGEBACK")

    async def cancel_split(self, payment_id: str, reason: str = "WALLET_UNABLE_TO_RECEIVE") -> None:
        """The seller's wallet cannot receive: the split is cancelled, the money stays in the account."""
        charge = self.charges[payment_id]
        for entry in charge.split:
            entry.status, entry.cancellation = "CANCELLED", reason
        self.tell("PAYMENT_SPLIT_CANCELLED", charge)

    async def diverge(self, payment_id: str, net: int) -> None:
        """The net is lower than the split was made for: at receipt both are blocked (sheet 6)."""
        self.charges[payment_id].net = net

    async def end_block(self, payment_id: str) -> None:
        """The split was not reduced within two business days: it is cancelled (sheet 6)."""
        charge = self.charges[payment_id]
        for entry in charge.split:
            entry.status, entry.cancellation = "CANCELLED", "VALUE_DIVERGENCE_BLOCK"
        self.tell("PAYMENT_SPLIT_DIVERGENCE_BLOCK_FINISHED", charge)

    async def finish_boleto_refund(self, payment_id: str, *, denied: bool = False) -> None:
        """The buyer has filled in the refund form, or it was rejected."""
        charge = self.charges[payment_id]
        waiting = [r for r in charge.refunds if r.status == "AWAITING_CUSTOMER_EXTERNAL_AUTHORIZATION"]
        for refund in waiting:
            refund.status = "CANCELLED"
        if denied:
            self.change([charge], "RECEIVED" if charge.paid else "CONFIRMED", "PAYMENT_REFUND_DENIED")
        elif waiting:
            self.take_back(charge, waiting[0].value, "Estorno de boleto")

    # --- time ------------------------------------------------------------------------------------------

    async def overdue(self, payment_id: str) -> None:
        charge = self.charges[payment_id]
        if charge.deleted or charge.status != "PENDING":
            raise ValueError(f"{charge.id} is {charge.status}")
        self.change([charge], "OVERDUE", "PAYMENT_OVERDUE")

    async def sweep(self) -> None:
        """The daily run: unpaid charges past their due date become OVERDUE (sheet 4)."""
        for charge in self.charges.values():
            if charge.status == "PENDING" and not charge.deleted and charge.due < self.today():
                await self.overdue(charge.id)


def _next_workday(day: date) -> date:
    """Weekends only: the stand-in knows no bank holidays."""
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return day
