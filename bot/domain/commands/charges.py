"""Commands for charges at the payment provider."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from bot.domain.bills import Bill
from bot.domain.common import Value
from bot.domain.order import Method, Recipient
from bot.domain.people import Address


class EnsureCustomer(Value):
    """Find the customer at the payment provider by document, otherwise create it."""

    kind: Literal["payer.ensure"] = "payer.ensure"
    needs: ClassVar[str] = "payments"

    class Customer(Value):
        customer_id: str

    Result: ClassVar[type[Value]] = Customer
    person_id: str
    payer: Recipient
    address: Address | None = None


class CreateCharge(Value):
    """Create a charge with its split, corrected before the buyer sees a code.

    The share S = N − F − P depends on the provider's net N (``rules`` 1), so the effect simulates the net first,
    creates the charge with the split, and corrects the split if the net differs.
    """

    kind: Literal["charge.create"] = "charge.create"
    needs: ClassVar[str] = "payments"
    Result: ClassVar[type[Value]] = Bill
    reference: str
    customer_id: str
    method: Method
    installments: int = 1
    amount: int
    freight: int
    fee: int
    withheld: int = 0
    """The most that is withheld from the share for the seller's debts (:func:`bot.domain.split.withheld`)."""
    wallet_id: str
    due_date: date
    description: str


class ReadCharge(Value):
    """Read a charge back: goods and money never move on a webhook alone."""

    kind: Literal["charge.read"] = "charge.read"
    needs: ClassVar[str] = "payments"
    Result: ClassVar[type[Value]] = Bill
    charge_id: str


class MoveDueDate(Value):
    """Move the due date of an unpaid boleto; its line changes and is fetched again, the amount and the split stay.

    The charge is read first, so that the same date is not set twice. ``Refused``: ``already_paid``, ``void``.
    """

    kind: Literal["charge.due_date"] = "charge.due_date"
    needs: ClassVar[str] = "payments"
    Result: ClassVar[type[Value]] = Bill
    charge_id: str
    method: Method
    due_date: date
    wallet_id: str
    share: int
    """The split that the charge must have afterwards, in centavos."""


class CancelCharge(Value):
    kind: Literal["charge.cancel"] = "charge.cancel"
    needs: ClassVar[str] = "payments"
    Result: ClassVar[type[Value]] = Bill
    charge_id: str


class RefundCharge(Value):
    kind: Literal["charge.refund"] = "charge.refund"
    needs: ClassVar[str] = "payments"
    Result: ClassVar[type[Value]] = Bill
    charge_id: str
    amount: int
    before: int = 0
    """Total refunded before: distinguishes this refund from an earlier one in the lookup."""
    share: int = 0
    """Of a partial refund, what is taken from the seller's wallet; a full refund takes all of the share."""
    reason: str


class PayShare(Value):
    """Transfer a seller's share from our balance, when no split could carry it (a late payment)."""

    kind: Literal["share.pay"] = "share.pay"
    needs: ClassVar[str] = "payments"

    class Paid(Value):
        transfer_id: str

    Result: ClassVar[type[Value]] = Paid
    reference: str
    """``order-1042-t1``: the transfer is looked up by it before a repeat."""
    wallet_id: str
    amount: int
