"""The read-only view that a decision sees, inside the turn's own transaction: named queries, nothing else."""

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
    """The shop's own numbers, from the environment."""

    platform_name: str = "AutoPars"
    public_url: str = ""
    fee_percent: str = "8"
    """Decimal text, so that 7.5 is exact."""
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
    """People to whom notices go on WhatsApp in an hour; the others wait, or are mailed."""
    first_contacts_per_hour: int = 20
    """Of those, people who have never written and were never written to."""
    charges_per_day: int = 30
    """Charges by message that a shop may send on one day, São Paulo's."""
    messages_per_minute: int = 60
    """Messages of one person that are answered in a minute; more are kept, and not answered."""
    bubble_pause: timedelta = timedelta(seconds=3)
    """How long a question for words waits for another bubble of its answer; zero: not at all."""
    low_payments_balance: int = 10_000
    low_freight_balance: int = 20_000
    """Centavos below which the operator is told."""
    operator_emails: tuple[str, ...] = ()
    operator_phones: tuple[str, ...] = ()
    """Canonical phones."""
    salt: str = Field(default="", repr=False)
    """A secret of this shop's own: what codes that decisions hand out are drawn from."""


MOST_SALES = 2000
"""More sales than that are not summed up in a message."""


class Sent(Value):
    """A message of ours, as remembered for its receipts."""

    message_id: str
    person_id: str
    command_key: str
    notice_key: str = ""
    text: str = ""


class Said(Value):
    """One message of a talk."""

    at: datetime
    by_us: bool
    text: str


MOST_SAID = 400


class AllOf(tuple["Words", ...]):
    """Every one of these must stand in a part's index."""


class AnyOf(tuple["Words", ...]):
    """One of these is enough."""


Words = str | AllOf | AnyOf
"""What a part must hold: a token of :func:`bot.domain.part_words.index`, or all or any of several."""


class Shop(Protocol):
    """Named queries over the store. All return fresh values; None or an empty list where there is nothing."""

    @property
    def rules(self) -> Rules: ...

    def person(self, person_id: str) -> Person | None:
        """By its id, or by that of a row that was merged into it."""
        ...

    def person_known_as(self, identifiers: Sequence[str]) -> Person | None: ...
    def people_known_as(self, identifiers: Sequence[str]) -> list[Person]:
        """All rows that one of these belongs to: more than one where they may be one person."""
        ...

    def people_with_email(self, address: str) -> list[Person]:
        """Those who have confirmed this address."""
        ...

    def conversation(self, person_id: str) -> Conversation: ...

    def seller(self, seller_id: str) -> Seller | None: ...
    def seller_of(self, person_id: str) -> Seller | None: ...
    def debt(self, seller_id: str) -> int:
        """What a seller owes and nothing pays yet, in centavos."""
        ...

    def invitation(self, digest: str) -> Invitation | None:
        """By the digest of its code."""
        ...

    def product(self, listing: int) -> Product | None: ...
    def products_of(self, seller_id: str) -> list[Product]: ...
    def search(self, wanted: Words, limit: int) -> list[Product]:
        """Active products in stock that hold the words, in the order of their listings."""
        ...

    def spellings(self, said: Collection[str]) -> dict[str, list[str]]:
        """For each word the words of the catalogue that it may stand for, in no order: itself alone if it is one."""
        ...

    def wishes_of(self, person_id: str) -> list[Wish]:
        """What a person waits for, the oldest first."""
        ...

    def most_wished(self, limit: int) -> list[tuple[str, int]]:
        """What people wait for, in their words, and how many of them; most first."""
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
        """Of a shop, placed since a moment; the newest :data:`MOST_SALES` of them, newest first."""
        ...

    def talk(self, person_id: str, since: datetime, until: datetime) -> list[Said]:
        """What was said between a person and the shop, oldest first; the newest :data:`MOST_SAID`."""
        ...

    def orders_after(self, number: int, *, since: datetime, limit: int) -> list[Order]:
        """Orders that are not over, and those made ``since``, by their numbers from the one after ``number`` on."""
        ...

    def booked(self, numbers: Sequence[int]) -> list[Entry]:
        """What was booked for these orders."""
        ...

    def difference(self, key: str) -> Difference | None:
        """One that is open."""
        ...

    def differences_since(self, found: datetime, limit: int) -> list[Difference]:
        """Open ones that were found since then, oldest first."""
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
        """What all notices share, by name."""
        ...


def on_sale(shop: Shop, product: Product | None, pieces: int = 1) -> bool:
    """Whether so many pieces of a part can be bought now: it is offered, there, and its shop is not paused."""
    if product is None or not product.active or product.stock < pieces:
        return False
    seller = shop.seller(product.seller_id)
    return seller is None or seller.sells
