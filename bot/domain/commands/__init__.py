"""Commands: intentions for effects outside, one class each, in business terms.

A command is stored in the same commit as the state that it follows from; the dispatcher executes it
(:mod:`bot.effects`) and stores the outcome as an event: :class:`bot.domain.events.Done`, ``Refused``, ``Expired``, and
``Parked`` on the way. ``Result`` is the type of a success.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field, TypeAdapter

from bot.domain.bills import Bill as Bill
from bot.domain.bills import Label as Label
from bot.domain.commands.accounts import (
    ListCharges,
    ListDisputes,
    ListLabels,
    ListMovements,
    ReadBalance,
    ReadFreightBalance,
    TendWebhook,
)
from bot.domain.commands.accounts import OpenAccount as OpenAccount
from bot.domain.commands.charges import CancelCharge as CancelCharge
from bot.domain.commands.charges import CreateCharge as CreateCharge
from bot.domain.commands.charges import EnsureCustomer as EnsureCustomer
from bot.domain.commands.charges import MoveDueDate as MoveDueDate
from bot.domain.commands.charges import PayShare as PayShare
from bot.domain.commands.charges import ReadCharge as ReadCharge
from bot.domain.commands.charges import RefundCharge as RefundCharge
from bot.domain.commands.messages import Attachment as Attachment
from bot.domain.commands.messages import Bar as Bar
from bot.domain.commands.messages import ListMails as ListMails
from bot.domain.commands.messages import MailMyData as MailMyData
from bot.domain.commands.messages import Option as Option
from bot.domain.commands.messages import ReadPairing as ReadPairing
from bot.domain.commands.messages import SendBoleto as SendBoleto
from bot.domain.commands.messages import SendChart as SendChart
from bot.domain.commands.messages import SendEmail as SendEmail
from bot.domain.commands.messages import SendFile as SendFile
from bot.domain.commands.messages import SendImage as SendImage
from bot.domain.commands.messages import SendLabel as SendLabel
from bot.domain.commands.messages import SendMyData as SendMyData
from bot.domain.commands.messages import SendQr as SendQr
from bot.domain.commands.messages import SendText as SendText
from bot.domain.commands.messages import Sent as Sent
from bot.domain.commands.messages import UnhappyMail as UnhappyMail
from bot.domain.commands.nothing import Nothing as Nothing
from bot.domain.commands.operator import AlertOperator as AlertOperator
from bot.domain.commands.pictures import DeleteVideo as DeleteVideo
from bot.domain.commands.pictures import KeptVideo as KeptVideo
from bot.domain.commands.pictures import ReadVideo as ReadVideo
from bot.domain.commands.pictures import StorePhoto as StorePhoto
from bot.domain.commands.pictures import StoreVideo as StoreVideo
from bot.domain.commands.places import FindPostalCode as FindPostalCode
from bot.domain.commands.places import LookUpPostalCode as LookUpPostalCode
from bot.domain.commands.places import Street as Street
from bot.domain.commands.shipping import BuyLabel as BuyLabel
from bot.domain.commands.shipping import CancelLabel as CancelLabel
from bot.domain.commands.shipping import Content as Content
from bot.domain.commands.shipping import GenerateLabel as GenerateLabel
from bot.domain.commands.shipping import OrderLabel as OrderLabel
from bot.domain.commands.shipping import OrderReturn as OrderReturn
from bot.domain.commands.shipping import Parcel as Parcel
from bot.domain.commands.shipping import Party as Party
from bot.domain.commands.shipping import QuoteFreight as QuoteFreight
from bot.domain.commands.shipping import ReadLabel as ReadLabel
from bot.domain.commands.shipping import TrackLabels as TrackLabels
from bot.domain.disputes import ContestDispute as ContestDispute
from bot.domain.disputes import ReadDispute as ReadDispute

Command = Annotated[
    SendText
    | SendQr
    | SendImage
    | SendChart
    | SendFile
    | SendMyData
    | MailMyData
    | SendLabel
    | SendBoleto
    | ReadPairing
    | SendEmail
    | ListMails
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
