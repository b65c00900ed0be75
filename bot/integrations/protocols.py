"""What the rest of the house may ask of a provider. Each is a black box behind one of these protocols.

All methods raise the tree of :mod:`bot.integrations.errors` and nothing else. Values in and out are the domain's;
money is centavos. Methods named ``find_…`` are look-ups for effects that must not happen twice.
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
from bot.integrations.payments import Payments as Payments


@dataclass(frozen=True)
class File:
    """Bytes on their way out, or in."""

    data: bytes
    mime_type: str
    name: str
    content_id: str = ""
    """Of a picture that stands in an e-mail's text: ``cid:…`` shows it there."""


@dataclass(frozen=True)
class Connection:
    """State of the WhatsApp number."""

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
    """A page to be shown with a preview; ``image`` is a public address."""

    url: str
    title: str
    description: str
    image: str


@dataclass(frozen=True)
class PixKey:
    """Somebody's Pix key, to be copied at a touch. It carries no amount: a charge goes as its code."""

    kind: Literal["cpf", "cnpj", "phone", "email", "random"]
    key: str
    owner: str


class Messenger(Protocol):
    """WhatsApp. ``to`` is the opaque chat address that wrote to us. Sends return the provider's message id, and are
    not repeatable: ``Uncertain`` is answered by :meth:`find_sent`. The other calls may be repeated."""

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
        """After an ambiguous send: the id of a message of just now with that text (of a file: its caption), None if
        none is found. None proves nothing: what went out may show nowhere."""
        ...

    async def react(self, to: str, message_id: str, emoji: str) -> None:
        """Put an emoji under a person's message; an empty one takes ours away."""
        ...

    async def mark_read(self, to: str, message_id: str) -> None:
        """Show the person that the message was read."""
        ...

    async def delete(self, to: str, message_id: str) -> None:
        """Take a message of ours back, on the person's phone too."""
        ...

    async def find_account(self, phone: str) -> Account:
        """Whether a phone is on WhatsApp, how WhatsApp spells it, and its LID. Remembered: asked once a contact."""
        ...

    async def status(self) -> Connection: ...

    async def qr_code(self) -> str | None:
        """The pairing code as a PNG data URI, None when already connected. It lives for about twenty seconds."""
        ...

    async def pairing_code(self, phone: str) -> str | None:
        """Eight characters to be typed into WhatsApp on ``phone`` (the shop's own), None when already connected."""
        ...

    async def restart(self) -> None:
        """Start the provider's session anew, when the pairing code has run out or the session hangs."""
        ...

    async def register_webhooks(self, url: str) -> None:
        """Point all callbacks to ``url`` and switch off the provider's own queue for disconnected times."""
        ...

    async def webhooks(self) -> dict[str, str]:
        """Where each callback that we need goes now, "" for nowhere; by the provider's own names, for the operator."""
        ...

    async def waiting(self) -> int:
        """How many messages stand in the provider's own queue, to be sent when the number connects."""
        ...

    async def drop_waiting(self) -> None:
        """Empty that queue: what waits there is stale, and ours knows what is still worth sending."""
        ...


@dataclass(frozen=True)
class Agency:
    """A counter where a carrier takes parcels."""

    agency_id: str
    name: str
    phone: str
    address: Address


@dataclass(frozen=True)
class Wallet:
    """What labels are paid from, in centavos. ``owed``: differences of earlier labels, taken with the next one."""

    balance: int
    owed: int = 0


class Shipping(Protocol):
    async def quote(
        self, origin: str, destination: str, parcels: Sequence[Parcel], *, invoiced: bool = False
    ) -> tuple[list[Offer], list[NoOffer]]:
        """Offers, cheapest first, and the carriers that do not take it, with the reason in Portuguese. ``invoiced``:
        the seller gives an NF-e. What could not be labelled after the buyer has paid is no offer."""
        ...

    async def agencies(self, service_id: str, city: str, state: str) -> list[Agency]:
        """Where parcels of a service are handed in, in one town."""
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
        """Not repeatable: raises ``Uncertain`` where it may have happened. Without ``nfe_key`` the contents are
        declared (DC-e)."""
        ...

    async def order_return(self, *, reference: str, shipment_id: str, email: str, phone: str, volume: Volume) -> Label:
        """A label back, for the parcel of ``shipment_id``; ordered, bought and generated as any other."""
        ...

    async def find_label(self, reference: str) -> Label | None:
        """Looked for by our tag in the newest pages of cart and orders."""
        ...

    async def buy_label(self, shipment_id: str) -> Label:
        """Pay from the wallet. Bought already is a success. ``Refused`` with reason ``insufficient_balance``."""
        ...

    async def generate_label(self, shipment_id: str) -> Label: ...
    async def read_label(self, shipment_id: str) -> Label: ...
    async def label_pdf(self, shipment_id: str) -> File: ...

    async def cancel_label(self, shipment_id: str, reason: str) -> None:
        """``Refused`` with reason ``already_posted`` or ``not_cancellable``. Not repeatable, see ``find_cancelled``."""
        ...

    async def find_cancelled(self, shipment_id: str) -> bool:
        """Whether a cancelled label is over; ``Unavailable`` while they are at it."""
        ...

    async def tracking(self, shipment_ids: Sequence[str]) -> dict[str, Label]:
        """Many labels at a time, by id, as of an hour ago at most."""
        ...

    async def labels_bought(self, page: int, since: date) -> ListLabels.Listed:
        """A page of the labels that were bought (numbered from 0), newest first; none follows once they are older
        than ``since``."""
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
    """What we know of people: our own store, not a provider's."""

    async def copy_of(self, person_id: str, *, until: int) -> str | None:
        """Everything of a person up to an event, as JSON with Portuguese names; None if there is no such person."""
        ...


class Exhibits(Protocol):
    """The shop's own files for disputes: our own store, not a provider's."""

    async def of(self, order: int) -> Sequence[Exhibit]: ...


class Mailer(Protocol):
    async def send(self, email: Email, *, idempotency_key: str) -> str:
        """Returns the e-mail's id. The same key and e-mail again within a day is the same e-mail."""
        ...

    async def unhappy(self, since: datetime) -> Sequence[UnhappyMail]:
        """Of the e-mails sent since then those that did not arrive, or were not wanted; none where our key may not
        read."""
        ...


@dataclass(frozen=True)
class StoredImage:
    image_id: str
    url: str


class Images(Protocol):
    async def upload(self, image_id: str, image: File | str, *, owner: str) -> StoredImage:
        """Keep a picture (bytes, or a public address) under an id that we chose. The same id again returns what is
        there."""
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
        """Keep a video (bytes, or a public address) under a name that we chose. Not repeatable: ``Uncertain`` is
        answered by ``find``. It is processed afterwards."""
        ...

    async def find(self, name: str, *, owner: str) -> StoredVideo | None: ...
    async def read(self, video_id: str) -> StoredVideo: ...
    async def delete(self, video_id: str) -> None: ...


@runtime_checkable
class VideoNews(Protocol):
    """Where a store of videos tells what became of them: one address for the whole account."""

    async def webhook(self) -> tuple[str, str] | None:
        """The address and its secret, None if there is none."""
        ...

    async def subscribe(self, url: str) -> str:
        """Put ``url`` in the place of whatever is there; the secret."""
        ...


class PostalCodes(Protocol):
    async def look_up(self, postal_code: str) -> Address | None:
        """The place of a CEP (8 digits), None if there is no such. A city-wide CEP has no street."""
        ...

    async def search(self, state: str, city: str, street: str) -> list[Street]:
        """The CEPs of the streets so named in a town, nearest name first; empty where there is none."""
        ...


class MediaSource(Protocol):
    async def fetch(self, url: str, *, limit: int) -> File:
        """Stream a file from an allowed, public host. ``Refused`` with reason ``not_allowed``, ``too_large``,
        ``gone``; the type is what the bytes say, not the header."""
        ...


class Receiver(Protocol):
    """A provider's webhook: checks the origin of raw bytes and turns a body into events."""

    source: str

    def authentic(self, headers: Mapping[str, str], body: bytes, secret_in_path: str) -> bool:
        """Constant-time over the raw bytes; nothing is parsed before."""
        ...

    def events(self, headers: Mapping[str, str], body: dict[str, object]) -> list[Incoming]:
        """The events in a body; an empty list for what concerns nobody. Never raises on unknown content."""
        ...


class ProbedReceiver(Receiver, Protocol):
    """The receiver of a provider that first tries the address."""

    def is_probe(self, body: bytes) -> bool:
        """Whether a body, of any origin, speaks of nothing: it is answered 200 and not stored."""
        ...
