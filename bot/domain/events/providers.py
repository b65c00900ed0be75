"""Facts from the payment provider, the carriers, e-mail and video storage."""

from __future__ import annotations

from typing import Literal

from bot.domain.common import Value


class PaymentFact(Value):
    """The payment provider reports that something happened to a charge.

    ``fact`` is a word of ours: created, updated, overdue, under_review, paid, settled, void, restored,
    refunding, refunded, partially_refunded, refund_denied, disputed, dispute_won, split_cancelled, split_blocked,
    split_done, card_refused, viewed, other. It is only a hint: before goods or money move the charge is read back.
    """

    kind: Literal["payment.fact"] = "payment.fact"
    charge_id: str
    reference: str = ""
    fact: str
    amount: int = 0
    detail: str = ""


class ShipmentFact(Value):
    """The broker reports that something happened to a label. ``fact`` is a :class:`ShipmentState` or other."""

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


class VideoFact(Value):
    """The processing of a video ended. ``state``: ready or failed; ``failure`` is the reason: not_a_video, broken,
    too_long, too_short, gone, other. ``name`` is the one that we gave it."""

    kind: Literal["video.fact"] = "video.fact"
    video_id: str
    name: str
    state: str
    failure: str = ""
    seconds: float = 0.0
    page: str = ""
    poster: str = ""


class LabelCorrected(Value):
    """The carrier measured a different weight or size and charged our wallet ``amount`` centavos more."""

    kind: Literal["label.corrected"] = "label.corrected"
    shipment_id: str
    amount: int
    name: str


class TransferFact(Value):
    """A transfer of ours to a seller's wallet changed. ``fact``: pending, done, failed, blocked."""

    kind: Literal["transfer.fact"] = "transfer.fact"
    transfer_id: str
    reference: str
    fact: str
    amount: int


class AccountFact(Value):
    """An event of our account at the payment provider. ``about``: key (an API key) or one of its documents
    (commercial_info, bank_account, documents, approval); ``fact``: created, enabled, disabled, deleted, expired,
    expiring, rejected, approved, other."""

    kind: Literal["account.fact"] = "account.fact"
    about: str
    fact: str
    detail: str = ""
