"""What can happen: one class an event, in the business's own words.

Providers' words are turned into these by the provider's own folder; nothing downstream knows who sent them.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import ConfigDict, Field, TypeAdapter

from bot.domain.commands import Command
from bot.domain.common import Value
from bot.domain.order import Offer
from bot.domain.people import Address

R = TypeVar("R", bound=Value)

# --- from WhatsApp --------------------------------------------------------------------------------------


class Sender(Value):
    """Who wrote: ``chat`` is the opaque address to answer to, the others are what it is known by."""

    chat: str
    phone: str = ""
    """Canonical phone (13 digits with 55 and the ninth digit) where there is one."""
    lid: str = ""
    nickname: str = ""


class Media(Value):
    url: str
    mime_type: str = ""
    file_name: str = ""
    seconds: int = 0


class Message(Value):
    """A message of a person. Exactly one of the content fields counts, by ``content``.

    ``content``: text, choice (a button or list row: its id is ``choice``), image, video, document, audio,
    sticker, contact, location, call, unreadable (waiting, view-once, of an unknown kind). A caption is ``text``.
    """

    kind: Literal["message.received"] = "message.received"
    sender: Sender
    message_id: str
    sent_at: datetime
    content: str
    text: str = ""
    choice: str = ""
    media: Media | None = None
    reply_to: str = ""
    edits: str = ""
    """The id of the message that this one corrects."""


class MessageDeleted(Value):
    kind: Literal["message.deleted"] = "message.deleted"
    sender: Sender
    message_id: str


class OwnerMessage(Value):
    """A human typed on the shop's own phone: the bot falls silent in that chat."""

    kind: Literal["message.by_owner"] = "message.by_owner"
    sender: Sender
    text: str = ""


class Receipt(Value):
    """What became of a message of ours. ``status``: sent, received, read, failed.

    ``failure`` (with failed): no_whatsapp, rejected, buttons, media, transient, other.
    """

    kind: Literal["message.receipt"] = "message.receipt"
    message_id: str
    status: str
    failure: str = ""
    detail: str = ""


class ChannelState(Value):
    """The WhatsApp number was connected or disconnected."""

    kind: Literal["channel.state"] = "channel.state"
    connected: bool
    detail: str = ""


# --- from the payment provider, the carriers, e-mail ----------------------------------------------------


class PaymentFact(Value):
    """The payment provider says that something happened to a charge.

    ``fact`` is a word of ours: created, updated, overdue, under_review, paid, settled, void, restored,
    refunding, refunded, partially_refunded, refund_denied, disputed, dispute_won, split_cancelled, split_blocked,
    split_done, card_refused, viewed, other. It is a hint only: before goods or money move the charge is read back.
    """

    kind: Literal["payment.fact"] = "payment.fact"
    charge_id: str
    reference: str = ""
    fact: str
    amount: int = 0
    detail: str = ""


class ShipmentFact(Value):
    """The broker says that something happened to a label. ``fact`` is a :class:`ShipmentState` or other."""

    kind: Literal["shipment.fact"] = "shipment.fact"
    shipment_id: str
    reference: str = ""
    fact: str
    tracking: str = ""
    tracking_url: str = ""


class MailFact(Value):
    """``fact``: delivered, bounced, complained, suppressed, failed, other."""

    kind: Literal["mail.fact"] = "mail.fact"
    email_id: str
    fact: str
    address: str = ""
    detail: str = ""


class Unsubscribed(Value):
    """Somebody ended reminders and news by the link in an e-mail."""

    kind: Literal["mail.unsubscribed"] = "mail.unsubscribed"
    person_id: str


class VideoFact(Value):
    """A video can be watched, or never will be. ``state``: ready or failed; ``failure`` says why: not_a_video,
    broken, too_long, too_short, gone, other. ``name`` is the one that we gave it."""

    kind: Literal["video.fact"] = "video.fact"
    video_id: str
    name: str
    state: str
    failure: str = ""
    seconds: float = 0.0
    page: str = ""
    poster: str = ""


# --- our own --------------------------------------------------------------------------------------------


class Tick(Value):
    """A timer is due. ``name`` says which, ``data`` is what was put into it."""

    kind: Literal["timer"] = "timer"
    name: str
    data: dict[str, str] = Field(default_factory=dict)


class Done(Value):
    """A command was carried out; ``result`` has the shape of its ``Result``."""

    kind: Literal["command.done"] = "command.done"
    key: str
    command: Command
    result: dict[str, Any]

    def result_as(self, shape: type[R]) -> R:
        """The result, read in its shape."""
        return shape.model_validate(self.result)


class Refused(Value):
    """The provider said no, and would say no again. ``reason`` is our class of it, ``detail`` its words."""

    kind: Literal["command.refused"] = "command.refused"
    key: str
    command: Command
    reason: str
    detail: str = ""


class Parked(Value):
    """The provider does not answer; the command waits and is resumed by itself. Told once a command."""

    kind: Literal["command.parked"] = "command.parked"
    key: str
    command: Command
    reason: str


class Expired(Value):
    """The command waited until it was pointless, and was dropped."""

    kind: Literal["command.expired"] = "command.expired"
    key: str
    command: Command


class Notice(Value):
    """News for a person, told once on the channel that works. ``name`` is one of the catalogue."""

    kind: Literal["notice"] = "notice"
    key: str
    name: str
    person_id: str
    order: int = 0
    data: dict[str, str] = Field(default_factory=dict)


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


class OrderRated(Value):
    """The buyer says how the purchase was: 1 to 5 stars, and words for the seller."""

    kind: Literal["order.rated"] = "order.rated"
    order: int
    by: str
    stars: int
    words: str = ""


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


class SellerInvited(Value):
    """The operator invites somebody to open a shop. The code follows from ``invitation`` (random), see
    :mod:`bot.domain.invitation`; with an ``email`` it is mailed there."""

    kind: Literal["seller.invited"] = "seller.invited"
    invitation: str
    by: str
    expires_at: datetime
    email: str = ""
    note: str = ""


class RefundAsked(Value):
    """An operator gives money back: ``amount`` centavos of what the buyer paid, 0 for all that is left of it."""

    kind: Literal["order.refund_asked"] = "order.refund_asked"
    order: int
    by: str
    amount: int = 0


class NoticeAgain(Value):
    """An operator wants a notice told once more, with the code or the label that it carries."""

    kind: Literal["notice.again"] = "notice.again"
    key: str
    """Of the notice that was told."""
    person_id: str
    by: str


class ShopEdited(Value):
    """An operator puts a shop right, pauses it or opens it again: all of what can be changed, as it shall be."""

    kind: Literal["seller.edited"] = "seller.edited"
    seller_id: str
    by: str
    name: str
    email: str = ""
    wallet_id: str = ""
    state_register: str = ""
    auto_accept: bool = False
    active: bool = True


class PartEdited(Value):
    """An operator puts a part right, or takes it off the shelf. ``price``: centavos; ``stock``: pieces to add, or to
    take away if negative."""

    kind: Literal["product.edited"] = "product.edited"
    listing: int
    by: str
    title: str
    price: int
    stock: int = 0
    active: bool = True


class PairingAsked(Value):
    """An operator wants to connect the shop's number again: a fresh code."""

    kind: Literal["channel.pairing_asked"] = "channel.pairing_asked"
    by: str


class LabelCorrected(Value):
    """The carrier found another weight or other measures, and ``amount`` centavos more were taken from our wallet."""

    kind: Literal["label.corrected"] = "label.corrected"
    shipment_id: str
    amount: int
    name: str


class TransferFact(Value):
    """Money that we sent to a seller's wallet. ``fact``: pending, done, failed, blocked."""

    kind: Literal["transfer.fact"] = "transfer.fact"
    transfer_id: str
    reference: str
    fact: str
    amount: int


class AccountFact(Value):
    """News of our account at the payment provider. ``about``: key (an API key) or one of its papers (commercial_info,
    bank_account, documents, approval); ``fact``: created, enabled, disabled, deleted, expired, expiring, rejected,
    approved, other."""

    kind: Literal["account.fact"] = "account.fact"
    about: str
    fact: str
    detail: str = ""


class ReconcileAsked(Value):
    """Our books shall be compared with the providers'. ``order`` 0: all of them, ``days`` back; ``after``: our own
    orders from that number on (they are looked through a batch at a time)."""

    kind: Literal["books.asked"] = "books.asked"
    order: int = 0
    by: str = ""
    days: int = 3
    after: int = 0


class DifferenceFound(Value):
    """Our books and a provider's differ. ``difference`` is the key of one of :mod:`bot.domain.difference`."""

    kind: Literal["books.difference"] = "books.difference"
    difference: str
    ours: str
    theirs: str


class OperatorMessage(Value):
    """Somebody of the platform writes to a person from the console: the bot falls silent in that chat."""

    kind: Literal["operator.message"] = "operator.message"
    person_id: str
    by: str
    text: str


class HandedBack(Value):
    """The chat is the bot's again."""

    kind: Literal["operator.hand_back"] = "operator.hand_back"
    person_id: str
    by: str


Event = Annotated[
    Message
    | MessageDeleted
    | OwnerMessage
    | Receipt
    | ChannelState
    | PaymentFact
    | ShipmentFact
    | MailFact
    | Unsubscribed
    | VideoFact
    | Tick
    | Done
    | Refused
    | Parked
    | Expired
    | Notice
    | OrderPlaced
    | SaleAnswered
    | CancelAsked
    | NewCodeAsked
    | DueDateAsked
    | DeliveryAsked
    | DisputeAnswered
    | ShareAsked
    | ReturnAsked
    | ReturnAnswered
    | ReturnReceived
    | InvoiceGiven
    | MeasuresGiven
    | SaidPosted
    | OrderRated
    | AccountRecovered
    | ForgetAsked
    | ChargeOffered
    | SellerInvited
    | RefundAsked
    | NoticeAgain
    | ShopEdited
    | PartEdited
    | PairingAsked
    | LabelCorrected
    | TransferFact
    | AccountFact
    | ReconcileAsked
    | DifferenceFound
    | OperatorMessage
    | HandedBack,
    Field(discriminator="kind"),
]

EVENT: TypeAdapter[Event] = TypeAdapter(Event, config=ConfigDict(hide_input_in_errors=True))
"""Reads a stored event: ``EVENT.validate_json(text)``."""


class Incoming(Value):
    """An event as a receiver hands it in: stored once under ``(source, key)``, worked in its ``lane``."""

    source: str
    key: str
    lane: str
    event: Event
    raw: str = ""
    """The provider's body for the record, redacted before it is stored."""
    root: str = ""
    """See :mod:`bot.correlation`; the store gives one to what has none."""
