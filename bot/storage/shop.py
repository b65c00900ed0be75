"""The decisions' read-only view over the tables: :class:`bot.domain.shop.Shop`, inside the turn's transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from bot.domain.catalogue import Product
from bot.domain.conversation import Conversation
from bot.domain.notice import NoticeStage, NoticeState
from bot.domain.order import Order
from bot.domain.people import Person, Seller
from bot.domain.shop import Rules, Sent, Words
from bot.storage import search
from bot.storage import tables as t

FIRST_ORDER = 1001
FIRST_LISTING = 501


class SqlShop:
    """Named queries; each is one statement on an index."""

    def __init__(self, connection: sa.Connection, rules: Rules) -> None:
        self._connection = connection
        self._rules = rules

    @property
    def rules(self) -> Rules:
        return self._rules

    def _one(self, query: sa.Select[Any]) -> Any:
        return self._connection.execute(query).scalar_one_or_none()

    def _all(self, query: sa.Select[Any]) -> Sequence[Any]:
        return self._connection.execute(query).scalars().all()

    # --- people ----------------------------------------------------------------------------------------

    def person(self, person_id: str) -> Person | None:
        body = self._one(sa.select(t.people.c.body).where(t.people.c.id == person_id))
        return Person.model_validate_json(body) if body else self.person_known_as([person_id])

    def person_known_as(self, identifiers: Sequence[str]) -> Person | None:
        return next(iter(self.people_known_as(identifiers)), None)

    def people_known_as(self, identifiers: Sequence[str]) -> list[Person]:
        query = (
            sa.select(t.people.c.body)
            .where(
                t.people.c.id.in_(
                    sa.select(t.identifiers.c.person_id).where(t.identifiers.c.value.in_(list(identifiers)))
                )
            )
            .order_by(t.people.c.id)
        )
        return [Person.model_validate_json(body) for body in self._all(query)]

    def conversation(self, person_id: str) -> Conversation:
        body = self._one(sa.select(t.conversations.c.body).where(t.conversations.c.person_id == person_id))
        return Conversation.model_validate_json(body) if body else Conversation(person_id=person_id)

    def seller(self, seller_id: str) -> Seller | None:
        body = self._one(sa.select(t.sellers.c.body).where(t.sellers.c.id == seller_id))
        return Seller.model_validate_json(body) if body else None

    def seller_of(self, person_id: str) -> Seller | None:
        body = self._one(sa.select(t.sellers.c.body).where(t.sellers.c.person_id == person_id))
        return Seller.model_validate_json(body) if body else None

    # --- catalogue -------------------------------------------------------------------------------------

    def product(self, listing: int) -> Product | None:
        rows = self._products(sa.select(t.products).where(t.products.c.listing == listing))
        return rows[0] if rows else None

    def products_of(self, seller_id: str) -> list[Product]:
        return self._products(
            sa.select(t.products).where(t.products.c.seller_id == seller_id).order_by(t.products.c.listing)
        )

    def product_by_sku(self, seller_id: str, sku: str) -> Product | None:
        rows = self._products(sa.select(t.products).where(t.products.c.seller_id == seller_id, t.products.c.sku == sku))
        return rows[0] if rows else None

    def search(self, wanted: Words, limit: int) -> list[Product]:
        query = (
            search.matching(self._connection.dialect.name, wanted)
            .where(t.products.c.active, t.products.c.stock > 0)
            .order_by(t.products.c.listing)
            .limit(limit)
        )
        return self._products(query)

    def spellings(self, said: Collection[str]) -> dict[str, list[str]]:
        return search.spellings(self._connection, said)

    def _products(self, query: sa.Select[Any]) -> list[Product]:
        # stock and version are the columns' own: stock moves do not rewrite the document
        return [
            Product.model_validate_json(row.body).but(stock=row.stock, version=row.version)
            for row in self._connection.execute(query)
        ]

    def next_listing(self) -> int:
        return (self._one(sa.select(sa.func.max(t.products.c.listing))) or FIRST_LISTING - 1) + 1

    # --- orders ----------------------------------------------------------------------------------------

    def order(self, number: int) -> Order | None:
        body = self._one(sa.select(t.orders.c.body).where(t.orders.c.number == number))
        return Order.model_validate_json(body) if body else None

    def next_order_number(self) -> int:
        return (self._one(sa.select(sa.func.max(t.orders.c.number))) or FIRST_ORDER - 1) + 1

    def orders_of_buyer(self, person_id: str, limit: int = 20) -> list[Order]:
        return self._orders(t.orders.c.buyer_id == person_id, limit)

    def orders_of_seller(self, seller_id: str, limit: int = 20) -> list[Order]:
        return self._orders(t.orders.c.seller_id == seller_id, limit)

    def _orders(self, whose: sa.ColumnElement[bool], limit: int) -> list[Order]:
        query = sa.select(t.orders.c.body).where(whose).order_by(t.orders.c.number.desc()).limit(limit)
        return [Order.model_validate_json(body) for body in self._all(query)]

    def order_by_charge(self, charge_id: str) -> Order | None:
        return self._by_provider_id("charge", charge_id)

    def order_by_shipment(self, shipment_id: str) -> Order | None:
        return self._by_provider_id("shipment", shipment_id)

    def _by_provider_id(self, kind: str, provider_id: str) -> Order | None:
        query = (
            sa.select(t.orders.c.body)
            .join(t.provider_ids, t.provider_ids.c.order_number == t.orders.c.number)
            .where(t.provider_ids.c.kind == kind, t.provider_ids.c.id == provider_id)
        )
        body = self._one(query)
        return Order.model_validate_json(body) if body else None

    # --- news ------------------------------------------------------------------------------------------

    def notice(self, key: str) -> NoticeState | None:
        body = self._one(sa.select(t.notices.c.body).where(t.notices.c.key == key))
        return NoticeState.model_validate_json(body) if body else None

    def notices_at(self, stage: NoticeStage, limit: int = 200) -> list[NoticeState]:
        query = sa.select(t.notices.c.body).where(t.notices.c.stage == stage).limit(limit)
        return [NoticeState.model_validate_json(body) for body in self._all(query)]

    def sent_message(self, message_id: str) -> Sent | None:
        query = sa.select(t.sent_messages).where(t.sent_messages.c.message_id == message_id)
        row = self._connection.execute(query).one_or_none()
        return Sent.model_validate(dict(row._mapping)) if row else None

    def channel_connected(self) -> bool:
        return self._one(sa.select(t.channel.c.connected).where(t.channel.c.id == 1)) is not False
