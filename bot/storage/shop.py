"""The decisions' read-only view over the tables: :class:`bot.domain.shop.Shop`, inside the turn's transaction."""

from __future__ import annotations

import functools
import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.catalogue import Product
from bot.domain.conversation import Conversation
from bot.domain.difference import Difference
from bot.domain.invitation import Invitation
from bot.domain.ledger import Entry
from bot.domain.notice import NoticeStage, NoticeState
from bot.domain.order import Order, OrderState
from bot.domain.pace import Traffic
from bot.domain.people import Person, Seller
from bot.domain.shop import MOST_SAID, MOST_SALES, Rules, Said, Sent, Words
from bot.domain.wish import Wish
from bot.storage import prepared, search
from bot.storage import tables as t
from bot.storage.halving import first_from
from bot.storage.reading import plain
from bot.storage.types import Utc

FIRST_ORDER = 1001
FIRST_LISTING = 501

# Built once: building a statement costs more than running it. Variable values are bound by name.
PERSON = sa.select(t.people.c.body).where(t.people.c.id == sa.bindparam("person"))
KNOWN_AS = (
    sa.select(t.people.c.body, t.conversations.c.body.label("talk"), t.sellers.c.body.label("seller"))
    .join(t.conversations, t.conversations.c.person_id == t.people.c.id, isouter=True)
    .join(t.sellers, t.sellers.c.person_id == t.people.c.id, isouter=True)
    .where(
        t.people.c.id.in_(
            sa.select(t.identifiers.c.person_id).where(
                t.identifiers.c.value.in_(sa.bindparam("values", expanding=True))
            )
        )
    )
    .order_by(t.people.c.id)
)
WITH_EMAIL = sa.select(t.people.c.body).where(t.people.c.email == sa.bindparam("address")).order_by(t.people.c.id)
CONVERSATION = sa.select(t.conversations.c.body).where(t.conversations.c.person_id == sa.bindparam("person"))
SELLER = sa.select(t.sellers.c.body).where(t.sellers.c.id == sa.bindparam("seller"))
SELLER_OF = sa.select(t.sellers.c.body).where(t.sellers.c.person_id == sa.bindparam("person"))
DEBT = sa.select(t.debts.c.amount).where(t.debts.c.seller_id == sa.bindparam("seller"))
INVITATION = sa.select(t.invitations.c.body).where(t.invitations.c.digest == sa.bindparam("digest"))
_PRODUCTS = sa.select(t.products.c.body, t.products.c.stock, t.products.c.version)
PRODUCT = _PRODUCTS.where(t.products.c.listing == sa.bindparam("listing"))
PRODUCTS_OF = _PRODUCTS.where(t.products.c.seller_id == sa.bindparam("seller")).order_by(t.products.c.listing)
LAST_LISTING = sa.select(sa.func.max(t.products.c.listing))
ORDER = sa.select(t.orders.c.body).where(t.orders.c.number == sa.bindparam("number"))
LAST_ORDER = sa.select(sa.func.max(t.orders.c.number))
_NEWEST = sa.select(t.orders.c.body).order_by(t.orders.c.number.desc()).limit(sa.bindparam("most"))
OF_BUYER = _NEWEST.where(t.orders.c.buyer_id == sa.bindparam("whose"))
OF_SELLER = _NEWEST.where(t.orders.c.seller_id == sa.bindparam("whose"))
OF_SELLER_FROM = OF_SELLER.where(t.orders.c.number >= sa.bindparam("first"))
FIRST_ORDER_SINCE = first_from(t.orders.c.number, t.orders.c.created_at, sa.bindparam("since", type_=Utc()))
HEARD = (
    sa.select(t.events.c.received_at.label("at"), t.events.c.body)
    .where(
        t.events.c.lane == sa.bindparam("lane"),
        plain(t.events.c.kind) == "message.received",
        sa.text(t.PAST_EVENT),  # the predicate of the index
        t.events.c.body != "",  # not trimmed
        t.events.c.received_at.between(sa.bindparam("since"), sa.bindparam("until")),
    )
    .order_by(t.events.c.id.desc())
    .limit(MOST_SAID)
)
SPOKEN = (
    sa.select(t.commands.c.updated_at.label("at"), t.commands.c.body)
    .where(
        t.commands.c.lane == sa.bindparam("lane"),
        plain(t.commands.c.kind) == "message.text",
        t.commands.c.status == "done",
        t.commands.c.body != "",
        t.commands.c.updated_at.between(sa.bindparam("since"), sa.bindparam("until")),
    )
    .order_by(t.commands.c.id.desc())
    .limit(MOST_SAID)
)
BY_PROVIDER_ID = (
    sa.select(t.orders.c.body)
    .join(t.provider_ids, t.provider_ids.c.order_number == t.orders.c.number)
    .where(t.provider_ids.c.kind == sa.bindparam("kind"), t.provider_ids.c.id == sa.bindparam("id"))
)
WISHES_OF = (
    sa.select(*(t.wishes.c[name] for name in Wish.model_fields))
    .where(t.wishes.c.person_id == sa.bindparam("person"))
    .order_by(t.wishes.c.asked_at, t.wishes.c.words)
)
MOST_WISHED = (
    sa.select(t.wishes.c.words, sa.func.count().label("people"))
    .group_by(t.wishes.c.words)
    .order_by(sa.func.count().desc(), t.wishes.c.words)
    .limit(sa.bindparam("most"))
)
NOTICE = sa.select(t.notices.c.body).where(t.notices.c.key == sa.bindparam("key"))
NOTICES_AT = (
    sa.select(t.notices.c.body)
    .where(t.notices.c.stage == sa.bindparam("stage"))
    .order_by(t.notices.c.raised_at, t.notices.c.key)
    .limit(sa.bindparam("most"))
)
TRAFFIC = sa.select(t.traffic)
SENT = sa.select(t.sent_messages).where(t.sent_messages.c.message_id == sa.bindparam("message"))
CONNECTED = sa.select(t.channel.c.connected).where(t.channel.c.id == 1)
OVER = (OrderState.CANCELLED, OrderState.CLOSED, OrderState.RETURNED)
_AFTER = sa.select(t.orders.c.body).order_by(t.orders.c.number).limit(sa.bindparam("most"))
ORDERS_FROM = _AFTER.where(t.orders.c.number >= sa.bindparam("first"))
OPEN_BEFORE = _AFTER.where(
    t.orders.c.number.in_(
        sa.select(t.orders.c.number).where(
            t.orders.c.state.in_([state for state in OrderState if state not in OVER]),  # which have an index
            t.orders.c.number > sa.bindparam("after"),
            t.orders.c.number < sa.bindparam("first"),
        )
    )
)
ENTRIES = sa.select(t.entries).where(t.entries.c.order_number.in_(sa.bindparam("numbers", expanding=True)))
_OPEN = sa.select(t.differences).where(t.differences.c.healed_at.is_(None))
DIFFERENCE = _OPEN.where(t.differences.c.key == sa.bindparam("key"))
DIFFERENCES_SINCE = (
    _OPEN.where(t.differences.c.found_at >= sa.bindparam("found"))
    .order_by(t.differences.c.found_at, t.differences.c.key)
    .limit(sa.bindparam("most"))
)


PAUSED = sa.select(t.sellers.c.id).where(sa.text(t.PAUSED_SELLER))


@functools.cache
def _on_sale(dialect: str) -> sa.Select[Any]:
    return (
        _PRODUCTS.where(search.matches(dialect))
        .where(t.products.c.active, t.products.c.stock > 0, t.products.c.seller_id.not_in(PAUSED))
        .order_by(t.products.c.listing)
        .limit(sa.bindparam("most"))
    )


# A person's row does not change between two of their messages, nor a part between two views: the parsed text is cached.
# The text itself is always read.
_person = functools.lru_cache(maxsize=512)(Person.model_validate_json)
_seller = functools.lru_cache(maxsize=512)(Seller.model_validate_json)
_product = functools.lru_cache(maxsize=2048)(Product.model_validate_json)


class SqlShop:
    """Named queries; each is one statement on an index."""

    def __init__(self, connection: sa.Connection, rules: Rules) -> None:
        self._connection = connection
        self._rules = rules
        self._with: dict[str, Any] = {}
        """Rows that were read together with a person, by id."""

    @property
    def rules(self) -> Rules:
        return self._rules

    def _one(self, query: sa.Select[Any], **values: object) -> Any:
        return prepared.scalar(self._connection, query, values)

    def _all(self, query: sa.Select[Any], **values: object) -> Sequence[Any]:
        return prepared.scalars(self._connection, query, values)

    # --- people ----------------------------------------------------------------------------------------

    def person(self, person_id: str) -> Person | None:
        body = self._one(PERSON, person=person_id)
        return _person(body) if body else self.person_known_as([person_id])

    def person_known_as(self, identifiers: Sequence[str]) -> Person | None:
        return next(iter(self.people_known_as(identifiers)), None)

    def people_known_as(self, identifiers: Sequence[str]) -> list[Person]:
        """Their conversations and shops are read as well: they are needed next."""
        found = []
        for row in prepared.rows(self._connection, KNOWN_AS, {"values": list(identifiers)}):
            found.append(_person(row.body))
            self._with[found[-1].id] = row
        return found

    def people_with_email(self, address: str) -> list[Person]:
        found = (_person(body) for body in self._all(WITH_EMAIL, address=address.casefold()))
        return [person for person in found if person.email_confirmed]

    def conversation(self, person_id: str) -> Conversation:
        known = self._with.get(person_id)
        body = known.talk if known else self._one(CONVERSATION, person=person_id)
        return Conversation.model_validate_json(body) if body else Conversation(person_id=person_id)

    def seller(self, seller_id: str) -> Seller | None:
        body = self._one(SELLER, seller=seller_id)
        return _seller(body) if body else None

    def seller_of(self, person_id: str) -> Seller | None:
        known = self._with.get(person_id)
        body = known.seller if known else self._one(SELLER_OF, person=person_id)
        return _seller(body) if body else None

    def debt(self, seller_id: str) -> int:
        return self._one(DEBT, seller=seller_id) or 0

    def invitation(self, digest: str) -> Invitation | None:
        body = self._one(INVITATION, digest=digest)
        return Invitation.model_validate_json(body) if body else None

    # --- catalogue -------------------------------------------------------------------------------------

    def product(self, listing: int) -> Product | None:
        rows = self._products(PRODUCT, listing=listing)
        return rows[0] if rows else None

    def products_of(self, seller_id: str) -> list[Product]:
        return self._products(PRODUCTS_OF, seller=seller_id)

    def search(self, wanted: Words, limit: int) -> list[Product]:
        dialect = self._connection.dialect.name
        return self._products(_on_sale(dialect), wanted=search.written(dialect, wanted), most=limit)

    def spellings(self, said: Collection[str]) -> dict[str, list[str]]:
        return search.spellings(self._connection, said)

    def _products(self, query: sa.Select[Any], **values: object) -> list[Product]:
        # stock and version are in the columns: stock moves do not rewrite the document
        return [
            _product(row.body).model_copy(update={"stock": row.stock, "version": row.version})
            for row in prepared.rows(self._connection, query, values)
        ]

    def wishes_of(self, person_id: str) -> list[Wish]:
        rows = prepared.rows(self._connection, WISHES_OF, {"person": person_id})
        return [Wish.model_validate(row._asdict()) for row in rows]

    def most_wished(self, limit: int) -> list[tuple[str, int]]:
        rows = prepared.rows(self._connection, MOST_WISHED, {"most": limit})
        return [(row.words, row.people) for row in rows]

    def next_listing(self) -> int:
        return (self._one(LAST_LISTING) or FIRST_LISTING - 1) + 1

    # --- orders ----------------------------------------------------------------------------------------

    def order(self, number: int) -> Order | None:
        body = self._one(ORDER, number=number)
        return Order.model_validate_json(body) if body else None

    def next_order_number(self) -> int:
        return (self._one(LAST_ORDER) or FIRST_ORDER - 1) + 1

    def orders_of_buyer(self, person_id: str, limit: int = 20) -> list[Order]:
        return [Order.model_validate_json(body) for body in self._all(OF_BUYER, whose=person_id, most=limit)]

    def orders_of_seller(self, seller_id: str, limit: int = 20) -> list[Order]:
        return [Order.model_validate_json(body) for body in self._all(OF_SELLER, whose=seller_id, most=limit)]

    def sales_since(self, seller_id: str, since: datetime) -> list[Order]:
        first = self._one(FIRST_ORDER_SINCE, since=since)
        bodies = self._all(OF_SELLER_FROM, whose=seller_id, first=first, most=MOST_SALES)
        return [Order.model_validate_json(body) for body in bodies]

    def talk(self, person_id: str, since: datetime, until: datetime) -> list[Said]:
        person = self.person(person_id)
        if person is None:
            return []
        span = {"lane": person.lane, "since": since, "until": until}
        heard = prepared.rows(self._connection, HEARD, span)
        said = [Said(at=row.at, by_us=False, text=str(json.loads(row.body).get("text", ""))) for row in heard]
        spoken = prepared.rows(self._connection, SPOKEN, span)
        said += [Said(at=row.at, by_us=True, text=str(json.loads(row.body).get("text", ""))) for row in spoken]
        return sorted((one for one in said if one.text), key=lambda one: one.at)[-MOST_SAID:]

    def orders_after(self, number: int, *, since: datetime, limit: int) -> list[Order]:
        # skips old orders, which accumulate over the years
        first = self._one(FIRST_ORDER_SINCE, since=since)
        before = self._all(OPEN_BEFORE, after=number, first=first, most=limit)
        since_then = self._all(ORDERS_FROM, first=max(number + 1, first), most=limit - len(before))
        return [Order.model_validate_json(body) for body in (*before, *since_then)]

    def booked(self, numbers: Sequence[int]) -> list[Entry]:
        rows = prepared.rows(self._connection, ENTRIES, {"numbers": list(numbers)})
        return [Entry.model_validate({**row._asdict(), "order": row.order_number}) for row in rows]

    def difference(self, key: str) -> Difference | None:
        return next(iter(self._differences(DIFFERENCE, key=key)), None)

    def differences_since(self, found: datetime, limit: int) -> list[Difference]:
        return self._differences(DIFFERENCES_SINCE, found=found, most=limit)

    def _differences(self, query: sa.Select[Any], **values: object) -> list[Difference]:
        rows = prepared.rows(self._connection, query, values)
        return [Difference.model_validate({**row._asdict(), "order": row.order_number}) for row in rows]

    def order_by_charge(self, charge_id: str) -> Order | None:
        return self._by_provider_id("charge", charge_id)

    def order_by_shipment(self, shipment_id: str) -> Order | None:
        return self._by_provider_id("shipment", shipment_id)

    def _by_provider_id(self, kind: str, provider_id: str) -> Order | None:
        body = self._one(BY_PROVIDER_ID, kind=kind, id=provider_id)
        return Order.model_validate_json(body) if body else None

    # --- news ------------------------------------------------------------------------------------------

    def notice(self, key: str) -> NoticeState | None:
        body = self._one(NOTICE, key=key)
        return NoticeState.model_validate_json(body) if body else None

    def notices_at(self, stage: NoticeStage, limit: int = 200) -> list[NoticeState]:
        return [NoticeState.model_validate_json(body) for body in self._all(NOTICES_AT, stage=stage, most=limit)]

    def sent_message(self, message_id: str) -> Sent | None:
        rows = prepared.rows(self._connection, SENT, {"message": message_id})
        return Sent.model_validate(rows[0]._asdict()) if rows else None

    def channel_connected(self) -> bool:
        return self._one(CONNECTED) is not False

    def traffic(self) -> dict[str, Traffic]:
        rows = prepared.rows(self._connection, TRAFFIC)
        return {row.name: Traffic.model_validate({**row._asdict(), "seen": row.at}) for row in rows}
