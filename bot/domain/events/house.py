"""Acts of the people who run the shop, and what the house finds out about itself."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from bot.domain.common import Value


class NoticeAgain(Value):
    """An operator wants a notice told once more, with the code or the label that it carries."""

    kind: Literal["notice.again"] = "notice.again"
    key: str
    """Of the notice that was told."""
    person_id: str
    by: str


class ShopEdited(Value):
    """An operator puts a shop right, pauses it or opens it again: all of what can be changed, as it shall be."""

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
    """An operator puts a part right, or takes it off the shelf. ``price``: centavos; ``stock``: pieces to add, or to
    take away if negative."""

    kind: Literal["product.edited"] = "product.edited"
    listing: int
    by: str
    title: str
    price: int
    stock: int = 0
    active: bool = True


class PairingAsked(Value):
    """An operator wants to connect the shop's number again: a fresh code."""

    kind: Literal["channel.pairing_asked"] = "channel.pairing_asked"
    by: str


class PasswordLinkAsked(Value):
    """An operator is mailed a link to choose a password by. ``link``: its id, which without our signature opens
    nothing; ``invited``: by who keeps the accounts, else it was forgotten."""

    kind: Literal["account.link_asked"] = "account.link_asked"
    account: str
    email: str
    link: str
    expires_at: datetime
    invited: bool


class PasswordChanged(Value):
    """An operator's password is another one now, which its owner is told: it may have been somebody else."""

    kind: Literal["account.password_changed"] = "account.password_changed"
    account: str
    email: str
    how: Literal["self", "link", "house"]
    """By its owner, who knew the one before; by a link in an e-mail; or by who keeps the accounts."""


class ReconcileAsked(Value):
    """Our books shall be compared with the providers'. ``order`` 0: all of them, ``days`` back; ``after``: our own
    orders from that number on (they are looked through a batch at a time)."""

    kind: Literal["books.asked"] = "books.asked"
    order: int = 0
    by: str = ""
    days: int = 3
    after: int = 0


class DifferenceFound(Value):
    """Our books and a provider's differ. ``difference`` is the key of one of :mod:`bot.domain.difference`."""

    kind: Literal["books.difference"] = "books.difference"
    difference: str
    ours: str
    theirs: str


class OperatorMessage(Value):
    """Somebody of the platform writes to a person from the console: the bot falls silent in that chat."""

    kind: Literal["operator.message"] = "operator.message"
    person_id: str
    by: str
    text: str


class HandedBack(Value):
    """The chat is the bot's again."""

    kind: Literal["operator.hand_back"] = "operator.hand_back"
    person_id: str
    by: str
