"""An order as one document: what was agreed, its charges and its shipments.

The states and their transitions are in :mod:`bot.domain.states`. An order belongs to one seller; buyer and seller see
the same number. All changes are decided in the order's lane.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from pydantic import Field

from bot.domain.common import Value
from bot.domain.disputes import Dispute
from bot.domain.people import Address


class OrderState(StrEnum):
    AWAITING_PAYMENT = "awaiting_payment"
    PAID = "paid"
    ACCEPTED = "accepted"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    RETURNING = "returning"
    RETURNED = "returned"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class ChargeState(StrEnum):
    REQUESTED = "requested"
    PENDING = "pending"
    OVERDUE = "overdue"
    UNDER_REVIEW = "under_review"
    PAID = "paid"
    SETTLED = "settled"
    VOID = "void"
    PAID_LATE = "paid_late"
    REFUSED = "refused"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    DISPUTED = "disputed"


class SplitState(StrEnum):
    """The seller's share of a charge."""

    PLANNED = "planned"
    DONE = "done"
    """It has arrived in the seller's wallet (of an instalment plan: what has been paid so far)."""
    BLOCKED = "blocked"
    CANCELLED = "cancelled"
    TRANSFERRING = "transferring"
    """Paid from our balance, since no split carries it."""
    TRANSFERRED = "transferred"


class ShipmentState(StrEnum):
    WANTED = "wanted"
    IN_CART = "in_cart"
    BOUGHT = "bought"
    GENERATED = "generated"
    POSTED = "posted"
    DELIVERED = "delivered"
    STOPPED = "stopped"
    UNDELIVERED = "undelivered"
    RETURNING = "returning"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class ReturnState(StrEnum):
    """State of a return."""

    ASKED = "asked"
    """Seller or operator have to accept or refuse it."""
    ACCEPTED = "accepted"
    POSTED = "posted"
    RECEIVED = "received"
    REFUSED = "refused"
    LAPSED = "lapsed"
    """It was not posted in time."""


class ReturnReason(StrEnum):
    REGRET = "regret"
    WRONG = "wrong"
    BROKEN = "broken"
    UNDELIVERED = "undelivered"
    """The carrier could not deliver and returns the parcel."""


class Method(StrEnum):
    PIX = "pix"
    BOLETO = "boleto"
    CARD = "card"


class Line(Value):
    """One item of an order, with its agreed unit price in centavos."""

    listing: int
    """0: not from the catalogue, so without stock."""
    sku: str
    title: str
    quantity: int
    unit_price: int


class Volume(Value):
    """One parcel: whole cm (rounded up) and grams; ``insured`` in centavos."""

    width_cm: int
    height_cm: int
    length_cm: int
    weight_g: int
    insured: int = 0


class Offer(Value):
    """What a carrier offers for a parcel. ``price`` is what the buyer pays, ``cost`` what the label costs."""

    service_id: str
    carrier: str
    service: str
    price: int
    cost: int
    days: int
    """Business days after posting."""
    volumes: tuple[Volume, ...] = ()
    one_label: bool = False
    """One label covers all volumes, at one price; otherwise each volume has its own."""


class NoOffer(Value):
    """A carrier that does not accept this parcel. ``reason``: in Portuguese, to be said after its name."""

    service_id: str
    carrier: str
    service: str
    reason: str


class Recipient(Value):
    """Payer and recipient."""

    name: str
    document: str
    email: str = ""
    phone: str = ""


class Terms(Value):
    """The freight and destination that a charge was made for; the order's may have changed since."""

    freight: int
    offer: Offer
    destination: Address


class Charge(Value):
    """A charge at the payment provider; at most one of an order is live."""

    reference: str
    """Our reference at the provider, ``order-1042-a1``."""
    method: Method
    installments: int = 1
    amount: int
    net: int = 0
    share: int = 0
    """The split entry, in centavos: the seller's share S less ``withheld``."""
    withheld: int = 0
    """Withheld from S for the seller's earlier debts; until the charge is created, the most that may be withheld."""
    repaid: int = 0
    """What the seller has repaid manually of this charge's debt (:mod:`bot.domain.debts`)."""
    state: ChargeState = ChargeState.REQUESTED
    provider_id: str = ""
    terms: Terms | None = None
    """Freight and destination when it was requested; None: the order's."""
    due_date: date
    expires_at: datetime | None = None
    """When we stop accepting it (Pix); the provider's own expiry is later."""
    pix_code: str = ""
    line: str = ""
    """The boleto's digitable line; fetched again after each change."""
    page_url: str = ""
    paid_at: datetime | None = None
    credit_on: date | None = None
    """When the provider credits the money, as read back; of an instalment plan the first one."""
    ended_at: datetime | None = None
    """When it became void; late payments are judged by it."""
    received: int = 0
    """Amount received in centavos, as read back from the provider; 0 before."""
    refunded: int = 0
    """Partial refunds so far, in centavos; a full refund is a state."""
    share_back: int = 0
    """The part of ``refunded`` that was taken from the seller's wallet, as read back."""
    giving_back: int = 0
    """The total refunded once the partial refund in progress is done; at most one is in progress."""
    problem: str = ""
    """Why money received does not count as payment of the order, for the operator to decide; "" if it does."""
    split: SplitState = SplitState.PLANNED
    """State of the seller's share."""
    facts: tuple[str, ...] = ()
    """Facts seen so far, confirmed by reading back; ``state`` is a fold over this set, so their order does not
    matter."""


class Shipment(Value):
    """One label with the parcel, or parcels, that it covers."""

    reference: str
    """Our reference, the tag at the carrier's broker: ``order-1042-s1``."""
    volumes: tuple[Volume, ...] = ()
    state: ShipmentState = ShipmentState.WANTED
    provider_id: str = ""
    cost: int = 0
    corrected: int = 0
    """Charged later by the carrier for a different weight or size, in centavos."""
    tracking: str = ""
    tracking_url: str = ""
    label_sent: bool = False
    asked: bool = False
    """A command for it is in progress."""
    replaced: bool = False
    """It is being cancelled, and another is ordered in its place."""
    back: str = ""
    """For a return label: the broker's id of the label under which the parcel was sent."""
    posting_code: str = ""
    """For a return label: the code that the buyer shows at the counter."""
    facts: tuple[str, ...] = ()


class Return(Value):
    """A return. The platform pays its freight, and the buyer is refunded all of V."""

    reason: ReturnReason
    state: ReturnState
    asked_at: datetime
    words: str = ""
    """The buyer's own words."""
    photos: tuple[str, ...] = ()
    """Public addresses of the buyer's pictures."""
    photos_to_come: int = 0
    post_by: date | None = None


class Order(Value):
    number: int
    version: int = 0
    state: OrderState = OrderState.AWAITING_PAYMENT
    buyer_id: str
    seller_id: str
    lines: tuple[Line, ...]
    goods: int
    freight: int
    fee: int
    """Platform fee P in centavos, fixed when the order was placed."""
    offer: Offer
    destination: Address
    recipient: Recipient
    charges: tuple[Charge, ...] = ()
    shipments: tuple[Shipment, ...] = ()
    nfe_key: str = ""
    """Access key of the seller's NF-e, used for labels ordered from then on; "": the contents are declared."""
    label_held: bool = False
    """Whether the label waits for an NF-e that the seller has promised."""
    ship_by: date | None = None
    seller_says_posted: bool = False
    dispute: Dispute | None = None
    """The newest chargeback, None if there was none."""
    disputed: bool = False
    """Whether a chargeback is open, which blocks acceptance and the label."""
    back: Return | None = None
    """The newest return, None if there was none."""
    cancel_reason: str = ""
    stock_held: bool = True
    created_at: datetime
    paid_at: datetime | None = None
    delivered_at: datetime | None = None
    rating: int = 0
    """The buyer's rating, 1 to 5; 0: none yet."""
    told: tuple[str, ...] = Field(default=())
    """Keys of the notices already raised for this order: each is raised once."""

    @property
    def total(self) -> int:
        """V = G + F in centavos: goods and freight, what the buyer pays."""
        return self.goods + self.freight

    @property
    def by_hand(self) -> bool:
        """Charged by message: no freight, the goods change hands between the two."""
        return not self.offer.service_id

    @property
    def terms(self) -> Terms:
        return Terms(freight=self.freight, offer=self.offer, destination=self.destination)

    def freight_of(self, charge: Charge) -> int:
        """The freight F of a charge, in centavos."""
        return charge.terms.freight if charge.terms else self.freight

    @property
    def title(self) -> str:
        """The order in a few words: ``2x Pastilha HB20`` or the first part ``+ 1``."""
        first = self.lines[0]
        words = first.title if first.quantity == 1 else f"{first.quantity}x {first.title}"
        return words if len(self.lines) == 1 else f"{words} + {len(self.lines) - 1}"

    @property
    def charge(self) -> Charge | None:
        """The newest charge, None before the first was asked for."""
        return self.charges[-1] if self.charges else None

    @property
    def to_give_back(self) -> int:
        """Centavos to be refunded when the parts come back, without earlier refunds. Before a payment: the total."""
        with_us = (ChargeState.PAID, ChargeState.SETTLED, ChargeState.DISPUTED)
        paid = [c for c in self.charges if c.received]
        kept = [c for c in paid if c.state in with_us and not c.problem]
        return sum(c.received - c.refunded for c in kept) if paid else self.total

    @property
    def parcels(self) -> tuple[Shipment, ...]:
        """Shipments to the buyer."""
        return tuple(s for s in self.shipments if not s.back)

    @property
    def parcel(self) -> Shipment | None:
        """The newest shipment to the buyer: earlier ones may have been replaced. None before there is one."""
        return self.parcels[-1] if self.parcels else None

    @property
    def parcels_back(self) -> tuple[Shipment, ...]:
        """Return shipments under labels of ours."""
        return tuple(s for s in self.shipments if s.back)

    def with_charge(self, charge: Charge) -> Order:
        """A copy with this charge added, or replacing the one of its reference."""
        named = {c.reference: c for c in self.charges} | {charge.reference: charge}
        return self.but(charges=tuple(named.values()))

    def with_shipment(self, shipment: Shipment) -> Order:
        """A copy with this shipment added, or replacing the one of its reference."""
        named = {s.reference: s for s in self.shipments} | {shipment.reference: shipment}
        return self.but(shipments=tuple(named.values()))
