"""What people want for themselves, and who joins."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from bot.domain.common import Value


class Unsubscribed(Value):
    """Somebody ended reminders and news by the link in an e-mail."""

    kind: Literal["mail.unsubscribed"] = "mail.unsubscribed"
    person_id: str


class AccountRecovered(Value):
    """Who writes from a new number has shown a code that was mailed to the ``account``'s confirmed address."""

    kind: Literal["person.recovered"] = "person.recovered"
    person_id: str
    account: str


class ForgetAsked(Value):
    """Somebody wants their data erased; in their own lane. ``by``: ``person``, or ``operator:<name>``."""

    kind: Literal["person.forget_asked"] = "person.forget_asked"
    person_id: str
    by: str


class ChargeOffered(Value):
    """A seller charges somebody by message, for goods that change hands between the two; comes to the payer's lane.

    ``amount`` in centavos; ``name`` and ``title`` in the seller's words.
    """

    kind: Literal["charge.offered"] = "charge.offered"
    seller_id: str
    phone: str
    name: str
    title: str
    amount: int
    method: str
    reference: str = ""
    """The seller's name for it, unique to the house; empty in what older releases stored."""


class ChargeRevisited(Value):
    """A seller wants a charge by message, of which the payer has said nothing yet, told once more or taken back; comes
    to the payer's lane. ``reference``: that of the :class:`ChargeOffered`."""

    kind: Literal["charge.revisited"] = "charge.revisited"
    seller_id: str
    phone: str
    reference: str
    wish: Literal["again", "withdraw"]


class SellerInvited(Value):
    """The operator invites somebody to open a shop. The code follows from ``invitation`` (random), see
    :mod:`bot.domain.invitation`; with an ``email`` it is mailed there."""

    kind: Literal["seller.invited"] = "seller.invited"
    invitation: str
    by: str
    expires_at: datetime
    email: str = ""
    note: str = ""
