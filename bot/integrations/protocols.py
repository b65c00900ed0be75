"""Protocols of all providers but the payment provider (:mod:`bot.integrations.payments`).

All methods raise only errors of the tree in :mod:`bot.integrations.errors`. Values in and out are the domain's; money
is integer centavos. Methods named ``find_…`` look an effect up after an ambiguous call, so that it is not repeated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol, runtime_checkable

from bot.domain.commands import Content, Label, Option, Parcel, Party, Street, UnhappyMail
from bot.domain.commands.accounts import ListLabels
from bot.domain.disputes import Exhibit
from bot.domain.events import Incoming
from bot.domain.order import NoOffer, Offer, Volume
from bot.domain.people import Address


@dataclass(frozen=True)
class File:
    """A file to send, or one received."""

    data: bytes
    mime_type: str
    name: str
    content_id: str = ""
    """Set for a picture that an e-mail shows inline, by ``cid:…``."""


@dataclass(frozen=True)
class Connection:
    """State of the shop's WhatsApp number. ``detail``: what the gateway says of it."""

    connected: bool
    detail: str = ""


Style = Literal["text", "buttons", "list"]
SentKind = Literal["text", "image", "document", "video"]


@dataclass(frozen=True)
class Account:
    """What WhatsApp knows of a phone. ``phone`` is its own spelling, with or without the ninth digit."""

    exists: bool
    phone: str
    lid: str = ""


@dataclass(frozen=True)
class Link:
    """A web page with its preview; ``image`` is a public address."""

    url: str
    title: str
    description: str
    image: str


@dataclass(frozen=True)
class PixKey:
    """Somebody's Pix key, to be copied by a button. It carries no amount: a charge is sent as its code."""

    kind: Literal["cpf", "cnpj", "phone", "email", "random"]
    key: str
    owner: str


class Messenger(Protocol):
    """WhatsApp. ``to`` is the opaque chat address that wrote to us. Sends return the provider's message id and are not
    idempotent: after ``Uncertain``, ask :meth:`find_sent`. All other calls may be repeated."""

    async def send_text(
        self, to: str, text: str, *, options: Sequence[Option] = (), reply_to: str = "", edits: str = ""
    ) -> str:
        """Send a text. ``options`` decorate it as buttons or a list where the style says so; the text alone must
        already make sense. A text longer than the channel takes is split at paragraphs; the last id is returned."""
        ...

    async def send_image(self, to: str, image: File | str, *, caption: str = "") -> str:
        """``image``: bytes, or a public address."""
        ...

    async def send_document(self, to: str, document: File, *, caption: str = "") -> str: ...

    async def send_video(self, to: str, video: File | str, *, caption: str = "") -> str:
        """``video``: bytes, or a public address; H.264, at most 100 MB."""
        ...

    async def send_link(self, to: str, text: str, link: Link) -> str:
        """A text with the page's preview under it; the address is put at its end."""
        ...

    async def send_pix_key(self, to: str, text: str, key: PixKey) -> str:
        """A button that copies a Pix key. Where buttons do not appear the text must do: it names the key too."""
        ...

    async def find_sent(self, to: str, text: str, *, kind: SentKind = "text") -> str | None:
        """After an ambiguous send: the id of a recent message of ours with that text (for a file: its caption). None
        means not found, which does not prove that it was not sent."""
        ...

    async def react(self, to: str, message_id: str, emoji: str) -> None:
        """React to a person's message with an emoji; an empty one removes ours."""
        ...

    async def mark_read(self, to: str, message_id: str) -> None:
        """Send the read receipt of a person's message."""
        ...

    async def delete(self, to: str, message_id: str) -> None:
        """Delete a message of ours for everyone."""
        ...

    async def find_account(self, phone: str) -> Account:
        """Whether a phone is on WhatsApp, how WhatsApp spells it, and its LID. Cached: one call per contact."""
        ...

    async def status(self) -> Connection: ...

    async def qr_code(self) -> str | None:
        """The pairing code as a PNG data URI, None when already connected. It lives for about twenty seconds."""
        ...

    async def pairing_code(self, phone: str) -> str | None:
        """Eight characters to be typed into WhatsApp on ``phone`` (the shop's own), None when already connected."""
        ...

    async def restart(self) -> None:
        """Restart the provider's session: the pairing code has run out, or the session hangs."""
        ...

    async def register_webhooks(self, url: str) -> None:
        """Point all callbacks to ``url`` and switch off the provider's own queue while disconnected."""
        ...

    async def webhooks(self) -> dict[str, str]:
        """Provider's callback name → its address now, "" for none; the callbacks that we need, for the operator."""
        ...

    async def waiting(self) -> int:
        """Messages in the provider's own queue, which would be sent on connecting."""
        ...

    async def drop_waiting(self) -> None:
        """Empty that queue: it is stale, and our outbox knows what is still worth sending."""
        ...


@dataclass(frozen=True)
class Agency:
    """A counter where a carrier accepts parcels."""

    agency_id: str
    name: str
    phone: str
    address: Address


@dataclass(frozen=True)
class Wallet:
    """The prepaid account that labels are bought from, in centavos. ``owed``: corrections of earlier labels, debited
    with the next one."""

    balance: int
    owed: int = 0


class Shipping(Protocol):
    async def quote(
        self, origin: str, destination: str, parcels: Sequence[Parcel], *, invoiced: bool = False
    ) -> tuple[list[Offer], list[NoOffer]]:
        """Offers, cheapest first, and the carriers that refuse, with the reason in Portuguese. ``invoiced``: the seller
        issues an NF-e. A service whose label could not be bought later is not offered."""
        ...

    async def agencies(self, service_id: str, city: str, state: str) -> list[Agency]:
        """The agencies of a service in one town."""
        ...

    async def order_label(
        self,
        *,
        reference: str,
        service_id: str,
        sender: Party,
        recipient: Party,
        contents: Sequence[Content],
        volumes: Sequence[Volume],
        nfe_key: str,
    ) -> Label:
        """Put a label into the cart. Not idempotent: after ``Uncertain``, ask :meth:`find_label`. Without ``nfe_key``
        the contents are declared (DC-e)."""
        ...

    async def order_return(self, *, reference: str, shipment_id: str, email: str, phone: str, volume: Volume) -> Label:
        """Order the return label for the parcel of ``shipment_id``; it is bought and generated as any other."""
        ...

    async def find_label(self, reference: str) -> Label | None:
        """The label with our reference as its tag, in the newest pages of cart and orders."""
        ...

    async def buy_label(self, shipment_id: str) -> Label:
        """Pay from the wallet. Idempotent. ``Refused`` with reason ``insufficient_balance``."""
        ...

    async def generate_label(self, shipment_id: str) -> Label: ...
    async def read_label(self, shipment_id: str) -> Label: ...
    async def label_pdf(self, shipment_id: str) -> File: ...

    async def cancel_label(self, shipment_id: str, reason: str) -> None:
        """``Refused`` with reason ``already_posted`` or ``not_cancellable``. Not idempotent: after ``Uncertain``, ask
        :meth:`find_cancelled`."""
        ...

    async def find_cancelled(self, shipment_id: str) -> bool:
        """Whether a label is cancelled; ``Unavailable`` while the cancellation is in progress."""
        ...

    async def tracking(self, shipment_ids: Sequence[str]) -> dict[str, Label]:
        """Shipment id → its label, for many at a time; at most an hour old."""
        ...

    async def labels_bought(self, page: int, since: date) -> ListLabels.Listed:
        """A page (from 0) of bought labels, newest first. The last page is the one that reaches ``since``."""
        ...

    async def wallet(self) -> Wallet: ...


@dataclass(frozen=True)
class Email:
    to: str
    subject: str
    html: str
    text: str
    tags: Mapping[str, str]
    attachments: Sequence[File] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


class PersonalData(Protocol):
    """Personal data for LGPD copies; read from our own store."""

    async def copy_of(self, person_id: str, *, until: int) -> str | None:
        """All data of a person up to the event ``until``, as JSON with Portuguese names; None for an unknown person."""
        ...


class Exhibits(Protocol):
    """Files that document an order in a dispute; read from our own store."""

    async def of(self, order: int) -> Sequence[Exhibit]: ...


class Mailer(Protocol):
    async def send(self, email: Email, *, idempotency_key: str) -> str:
        """Returns the e-mail's id. ``key`` is an idempotency key: a repeat within a day sends nothing."""
        ...

    async def unhappy(self, since: datetime) -> Sequence[UnhappyMail]:
        """E-mails sent since then that did not arrive or were unwanted (bounces, complaints); empty if our key may not
        read."""
        ...


@dataclass(frozen=True)
class StoredImage:
    image_id: str
    url: str


class Images(Protocol):
    async def upload(self, image_id: str, image: File | str, *, owner: str) -> StoredImage:
        """Store a picture (bytes, or a public address) under an id of our choice. Idempotent by that id."""
        ...

    async def find(self, image_id: str) -> StoredImage | None: ...
    async def delete(self, image_id: str) -> None: ...


VideoState = Literal["processing", "ready", "failed"]


@dataclass(frozen=True)
class StoredVideo:
    """``failure`` (with failed): not_a_video, broken, too_long, too_short, gone, other. ``seconds`` is 0 and the
    addresses are empty where they are not known yet."""

    video_id: str
    name: str
    state: VideoState
    failure: str = ""
    seconds: float = 0.0
    page: str = ""
    poster: str = ""
    hls: str = ""


class Videos(Protocol):
    async def upload(self, name: str, video: File | str, *, owner: str) -> StoredVideo:
        """Store a video (bytes, or a public address) under a name of our choice; it is processed afterwards. Not
        idempotent: after ``Uncertain``, ask ``find``."""
        ...

    async def find(self, name: str, *, owner: str) -> StoredVideo | None: ...
    async def read(self, video_id: str) -> StoredVideo: ...
    async def delete(self, video_id: str) -> None: ...


@runtime_checkable
class VideoNews(Protocol):
    """The webhook of the video store: one address for the whole account."""

    async def webhook(self) -> tuple[str, str] | None:
        """Address and secret of the webhook, None if there is none."""
        ...

    async def subscribe(self, url: str) -> str:
        """Set the webhook's address, replacing any other; returns its secret."""
        ...


class PostalCodes(Protocol):
    async def look_up(self, postal_code: str) -> Address | None:
        """The address of a CEP (8 digits), None if it does not exist. A city-wide CEP has no street."""
        ...

    async def search(self, state: str, city: str, street: str) -> list[Street]:
        """The streets of that name in a town with their CEPs, best match first."""
        ...


class MediaSource(Protocol):
    async def fetch(self, url: str, *, limit: int) -> File:
        """Stream a file from an allowed, public host. ``Refused`` with reason ``not_allowed``, ``too_large``,
        ``gone``; the type is what the bytes say, not the header."""
        ...


class OtherAccount(Exception):
    """A body that names another account than ours: its origin is invalid, whatever else is right."""


class Receiver(Protocol):
    """A provider's webhook: checks the origin of raw bytes and turns a body into events."""

    source: str

    def authentic(self, headers: Mapping[str, str], body: bytes, secret_in_path: str) -> bool:
        """Whether the origin is right: compared in constant time over the raw bytes, before anything is parsed."""
        ...

    def events(self, headers: Mapping[str, str], body: dict[str, object]) -> list[Incoming]:
        """The events in a body; an empty list for what concerns nobody. Raises :class:`OtherAccount`, and nothing on
        unknown content."""
        ...


class ProbedReceiver(Receiver, Protocol):
    """The receiver of a provider that probes the address before it sends events."""

    def is_probe(self, body: bytes) -> bool:
        """Whether a body, of any origin, is only a probe: it is answered 200 and not stored."""
        ...
