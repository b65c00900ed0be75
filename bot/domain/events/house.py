"""Acts of operators, and reconciliation."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from bot.domain.common import Value


class NoticeAgain(Value):
    """An operator has a notice sent again, with its code or label."""

    kind: Literal["notice.again"] = "notice.again"
    key: str
    """Key of the notice that was sent."""
    person_id: str
    by: str


class ShopEdited(Value):
    """An operator edits, pauses or reopens a shop. Holds all editable fields with their new values."""

    kind: Literal["seller.edited"] = "seller.edited"
    seller_id: str
    by: str
    name: str
    email: str = ""
    wallet_id: str = ""
    state_register: str = ""
    auto_accept: bool = False
    active: bool = True


class PartEdited(Value):
    """An operator edits a part or takes it offline. ``price``: centavos; ``stock``: pieces to add (negative:
    remove)."""

    kind: Literal["product.edited"] = "product.edited"
    listing: int
    by: str
    title: str
    price: int
    stock: int = 0
    active: bool = True


class PairingAsked(Value):
    """An operator wants a new code to pair the shop's number."""

    kind: Literal["channel.pairing_asked"] = "channel.pairing_asked"
    by: str


class PasswordLinkAsked(Value):
    """An operator is sent a link for choosing a password. ``link``: its id, useless without our signature; ``invited``:
    sent by the owner for a new account, otherwise because the password was forgotten."""

    kind: Literal["account.link_asked"] = "account.link_asked"
    account: str
    email: str
    link: str
    expires_at: datetime
    invited: bool


class PasswordChanged(Value):
    """An operator's password was changed, which is reported to them in case it was somebody else."""

    kind: Literal["account.password_changed"] = "account.password_changed"
    account: str
    email: str
    how: Literal["self", "link", "house"]
    """By whom: themselves (with the old password), by a link in an e-mail, or the owner of the accounts."""


class ReconcileAsked(Value):
    """Reconcile our books with the providers'. ``order`` 0: all orders, ``days`` back; ``after``: continue with orders
    above that number (they are read in batches)."""

    kind: Literal["books.asked"] = "books.asked"
    order: int = 0
    by: str = ""
    days: int = 3
    after: int = 0


class DifferenceFound(Value):
    """A difference was found. ``difference``: key of a :class:`bot.domain.difference.Difference`."""

    kind: Literal["books.difference"] = "books.difference"
    difference: str
    ours: str
    theirs: str


class OperatorMessage(Value):
    """An operator writes to a person from the console: the bot goes silent in that chat."""

    kind: Literal["operator.message"] = "operator.message"
    person_id: str
    by: str
    text: str


class HandedBack(Value):
    """The chat was handed back to the bot."""

    kind: Literal["operator.hand_back"] = "operator.hand_back"
    person_id: str
    by: str
