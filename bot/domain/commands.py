"""What a decision can want done outside: one class a command, in the business's own words.

A command is stored in the same commit as the state that it follows from; the dispatcher carries it out
(:mod:`bot.effects`) and stores what came of it as an event: :class:`bot.domain.events.Done`, ``Refused``,
``Expired``, and ``Parked`` on the way. ``Result`` names the shape of a success.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field, TypeAdapter

from bot.domain.bills import Bill as Bill
from bot.domain.bills import Label as Label
from bot.domain.common import Value
from bot.domain.disputes import ContestDispute as ContestDispute
from bot.domain.disputes import ReadDispute as ReadDispute
from bot.domain.money_commands import (
    ListCharges,
    ListDisputes,
    ListLabels,
    ListMovements,
    ReadBalance,
    ReadFreightBalance,
    TendWebhook,
)
from bot.domain.money_commands import OpenAccount as OpenAccount
from bot.domain.order import Method, NoOffer, Offer, Recipient, Volume
from bot.domain.people import Address


class Nothing(Value):
    """The result of a command that has nothing to tell but its success."""


# --- messages -------------------------------------------------------------------------------------------


class Option(Value):
    """One row of a menu; ``id`` comes back when a button is pressed. The text always names it by number."""

    id: str
    label: str


class Sent(Value):
    """A message was taken by the provider. ``message_id`` is what receipts will name."""

    message_id: str


class SendText(Value):
    kind: Literal["message.text"] = "message.text"
    needs: ClassVar[str] = "messenger"
    Result: ClassVar[type[Value]] = Sent
    to: str
    text: str
    options: tuple[Option, ...] = ()
    reply_to: str = ""
    edits: str = ""


class SendQr(Value):
    """The picture of a Pix code, drawn when it is sent."""

    kind: Literal["message.qr"] = "message.qr"
    needs: ClassVar[str] = "messenger"
    Result: ClassVar[type[Value]] = Sent
    to: str
    pix_code: str
    caption: str = ""


class SendImage(Value):
    """A picture by its public address (of a part)."""

    kind: Literal["message.image"] = "message.image"
    needs: ClassVar[str] = "messenger"
    Result: ClassVar[type[Value]] = Sent
    to: str
    url: str
    caption: str = ""


class Bar(Value):
    label: str
    value: int
    """Centavos."""


class SendChart(Value):
    """A picture of amounts, drawn when it is sent. It adds nothing that was not said in words."""

    kind: Literal["message.chart"] = "message.chart"
    needs: ClassVar[str] = "messenger"
    Result: ClassVar[type[Value]] = Sent
    to: str
    title: str
    bars: tuple[Bar, ...]
    caption: str = ""


class SendFile(Value):
    """A document made of text (a table, a copy of data), in UTF-8."""

    kind: Literal["message.file"] = "message.file"
    needs: ClassVar[str] = "messenger"
    Result: ClassVar[type[Value]] = Sent
    to: str
    file_name: str
    mime_type: str
    text: str
    caption: str = ""


class SendMyData(Value):
    """A copy of all that is known of a person, as a document in their own chat, put together when it is sent.

    ``until``: the event that asked; what came later is left out, so that a repeat sends the same.
    """

    kind: Literal["person.copy"] = "person.copy"
    needs: ClassVar[str] = "messenger"
    Result: ClassVar[type[Value]] = Sent
    to: str
    person_id: str
    until: int
    caption: str = ""


class SendLabel(Value):
    """The PDF of a label, fetched from the carrier's broker when it is sent."""

    kind: Literal["message.label"] = "message.label"
    needs: ClassVar[str] = "messenger"
    Result: ClassVar[type[Value]] = Sent
    to: str
    shipment_id: str
    file_name: str
    caption: str = ""


class Attachment(Value):
    """A file of an e-mail, drawn or fetched when it is sent. ``what``: pix (a picture of the code ``source``, shown in
    the text), label (PDF of the shipment ``source``), boleto (PDF of the charge ``source``), chart (of the bars
    ``label=centavos``, semicolons between them, shown in the text)."""

    what: Literal["pix", "label", "boleto", "chart"]
    source: str
    name: str


class ReadPairing(Value):
    """Whether the shop's number is connected, and if not the code that connects it."""

    kind: Literal["channel.pairing"] = "channel.pairing"
    needs: ClassVar[str] = "messenger"

    class Pairing(Value):
        connected: bool
        picture: str = ""
        """A PNG as a data address; it lives for about twenty seconds."""

    Result: ClassVar[type[Value]] = Pairing


class SendEmail(Value):
    """An e-mail. ``template`` names one in :mod:`bot.effects.mail`; ``data`` fills it.

    With ``person_id`` it carries links that are that person's own: to the page of the ``order``, and, where
    ``unwanted`` (reminders and news), to where they are ended.
    """

    kind: Literal["mail.send"] = "mail.send"
    needs: ClassVar[str] = "mailer"

    class Mailed(Value):
        email_id: str

    Result: ClassVar[type[Value]] = Mailed
    to: str
    subject: str
    template: str
    data: dict[str, str]
    attachments: tuple[Attachment, ...] = ()
    person_id: str = ""
    order: int = 0
    unwanted: bool = False


class MailMyData(Value):
    """The same copy, to a confirmed address."""

    kind: Literal["person.copy_mail"] = "person.copy_mail"
    needs: ClassVar[str] = "mailer"
    Result: ClassVar[type[Value]] = SendEmail.Mailed
    to: str
    person_id: str
    until: int
    brand: str


# --- places ---------------------------------------------------------------------------------------------


class LookUpPostalCode(Value):
    kind: Literal["place.look_up"] = "place.look_up"
    needs: ClassVar[str] = "postal_codes"

    class Place(Value):
        """``address`` is None where no such CEP exists; a city-wide CEP has no street."""

        address: Address | None

    Result: ClassVar[type[Value]] = Place
    postal_code: str


class Street(Value):
    """A street and its CEP. ``numbers``: the stretch that this CEP is of, in words ("de 612 a 1510 - lado par")."""

    address: Address
    numbers: str = ""


class FindPostalCode(Value):
    """The CEPs of a street, for somebody who does not know it. ``state`` is the UF."""

    kind: Literal["place.find"] = "place.find"
    needs: ClassVar[str] = "postal_codes"

    class Found(Value):
        """Nearest name first; empty where no street is so called, or too little of its name was said."""

        streets: tuple[Street, ...] = ()

    Result: ClassVar[type[Value]] = Found
    state: str
    city: str
    street: str


# --- shipping -------------------------------------------------------------------------------------------


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


# --- money ----------------------------------------------------------------------------------------------


class EnsureCustomer(Value):
    """The payer at the payment provider: found by document, else created."""

    kind: Literal["payer.ensure"] = "payer.ensure"
    needs: ClassVar[str] = "payments"

    class Customer(Value):
        customer_id: str

    Result: ClassVar[type[Value]] = Customer
    person_id: str
    payer: Recipient
    address: Address | None = None


class CreateCharge(Value):
    """Create a charge with the one split entry, corrected before the buyer sees a code.

    The share S = N − F − P follows from the provider's net N (``rules`` 1), so the effect simulates the net
    first, creates the charge with the split, and puts the split right when the net differs.
    """

    kind: Literal["charge.create"] = "charge.create"
    needs: ClassVar[str] = "payments"
    Result: ClassVar[type[Value]] = Bill
    reference: str
    customer_id: str
    method: Method
    installments: int = 1
    amount: int
    freight: int
    fee: int
    wallet_id: str
    due_date: date
    description: str


class ReadCharge(Value):
    """Read a charge back, before goods or money move on a webhook's word."""

    kind: Literal["charge.read"] = "charge.read"
    needs: ClassVar[str] = "payments"
    Result: ClassVar[type[Value]] = Bill
    charge_id: str


class MoveDueDate(Value):
    """Give an unpaid boleto another day; its line changes with it and is fetched again, the amount and the split stay.

    The charge is read first, so that a day that is there already is not set twice. ``Refused``: ``already_paid``,
    ``void``.
    """

    kind: Literal["charge.due_date"] = "charge.due_date"
    needs: ClassVar[str] = "payments"
    Result: ClassVar[type[Value]] = Bill
    charge_id: str
    method: Method
    due_date: date
    wallet_id: str
    share: int
    """The split that the charge must still carry afterwards."""


class CancelCharge(Value):
    kind: Literal["charge.cancel"] = "charge.cancel"
    needs: ClassVar[str] = "payments"
    Result: ClassVar[type[Value]] = Bill
    charge_id: str


class RefundCharge(Value):
    kind: Literal["charge.refund"] = "charge.refund"
    needs: ClassVar[str] = "payments"
    Result: ClassVar[type[Value]] = Bill
    charge_id: str
    amount: int
    before: int = 0
    """What had been given back of the charge: tells this refund from an earlier one when it is looked up."""
    share: int = 0
    """What of a part the seller's wallet gives; of the whole it gives all that it got."""
    reason: str


class PayShare(Value):
    """Pay a seller's share from our balance into the wallet, where no split could carry it (late money)."""

    kind: Literal["share.pay"] = "share.pay"
    needs: ClassVar[str] = "payments"

    class Paid(Value):
        transfer_id: str

    Result: ClassVar[type[Value]] = Paid
    reference: str
    """``order-1042-t1``: looked up by it before any repeat."""
    wallet_id: str
    amount: int


# --- pictures -------------------------------------------------------------------------------------------


class StorePhoto(Value):
    """Fetch a picture that somebody sent, check and straighten it, and keep it under ``photo_id``."""

    kind: Literal["photo.store"] = "photo.store"
    needs: ClassVar[str] = "images"

    class Stored(Value):
        photo_id: str
        url: str
        shrunk_from: int = 0
        """The size in bytes before it was shrunk, 0 if it was not."""

    Result: ClassVar[type[Value]] = Stored
    photo_id: str
    source_url: str
    owner: str


class KeptVideo(Value):
    """A video as its store knows it. ``state``: processing, ready, failed; see ``VideoFact``."""

    video_id: str
    name: str
    state: str
    failure: str = ""
    seconds: float = 0.0
    page: str = ""
    poster: str = ""


class StoreVideo(Value):
    """Fetch a video that somebody sent, check it, and keep it under ``name``. It is ready some time later."""

    kind: Literal["video.store"] = "video.store"
    needs: ClassVar[str] = "videos"
    Result: ClassVar[type[Value]] = KeptVideo
    name: str
    source_url: str
    owner: str


class ReadVideo(Value):
    """Look at a video whose news has not come. ``name`` is ours."""

    kind: Literal["video.read"] = "video.read"
    needs: ClassVar[str] = "videos"
    Result: ClassVar[type[Value]] = KeptVideo
    video_id: str
    name: str


class DeleteVideo(Value):
    kind: Literal["video.delete"] = "video.delete"
    needs: ClassVar[str] = "videos"
    Result: ClassVar[type[Value]] = Nothing
    video_id: str


# --- operator -------------------------------------------------------------------------------------------


class AlertOperator(Value):
    """Tell the operators what needs them: kept, and mailed at once or with others. ``topic`` groups repeats."""

    kind: Literal["operator.alert"] = "operator.alert"
    needs: ClassVar[str] = "operators"
    Result: ClassVar[type[Value]] = Nothing
    topic: str
    text: str


Command = Annotated[
    SendText
    | SendQr
    | SendImage
    | SendChart
    | SendFile
    | SendMyData
    | MailMyData
    | SendLabel
    | ReadPairing
    | SendEmail
    | LookUpPostalCode
    | FindPostalCode
    | QuoteFreight
    | OrderLabel
    | OrderReturn
    | BuyLabel
    | GenerateLabel
    | ReadLabel
    | TrackLabels
    | CancelLabel
    | EnsureCustomer
    | CreateCharge
    | ReadCharge
    | ReadDispute
    | ContestDispute
    | MoveDueDate
    | CancelCharge
    | RefundCharge
    | PayShare
    | OpenAccount
    | ListCharges
    | ListMovements
    | ListDisputes
    | ListLabels
    | ReadBalance
    | ReadFreightBalance
    | TendWebhook
    | StorePhoto
    | StoreVideo
    | ReadVideo
    | DeleteVideo
    | AlertOperator,
    Field(discriminator="kind"),
]

COMMAND: TypeAdapter[Command] = TypeAdapter(Command, config=ConfigDict(hide_input_in_errors=True))
"""Reads a stored command: ``COMMAND.validate_json(text)``."""
