"""Requests of people about themselves, invitations, and charges by message."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from bot.domain.common import Value


class Unsubscribed(Value):
    """Somebody ended reminders and news by the link in an e-mail."""

    kind: Literal["mail.unsubscribed"] = "mail.unsubscribed"
    person_id: str


class AccountRecovered(Value):
    """Somebody with a new number has proved, by a code mailed to its confirmed address, that ``account`` is theirs."""

    kind: Literal["person.recovered"] = "person.recovered"
    person_id: str
    account: str


class ForgetAsked(Value):
    """Somebody wants their data erased; in their own lane. ``by``: ``person``, or ``operator:<name>``."""

    kind: Literal["person.forget_asked"] = "person.forget_asked"
    person_id: str
    by: str


class ChargeOffered(Value):
    """A seller charges somebody by message, for goods handed over in person; handled in the payer's lane.

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
    """The charge's reference, unique; "" in events of older releases."""


class ChargeRevisited(Value):
    """A seller repeats or withdraws a charge by message that is not answered yet; handled in the payer's lane.
    ``reference``: that of the :class:`ChargeOffered`."""

    kind: Literal["charge.revisited"] = "charge.revisited"
    seller_id: str
    phone: str
    reference: str
    wish: Literal["again", "withdraw"]


class SellerInvited(Value):
    """The operator invites somebody to open a shop. The code is derived from ``invitation`` (random), see
    :mod:`bot.domain.invitation`; with an ``email`` it is mailed there."""

    kind: Literal["seller.invited"] = "seller.invited"
    invitation: str
    by: str
    expires_at: datetime
    email: str = ""
    note: str = ""
