"""Requests and statements of people about an order."""

from __future__ import annotations

from datetime import date
from typing import Literal

from bot.domain.common import Value
from bot.domain.order import Offer
from bot.domain.people import Address


class OrderPlaced(Value):
    """A buyer confirmed an order: items, carrier, payment method. The first event of the order's lane."""

    kind: Literal["order.placed"] = "order.placed"
    order: int
    method: str
    installments: int = 1


class SaleAnswered(Value):
    """The seller accepts or declines the sale: whether the part is there."""

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
    """The buyer wants a (new) charge for the order; it replaces a live one."""

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
    """The seller or an operator decides whether to contest a chargeback. ``words``: what they add."""

    kind: Literal["order.dispute_answered"] = "order.dispute_answered"
    order: int
    by: str
    contest: bool
    words: str = ""


class ShareAsked(Value):
    """An operator has the seller's share paid by transfer, after its split was cancelled and the cause was fixed."""

    kind: Literal["order.share_asked"] = "order.share_asked"
    order: int
    by: str


class DeliveryAsked(Value):
    """The buyer changes the delivery: another carrier, another place, or a corrected address.

    ``offer``: the new carrier's offer; None if only the address within the same CEP is corrected.
    """

    kind: Literal["order.delivery_asked"] = "order.delivery_asked"
    order: int
    by: str
    destination: Address
    offer: Offer | None = None


class ReturnAsked(Value):
    """The buyer wants to return a delivered order, or the operator notes that its parcel is coming back.

    ``reason``: a :class:`bot.domain.order.ReturnReason`; ``photos``: addresses of pictures as the buyer sent them.
    """

    kind: Literal["order.return_asked"] = "order.return_asked"
    order: int
    by: str
    reason: str
    words: str = ""
    photos: tuple[str, ...] = ()


class ReturnAnswered(Value):
    """Seller or operator accept or refuse the return."""

    kind: Literal["order.return_answered"] = "order.return_answered"
    order: int
    by: str
    accepted: bool


class ReturnReceived(Value):
    """Seller or operator confirm that the returned part has arrived."""

    kind: Literal["order.return_received"] = "order.return_received"
    order: int
    by: str


class InvoiceGiven(Value):
    """The seller gives the key of a sale's NF-e, for the labels ordered from then on.

    An empty key: there is none, the contents are declared (DC-e). ``remake``: replace an existing label.
    """

    kind: Literal["order.invoiced"] = "order.invoiced"
    order: int
    by: str
    nfe_key: str
    remake: bool = False


class MeasuresGiven(Value):
    """The seller corrects the box of a sale: whole cm and grams. An existing label is replaced."""

    kind: Literal["order.measured"] = "order.measured"
    order: int
    by: str
    width_cm: int
    height_cm: int
    length_cm: int
    weight_g: int


class SaidPosted(Value):
    """The seller (or an operator for them) says that the parcel is on its way, or takes it back. Only recorded."""

    kind: Literal["order.said_posted"] = "order.said_posted"
    order: int
    by: str
    posted: bool = True


class PostingPromised(Value):
    """The seller announces a posting date later than the buyer was told."""

    kind: Literal["order.posting_promised"] = "order.posting_promised"
    order: int
    by: str
    day: date


class OrderRated(Value):
    """The buyer rates the purchase: 1 to 5 stars, and words for the seller."""

    kind: Literal["order.rated"] = "order.rated"
    order: int
    by: str
    stars: int
    words: str = ""


class DebtPaid(Value):
    """An operator confirms that the seller has repaid a debt manually: ``amount`` centavos, 0 for all of it."""

    kind: Literal["order.debt_paid"] = "order.debt_paid"
    order: int
    by: str
    amount: int = 0


class RefundAsked(Value):
    """An operator refunds ``amount`` centavos, 0 for all that is left."""

    kind: Literal["order.refund_asked"] = "order.refund_asked"
    order: int
    by: str
    amount: int = 0
