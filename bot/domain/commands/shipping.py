"""Commands for carriers: quotes and labels."""

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
    """Whether the seller issues an NF-e: some carriers require it for valuable parcels."""


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

    ``nfe_key``: of the seller's NF-e (model 55); "": the contents are declared (DC-e, which the broker issues).
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
    """With ``phone``: contact data of the person who hands it in."""
    phone: str
    volume: Volume


class BuyLabel(Value):
    kind: Literal["label.buy"] = "label.buy"
    needs: ClassVar[str] = "shipping"
    Result: ClassVar[type[Value]] = Label
    shipment_id: str


class GenerateLabel(Value):
    """Have the label generated. Asynchronous at the broker: the result may not be final yet."""

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
    """Poll many labels: the fallback for lost webhooks."""

    kind: Literal["label.track"] = "label.track"
    needs: ClassVar[str] = "shipping"

    class Tracked(Value):
        """Labels unknown to the broker are missing; prices are not set."""

        labels: tuple[Label, ...] = ()

    Result: ClassVar[type[Value]] = Tracked
    shipment_ids: tuple[str, ...]


class CancelLabel(Value):
    kind: Literal["label.cancel"] = "label.cancel"
    needs: ClassVar[str] = "shipping"
    Result: ClassVar[type[Value]] = Nothing
    shipment_id: str
    reason: str
