"""What people want of an order, or say of it."""

from __future__ import annotations

from datetime import date
from typing import Literal

from bot.domain.common import Value
from bot.domain.order import Offer
from bot.domain.people import Address


class OrderPlaced(Value):
    """A person said yes to the whole: parts, carrier, way of paying. The first event of the order's lane."""

    kind: Literal["order.placed"] = "order.placed"
    order: int
    method: str
    installments: int = 1


class SaleAnswered(Value):
    """The seller says whether the part is there."""

    kind: Literal["order.answered"] = "order.answered"
    order: int
    by: str
    has_it: bool
    invoice_follows: bool = False
    """The key of an NF-e will be given: the label waits for it."""


class CancelAsked(Value):
    kind: Literal["order.cancel_asked"] = "order.cancel_asked"
    order: int
    by: str
    reason: str = ""


class NewCodeAsked(Value):
    """The buyer wants a (new) way to pay the order: it replaces the live charge, if there is one."""

    kind: Literal["order.charge_asked"] = "order.charge_asked"
    order: int
    by: str
    method: str
    installments: int = 1


class DueDateAsked(Value):
    """The buyer wants the boleto of an order to be due on another day."""

    kind: Literal["order.due_date_asked"] = "order.due_date_asked"
    order: int
    by: str
    due_date: date


class DisputeAnswered(Value):
    """Seller or operator say whether a chargeback is contested. ``words``: what they have to add."""

    kind: Literal["order.dispute_answered"] = "order.dispute_answered"
    order: int
    by: str
    contest: bool
    words: str = ""


class ShareAsked(Value):
    """An operator has the seller's share paid by transfer, after its split was cancelled and has been mended."""

    kind: Literal["order.share_asked"] = "order.share_asked"
    order: int
    by: str


class DeliveryAsked(Value):
    """The buyer wants the order to go another way: with another carrier, to another place, or to a corrected address.

    ``offer``: what the carrier takes for the new way; None where only the address of the same CEP is put right.
    """

    kind: Literal["order.delivery_asked"] = "order.delivery_asked"
    order: int
    by: str
    destination: Address
    offer: Offer | None = None


class ReturnAsked(Value):
    """The buyer wants to give a delivered order back, or the operator notes that its parcel is coming back.

    ``reason``: a :class:`bot.domain.order.ReturnReason`; ``photos``: addresses of pictures as the buyer sent them.
    """

    kind: Literal["order.return_asked"] = "order.return_asked"
    order: int
    by: str
    reason: str
    words: str = ""
    photos: tuple[str, ...] = ()


class ReturnAnswered(Value):
    """Seller or operator say whether they take the part back."""

    kind: Literal["order.return_answered"] = "order.return_answered"
    order: int
    by: str
    accepted: bool


class ReturnReceived(Value):
    """Seller or operator say that the part is back."""

    kind: Literal["order.return_received"] = "order.return_received"
    order: int
    by: str


class InvoiceGiven(Value):
    """The seller gives the key of the NF-e of a sale, for the labels that are ordered from then on.

    An empty key: there is none, the contents are declared (DC-e). ``remake``: a label that is there is replaced.
    """

    kind: Literal["order.invoiced"] = "order.invoiced"
    order: int
    by: str
    nfe_key: str
    remake: bool = False


class MeasuresGiven(Value):
    """The seller corrects the box of a sale: whole cm and grams. A label that is there is replaced."""

    kind: Literal["order.measured"] = "order.measured"
    order: int
    by: str
    width_cm: int
    height_cm: int
    length_cm: int
    weight_g: int


class SaidPosted(Value):
    """The seller (or an operator for them) says that the parcel is on its way, or takes it back. Moves nothing but the
    note."""

    kind: Literal["order.said_posted"] = "order.said_posted"
    order: int
    by: str
    posted: bool = True


class PostingPromised(Value):
    """The seller says by when the parcel is posted, which is later than the buyer was told."""

    kind: Literal["order.posting_promised"] = "order.posting_promised"
    order: int
    by: str
    day: date


class OrderRated(Value):
    """The buyer says how the purchase was: 1 to 5 stars, and words for the seller."""

    kind: Literal["order.rated"] = "order.rated"
    order: int
    by: str
    stars: int
    words: str = ""


class DebtPaid(Value):
    """The seller has paid back by hand what was due of a share by transfer: ``amount`` centavos, 0 for all of it. An
    operator has seen the money."""

    kind: Literal["order.debt_paid"] = "order.debt_paid"
    order: int
    by: str
    amount: int = 0


class RefundAsked(Value):
    """An operator gives money back: ``amount`` centavos of what the buyer paid, 0 for all that is left of it."""

    kind: Literal["order.refund_asked"] = "order.refund_asked"
    order: int
    by: str
    amount: int = 0
