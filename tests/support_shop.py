"""A shop in memory: the view that decisions see, and a store that takes what they return.

It keeps the promises of the real one (:mod:`bot.storage`): versions are checked, stock never falls below zero, and
keys of commands, events and ledger entries count once. A turn that breaks one raises :class:`Conflict` and leaves
nothing behind.
"""

from __future__ import annotations

import copy
import dataclasses
import itertools
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from bot.domain import part_words
from bot.domain.catalogue import Condition, Product
from bot.domain.consent import Consent
from bot.domain.conversation import Conversation
from bot.domain.decision import (
    ChannelWrite,
    DebtMove,
    Decision,
    Forget,
    Merged,
    Misheard,
    Moved,
    NewCommand,
    NewEvent,
    NewTimer,
    SentMessage,
    StepMark,
    StockMove,
    Unwished,
    Write,
)
from bot.domain.difference import Difference, Healed
from bot.domain.invitation import Invitation
from bot.domain.ledger import Entry
from bot.domain.notice import NoticeStage, NoticeState
from bot.domain.order import Order, OrderState
from bot.domain.pace import Traffic
from bot.domain.people import Address, Person, Seller
from bot.domain.shop import AllOf, Rules, Said, Sent, Words
from bot.domain.wish import Wish

Document = TypeVar("Document", Person, Product, Order, Conversation, NoticeState, Invitation)

FIRST_ORDER = 1001
FIRST_LISTING = 501
BORN = datetime(2026, 11, 1, tzinfo=UTC)


class Conflict(Exception):
    """The view was old, or a guard did not hold."""


def holds(tokens: Collection[str], wanted: Words) -> bool:
    """Whether a part with these tokens is what is wanted: what each store's own search language says."""
    if isinstance(wanted, str):
        return wanted in tokens
    every = all if isinstance(wanted, AllOf) else any
    return every(holds(tokens, one) for one in wanted)


class MemoryShop:
    """Implements :class:`bot.domain.shop.Shop`; fill it with :meth:`add`, hand it decisions with :meth:`apply`."""

    def __init__(self, rules: Rules | None = None) -> None:
        self._rules = rules or Rules(public_url="https://autopars.example", platform_wallet_id="wallet-platform")
        self.persons: dict[str, Person] = {}
        self.sellers: dict[str, Seller] = {}
        self.products: dict[int, Product] = {}
        self.orders: dict[int, Order] = {}
        self.conversations: dict[str, Conversation] = {}
        self.notices: dict[str, NoticeState] = {}
        self.invitations: dict[str, Invitation] = {}
        self.sent: dict[str, SentMessage] = {}
        self.entries: dict[str, Entry] = {}
        self.debts: Counter[str] = Counter()
        self.differences: dict[str, Difference] = {}
        """The open ones."""
        self.commands: dict[str, NewCommand] = {}
        self.events: dict[str, NewEvent] = {}
        self.timers: dict[str, NewTimer] = {}
        self.cancelled_commands: set[str] = set()
        self.merged: dict[str, str] = {}
        """Rows that are gone, by id: the row that they are now."""
        self.steps: Counter[tuple[str, str, str]] = Counter()
        """How often what happened at which question: flow, step, what."""
        self.misheard: list[Misheard] = []
        self.said: list[Said] = []
        self.channel = ChannelWrite(True, "", BORN)
        self._traffic: dict[str, Traffic] = {}
        self.consents: list[Consent] = []
        self.wishes: dict[tuple[str, str], Wish] = {}

    # --- filling ---------------------------------------------------------------------------------------

    def add(self, *things: Person | Seller | Product | Order | Conversation | NoticeState | Invitation) -> None:
        """Put documents in as they are, as if they had been written before (version 1 at least)."""
        for thing in things:
            if isinstance(thing, Seller):
                self.sellers[thing.id] = thing
            else:
                self._put(thing.but(version=max(thing.version, 1)))

    def _put(self, thing: Person | Product | Order | Conversation | NoticeState | Invitation) -> None:
        match thing:
            case Person():
                self.persons[thing.id] = thing
            case Product():
                self.products[thing.listing] = thing
            case Order():
                self.orders[thing.number] = thing
            case Conversation():
                self.conversations[thing.person_id] = thing
            case NoticeState():
                self.notices[thing.key] = thing
            case Invitation():
                self.invitations[thing.id] = thing

    # --- the view --------------------------------------------------------------------------------------

    @property
    def rules(self) -> Rules:
        return self._rules

    def use(self, rules: Rules) -> None:
        """The shop's settings are others from now on."""
        self._rules = rules

    def person(self, person_id: str) -> Person | None:
        return self.persons.get(self.merged.get(person_id, person_id))

    def person_known_as(self, identifiers: Sequence[str]) -> Person | None:
        return next(iter(self.people_known_as(identifiers)), None)

    def people_known_as(self, identifiers: Sequence[str]) -> list[Person]:
        people = sorted(self.persons.values(), key=lambda p: p.id)
        return [p for p in people if set(identifiers) & set(p.identifiers)]

    def people_with_email(self, address: str) -> list[Person]:
        people = (p for _, p in sorted(self.persons.items()))
        return [p for p in people if p.email_confirmed and p.email.casefold() == address.casefold()]

    def conversation(self, person_id: str) -> Conversation:
        return self.conversations.get(person_id) or Conversation(person_id=person_id)

    def seller(self, seller_id: str) -> Seller | None:
        return self.sellers.get(seller_id)

    def seller_of(self, person_id: str) -> Seller | None:
        return next((s for s in self.sellers.values() if s.person_id == person_id), None)

    def debt(self, seller_id: str) -> int:
        return self.debts[seller_id]

    def invitation(self, digest: str) -> Invitation | None:
        return next((i for i in self.invitations.values() if i.digest == digest), None)

    def product(self, listing: int) -> Product | None:
        return self.products.get(listing)

    def products_of(self, seller_id: str) -> list[Product]:
        return [p for _, p in sorted(self.products.items()) if p.seller_id == seller_id]

    def search(self, wanted: Words, limit: int) -> list[Product]:
        paused = {s.id for s in self.sellers.values() if not s.sells}
        on_sale = (p for _, p in sorted(self.products.items()) if p.active and p.stock > 0)
        there = (p for p in on_sale if p.seller_id not in paused)
        found = (p for p in there if holds(part_words.index(p.title, p.fits, p.sku), wanted))
        return list(itertools.islice(found, limit))

    def spellings(self, said: Collection[str]) -> dict[str, list[str]]:
        vocabulary = set[str]().union(*(part_words.spelled(p.title, p.fits) for p in self.products.values()))
        return {word: [word] if word in vocabulary else sorted(vocabulary) for word in said}

    def wishes_of(self, person_id: str) -> list[Wish]:
        return sorted(
            (w for w in self.wishes.values() if w.person_id == person_id), key=lambda w: (w.asked_at, w.words)
        )

    def most_wished(self, limit: int) -> list[tuple[str, int]]:
        counted = Counter(w.words for w in self.wishes.values())
        return sorted(counted.items(), key=lambda one: (-one[1], one[0]))[:limit]

    def next_listing(self) -> int:
        return max(self.products, default=FIRST_LISTING - 1) + 1

    def order(self, number: int) -> Order | None:
        return self.orders.get(number)

    def next_order_number(self) -> int:
        return max(self.orders, default=FIRST_ORDER - 1) + 1

    def orders_of_buyer(self, person_id: str, limit: int = 20) -> list[Order]:
        return [o for _, o in sorted(self.orders.items(), reverse=True) if o.buyer_id == person_id][:limit]

    def orders_of_seller(self, seller_id: str, limit: int = 20) -> list[Order]:
        return [o for _, o in sorted(self.orders.items(), reverse=True) if o.seller_id == seller_id][:limit]

    def sales_since(self, seller_id: str, since: datetime) -> list[Order]:
        return [o for o in self.orders_of_seller(seller_id, len(self.orders)) if o.created_at >= since]

    def talk(self, person_id: str, since: datetime, until: datetime) -> list[Said]:
        return [one for one in self.said if since <= one.at <= until]

    def orders_after(self, number: int, *, since: datetime, limit: int) -> list[Order]:
        over = (OrderState.CANCELLED, OrderState.CLOSED, OrderState.RETURNED)
        there = (o for n, o in sorted(self.orders.items()) if n > number)
        return [o for o in there if o.state not in over or o.created_at >= since][:limit]

    def booked(self, numbers: Sequence[int]) -> list[Entry]:
        return [e for e in self.entries.values() if e.order in numbers]

    def difference(self, key: str) -> Difference | None:
        return self.differences.get(key)

    def differences_since(self, found: datetime, limit: int) -> list[Difference]:
        new = [d for d in self.differences.values() if d.found_at >= found]
        return sorted(new, key=lambda d: (d.found_at, d.key))[:limit]

    def order_by_charge(self, charge_id: str) -> Order | None:
        return next((o for o in self.orders.values() if charge_id in [c.provider_id for c in o.charges]), None)

    def order_by_shipment(self, shipment_id: str) -> Order | None:
        return next((o for o in self.orders.values() if shipment_id in [s.provider_id for s in o.shipments]), None)

    def notice(self, key: str) -> NoticeState | None:
        return self.notices.get(key)

    def notices_at(self, stage: NoticeStage, limit: int = 200) -> list[NoticeState]:
        there = (n for n in self.notices.values() if n.stage is stage)
        return sorted(there, key=lambda n: (n.raised_at, n.key))[:limit]

    def sent_message(self, message_id: str) -> Sent | None:
        sent = self.sent.get(message_id)
        return Sent.model_validate(sent.__dict__) if sent else None

    def channel_connected(self) -> bool:
        return self.channel.connected

    def traffic(self) -> dict[str, Traffic]:
        return dict(self._traffic)

    # --- the store -------------------------------------------------------------------------------------

    def apply(self, decision: Decision) -> None:
        """Write all of a decision, or raise :class:`Conflict` and write nothing of it."""
        before = {name: copy.copy(value) for name, value in self.__dict__.items()}
        try:
            for write in decision.writes:
                self._write(write)
        except Conflict:
            self.__dict__.update(before)
            raise
        _add_new(self.commands, decision.commands)
        _add_new(self.events, decision.events)
        for key in decision.cancelled_commands:
            self.cancelled_commands.add(key)
        for key in decision.cancelled_timers:
            self.timers.pop(key, None)
        for timer in decision.timers:
            self.timers[timer.key] = timer

    def write(self, *writes: Write) -> None:
        """As if another turn had done so."""
        for write in writes:
            self._write(write)

    def _write(self, write: Write) -> None:
        match write:
            case Person():
                self._put(_checked(self.persons.get(write.id), write))
            case Order():
                self._put(_checked(self.orders.get(write.number), write))
            case Conversation():
                self._put(_checked(self.conversations.get(write.person_id), write))
            case NoticeState():
                self._put(_checked(self.notices.get(write.key), write))
            case Seller():
                self.sellers[write.id] = write
            case Invitation():
                self._put(_checked(self.invitations.get(write.id), write))
            case Product():
                there = self.products.get(write.listing)
                # as in the real store: after the first write only moves change the stock
                self._put(_checked(there, write if there is None else write.but(stock=there.stock)))
            case StockMove():
                product = self.products.get(write.listing)
                if product is None or product.stock < write.pieces:
                    raise Conflict(f"listing {write.listing} has not {write.pieces} left")
                self._put(product.but(stock=product.stock - write.pieces))
            case DebtMove():
                if self.debts[write.seller_id] + write.amount < 0:
                    raise Conflict(f"seller {write.seller_id} owes no {-write.amount} any more")
                self.debts[write.seller_id] += write.amount
            case SentMessage():
                self.sent.setdefault(write.message_id, write)
            case Entry():
                self.entries.setdefault(write.key, write)
            case Difference():
                there_already = self.differences.get(write.key)
                since = there_already.found_at if there_already else write.found_at
                self.differences[write.key] = write.but(found_at=since)
            case Healed():
                self.differences = {k: d for k, d in self.differences.items() if not _heals(write, d)}
            case ChannelWrite():
                self.channel = write
            case Consent():
                self.consents.append(write)
            case Wish():
                self.wishes[write.person_id, write.words] = write
            case Unwished():
                self.wishes.pop((write.person_id, write.words), None)
            case Traffic():
                self._traffic[write.name] = write.but(seen=write.at)
            case Merged():
                self._merge(write)
            case StepMark():
                self.steps[write.flow, write.step, write.what] += 1
            case Misheard():
                self.misheard.append(write)
            case Forget():
                self._forget(write)
            case Moved():
                pass  # lanes are the player's business

    def _forget(self, write: Forget) -> None:
        self.timers = {k: t for k, t in self.timers.items() if t.lane != write.lane}
        if write.person is None:
            return
        gone = write.person.id
        _checked(self.persons.pop(gone, None), write.person)
        self.conversations.pop(gone, None)
        self.notices = {k: n for k, n in self.notices.items() if n.person_id != gone}
        self.sent = {k: m for k, m in self.sent.items() if m.person_id != gone}
        self.wishes = {k: w for k, w in self.wishes.items() if w.person_id != gone}
        self.orders = {n: o.but(buyer_id=write.alias) if o.buyer_id == gone else o for n, o in self.orders.items()}
        self.sellers = {
            k: s.but(person_id=write.alias, active=False) if s.person_id == gone else s for k, s in self.sellers.items()
        }

    def _merge(self, write: Merged) -> None:
        gone, into = write.gone.id, write.into.id
        _checked(self.persons.pop(gone, None), write.gone)
        self.conversations.pop(gone, None)
        self.merged = {k: into if v == gone else v for k, v in self.merged.items()} | {gone: into}
        self.orders = {n: o.but(buyer_id=into) if o.buyer_id == gone else o for n, o in self.orders.items()}
        self.sellers = {k: s.but(person_id=into) if s.person_id == gone else s for k, s in self.sellers.items()}
        self.notices = {k: n.but(person_id=into) if n.person_id == gone else n for k, n in self.notices.items()}
        theirs = [w for w in self.wishes.values() if w.person_id == gone]
        self.wishes = {k: w for k, w in self.wishes.items() if w.person_id != gone}
        for wish in theirs:
            self.wishes.setdefault((into, wish.words), wish.but(person_id=into))
        self.sent = {
            k: dataclasses.replace(m, person_id=into) if m.person_id == gone else m for k, m in self.sent.items()
        }


def _heals(write: Healed, difference: Difference) -> bool:
    if write.before is None:
        return difference.key == write.key
    return difference.kind in write.kinds and difference.seen_at < write.before


def _checked(there: Document | None, write: Document) -> Document:
    if write.version != (there.version if there else 0):
        raise Conflict(f"{type(write).__name__} has changed since version {write.version}")
    return write.but(version=write.version + 1)


_Keyed = TypeVar("_Keyed", NewCommand, NewEvent)


def _add_new(there: dict[str, _Keyed], new: Iterable[_Keyed]) -> None:
    for one in new:
        there.setdefault(one.key, one)


# --- people and parts for stories -------------------------------------------------------------------------


def marina(**changes: object) -> Person:
    """A buyer in Curitiba."""
    person = Person(
        id="p-marina",
        lane="person:4198123456",
        chat="5541998123456@c.us",
        identifiers=("5541998123456",),
        name="Marina Souza",
        nickname="Marina",
        document="52998224725",
        address=Address(
            postal_code="80010000", city="Curitiba", state="PR", street="Rua XV", number="210", complement="apto 31"
        ),
        created_at=BORN,
    )
    return person.but(**changes)


def silva_person(**changes: object) -> Person:
    """The person behind the shop of :func:`silva`."""
    person = Person(
        id="p-silva",
        lane="person:1187654321",
        chat="5511987654321@c.us",
        identifiers=("5511987654321",),
        name="João Silva",
        nickname="Silva",
        email="loja@autopars.example",
        email_confirmed=True,
        created_at=BORN,
    )
    return person.but(**changes)


def silva(**changes: object) -> Seller:
    """A shop in São Paulo."""
    seller = Seller(
        id="s-silva",
        person_id="p-silva",
        name="Auto Peças Silva",
        document="11222333000181",
        email="loja@autopars.example",
        phone="5511987654321",
        wallet_id="wallet-silva",
        state_register="ISENTO",
        address=Address(
            postal_code="01310100",
            city="São Paulo",
            state="SP",
            street="Av. Paulista",
            number="1000",
            district="Bela Vista",
        ),
    )
    return seller.but(**changes)


def headlight(**changes: object) -> Product:
    """Listing 558: the one headlight of R$ 480,00."""
    product = Product(
        listing=558,
        seller_id="s-silva",
        sku="FAR-COR-15D",
        title="Farol dianteiro direito Corolla 2015",
        price=480_00,
        condition=Condition.USED,
        weight_g=2400,
        width_cm=35,
        height_cm=30,
        length_cm=60,
        stock=1,
        fits=("Corolla 2015", "Corolla 2016"),
    )
    return product.but(**changes)


def sample_shop(rules: Rules | None = None) -> MemoryShop:
    """A shop with one seller, one buyer and one headlight."""
    shop = MemoryShop(rules)
    shop.add(marina(), silva_person(), silva(), headlight())
    return shop
