"""The account's money: payments, splits, refunds, transfers, and the statement."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sandbox.asaas.account import SAO_PAULO, Account
from sandbox.asaas.answers import Json, reais, refuse
from sandbox.asaas.charges import PAID, Charge, Refund, Split

SAME_TRANSFER = timedelta(minutes=15)


@dataclass
class Entry:
    """A line of the statement. ``value`` in centavos, negative for what left the account."""

    id: str
    day: date
    kind: str
    value: int
    balance: int
    description: str
    payment: str | None = None
    split: str | None = None
    transfer: str | None = None

    def json(self) -> Json:
        return {
            "object": "financialTransaction",
            "id": self.id,
            "value": reais(self.value),
            "balance": reais(self.balance),
            "type": self.kind,
            "date": self.day.isoformat(),
            "description": self.description,
            "paymentId": self.payment,
            "splitId": self.split,
            "transferId": self.transfer,
            "anticipationId": None,
            "billId": None,
            "invoiceId": None,
            "paymentDunningId": None,
            "creditBureauReportId": None,
        }


@dataclass
class Transfer:
    id: str
    wallet_id: str
    value: int
    reference: str | None
    created: datetime
    status: str = "PENDING"

    def json(self) -> Json:
        day = self.created.astimezone(SAO_PAULO).date().isoformat()
        return {
            "object": "transfer",
            "id": self.id,
            "type": "INTERNAL",
            "dateCreated": day,
            "value": reais(self.value),
            "netValue": reais(self.value),
            "status": self.status,
            "transferFee": 0,
            "effectiveDate": day if self.status == "DONE" else None,
            "authorized": self.status == "DONE",
            "failReason": None,
            "externalReference": self.reference,
            "operationType": "INTERNAL",
            "walletId": self.wallet_id,
        }


@dataclass
class Books(Account):
    balance: int = field(kw_only=True, default=100_000)
    """Centavos in the account; a full refund needs more than the charge brought in (sheet 5)."""
    asks_owner: bool = field(kw_only=True, default=False)
    """A transfer waits for the owner's authorisation (sheet 6): :meth:`end_transfer` grants or refuses it."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.transfers: list[Transfer] = []
        self.wallet_balances: dict[str, int] = {}
        self.statement: list[Entry] = []

    # --- payments --------------------------------------------------------------------------------------

    def receive(self, charge: Charge) -> None:
        charge.status, charge.paid, charge.credit = "RECEIVED", self.today(), self.today()
        came = charge.value - charge.refunded  # part of a card charge may have been refunded before it was credited
        self._book("PAYMENT_RECEIVED", came, "Cobrança recebida", payment=charge.id)
        self._book("PAYMENT_FEE", charge.net - charge.value, "Taxa da cobrança", payment=charge.id)
        self.tell("PAYMENT_RECEIVED", charge)
        if charge.share > charge.net:  # sheet 6: at receipt; two business days to reduce it
            for entry in charge.split:
                entry.status = "BLOCKED_BY_VALUE_DIVERGENCE"
            self.tell("PAYMENT_SPLIT_DIVERGENCE_BLOCK", charge)
            return
        self.pay_out(charge)

    def pay_out(self, charge: Charge) -> None:
        """Transfer the split of a received charge (sheet 6)."""
        done = [entry for entry in charge.split if entry.status == "PENDING"]
        for entry in done:
            entry.status = "DONE"
            # no type of the statement is named after splits: the stand-in uses that of a transfer, with the split's id
            due = entry.total - entry.back
            self._book("INTERNAL_TRANSFER_DEBIT", -due, "Split", payment=charge.id, split=entry.id)
            self.wallet_balances[entry.wallet_id] = self.wallet_balances.get(entry.wallet_id, 0) + due
        for entry in done:
            self.tell("PAYMENT_SPLIT_DONE", charge, {"splitId": entry.id})

    # --- refunds ---------------------------------------------------------------------------------------

    def refund(
        self, charges: list[Charge], amount: int, description: str | None, splits: dict[str, int] | None = None
    ) -> None:
        """Refund ``amount`` of paid charges, first instalments first. Refused if the balance is short.

        ``splits``: what each split entry returns; without them, all that is left of the charges refunded in full.
        """
        shares: list[tuple[Charge, int]] = []
        for charge in charges:
            part = min(amount, charge.value - charge.refunded)
            amount -= part
            if part:
                shares.append((charge, part))
        need = sum(part - _given(c, splits) for c, part in shares if c.status == "RECEIVED")
        if need > self.balance:
            # Sheet 5: fees are not refunded, so a full refund needs extra balance, otherwise 400.
            raise refuse("invalid_action", "Saldo insuficiente para realizar o estorno.")
        for charge, part in shares:
            self.take_back(charge, part, description, splits=splits)

    def ask_boleto_refund(self, charge: Charge) -> str:
        """The URL of the form that the buyer has to fill in (sheet 5)."""
        if charge.status in PAID:
            rest = charge.value - charge.refunded
            refund = Refund(rest, "AWAITING_CUSTOMER_EXTERNAL_AUTHORIZATION", self.local_time(), None)
            charge.refunds.append(refund)
            charge.status = "REFUND_REQUESTED"
        return f"{self.public_base}/solicitar-estorno/{charge.id}"

    def take_back(
        self,
        charge: Charge,
        part: int,
        description: str | None,
        kind: str = "PAYMENT_REVERSAL",
        splits: dict[str, int] | None = None,
    ) -> None:
        received = charge.paid is not None
        if received:
            self._book(kind, -part, description or "Estorno", payment=charge.id)
        taken = {entry.id: back for entry in charge.split if (back := _back(entry, splits))}
        for entry in charge.split:
            back = taken.get(entry.id, 0)
            entry.back += back
            if entry.status == "DONE":  # otherwise the payout is reduced when the charge is received
                self.wallet_balances[entry.wallet_id] -= back
                self._book("INTERNAL_TRANSFER_REVERSAL", back, "Split", payment=charge.id, split=entry.id)
        pix = f"D{self._dice.randrange(10**30):030d}" if charge.billing_type == "PIX" else None
        charge.refunds.append(Refund(part, "DONE", self.local_time(), description, pix, taken))
        if charge.refunded < charge.value:
            self.tell("PAYMENT_PARTIALLY_REFUNDED", charge)  # sheet 5: the status stays a paid one (unconfirmed)
            return
        charge.status, charge.pix_transaction = "REFUNDED", None  # sheet 3.2: null again after a full refund
        for entry in charge.split:
            entry.status = "REFUNDED" if received else "CANCELLED"
            entry.cancellation = None if received else "PAYMENT_REFUNDED"
        self.tell("PAYMENT_REFUNDED", charge)

    # --- transfers -------------------------------------------------------------------------------------

    def transfer(self, wallet_id: str, value: int, reference: str | None) -> Transfer:
        transfer = Transfer(str(uuid.uuid4()), wallet_id, value, reference, self.world.clock())
        self.transfers.append(transfer)
        self._book("INTERNAL_TRANSFER_DEBIT", -value, "Transferência para conta Asaas", transfer=transfer.id)
        self._tell_transfer("TRANSFER_CREATED", transfer)
        if not self.asks_owner:
            self.end_transfer(transfer.id)
        return transfer

    def end_transfer(self, transfer_id: str, *, done: bool = True) -> None:
        """A transfer arrives, or fails and its money comes back."""
        transfer = next(t for t in self.transfers if t.id == transfer_id)
        transfer.status = "DONE" if done else "FAILED"
        if done:
            wallet = transfer.wallet_id
            self.wallet_balances[wallet] = self.wallet_balances.get(wallet, 0) + transfer.value
        else:
            self._book("INTERNAL_TRANSFER_REVERSAL", transfer.value, "Transferência devolvida", transfer=transfer.id)
        self._tell_transfer(f"TRANSFER_{transfer.status}", transfer)

    def is_repeat(self, wallet_id: str, value: int) -> bool:
        since = self.world.clock() - SAME_TRANSFER
        return any(t.wallet_id == wallet_id and t.value == value and t.created > since for t in self.transfers)

    # --- parts -----------------------------------------------------------------------------------------

    def _book(
        self, kind: str, value: int, text: str, *, payment: str = "", split: str = "", transfer: str = ""
    ) -> None:
        if value == 0:
            return
        self.balance += value
        self.statement.append(
            Entry(
                id=f"ftn_{15_274_322 + len(self.statement):012d}",
                day=self.today(),
                kind=kind,
                value=value,
                balance=self.balance,
                description=text,
                payment=payment or None,
                split=split or None,
                transfer=transfer or None,
            )
        )

    def _tell_transfer(self, event: str, transfer: Transfer) -> None:
        self.hooks.emit(event, "transfer", transfer.json(), self.local_time())


def _back(entry: Split, splits: dict[str, int] | None) -> int:
    """What an entry returns of a refund (sheet 5): the named amount, otherwise all (a refund reverses its splits)."""
    return entry.left if splits is None else splits.get(entry.id, 0)


def _given(charge: Charge, splits: dict[str, int] | None) -> int:
    """What the sellers' wallets return."""
    return sum(_back(entry, splits) for entry in charge.split if entry.status == "DONE")
