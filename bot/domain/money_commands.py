"""What is wanted of the accounts behind the orders: a seller's own, and ours to be read."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

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
