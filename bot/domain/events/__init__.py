"""Events: facts, one class each, in business terms.

The folder of each provider translates its webhooks into these; nothing downstream knows who sent them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import ConfigDict, Field, TypeAdapter

from bot.domain.events.house import DifferenceFound as DifferenceFound
from bot.domain.events.house import HandedBack as HandedBack
from bot.domain.events.house import NoticeAgain as NoticeAgain
from bot.domain.events.house import OperatorMessage as OperatorMessage
from bot.domain.events.house import PairingAsked as PairingAsked
from bot.domain.events.house import PartEdited as PartEdited
from bot.domain.events.house import PasswordChanged as PasswordChanged
from bot.domain.events.house import PasswordLinkAsked as PasswordLinkAsked
from bot.domain.events.house import ReconcileAsked as ReconcileAsked
from bot.domain.events.house import ShopEdited as ShopEdited
from bot.domain.events.loop import SET_ASIDE as SET_ASIDE
from bot.domain.events.loop import Done as Done
from bot.domain.events.loop import Expired as Expired
from bot.domain.events.loop import Notice as Notice
from bot.domain.events.loop import Parked as Parked
from bot.domain.events.loop import Refused as Refused
from bot.domain.events.loop import Tick as Tick
from bot.domain.events.orders import CancelAsked as CancelAsked
from bot.domain.events.orders import DebtPaid as DebtPaid
from bot.domain.events.orders import DeliveryAsked as DeliveryAsked
from bot.domain.events.orders import DisputeAnswered as DisputeAnswered
from bot.domain.events.orders import DueDateAsked as DueDateAsked
from bot.domain.events.orders import InvoiceGiven as InvoiceGiven
from bot.domain.events.orders import MeasuresGiven as MeasuresGiven
from bot.domain.events.orders import NewCodeAsked as NewCodeAsked
from bot.domain.events.orders import OrderPlaced as OrderPlaced
from bot.domain.events.orders import OrderRated as OrderRated
from bot.domain.events.orders import PostingPromised as PostingPromised
from bot.domain.events.orders import RefundAsked as RefundAsked
from bot.domain.events.orders import ReturnAnswered as ReturnAnswered
from bot.domain.events.orders import ReturnAsked as ReturnAsked
from bot.domain.events.orders import ReturnReceived as ReturnReceived
from bot.domain.events.orders import SaidPosted as SaidPosted
from bot.domain.events.orders import SaleAnswered as SaleAnswered
from bot.domain.events.orders import ShareAsked as ShareAsked
from bot.domain.events.people import AccountRecovered as AccountRecovered
from bot.domain.events.people import ChargeOffered as ChargeOffered
from bot.domain.events.people import ChargeRevisited as ChargeRevisited
from bot.domain.events.people import ForgetAsked as ForgetAsked
from bot.domain.events.people import SellerInvited as SellerInvited
from bot.domain.events.people import Unsubscribed as Unsubscribed
from bot.domain.events.providers import AccountFact as AccountFact
from bot.domain.events.providers import LabelCorrected as LabelCorrected
from bot.domain.events.providers import MailFact as MailFact
from bot.domain.events.providers import PaymentFact as PaymentFact
from bot.domain.events.providers import ShipmentFact as ShipmentFact
from bot.domain.events.providers import TransferFact as TransferFact
from bot.domain.events.providers import VideoFact as VideoFact
from bot.domain.events.whatsapp import ChannelState as ChannelState
from bot.domain.events.whatsapp import Media as Media
from bot.domain.events.whatsapp import Message as Message
from bot.domain.events.whatsapp import MessageDeleted as MessageDeleted
from bot.domain.events.whatsapp import OwnerMessage as OwnerMessage
from bot.domain.events.whatsapp import Receipt as Receipt
from bot.domain.events.whatsapp import Sender as Sender

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
    | DebtPaid
    | ReturnAsked
    | ReturnAnswered
    | ReturnReceived
    | InvoiceGiven
    | MeasuresGiven
    | SaidPosted
    | OrderRated
    | PostingPromised
    | AccountRecovered
    | ForgetAsked
    | ChargeOffered
    | ChargeRevisited
    | SellerInvited
    | RefundAsked
    | NoticeAgain
    | ShopEdited
    | PartEdited
    | PairingAsked
    | PasswordChanged
    | PasswordLinkAsked
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


@dataclass(slots=True)
class Incoming:
    """An event on its way to the inbox: stored once per ``(source, key)``, handled in its ``lane``."""

    source: str
    key: str
    lane: str
    event: Event
    raw: str = ""
    """The provider's body for the record, redacted before it is stored."""
    root: str = ""
    """Correlation id, see :mod:`bot.correlation`; set on the way to the store if empty."""
