"""Provider records in our own terms: charges, labels, movements of money."""

from __future__ import annotations

from datetime import date

from bot.domain.common import Value


class Correction(Value):
    """A later surcharge of a label for weight or size, in centavos. ``name``: the broker's."""

    name: str
    amount: int
    shipment_id: str = ""
    """"" if the broker does not say which label it is for."""


class Label(Value):
    """A label's data from the carrier's broker. ``state`` is one of ours (:class:`ShipmentState`)."""

    shipment_id: str
    state: str
    cost: int = 0
    tracking: str = ""
    tracking_url: str = ""
    posting_code: str = ""
    """The code shown at the counter instead of a printed label, for returns."""
    failure: str = ""
    reference: str = ""
    """Our reference, if the answer includes the tag."""
    corrections: tuple[Correction, ...] = ()
    """Of earlier labels, paid together with this one."""
    unanswered: bool = False
    """The label was found to be paid: the response to its purchase was lost, including any corrections paid with it."""


class Bill(Value):
    """A charge as the payment provider knows it, amounts in centavos. ``status`` is a word of ours:
    pending, overdue, under_review, paid, settled, void, refunding, refunded, disputed, other."""

    charge_id: str
    reference: str
    status: str
    amount: int
    net: int
    share: int = 0
    """The sum of the split entries that the provider confirms."""
    share_done: int = 0
    """The part of it that has arrived in the seller's wallet, as far as the provider tells."""
    stopped: str = ""
    """Why an entry was cancelled, in our words."""
    page_url: str = ""
    pix_code: str = ""
    line: str = ""
    refunded: int = 0
    share_back: int = 0
    """The part of ``refunded`` that is, or will be, taken from the seller's wallet."""
    due_date: date | None = None
    credit_on: date | None = None
    """When the money is credited; of an instalment plan, the first one."""


class Movement(Value):
    """A line of the account's statement; ``amount`` is negative for money that left. ``kind``: charge, fee, refund,
    transfer (shares too), dispute or other; ``text``: the provider's description."""

    movement_id: str
    """Not read by the code: it leads an operator from the stored page to the line in the provider's statement."""
    day: date | None
    kind: str
    amount: int
    balance: int
    charge_id: str
    transfer_id: str
    text: str


class Objection(Value):
    """A dispute in a list. ``status``: open, contested, won, lost, closed or other."""

    charge_id: str
    status: str
