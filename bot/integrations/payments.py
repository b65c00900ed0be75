"""The protocols of a payment provider, and their values. One class implements all protocols.

All methods raise the tree of :mod:`bot.integrations.errors` and nothing else. Amounts are centavos, ids opaque text. A
method that is not idempotent raises ``Uncertain`` if it may have happened; its docstring names the lookup to ask.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, Protocol, runtime_checkable

from bot.domain.commands import Bill
from bot.domain.commands.accounts import ListCharges, ListDisputes, ListMovements
from bot.domain.order import Method, Recipient
from bot.domain.people import Address
from bot.integrations.protocols import File


@dataclass(frozen=True)
class Share:
    """The part of a charge that goes to a seller's wallet: ``amount`` centavos of the whole charge (or plan), or
    ``percent`` of the net (up to four decimals)."""

    wallet_id: str
    amount: int = 0
    percent: Decimal | None = None


@dataclass(frozen=True)
class Transfer:
    """A payment into a seller's wallet. ``reference`` is ours; a ``failed`` one has come back."""

    transfer_id: str
    reference: str
    wallet_id: str
    amount: int
    status: Literal["pending", "done", "failed"]


@dataclass(frozen=True)
class Dispute:
    """A card holder's dispute of a charge. ``reason``: fraud, not_received, not_as_agreed, cancelled, wrong_charge or
    other. ``answer_by``: the last day for documents."""

    dispute_id: str
    charge_id: str
    amount: int
    status: Literal["open", "contested", "won", "lost", "closed", "other"]
    reason: str
    answer_by: date | None


@dataclass(frozen=True)
class Opening:
    """The data for opening a seller's account. ``income``: centavos per month. A person has a ``birth_date``, a company
    a ``company`` kind: mei, limited, individual or association."""

    name: str
    document: str
    email: str
    phone: str
    income: int
    address: Address
    birth_date: date | None = None
    company: str = ""


@dataclass(frozen=True)
class WebhookState:
    """Our webhook at the provider. ``interrupted``: its queue is paused, and events wait there; ``failures`` of the
    event being tried; ``missing``: facts that we need and it does not send."""

    webhook_id: str
    enabled: bool
    interrupted: bool
    failures: int
    missing: tuple[str, ...] = ()


class Payments(Protocol):
    """Customers, charges, refunds, transfers and disputes. A method marked *not idempotent* names the lookup that
    answers its ``Uncertain``."""

    async def find_customer(self, document: str) -> str | None:
        """Id of the customer with that CPF or CNPJ. Also switches off the provider's own messages to them."""
        ...

    async def create_customer(self, payer: Recipient, *, reference: str, address: Address | None) -> str:
        """Returns the customer's id. Not idempotent: ``find_customer``. ``Refused``: ``invalid_document``."""
        ...

    async def simulate_net(self, amount: int, method: Method, installments: int = 1) -> int:
        """The net amount: ``amount`` less the provider's fee, in centavos."""
        ...

    async def create_charge(
        self,
        *,
        reference: str,
        customer_id: str,
        method: Method,
        installments: int,
        amount: int,
        due_date: date,
        description: str,
        shares: Sequence[Share],
    ) -> Bill:
        """Not idempotent: ``find_charge``. The answer's ``share`` is what the provider confirms of the split. Pix
        code and boleto line are not fetched here."""
        ...

    async def find_charge(self, reference: str) -> Bill | None:
        """The charge with our reference that was not removed. Of several (a double creation) the one with money in
        it, else the oldest; the others are removed."""
        ...

    async def set_shares(self, bill: Bill, *, method: Method, due_date: date, shares: Sequence[Share]) -> Bill:
        """Correct the split. ``Refused`` with reason ``split_missing`` if the answer does not confirm it."""
        ...

    async def set_due_date(self, bill: Bill, *, method: Method, due_date: date) -> Bill:
        """A new deadline; the split stays. The Pix code and the boleto line change: fetch them again. Not idempotent:
        the ``due_date`` of ``read_charge`` tells."""
        ...

    async def read_charge(self, charge_id: str) -> Bill: ...

    async def pix_code(self, charge_id: str) -> str:
        """The copy-and-paste code, as the provider gives it."""
        ...

    async def boleto_line(self, charge_id: str) -> str:
        """The 47 digits; they change with every change of the charge."""
        ...

    async def boleto_pdf(self, charge_id: str) -> File:
        """``Refused`` with reason ``no_boleto`` if the charge has none."""
        ...

    async def cancel_charge(self, charge_id: str) -> None:
        """Remove an unpaid charge. Idempotent; a paid one is ``Refused`` with
        reason ``already_paid``."""
        ...

    async def refund(self, charge_id: str, amount: int, description: str, *, before: int, share: int = 0) -> Bill:
        """Refund ``amount`` centavos of a charge of which ``before`` had been refunded; if that is done already, it is
        a success. For a partial refund, the seller's wallet returns ``share`` and the rest is ours; a full refund
        returns all of the share. Not idempotent: ``find_refund``.

        A boleto is refunded by a form that the buyer fills in: the bill is then ``refunding`` and ``page_url`` is that
        form. ``Refused``: ``insufficient_balance`` (fees are not refunded), ``partial_refund`` (a boleto is refunded in
        full only), ``refund_changed`` (another amount was refunded meanwhile), ``share_changed`` (less of the share is
        left).
        """
        ...

    async def find_refund(self, charge_id: str, amount: int, *, before: int) -> Bill | None:
        """The bill, if ``amount`` more than ``before`` has been refunded or is about to be."""
        ...

    async def transfer(self, wallet_id: str, amount: int, reference: str) -> Transfer:
        """Pay centavos into a seller's wallet. Not idempotent: ``find_transfer``. ``Refused``:
        ``insufficient_balance``, ``invalid_wallet``."""
        ...

    async def find_transfer(self, reference: str) -> Transfer | None: ...

    async def balance(self) -> int: ...

    async def find_dispute(self, charge_id: str) -> Dispute | None:
        """A card holder's objection to a charge."""
        ...

    async def contest(self, charge_id: str, documents: Sequence[File]) -> Dispute:
        """Send the documents (at most 11). Not idempotent: ``find_dispute``; contested already is a success.
        ``Refused``: ``no_dispute``."""
        ...


@runtime_checkable
class Books(Protocol):
    """The provider's records, one page per call, for reconciliation. A list that grows while it is read may contain an
    entry twice."""

    async def charges(self, day: date, page: int = 0) -> ListCharges.Listed:
        """The charges made on a day, without those that were removed; each instalment is one."""
        ...

    async def statement(self, day: date, page: int = 0) -> ListMovements.Listed:
        """The account's movements of a day, oldest first."""
        ...

    async def objections(self, since: date, until: date, page: int = 0) -> ListDisputes.Listed:
        """Disputes opened from one day to the other."""
        ...


@runtime_checkable
class Wallets(Protocol):
    """Accounts of sellers and their wallets."""

    async def wallet(self) -> str:
        """The wallet id of our own account."""
        ...

    async def find_wallet(self, document: str) -> str | None:
        """The wallet id of a seller's account that was opened under ours."""
        ...

    async def has_pix_key(self) -> bool:
        """Whether the account has a Pix key of its own. Without one, a Pix code expires at midnight and every change
        makes another."""
        ...

    async def open_account(self, opening: Opening) -> str:
        """Open an account for a seller; returns its wallet. Not idempotent, and costs a fee: ``find_wallet``.
        ``Refused``: invalid_document, invalid_email, invalid_phone, invalid_postal_code, already_taken."""
        ...


@runtime_checkable
class WebhookEntry(Protocol):
    """Our webhook at the provider."""

    async def find_webhook(self, url: str) -> WebhookState | None: ...

    async def register_webhook(self, url: str, token: str, email: str) -> WebhookState:
        """Register ``url`` for all events, enabled. Idempotent. ``email`` gets the provider's alerts."""
        ...

    async def resume_webhook(self, url: str) -> WebhookState:
        """Resume a queue that was paused or slowed down after failures."""
        ...
