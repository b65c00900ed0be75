"""What is wanted of the carriers: quotes, labels and their lives."""

from __future__ import annotations

from typing import ClassVar, Literal

from bot.domain.bills import Label
from bot.domain.commands.nothing import Nothing
from bot.domain.common import Value
from bot.domain.order import NoOffer, Offer, Volume
from bot.domain.people import Address


class Parcel(Value):
    """A part as the carrier sees it: sizes of one piece in cm and grams, ``value`` of one piece in centavos."""

    sku: str
    width_cm: int
    height_cm: int
    length_cm: int
    weight_g: int
    value: int
    quantity: int = 1


class QuoteFreight(Value):
    kind: Literal["freight.quote"] = "freight.quote"
    needs: ClassVar[str] = "shipping"

    class Quoted(Value):
        offers: tuple[Offer, ...]
        refusals: tuple[NoOffer, ...] = ()

    Result: ClassVar[type[Value]] = Quoted
    origin: str
    destination: str
    parcels: tuple[Parcel, ...]
    invoiced: bool = False
    """The seller gives an NF-e: some carriers take a valuable parcel only so."""


class Party(Value):
    """Sender or recipient of a parcel."""

    name: str
    document: str
    email: str
    phone: str
    address: Address
    state_register: str = ""


class Content(Value):
    """One line of the content declaration; ``unit_value`` in centavos."""

    name: str
    quantity: int
    unit_value: int


class OrderLabel(Value):
    """Put one label, for all its ``volumes``, into the broker's cart under our ``reference``.

    ``nfe_key`` of the seller's NF-e (model 55); empty: the contents are declared (DC-e, which the broker issues).
    """

    kind: Literal["label.order"] = "label.order"
    needs: ClassVar[str] = "shipping"
    Result: ClassVar[type[Value]] = Label
    reference: str
    service_id: str
    sender: Party
    recipient: Party
    contents: tuple[Content, ...]
    volumes: tuple[Volume, ...]
    nfe_key: str = ""


class OrderReturn(Value):
    """Put a label back to the seller into the cart, for a parcel that was sent with the label ``shipment_id``.

    The buyer hands it in, with the label's ``posting_code``; it is bought and generated as any other.
    """

    kind: Literal["label.return"] = "label.return"
    needs: ClassVar[str] = "shipping"
    Result: ClassVar[type[Value]] = Label
    reference: str
    shipment_id: str
    email: str
    """With ``phone``: how the one who hands it in is reached."""
    phone: str
    volume: Volume


class BuyLabel(Value):
    kind: Literal["label.buy"] = "label.buy"
    needs: ClassVar[str] = "shipping"
    Result: ClassVar[type[Value]] = Label
    shipment_id: str


class GenerateLabel(Value):
    """Have the label made; it is asynchronous there, so the result may still be in the making."""

    kind: Literal["label.generate"] = "label.generate"
    needs: ClassVar[str] = "shipping"
    Result: ClassVar[type[Value]] = Label
    shipment_id: str


class ReadLabel(Value):
    kind: Literal["label.read"] = "label.read"
    needs: ClassVar[str] = "shipping"
    Result: ClassVar[type[Value]] = Label
    shipment_id: str


class TrackLabels(Value):
    """Where many labels are: the safety net under the broker's own news."""

    kind: Literal["label.track"] = "label.track"
    needs: ClassVar[str] = "shipping"

    class Tracked(Value):
        """Without those that the broker does not know, and without prices."""

        labels: tuple[Label, ...] = ()

    Result: ClassVar[type[Value]] = Tracked
    shipment_ids: tuple[str, ...]


class CancelLabel(Value):
    kind: Literal["label.cancel"] = "label.cancel"
    needs: ClassVar[str] = "shipping"
    Result: ClassVar[type[Value]] = Nothing
    shipment_id: str
    reason: str
