"""The read-only view of the store for decisions: named queries inside the turn's transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta
from typing import Protocol

from pydantic import Field

from bot.domain.catalogue import Product
from bot.domain.common import Value
from bot.domain.conversation import Conversation
from bot.domain.difference import Difference
from bot.domain.invitation import Invitation
from bot.domain.ledger import Entry
from bot.domain.notice import NoticeStage, NoticeState
from bot.domain.order import Order
from bot.domain.pace import Traffic
from bot.domain.people import Person, Seller
from bot.domain.wish import Wish


class Rules(Value):
    """The shop's settings that decisions use."""

    platform_name: str = "AutoPars"
    public_url: str = ""
    fee_percent: str = "8"
    """Percent as decimal text, so that 7.5 is exact."""
    platform_wallet_id: str = ""
    pix_minutes: int = 30
    boleto_days: int = 3
    stock_hold_hours: int = 384
    quote_minutes: int = 120
    ship_days: int = 2
    card_max_installments: int = 6
    quiet_from: time = time(19)
    quiet_to: time = time(9)
    support_hours: str = "mon-fri 08:00-18:00, sat 08:00-12:00"
    recipients_per_hour: int = 120
    """Most recipients of WhatsApp notices per hour; the others wait or get an e-mail."""
    first_contacts_per_hour: int = 20
    """Of those, most first contacts."""
    charges_per_day: int = 30
    """Most charges by message of one shop per day (São Paulo's)."""
    messages_per_minute: int = 60
    """Messages of one person that are answered per minute; further ones are stored, not answered."""
    bubble_pause: timedelta = timedelta(seconds=3)
    """How long a free-text question waits for further messages of its answer; zero: not at all."""
    low_payments_balance: int = 10_000
    low_freight_balance: int = 20_000
    """Balance in centavos below which operators are alerted."""
    operator_emails: tuple[str, ...] = ()
    operator_phones: tuple[str, ...] = ()
    """Canonical phones."""
    salt: str = Field(default="", repr=False)
    """A secret salt of this shop, from which decisions derive codes."""


MOST_SALES = 2000
"""Most sales that a report in a message covers."""


class Sent(Value):
    """A message of ours, stored for its receipts."""

    message_id: str
    person_id: str
    notice_key: str = ""
    text: str = ""


class Said(Value):
    """One message of a conversation."""

    at: datetime
    by_us: bool
    text: str


MOST_SAID = 400


class AllOf(tuple["Words", ...]):
    """All of these must be in a part's index."""


class AnyOf(tuple["Words", ...]):
    """One of these is enough."""


Words = str | AllOf | AnyOf
"""A search expression over tokens of :func:`bot.domain.part_words.index`: one token, or all or any of several."""


class Shop(Protocol):
    """Named queries. All read within the turn's transaction; None or an empty list if nothing is found."""

    @property
    def rules(self) -> Rules: ...

    def person(self, person_id: str) -> Person | None:
        """By id, or by the id of a row that was merged into it."""
        ...

    def person_known_as(self, identifiers: Sequence[str]) -> Person | None: ...
    def people_known_as(self, identifiers: Sequence[str]) -> list[Person]:
        """All rows with one of these identifiers; several if they may be the same person."""
        ...

    def people_with_email(self, address: str) -> list[Person]:
        """People who have confirmed this address."""
        ...

    def conversation(self, person_id: str) -> Conversation: ...

    def seller(self, seller_id: str) -> Seller | None: ...
    def seller_of(self, person_id: str) -> Seller | None: ...
    def debt(self, seller_id: str) -> int:
        """A seller's open debt in centavos."""
        ...

    def invitation(self, digest: str) -> Invitation | None:
        """By the digest of its code."""
        ...

    def product(self, listing: int) -> Product | None: ...
    def products_of(self, seller_id: str) -> list[Product]: ...
    def search(self, wanted: Words, limit: int) -> list[Product]:
        """Active products in stock that match, by listing number."""
        ...

    def spellings(self, said: Collection[str]) -> dict[str, list[str]]:
        """Word → words of the catalogue that it may be a misspelling of, unordered; only itself if it is in the
        catalogue."""
        ...

    def wishes_of(self, person_id: str) -> list[Wish]:
        """A person's wishes, oldest first."""
        ...

    def most_wished(self, limit: int) -> list[tuple[str, int]]:
        """(words, number of people) of all wishes, most wanted first."""
        ...

    def next_listing(self) -> int: ...

    def order(self, number: int) -> Order | None: ...
    def next_order_number(self) -> int: ...
    def orders_of_buyer(self, person_id: str, limit: int = 20) -> list[Order]:
        """Newest first."""
        ...

    def orders_of_seller(self, seller_id: str, limit: int = 20) -> list[Order]:
        """Newest first."""
        ...

    def sales_since(self, seller_id: str, since: datetime) -> list[Order]:
        """A shop's orders placed since a moment, newest first, at most :data:`MOST_SALES`."""
        ...

    def talk(self, person_id: str, since: datetime, until: datetime) -> list[Said]:
        """The newest :data:`MOST_SAID` messages between a person and the shop, oldest first."""
        ...

    def orders_after(self, number: int, *, since: datetime, limit: int) -> list[Order]:
        """Open orders and those created ``since``, with numbers above ``number``, ascending."""
        ...

    def booked(self, numbers: Sequence[int]) -> list[Entry]:
        """The ledger entries of these orders."""
        ...

    def difference(self, key: str) -> Difference | None:
        """The open difference with this key."""
        ...

    def differences_since(self, found: datetime, limit: int) -> list[Difference]:
        """Open differences found since then, oldest first."""
        ...

    def order_by_charge(self, charge_id: str) -> Order | None: ...
    def order_by_shipment(self, shipment_id: str) -> Order | None: ...

    def notice(self, key: str) -> NoticeState | None: ...
    def notices_at(self, stage: NoticeStage, limit: int = 200) -> list[NoticeState]:
        """Oldest first."""
        ...

    def sent_message(self, message_id: str) -> Sent | None: ...
    def channel_connected(self) -> bool: ...
    def traffic(self) -> dict[str, Traffic]:
        """The shared pacing state of notices, by name."""
        ...


def on_sale(shop: Shop, product: Product | None, pieces: int = 1) -> bool:
    """Whether that many pieces of a product can be bought: it is active and in stock, and its shop is not paused."""
    if product is None or not product.active or product.stock < pieces:
        return False
    seller = shop.seller(product.seller_id)
    return seller is None or seller.sells
