"""An order as one document: what was agreed, its charges and its shipments.

The states and who may move them are in :mod:`bot.domain.states`. An order belongs to one seller; buyer and
seller see the same number. What changes an order is decided in the order's lane.
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
    """It is in the seller's wallet: all of it, or of a plan the parts that have come in."""
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
    """How far a parcel is on its way back to the seller."""

    ASKED = "asked"
    """Seller or operator have to say whether they take it."""
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
    """The carrier brings it back."""


class Method(StrEnum):
    PIX = "pix"
    BOLETO = "boleto"
    CARD = "card"


class Line(Value):
    """One part of an order, with the price that was agreed (centavos a piece)."""

    listing: int
    """0: nothing of the catalogue, so no stock either."""
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
    """All volumes travel under one label, at one price; else each has its own."""


class NoOffer(Value):
    """A carrier that does not take this parcel. ``reason``: why, in Portuguese, to be said after its name."""

    service_id: str
    carrier: str
    service: str
    reason: str


class Recipient(Value):
    """Who pays and who gets the parcel."""

    name: str
    document: str
    email: str = ""
    phone: str = ""


class Terms(Value):
    """What a charge pays for beside the goods, and where they go: it may be another than the order's of today."""

    freight: int
    offer: Offer
    destination: Address


class Charge(Value):
    """A demand for money at the payment provider; at most one of an order is live."""

    reference: str
    """Ours: ``order-1042-a1``."""
    method: Method
    installments: int = 1
    amount: int
    net: int = 0
    share: int = 0
    """What the seller gets, the only split entry: S of ``rules``, less what is withheld."""
    withheld: int = 0
    """Kept of S for what the seller owes of earlier sales; until the charge is made, the most that may be kept."""
    repaid: int = 0
    """What the seller has paid back by hand of what is due of this charge (:mod:`bot.domain.debts`)."""
    state: ChargeState = ChargeState.REQUESTED
    provider_id: str = ""
    terms: Terms | None = None
    """As they were when it was asked for; None: the order's."""
    due_date: date
    expires_at: datetime | None = None
    """Our own end of it (Pix); the provider's is longer."""
    pix_code: str = ""
    line: str = ""
    """The boleto's digitable line; fetched again after each change."""
    page_url: str = ""
    paid_at: datetime | None = None
    credit_on: date | None = None
    """When the payment provider makes the money of it available, as read back; of a plan its first instalment."""
    ended_at: datetime | None = None
    """When it was void; late money is judged by it."""
    received: int = 0
    """What came in, in centavos, as read back from the provider; 0 before."""
    refunded: int = 0
    """Given back in part so far; a full refund is a state."""
    share_back: int = 0
    """What the seller's wallet gave of ``refunded``, as read back from the provider."""
    giving_back: int = 0
    """What will have been given back once the part that an operator asked for is gone; at most one is under way."""
    problem: str = ""
    """Why money that came in does not count as payment of the order: the operator decides."""
    split: SplitState = SplitState.PLANNED
    """How far the seller's share is on its way."""
    facts: tuple[str, ...] = ()
    """The facts seen so far, read back from the provider; the state is a fold over this set."""


class Shipment(Value):
    """One label and what travels under it: one parcel, or several where the carrier takes them together."""

    reference: str
    """Ours, the tag at the carrier's broker: ``order-1042-s1``."""
    volumes: tuple[Volume, ...] = ()
    state: ShipmentState = ShipmentState.WANTED
    provider_id: str = ""
    cost: int = 0
    corrected: int = 0
    """Paid for it afterwards, since the carrier found another weight or other measures."""
    tracking: str = ""
    tracking_url: str = ""
    label_sent: bool = False
    asked: bool = False
    """The label was ordered, and the answer is not there yet."""
    replaced: bool = False
    """It is given back, and another is ordered in its place."""
    back: str = ""
    """Of a label back to the seller: the broker's id of the label whose parcel it brings."""
    posting_code: str = ""
    """What the buyer shows at the counter, of a label back."""
    facts: tuple[str, ...] = ()


class Return(Value):
    """A parcel that goes back. What it costs is the platform's: the buyer gets all of V."""

    reason: ReturnReason
    state: ReturnState
    asked_at: datetime
    words: str = ""
    """What the buyer said of it."""
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
    """Platform fee P, frozen at the order."""
    offer: Offer
    destination: Address
    recipient: Recipient
    charges: tuple[Charge, ...] = ()
    shipments: tuple[Shipment, ...] = ()
    nfe_key: str = ""
    """The key of the seller's NF-e, for labels that are ordered from then on; without one goods are declared."""
    label_held: bool = False
    """The label waits for the NF-e that the seller has promised."""
    ship_by: date | None = None
    seller_says_posted: bool = False
    dispute: Dispute | None = None
    """The newest chargeback, if there ever was one."""
    disputed: bool = False
    """A chargeback is open: it blocks accepting and the label."""
    back: Return | None = None
    """The newest return, if there ever was one."""
    cancel_reason: str = ""
    stock_held: bool = True
    created_at: datetime
    paid_at: datetime | None = None
    delivered_at: datetime | None = None
    rating: int = 0
    """1 to 5, as the buyer said last; 0: not yet."""
    told: tuple[str, ...] = Field(default=())
    """Keys of the news that were already raised for this order: each is told once."""

    @property
    def total(self) -> int:
        """V = G + F, what the buyer pays, in centavos."""
        return self.goods + self.freight

    @property
    def by_hand(self) -> bool:
        """Charged by message: no freight, the goods change hands between the two."""
        return not self.offer.service_id

    @property
    def terms(self) -> Terms:
        return Terms(freight=self.freight, offer=self.offer, destination=self.destination)

    def freight_of(self, charge: Charge) -> int:
        """F of a charge, in centavos."""
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
    def parcels(self) -> tuple[Shipment, ...]:
        """What goes, or went, to the buyer."""
        return tuple(s for s in self.shipments if not s.back)

    @property
    def parcels_back(self) -> tuple[Shipment, ...]:
        """What goes, or went, back to the seller under labels of ours."""
        return tuple(s for s in self.shipments if s.back)

    def with_charge(self, charge: Charge) -> Order:
        """This order with the charge of that reference replaced, or added."""
        rest = [c for c in self.charges if c.reference != charge.reference]
        place = next((i for i, c in enumerate(self.charges) if c.reference == charge.reference), len(rest))
        return self.but(charges=(*rest[:place], charge, *rest[place:]))

    def with_shipment(self, shipment: Shipment) -> Order:
        """This order with the shipment of that reference replaced, or added."""
        rest = [s for s in self.shipments if s.reference != shipment.reference]
        place = next((i for i, s in enumerate(self.shipments) if s.reference == shipment.reference), len(rest))
        return self.but(shipments=(*rest[:place], shipment, *rest[place:]))
