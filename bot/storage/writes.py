"""Applies a decision inside the turn's transaction, with optimistic locking: :class:`Conflict` for a stale version."""

from __future__ import annotations

import functools
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.catalogue import Product
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
    SentMessage,
    StepMark,
    StockMove,
    Stored,
    Unwished,
    Write,
)
from bot.domain.difference import Difference, Healed
from bot.domain.invitation import Invitation
from bot.domain.ledger import Entry
from bot.domain.notice import NoticeState
from bot.domain.order import Order
from bot.domain.pace import Traffic
from bot.domain.people import Person, Seller
from bot.domain.text import fold
from bot.domain.wish import Wish
from bot.engine.store import Conflict, Waiting
from bot.storage import names, people, prepared, privacy, search
from bot.storage import tables as t
from bot.storage.upsert import count_up, insert_new, put
from bot.storage.wanted import NOTHING_AT_ONCE, Starter, insert_commands


@functools.cache
def _over(table: sa.Table, mark: str, *names: str) -> sa.Update:
    """Update a row if its column ``mark`` (the version) is still as it was ``seen``."""
    (key,) = table.primary_key
    unchanged = sa.and_(key == sa.bindparam("the_key"), table.c[mark] == sa.bindparam("seen"))
    return sa.update(table).where(unchanged).values({name: sa.bindparam(name) for name in names})


def apply(
    connection: sa.Connection, stored: Stored, decision: Decision, now: datetime, starter: Starter = NOTHING_AT_ONCE
) -> tuple[Waiting, ...]:
    """Apply everything a decision collected, in the open transaction; returns the commands begun with it."""
    for write in decision.writes:
        if isinstance(write, Moved):
            people.move(connection, write, stored.id)
        else:
            _write(connection, write)
    _count_steps(connection, decision)
    insert_new(
        connection,
        t.events,
        [
            {
                "source": "bot",
                "key": e.key,
                "lane": e.lane,
                "kind": e.event.kind,
                "body": e.event.model_dump_json(),
                "received_at": max(now, stored.received_at),
                "root": stored.root,
            }
            for e in decision.events
        ],
    )
    begun = insert_commands(connection, stored, decision, now, starter)
    for key in decision.cancelled_commands:
        connection.execute(
            sa.update(t.commands)
            .where(t.commands.c.key == key, sa.text("status IN ('new', 'parked')"), ~t.commands.c.in_doubt)
            .values(status="expired", error="no longer wanted", updated_at=now)
        )
        # what is under way or may have taken effect has its outcome, but is not attempted again
        connection.execute(
            sa.update(t.commands).where(t.commands.c.key == key, sa.text(t.OPEN_COMMAND)).values(expires_at=now)
        )
    for key in decision.cancelled_timers:
        connection.execute(sa.delete(t.timers).where(t.timers.c.key == key))
    for timer in decision.timers:
        put(
            connection,
            t.timers,
            {
                "key": timer.key,
                "lane": timer.lane,
                "name": timer.name,
                "data": json.dumps(timer.data),
                "due_at": timer.due_at,
                "event_id": stored.id,
                "root": stored.root,
            },
        )
    return begun


def _count_steps(connection: sa.Connection, decision: Decision) -> None:
    """Count steps in rows per connection, so that concurrent turns never wait for each other's row locks."""
    marks = Counter(write for write in decision.writes if isinstance(write, StepMark))
    if marks:
        part = _server_process(connection)
        count_up(connection, t.steps, [{**mark.__dict__, "part": part, "count": n} for mark, n in marks.items()])


def _server_process(connection: sa.Connection) -> int:
    """The process id of the server behind a connection; 0 on SQLite, which has one writer."""
    if connection.dialect.name == "sqlite":
        return 0
    return int(connection.connection.driver_connection.get_server_pid())  # type: ignore[union-attr]


def _write(connection: sa.Connection, write: Write) -> None:
    match write:
        case Merged():
            people.merge(connection, write)
        case Forget():
            privacy.forget(connection, write)
        case Person():
            put_person(connection, write)
            people.write_identifiers(connection, write)
        case Conversation():
            since = {"wanted_since": write.wanted_since}
            versioned(connection, t.conversations, {"person_id": write.person_id}, write, since)
        case Product():
            put_product(connection, write)
        case Order():
            put_order(connection, write)
        case NoticeState():
            at: dict[str, Any] = {"raised_at": write.raised_at}
            columns = {"person_id": write.person_id, "stage": write.stage}
            versioned(connection, t.notices, {"key": write.key}, write, {**columns, **at})
        case Seller():
            put_seller(connection, write)
        case Invitation():
            versioned(connection, t.invitations, {"id": write.id}, write, {"digest": write.digest})
        case StockMove():
            moved = connection.execute(
                sa.update(t.products)
                .where(t.products.c.listing == write.listing, t.products.c.stock >= write.pieces)
                .values(stock=t.products.c.stock - write.pieces)
            )
            if moved.rowcount != 1:
                raise Conflict(f"listing {write.listing} has not {write.pieces} left")
        case DebtMove():
            insert_new(connection, t.debts, [{"seller_id": write.seller_id, "amount": 0}])
            moved = connection.execute(
                sa.update(t.debts)
                .where(t.debts.c.seller_id == write.seller_id, t.debts.c.amount >= -write.amount)
                .values(amount=t.debts.c.amount + write.amount)
            )
            if moved.rowcount != 1:
                raise Conflict(f"seller {write.seller_id} owes no {-write.amount} any more")
        case SentMessage():
            insert_new(connection, t.sent_messages, [write.__dict__])
        case Entry():
            row = write.model_dump(exclude={"order"}) | {"order_number": write.order}
            insert_new(connection, t.entries, [row])
        case Misheard():
            insert_new(connection, t.misheard, [write.__dict__])
        case Difference():
            _differ(connection, write)
        case Healed():
            _heal(connection, write)
        case ChannelWrite():
            put(connection, t.channel, {"id": 1, **write.__dict__})
        case Consent():
            insert_new(connection, t.consents, [write.model_dump()])
        case Wish():
            put(connection, t.wishes, {**write.model_dump(), "folded": fold(write.words)})
        case Unwished():
            one = sa.and_(t.wishes.c.person_id == write.person_id, t.wishes.c.words == write.words)
            connection.execute(sa.delete(t.wishes).where(one))
        case Traffic():
            _put_traffic(connection, write)
        case Moved() | StepMark():
            pass  # by `apply`: the one needs the event, the others are counted together


def _put_traffic(connection: sa.Connection, write: Traffic) -> None:
    """Write it if nobody has since it was read; else :class:`Conflict`."""
    row = write.model_dump(exclude={"seen"})
    if write.seen is None:
        changed = insert_new(connection, t.traffic, [row])
    else:
        seen = {**row, "the_key": write.name, "seen": write.seen}
        changed = prepared.change(connection, _over(t.traffic, "at", *row), seen)
    if changed != 1:
        raise Conflict(f"traffic {write.name} has changed since {write.seen}")


def _differ(connection: sa.Connection, found: Difference) -> None:
    """Insert or update a difference: an open one keeps its first date, a resolved one is reopened."""
    row = found.model_dump(exclude={"order"}) | {"order_number": found.order, "healed_at": None}
    still_open = sa.and_(t.differences.c.key == found.key, t.differences.c.healed_at.is_(None))
    changes = {name: row[name] for name in ("ours", "theirs", "seen_at")}
    if connection.execute(sa.update(t.differences).where(still_open).values(changes)).rowcount == 0:
        put(connection, t.differences, row)


def _heal(connection: sa.Connection, healed: Healed) -> None:
    one = t.differences.c.key == healed.key
    if healed.before is not None:
        one = sa.and_(t.differences.c.kind.in_(healed.kinds), t.differences.c.seen_at < healed.before)
    connection.execute(
        sa.update(t.differences).where(t.differences.c.healed_at.is_(None), one).values(healed_at=healed.at)
    )


def versioned(
    connection: sa.Connection,
    table: sa.Table,
    key: dict[str, Any],
    document: Person | Conversation | NoticeState | Order | Product | Invitation,
    columns: Mapping[str, Any],
) -> None:
    """Write a document if the stored version is the one that was read; else :class:`Conflict`."""
    body = document.model_copy(update={"version": document.version + 1}).model_dump_json()
    row = {**key, **columns, "version": document.version + 1, "body": body}
    if document.version == 0:
        if not insert_new(connection, table, [row]):
            raise Conflict(f"{table.name} {key} exists already")
        return
    seen = {**row, "the_key": next(iter(key.values())), "seen": document.version}
    if prepared.change(connection, _over(table, "version", *row), seen) != 1:
        raise Conflict(f"{table.name} {key} has changed since version {document.version}")


def put_product(connection: sa.Connection, product: Product) -> None:
    columns = _product_columns(product)
    if product.version == 0:
        columns["stock"] = product.stock  # afterwards only StockMove changes it, whatever the document says
    versioned(connection, t.products, {"listing": product.listing}, product, columns)
    search.learn(connection, search.spelled(product))


def put_products(connection: sa.Connection, products: Sequence[Product]) -> None:
    """Write many products with their stock in one statement. The caller has locked the existing rows."""
    rows = [
        {
            "listing": p.listing,
            "stock": p.stock,
            "version": p.version + 1,
            "body": p.but(version=p.version + 1).model_dump_json(),
            **_product_columns(p),
        }
        for p in products
    ]
    new = [row for row in rows if row["version"] == 1]
    old = [{"at": row["listing"], **row} for row in rows if row["version"] > 1]
    try:
        if new:
            connection.execute(sa.insert(t.products), new)
        if old:
            connection.execute(sa.update(t.products).where(t.products.c.listing == sa.bindparam("at")), old)
    except sa.exc.IntegrityError as error:
        raise Conflict("another came first with the same listing or SKU") from error
    search.learn(connection, {word for p in products for word in search.spelled(p)})


def _product_columns(product: Product) -> dict[str, Any]:
    return {
        "seller_id": product.seller_id,
        "sku": product.sku,
        "active": product.active,
        "words": search.words_of(product),
    }


def put_order(connection: sa.Connection, order: Order) -> None:
    columns = {
        "state": order.state,
        "buyer_id": order.buyer_id,
        "seller_id": order.seller_id,
        "created_at": order.created_at,
    }
    versioned(connection, t.orders, {"number": order.number}, order, columns)
    ids = [
        *(("charge", c.provider_id) for c in order.charges),
        *(("shipment", s.provider_id) for s in order.shipments),
        *(("tracking", s.tracking) for s in order.shipments),
    ]
    rows = [{"kind": kind, "id": pid, "order_number": order.number} for kind, pid in ids if pid]
    insert_new(connection, t.provider_ids, rows)


def put_person(connection: sa.Connection, person: Person) -> None:
    """Write a person and the columns by which they are found: document, e-mail, names."""
    columns = {"lane": person.lane, "document": person.document, "email": person.email.casefold()}
    versioned(connection, t.people, {"id": person.id}, person, columns)
    called = f"{person.name} {person.nickname}"
    names.write_names(connection, person.id, names.PERSON, called, nameless=person.version == 0)


def put_seller(connection: sa.Connection, seller: Seller) -> None:
    put(
        connection,
        t.sellers,
        {"id": seller.id, "person_id": seller.person_id, "active": seller.sells, "body": seller.model_dump_json()},
    )
    names.write_names(connection, seller.person_id, names.SHOP, f"{seller.name} {seller.document}")
