"""Commands for accounts at providers: opening a seller's, and reading our own for reconciliation."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal

from bot.domain.bills import Bill, Label, Movement, Objection
from bot.domain.common import Value
from bot.domain.people import Address


class OpenAccount(Value):
    """An account for a seller at the payment provider, so that shares can be paid into its wallet.

    One that was opened under ours with the same ``document`` is found instead. Opening costs a fee, and the owner must
    then prove who it is at the provider. ``income``: centavos a month. A person (CPF) gives a ``birth_date``, a
    company (CNPJ) its kind. ``Refused``: invalid_document, invalid_email, invalid_phone, invalid_postal_code,
    already_taken (the document or e-mail has an account elsewhere: its owner tells us the wallet), not_offered,
    refused.
    """

    kind: Literal["account.open"] = "account.open"
    needs: ClassVar[str] = "payments"

    class Opened(Value):
        wallet_id: str

    Result: ClassVar[type[Value]] = Opened
    name: str
    document: str
    email: str
    phone: str
    """Canonical, a mobile's."""
    income: int
    address: Address
    birth_date: date | None = None
    company: Literal["", "mei", "limited", "individual", "association"] = ""


# --- reconciliation: a page each, one after another ---------------------------------------------------------


class Page(Value):
    """Where a run stands. ``until``: its last day, ``days``: how far back money that moved is looked for; ``whole``:
    nothing was left out so far."""

    run: str
    started_at: datetime
    until: date
    days: int
    whole: bool = True
    page: int = 0


class ListCharges(Page):
    """List the charges created on a day."""

    kind: Literal["books.charges"] = "books.charges"
    needs: ClassVar[str] = "payments"

    class Listed(Value):
        bills: tuple[Bill, ...] = ()
        more: bool = False

    Result: ClassVar[type[Value]] = Listed
    day: date


class ListMovements(Page):
    """Read the account's statement of a day."""

    kind: Literal["books.movements"] = "books.movements"
    needs: ClassVar[str] = "payments"

    class Listed(Value):
        movements: tuple[Movement, ...] = ()
        more: bool = False

    Result: ClassVar[type[Value]] = Listed
    day: date


class ListDisputes(Page):
    """List disputes."""

    kind: Literal["books.disputes"] = "books.disputes"
    needs: ClassVar[str] = "payments"

    class Listed(Value):
        objections: tuple[Objection, ...] = ()
        more: bool = False

    Result: ClassVar[type[Value]] = Listed


class ListLabels(Page):
    """List bought labels, newest first."""

    kind: Literal["books.labels"] = "books.labels"
    needs: ClassVar[str] = "shipping"

    class Listed(Value):
        labels: tuple[Label, ...] = ()
        more: bool = False

    Result: ClassVar[type[Value]] = Listed


# --- balances -----------------------------------------------------------------------------------------------


class ReadBalance(Value):
    """Read our balance at the payment provider, from which refunds and late shares are paid; centavos."""

    kind: Literal["balance.read"] = "balance.read"
    needs: ClassVar[str] = "payments"

    class Balance(Value):
        left: int

    Result: ClassVar[type[Value]] = Balance


class ReadFreightBalance(Value):
    """Read the balance that labels are bought from; centavos."""

    kind: Literal["freight.balance"] = "freight.balance"
    needs: ClassVar[str] = "shipping"
    Result: ClassVar[type[Value]] = ReadBalance.Balance


class TendWebhook(Value):
    """Check our webhook at the payment provider and resume its queue if that was paused."""

    kind: Literal["webhook.tend"] = "webhook.tend"
    needs: ClassVar[str] = "payments"

    class Tended(Value):
        """``state``: well, woken (was paused), missing (not registered), incomplete (some events are not sent)."""

        state: Literal["well", "woken", "missing", "incomplete"]

    Result: ClassVar[type[Value]] = Tended
