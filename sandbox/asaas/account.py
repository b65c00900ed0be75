"""The account behind the stand-in: its customers, charges, balance and webhooks, and what buyers and banks do to them.

Money is centavos inside and reais on the wire; days are São Paulo's by the world's clock.
"""

from __future__ import annotations

import random
import string
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from aiohttp import web

from sandbox.asaas.answers import Json, missing, reais, refuse
from sandbox.asaas.charges import PAID, UNPAID, Charge, Refund, Split
from sandbox.asaas.hooks import Hooks
from sandbox.core import World

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
CARD_DAYS = timedelta(days=32)
SAME_TRANSFER = timedelta(minutes=15)


@dataclass
class Transfer:
    id: str
    wallet_id: str
    value: int
    reference: str | None
    created: datetime

    def json(self) -> Json:
        return {
            "object": "transfer",
            "id": self.id,
            "type": "INTERNAL",
            "dateCreated": self.created.astimezone(SAO_PAULO).date().isoformat(),
            "value": reais(self.value),
            "netValue": reais(self.value),
            "status": "DONE",
            "transferFee": 0,
            "externalReference": self.reference,
            "operationType": "INTERNAL",
            "walletId": self.wallet_id,
        }


@dataclass
class AsaasSandbox:
    """Asaas for one account. ``await pay(id)`` and its like are what buyers, banks and time do."""

    world: World
    api_key: str = field(kw_only=True)
    wallets: set[str] = field(kw_only=True, default_factory=set)
    """Sellers' wallets that exist; the very set may grow later."""
    own_wallet: str = field(kw_only=True, default="")
    webhook_url: str = field(kw_only=True, default="")
    """Where a configuration with all events points to from the start; empty: none."""
    webhook_token: str = field(kw_only=True, default="")
    public_base: str = field(kw_only=True, default="")
    """What the hosted pages' addresses begin with."""
    balance: int = field(kw_only=True, default=100_000)
    """Centavos in the account; a full refund needs more than the charge brought in (sheet 5)."""
    id_format: Literal["both", "old", "new"] = field(kw_only=True, default="both")
    """``pay_`` + 16 characters, ``pay_1_`` + 14 (sheet 3.2), or both in turn."""
    delay_factor: float = field(kw_only=True, default=1.0)
    """Scales the waits of the webhook ladder."""
    webhook_first: bool = field(kw_only=True, default=False)
    """PAYMENT_CREATED is delivered before the creation is answered (sheet 7.2, reported)."""
    net_drift: int = field(kw_only=True, default=0)
    """Centavos that a created charge nets less than its simulation (sheet 3.2: the net may change)."""
    bad_pix_codes: bool = field(kw_only=True, default=False)
    """Pix codes come with a wrong checksum."""

    def __post_init__(self) -> None:
        self.customers: dict[str, Json] = {}
        self.charges: dict[str, Charge] = {}
        self.transfers: list[Transfer] = []
        self.wallet_balances: dict[str, int] = {}
        self.hooks = Hooks(self.world, self.delay_factor, str(uuid.uuid4()))
        self._dice = random.Random()
        self._number = 16_000_100
        if self.webhook_url:
            self.hooks.add(self.webhook_url, self.webhook_token)

    def routes(self) -> list[web.RouteDef]:
        """The API below ``/v3`` and the hosted pages."""
        from sandbox.asaas import api, pages  # they know the account, not the other way round

        return [*api.routes(self), *pages.routes(self)]

    # --- for the page and for tests --------------------------------------------------------------------

    @property
    def payments(self) -> dict[str, Json]:
        """Every charge by id, removed ones too, in the shape of the API."""
        return {charge.id: self.json(charge) for charge in self.charges.values()}

    def live_by_reference(self, reference: str) -> list[Json]:
        """The charges with an ``externalReference`` that were not removed, oldest first."""
        return [self.json(c) for c in self.charges.values() if c.reference == reference and not c.deleted]

    def json(self, charge: Charge) -> Json:
        return charge.json(self.public_base)

    async def delivered(self) -> None:
        """Wait until every webhook was delivered, or its queue is paused."""
        await self.hooks.idle()

    # --- what buyers do --------------------------------------------------------------------------------

    async def pay(self, payment_id: str, *, late: bool = False) -> None:
        """The buyer pays: Pix is RECEIVED at once, boleto and card are CONFIRMED (all instalments of a card).

        ``late`` also pays a removed charge, as a payment that was already on its way does; its split is gone.
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
                self._receive(charge)
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
        self._receive(charge)

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
        self._set(self.plan(payment_id), "AWAITING_RISK_ANALYSIS", "PAYMENT_AWAITING_RISK_ANALYSIS")

    async def reprove(self, payment_id: str) -> None:
        """The review ends with no; the charge is to be paid again."""
        self._set(self.plan(payment_id), "PENDING", "PAYMENT_REPROVED_BY_RISK_ANALYSIS")

    async def chargeback(self, payment_id: str) -> None:
        """The card holder objects."""
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
        self._set(self.plan(payment_id), "CHARGEBACK_REQUESTED", "PAYMENT_CHARGEBACK_REQUESTED")

    async def win_chargeback(self, payment_id: str) -> None:
        """The shop wins: AWAITING_CHARGEBACK_REVERSAL, then CONFIRMED or RECEIVED once more (sheet 7.5)."""
        plan = self.plan(payment_id)
        self._set(plan, "AWAITING_CHARGEBACK_REVERSAL", "PAYMENT_AWAITING_CHARGEBACK_REVERSAL")
        for charge in plan:
            charge.chargeback = (charge.chargeback or {}) | {"status": "REVERSED"}
            word = "RECEIVED" if charge.paid else "CONFIRMED"
            self._set([charge], word, f"PAYMENT_{word}")

    async def lose_chargeback(self, payment_id: str) -> None:
        for charge in self.plan(payment_id):
            charge.chargeback = (charge.chargeback or {}) | {"status": "DISPUTE_LOST"}
            self._take_back(charge, charge.value - charge.refunded, "Chargeback")

    async def cancel_split(self, payment_id: str, reason: str = "WALLET_UNABLE_TO_RECEIVE") -> None:
        """The seller's wallet cannot receive: the split is cancelled, the money stays in the account."""
        charge = self.charges[payment_id]
        for entry in charge.split:
            entry.status, entry.cancellation = "CANCELLED", reason
        self.tell("PAYMENT_SPLIT_CANCELLED", charge)

    async def finish_boleto_refund(self, payment_id: str, *, denied: bool = False) -> None:
        """The buyer has filled in the refund form, or it was turned down."""
        charge = self.charges[payment_id]
        waiting = [r for r in charge.refunds if r.status == "AWAITING_CUSTOMER_EXTERNAL_AUTHORIZATION"]
        for refund in waiting:
            refund.status = "CANCELLED"
        if denied:
            self._set([charge], "RECEIVED" if charge.paid else "CONFIRMED", "PAYMENT_REFUND_DENIED")
        elif waiting:
            self._take_back(charge, waiting[0].value, "Estorno de boleto")

    # --- what time does --------------------------------------------------------------------------------

    async def overdue(self, payment_id: str) -> None:
        charge = self.charges[payment_id]
        if charge.deleted or charge.status != "PENDING":
            raise ValueError(f"{charge.id} is {charge.status}")
        self._set([charge], "OVERDUE", "PAYMENT_OVERDUE")

    async def sweep(self) -> None:
        """The daily run: whatever is past its due date becomes OVERDUE (sheet 4)."""
        for charge in self.charges.values():
            if charge.status == "PENDING" and not charge.deleted and charge.due < self.today():
                await self.overdue(charge.id)

    # --- for the API -----------------------------------------------------------------------------------

    def now(self) -> datetime:
        return self.world.clock().astimezone(SAO_PAULO)

    def today(self) -> date:
        return self.now().date()

    def local_time(self) -> str:
        """Sheet 1: with a blank and without an offset."""
        return self.now().strftime("%Y-%m-%d %H:%M:%S")

    def new_id(self) -> str:
        new = self.id_format == "new" or (self.id_format == "both" and len(self.charges) % 2 == 1)
        letters = string.ascii_letters + string.digits if new else string.ascii_lowercase + string.digits
        tail = "".join(self._dice.choices(letters, k=14 if new else 16))
        return f"pay_1_{tail}" if new else f"pay_{tail}"

    def new_number(self) -> int:
        self._number += 1
        return self._number

    def find(self, payment_id: str) -> Charge:
        if payment_id not in self.charges:
            raise missing()
        return self.charges[payment_id]

    def plan(self, payment_id: str) -> list[Charge]:
        """The charge itself, or all instalments of its plan."""
        charge = self.charges[payment_id]
        return self.instalments(charge.installment) if charge.installment else [charge]

    def instalments(self, plan_id: str) -> list[Charge]:
        found = [c for c in self.charges.values() if c.installment == plan_id]
        if not found:
            raise missing()
        return sorted(found, key=lambda charge: charge.number)

    def tell(self, event: str, charge: Charge, more: Json | None = None) -> None:
        """Queue the webhook with a snapshot of the charge, and tell the page."""
        self.hooks.emit(event, "payment", self.json(charge), self.local_time(), more)
        self.world.publish(
            "payment",
            {
                "event": event,
                "id": charge.id,
                "status": "DELETED" if charge.deleted else charge.status,
                "billing_type": charge.billing_type,
                "reference": charge.reference or "",
                "amount": charge.value,
            },
        )

    def remove(self, charges: Iterable[Charge]) -> None:
        for charge in charges:
            charge.deleted = True
            charge.split = []  # sheet 3.4: DELETE drops the split configuration
            self.tell("PAYMENT_DELETED", charge)

    def refund(self, charges: list[Charge], amount: int, description: str | None) -> None:
        """Give back ``amount`` of paid charges, first instalments first. Refuses where the balance is short."""
        shares: list[tuple[Charge, int]] = []
        for charge in charges:
            part = min(amount, charge.value - charge.refunded)
            amount -= part
            if part:
                shares.append((charge, part))
        need = sum(part - self._reversed(c, part) for c, part in shares if c.status == "RECEIVED")
        if need > self.balance:
            # Sheet 5: fees are not given back, so a full refund needs extra balance, else 400.
            raise refuse("invalid_action", "Saldo insuficiente para realizar o estorno.")
        for charge, part in shares:
            self._take_back(charge, part, description)

    def ask_boleto_refund(self, charge: Charge) -> str:
        """The address of the form that the buyer has to fill in (sheet 5)."""
        if charge.status in PAID:
            rest = charge.value - charge.refunded
            refund = Refund(rest, "AWAITING_CUSTOMER_EXTERNAL_AUTHORIZATION", self.local_time(), None)
            charge.refunds.append(refund)
            charge.status = "REFUND_REQUESTED"
        return f"{self.public_base}/solicitar-estorno/{charge.id}"

    def transfer(self, wallet_id: str, value: int, reference: str | None) -> Transfer:
        self.balance -= value
        self.wallet_balances[wallet_id] = self.wallet_balances.get(wallet_id, 0) + value
        transfer = Transfer(str(uuid.uuid4()), wallet_id, value, reference, self.world.clock())
        self.transfers.append(transfer)
        for event in ("TRANSFER_CREATED", "TRANSFER_DONE"):
            self.hooks.emit(event, "transfer", transfer.json(), self.local_time())
        return transfer

    def is_repeat(self, wallet_id: str, value: int) -> bool:
        since = self.world.clock() - SAME_TRANSFER
        return any(t.wallet_id == wallet_id and t.value == value and t.created > since for t in self.transfers)

    # --- parts -----------------------------------------------------------------------------------------

    def _set(self, charges: list[Charge], status: str, event: str) -> None:
        for charge in charges:
            charge.status = status
            self.tell(event, charge)

    def _receive(self, charge: Charge) -> None:
        charge.status, charge.paid, charge.credit = "RECEIVED", self.today(), self.today()
        self.balance += charge.net - charge.share
        done = [entry for entry in charge.split if entry.status == "PENDING"]
        for entry in done:  # sheet 6: the split is transferred at receipt
            entry.status = "DONE"
            self.wallet_balances[entry.wallet_id] = self.wallet_balances.get(entry.wallet_id, 0) + entry.total
        self.tell("PAYMENT_RECEIVED", charge)
        for entry in done:
            self.tell("PAYMENT_SPLIT_DONE", charge, {"splitId": entry.id})

    def _reversed(self, charge: Charge, part: int) -> int:
        """What the sellers' wallets give back of a refund (sheet 5: it reverses the splits), in proportion."""
        return sum(_portion(entry, charge, part) for entry in charge.split if entry.status == "DONE")

    def _take_back(self, charge: Charge, part: int, description: str | None) -> None:
        received = charge.paid is not None
        for entry in charge.split:
            if received and entry.status == "DONE":
                self.wallet_balances[entry.wallet_id] -= _portion(entry, charge, part)
        if received:
            self.balance -= part - self._reversed(charge, part)
        pix = f"D{self._dice.randrange(10**30):030d}" if charge.billing_type == "PIX" else None
        charge.refunds.append(Refund(part, "DONE", self.local_time(), description, pix))
        if charge.refunded < charge.value:
            self.tell("PAYMENT_PARTIALLY_REFUNDED", charge)  # sheet 5: the status stays a paid one (unconfirmed)
            return
        charge.status, charge.pix_transaction = "REFUNDED", None  # sheet 3.2: null again after a full refund
        for entry in charge.split:
            entry.status = "REFUNDED" if received else "CANCELLED"
            entry.cancellation = None if received else "PAYMENT_REFUNDED"
        self.tell("PAYMENT_REFUNDED", charge)


def _portion(entry: Split, charge: Charge, part: int) -> int:
    before = charge.refunded
    return entry.total * (before + part) // charge.value - entry.total * before // charge.value


def _next_workday(day: date) -> date:
    """Weekends only: the stand-in knows no bank holidays."""
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return day
