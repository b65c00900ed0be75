"""A charge and its JSON: keys that do not apply are omitted, not null (sheet 3.2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sandbox.asaas import codes
from sandbox.asaas.answers import Json, reais

UNPAID = ("PENDING", "OVERDUE")
PAID = ("CONFIRMED", "RECEIVED")
_NO_TERMS: Json = {
    "discount": {"value": 0, "limitDate": None, "dueDateLimitDays": 0, "type": "FIXED"},
    "fine": {"value": 0, "type": "FIXED"},
    "interest": {"value": 0, "type": "PERCENTAGE"},
}


@dataclass
class Split:
    id: str
    wallet_id: str
    total: int
    fixed: int | None = None
    percent: Decimal | None = None
    external_reference: str | None = None
    description: str | None = None
    status: str = "PENDING"
    cancellation: str | None = None
    back: int = 0
    """Centavos of it that were returned with refunds."""

    @property
    def left(self) -> int:
        """What a refund can still take from it."""
        return 0 if self.status in ("CANCELLED", "REFUNDED") else self.total - self.back

    def json(self) -> Json:
        return {
            "id": self.id,
            "walletId": self.wallet_id,
            "fixedValue": None if self.fixed is None else reais(self.fixed),
            "percentualValue": None if self.percent is None else float(self.percent),
            "totalValue": reais(self.total),
            "cancellationReason": self.cancellation,
            "status": self.status,
            "externalReference": self.external_reference,
            "description": self.description,
        }


@dataclass
class Refund:
    value: int
    status: str
    created: str
    description: str | None
    end_to_end: str | None = None
    splits: dict[str, int] = field(default_factory=dict)
    """Centavos taken from split entries, by their ids."""

    def json(self) -> Json:
        return {
            "dateCreated": self.created,
            "status": self.status,
            "value": reais(self.value),
            "endToEndIdentifier": self.end_to_end,
            "transactionReceiptUrl": None,
            "description": self.description,
            "effectiveDate": self.created if self.status == "DONE" else None,
            "refundedSplits": [{"id": i, "value": reais(v), "done": True} for i, v in self.splits.items()] or None,
        }


@dataclass
class Charge:
    id: str
    customer: str
    billing_type: str
    value: int
    net: int
    due: date
    created: date
    invoice_number: int
    description: str | None = None
    reference: str | None = None
    split: list[Split] = field(default_factory=list)
    installment: str = ""
    number: int = 0
    count: int = 1
    status: str = "PENDING"
    deleted: bool = False
    original_due: date | None = None
    revision: int = 0
    """Incremented by every change; barcode line and Pix code change with it."""
    confirmed: date | None = None
    client_paid: date | None = None
    paid: date | None = None
    credit: date | None = None
    pix_transaction: str | None = None
    refunds: list[Refund] = field(default_factory=list)
    chargeback: Json | None = None
    terms: Json = field(default_factory=dict)
    """Discount, fine and interest, if given."""
    viewed: str | None = None

    @property
    def share(self) -> int:
        return sum(entry.total for entry in self.split if entry.status != "CANCELLED")

    @property
    def refunded(self) -> int:
        return sum(refund.value for refund in self.refunds if refund.status != "CANCELLED")

    @property
    def is_card(self) -> bool:
        return self.billing_type in ("CREDIT_CARD", "DEBIT_CARD")

    @property
    def nosso_numero(self) -> str:
        return str(10_000_000 + self.invoice_number)

    def pix_code(self) -> str:
        return codes.pix_code(f"pix.example.com/qr/v2/cobv/{self.id}{self.revision:03d}", self.value)

    def bar_code(self) -> str:
        return codes.bar_code(self.due, self.value, int(self.nosso_numero) * 1000 + self.revision)

    def json(self, base: str) -> Json:
        boleto = self.billing_type in ("BOLETO", "UNDEFINED")
        body: Json = {
            "object": "payment",
            "id": self.id,
            "dateCreated": self.created.isoformat(),
            "customer": self.customer,
            "checkoutSession": None,
            "paymentLink": None,
            "value": reais(self.value),
            "netValue": reais(self.net),
            "originalValue": None,
            "interestValue": None,
            "description": self.description,
            "billingType": self.billing_type,
            "pixTransaction": self.pix_transaction,
            "status": self.status,
            "dueDate": self.due.isoformat(),
            "originalDueDate": (self.original_due or self.due).isoformat(),
            "paymentDate": _text(self.paid),
            "clientPaymentDate": _text(self.client_paid),
            "installmentNumber": self.number or None,
            "invoiceUrl": f"{base}/i/{self.id}",
            "invoiceNumber": str(self.invoice_number),
            "externalReference": self.reference,
            "deleted": self.deleted,
            "anticipated": False,
            "anticipable": False,
            "creditDate": _text(self.credit),
            "estimatedCreditDate": _text(self.credit),
            "transactionReceiptUrl": f"{base}/comprovantes/{self.invoice_number}" if self.client_paid else None,
            "nossoNumero": self.nosso_numero if boleto else None,
            "bankSlipUrl": f"{base}/b/pdf/{self.id}" if boleto else None,
            "lastInvoiceViewedDate": self.viewed,
            "lastBankSlipViewedDate": None,
            **_NO_TERMS,
            **self.terms,
            "postalService": False,
            "escrow": None,
            "refunds": [refund.json() for refund in self.refunds] or None,
        }
        if self.billing_type == "BOLETO":
            body["canBePaidAfterDueDate"] = True
        if self.is_card or self.confirmed:
            body["confirmedDate"] = _text(self.confirmed)
        if self.is_card and self.confirmed:
            body["creditCard"] = {"creditCardNumber": "8829", "creditCardBrand": "MASTERCARD"}
        if self.installment:
            body["installment"] = self.installment
        if self.split:
            body["split"] = [entry.json() for entry in self.split]
        if self.chargeback:
            body["chargeback"] = self.chargeback
        return body


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None
